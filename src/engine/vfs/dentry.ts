import type { Caller } from './caller.ts';
import type { FileSystem } from './filesystem.ts';
import type { Inode } from './inode.ts';

/**
 * A name in a directory, as path lookup knows it. Dentries give every directory a way up, every open file a
 * path, and mounts something to be attached to: there is one for each (directory, name) however it is reached.
 * The file system stays the authority: each lookup asks it, unless it says that the directory is as it was, so no dentry can be
 * out of date.
 */
export class Dentry {
  name: string;
  /** Itself for the root of a file system. */
  parent: Dentry;
  inode: Inode;
  /** The file type bits; a file never changes its type. */
  readonly type: number;
  children: Map<string, Dentry> | undefined = undefined;
  /** How many mounts, in all namespaces, are attached here. */
  mounts = 0;
  /** Whether the name is gone while somebody still holds the file. */
  deleted = false;
  /** At which version of the directory it was last found there. */
  foundAt = NEVER;

  constructor(name: string, parent: Dentry | undefined, inode: Inode) {
    this.name = name;
    this.parent = parent ?? this;
    this.inode = inode;
    this.type = inode.type;
  }
}

/** No version of a directory. */
const NEVER = -1;

/** The one root dentry of a file system, whichever mounts show it. */
export function rootDentry(fs: FileSystem): Dentry {
  fs.rootDentry ??= new Dentry('/', undefined, fs.root);
  return fs.rootDentry;
}

/** Whether the file system has been mounted before. */
export const hasBeenMounted = (fs: FileSystem): boolean => fs.rootDentry !== undefined;

/** Looks a name up in a directory; undefined if it is not there. */
export function lookupDentry(directory: Dentry, name: string, caller: Caller): Dentry | undefined {
  const { version = NEVER } = directory.inode;
  const known = directory.children?.get(name);
  if (known !== undefined && known.foundAt === version && version !== NEVER) return known;
  const inode = directory.inode.lookup(name, caller);
  if (known !== undefined) {
    if (known.inode === inode) {
      known.foundAt = version;
      return known;
    }
    if (inode?.fs.volatile && known.inode.ino === inode.ino) {
      known.inode = inode;
      return known;
    }
    // Someone changed the directory past us (an overlay its upper layer, a process its /proc entry).
    forget(known);
  }
  return inode === undefined ? undefined : instantiate(directory, name, inode);
}

/** The dentry of a name that has just come to be. */
export function instantiate(directory: Dentry, name: string, inode: Inode): Dentry {
  const dentry = new Dentry(name, directory, inode);
  // Entries of generated file systems come and go unseen; only those that carry mounts are kept (see `pin`).
  if (!inode.fs.volatile) enter(directory, name, dentry);
  return dentry;
}

/** Keeps a dentry and those above it as they are while a mount is attached to it. */
export function pin(dentry: Dentry): void {
  dentry.mounts++;
  if (dentry.mounts > 1) return;
  for (let at = dentry; at.parent !== at; at = at.parent) {
    if (!at.deleted) enter(at.parent, at.name, at);
  }
}

/** The name has been removed. */
export function forget(dentry: Dentry): void {
  const siblings = dentry.parent.children;
  if (siblings?.get(dentry.name) === dentry) siblings.delete(dentry.name);
  dentry.deleted = true;
}

/** The entry has been renamed. */
export function moveDentry(dentry: Dentry, directory: Dentry, name: string): void {
  const siblings = dentry.parent.children;
  if (siblings?.get(dentry.name) === dentry) siblings.delete(dentry.name);
  dentry.parent = directory;
  dentry.name = name;
  dentry.foundAt = NEVER;
  enter(directory, name, dentry);
}

/** Two entries have changed places. */
export function exchangeDentries(one: Dentry, other: Dentry): void {
  const { name, parent } = one;
  [one.name, one.parent, other.name, other.parent] = [other.name, other.parent, name, parent];
  one.foundAt = other.foundAt = NEVER;
  enter(one.parent, one.name, one);
  enter(other.parent, other.name, other);
}

function enter(directory: Dentry, name: string, dentry: Dentry): void {
  directory.children ??= new Map();
  directory.children.set(name, dentry);
}
