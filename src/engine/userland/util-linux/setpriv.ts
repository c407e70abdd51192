import { isErrno } from '../../base/errno.ts';
import { parseSignal } from '../../kernel/signals.ts';
import { CAPABILITIES, type Capability, CapabilitySet } from '../../vfs/capabilities.ts';
import { execProgram } from '../lib/spawn.ts';
import { Exit, readFile, type Stdio } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { type Accounts, readAccounts } from '../lib/users.ts';
import { Given, type Utility } from '../utility.ts';

/** setpriv(1) of util-linux: runs a program with other ids and rights. Security modules and securebits are not simulated. */
export const setpriv: Utility = {
  name: 'setpriv',
  usage: '[options] <program> [<argument>...]',
  summary: 'Run a program with different privilege settings.',
  options: {
    short: '+dhV',
    long: {
      dump: 'd',
      nnp: 'nnp',
      'no-new-privs': 'nnp',
      'inh-caps': 'inh-caps:',
      'ambient-caps': 'ambient-caps:',
      'list-caps': 'list-caps',
      'bounding-set': 'bounding-set:',
      ruid: 'ruid:',
      euid: 'euid:',
      rgid: 'rgid:',
      egid: 'egid:',
      reuid: 'reuid:',
      regid: 'regid:',
      'clear-groups': 'clear-groups',
      'keep-groups': 'keep-groups',
      'init-groups': 'init-groups',
      groups: 'groups:',
      securebits: 'securebits:',
      pdeathsig: 'pdeathsig:',
      'selinux-label': 'selinux-label:',
      'apparmor-profile': 'apparmor-profile:',
      'reset-env': 'reset-env',
    },
    about: { help: 'h', version: 'V' },
    refused: ['securebits', 'selinux-label', 'apparmor-profile'],
  },
  async run(io, parsed) {
    const given = new Given(parsed);
    if (given.has('d')) {
      if (parsed.options.some(({ name }) => name !== 'd') || parsed.operands.length > 0)
        return io.fail('--dump is incompatible with all other options');
      return dump(io, parsed.options.length > 1);
    }
    if (given.has('list-caps')) {
      for (const capability of CAPABILITIES) io.stdout.write(`${capability.toLowerCase()}\n`);
      return 0;
    }
    if (parsed.operands.length === 0) return io.fail('No program specified');
    await apply(io, given);
    const env = given.has('reset-env') ? await freshEnvironment(io) : io.env;
    try {
      return await execProgram(io.process, parsed.operands, env);
    } catch (error) {
      if (!isErrno(error)) throw error;
      return io.fail(
        `failed to execute ${parsed.operands[0]}: ${error.message}`,
        error.code === 'ENOENT' ? 127 : 126,
      );
    }
  },
};

const listed = (set: CapabilitySet): string =>
  CAPABILITIES.filter((capability) => set.has(capability))
    .map((capability) => capability.toLowerCase())
    .join(',') || '[none]';

async function dump(io: Stdio, all: boolean): Promise<number> {
  const { sys } = io;
  const sets = await sys.capget();
  const status = bytesToText(await readFile(sys, '/proc/self/status'));
  io.stdout.write(
    [
      `uid: ${sys.getuid()}`,
      `euid: ${sys.geteuid()}`,
      `gid: ${sys.getgid()}`,
      `egid: ${sys.getegid()}`,
      `Supplementary groups: ${sys.getgroups().join(',') || '[none]'}`,
      `no_new_privs: ${/^NoNewPrivs:\s*(\d)/m.exec(status)?.[1] ?? 0}`,
      ...(all
        ? [
            `Effective capabilities: ${listed(sets.effective)}`,
            `Permitted capabilities: ${listed(sets.permitted)}`,
          ]
        : []),
      `Inheritable capabilities: ${listed(sets.inheritable)}`,
      `Ambient capabilities: ${listed(sets.ambient)}`,
      `Capability bounding set: ${listed(sets.bounding)}`,
      'Securebits: [none]',
      'Parent death signal: [none]',
      '',
    ].join('\n'),
  );
  return 0;
}

const GROUPS = ['clear-groups', 'keep-groups', 'init-groups', 'groups'];

/** Makes the changes, in the order in which each still has the rights that it needs. */
async function apply(io: Stdio, given: Given): Promise<void> {
  const { sys } = io;
  const accounts = await readAccounts(sys);
  const uid = (option: string) => idOf(io, given, option, (name) => accounts.user(name)?.uid);
  const gid = (option: string) => idOf(io, given, option, (name) => accounts.group(name)?.gid);
  const ruid = (await uid('reuid')) ?? (await uid('ruid'));
  const euid = (await uid('reuid')) ?? (await uid('euid'));
  const rgid = (await gid('regid')) ?? (await gid('rgid'));
  const egid = (await gid('regid')) ?? (await gid('egid'));
  const groups = GROUPS.filter((name) => given.has(name));
  if (groups.length > 1)
    throw await refuse(io, `mutually exclusive arguments: ${GROUPS.map((name) => `--${name}`).join(' ')}`);
  if ((rgid !== undefined || egid !== undefined) && groups.length === 0)
    throw await refuse(io, '--[re]gid requires --keep-groups, --clear-groups, --init-groups, or --groups');
  if (given.has('init-groups') && ruid === undefined)
    throw await refuse(io, '--init-groups requires --ruid or --reuid');
  const inheritable = await capabilityChange(io, given.value('inh-caps'));
  const ambient = await capabilityChange(io, given.value('ambient-caps'));
  const bounding = await capabilityChange(io, given.value('bounding-set'));

  const trying = async (doing: string, call: () => Promise<unknown>) => {
    try {
      await call();
    } catch (error) {
      if (!isErrno(error)) throw error;
      throw await refuse(io, `${doing}: ${error.message}`);
    }
  };
  if (given.has('nnp'))
    await trying('disallow granting new privileges failed', () =>
      sys.prctl({ option: 'PR_SET_NO_NEW_PRIVS' }),
    );
  if (rgid !== undefined || egid !== undefined)
    await trying('setresgid failed', () => sys.setresgid(rgid ?? -1, egid ?? -1, egid ?? -1));
  const list = await groupList(io, given, accounts, ruid, rgid);
  if (list)
    await trying(given.has('init-groups') ? 'initgroups failed' : 'setgroups failed', () =>
      sys.setgroups(list),
    );
  // The bounding set can be changed only with the rights that another user has not.
  if (bounding)
    await trying('apply bounding set', async () => {
      const now = (await sys.capget()).bounding;
      const wanted = bounding(now);
      for (const capability of CAPABILITIES)
        if (now.has(capability) && !wanted.has(capability))
          await sys.prctl({ option: 'PR_CAPBSET_DROP', capability });
    });
  if (ruid !== undefined || euid !== undefined)
    await trying('setresuid failed', () => sys.setresuid(ruid ?? -1, euid ?? -1, euid ?? -1));
  if (inheritable)
    await trying('apply capabilities', async () => {
      await sys.capset({ inheritable: inheritable((await sys.capget()).inheritable) });
    });
  if (ambient)
    await trying('apply ambient capabilities', async () => {
      const sets = await sys.capget();
      const wanted = ambient(sets.ambient);
      // What is not permitted and inheritable cannot be ambient, and is passed over.
      await sys.capset({ ambient: wanted.and(sets.permitted).and(sets.inheritable) });
    });
  const signal = given.value('pdeathsig');
  if (signal !== undefined && signal !== 'keep') {
    const parsed = signal === 'clear' ? 0 : parseSignal(signal);
    if (parsed === undefined) throw await refuse(io, `unknown signal: ${signal}`);
    await sys.prctl({ option: 'PR_SET_PDEATHSIG', signal: parsed });
  }
}

async function refuse(io: Stdio, message: string): Promise<Exit> {
  await io.fail(message);
  return new Exit(1);
}

async function idOf(
  io: Stdio,
  given: Given,
  option: string,
  named: (name: string) => number | undefined,
): Promise<number | undefined> {
  const value = given.value(option);
  if (value === undefined) return undefined;
  const id = named(value) ?? (/^\d+$/.test(value) ? Number(value) : undefined);
  if (id === undefined) throw await refuse(io, `failed to parse ${option}: '${value}'`);
  return id;
}

/** Supplementary groups, where they are to be set. */
async function groupList(
  io: Stdio,
  given: Given,
  accounts: Accounts,
  ruid: number | undefined,
  rgid: number | undefined,
): Promise<number[] | undefined> {
  if (given.has('clear-groups')) return [];
  if (given.has('init-groups')) {
    const user = accounts.user(ruid!);
    if (!user)
      throw await refuse(
        io,
        `uid ${ruid} not found, --init-groups requires an user that can be found on the system`,
      );
    return accounts.groupsOf(user.name, rgid ?? user.gid);
  }
  const names = given.value('groups');
  if (names === undefined) return undefined;
  const list: number[] = [];
  for (const name of names.split(',')) {
    const gid = accounts.group(name)?.gid ?? (/^\d+$/.test(name) ? Number(name) : undefined);
    if (gid === undefined) throw await refuse(io, 'Invalid supplementary group id');
    list.push(gid);
  }
  return list;
}

/** `-sys_admin,+chown`, with `all` for every one. */
async function capabilityChange(
  io: Stdio,
  text: string | undefined,
): Promise<((set: CapabilitySet) => CapabilitySet) | undefined> {
  if (text === undefined) return undefined;
  const changes: { raise: boolean; set: CapabilitySet }[] = [];
  for (const item of text.split(',')) {
    const sign = item[0];
    const name = item.slice(1);
    if (sign !== '+' && sign !== '-') throw await refuse(io, 'bad capability string');
    const capability = name.toUpperCase() as Capability;
    if (name !== 'all' && !CAPABILITIES.includes(capability))
      throw await refuse(io, `unknown capability "${name}"`);
    changes.push({
      raise: sign === '+',
      set: name === 'all' ? CapabilitySet.ALL : CapabilitySet.of([capability]),
    });
  }
  return (set) => changes.reduce((now, { raise, set: one }) => (raise ? now.or(one) : now.without(one)), set);
}

/** `--reset-env` */
async function freshEnvironment(io: Stdio): Promise<Map<string, string>> {
  const user = (await readAccounts(io.sys)).user(io.sys.getuid());
  const root = io.sys.getuid() === 0;
  return new Map([
    ...(io.env.has('TERM') ? [['TERM', io.env.get('TERM')!] as const] : []),
    ['SHELL', user?.shell || '/bin/sh'],
    ['HOME', user?.home ?? '/'],
    ['USER', user?.name ?? ''],
    ['LOGNAME', user?.name ?? ''],
    [
      'PATH',
      root ? '/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin' : '/usr/local/bin:/bin:/usr/bin',
    ],
  ]);
}
