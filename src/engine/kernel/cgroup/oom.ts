import type { Kernel } from '../kernel.ts';
import type { Task } from '../task.ts';
import type { MemoryGroup } from './memory.ts';
import { PAGE } from './values.ts';

/** What a process weighs beside what its program declares: stack, tables, touched pages of libraries. */
export const PROCESS_FOOTPRINT = 360 * 1024;

/**
 * What programs may keep of the real computer's memory, in bytes, however much the simulated machine has: a browser's worker has no more
 * to give on a small laptop. Beyond it the process that keeps most is killed, as where the machine's own memory ends.
 */
export const KEPT_MAX = 256 * 1024 ** 2;

/** A process uses `bytes` beside its footprint from now on, and keeps `kept` of them for real. */
export function useMemory(task: Task, bytes: number, kept = bytes): void {
  const { kernel } = task;
  const { memory } = task.css.states;
  task.charges.set(PROCESS_FOOTPRINT + bytes, memory);
  keep(task, kept);
  enforceLimit(kernel, memory, task);
  while (kernel.kept > KEPT_MAX) {
    const victim = [...kernel.tasks]
      .filter((one) => !one.zombie && one !== kernel.init)
      .reduce((most, one) => (one.kept > most.kept ? one : most), task);
    kernel.log(`programs keep ${KEPT_MAX >> 20} MiB, all that the simulated machine has for them`);
    report(kernel, kernel.rootCgroup.states.memory, [victim], victim, task);
    kill(victim, true);
    if (victim.kept > 0) return;
  }
}

/** A process ends, or begins another program: what it used is free again. */
export function freeMemory(task: Task): void {
  task.charges.release();
  task.mapped = 0;
  keep(task, 0);
}

function keep(task: Task, bytes: number): void {
  task.kernel.kept += bytes - task.kept;
  task.kept = bytes;
}

/**
 * Where a limit from `group` up is exceeded, kills until it is not (the OOM killer); gives false where nobody is left to kill. `culprit` is who asked
 * for the memory, undefined where a limit was lowered.
 */
export function enforceLimit(kernel: Kernel, group: MemoryGroup, culprit?: Task): boolean {
  for (let over = group.over('max'); over; over = group.over('max')) {
    if (culprit) over.count('max');
    over.count('oom');
    const candidates = [...kernel.tasks].filter(
      (task) => isWithin(task.css.states.memory, over) && !task.zombie,
    );
    const victim = worst(candidates, over.max);
    if (!victim) return false;
    report(kernel, over, candidates, victim, culprit ?? victim);
    kill(victim, over.parent === undefined);
    const whole = groupOf(victim, over);
    if (!whole) continue;
    whole.count('oom_group_kill');
    kernel.log(`Tasks in ${pathOf(kernel, whole)} are going to be killed due to memory.oom.group set`);
    for (const task of candidates)
      if (isWithin(task.css.states.memory, whole) && task.oomScoreAdjustment !== UNKILLABLE)
        kill(task, over.parent === undefined);
  }
  return true;
}

/** The oom_score_adj of a process that is never chosen. */
const UNKILLABLE = -1000;

/** The one with the most memory, as far as oom_score_adj does not say otherwise (oom_badness()). Never the machine's init. */
function worst(candidates: readonly Task[], limit: number): Task | undefined {
  let victim: Task | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const task of candidates) {
    const badness = task.memory + (task.oomScoreAdjustment / 1000) * limit;
    if (badness <= most || task.oomScoreAdjustment === UNKILLABLE || task === task.kernel.init) continue;
    victim = task;
    most = badness;
  }
  return victim;
}

/** A process that asked for more than there can be is killed like one that took more than there was. */
export function killForMemory(task: Task): void {
  kill(task, true);
}

function kill(task: Task, global: boolean): void {
  if (task.zombie) return;
  const { kernel, pid, comm, cred, oomScoreAdjustment } = task;
  const anonymous = kib(task.memory);
  task.css.states.memory.count('oom_kill');
  kernel.log(
    `${global ? 'Out of memory' : 'Memory cgroup out of memory'}: Killed process ${pid} (${comm}) total-vm:${anonymous + MAPPED}kB, ` +
      `anon-rss:${anonymous}kB, file-rss:0kB, shmem-rss:0kB, UID:${cred.uid} pgtables:${tables(task)}kB oom_score_adj:${oomScoreAdjustment}`,
  );
  kernel.end(task, { kind: 'signaled', signal: 'SIGKILL', coreDumped: false });
}

/** The topmost cgroup below the one that is short of memory of which all or none are killed (memory.oom.group). */
function groupOf(victim: Task, over: MemoryGroup): MemoryGroup | undefined {
  let whole: MemoryGroup | undefined;
  for (let group: MemoryGroup | undefined = victim.css.states.memory; group; group = group.parent) {
    if (group.oomGroup) whole = group;
    if (group === over) break;
  }
  return whole;
}

/** What dump_header() and oom_kill_process() say; without processor state and the statistics of memory.stat. */
function report(
  kernel: Kernel,
  over: MemoryGroup,
  candidates: readonly Task[],
  victim: Task,
  culprit: Task,
): void {
  const global = over.parent === undefined;
  const { release, version } = kernel.version;
  const [, built = '', debian = ''] = /^(#\S+) .*?(Debian \S+)?(?: \(.*\))?$/.exec(version) ?? [];
  const log = (line: string) => kernel.log(line);
  const order = `gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=${culprit.oomScoreAdjustment}`;
  log(`${culprit.comm} invoked oom-killer: ${order}`);
  log(
    `CPU: ${culprit.cpu?.id ?? 0} PID: ${culprit.pid} Comm: ${culprit.comm} Not tainted ${release} ${built}  ${debian}`,
  );
  if (!global) {
    // What would have been too much was refused.
    const usage = kib(Math.min(over.current, over.max));
    log(`memory: usage ${usage}kB, limit ${kib(over.max)}kB, failcnt ${over.localEvents.max}`);
    log('swap: usage 0kB, limit 0kB, failcnt 0');
  }
  log('Tasks state (memory values in pages):');
  log('[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name');
  for (const task of candidates) {
    const pages = Math.ceil(task.memory / PAGE);
    const columns: [number, number][] = [
      [task.cred.uid, 5],
      [task.pid, 5],
      [pages + (MAPPED * 1024) / PAGE, 8],
      [pages, 8],
      [tables(task) * 1024, 8],
      [0, 8],
      [task.oomScoreAdjustment, 13],
    ];
    const text = columns.map(([value, width]) => String(value).padStart(width)).join(' ');
    log(`[${String(task.pid).padStart(7)}] ${text} ${task.comm}`);
  }
  // The cgroup whose cpuset it is: that of its own where the parent hands the controller down.
  const cpuset = [...kernel.cgroups.of('cpuset').root.subtree()].find(
    ({ states }) => states.cpuset === victim.css.states.cpuset,
  );
  const where = global ? 'global_oom' : `oom_memcg=${pathOf(kernel, over)}`;
  log(
    `oom-kill:constraint=${global ? 'CONSTRAINT_NONE' : 'CONSTRAINT_MEMCG'},nodemask=(null),cpuset=${cpuset?.name || '/'},` +
      `mems_allowed=0,${where},task_memcg=${pathOf(kernel, victim.css.states.memory)},task=${victim.comm},pid=${victim.pid},uid=${victim.cred.uid}`,
  );
}

function pathOf({ cgroups }: Kernel, group: MemoryGroup): string {
  for (const cgroup of cgroups.of('memory').root.subtree())
    if (cgroup.states.memory === group) return cgroup.path;
  return '/';
}

function isWithin(group: MemoryGroup, ancestor: MemoryGroup): boolean {
  for (let above: MemoryGroup | undefined = group; above; above = above.parent)
    if (above === ancestor) return true;
  return false;
}

const kib = (bytes: number) => Math.ceil(bytes / 1024);
/** KiB of page tables that a process of this size has. */
const tables = (task: Task) => 4 * Math.ceil(10 + task.memory / (2 * 1024 * 1024));
/** KiB that are mapped beside anonymous memory. */
const MAPPED = 4096;
