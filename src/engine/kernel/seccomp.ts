import { Errno, type ErrnoCode } from '../base/errno.ts';
import type { CloneOptions, NamespaceKind } from './syscalls.ts';
import type { Task } from './task.ts';

/** What becomes of a call: it goes on, fails, or ends the process with SIGSYS. */
export type SeccompAction = 'allow' | 'kill' | ErrnoCode;

export interface SeccompCondition {
  index: number;
  operator: '!=' | '<' | '<=' | '==' | '>=' | '>' | 'masked ==';
  value: number;
  /** For `masked ==`: what is left of the argument under the mask `value`. */
  masked: number;
}

export interface SeccompRule {
  action: SeccompAction;
  /** All of them hold. */
  conditions: readonly SeccompCondition[];
}

/** A filter of seccomp(2), as libseccomp has it before it makes a program of BPF of it: rules by the names of Linux' calls. */
export interface SeccompFilter {
  otherwise: SeccompAction;
  rules: ReadonlyMap<string, readonly SeccompRule[]>;
}

/** seccomp(2) with SECCOMP_SET_MODE_FILTER: one more filter, which children inherit. EACCES. */
export function addFilter(task: Task, filter: SeccompFilter): void {
  if (!task.noNewPrivileges && !task.cred.capabilities.has('SYS_ADMIN')) throw new Errno('EACCES');
  task.seccomp = [...(task.seccomp ?? []), filter];
}

/**
 * Asks a task's filters of a call, before the kernel looks at it. Of several answers the sternest counts: the call fails, or the
 * process is at its end, and nothing comes of the call.
 */
export function passesSeccomp(task: Task, call: string, args: readonly unknown[]): boolean {
  const [name, values] = asLinux(call, args);
  if (name === undefined) return true;
  let errno: ErrnoCode | undefined;
  for (const filter of task.seccomp!) {
    const action = decide(filter, name, values);
    if (action === 'kill') {
      task.kernel.end(task, { kind: 'signaled', signal: 'SIGSYS', coreDumped: false });
      return false;
    }
    if (action !== 'allow') errno ??= action;
  }
  if (errno !== undefined) throw new Errno(errno);
  return true;
}

/** What one filter says of a call. */
function decide(
  { otherwise, rules }: SeccompFilter,
  name: string,
  values: readonly unknown[],
): SeccompAction {
  for (const rule of rules.get(name) ?? []) if (meets(rule, values)) return rule.action;
  return otherwise;
}

function meets({ conditions, action }: SeccompRule, values: readonly unknown[]): boolean {
  for (const condition of conditions) if (!holds(condition, values[condition.index], action)) return false;
  return true;
}

/** An argument that has no number here, a pointer, stands in nobody's way. */
function holds(condition: SeccompCondition, argument: unknown, action: SeccompAction): boolean {
  if (typeof argument !== 'number') return action === 'allow';
  const { operator, value, masked } = condition;
  switch (operator) {
    case '!=':
      return argument !== value;
    case '<':
      return argument < value;
    case '<=':
      return argument <= value;
    case '==':
      return argument === value;
    case '>=':
      return argument >= value;
    case '>':
      return argument > value;
    case 'masked ==':
      return (argument & value) === masked;
  }
}

/** Calls that are called otherwise here. What is left out asks for no more than the C library does by itself. */
const LINUX_NAMES: Readonly<Record<string, string | undefined>> = {
  access: 'faccessat',
  accept: 'accept4',
  brk: undefined,
  chown: 'fchownat',
  chmod: 'fchmodat',
  dupfd: 'fcntl',
  exit: undefined,
  fstat: 'newfstatat',
  getdents: 'getdents64',
  getrlimit: 'prlimit64',
  inotify_init: 'inotify_init1',
  isatty: 'ioctl',
  lstat: 'newfstatat',
  nanosleep: 'clock_nanosleep',
  netlink: undefined,
  open: 'openat',
  pipe: 'pipe2',
  pread: 'pread64',
  pwrite: 'pwrite64',
  readUntil: 'read',
  rename: 'renameat2',
  setCloexec: 'fcntl',
  setNonBlocking: 'fcntl',
  setrlimit: 'prlimit64',
  sigaction: 'rt_sigaction',
  sigmask: 'rt_sigprocmask',
  stat: 'newfstatat',
  umount: 'umount2',
  utimens: 'utimensat',
  wait: 'wait4',
};

const DOMAINS: Readonly<Record<string, number>> = { unix: 1, inet: 2, inet6: 10 };

function asLinux(
  call: string,
  args: readonly unknown[],
): [name: string | undefined, values: readonly unknown[]] {
  if (call === 'fork') return ['clone', [flagsOf((args[1] as CloneOptions | undefined)?.namespaces ?? [])]];
  if (call === 'createThread') return ['clone', [THREAD]];
  if (call === 'unshare') return [call, [flagsOf(args[0] as readonly NamespaceKind[])]];
  if (call === 'socket') return [call, [DOMAINS[args[0] as string]]];
  return [call in LINUX_NAMES ? LINUX_NAMES[call] : call, args];
}

/** CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM */
const THREAD = 0x50f00;

/** CLONE_NEW* */
const FLAGS: Readonly<Record<NamespaceKind, number>> = {
  time: 0x80,
  mnt: 0x20000,
  cgroup: 0x2000000,
  uts: 0x4000000,
  ipc: 0x8000000,
  user: 0x10000000,
  pid: 0x20000000,
  net: 0x40000000,
};

const flagsOf = (kinds: readonly NamespaceKind[]): number =>
  kinds.reduce((flags, kind) => flags | FLAGS[kind], 0);
