import type { FileEntry } from '../../lab/protocol.ts';

/** What a folder holds, or why that cannot be read. */
export type Listing = readonly FileEntry[] | { problem: string };

/** A line of the tree, with what assistive technology is told of its place. */
export interface Row {
  /** One of its own, though a path may be reached from two roots. */
  key: string;
  path: string;
  name: string;
  type: FileEntry['type'];
  unfolds: boolean;
  isOpen: boolean;
  /** From 1. */
  level: number;
  /** Place among its siblings, from 1, and how many they are. */
  place: number;
  of: number;
  /** The key of the folder that it is in. */
  parent: string | undefined;
  listing: Listing | undefined;
}

/** The key of a path as it is reached from a root. */
export const rowKey = (root: string, path: string): string => `${root}\n${path}`;

export const joined = (folder: string, name: string): string => `${folder === '/' ? '' : folder}/${name}`;

export const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';

/** Whether a path is a folder or leads through it. */
export const isWithin = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);

/**
 * The lines of a tree, as far as it is unfolded.
 *
 * @param roots folders at its top level
 * @param unfolded keys of rows
 * @param listings by path
 */
export function rowsOf(
  roots: readonly string[],
  unfolded: ReadonlySet<string>,
  listings: ReadonlyMap<string, Listing>,
): Row[] {
  const rows: Row[] = [];
  const add = (
    root: string,
    path: string,
    name: string,
    { type, unfolds }: Pick<FileEntry, 'type' | 'unfolds'>,
    at: Pick<Row, 'level' | 'place' | 'of' | 'parent'>,
  ): void => {
    const key = rowKey(root, path);
    const isOpen = unfolds && unfolded.has(key);
    const listing = isOpen ? listings.get(path) : undefined;
    rows.push({ key, path, name, type, unfolds, isOpen, listing, ...at });
    if (listing === undefined || 'problem' in listing) return;
    for (const [i, entry] of listing.entries())
      add(root, joined(path, entry.name), entry.name, entry, {
        level: at.level + 1,
        place: i + 1,
        of: listing.length,
        parent: key,
      });
  };
  for (const [i, root] of roots.entries())
    add(
      root,
      root,
      root,
      { type: 'directory', unfolds: true },
      { level: 1, place: i + 1, of: roots.length, parent: undefined },
    );
  return rows;
}

/** What a key does in a tree (ARIA's pattern): the row it goes to, or the one that it folds or unfolds. */
export function afterKey(rows: readonly Row[], at: number, key: string): { to?: string; toggle?: string } {
  const row = rows[at];
  if (row === undefined) return {};
  const to = (index: number) => {
    const found = rows[Math.max(0, Math.min(rows.length - 1, index))];
    return found === undefined ? {} : { to: found.key };
  };
  if (key === 'ArrowDown') return to(at + 1);
  if (key === 'ArrowUp') return to(at - 1);
  if (key === 'Home') return to(0);
  if (key === 'End') return to(rows.length - 1);
  if (key === 'ArrowRight' && row.unfolds)
    return !row.isOpen ? { toggle: row.key } : rows[at + 1]?.parent === row.key ? to(at + 1) : {};
  if (key === 'ArrowLeft') {
    if (row.isOpen) return { toggle: row.key };
    return row.parent === undefined ? {} : { to: row.parent };
  }
  if (key.length !== 1 || key === ' ') return {};
  // A letter goes to the next name that begins with it.
  const following = [...rows.slice(at + 1), ...rows.slice(0, at)];
  const found = following.find(({ name }) => name.toLowerCase().startsWith(key.toLowerCase()));
  return found === undefined ? {} : { to: found.key };
}
