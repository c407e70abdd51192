import { Errno } from '../../base/errno.ts';
import type { Inode } from '../../vfs/inode.ts';
import { walk } from '../../vfs/namei.ts';
import { capable, isOwner, MAY_READ, MAY_WRITE, requirePermission } from '../../vfs/permission.ts';
import type { Task } from '../task.ts';
import type { Handlers } from './handlers.ts';

/** Calls on extended attributes (xattr(7)). */
export const XATTR_CALLS: Handlers<'getxattr' | 'setxattr' | 'removexattr' | 'listxattr'> = {
  getxattr(task, path, name, follow = true) {
    const { inode } = walk(task, path, { follow }).dentry;
    requireClass(task, inode, name, MAY_READ);
    const value = inode.getxattr(name);
    if (value === undefined) throw new Errno('ENODATA');
    return value;
  },
  setxattr(task, path, name, value, follow = true) {
    writable(task, path, name, follow).setxattr(name, value);
  },
  removexattr(task, path, name, follow = true) {
    const inode = writable(task, path, name, follow);
    if (inode.getxattr(name) === undefined) throw new Errno('ENODATA');
    inode.removexattr(name);
  },
  listxattr(task, path, follow = true) {
    const names = walk(task, path, { follow }).dentry.inode.listxattr();
    return capable(task, 'SYS_ADMIN') ? names : names.filter((name) => !name.startsWith('trusted.'));
  },
};

function writable(task: Task, path: string, name: string, follow: boolean): Inode {
  const { mount, dentry } = walk(task, path, { follow });
  requireClass(task, dentry.inode, name, MAY_WRITE);
  if (mount.readonly) throw new Errno('EROFS');
  return dentry.inode;
}

/** What each class of names asks of the caller. */
function requireClass(task: Task, inode: Inode, name: string, wanted: number): void {
  const [group] = name.split('.', 1);
  if (group === 'user') requirePermission(task, inode, wanted);
  else if (group === 'trusted') {
    if (!capable(task, 'SYS_ADMIN')) throw new Errno(wanted === MAY_READ ? 'ENODATA' : 'EPERM');
  } else if (group === 'security') {
    if (wanted === MAY_WRITE && !capable(task, 'SYS_ADMIN')) throw new Errno('EPERM');
  } else if (group === 'system') {
    if (wanted === MAY_WRITE && !isOwner(task, inode.stat())) throw new Errno('EPERM');
  } else throw new Errno('EOPNOTSUPP');
}
