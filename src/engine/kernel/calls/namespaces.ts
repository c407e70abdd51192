import { Errno } from '../../base/errno.ts';
import type { Path } from '../../vfs/path.ts';
import type { Namespace } from '../namespace.ts';
import { MntNamespace, NAMESPACE_KINDS, type Namespaces, renew } from '../namespaces.ts';
import { namespaceOf } from '../nsfs.ts';
import { PidNamespace } from '../pid-namespace.ts';
import type { NamespaceKind } from '../syscalls.ts';
import type { Task } from '../task.ts';
import { exchange } from './files.ts';
import type { Handlers } from './handlers.ts';

/** Calls that move a process between namespaces (namespaces(7)). */
export const NAMESPACE_CALLS: Handlers<'unshare' | 'setns'> = {
  unshare(task, kinds) {
    for (const kind of kinds) if (!NAMESPACE_KINDS.includes(kind)) throw new Errno('EINVAL');
    if (kinds.length > 0) requireSysAdmin(task);
    const copy = kinds.includes('mnt') ? task.namespace.clone() : undefined;
    enter(task, renew(task.kernel, task.namespaces, kinds, task.cgroup, copy?.namespace));
    if (copy) place(task, copy.translate(task.root), copy.translate(task.cwd));
  },
  setns(task, fd, kind) {
    const target = namespaceOf(task.fds.get(fd).inode);
    if (!target || (kind !== undefined && target.kind !== kind)) throw new Errno('EINVAL');
    requireSysAdmin(task);
    // One may only go down the tree of PID namespaces, and only one's children are born there (pid_namespaces(7)).
    if (target instanceof PidNamespace && (target.dead || !target.isWithin(task.id.namespace))) {
      throw new Errno('EINVAL');
    }
    enter(task, join(task.namespaces, target));
    if (target instanceof MntNamespace) place(task, target.mounts.rootPath, target.mounts.rootPath);
  },
};

function requireSysAdmin(task: Task): void {
  if (!task.cred.capabilities.has('SYS_ADMIN')) throw new Errno('EPERM');
}

function join(namespaces: Namespaces, target: Namespace): Namespaces {
  return { ...namespaces, [target.kind]: target };
}

/** Exchanges what is different, holding the new before it drops the old. */
function enter(task: Task, next: Namespaces): void {
  const old = task.namespaces;
  const changed: NamespaceKind[] = NAMESPACE_KINDS.filter((kind) => next[kind] !== old[kind]);
  for (const kind of changed) next[kind].hold();
  task.namespaces = next;
  for (const kind of changed) old[kind].drop();
}

function place(task: Task, root: Path, cwd: Path): void {
  task.root = exchange(task.root, root);
  task.cwd = exchange(task.cwd, cwd);
}
