import { Errno } from '../../base/errno.ts';
import type { Caller } from '../caller.ts';
import { type DirectoryEntry, type Inode, S_IFCHR, S_IFREG } from '../inode.ts';
import type { OverlayInode } from './overlay-inode.ts';

/**
 * The entries of a directory that several layers have: each name as its topmost layer has it, whiteouts left out. Names of the
 * lowest layer come first, as Linux lists them. `marked` are the layers in which whiteouts by attribute are looked for.
 */
export function mergedEntries(
  directory: OverlayInode,
  caller: Caller | undefined,
  marked = directory.marked,
): DirectoryEntry[] {
  const merged = new Map<string, DirectoryEntry | undefined>();
  for (const layer of directory.layers()) {
    for (const entry of layer.readdir(caller)) {
      if (!merged.has(entry.name))
        merged.set(entry.name, isHidden(directory, layer, entry, marked.includes(layer)) ? undefined : entry);
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
 * when it is removed. As in Linux those by attribute count as entries here.
 */
export function requireEmpty(directory: OverlayInode): string[] {
  if (mergedEntries(directory, undefined, []).length > 0) throw new Errno('ENOTEMPTY');
  const { upper } = directory;
  if (upper === undefined) return [];
  return upper
    .readdir()
    .filter((entry) => isHidden(directory, upper, entry, false))
    .map((entry) => entry.name);
}

const shown = (entry: DirectoryEntry | undefined) => (entry === undefined ? [] : [entry]);

function isHidden(
  { fs }: OverlayInode,
  layer: Inode,
  { name, type }: DirectoryEntry,
  isMarked: boolean,
): boolean {
  if (type !== S_IFCHR && !(type === S_IFREG && isMarked)) return false;
  const inode = layer.lookup(name);
  return inode !== undefined && fs.attributes.isWhiteout(inode);
}
