import { encode } from '../base/bytes.ts';
import { encodeExecutable, type Machine } from '../base/executable.ts';
import { entry, type LayerEntry, layerSize } from '../oci/layer/entry.ts';

/** A file tree as a recipe writes it: absolute paths without the leading slash, each with what is there. */
export type Tree = Record<string, Node>;

/** A plain string is a text file of mode 0644. Everything belongs to root unless it says otherwise. */
export type Node = string | Text | Program | Bulk | Link | HardLink | Directory;

interface Ownership {
  mode?: number;
  uid?: number;
  gid?: number;
}

export interface Text extends Ownership {
  text: string;
}

/** A simulated executable of a believable size. */
export interface Program extends Ownership {
  program: string;
  size: number;
}

/** Bytes that nobody reads, for their weight: libraries, locale data. */
export interface Bulk extends Ownership {
  bulk: number;
}

export interface Link {
  link: string;
}

/** A second name of a file; the target is a path of the same tree. */
export interface HardLink {
  hardlink: string;
}

export interface Directory extends Ownership {
  directory: true;
}

export const text = (content: string, mode = 0o644): Text => ({ text: content, mode });

export const script = (content: string): Text => text(content, 0o755);

export const program = (name: string, size: number, mode = 0o755): Program => ({ program: name, size, mode });

export const bulk = (size: number): Bulk => ({ bulk: size });

export const link = (target: string): Link => ({ link: target });

export const hardlink = (target: string): HardLink => ({ hardlink: target });

export const directory = (mode = 0o755, uid = 0, gid = 0): Directory => ({ directory: true, mode, uid, gid });

/** Directories, each of mode 0755. */
export const directories = (...paths: string[]): Tree =>
  Object.fromEntries(paths.map((path) => [path, directory()]));

/** Directories that are not 0755 wherever they are. */
const USUAL_MODES: Record<string, number> = { tmp: 0o1777, 'var/tmp': 0o1777, root: 0o700 };

/**
 * The entries of a tree: parents before children, in order of path, all written at `mtime`. A directory that is only implied is as
 * the layers below have it.
 */
export function treeEntries(
  tree: Tree,
  mtime: number,
  machine: Machine = 'x86_64',
  below: Readonly<Tree> = {},
): LayerEntry[] {
  const whole = new Map<string, Node>();
  for (const path in tree) {
    // From the longest on: whatever is there has its parents.
    for (let at = path.lastIndexOf('/'); at !== -1; at = path.lastIndexOf('/', at - 1)) {
      const parent = path.slice(0, at);
      if (whole.has(parent)) break;
      const usual = () => directory(USUAL_MODES[parent] ?? 0o755);
      whole.set(parent, tree[parent] ?? directoryIn(below, parent) ?? usual());
    }
    whole.set(path, tree[path]!);
  }
  const made = new Map<string, LayerEntry>();
  const links: [path: string, target: string][] = [];
  for (const path of [...whole.keys()].sort()) {
    const node = whole.get(path)!;
    if (typeof node === 'object' && 'hardlink' in node) links.push([path, node.hardlink]);
    else made.set(path, toEntry(path, node, mtime, machine));
  }
  // A hard link must come after what it links to, wherever that sorts.
  for (const [path, target] of links) made.set(path, secondName(path, made.get(target)));
  return [...made.values()];
}

function directoryIn(below: Readonly<Tree>, path: string): Directory | undefined {
  const node = below[path];
  return typeof node === 'object' && 'directory' in node ? node : undefined;
}

/** A hard link bears the attributes of its file: whoever unpacks it sets them again. */
function secondName(path: string, target: LayerEntry | undefined): LayerEntry {
  if (target === undefined) throw new RangeError(`${path} is a hard link to nothing`);
  const { mode, uid, gid, mtime } = target;
  return entry(path, 'hardlink', { linkname: target.path, mode, uid, gid, mtime });
}

function toEntry(path: string, node: Exclude<Node, HardLink>, mtime: number, machine: Machine): LayerEntry {
  if (typeof node === 'string') return toEntry(path, { text: node }, mtime, machine);
  if ('link' in node) return entry(path, 'symlink', { linkname: node.link, mtime });
  const { uid = 0, gid = 0 } = node;
  if ('directory' in node) return entry(path, 'directory', { mode: node.mode ?? 0o755, uid, gid, mtime });
  if ('bulk' in node)
    return entry(path, 'file', { mode: node.mode ?? 0o644, uid, gid, mtime, size: node.bulk });
  const isProgram = 'program' in node;
  const bytes = isProgram ? encodeExecutable(node.program, machine) : encode(node.text);
  const extents = bytes.length === 0 ? [] : [{ offset: 0, bytes }];
  const size = isProgram ? Math.max(node.size, bytes.length) : bytes.length;
  return entry(path, 'file', {
    mode: node.mode ?? (isProgram ? 0o755 : 0o644),
    uid,
    gid,
    mtime,
    size,
    extents,
  });
}

/** The tree with a bulk file added, so that it weighs `total` as docker counts; as it is when it weighs that already. */
export function weighing(total: number, path: string, tree: Tree): Tree {
  const missing = total - layerSize(treeEntries(tree, 0));
  return missing > 0 ? { ...tree, [path]: bulk(missing) } : tree;
}
