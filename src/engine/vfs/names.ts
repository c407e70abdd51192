import { byteLength } from '../base/bytes.ts';
import { Errno } from '../base/errno.ts';
import { type Dentry, exchangeDentries, forget, instantiate, moveDentry } from './dentry.ts';
import { requireDevice } from './devices.ts';
import { type Inode, S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFMT, S_IFREG, S_IFSOCK } from './inode.ts';
import { nameGone } from './inode-use.ts';
import { notify, notifyGone } from './inotify.ts';
import { isBelow } from './mount.ts';
import { isDirectory, type LookupContext, lookupEntry, type Parent, walk, walkParent } from './namei.ts';
import { noteAccess } from './open-file.ts';
import type { Path } from './path.ts';
import {
  capable,
  creationMode,
  isOwner,
  isPermitted,
  MAY_EXECUTE,
  MAY_READ,
  MAY_WRITE,
  requireNotSticky,
  requirePermission,
} from './permission.ts';

/** mkdir(2) */
export function mkdir(context: LookupContext, path: string, mode = 0o777): void {
  const { directory, name } = freeName(context, path, { directory: true });
  requireAdding(context, directory);
  make(context, directory, name, S_IFDIR | (mode & 0o1777));
}

/** mknod(2): regular files, FIFOs, sockets and, with CAP_MKNOD, devices. A whiteout (0/0) needs no capability. */
export function mknod(context: LookupContext, path: string, mode: number, rdev = 0): void {
  const type = mode & S_IFMT || S_IFREG;
  if (type === S_IFDIR) throw new Errno('EPERM');
  if (![S_IFREG, S_IFCHR, S_IFBLK, S_IFIFO, S_IFSOCK].includes(type)) throw new Errno('EINVAL');
  const { directory, name } = freeName(context, path);
  requireAdding(context, directory);
  const isDevice = type === S_IFCHR || type === S_IFBLK;
  const isWhiteout = type === S_IFCHR && rdev === 0;
  if (isDevice && !isWhiteout && !capable(context.caller, 'MKNOD')) throw new Errno('EPERM');
  if (isDevice && !isWhiteout) requireDevice(context.caller, type, rdev, { make: true });
  make(context, directory, name, type | (mode & 0o7777), isDevice ? rdev : 0);
}

/** symlink(2) */
export function symlink(context: LookupContext, target: string, path: string): void {
  if (target === '') throw new Errno('ENOENT');
  if (byteLength(target) >= 4096) throw new Errno('ENAMETOOLONG');
  const { directory, name } = freeName(context, path);
  requireAdding(context, directory);
  const inode = directory.dentry.inode.symlink(name, target, owner(context));
  instantiate(directory.dentry, name, inode);
  notify(directory.dentry.inode, 'IN_CREATE', name);
}

/** readlink(2) */
export function readlink(context: LookupContext, path: string): string {
  const found = walk(context, path, { follow: false });
  const text = found.dentry.inode.readlink(context.caller);
  noteAccess(found.dentry.inode, found);
  return text;
}

/** link(2). A symbolic link is linked itself. */
export function link(
  context: LookupContext,
  from: string,
  to: string,
  options: { follow?: boolean } = {},
): void {
  linkPath(context, walk(context, from, { follow: options.follow ?? false }), to);
}

/** link(2) of what has been found already: linkat(2) with AT_EMPTY_PATH. */
export function linkPath(context: LookupContext, old: Path, to: string): void {
  const { directory, name } = freeName(context, to);
  if (old.mount !== directory.mount) throw new Errno('EXDEV');
  requireLinkable(context, old.dentry.inode);
  requireAdding(context, directory);
  if (isDirectory(old.dentry.inode)) throw new Errno('EPERM');
  const { inode } = old.dentry;
  if (inode.stat().nlink === 0 && !inode.use?.linkable) throw new Errno('ENOENT');
  directory.dentry.inode.link(name, inode);
  if (inode.use !== undefined) inode.use.linkable = false;
  instantiate(directory.dentry, name, old.dentry.inode);
  notify(inode, 'IN_ATTRIB');
  notify(directory.dentry.inode, 'IN_CREATE', name);
}

/** unlink(2) */
export function unlink(context: LookupContext, path: string): void {
  const parent = walkParent(context, path);
  if (parent.kind !== 'name') throw new Errno('EISDIR');
  if (parent.directory.mount.readonly) throw new Errno('EROFS');
  const victim = existing(context, parent);
  if (parent.trailingSlash) throw new Errno(victim.type === S_IFDIR ? 'EISDIR' : 'ENOTDIR');
  requireRemoving(context, parent.directory, victim, false);
  requireNoMount(parent.directory, victim);
  parent.directory.dentry.inode.unlink(parent.name);
  forget(victim);
  nameGone(victim.inode);
  notifyGone(parent.directory.dentry.inode, parent.name, victim.inode);
}

/** rmdir(2) */
export function rmdir(context: LookupContext, path: string): void {
  const parent = walkParent(context, path);
  if (parent.kind === 'dotdot') throw new Errno('ENOTEMPTY');
  if (parent.kind === 'dot') throw new Errno('EINVAL');
  if (parent.kind === 'root') throw new Errno('EBUSY');
  if (parent.directory.mount.readonly) throw new Errno('EROFS');
  const victim = existing(context, parent);
  requireRemoving(context, parent.directory, victim, true);
  requireNoMount(parent.directory, victim);
  parent.directory.dentry.inode.rmdir(parent.name);
  forget(victim);
  nameGone(victim.inode);
  notifyGone(parent.directory.dentry.inode, parent.name, victim.inode);
}

/** Flags of renameat2(2): fail where something is there, change places with it, leave a whiteout behind. */
export interface RenameFlags {
  noReplace?: boolean;
  exchange?: boolean;
  whiteout?: boolean;
}

/** rename(2), renameat2(2) */
export function rename(context: LookupContext, from: string, to: string, flags: RenameFlags = {}): void {
  const { noReplace = false, exchange = false, whiteout = false } = flags;
  if (exchange && (noReplace || whiteout)) throw new Errno('EINVAL');
  const old = walkParent(context, from);
  const fresh = walkParent(context, to);
  if (old.directory.mount !== fresh.directory.mount) throw new Errno('EXDEV');
  if (old.kind !== 'name') throw new Errno('EBUSY');
  if (fresh.kind !== 'name') throw new Errno(noReplace ? 'EEXIST' : 'EBUSY');
  if (old.directory.mount.readonly) throw new Errno('EROFS');
  const source = existing(context, old);
  const target = lookupEntry(context, fresh.directory, fresh.name);
  if (noReplace && target !== undefined) throw new Errno('EEXIST');
  if (exchange && target === undefined) throw new Errno('ENOENT');
  const movesDirectory = source.type === S_IFDIR;
  const meetsDirectory = target?.type === S_IFDIR;
  if (exchange && !meetsDirectory && fresh.trailingSlash) throw new Errno('ENOTDIR');
  if (!movesDirectory && (old.trailingSlash || (!exchange && fresh.trailingSlash)))
    throw new Errno('ENOTDIR');
  if (isBelow(fresh.directory.dentry, source)) throw new Errno('EINVAL');
  if (target !== undefined && isBelow(old.directory.dentry, target))
    throw new Errno(exchange ? 'EINVAL' : 'ENOTEMPTY');
  if (source.inode === target?.inode) return;
  requireRemoving(context, old.directory, source, movesDirectory);
  if (target === undefined) requireAdding(context, fresh.directory);
  else requireRemoving(context, fresh.directory, target, exchange ? meetsDirectory : movesDirectory);
  // Its `..` changes.
  if (old.directory.dentry !== fresh.directory.dentry) {
    if (movesDirectory) requirePermission(context.caller, source.inode, MAY_WRITE);
    if (exchange && meetsDirectory) requirePermission(context.caller, target.inode, MAY_WRITE);
  }
  requireNoMount(old.directory, source);
  if (target !== undefined) requireNoMount(fresh.directory, target);
  const how = exchange ? 'exchange' : whiteout ? 'whiteout' : undefined;
  old.directory.dentry.inode.rename(old.name, fresh.directory.dentry.inode, fresh.name, how);
  if (exchange && target !== undefined) exchangeDentries(source, target);
  else {
    if (target !== undefined) {
      forget(target);
      nameGone(target.inode);
    }
    moveDentry(source, fresh.directory.dentry, fresh.name);
  }
  notify(old.directory.dentry.inode, 'IN_MOVED_FROM', old.name, movesDirectory);
  notify(fresh.directory.dentry.inode, 'IN_MOVED_TO', fresh.name, movesDirectory);
  notify(source.inode, 'IN_MOVE_SELF');
  if (!exchange && target?.inode.use?.watches !== undefined) {
    notify(target.inode, 'IN_ATTRIB');
    if (target.inode.stat().nlink === 0) notify(target.inode, 'IN_DELETE_SELF');
  }
}

/** The name that bind(2) gives a unix socket: makes its inode, EADDRINUSE if anything is there. */
export function bindSocket(context: LookupContext, path: string, mode = 0o777): Inode {
  try {
    const { directory, name } = freeName(context, path);
    requireAdding(context, directory);
    return make(context, directory, name, S_IFSOCK | (mode & 0o7777));
  } catch (error) {
    if (error instanceof Errno && error.code === 'EEXIST') throw new Errno('EADDRINUSE');
    throw error;
  }
}

/** A place for a new entry. What is there already is an error before anything else is looked at. */
function freeName(context: LookupContext, path: string, options: { directory?: boolean } = {}): Parent {
  const parent = walkParent(context, path);
  if (parent.kind !== 'name') throw new Errno('EEXIST');
  if (lookupEntry(context, parent.directory, parent.name) !== undefined) throw new Errno('EEXIST');
  if (parent.trailingSlash && !options.directory) throw new Errno('ENOENT');
  if (parent.directory.mount.readonly) throw new Errno('EROFS');
  return parent;
}

function make(context: LookupContext, directory: Path, name: string, mode: number, rdev = 0): Inode {
  const parent = directory.dentry.inode;
  const inode = parent.create(name, creationMode(context.caller, parent, mode), owner(context), rdev);
  instantiate(directory.dentry, name, inode);
  notify(parent, 'IN_CREATE', name, (mode & S_IFMT) === S_IFDIR);
  return inode;
}

function owner({ caller }: LookupContext): { uid: number; gid: number } {
  return { uid: caller.credentials.uid, gid: caller.credentials.gid };
}

function existing(context: LookupContext, { directory, name }: Parent): Dentry {
  const found = lookupEntry(context, directory, name);
  if (found === undefined) throw new Errno('ENOENT');
  return found;
}

/** may_create in the kernel. */
function requireAdding(context: LookupContext, directory: Path): void {
  if (directory.dentry.deleted) throw new Errno('ENOENT');
  requirePermission(context.caller, directory.dentry.inode, MAY_WRITE | MAY_EXECUTE);
}

/** may_delete in the kernel. */
function requireRemoving(
  context: LookupContext,
  directory: Path,
  victim: Dentry,
  asDirectory: boolean,
): void {
  requirePermission(context.caller, directory.dentry.inode, MAY_WRITE | MAY_EXECUTE);
  requireNotSticky(context.caller, directory.dentry.inode, victim.inode);
  const isDir = victim.type === S_IFDIR;
  if (asDirectory && !isDir) throw new Errno('ENOTDIR');
  if (!asDirectory && isDir) throw new Errno('EISDIR');
}

/** What carries a mount, as this namespace sees it, stays. */
function requireNoMount(directory: Path, victim: Dentry): void {
  if (victim.mounts > 0 && directory.mount.mounted.has(victim)) throw new Errno('EBUSY');
}

/** protected_hardlinks: only to files that one owns or could read and write. */
function requireLinkable({ caller, namespace }: LookupContext, inode: Inode): void {
  if (!namespace.vfs.sysctl.protected_hardlinks) return;
  const stat = inode.stat();
  if (isOwner(caller, stat)) return;
  const isSafe =
    (stat.mode & S_IFMT) === S_IFREG &&
    (stat.mode & 0o4000) === 0 &&
    (stat.mode & 0o2010) !== 0o2010 &&
    isPermitted(caller.credentials, stat, MAY_READ | MAY_WRITE);
  if (!isSafe) throw new Errno('EPERM');
}
