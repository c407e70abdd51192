import { Errno } from '../../base/errno.ts';
import { copyUp } from './copy-up.ts';
import { requireEmpty } from './merge.ts';
import type { OverlayInode } from './overlay-inode.ts';
import { makeWhiteout } from './private-attributes.ts';

/** unlink and rmdir: takes the entry out of the upper layer, and where a lower one still has the name, hides it by a whiteout. */
export function remove(directory: OverlayInode, name: string, asDirectory: boolean): void {
  const victim = directory.lookup(name);
  if (victim === undefined) throw new Errno('ENOENT');
  if (asDirectory && !victim.isDirectory) throw new Errno('ENOTDIR');
  if (!asDirectory && victim.isDirectory) throw new Errno('EISDIR');
  const isBelow = isLowerPositive(directory, name, victim);
  const whiteouts = asDirectory && (isBelow || !victim.isPureUpper) ? requireEmpty(victim) : [];
  const upper = copyUp(directory);
  if (victim.upper !== undefined) {
    for (const whiteout of whiteouts) victim.upper.unlink(whiteout);
    if (asDirectory) upper.rmdir(name);
    else upper.unlink(name);
  }
  if (victim.upper === undefined || victim.isDirectory) victim.removed = true;
  directory.remember(name, isBelow ? { upper: makeWhiteout(upper, name), isWhiteout: true } : {});
}

/** Whether a lower layer would show through if the upper layer's entry were taken away. */
export function isLowerPositive(directory: OverlayInode, name: string, inode: OverlayInode): boolean {
  if (inode.upper === undefined) return true;
  for (const layer of directory.lower) {
    const found = layer.lookup(name);
    if (found !== undefined) return !directory.fs.attributes.isWhiteout(found);
  }
  return false;
}
