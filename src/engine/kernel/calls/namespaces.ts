import { Errno } from '../../base/errno.ts';
import { capableIn } from '../../vfs/permission.ts';
import { rootOf } from '../credentials.ts';
import type { Namespace } from '../namespace.ts';
import { MntNamespace, NAMESPACE_SLOTS, type Namespaces, type Place, withNew } from '../namespaces.ts';
import { namespaceOf } from '../nsfs.ts';
import { PidNamespace } from '../pid-namespace.ts';
import type { Task } from '../task.ts';
import { TimeNamespace } from '../time-namespace.ts';
import { IdNamespace } from '../user-namespace.ts';
import { exchange } from './files.ts';
import type { Handlers } from './handlers.ts';

/** Calls that move a process between namespaces (namespaces(7)). */
export const NAMESPACE_CALLS: Handlers<'unshare' | 'setns'> = {
  unshare(task, kinds) {
    if (kinds.length > 0) move(task, withNew(task, kinds, task.css));
  },
  setns(task, fd, kind) {
    const target = namespaceOf(task.fds.get(fd).inode);
    if (!target || (kind !== undefined && target.kind !== kind)) throw new Errno('EINVAL');
    move(task, joined(task, target));
  },
};

/** Where a process stands that enters a namespace; EINVAL and EPERM as the `install` function of each kind has it. */
function joined(task: Task, target: Namespace): Place {
  const { cred, namespaces, root, cwd } = task;
  const place = { namespaces, cred, root, cwd };
  // Nobody shall gain rights by entering where he is.
  if (target === namespaces.user) throw new Errno('EINVAL');
  if (!capableIn(target.governor, cred, 'SYS_ADMIN')) throw new Errno('EPERM');
  if (target instanceof IdNamespace)
    return { ...place, namespaces: { ...namespaces, user: target }, cred: rootOf(cred, target.ids) };
  const { capabilities } = cred;
  if (!capabilities.has('SYS_ADMIN')) throw new Errno('EPERM');
  if (target instanceof TimeNamespace)
    return { ...place, namespaces: { ...namespaces, time: target, timeForChildren: target } };
  const next = { ...namespaces, [target.kind]: target };
  if (target instanceof MntNamespace) {
    if (!capabilities.has('SYS_CHROOT')) throw new Errno('EPERM');
    const { rootPath } = target.mounts;
    return { ...place, namespaces: next, root: rootPath, cwd: rootPath };
  }
  // One may only go down the tree of PID namespaces, and only one's children are born there (pid_namespaces(7)).
  if (target instanceof PidNamespace && !target.isWithin(task.id.namespace)) throw new Errno('EINVAL');
  return { ...place, namespaces: next };
}

/** Exchanges what is different, holding the new before it drops the old. */
function move(task: Task, { namespaces: next, cred, root, cwd }: Place): void {
  const old: Namespaces = task.namespaces;
  const changed = NAMESPACE_SLOTS.filter((slot) => next[slot] !== old[slot]);
  for (const slot of changed) next[slot].hold();
  task.namespaces = next;
  task.cred = cred;
  task.root = exchange(task.root, root);
  task.cwd = exchange(task.cwd, cwd);
  if (next.time !== old.time) next.time.frozen = true;
  for (const slot of changed) old[slot].drop();
}
