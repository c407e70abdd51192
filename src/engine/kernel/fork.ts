import { Errno } from '../base/errno.ts';
import { grab } from '../vfs/path.ts';
import { findCgroup } from './cgroupfs.ts';
import { Image } from './image.ts';
import { holdAll, type Namespaces, renew } from './namespaces.ts';
import { Pid } from './pid.ts';
import type { Process } from './program.ts';
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
  // User namespaces too: as with kernel.unprivileged_userns_clone=0, for they give no rights here yet.
  if (kinds.length > 0) requireSysAdmin(parent);
  if (!kinds.includes('pid') && parent.namespaces.pid.dead) throw new Errno('ENOMEM');
  const cgroup = options.cgroup === undefined ? parent.cgroup : findCgroup(parent, options.cgroup);
  requireRoomForProcess(parent);
  cgroup.requireRoomForProcess();

  let { root, cwd } = parent;
  let namespaces: Namespaces = parent.namespaces;
  if (kinds.length > 0) {
    const copy = kinds.includes('mnt') ? namespaces.mnt.mounts.clone() : undefined;
    if (copy) {
      root = copy.translate(root);
      cwd = copy.translate(cwd);
    }
    namespaces = renew(kernel, namespaces, kinds, cgroup, copy?.namespace);
  }
  namespaces.pid.hold();
  const task = new Task(kernel, {
    id: new Pid(namespaces.pid),
    parent,
    group: parent.group,
    cred: parent.cred,
    namespaces: holdAll(namespaces),
    cgroup,
    root: grab(root),
    cwd: grab(cwd),
    umask: parent.umask,
    fds: parent.fds.copy(),
    limits: parent.limits,
    comm: parent.comm,
    exe: parent.exe && grab(parent.exe),
  });
  task.dispositions = new Map(parent.dispositions);
  task.blocked = parent.blocked;
  task.nice = parent.nice;
  task.oomScoreAdjustment = parent.oomScoreAdjustment;
  task.noNewPrivileges = parent.noNewPrivileges;
  task.image = new Image(task, parent.image.argv, parent.image.env);
  if (!namespaces.pid.init) namespaces.pid.init = task;
  kernel.add(task);
  parent.charge(FORK_COST);
  parent.systemTime += FORK_COST;
  kernel.start(task, child);
  return task.id.in(parent.id.namespace);
}

function requireSysAdmin(task: Task): void {
  if (!task.cred.capabilities.has('SYS_ADMIN')) throw new Errno('EPERM');
}

/** RLIMIT_NPROC: root is exempt (getrlimit(2)). */
function requireRoomForProcess(parent: Task): void {
  const { ruid, capabilities } = parent.cred;
  if (ruid === 0 || capabilities.has('SYS_RESOURCE') || capabilities.has('SYS_ADMIN')) return;
  let count = 0;
  for (const task of parent.kernel.tasks) if (task.cred.ruid === ruid) count++;
  if (count >= parent.limits.nproc.soft) throw new Errno('EAGAIN');
}
