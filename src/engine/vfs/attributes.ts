import { Errno } from '../base/errno.ts';
import type { Caller } from './caller.ts';
import type { OpenFile } from './file.ts';
import type { FileSystemStat } from './filesystem.ts';
import {
  type AllocationKind,
  type AttributeChange,
  type Inode,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_ISGID,
  S_ISUID,
  type Stat,
} from './inode.ts';
import { requireNotRunning } from './inode-use.ts';
import { notify } from './inotify.ts';
import { type LookupContext, walk } from './namei.ts';
import type { Path } from './path.ts';
import {
  capable,
  capableOver,
  isInGroup,
  isOwner,
  MAY_EXECUTE,
  MAY_WRITE,
  requirePermission,
} from './permission.ts';

export type Times = Pick<AttributeChange, 'atime' | 'mtime'>;

/** stat(2); lstat(2) with `follow: false`. */
export function stat(context: LookupContext, path: string, options: { follow?: boolean } = {}): Stat {
  return walk(context, path, options).dentry.inode.stat();
}

/** statfs(2) */
export function statfs(context: LookupContext, path: string): FileSystemStat {
  return walk(context, path).mount.fs.statfs();
}

/** access(2): `wanted` is the bits of R_OK, W_OK and X_OK. */
export function access(context: LookupContext, path: string, wanted: number): void {
  const found = walk(context, path);
  const { inode, type } = found.dentry;
  if (wanted & MAY_EXECUTE && type === S_IFREG && found.mount.flags.noexec) throw new Errno('EACCES');
  const isKept = type === S_IFREG || type === S_IFDIR || type === S_IFLNK;
  if (wanted & MAY_WRITE && isKept && found.mount.fs.readonly) throw new Errno('EROFS');
  if (wanted !== 0) requirePermission(context.caller, inode, wanted);
  if (wanted & MAY_WRITE && isKept && found.mount.readonly) throw new Errno('EROFS');
}

/** chmod(2) */
export function chmod(context: LookupContext, path: string, mode: number): void {
  chmodPath(context.caller, walk(context, path), mode);
}

/** utimensat(2): a time that is undefined stays; `'now'` sets both, for which leave to write is enough. */
export function utimens(
  context: LookupContext,
  path: string,
  times: Times | 'now',
  options: { follow?: boolean } = {},
): void {
  utimensPath(context, walk(context, path, options), times);
}

/** truncate(2) */
export function truncate(context: LookupContext, path: string, size: number): void {
  if (size < 0) throw new Errno('EINVAL');
  const found = walk(context, path);
  const { inode, type } = found.dentry;
  if (type === S_IFDIR) throw new Errno('EISDIR');
  if (type !== S_IFREG) throw new Errno('EINVAL');
  if (found.mount.readonly) throw new Errno('EROFS');
  requirePermission(context.caller, inode, MAY_WRITE);
  requireNotRunning(inode);
  truncateInode(context.caller, inode, size);
}

/** fallocate(2) on an open file. */
export function fallocate(file: OpenFile, kind: AllocationKind, position: number, length: number): void {
  if (position < 0 || length <= 0) throw new Errno('EINVAL');
  if (!file.writable) throw new Errno('EBADF');
  const { inode } = file;
  if (inode.type === S_IFIFO) throw new Errno('ESPIPE');
  if (inode.type !== S_IFREG) throw new Errno('ENODEV');
  if (inode.allocate === undefined) throw new Errno('EOPNOTSUPP');
  inode.allocate(position, length, kind);
}

/** chmod on a path already found, for fchmod(2). */
export function chmodPath(caller: Caller, path: Path, mode: number): void {
  requireWritableMount(path);
  const { inode } = path.dentry;
  const stat = inode.stat();
  if ((stat.mode & S_IFMT) === S_IFLNK) throw new Errno('EOPNOTSUPP');
  if (!isOwner(caller, stat)) throw new Errno('EPERM');
  let bits = mode & 0o7777;
  // Whoever is not of the file's group cannot make it run as that group.
  if (!isInGroup(caller.credentials, stat.gid) && !capableOver(caller.credentials, stat, 'FSETID'))
    bits &= ~S_ISGID;
  inode.setattr({ mode: bits });
  notify(inode, 'IN_ATTRIB');
}

/** chown(2) of what a path has been resolved to; -1 leaves an id as it is. */
export function chownPath(caller: Caller, path: Path, uid: number, gid: number): void {
  requireWritableMount(path);
  const { inode } = path.dentry;
  const stat = inode.stat();
  const { credentials } = caller;
  const mayChown = capableOver(credentials, stat, 'CHOWN');
  if (uid !== -1 && !mayChown && !(credentials.uid === stat.uid && uid === stat.uid))
    throw new Errno('EPERM');
  if (
    gid !== -1 &&
    !mayChown &&
    !(credentials.uid === stat.uid && (isInGroup(credentials, gid) || gid === stat.gid))
  ) {
    throw new Errno('EPERM');
  }
  const change: AttributeChange = {};
  if (uid !== -1) change.uid = uid;
  if (gid !== -1) change.gid = gid;
  // Even root's chown takes the set-id bits away (chown(2)).
  const isDir = (stat.mode & S_IFMT) === S_IFDIR;
  const kept = stat.mode & ~S_ISUID & ~(stat.mode & 0o010 ? S_ISGID : 0);
  if (!isDir && kept !== stat.mode) {
    if (!isOwner(caller, stat)) throw new Errno('EPERM');
    change.mode = kept;
  }
  inode.setattr(change);
  notify(inode, 'IN_ATTRIB');
}

/** utimens on a path already found, for futimens(3). */
export function utimensPath(
  { caller, namespace }: Pick<LookupContext, 'caller' | 'namespace'>,
  path: Path,
  times: Times | 'now',
): void {
  if (times !== 'now' && times.atime === undefined && times.mtime === undefined) return;
  requireWritableMount(path);
  const { inode } = path.dentry;
  const stat = inode.stat();
  if (!isOwner(caller, stat)) {
    if (times !== 'now') throw new Errno('EPERM');
    requirePermission(caller, inode, MAY_WRITE);
  }
  const now = namespace.vfs.clock.now();
  inode.setattr(times === 'now' ? { atime: now, mtime: now } : times);
  notify(inode, 'IN_ATTRIB');
}

/**
 * Sets the size of a file that may be written to. `now` for ftruncate(2) and O_TRUNC, which note a modification even where
 * nothing changes.
 */
export function truncateInode(caller: Caller, inode: Inode, size: number, now?: number): void {
  const { mode } = inode.stat();
  const change: AttributeChange = { size, mtime: now };
  if (mode & (S_ISUID | S_ISGID) && !capable(caller, 'FSETID')) {
    change.mode = mode & ~S_ISUID & ~(mode & 0o010 ? S_ISGID : 0);
  }
  inode.setattr(change);
  notify(inode, 'IN_MODIFY');
}

function requireWritableMount(path: Path): void {
  if (path.mount.readonly) throw new Errno('EROFS');
}
