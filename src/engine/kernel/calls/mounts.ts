import { Errno } from '../../base/errno.ts';
import type { MaybePromise } from '../../base/maybe-promise.ts';
import type { MountFlags } from '../../vfs/mount.ts';
import {
  bindMount,
  mount,
  moveMount,
  pivotRoot,
  remount,
  setPropagation,
  umount,
} from '../../vfs/mounting.ts';
import { walk } from '../../vfs/namei.ts';
import { samePath } from '../../vfs/path.ts';
import {
  MNT_DETACH,
  MNT_EXPIRE,
  MNT_FORCE,
  MS_BIND,
  MS_MOVE,
  MS_NOATIME,
  MS_NODEV,
  MS_NODIRATIME,
  MS_NOEXEC,
  MS_NOSUID,
  MS_NOSYMFOLLOW,
  MS_PRIVATE,
  MS_RDONLY,
  MS_REC,
  MS_RELATIME,
  MS_REMOUNT,
  MS_SHARED,
  MS_SLAVE,
  MS_STRICTATIME,
  MS_SYNCHRONOUS,
  MS_UNBINDABLE,
  UMOUNT_NOFOLLOW,
} from '../fcntl.ts';
import type { Task } from '../task.ts';
import { exchange, requireDirectory } from './files.ts';
import type { Handlers } from './handlers.ts';

const PROPAGATION = [
  [MS_SHARED, 'shared'],
  [MS_PRIVATE, 'private'],
  [MS_SLAVE, 'slave'],
  [MS_UNBINDABLE, 'unbindable'],
] as const;

/** Calls that change what is mounted where, and where a process has its root. */
export const MOUNT_CALLS: Handlers<'mount' | 'umount' | 'pivot_root' | 'chroot'> = {
  /** One call for six operations; the flags say which, in the order of mount(2). */
  mount(task, source, target, type, flags, data = '') {
    const recursive = (flags & MS_REC) !== 0;
    if (flags & MS_REMOUNT) {
      const bind = (flags & MS_BIND) !== 0;
      remount(task, target, remountFlags(flags), { bind, data, sync: (flags & MS_SYNCHRONOUS) !== 0 });
      return;
    }
    if (flags & MS_BIND) {
      task.kernel.boundNamespaces.note(bindMount(task, source, target, { recursive }));
      return;
    }
    const asked = PROPAGATION.filter(([flag]) => flags & flag);
    if (asked.length > 1) throw new Errno('EINVAL');
    if (asked.length === 1) setPropagation(task, target, asked[0]![1], { recursive });
    else if (flags & MS_MOVE) moveMount(task, source, target);
    else return mountNew(task, { source, target, type, flags: mountFlags(flags), options: data });
  },
  umount(task, target, flags = 0) {
    if (flags & ~(MNT_FORCE | MNT_DETACH | MNT_EXPIRE | UMOUNT_NOFOLLOW)) throw new Errno('EINVAL');
    const expire = (flags & MNT_EXPIRE) !== 0;
    if (expire && flags & (MNT_FORCE | MNT_DETACH)) throw new Errno('EINVAL');
    umount(task, target, {
      detach: (flags & MNT_DETACH) !== 0,
      expire,
      noFollow: (flags & UMOUNT_NOFOLLOW) !== 0,
    });
    task.kernel.boundNamespaces.sweep();
  },
  pivot_root(task, newRoot, putOld) {
    const { from, to } = pivotRoot(task, newRoot, putOld);
    for (const other of task.kernel.tasks) {
      if (other.zombie || other.namespace !== task.namespace) continue;
      if (samePath(other.root, from)) other.root = exchange(other.root, to);
      if (samePath(other.cwd, from)) other.cwd = exchange(other.cwd, to);
    }
  },
  chroot(task, path) {
    const found = walk(task, path);
    requireDirectory(task, found);
    if (!task.cred.capabilities.has('SYS_CHROOT')) throw new Errno('EPERM');
    task.root = exchange(task.root, found);
  },
};

function mountFlags(flags: number): MountFlags {
  const isStrict = (flags & MS_STRICTATIME) !== 0;
  const noatime = (flags & MS_NOATIME) !== 0 && !isStrict;
  return {
    readonly: (flags & MS_RDONLY) !== 0,
    nosuid: (flags & MS_NOSUID) !== 0,
    nodev: (flags & MS_NODEV) !== 0,
    noexec: (flags & MS_NOEXEC) !== 0,
    nosymfollow: (flags & MS_NOSYMFOLLOW) !== 0,
    noatime,
    nodiratime: (flags & MS_NODIRATIME) !== 0,
    relatime: !noatime && !isStrict,
  };
}

/** A remount that says nothing about access times leaves them as they are. */
function remountFlags(flags: number): Partial<MountFlags> {
  const asked = mountFlags(flags);
  if (flags & (MS_NOATIME | MS_NODIRATIME | MS_RELATIME | MS_STRICTATIME)) return asked;
  const { noatime, nodiratime, relatime, ...rest } = asked;
  return rest;
}

/** mount(2) of a file system; a type that is not known may be that of a module. */
function mountNew(task: Task, request: Parameters<typeof mount>[1]): MaybePromise<void> {
  const loading = task.kernel.vfs.types.has(request.type)
    ? undefined
    : task.kernel.modules.request(`fs-${request.type}`);
  if (loading instanceof Promise) return loading.then(() => void mount(task, request));
  mount(task, request);
}
