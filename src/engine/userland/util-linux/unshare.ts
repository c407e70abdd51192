import { isErrno } from '../../base/errno.ts';
import {
  MS_BIND,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_PRIVATE,
  MS_REC,
  MS_SHARED,
  MS_SLAVE,
  O_WRONLY,
} from '../../kernel/fcntl.ts';
import { parseSignal, type Signal } from '../../kernel/signals.ts';
import type { NamespaceKind } from '../../kernel/syscalls.ts';
import { type Stdio, utility } from '../lib/stdio.ts';
import { textToBytes } from '../lib/text.ts';
import { readAccounts } from '../lib/users.ts';
import { Given, type Utility } from '../utility.ts';
import { busyboxUnshare } from './busybox-namespaces.ts';
import { type IdMapping, idRange, mapThroughHelpers, subordinateRange } from './id-ranges.ts';
import { KINDS_BY_LETTER, LONG_BY_LETTER } from './namespace-files.ts';
import { afterSignal, become, endAs, must, quit, wholeNumber, writeKernelFile } from './steps.ts';

/** unshare(1) */
export const unshare: Utility = {
  name: 'unshare',
  usage: '[options] [<program> [<argument>...]]',
  summary: 'Run a program with some namespaces unshared from the parent.',
  options: {
    short: '+fhVmuinpCTUrR:w:S:G:c',
    long: {
      ...LONG_BY_LETTER,
      fork: 'f',
      'kill-child': 'kill-child::',
      'mount-proc': 'mount-proc::',
      'map-user': 'map-user:',
      'map-users': 'map-users:',
      'map-group': 'map-group:',
      'map-groups': 'map-groups:',
      'map-root-user': 'r',
      'map-current-user': 'c',
      'map-auto': 'map-auto',
      propagation: 'propagation:',
      setgroups: 'setgroups:',
      'keep-caps': 'keep-caps',
      setuid: 'S:',
      setgid: 'G:',
      root: 'R:',
      wd: 'w:',
      monotonic: 'monotonic:',
      boottime: 'boottime:',
    },
    about: { help: 'h', version: 'V' },
  },
  busybox: {
    options: {
      short: '+muinpUfr',
      long: {
        mount: 'm::',
        uts: 'u::',
        ipc: 'i::',
        net: 'n::',
        pid: 'p::',
        user: 'U::',
        fork: 'f',
        'map-root-user': 'r',
        'mount-proc': 'mount-proc::',
        propagation: 'propagation:',
        setgroups: 'setgroups:',
      },
    },
    usage: '[OPTIONS] [PROG ARGS]',
  },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    if (flavour === 'busybox') return busyboxUnshare(io, given, parsed.operands);
    const plan = await planOf(io, given);
    const { kinds } = plan;
    if (plan.clocks.length > 0 && !kinds.includes('time'))
      return quit(io, 'options --monotonic and --boottime require unsharing of a time namespace (-t)');
    const { sys } = io;
    await sys.sigaction('SIGCHLD', 'default');
    const files =
      plan.files.length > 0 && kinds.includes('mnt') ? await bindLater(io, plan.files) : undefined;
    const { users, groups } = plan;
    const helpers = users.range || groups.range ? await mapThroughHelpers(io, users, groups) : undefined;
    await must(io, 'unshare failed', () => sys.unshare(kinds));
    await helpers?.();
    for (const [clock, offset] of plan.clocks)
      await must(io, 'failed to write to /proc/self/timens_offsets', () =>
        writeKernelFile(sys, '/proc/self/timens_offsets', `${clock} ${offset} 0`),
      );
    const rest = (own: Stdio) => prepareAndRun(own, plan, parsed.operands);
    if (!plan.fork) {
      await (files?.() ?? bindFiles(io, plan.files, sys.getpid()));
      return rest(io);
    }
    const blocked = await sys.sigmask(new Set<Signal>(['SIGINT', 'SIGTERM']));
    const child = utility(async (own) => {
      await own.sys.sigmask(blocked);
      return rest(own);
    });
    const pid = await must(io, 'fork failed', () => sys.fork(child));
    await (files?.() ?? bindFiles(io, plan.files, sys.getpid()));
    return endAs(io, pid);
  },
};

const SETGROUPS = '/proc/self/setgroups';

interface Plan {
  kinds: NamespaceKind[];
  /** Names that keep a namespace alive: bind mounts of its file. */
  files: [NamespaceKind, string][];
  fork: boolean;
  killChild: Signal | undefined;
  procAt: string | undefined;
  users: IdMapping;
  groups: IdMapping;
  /** Who runs it, before any of that. */
  euid: number;
  egid: number;
  setgroups: string | undefined;
  propagation: number;
  keepCapabilities: boolean;
  uid: number | undefined;
  gid: number | undefined;
  root: string | undefined;
  directory: string | undefined;
  /** Offsets by the clock's number. */
  clocks: [clock: number, seconds: number][];
}

const PROPAGATION: Readonly<Record<string, number>> = {
  slave: MS_REC | MS_SLAVE,
  private: MS_REC | MS_PRIVATE,
  shared: MS_REC | MS_SHARED,
  unchanged: 0,
};

async function planOf(io: Stdio, given: Given): Promise<Plan> {
  const { sys } = io;
  const [euid, egid] = [sys.geteuid(), sys.getegid()];
  const number = async (option: string, what: string) => {
    const text = given.value(option);
    return text === undefined ? undefined : wholeNumber(io, text, `failed to parse ${what}`);
  };
  const propagation = given.value('propagation') ?? 'private';
  if (!(propagation in PROPAGATION)) await quit(io, `unsupported propagation mode: ${propagation}`);
  const setgroups = given.value('setgroups');
  if (setgroups !== undefined && setgroups !== 'allow' && setgroups !== 'deny')
    await quit(io, `unsupported --setgroups argument '${setgroups}'`);
  const signal = given.value('kill-child');
  const killChild = given.has('kill-child') ? parseSignal(signal ?? 'SIGKILL') : undefined;
  if (given.has('kill-child') && killChild === undefined) await quit(io, `unknown signal: ${signal}`);
  const users: IdMapping = { own: undefined, range: undefined };
  const groups: IdMapping = { own: undefined, range: undefined };
  const last = given.last('r', 'c');
  if (last !== undefined) [users.own, groups.own] = last === 'r' ? [0, 0] : [euid, egid];
  const accounts = await readAccounts(sys);
  const [user, group] = [given.value('map-user'), given.value('map-group')];
  if (user !== undefined)
    users.own = accounts.user(user)?.uid ?? (await wholeNumber(io, user, 'failed to parse uid'));
  if (group !== undefined)
    groups.own = accounts.group(group)?.gid ?? (await wholeNumber(io, group, 'failed to parse gid'));
  for (const [mapping, option, file] of [
    [users, 'map-users', '/etc/subuid'],
    [groups, 'map-groups', '/etc/subgid'],
  ] as const) {
    const text = given.value(option);
    if (given.has('map-auto') || text === 'auto')
      mapping.range = await subordinateRange(io, file, accounts, euid);
    else if (text !== undefined) mapping.range = await idRange(io, text);
  }
  const kinds = new Set(KINDS_BY_LETTER.filter(([letter]) => given.has(letter)).map(([, kind]) => kind));
  if (given.has('mount-proc')) kinds.add('mnt');
  if ([users, groups].some(({ own, range }) => own !== undefined || range)) kinds.add('user');
  const clocks: Plan['clocks'] = [];
  for (const [option, clock] of [
    ['boottime', 7],
    ['monotonic', 1],
  ] as const) {
    const seconds = await offset(io, given.value(option), option);
    if (seconds !== undefined) clocks.push([clock, seconds]);
  }
  return {
    kinds: [...kinds],
    files: KINDS_BY_LETTER.flatMap(([letter, kind]) => {
      const file = given.value(letter);
      return file === undefined ? [] : [[kind, file] as [NamespaceKind, string]];
    }),
    fork: given.has('f', 'kill-child'),
    killChild,
    procAt: given.has('mount-proc') ? (given.value('mount-proc') ?? '/proc') : undefined,
    users,
    groups,
    euid,
    egid,
    setgroups,
    propagation: PROPAGATION[propagation]!,
    keepCapabilities: given.has('keep-caps'),
    uid: await number('S', 'uid'),
    gid: await number('G', 'gid'),
    root: given.value('R'),
    directory: given.value('w'),
    clocks,
  };
}

/** strtoul(3) takes a minus sign too: so clocks can be set back. */
async function offset(io: Stdio, text: string | undefined, clock: string): Promise<number | undefined> {
  if (text === undefined) return undefined;
  if (!/^[-+]?\d+$/.test(text)) return quit(io, `failed to parse ${clock} offset: '${text}'`);
  return Number(text);
}

/** What is done in the new namespaces, by the child if there is one. */
async function prepareAndRun(io: Stdio, plan: Plan, command: readonly string[]): Promise<number> {
  const { sys } = io;
  const { killChild, users, groups, setgroups, root, procAt } = plan;
  if (killChild) await sys.prctl({ option: 'PR_SET_PDEATHSIG', signal: killChild });
  if (users.own !== undefined && !users.range)
    await writeInto(io, '/proc/self/uid_map', `${users.own} ${plan.euid} 1`);
  if (groups.own !== undefined && !groups.range) {
    if (setgroups === 'allow')
      await quit(io, 'options --setgroups=allow and --map-group are mutually exclusive');
    await writeInto(io, SETGROUPS, 'deny');
    await writeInto(io, '/proc/self/gid_map', `${groups.own} ${plan.egid} 1`);
  }
  if (setgroups !== undefined) await writeInto(io, SETGROUPS, setgroups);
  if (plan.kinds.includes('mnt') && plan.propagation !== 0)
    await must(io, 'cannot change root filesystem propagation', () =>
      sys.mount('none', '/', '', plan.propagation),
    );
  if (root !== undefined) await must(io, `cannot change root directory to '${root}'`, () => sys.chroot(root));
  const directory = plan.directory ?? (root === undefined ? undefined : '/');
  if (directory !== undefined) await must(io, `cannot chdir to '${directory}'`, () => sys.chdir(directory));
  if (procAt !== undefined) await mountProc(io, plan, procAt);
  if (plan.gid !== undefined) {
    const { gid } = plan;
    await must(io, 'setgroups failed', () => sys.setgroups([]));
    await must(io, 'setgid failed', () => sys.setgid(gid));
  }
  if (plan.uid !== undefined) {
    const { uid } = plan;
    await must(io, 'setuid failed', () => sys.setuid(uid));
  }
  if (plan.keepCapabilities && plan.kinds.includes('user')) {
    const { permitted, effective } = await sys.capget();
    await must(io, 'capset failed', () => sys.capset({ inheritable: permitted, ambient: effective }));
  }
  return become(io, command);
}

async function writeInto(io: Stdio, file: string, text: string): Promise<void> {
  const fd = await must(io, `cannot open ${file}`, () => io.sys.open(file, O_WRONLY));
  await must(io, `write failed ${file}`, () => io.sys.write(fd, textToBytes(text)));
  await io.sys.close(fd);
}

/** A fresh /proc on top of the old, which shall spread to nobody. */
async function mountProc(io: Stdio, plan: Plan, at: string): Promise<void> {
  const { sys } = io;
  if (plan.root === undefined && plan.propagation !== PROPAGATION['private'])
    try {
      await sys.mount('none', at, '', MS_PRIVATE | MS_REC);
    } catch (error) {
      // Where nothing is mounted there is nothing to change.
      if (!isErrno(error, 'EINVAL'))
        await must(io, `cannot change ${at} filesystem propagation`, () => Promise.reject(error));
    }
  await must(io, `mount ${at} failed`, () => sys.mount('proc', at, 'proc', MS_NOSUID | MS_NOEXEC | MS_NODEV));
}

/** Gives the namespaces of a process names that keep them alive. */
async function bindFiles(io: Stdio, files: Plan['files'], pid: number): Promise<void> {
  for (const [kind, file] of files) {
    const source = `/proc/${pid}/ns/${kind === 'pid' || kind === 'time' ? `${kind}_for_children` : kind}`;
    await must(io, `mount ${source} on ${file} failed`, () => io.sys.mount(source, file, '', MS_BIND));
  }
}

/** The same from a child that stays behind in the old mount namespace. Gives what tells it that the new ones are there. */
async function bindLater(io: Stdio, files: Plan['files']): Promise<() => Promise<void>> {
  const parent = io.sys.getpid();
  return afterSignal(io, async (child) => {
    await bindFiles(child, files, parent);
    return 0;
  });
}
