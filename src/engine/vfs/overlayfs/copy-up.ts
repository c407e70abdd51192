import { Errno } from '../../base/errno.ts';
import { type Inode, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, type Stat } from '../inode.ts';
import type { OverlayInode } from './overlay-inode.ts';
import type { PrivateAttributes } from './private-attributes.ts';

/**
 * Makes sure that a file is in the upper layer, so that it can be changed: copies it there from the lower one, its directories
 * first. Contents, owner, mode, times and extended attributes go along; names that it has elsewhere in the lower layer stay with
 * the old file (hard links break). `dataless`: it is about to be cut to nothing anyway.
 */
export function copyUp(inode: OverlayInode, options: { dataless?: boolean } = {}): Inode {
  if (inode.upper !== undefined) return inode.upper;
  const { parent, name, fs } = inode;
  if (fs.work === undefined) throw new Errno('EROFS');
  const lower = inode.lower[0]!;
  const stat = lower.stat();
  // Still open, but its name is gone: Linux too finds the whiteout in the way of the copy.
  if (inode.removed || parent === undefined) throw new Errno('EEXIST');
  const directory = copyUp(parent);
  const { atime, mtime } = directory.stat();
  const copy = copyInto(fs.attributes, directory, name, lower, stat, options.dataless ?? false);
  // Nothing has changed in the directory as far as anybody can see.
  directory.setattr({ atime, mtime });
  inode.copiedUp(copy, stat);
  return copy;
}

function copyInto(
  attributes: PrivateAttributes,
  directory: Inode,
  name: string,
  lower: Inode,
  stat: Stat,
  dataless: boolean,
): Inode {
  const owner = { uid: stat.uid, gid: stat.gid };
  const type = stat.mode & S_IFMT;
  const copy =
    type === S_IFLNK
      ? directory.symlink(name, lower.readlink(), owner)
      : directory.create(name, stat.mode, owner, stat.rdev);
  try {
    if (type === S_IFREG && !dataless) copyContents(lower, copy, stat.size);
    for (const attribute of lower.listxattr()) {
      const value = attributes.isPrivate(attribute) ? undefined : lower.getxattr(attribute);
      if (value !== undefined) copy.setxattr(attribute, value);
    }
    const { mode, uid, gid, atime, mtime } = stat;
    copy.setattr(type === S_IFLNK ? { uid, gid, atime, mtime } : { mode, uid, gid, atime, mtime });
  } catch (error) {
    if (type === S_IFDIR) directory.rmdir(name);
    else directory.unlink(name);
    throw error;
  }
  return copy;
}

/** Shares the bytes until one side writes, where both layers can; else copies them. */
function copyContents(from: Inode, to: Inode, size: number): void {
  if (from.contents !== undefined && to.setContents !== undefined) {
    to.setContents(from.contents().clone());
    return;
  }
  for (let at = 0; at < size; at += CHUNK) to.write(at, from.read(at, CHUNK));
}

const CHUNK = 1 << 20;
