import { endExecution } from '../vfs/open.ts';
import { drop } from '../vfs/path.ts';
import { leaveCgroups } from './cgroup/css-set.ts';
import { dropAll } from './namespaces.ts';
import type { ProcessGroup } from './session.ts';
import { noteChild, send } from './signal-delivery.ts';
import type { WaitStatus } from './syscalls.ts';
import type { Task } from './task.ts';

/** Ends a process: everything it held is released at once; a zombie with its status stays until its parent waits. */
export function exit(task: Task, status: WaitStatus): void {
  if (task.zombie) return;
  const { kernel } = task;
  const { namespace } = task.id;
  const groupWasOrphaned = task.group.orphaned();
  task.exitStatus = status;
  task.stoppedBy = undefined;
  task.frozen = false;
  task.pending.clear();
  task.alarm?.cancel();
  task.abandonImage();
  task.fds.closeAll();
  leaveFiles(task);
  leaveCgroups(task);
  // The leader of a session goes: its terminal is free, and the job in front is told (setsid(2)).
  if (task.sessionObject.id === task.id) kernel.vfs.controllingTerminals.get(task.session)?.sessionEnded();
  if (namespace.init === task) killNamespace(task);
  if (!groupWasOrphaned) releaseIfOrphaned(task.group, task);
  orphanChildren(task);
  dropAll(task.namespaces);
  for (const tracee of [...task.tracees]) {
    const { tracing } = tracee;
    if (tracing?.options.exitKill)
      kernel.end(tracee, { kind: 'signaled', signal: 'SIGKILL', coreDumped: false });
    tracing?.end();
    if (tracee.withheld) endWithheld(tracee);
  }
  kernel.exited(task);
  if (!withhold(task)) announce(task);
}

/** The tracer of a process hears of its death before its parent does (ptrace(2), "Death under ptrace"). */
function withhold(task: Task): boolean {
  const { tracing } = task;
  tracing?.forget();
  if (!tracing || tracing.tracer === task.parent) {
    tracing?.end();
    return false;
  }
  task.withheld = true;
  tracing.tell(task.exitStatus!);
  return true;
}

/** The tracer knows now, or is gone: its parent's turn. */
export function endWithheld(task: Task): void {
  task.withheld = false;
  task.tracing?.end();
  announce(task);
}

/** Tells the parent; where none wants to know, the process vanishes. */
function announce(task: Task): void {
  const { parent } = task;
  if (!parent || task.unwaited) {
    reap(task);
    return;
  }
  // A parent that ignores SIGCHLD does not want to wait (sigaction(2), NOTES).
  if (parent.dispositions.get('SIGCHLD')?.action === 'ignore') {
    reap(task);
    parent.childEvents.wakeAll();
  } else noteChild(task);
}

/** A dead process is nowhere, and whoever still knows it keeps no file system by that. */
function leaveFiles(task: Task): void {
  drop(task.cwd);
  drop(task.root);
  if (task.exe) endExecution(task.exe);
  task.exe = undefined;
  task.root = task.cwd = task.kernel.context.root;
}

/** The last of a process: its number is free again. */
export function reap(task: Task): void {
  task.parent?.children.delete(task);
  task.parent = undefined;
  task.id.namespace.leave(task);
  task.group.members.delete(task);
  if (task.group.members.size === 0) task.kernel.groups.delete(task.group.id.global);
  task.kernel.tasks.delete(task);
  task.css.states.pids.count(-1);
  task.id.namespace.drop();
}

/** A PID namespace ends with its init: everybody in it is killed (pid_namespaces(7)). */
function killNamespace(init: Task): void {
  const { namespace } = init.id;
  namespace.dead = true;
  for (const task of namespace.tasks().reverse()) {
    if (task === init || task.zombie) continue;
    exit(task, { kind: 'signaled', signal: 'SIGKILL', coreDumped: false });
  }
}

/** Children go to the nearest subreaper above, or to the namespace's init. */
function orphanChildren(task: Task): void {
  const heir = reaperFor(task);
  for (const child of [...task.children]) {
    task.children.delete(child);
    child.parent = heir;
    heir?.children.add(child);
    if (child.parentDeathSignal) send(child, child.parentDeathSignal);
    if (!child.zombie) {
      if (child.group !== task.group) releaseIfOrphaned(child.group);
    } else if (child.withheld) continue;
    else if (!heir || heir.dispositions.get('SIGCHLD')?.action === 'ignore') reap(child);
    else noteChild(child);
  }
}

function reaperFor(task: Task): Task | undefined {
  const { namespace } = task.id;
  // Where the init is dead everybody is, and the kernel itself reaps them (zap_pid_ns_processes).
  if (namespace.dead) return undefined;
  for (let above = task.parent; above && above.id.namespace === namespace; above = above.parent) {
    if (above.subreaper && !above.zombie) return above;
  }
  return namespace.init === task ? undefined : namespace.init;
}

/** Stopped jobs that nobody can continue any more are woken to die (setpgid(2)). */
function releaseIfOrphaned(group: ProcessGroup, leaving?: Task): void {
  if (!group.stopped || !group.orphaned(leaving)) return;
  for (const member of [...group.members]) {
    send(member, 'SIGHUP');
    send(member, 'SIGCONT');
  }
}
