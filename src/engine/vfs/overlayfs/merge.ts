import { Errno } from '../../base/errno.ts';
import type { Caller } from '../caller.ts';
import { type DirectoryEntry, type Inode, S_IFCHR } from '../inode.ts';
import type { OverlayInode } from './overlay-inode.ts';
import { isWhiteout } from './whiteout.ts';

/**
 * The entries of a directory that several layers have: each name as its topmost layer has it, whiteouts left out. Names of the
 * lowest layer come first, as Linux lists them.
 */
export function mergedEntries(directory: OverlayInode, caller: Caller | undefined): DirectoryEntry[] {
  const merged = new Map<string, DirectoryEntry | undefined>();
  for (const layer of directory.layers()) {
    for (const entry of layer.readdir(caller)) {
      if (!merged.has(entry.name)) merged.set(entry.name, isHidden(layer, entry) ? undefined : entry);
    }
  }
  const lowest = new Set(
    directory
      .layers()
      .at(-1)!
      .readdir(caller)
      .map((entry) => entry.name),
  );
  const listed: DirectoryEntry[] = [];
  for (const name of lowest) listed.push(...shown(merged.get(name)));
  for (const [name, entry] of merged) if (!lowest.has(name)) listed.push(...shown(entry));
  return listed;
}

/**
 * Throws ENOTEMPTY if the merged directory shows any entry. Gives the names of the whiteouts in its upper part: they are in the way
 * when it is removed.
 */
export function requireEmpty(directory: OverlayInode): string[] {
  if (mergedEntries(directory, undefined).length > 0) throw new Errno('ENOTEMPTY');
  const { upper } = directory;
  if (upper === undefined) return [];
  return upper
    .readdir()
    .filter((entry) => isHidden(upper, entry))
    .map((entry) => entry.name);
}

const shown = (entry: DirectoryEntry | undefined) => (entry === undefined ? [] : [entry]);

function isHidden(layer: Inode, { name, type }: DirectoryEntry): boolean {
  if (type !== S_IFCHR) return false;
  const inode = layer.lookup(name);
  return inode !== undefined && isWhiteout(inode);
}
