import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { concat, decode, encode } from '../base/bytes.ts';
import { GitError, type GitObject, type ObjectSource, objectId } from './objects.ts';

/** Modes that entries of trees have. */
export const MODE = {
  file: 0o100644,
  executable: 0o100755,
  link: 0o120000,
  tree: 0o040000,
  commit: 0o160000,
};

/** One name of a directory. */
export interface TreeEntry {
  mode: number;
  name: string;
  id: string;
}

/** A file of a tree by its path from the root. */
export interface TreeFile {
  path: string;
  mode: number;
  id: string;
}

const ID_LENGTH = 20;

/** The entries of a tree. Throws `GitError`. */
export function readTree(body: Uint8Array): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf(0, at);
    if (end === -1 || end + 1 + ID_LENGTH > body.length) throw new GitError('truncated tree object');
    const [, mode = '', name = ''] = /^([0-7]+) (.*)$/s.exec(decode(body.subarray(at, end))) ?? [];
    const id = bytesToHex(body.subarray(end + 1, end + 1 + ID_LENGTH));
    entries.push({ mode: Number.parseInt(mode, 8), name, id });
    at = end + 1 + ID_LENGTH;
  }
  return entries;
}

/** A tree of entries, in the order that its id needs: a directory counts as if its name ended in a slash. */
export function writeTree(entries: readonly TreeEntry[]): GitObject {
  const key = ({ mode, name }: TreeEntry) => encode(mode === MODE.tree ? `${name}/` : name);
  const sorted = [...entries].sort((a, b) => compareBytes(key(a), key(b)));
  const body = concat(
    sorted.flatMap(({ mode, name, id }) => [encode(`${mode.toString(8)} ${name}\0`), hexToBytes(id)]),
  );
  return { type: 'tree', body };
}

/** The order of bytes, as memcmp(3) has it. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

/** The trees of a set of files, the root's last; `keep` gets each. Gives the root's id. */
export async function treeOfFiles(
  files: readonly TreeFile[],
  keep: (id: string, tree: GitObject) => unknown,
): Promise<string> {
  const entries: TreeEntry[] = [];
  const below = new Map<string, TreeFile[]>();
  for (const { path, mode, id } of files) {
    const slash = path.indexOf('/');
    if (slash === -1) {
      entries.push({ mode, name: path, id });
      continue;
    }
    const name = path.slice(0, slash);
    const inside = below.get(name) ?? [];
    inside.push({ path: path.slice(slash + 1), mode, id });
    below.set(name, inside);
  }
  for (const [name, inside] of below)
    entries.push({ mode: MODE.tree, name, id: await treeOfFiles(inside, keep) });
  const tree = writeTree(entries);
  const id = objectId(tree);
  await keep(id, tree);
  return id;
}

/** All files of a tree, in the order of an index. */
export async function filesOfTree(source: ObjectSource, id: string, prefix = ''): Promise<TreeFile[]> {
  const files: TreeFile[] = [];
  for (const entry of readTree((await source.get(id)).body)) {
    const path = `${prefix}${entry.name}`;
    if (entry.mode === MODE.tree) files.push(...(await filesOfTree(source, entry.id, `${path}/`)));
    else files.push({ path, mode: entry.mode, id: entry.id });
  }
  return files;
}
