import { Input, type Stdio } from '../lib/stdio.ts';
import { type Accounts, readAccounts } from '../lib/users.ts';
import { Given, Misuse, quote, type Utility } from '../utility.ts';

/** Who runs this, and on what machine. */
export const id: Utility = {
  name: 'id',
  usage: '[OPTION]... [USER]...',
  summary:
    'Print user and group information for each specified USER, or (when USER omitted) for the current process.',
  options: {
    short: 'agGnruzZ',
    long: { context: 'Z', group: 'g', groups: 'G', name: 'n', real: 'r', user: 'u', zero: 'z' },
    // For what other versions of id did with it.
    inert: ['a'],
  },
  busybox: { options: { short: 'rnguG' }, usage: '[-ugGnr] [USER]' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const gnu = flavour === 'gnu';
    if (given.has('Z')) return io.fail('--context (-Z) works only on an SELinux-enabled kernel');
    const accounts = await readAccounts(io.sys);
    const asked = ['u', 'g', 'G'].filter((name) => given.has(name));
    if (asked.length > 1)
      if (gnu) return io.fail('cannot print "only" of more than one choice');
      else throw new Misuse('');
    if (gnu && given.has('n', 'r') && asked.length === 0)
      return io.fail('cannot print only names or real IDs in default format');
    if (gnu && given.has('z') && asked.length === 0)
      return io.fail('option --zero not permitted in default format');
    let status = 0;
    for (const name of parsed.operands.length === 0 ? [undefined] : parsed.operands) {
      const identity = identityOf(io, accounts, name);
      if (identity === undefined) {
        status = await io.fail(gnu ? `${quote(io, name!)}: no such user` : `unknown user ${name}`);
        continue;
      }
      const { uid, gid, euid, egid, groups } = identity;
      const real = given.has('r');
      const user = (n: number) => (given.has('n') ? accounts.userName(n) : String(n));
      const group = (n: number) => (given.has('n') ? accounts.groupName(n) : String(n));
      const end = given.has('z') ? '\0' : '\n';
      if (given.has('u')) io.stdout.write(user(real ? uid : euid) + end);
      else if (given.has('g')) io.stdout.write(group(real ? gid : egid) + end);
      else if (given.has('G')) io.stdout.write(groups.map(group).join(given.has('z') ? '\0' : ' ') + end);
      else {
        const named = (n: number, found: string | undefined) =>
          found === undefined ? String(n) : `${n}(${found})`;
        const userText = (n: number) => named(n, accounts.user(n)?.name);
        const groupText = (n: number) => named(n, accounts.group(n)?.name);
        let line = `uid=${userText(uid)} gid=${groupText(gid)}`;
        if (euid !== uid) line += ` euid=${userText(euid)}`;
        if (egid !== gid) line += ` egid=${groupText(egid)}`;
        // BusyBox keeps silent of groups when there are none beside the first.
        if (gnu || name !== undefined || io.sys.getgroups().length > 0)
          line += ` groups=${groups.map(groupText).join(',')}`;
        io.stdout.write(`${line}\n`);
      }
    }
    return status;
  },
};

function identityOf(io: Stdio, accounts: Accounts, name: string | undefined) {
  const { sys } = io;
  if (name === undefined) {
    const [uid, gid, euid, egid] = [sys.getuid(), sys.getgid(), sys.geteuid(), sys.getegid()];
    return { uid, gid, euid, egid, groups: [...new Set([egid, ...sys.getgroups()])] };
  }
  const user = accounts.user(name) ?? (/^\d+$/.test(name) ? accounts.user(Number(name)) : undefined);
  if (user === undefined) return undefined;
  const groups = accounts.groupsOf(user.name, user.gid);
  return { uid: user.uid, gid: user.gid, euid: user.uid, egid: user.gid, groups };
}

export const whoami: Utility = {
  name: 'whoami',
  usage: '[OPTION]...',
  summary: 'Print the user name associated with the current effective user ID.',
  options: {},
  busybox: { usage: '' },
  async run(io, { operands }, flavour) {
    if (operands.length > 0) throw new Misuse(`extra operand ${quote(io, operands[0]!)}`);
    const uid = io.sys.geteuid();
    const user = (await readAccounts(io.sys)).user(uid);
    if (!user)
      return io.fail(flavour === 'gnu' ? `cannot find name for user ID ${uid}` : `unknown uid ${uid}`);
    io.stdout.write(`${user.name}\n`);
    return 0;
  },
};

export const groups: Utility = {
  name: 'groups',
  usage: '[OPTION]... [USERNAME]...',
  summary:
    'Print group memberships for each USERNAME or, if no USERNAME is specified, for the current process.',
  options: {},
  busybox: { usage: '[USER]' },
  async run(io, { operands }, flavour) {
    const accounts = await readAccounts(io.sys);
    let status = 0;
    for (const name of operands.length === 0 ? [undefined] : operands) {
      const identity = identityOf(io, accounts, name);
      if (!identity) {
        status = await io.fail(
          flavour === 'gnu' ? `${quote(io, name!)}: no such user` : `unknown user ${name}`,
        );
        continue;
      }
      const names = identity.groups.map((gid) => accounts.groupName(gid)).join(' ');
      io.stdout.write(name !== undefined && flavour === 'gnu' ? `${name} : ${names}\n` : `${names}\n`);
    }
    return status;
  },
};

export const logname: Utility = {
  name: 'logname',
  usage: '[OPTION]',
  summary: "Print the user's login name.",
  options: {},
  busybox: { usage: '' },
  async run(io) {
    const name = io.env.get('LOGNAME');
    if (!name) return io.fail('no login name');
    io.stdout.write(`${name}\n`);
    return 0;
  },
};

export const nproc: Utility = {
  name: 'nproc',
  usage: '[OPTION]...',
  summary: 'Print the number of processing units available to the current process.',
  // All processors are there for every process.
  options: { long: { all: 'a', ignore: 'i:' }, inert: ['a'] },
  busybox: { usage: '[--all] [--ignore=N]' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const gnu = flavour === 'gnu';
    const [extra] = parsed.operands;
    if (gnu && extra !== undefined) throw new Misuse(`extra operand ${quote(io, extra)}`);
    const ignored = given.value('i') ?? '0';
    if (!/^\d+$/.test(ignored))
      return io.fail(gnu ? `invalid number: ${quote(io, ignored)}` : `invalid number '${ignored}'`);
    const count = given.has('a') ? await processors(io) : await available(io, gnu);
    io.stdout.write(`${Math.max(1, count - Number(ignored))}\n`);
    return 0;
  },
};

/** Those of the machine. */
async function processors({ sys }: Stdio): Promise<number> {
  const fd = await sys.open('/proc/cpuinfo', 0);
  let count = 0;
  for await (const line of new Input(sys, fd).lines()) if (line.startsWith('processor')) count++;
  await sys.close(fd);
  return count;
}

/** Those that the process may run on; OpenMP's variables have the last word in GNU's form (gnulib's num_processors()). */
async function available({ sys, env }: Stdio, gnu: boolean): Promise<number> {
  const number = (name: string) => Number(/^\s*(\d+)/.exec((gnu && env.get(name)) || '')?.[1] ?? 0);
  const allowed = (await sys.sched_getaffinity(0)).toString(2).replaceAll('0', '').length;
  return Math.min(
    number('OMP_NUM_THREADS') || allowed,
    number('OMP_THREAD_LIMIT') || Number.POSITIVE_INFINITY,
  );
}

export const uname: Utility = {
  name: 'uname',
  usage: '[OPTION]...',
  summary: 'Print certain system information.  With no OPTION, same as -s.',
  options: {
    short: 'amnioprsv',
    long: {
      all: 'a',
      'kernel-name': 's',
      nodename: 'n',
      'kernel-release': 'r',
      'kernel-version': 'v',
      machine: 'm',
      processor: 'p',
      'hardware-platform': 'i',
      'operating-system': 'o',
    },
  },
  busybox: { options: { short: 'snrvmpioa' }, usage: '[-amnrspvio]' },
  async run(io, parsed) {
    if (parsed.operands.length > 0) throw new Misuse(`extra operand ${quote(io, parsed.operands[0]!)}`);
    const given = new Given(parsed);
    const name = await io.sys.uname();
    const all = given.has('a');
    const fields: [string, string][] = [
      ['s', name.sysname],
      ['n', name.nodename],
      ['r', name.release],
      ['v', name.version],
      ['m', name.machine],
      ['p', 'unknown'],
      ['i', 'unknown'],
      ['o', 'GNU/Linux'],
    ];
    const shown = fields.filter(
      ([letter]) =>
        (all && letter !== 'p' && letter !== 'i') ||
        given.has(letter) ||
        (letter === 's' && parsed.options.length === 0),
    );
    io.stdout.write(`${shown.map(([, text]) => text).join(' ')}\n`);
    return 0;
  },
};

export const arch: Utility = {
  name: 'arch',
  usage: '[OPTION]...',
  summary: 'Print machine architecture.',
  options: {},
  busybox: { usage: '' },
  async run(io) {
    io.stdout.write(`${(await io.sys.uname()).machine}\n`);
    return 0;
  },
};
