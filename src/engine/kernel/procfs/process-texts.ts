import type { Caller } from '../../vfs/caller.ts';
import { INITIAL_USER_NAMESPACE } from '../../vfs/user-namespace.ts';
import { PROCESS_FOOTPRINT } from '../cgroup/oom.ts';
import type { Pid } from '../pid.ts';
import type { PidNamespace } from '../pid-namespace.ts';
import { USER_THREADS_MAX } from '../rlimits.ts';
import { cpuList } from '../sched/cpu.ts';
import { SIGNALS, type Signal } from '../signals.ts';
import { namespacesOf, type Task } from '../task.ts';
import type { ProcFs } from './procfs.ts';

const STATE_NAMES = {
  R: 'running',
  S: 'sleeping',
  D: 'disk sleep',
  T: 'stopped',
  t: 'tracing stop',
  Z: 'zombie',
} as const;

const PAGE = 4096;

/** /proc/PID/status (proc_pid_status(5)). */
export function statusText(task: Task, fs: ProcFs, caller?: Caller): string {
  const { cred, id } = task;
  // Ids are the reader's: what its user namespace does not map is nobody.
  const { uids, gids } = caller?.credentials.userns ?? INITIAL_USER_NAMESPACE;
  const ns = fs.namespace;
  const pid = id.in(ns);
  const lines: [string, string | number][] = [
    ['Name', task.comm],
    ['Umask', task.umask.toString(8).padStart(4, '0')],
    ['State', `${task.state} (${STATE_NAMES[task.state]})`],
    ['Tgid', pid],
    ['Ngid', 0],
    ['Pid', pid],
    ['PPid', parentIn(task, ns)],
    ['TracerPid', task.tracing?.tracer.id.in(ns) ?? 0],
    ['Uid', [cred.ruid, cred.uid, cred.suid, cred.uid].map((id) => uids.shown(id)).join('\t')],
    ['Gid', [cred.rgid, cred.gid, cred.sgid, cred.gid].map((id) => gids.shown(id)).join('\t')],
    ['FDSize', fdSize(task)],
    ['Groups', `${cred.groups.map((gid) => gids.shown(gid)).join(' ')} `],
    ['NStgid', id.from(ns).join('\t')],
    ['NSpid', id.from(ns).join('\t')],
    ['NSpgid', numbersBeside(task, task.group.id, ns).join('\t')],
    ['NSsid', numbersBeside(task, task.sessionObject.id, ns).join('\t')],
  ];
  if (!task.zombie) lines.push(...memoryLines(task));
  const caught = [...task.dispositions]
    .filter(([, { action }]) => typeof action === 'function')
    .map(([signal]) => signal);
  const ignored = [...task.dispositions]
    .filter(([, { action }]) => action === 'ignore')
    .map(([signal]) => signal);
  lines.push(
    ['Threads', 1 + task.image.threads.length],
    ['SigQ', `${task.pending.size}/${USER_THREADS_MAX}`],
    ['SigPnd', signalMask([])],
    ['ShdPnd', signalMask(task.pending)],
    ['SigBlk', signalMask(task.blocked)],
    ['SigIgn', signalMask(ignored)],
    ['SigCgt', signalMask(caught)],
    ['CapInh', `${cred.inheritable}`],
    ['CapPrm', `${cred.permitted}`],
    ['CapEff', `${cred.capabilities}`],
    ['CapBnd', `${cred.bounding}`],
    ['CapAmb', `${cred.ambient}`],
    ['NoNewPrivs', task.noNewPrivileges ? 1 : 0],
    ['Seccomp', task.seccomp ? 2 : 0],
    ['Seccomp_filters', task.seccomp?.length ?? 0],
    ['Cpus_allowed', task.allowedCpus.toString(16)],
    ['Cpus_allowed_list', cpuList(task.allowedCpus)],
    ['voluntary_ctxt_switches', 0],
    ['nonvoluntary_ctxt_switches', 0],
  );
  return lines.map(([name, value]) => `${name}:\t${value}\n`).join('');
}

/** /proc/PID/stat (proc_pid_stat(5)): one line of 52 fields. */
export function statText(task: Task, fs: ProcFs, caller?: Caller): string {
  const ns = fs.namespace;
  const { virtual, resident } = memoryOf(task);
  const { tty, foreground } = terminalOf(task, ns);
  const bootShift = namespacesOf(task.kernel, caller).time.shift('boottime');
  const fields = [
    task.id.in(ns),
    `(${task.comm})`,
    task.state,
    parentIn(task, ns),
    task.group.id.in(ns),
    task.sessionObject.id.in(ns),
    tty,
    foreground,
    0x400000, // PF_RANDOMIZE
    0,
    0,
    0,
    0,
    ticks(task.userTime),
    ticks(task.systemTime),
    ticks(task.childUserTime),
    ticks(task.childSystemTime),
    20 + task.nice,
    task.nice,
    1, // threads
    0,
    Math.floor((task.startTime - task.kernel.clock.bootTime + bootShift) / 10),
    virtual,
    resident / PAGE,
    '18446744073709551615',
    ...Array<number>(12).fill(0),
    17, // exit signal: SIGCHLD
    0,
    ...Array<number>(12).fill(0),
    task.exitStatus?.kind === 'exited' ? task.exitStatus.code << 8 : 0,
  ];
  return `${fields.join(' ')}\n`;
}

/** /proc/PID/statm: sizes in pages. */
export function statmText(task: Task): string {
  const { virtual, resident, anonymous } = memoryOf(task);
  const pages = (bytes: number) => Math.ceil(bytes / PAGE);
  return `${pages(virtual)} ${pages(resident)} ${pages(resident - anonymous)} 5 0 ${pages(anonymous)} 0\n`;
}

export function environText(task: Task): string {
  if (task.zombie) return '';
  return [...task.image.env].map(([name, value]) => `${name}=${value}\0`).join('');
}

/** The numbers of a group or session in each namespace from `namespace` to the task's own; 0 where it has none. */
function numbersBeside({ id }: Task, pid: Pid, namespace: PidNamespace): number[] {
  const numbers: number[] = [];
  for (let at = id.namespace; at.level > namespace.level; at = at.parent!) numbers.unshift(pid.in(at));
  return [pid.in(namespace), ...numbers];
}

/** The parent's number; 0 if it is in a namespace above. */
function parentIn(task: Task, namespace: PidNamespace): number {
  return task.parent?.id.in(namespace) ?? 0;
}

/** Hundredths of a second (USER_HZ) of microseconds. */
const ticks = (microseconds: number) => Math.floor(microseconds / 10_000);

function fdSize(task: Task): number {
  const highest = task.fds.numbers().at(-1) ?? -1;
  let size = 64;
  while (size <= highest) size *= 2;
  return size;
}

function memoryOf(task: Task): { virtual: number; resident: number; anonymous: number } {
  if (task.zombie) return { virtual: 0, resident: 0, anonymous: 0 };
  const anonymous = round(task.memory);
  const mapped = Math.max(anonymous, round(PROCESS_FOOTPRINT + task.mapped));
  return { anonymous, resident: anonymous + SHARED_PAGES, virtual: mapped + MAPPED };
}

const round = (bytes: number) => Math.ceil(bytes / PAGE) * PAGE;
/** The C library and the program itself: what is touched of them, and what is mapped. */
const SHARED_PAGES = 1_536_000;
const MAPPED = 4_194_304;

function memoryLines(task: Task): [string, string][] {
  const { virtual, resident, anonymous } = memoryOf(task);
  const kib = (bytes: number) => `${String(bytes / 1024).padStart(8)} kB`;
  return [
    ['VmPeak', kib(virtual)],
    ['VmSize', kib(virtual)],
    ['VmLck', kib(0)],
    ['VmPin', kib(0)],
    ['VmHWM', kib(resident)],
    ['VmRSS', kib(resident)],
    ['RssAnon', kib(anonymous)],
    ['RssFile', kib(resident - anonymous)],
    ['RssShmem', kib(0)],
    ['VmData', kib(anonymous)],
    ['VmStk', kib(132 * 1024)],
    ['VmSwap', kib(0)],
  ];
}

function signalMask(signals: Iterable<Signal>): string {
  let mask = 0n;
  for (const signal of signals) mask |= 1n << BigInt(SIGNALS[signal].number - 1);
  return mask.toString(16).padStart(16, '0');
}

/** The controlling terminal's device number and the process group in front of it. */
function terminalOf(task: Task, namespace: PidNamespace): { tty: number; foreground: number } {
  const { groups, vfs } = task.kernel;
  const terminal = vfs.controllingTerminals.get(task.session);
  if (!terminal) return { tty: 0, foreground: -1 };
  const group = terminal.foreground === undefined ? undefined : groups.get(terminal.foreground);
  return { tty: terminal.rdev, foreground: group?.id.in(namespace) || -1 };
}
