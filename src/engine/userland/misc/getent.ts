import { hostsFile } from '../lib/resolver.ts';
import { readAccounts } from '../lib/users.ts';
import { Misuse, type Utility } from '../utility.ts';

/** getent(1), for passwd, group and hosts. */
export const getent: Utility = {
  name: 'getent',
  usage: '[OPTION...] database [key ...]',
  summary: 'Get entries from administrative database.',
  options: {
    short: 'is:A',
    long: { 'no-idn': 'i', service: 's:', 'no-addrconfig': 'A' },
    // Names are ASCII, and no address is left out for want of a way to it.
    inert: ['i', 'A'],
    refused: ['s'],
  },
  async run(io, { operands }) {
    const [database, ...keys] = operands;
    if (database === undefined) throw new Misuse('wrong number of arguments');
    const accounts = await readAccounts(io.sys);
    const id = (key: string) => (/^\d+$/.test(key) ? Number(key) : key);
    let lines: (string | undefined)[];
    if (database === 'passwd') {
      const users = keys.length === 0 ? accounts.users : keys.map((key) => accounts.user(id(key)));
      lines = users.map(
        (user) => user && `${user.name}:x:${user.uid}:${user.gid}:${user.gecos}:${user.home}:${user.shell}`,
      );
    } else if (database === 'group') {
      const groups = keys.length === 0 ? accounts.groups : keys.map((key) => accounts.group(id(key)));
      lines = groups.map((group) => group && `${group.name}:x:${group.gid}:${group.members.join(',')}`);
    } else if (database === 'hosts' || database === 'ahosts') {
      const hosts = await hostsFile(io.sys);
      const found =
        keys.length === 0
          ? hosts
          : keys.map((key) => hosts.find(({ names, address }) => names.includes(key) || address === key));
      lines = found.map((host) => host && `${host.address.padEnd(15)} ${host.names.join(' ')}`);
    } else {
      await io.stderr.write(
        `Unknown database: ${database}\nTry \`getent --help' or \`getent --usage' for more information.\n`,
      );
      return 1;
    }
    for (const line of lines) if (line !== undefined) io.stdout.write(`${line}\n`);
    return lines.includes(undefined) ? 2 : 0;
  },
};
