import { Errno } from '../base/errno.ts';
import { beginExecution } from '../vfs/open.ts';
import { grab } from '../vfs/path.ts';
import { capable } from '../vfs/permission.ts';
import type { Cgroup } from './cgroup/cgroup.ts';
import { findCgroup } from './cgroup/cgroupfs.ts';
import type { CssSet } from './cgroup/css-set.ts';
import { enforceLimit } from './cgroup/oom.ts';
import { attach } from './ipc/attachments.ts';
import type { Kernel } from './kernel.ts';
import { holdAll, type Place, withNew } from './namespaces.ts';
import { Pid } from './pid.ts';
import type { Process } from './program.ts';
import { traceChild } from './ptrace/attach.ts';
import { THREADS_MAX } from './rlimits.ts';
import type { CloneOptions } from './syscalls.ts';
import { Task } from './task.ts';

/** Virtual CPU time of clone(2), in µs. */
const FORK_COST = 120;

/** clone(2) without CLONE_VM: a child with a copy of everything, running `child`. Gives its pid as the parent sees it. */
export function fork(
  parent: Task,
  child: (process: Process) => Promise<number>,
  options: CloneOptions = {},
): number {
  const { kernel } = parent;
  const kinds = options.namespaces ?? [];
  if (!kinds.includes('pid') && parent.namespaces.pid.dead) throw new Errno('ENOMEM');
  const css = options.cgroup === undefined ? parent.css : parent.css.with(hostFor(parent, options.cgroup));
  requireRoomForProcess(parent);
  requireRoomInCgroup(kernel, css);

  const place: Place = kinds.length > 0 ? withNew(parent, kinds, css) : parent;
  const { cred, root, cwd } = place;
  // A child enters the time namespace that was made for it.
  const time = place.namespaces.timeForChildren;
  if (time !== place.namespaces.time) time.frozen = true;
  const namespaces = time === place.namespaces.time ? place.namespaces : { ...place.namespaces, time };
  namespaces.pid.hold();
  const task = new Task(kernel, {
    id: new Pid(namespaces.pid),
    parent,
    group: parent.group,
    cred,
    namespaces: holdAll(namespaces),
    css,
    root: grab(root),
    cwd: grab(cwd),
    umask: parent.umask,
    fds: parent.fds.copy(),
    limits: parent.limits,
    comm: parent.comm,
    exe: parent.exe && beginExecution(parent.exe),
    argv: parent.image.argv,
    env: parent.image.env,
  });
  task.dispositions = new Map(parent.dispositions);
  task.blocked = parent.blocked;
  task.nice = parent.nice;
  task.affinity = parent.affinity;
  task.sched.follow(parent.sched);
  task.oomScoreAdjustment = parent.oomScoreAdjustment;
  task.noNewPrivileges = parent.noNewPrivileges;
  task.seccomp = parent.seccomp;
  for (const [view, segment] of parent.attachments) attach(task, view, segment);
  if (!namespaces.pid.init) namespaces.pid.init = task;
  kernel.add(task);
  parent.spendSystem(FORK_COST);
  if (parent.tracing?.options.fork) traceChild(parent.tracing, task);
  kernel.start(task, child);
  enforceLimit(kernel, css.states.memory, task);
  return task.id.in(parent.id.namespace);
}

/** The cgroup that a child is born into (CLONE_INTO_CGROUP). */
function hostFor(parent: Task, path: string): Cgroup {
  const cgroup = findCgroup(parent, path);
  if (cgroup.hierarchy.version === 1) throw new Errno('EBADF');
  cgroup.requireHost();
  return cgroup;
}

/** EAGAIN where pids.max is reached; the first time in a cgroup, the log says so. */
function requireRoomInCgroup(kernel: Kernel, { states, cgroups }: CssSet): void {
  const { pids } = states;
  try {
    pids.requireRoom();
  } catch (error) {
    if (pids.refused === 1)
      for (const [{ controllers }, cgroup] of cgroups)
        if (controllers.has('pids')) kernel.log(`cgroup: fork rejected by pids controller in ${cgroup.path}`);
    throw error;
  }
}

/** kernel.threads-max, and RLIMIT_NPROC, from which root is exempt (getrlimit(2)). EAGAIN. */
function requireRoomForProcess(parent: Task): void {
  if (parent.kernel.tasks.size >= THREADS_MAX) throw new Errno('EAGAIN');
  const { ruid } = parent.cred;
  if (ruid === 0 || capable(parent, 'SYS_RESOURCE') || capable(parent, 'SYS_ADMIN')) return;
  let count = 0;
  for (const task of parent.kernel.tasks) if (task.cred.ruid === ruid) count++;
  if (count >= parent.limits.nproc.soft) throw new Errno('EAGAIN');
}
