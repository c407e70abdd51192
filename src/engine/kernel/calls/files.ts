import { Errno } from '../../base/errno.ts';
import {
  access,
  chmod,
  chmodPath,
  chownPath,
  stat,
  statfs,
  truncate,
  truncateInode,
  utimens,
} from '../../vfs/attributes.ts';
import { type Inode, S_IFDIR, S_IFREG } from '../../vfs/inode.ts';
import { getcwd, type LookupContext, walk } from '../../vfs/namei.ts';
import { link, mkdir, mknod, readlink, rename, rmdir, symlink, unlink } from '../../vfs/names.ts';
import { drop, grab, type Path } from '../../vfs/path.ts';
import { requireSearch } from '../../vfs/permission.ts';
import { AT_REMOVEDIR } from '../fcntl.ts';
import { idOrKept, shownStat } from '../ids.ts';
import type { Task } from '../task.ts';
import type { Handlers } from './handlers.ts';

/** Microseconds of sync(2): it looks through the mounted file systems, and nothing waits for a disk here. */
const SYNC_COST = 200;

/** Calls that work on names and attributes of files. */
export const FILE_CALLS: Handlers<
  | 'stat'
  | 'lstat'
  | 'fstat'
  | 'access'
  | 'mkdir'
  | 'rmdir'
  | 'unlink'
  | 'unlinkat'
  | 'link'
  | 'symlink'
  | 'readlink'
  | 'rename'
  | 'mknod'
  | 'chmod'
  | 'fchmod'
  | 'chown'
  | 'lchown'
  | 'utimens'
  | 'truncate'
  | 'ftruncate'
  | 'chdir'
  | 'fchdir'
  | 'getcwd'
  | 'umask'
  | 'statfs'
  | 'sync'
> = {
  stat: (task, path) => shownStat(task, stat(task, path)),
  lstat: (task, path) => shownStat(task, stat(task, path, { follow: false })),
  fstat: (task, fd) => shownStat(task, task.fds.get(fd).inode.stat()),
  access: (task, path, mode) => access(task, path, mode),
  mkdir: (task, path, mode) => mkdir(task, path, mode),
  rmdir: (task, path) => rmdir(task, path),
  unlink: (task, path) => unlink(task, path),
  unlinkat(task, directory, path, flags = 0) {
    if ((flags & ~AT_REMOVEDIR) !== 0) throw new Errno('EINVAL');
    const context = lookupAt(task, directory, path);
    if (flags === 0) unlink(context, path);
    else rmdir(context, path);
  },
  link: (task, from, to, follow = false) => link(task, from, to, { follow }),
  symlink: (task, target, path) => symlink(task, target, path),
  readlink: (task, path) => readlink(task, path),
  rename: (task, from, to, flags) => rename(task, from, to, flags),
  mknod: (task, path, mode, rdev) => mknod(task, path, mode, rdev),
  chmod: (task, path, mode) => chmod(task, path, mode),
  fchmod(task, fd, mode) {
    const { path, inode } = task.fds.get(fd);
    if (path) chmodPath(task, path, mode);
    else inode.setattr({ mode: mode & 0o7777 });
  },
  chown: (task, path, uid, gid) => chownAs(task, path, uid, gid, true),
  lchown: (task, path, uid, gid) => chownAs(task, path, uid, gid, false),
  utimens: (task, path, times, follow = true) => utimens(task, path, times, { follow }),
  truncate: (task, path, size) => truncate(task, path, size),
  ftruncate(task, fd, size) {
    const { inode, writable } = task.fds.get(fd);
    if (size < 0 || !writable || (inode.stat().mode & S_IFREG) !== S_IFREG) throw new Errno('EINVAL');
    truncateInode(task, inode, size, task.namespace.vfs.clock.now());
  },
  chdir(task, path) {
    enter(task, walk(task, path));
  },
  fchdir(task, fd) {
    const { path } = task.fds.get(fd);
    if (!path) throw new Errno('ENOTDIR');
    enter(task, path);
  },
  getcwd: (task) => getcwd(task),
  umask(task, mask) {
    const old = task.umask;
    task.umask = mask & 0o777;
    return old;
  },
  statfs: (task, path) => statfs(task, path),
  sync(task) {
    task.spendSystem(SYNC_COST);
  },
};

function chownAs(task: Task, path: string, uid: number, gid: number, follow: boolean): void {
  const { uids, gids } = task.cred.userns;
  const found = walk(task, path, { follow });
  chownPath(task, found, idOrKept(uids, uid), idOrKept(gids, gid));
}

/** How an `…at` call reads a path: a relative one begins at the open directory. EBADF, ENOTDIR. */
export function lookupAt(task: Task, directory: number, path: string): LookupContext {
  if (path.startsWith('/')) return task;
  const { path: cwd } = task.fds.get(directory);
  if (cwd === undefined) throw new Errno('ENOTDIR');
  return { caller: task, root: task.root, cwd, namespace: task.namespace };
}

function enter(task: Task, path: Path): void {
  requireDirectory(task, path);
  task.cwd = exchange(task.cwd, path);
}

/** ENOTDIR or EACCES unless the path is a directory that the task may be in. */
export function requireDirectory(task: Task, path: Path): Inode {
  const { inode, type } = path.dentry;
  if (type !== S_IFDIR) throw new Errno('ENOTDIR');
  requireSearch(task, inode);
  return inode;
}

/** Lets one path go for another. */
export function exchange(old: Path, path: Path): Path {
  grab(path);
  drop(old);
  return path;
}
