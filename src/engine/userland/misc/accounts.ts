import { isDirectory, isLink, join, sortedNamesIn, statOf } from '../files.ts';
import { fnmatch } from '../lib/glob.ts';
import { hostsFile } from '../lib/resolver.ts';
import { run as runProgram } from '../lib/spawn.ts';
import { readAccounts } from '../lib/users.ts';
import { Given, Misuse, type Utility } from '../utility.ts';

/** getent(1), for passwd, group and hosts. */
export const getent: Utility = {
  name: 'getent',
  usage: '[OPTION...] database [key ...]',
  summary: 'Get entries from administrative database.',
  options: { short: 'is:' },
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

/** time, BusyBox' applet: how long a program took. */
export const time: Utility = {
  name: 'time',
  usage: '[-vpa] [-o FILE] PROG ARGS',
  summary: 'Run PROG, display resource usage when it exits',
  options: { short: '+vpao:f:' },
  async run(io, { operands }) {
    if (operands.length === 0) throw new Misuse('');
    const start = io.sys.clock_gettime('monotonic');
    const before = await io.sys.times();
    const status = await runProgram(io.process, operands);
    const after = await io.sys.times();
    const show = (ms: number) => `${Math.floor(ms / 60_000)}m ${((ms % 60_000) / 1000).toFixed(2)}s`;
    await io.stderr.write(
      `real\t${show(io.sys.clock_gettime('monotonic') - start)}\nuser\t${show(after.childUser - before.childUser)}\nsys\t${show(after.childSystem - before.childSystem)}\n`,
    );
    return status;
  },
};

/** tree(1) */
export const tree: Utility = {
  name: 'tree',
  usage: '[-adfL LEVEL] [directory ...]',
  summary: 'List contents of directories in a tree-like format.',
  options: { short: 'aCdfFhiI:L:nNpPsu', long: { noreport: 'noreport', dirsfirst: 'dirsfirst' } },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const most = Number(given.value('L') ?? Number.POSITIVE_INFINITY);
    const count = { directories: 0, files: 0 };
    const walk = async (path: string, indent: string, depth: number): Promise<void> => {
      if (depth > most) return;
      let names = (await sortedNamesIn(io.sys, path)).filter(
        (name) =>
          (given.has('a') || !name.startsWith('.')) &&
          !given.values('I').some((pattern) => fnmatch(pattern, name)),
      );
      const stats = new Map(
        await Promise.all(
          names.map(async (name) => [name, await statOf(io.sys, join(path, name), false)] as const),
        ),
      );
      if (given.has('d')) names = names.filter((name) => isDirectory(stats.get(name)));
      if (given.has('dirsfirst'))
        names.sort((a, b) => Number(isDirectory(stats.get(b))) - Number(isDirectory(stats.get(a))));
      for (const [i, name] of names.entries()) {
        const last = i === names.length - 1;
        const inner = join(path, name);
        const stat = stats.get(name);
        const target = isLink(stat) ? ` -> ${await io.sys.readlink(inner)}` : '';
        io.stdout.write(
          `${given.has('i') ? '' : indent + (last ? '└── ' : '├── ')}${given.has('f') ? inner : name}${given.has('F') && isDirectory(stat) ? '/' : ''}${target}\n`,
        );
        if (isDirectory(stat)) {
          count.directories++;
          await walk(
            inner,
            indent + (last ? '    ' : flavour === 'gnu' ? '│\u00a0\u00a0 ' : '│   '),
            depth + 1,
          );
        } else count.files++;
      }
    };
    for (const path of parsed.operands.length === 0 ? ['.'] : parsed.operands) {
      if (!isDirectory(await statOf(io.sys, path))) {
        io.stdout.write(`${path}  [error opening dir]\n`);
        continue;
      }
      io.stdout.write(`${path}\n`);
      await walk(path, '', 1);
    }
    const some = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;
    const directories = count.directories + (flavour === 'gnu' ? 1 : 0);
    if (!given.has('noreport'))
      io.stdout.write(
        `\n${some(directories, 'directory', 'directories')}${given.has('d') ? '' : `, ${some(count.files, 'file', 'files')}`}\n`,
      );
    return 0;
  },
};
