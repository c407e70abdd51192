import { Errno } from '../../base/errno.ts';
import { usernsOf } from '../caller.ts';
import type { Dentry } from '../dentry.ts';
import type { FileSystem, FileSystemStat } from '../filesystem.ts';
import { type Inode, S_IFDIR } from '../inode.ts';
import { isBelow } from '../mount.ts';
import { parseMountOptions } from '../mount-options.ts';
import { type LookupContext, walk } from '../namei.ts';
import type { Path } from '../path.ts';
import type { FileSystemType } from '../vfs.ts';
import { OverlayInode } from './overlay-inode.ts';
import { isDirectory, PrivateAttributes } from './private-attributes.ts';

/** The layers of an overlay, as directories of other file systems. `lower` from the top down. */
export interface OverlayLayers {
  lower: readonly Inode[];
  /** Where changes go. Without it the overlay is read-only. */
  upper?: Inode;
  /** The `work` directory beside it. */
  work?: Inode;
  /** Its own attributes are of the class user. */
  userxattr?: boolean;
}

/**
 * Several directory trees shown as one (the kernel's Documentation/filesystems/overlayfs.rst): what a container sees of its
 * image's layers. Behaves as with redirect_dir=off, index=off, metacopy=off, xino=off.
 */
export class Overlayfs implements FileSystem {
  readonly type = 'overlay';
  readonly dev: number;
  readonly volatile = false;
  readonly: boolean;
  readonly root: OverlayInode;
  readonly work: Inode | undefined;
  readonly attributes: PrivateAttributes;
  /** The inode that shows each file of a layer. */
  readonly known = new WeakMap<Inode, OverlayInode>();
  readonly #layers: OverlayLayers;
  readonly #shownOptions: string;
  /** All layers are of one file system. */
  readonly isSameFs: boolean;
  /** Devices that files of foreign layers are reported on. */
  readonly #pseudoDevs = new Map<FileSystem, number>();
  readonly #anonymousDev: () => number;
  /** The overlay's own numbers are taken from where no layer's are. */
  #lastIno = 2 ** 24;

  constructor(layers: OverlayLayers, anonymousDev: () => number, shownOptions: string) {
    this.#layers = layers;
    this.#anonymousDev = anonymousDev;
    this.#shownOptions = shownOptions;
    this.dev = anonymousDev();
    this.attributes = new PrivateAttributes(layers);
    this.work = layers.upper === undefined ? undefined : layers.work;
    this.readonly = layers.upper === undefined;
    const first = (layers.upper ?? layers.lower[0]!).fs;
    this.isSameFs = layers.lower.every((layer) => layer.fs === first);
    const { upper, lower } = layers;
    const marked = lower.slice(0, -1).filter((layer) => this.attributes.opaque(layer) === 'x');
    this.root = new OverlayInode(this, { upper, lower, marked }, undefined, '/');
  }

  options(): string {
    return this.#shownOptions;
  }

  statfs(): FileSystemStat {
    return { ...(this.#layers.upper ?? this.#layers.lower[0]!).fs.statfs(), type: this.type };
  }

  /** Options have always been ignored here. */
  remount(_options: string, readonly: boolean): void {
    if (!readonly && this.work === undefined) throw new Errno('EROFS');
  }

  /** A layer's own root cannot be reached through the overlay: it would have no end. */
  requireNoTrap(directory: Inode): void {
    const { lower, upper, work } = this.#layers;
    if (directory === upper || directory === work || lower.includes(directory)) throw new Errno('ELOOP');
  }

  /** Which numbers stat shows for a file that a layer has: its own where all layers are of one file system. */
  identity(real: Inode, isDir: boolean): { ino: number; dev: number } {
    if (this.isSameFs) return { ino: real.ino, dev: this.dev };
    if (isDir) return { ino: ++this.#lastIno, dev: this.dev };
    if (real.fs === this.#layers.upper?.fs) return { ino: real.ino, dev: real.fs.dev };
    let dev = this.#pseudoDevs.get(real.fs);
    if (dev === undefined) {
      dev = this.#anonymousDev();
      this.#pseudoDevs.set(real.fs, dev);
    }
    return { ino: real.ino, dev };
  }
}

/** `mount -t overlay -o lowerdir=/a:/b,upperdir=/u,workdir=/w`. Paths are looked up from the mounter's working directory. */
export const overlayType: FileSystemType = {
  name: 'overlay',
  userns: usernsOf,
  mount(_source, text, context) {
    const given = new Map<string, string>();
    for (const [name, value] of parseMountOptions(text)) {
      if (!isSupported(name, value)) throw new Errno('EINVAL');
      given.set(name, value ?? '');
    }
    const lower = splitLowerdirs(given.get('lowerdir') ?? '').map((path) => layerPath(context, path));
    const upperdir = given.get('upperdir');
    const workdir = given.get('workdir');
    if (lower.length === 0 || lower.length > MAX_LAYERS) throw new Errno('EINVAL');
    if (upperdir === undefined && lower.length === 1) throw new Errno('EINVAL');
    if (upperdir !== undefined && workdir === undefined) throw new Errno('EINVAL');
    const upper = upperdir === undefined ? undefined : layerPath(context, withoutBackslashes(upperdir));
    const work =
      upper === undefined || workdir === undefined
        ? undefined
        : layerPath(context, withoutBackslashes(workdir));
    if (upper !== undefined && work !== undefined) {
      if (upper.mount.readonly || upper.mount !== work.mount) throw new Errno('EINVAL');
      if (isBelow(upper.dentry, work.dentry) || isBelow(work.dentry, upper.dentry)) throw new Errno('EINVAL');
    }
    requireApart(
      lower.map((path) => path.dentry),
      [upper, work].filter((path) => path !== undefined).map((path) => path.dentry),
    );
    const shown = ['lowerdir', 'upperdir', 'workdir', 'userxattr', 'volatile']
      .filter((name) => given.has(name))
      .map((name) => (given.get(name) === '' ? name : `${name}=${given.get(name)}`));
    const layers: OverlayLayers = {
      lower: lower.map((path) => path.dentry.inode),
      upper: upper?.dentry.inode,
      work: work === undefined ? undefined : prepareWork(work.dentry.inode),
      userxattr: given.has('userxattr'),
    };
    return new Overlayfs(layers, () => context.namespace.vfs.anonymousDev(), shown.join(','));
  },
};

/** Options and the values that this overlayfs behaves as; undefined takes any. */
const SUPPORTED: Record<string, readonly string[] | undefined> = {
  lowerdir: undefined,
  upperdir: undefined,
  workdir: undefined,
  redirect_dir: ['off', 'nofollow'],
  index: ['off'],
  metacopy: ['off'],
  nfs_export: ['off'],
  xino: ['off', 'auto'],
  uuid: ['off', 'null', 'auto', 'on'],
  volatile: undefined,
  userxattr: undefined,
  default_permissions: undefined,
};

function isSupported(name: string, value: string | undefined): boolean {
  if (!Object.hasOwn(SUPPORTED, name)) return false;
  const values = SUPPORTED[name];
  return values === undefined || (value !== undefined && values.includes(value));
}

/** Colons separate; one after a backslash is part of the name. */
function splitLowerdirs(text: string): string[] {
  return (text.match(/(?:\\.|[^:\\])+/g) ?? []).map(withoutBackslashes);
}

const withoutBackslashes = (text: string) => (text.includes('\\') ? text.replace(/\\(.)/g, '$1') : text);

function layerPath(context: LookupContext, path: string): Path {
  const found = walk(context, path);
  if (found.dentry.type !== S_IFDIR) throw new Errno('EINVAL');
  return found;
}

/** No lower layer may be another layer or lie in it. The upper one may lie in a lower one; it cannot be reached through it. */
function requireApart(lower: readonly Dentry[], upper: readonly Dentry[]): void {
  const layers = [...lower, ...upper];
  for (const [i, layer] of lower.entries()) {
    for (const [j, other] of layers.entries()) if (i !== j && isBelow(layer, other)) throw new Errno('ELOOP');
  }
  if (upper.some((layer) => lower.includes(layer))) throw new Errno('ELOOP');
}

/** The directory `work` in the workdir, empty: what a crash left there is thrown away. */
function prepareWork(workdir: Inode): Inode {
  const old = workdir.lookup('work');
  if (old !== undefined) removeTree(workdir, 'work', old);
  return workdir.create('work', S_IFDIR, { uid: 0, gid: 0 });
}

function removeTree(parent: Inode, name: string, inode: Inode): void {
  if (isDirectory(inode)) {
    for (const entry of inode.readdir()) removeTree(inode, entry.name, inode.lookup(entry.name)!);
    parent.rmdir(name);
  } else parent.unlink(name);
}

/** OVL_MAX_STACK */
const MAX_LAYERS = 500;
