import type { FileType, LayerChange, LayerContent, LayerFile, LayerRole } from './layer-change.ts';

/** What became of a path in a layer. `same`: it is there, and the layer does not touch it. */
export type ChangeKind = 'added' | 'changed' | 'removed' | 'same';

/** A layer of a stack, in figures. */
export interface LayerSummary {
  role?: LayerRole;
  createdBy?: string;
  digest?: string;
  /** Bytes that the layer holds. */
  size: number;
  /** Files and links, directories not counted. */
  added: number;
  changed: number;
  removed: number;
}

/** A name in a directory, as a layer leaves it. */
export interface TreeEntry {
  name: string;
  type: FileType;
  change: ChangeKind;
  mode: number;
  uid: number;
  gid: number;
  /** Bytes; of a directory all that is seen below it. */
  size: number;
  target?: string;
  /** The layer that it comes from; of a directory, the last that holds the directory itself. */
  layer: number;
  /** Directories only: whether the layer changes something below. */
  touched?: boolean;
}

/** A path in one layer that has something to say of it. */
export interface FileVersion {
  layer: number;
  change: Exclude<ChangeKind, 'same'>;
  type?: FileType;
  mode?: number;
  uid?: number;
  gid?: number;
  size?: number;
  target?: string;
}

/** Bytes that a stack carries and nobody sees: earlier copies of a file that a later layer replaced or removed. */
export interface Waste {
  path: string;
  bytes: number;
  /** How many copies lie hidden. */
  copies: number;
  /** Nothing is left to see of it. */
  removed: boolean;
}

interface Version {
  layer: number;
  /** Undefined: gone from this layer on. */
  file: LayerFile | undefined;
}

interface Node {
  readonly children: Map<string, Node>;
  /** By layer, rising; one a layer. */
  readonly versions: Version[];
}

const node = (): Node => ({ children: new Map(), versions: [] });

/**
 * The layers of an image, or of a container, on each other: for every path what each layer says of it, so that the tree after any
 * layer can be read, and what each added, changed, removed. Whiteouts and opaque directories of a layer hide what the layers
 * below have, never its own (image-spec layer.md, "Whiteouts").
 */
export class LayerStack {
  readonly layers: readonly LayerSummary[];
  readonly #root = node();

  constructor(contents: readonly LayerContent[]) {
    this.layers = contents.map((content, layer) => this.#put(content, layer));
  }

  /** Bytes of all layers. */
  get size(): number {
    return this.layers.reduce((sum, { size }) => sum + size, 0);
  }

  /** A directory as the stack up to `layer` shows it, with what that layer removed; undefined where there is none. */
  list(layer: number, path: string): TreeEntry[] | undefined {
    const at = this.#find(path);
    if (!at) return undefined;
    const here = path === '' ? undefined : stateIn(at, layer);
    if (here && here.file?.type !== 'directory' && here.change !== 'removed') return undefined;
    const entries: TreeEntry[] = [];
    for (const [name, child] of at.children) {
      const state = stateIn(child, layer);
      if (!state?.shown) continue;
      const { type, mode, uid, gid, target, size } = state.shown;
      const below = type === 'directory' ? measure(child, layer) : undefined;
      entries.push({
        name,
        type,
        change: state.change,
        mode,
        uid,
        gid,
        size: below?.size ?? size,
        ...(target === undefined ? {} : { target }),
        layer: state.from,
        ...(below ? { touched: below.touched } : {}),
      });
    }
    return entries.sort(
      (a, b) => Number(b.type === 'directory') - Number(a.type === 'directory') || (a.name < b.name ? -1 : 1),
    );
  }

  /** What each layer says of a path, lowest first. */
  history(path: string): FileVersion[] {
    const at = this.#find(path);
    return (at?.versions ?? []).flatMap(({ layer, file }, index): FileVersion[] => {
      const before = at?.versions[index - 1]?.file;
      if (!file) return [{ layer, change: 'removed' }];
      if (repeats(file, before)) return [];
      const { type, mode, uid, gid, size, target } = file;
      const change = before ? 'changed' : 'added';
      return [{ layer, change, type, mode, uid, gid, size, ...(target === undefined ? {} : { target }) }];
    });
  }

  /** The file that a layer holds at a path. */
  file(layer: number, path: string): LayerFile | undefined {
    return this.#find(path)?.versions.find((version) => version.layer === layer)?.file;
  }

  /** What is carried for nothing, the heaviest first. */
  waste(): Waste[] {
    const all: Waste[] = [];
    for (const [path, { versions }] of walk(this.#root, '')) {
      const hidden = versions.slice(0, -1).filter(({ file }) => file && file.size > 0);
      const bytes = hidden.reduce((sum, { file }) => sum + (file?.size ?? 0), 0);
      if (bytes > 0)
        all.push({ path, bytes, copies: hidden.length, removed: versions.at(-1)?.file === undefined });
    }
    return all.sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
  }

  #put({ role, createdBy, digest, changes }: LayerContent, layer: number): LayerSummary {
    const files: Extract<LayerChange, { kind: 'file' }>[] = [];
    // What hides comes first: an opaque marker may stand behind the directory's own new files.
    for (const change of changes) {
      if (change.kind === 'file') {
        files.push(change);
        continue;
      }
      const at = this.#find(change.path);
      if (!at) continue;
      if (change.kind === 'whiteout') hide(at, layer);
      else for (const child of at.children.values()) hide(child, layer);
    }
    for (const { path, file } of files) {
      const at = path === '' ? this.#root : this.#make(path);
      // What was a directory and is one no more takes along what was in it.
      if (file.type !== 'directory') for (const child of at.children.values()) hide(child, layer);
      const last = at.versions.at(-1);
      if (last?.layer === layer) last.file = file;
      else at.versions.push({ layer, file });
    }
    const summary: LayerSummary = {
      ...(role === undefined ? {} : { role }),
      ...(createdBy === undefined ? {} : { createdBy }),
      ...(digest === undefined ? {} : { digest }),
      size: 0,
      added: 0,
      changed: 0,
      removed: 0,
    };
    for (const [, one] of walk(this.#root, '')) {
      const last = one.versions.at(-1);
      if (last?.layer !== layer) continue;
      summary.size += last.file?.size ?? 0;
      const before = one.versions.at(-2)?.file;
      if ((last.file ?? before)?.type === 'directory') continue;
      summary[last.file ? (before ? 'changed' : 'added') : 'removed']++;
    }
    return summary;
  }

  #find(path: string): Node | undefined {
    let at: Node | undefined = this.#root;
    if (path === '') return at;
    for (const name of path.split('/')) {
      at = at.children.get(name);
      if (!at) return undefined;
    }
    return at;
  }

  #make(path: string): Node {
    let at = this.#root;
    for (const name of path.split('/')) {
      let child = at.children.get(name);
      if (!child) {
        child = node();
        at.children.set(name, child);
      }
      at = child;
    }
    return at;
  }
}

/** Marks what there is, and all below it, as gone from `layer` on. */
function hide(at: Node, layer: number): void {
  const last = at.versions.at(-1);
  if (last?.file && last.layer < layer) at.versions.push({ layer, file: undefined });
  for (const child of at.children.values()) hide(child, layer);
}

/** How a path stands after a layer; undefined where there is nothing, and nothing has gone in this layer. */
function stateIn(at: Node, layer: number) {
  const index = at.versions.findLastIndex((version) => version.layer <= layer);
  const version = at.versions[index];
  if (!version) {
    // An archive may leave out the directories that lead to a file.
    const implied = [...at.children.values()].some((child) => stateIn(child, layer)?.file);
    return implied ? { file: IMPLIED, shown: IMPLIED, change: 'same' as const, from: layer } : undefined;
  }
  const before = at.versions[index - 1]?.file;
  const here = version.layer === layer && !repeats(version.file, before);
  if (!version.file && !(here && before)) return undefined;
  const change: ChangeKind = here ? (version.file ? (before ? 'changed' : 'added') : 'removed') : 'same';
  return { file: version.file, shown: version.file ?? before, change, from: version.layer };
}

/** Archives name the directories that lead to what has changed: that alone changes nothing of them. */
const repeats = (file: LayerFile | undefined, before: LayerFile | undefined): boolean =>
  file?.type === 'directory' &&
  before?.type === 'directory' &&
  file.mode === before.mode &&
  file.uid === before.uid &&
  file.gid === before.gid;

const IMPLIED: LayerFile = { type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0 };

/** What is seen below a directory after a layer, and whether the layer changed any of it. */
function measure(at: Node, layer: number): { size: number; touched: boolean } {
  let size = 0;
  let touched = false;
  for (const child of at.children.values()) {
    const state = stateIn(child, layer);
    if (state && state.change !== 'same') touched = true;
    if (state?.file && state.file.type !== 'directory') size += state.file.size;
    const below = measure(child, layer);
    size += below.size;
    touched ||= below.touched;
  }
  return { size, touched };
}

function* walk(at: Node, path: string): Generator<[path: string, node: Node]> {
  for (const [name, child] of at.children) {
    const full = path === '' ? name : `${path}/${name}`;
    yield [full, child];
    yield* walk(child, full);
  }
}
