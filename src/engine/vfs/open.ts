import { Errno } from '../base/errno.ts';
import type { MaybePromise } from '../base/maybe-promise.ts';
import { truncateInode } from './attributes.ts';
import { Dentry, instantiate } from './dentry.ts';
import { openFifo } from './fifo.ts';
import type { OpenFile } from './file.ts';
import {
  type OpenFlags,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFREG,
  S_IFSOCK,
  S_ISVTX,
} from './inode.ts';
import { requireNotRunning, requireNotWritten, useOf } from './inode-use.ts';
import { notify } from './inotify.ts';
import { type LookupContext, Walk, walk } from './namei.ts';
import { PlaceFile } from './open-file.ts';
import { drop, grab, type Path } from './path.ts';
import { creationMode, isOwner, MAY_EXECUTE, MAY_READ, MAY_WRITE, requirePermission } from './permission.ts';

/**
 * open(2). A promise only where Linux would sleep too (the other end of a FIFO). `mode` is for a file that is made; the
 * caller's umask is taken off here.
 */
export function open(
  context: LookupContext,
  path: string,
  flags: OpenFlags,
  mode = 0,
): MaybePromise<OpenFile> {
  if (flags.tmpfile) return openTmpfile(context, path, flags, mode);
  const create = flags.create && !flags.path;
  const follow = !flags.noFollow && !(create && flags.exclusive);
  const walk = new Walk(context, path);
  walk.toParent(path);
  let parent: Path;
  for (;;) {
    const { directory, name, kind, trailingSlash } = walk.parent();
    if (create && kind === 'name' && trailingSlash) throw new Errno('EISDIR');
    if (!walk.tryLast()) {
      if (!create) throw new Errno('ENOENT');
      return makeAndOpen(context, directory, name, flags, mode);
    }
    parent = directory;
    const isLink = walk.path().dentry.type === S_IFLNK;
    if (!isLink || !(follow || trailingSlash) || !walk.followLast(directory)) break;
  }
  const found = walk.path();
  const isDirectory = walk.isDirectory;
  if (create && flags.exclusive) throw new Errno('EEXIST');
  if (create && isDirectory) throw new Errno('EISDIR');
  if (create) requireNoTrick(context, parent, found);
  if ((flags.directory || walk.trailingSlash) && !isDirectory) throw new Errno('ENOTDIR');
  return openPath(context, found, flags);
}

/** Opens what a path has been resolved to, as the last part of open(2) does: also for /proc/PID/fd links. */
export function openPath(context: LookupContext, path: Path, flags: OpenFlags): MaybePromise<OpenFile> {
  const { inode, type } = path.dentry;
  if (flags.path) return used(new PlaceFile(inode, flags), path);
  const writes = flags.write || flags.truncate;
  if (type === S_IFLNK) throw new Errno('ELOOP');
  if (type === S_IFDIR && writes) throw new Errno('EISDIR');
  if ((type === S_IFCHR || type === S_IFBLK) && !showsDevices(path)) throw new Errno('EACCES');
  const changes = writes && (type === S_IFREG || type === S_IFDIR);
  if (changes && path.mount.fs.readonly) throw new Errno('EROFS');
  requirePermission(context.caller, inode, (flags.read ? MAY_READ : 0) | (writes ? MAY_WRITE : 0));
  if (changes && path.mount.readonly) throw new Errno('EROFS');
  if (flags.noatime && !isOwner(context.caller, inode.stat())) throw new Errno('EPERM');
  if (changes) requireNotRunning(inode);
  const file = openInode(context, path, flags);
  return file instanceof Promise ? file.then((opened) => used(opened, path)) : used(file, path);
}

/** Device nodes mean devices only where the mount says so, and on file systems that the machine's administrator has mounted. */
function showsDevices({ mount: { flags, fs } }: Path): boolean {
  return !flags.nodev && (fs.userns?.level ?? 0) === 0;
}

/** Throws EACCES unless the file may be executed: a regular file, not on a noexec mount, with leave for the caller (execve(2)). */
export function requireExecutable(context: LookupContext, path: Path): void {
  if (path.dentry.type !== S_IFREG || path.mount.flags.noexec) throw new Errno('EACCES');
  requirePermission(context.caller, path.dentry.inode, MAY_EXECUTE);
  requireNotWritten(path.dentry.inode);
}

/** A program runs from the file now, until `endExecution`: nobody may write to it, and its mount is in use. */
export function beginExecution(path: Path): Path {
  useOf(path.dentry.inode).writers--;
  return grab(path);
}

export function endExecution(path: Path): void {
  useOf(path.dentry.inode).writers++;
  drop(path);
}

/** O_TMPFILE: a file that has no name (yet: link(2) of its /proc/self/fd/N gives it one). */
function openTmpfile(context: LookupContext, path: string, flags: OpenFlags, mode: number): OpenFile {
  const directory = walk(context, path, { follow: !flags.noFollow });
  if (directory.dentry.type !== S_IFDIR) throw new Errno('ENOTDIR');
  if (directory.mount.readonly) throw new Errno('EROFS');
  const { caller } = context;
  const { inode: above } = directory.dentry;
  requirePermission(caller, above, MAY_WRITE | MAY_EXECUTE);
  if (above.tmpfile === undefined) throw new Errno('EOPNOTSUPP');
  const { uid, gid } = caller.credentials;
  const inode = above.tmpfile(creationMode(caller, above, S_IFREG | (mode & 0o7777)), { uid, gid });
  useOf(inode).linkable = !flags.exclusive;
  const dentry = new Dentry(`#${inode.ino}`, directory.dentry, inode);
  dentry.deleted = true;
  return used(inode.open(flags, caller), { mount: directory.mount, dentry });
}

/** By the file's type: special files are the VFS' own, the rest is the file system's. */
function openInode(context: LookupContext, path: Path, flags: OpenFlags): MaybePromise<OpenFile> {
  const { inode, type } = path.dentry;
  const { caller } = context;
  switch (type) {
    case S_IFSOCK:
      throw new Errno('ENXIO');
    case S_IFIFO:
      return openFifo(inode, flags, caller);
    case S_IFCHR:
    case S_IFBLK:
      return context.namespace.vfs.devices.open(path, flags, caller);
    case S_IFREG:
      if (flags.truncate) truncateInode(caller, inode, 0, context.namespace.vfs.clock.now());
  }
  return inode.open(flags, caller);
}

/**
 * protected_regular and protected_fifos: in a sticky directory that others may write to, open(2) with O_CREAT does not fall for
 * a file that somebody else has put there. Not even root's.
 */
function requireNoTrick({ caller, namespace }: LookupContext, parent: Path, { dentry }: Path): void {
  const { mode, uid } = parent.dentry.inode.stat();
  if ((mode & S_ISVTX) === 0) return;
  const { protected_regular, protected_fifos } = namespace.vfs.sysctl;
  const strictness =
    dentry.type === S_IFREG ? protected_regular : dentry.type === S_IFIFO ? protected_fifos : 1;
  if (strictness === 0) return;
  const owner = dentry.inode.stat().uid;
  if (owner === uid || owner === caller.credentials.uid) return;
  if ((mode & 0o002) !== 0 || (strictness >= 2 && (mode & 0o020) !== 0)) throw new Errno('EACCES');
}

function makeAndOpen(
  context: LookupContext,
  directory: Path,
  name: string,
  flags: OpenFlags,
  mode: number,
): OpenFile {
  const { caller } = context;
  const { dentry } = directory;
  if (dentry.deleted) throw new Errno('ENOENT');
  if (directory.mount.readonly) throw new Errno('EROFS');
  requirePermission(caller, dentry.inode, MAY_WRITE | MAY_EXECUTE);
  const { uid, gid } = caller.credentials;
  const inode = dentry.inode.create(name, creationMode(caller, dentry.inode, S_IFREG | (mode & 0o7777)), {
    uid,
    gid,
  });
  const made = { mount: directory.mount, dentry: instantiate(dentry, name, inode) };
  notify(dentry.inode, 'IN_CREATE', name);
  // The mode of a fresh file does not bind its maker.
  return used(inode.open(flags, caller), made);
}

/** Counts the open file as a use of its mount and inode, until it is closed. */
function used(file: OpenFile, path: Path): OpenFile {
  file.path = path;
  grab(path);
  countUse(file, path, 1);
  return file;
}

/** The last descriptor of an open file is gone. */
export function close(file: OpenFile): void {
  const { path } = file;
  if (path !== undefined) {
    drop(path);
    countUse(file, path, -1);
  }
  file.release();
}

function countUse(file: OpenFile, { mount, dentry }: Path, change: 1 | -1): void {
  const { fs } = mount;
  const use = useOf(dentry.inode);
  use.opens += change;
  if (use.removed && use.opens === 0) {
    use.removed = false;
    fs.removed!--;
  }
  // Who writes to a special file does not write to its mount.
  if (!file.writable || dentry.type !== S_IFREG) return;
  use.writers += change;
  mount.writers += change;
  fs.writers = (fs.writers ?? 0) + change;
}
