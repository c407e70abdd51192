import { Errno } from '../base/errno.ts';
import { endWithheld, reap } from './exit.ts';
import type { Waited, WaitOptions, WaitStatus } from './syscalls.ts';
import type { Task } from './task.ts';

/** wait4(2): sleeps until a child that `pid` selects has something to report. */
export function wait(
  task: Task,
  pid: number,
  options: WaitOptions = {},
): Waited | undefined | Promise<Waited | undefined> {
  const report = poll(task, pid, options);
  return report || options.noHang ? report : sleepForReport(task, pid, options);
}

async function sleepForReport(task: Task, pid: number, options: WaitOptions): Promise<Waited | undefined> {
  for (;;) {
    await task.sleepOn([task.childEvents]);
    const report = poll(task, pid, options);
    if (report) return report;
  }
}

/** A report that is there already. ECHILD if no child could ever make one. */
function poll(task: Task, pid: number, options: WaitOptions): Waited | undefined {
  const traced = takeTraceReport(task, pid);
  if (traced) return traced;
  let candidates = [...task.tracees].some((tracee) => selects(task, pid, tracee));
  for (const child of task.children) {
    if (!selects(task, pid, child)) continue;
    candidates = true;
    const status = takeReport(child, options);
    if (status === undefined) continue;
    const number = child.id.in(task.id.namespace);
    if (child.zombie) {
      task.childUserTime += child.userTime + child.childUserTime;
      task.childSystemTime += child.systemTime + child.childSystemTime;
      reap(child);
    }
    return { pid: number, status, usage: usageOf(child) };
  }
  if (!candidates) throw new Errno('ECHILD');
  return undefined;
}

function selects(task: Task, pid: number, child: Task): boolean {
  const { namespace } = task.id;
  if (pid > 0) return child.id.in(namespace) === pid;
  if (pid === -1) return true;
  const group = pid === 0 ? task.group.id.in(namespace) : -pid;
  return child.group.id.in(namespace) === group;
}

/** The oldest that a tracee has to tell (ptrace(2)): of its own, before its parent hears that it is dead. */
function takeTraceReport(task: Task, pid: number): Waited | undefined {
  const index = task.traceReports.findIndex((report) => selects(task, pid, report.task));
  if (index === -1) return undefined;
  const [{ task: tracee, status }] = task.traceReports.splice(index, 1) as [Report];
  if (status.kind !== 'stopped') endWithheld(tracee);
  return { pid: tracee.id.in(task.id.namespace), status, usage: usageOf(tracee) };
}

const usageOf = ({ userTime, systemTime }: Task): Waited['usage'] => ({
  user: userTime / 1000,
  system: systemTime / 1000,
});

type Report = Task['traceReports'][number];

function takeReport(child: Task, options: WaitOptions): WaitStatus | undefined {
  if (child.withheld) return undefined;
  if (child.exitStatus) return child.exitStatus;
  if (options.untraced && child.stopReport !== undefined) {
    const signal = child.stopReport;
    child.stopReport = undefined;
    return { kind: 'stopped', signal };
  }
  if (options.continued && child.continueReport) {
    child.continueReport = false;
    return { kind: 'continued' };
  }
  return undefined;
}
