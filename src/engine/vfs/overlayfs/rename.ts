import { Errno } from '../../base/errno.ts';
import { copyUp } from './copy-up.ts';
import { requireEmpty } from './merge.ts';
import type { OverlayInode } from './overlay-inode.ts';
import { makeWhiteout } from './private-attributes.ts';
import { isLowerPositive } from './remove.ts';

/**
 * rename: within the upper layer, to which the file is copied first. A directory that a lower layer has a part in cannot be moved
 * (`redirect_dir=off`): EXDEV, and `mv` copies instead. What the old name hid below stays hidden by a whiteout; a directory
 * that comes to lie over lower ones becomes opaque.
 */
export function rename(from: OverlayInode, name: string, to: OverlayInode, newName: string): void {
  const moved = from.lookup(name);
  if (moved === undefined) throw new Errno('ENOENT');
  const target = to.lookup(newName);
  if (target === moved) return;
  if (target !== undefined && moved.isDirectory !== target.isDirectory) {
    throw new Errno(moved.isDirectory ? 'ENOTDIR' : 'EISDIR');
  }
  if (moved.isDirectory && moved.isMergeOrLower) throw new Errno('EXDEV');
  const whiteouts = target?.isDirectory && !target.isPureUpper ? requireEmpty(target) : [];
  const leavesWhiteout = isLowerPositive(from, name, moved);
  const file = copyUp(moved);
  const fromUpper = copyUp(from);
  const toUpper = copyUp(to);
  for (const whiteout of whiteouts) target?.upper?.unlink(whiteout);
  if (moved.isDirectory && !moved.isOpaque && to.isMerge) moved.fs.attributes.makeOpaque(file);
  if (to.hasWhiteout(newName)) toUpper.unlink(newName);
  fromUpper.rename(name, toUpper, newName);
  if (target !== undefined && (target.upper === undefined || target.isDirectory)) target.removed = true;
  from.remember(name, leavesWhiteout ? { upper: makeWhiteout(fromUpper, name), isWhiteout: true } : {});
  to.remember(newName, { upper: file, inode: moved });
  moved.parent = to;
  moved.name = newName;
}

/** RENAME_EXCHANGE: two entries change places in the upper layer, to which both are copied first. */
export function exchange(from: OverlayInode, name: string, to: OverlayInode, newName: string): void {
  const one = from.lookup(name);
  const other = to.lookup(newName);
  if (one === undefined || other === undefined) throw new Errno('ENOENT');
  if (one === other) return;
  for (const moved of [one, other]) if (moved.isDirectory && moved.isMergeOrLower) throw new Errno('EXDEV');
  const oneUpper = copyUp(one);
  const otherUpper = copyUp(other);
  const fromUpper = copyUp(from);
  const toUpper = copyUp(to);
  if (one.isDirectory && !one.isOpaque && to.isMerge) one.fs.attributes.makeOpaque(oneUpper);
  if (other.isDirectory && !other.isOpaque && from.isMerge) one.fs.attributes.makeOpaque(otherUpper);
  fromUpper.rename(name, toUpper, newName, 'exchange');
  from.remember(name, { upper: otherUpper, inode: other });
  to.remember(newName, { upper: oneUpper, inode: one });
  [one.parent, one.name, other.parent, other.name] = [to, newName, from, name];
}
