import { Errno, isErrno } from '../../base/errno.ts';
import type { Caller } from '../caller.ts';
import type { OpenFile } from '../file.ts';
import {
  type AllocationKind,
  type AttributeChange,
  type DirectoryEntry,
  type Inode,
  type OpenFlags,
  type Owner,
  type RenameKind,
  S_IFCHR,
  S_IFDIR,
  S_IFMT,
  type Stat,
} from '../inode.ts';
import type { InodeUse } from '../inode-use.ts';
import { DirectoryFile, RegularFile } from '../open-file.ts';
import type { SparseData } from '../sparse-data.ts';
import { copyUp } from './copy-up.ts';
import { mergedEntries } from './merge.ts';
import type { Overlayfs } from './overlayfs.ts';
import { isDirectory, makeWhiteout } from './private-attributes.ts';
import { remove } from './remove.ts';
import { exchange, rename } from './rename.ts';

/** What is known of a name in a directory. Still true as long as the upper layer has `upper` there. */
interface Entry {
  upper?: Inode;
  inode?: OverlayInode;
  isWhiteout?: boolean;
}

/** The parts of a file; `marked` are the lower directories that have whiteouts by attribute. */
interface Layers {
  upper: Inode | undefined;
  lower: readonly Inode[];
  marked?: readonly Inode[];
}

const NONE: readonly Inode[] = [];

/**
 * A file as the layers together show it. A directory is made of its parts in the upper layer and in each lower one that is
 * not hidden; anything else is one file of one layer, and after copy-up its copy.
 */
export class OverlayInode implements Inode {
  readonly fs: Overlayfs;
  ino: number;
  readonly type: number;
  readonly isDirectory: boolean;
  upper: Inode | undefined;
  /** The parts below, from the top down; of a file at most one, which it was copied up from. */
  readonly lower: readonly Inode[];
  /** Those of them that have whiteouts by attribute. */
  readonly marked: readonly Inode[];
  /** Where copy-up finds its place. */
  parent: OverlayInode | undefined;
  name: string;
  /** Its name is gone while somebody still holds it. */
  removed = false;
  pipe?: unknown;
  socket?: unknown;
  use?: InodeUse;
  #dev: number;
  /** Names looked up so far: what keeps lookups as fast through 127 layers as through one. */
  readonly #entries: Map<string, Entry> | undefined;

  constructor(fs: Overlayfs, layers: Layers, parent: OverlayInode | undefined, name: string) {
    this.fs = fs;
    this.upper = layers.upper;
    this.lower = layers.lower;
    this.marked = layers.marked ?? NONE;
    this.parent = parent;
    this.name = name;
    this.type = this.real.type;
    this.isDirectory = this.type === S_IFDIR;
    this.#entries = this.isDirectory ? new Map() : undefined;
    const { ino, dev } = fs.identity(this.lower[0] ?? this.real, this.isDirectory);
    this.ino = ino;
    this.#dev = dev;
  }

  /** The topmost layer's part: its attributes are the file's. */
  get real(): Inode {
    return this.upper ?? this.lower[0]!;
  }

  layers(): Inode[] {
    return this.upper === undefined ? [...this.lower] : [this.upper, ...this.lower];
  }

  /** In the upper layer and in a lower one. */
  get isMerge(): boolean {
    return this.upper !== undefined && this.lower.length > 0;
  }

  get isMergeOrLower(): boolean {
    return this.upper === undefined || this.lower.length > 0;
  }

  get isPureUpper(): boolean {
    return this.lower.length === 0;
  }

  get isOpaque(): boolean {
    return this.upper !== undefined && this.fs.attributes.isOpaque(this.upper);
  }

  stat(): Stat {
    const stat = this.real.stat();
    stat.dev = this.#dev;
    stat.ino = this.ino;
    // Nobody has counted the subdirectories of all layers.
    if (this.isDirectory && this.layerCount > 1) stat.nlink = 1;
    return stat;
  }

  setattr(change: AttributeChange): void {
    copyUp(this).setattr(change);
  }

  lookup(name: string): OverlayInode | undefined {
    return this.#entry(name).inode;
  }

  hasWhiteout(name: string): boolean {
    return this.#entry(name).isWhiteout === true;
  }

  /** Notes what a name has become. */
  remember(name: string, entry: Entry): void {
    this.#entries?.set(name, entry);
  }

  readdir(caller?: Caller): DirectoryEntry[] {
    if (!this.isDirectory) throw new Errno('ENOTDIR');
    const entries = this.layerCount > 1 ? mergedEntries(this, caller) : this.real.readdir(caller);
    // Of layers on several file systems their own numbers must do, though stat shows others.
    if (this.upper === undefined || !this.fs.isSameFs) return entries;
    return entries.map((entry) => ({ ...entry, ino: this.#inoOf(entry) }));
  }

  create(name: string, mode: number, owner: Owner, rdev = 0): Inode {
    if ((mode & S_IFMT) === S_IFCHR && rdev === 0) throw new Errno('EPERM');
    // What a whiteout hid below must not show through a new directory in its place.
    const hides = (mode & S_IFMT) === S_IFDIR && this.hasWhiteout(name);
    return this.#add(name, (upper) => {
      const made = upper.create(name, mode, owner, rdev);
      if (hides) this.fs.attributes.makeOpaque(made);
      return made;
    });
  }

  symlink(name: string, target: string, owner: Owner): Inode {
    return this.#add(name, (upper) => upper.symlink(name, target, owner));
  }

  link(name: string, target: Inode): void {
    if (!(target instanceof OverlayInode) || target.fs !== this.fs) throw new Errno('EXDEV');
    if (target.isDirectory) throw new Errno('EPERM');
    if (this.lookup(name) !== undefined) throw new Errno('EEXIST');
    const file = copyUp(target);
    this.#add(name, (upper) => {
      upper.link(name, file);
      return file;
    });
  }

  unlink(name: string): void {
    remove(this, name, false);
  }

  rmdir(name: string): void {
    remove(this, name, true);
  }

  rename(name: string, directory: Inode, newName: string, how?: RenameKind): void {
    if (!(directory instanceof OverlayInode) || directory.fs !== this.fs) throw new Errno('EXDEV');
    if (how === 'whiteout') throw new Errno('EINVAL');
    if (how === 'exchange') exchange(this, name, directory, newName);
    else rename(this, name, directory, newName);
  }

  /** In the upper layer, as all that is new. */
  tmpfile(mode: number, owner: Owner): Inode {
    const upper = copyUp(this);
    if (upper.tmpfile === undefined) throw new Errno('EOPNOTSUPP');
    return this.#inodeOf({ upper: upper.tmpfile(mode, owner), lower: [] }, '');
  }

  allocate(position: number, length: number, kind: AllocationKind): void {
    const upper = copyUp(this);
    if (upper.allocate === undefined) throw new Errno('EOPNOTSUPP');
    upper.allocate(position, length, kind);
  }

  readlink(): string {
    return this.real.readlink();
  }

  read(position: number, length: number): Uint8Array {
    return this.real.read(position, length);
  }

  write(position: number, data: Uint8Array): number {
    return copyUp(this).write(position, data);
  }

  get contents(): (() => SparseData) | undefined {
    const { real } = this;
    return real.contents === undefined ? undefined : () => real.contents!();
  }

  get setContents(): ((data: SparseData) => void) | undefined {
    if (this.fs.work?.setContents === undefined) return undefined;
    return (data) => copyUp(this, { dataless: true }).setContents!(data);
  }

  /** The layers below are never touched, not even by reading. */
  accessed(): void {
    this.upper?.accessed?.();
  }

  getxattr(name: string): Uint8Array | undefined {
    return this.real.getxattr(this.fs.attributes.inLayer(name));
  }

  setxattr(name: string, value: Uint8Array): void {
    copyUp(this).setxattr(this.fs.attributes.inLayer(name), value);
  }

  removexattr(name: string): void {
    if (this.getxattr(name) === undefined) throw new Errno('ENODATA');
    copyUp(this).removexattr(this.fs.attributes.inLayer(name));
  }

  listxattr(): string[] {
    const names: string[] = [];
    for (const name of this.real.listxattr()) {
      const shown = this.fs.attributes.shown(name);
      if (shown !== undefined) names.push(shown);
    }
    return names;
  }

  /** Opening for writing is what copies a file up, before a byte is written. */
  open(flags: OpenFlags, caller: Caller): OpenFile {
    if (this.isDirectory) return new DirectoryFile(this, flags);
    if (flags.write || flags.truncate) copyUp(this, { dataless: flags.truncate });
    const held = this.real.open(flags, caller);
    return new RegularFile(this, flags, () => held.release());
  }

  /** The copy is there: changes go to it from now on. */
  copiedUp(copy: Inode, origin: Stat): void {
    this.upper = copy;
    // A file with other names below parts from them, and so has an identity of its own.
    if (!this.isDirectory && origin.nlink > 1) {
      ({ ino: this.ino, dev: this.#dev } = this.fs.identity(copy, false));
    }
    if (!this.isDirectory) this.fs.known.set(copy, this);
    if (!this.removed) this.parent?.remember(this.name, { upper: copy, inode: this });
  }

  get layerCount(): number {
    return this.lower.length + (this.upper === undefined ? 0 : 1);
  }

  /** A layer that lies in another is listed, though it cannot be entered. */
  #inoOf({ name, ino }: DirectoryEntry): number {
    try {
      return this.lookup(name)?.ino ?? ino;
    } catch (error) {
      if (isErrno(error, 'ELOOP')) return ino;
      throw error;
    }
  }

  /** Makes a new name in the upper layer, in the place of a whiteout if one is there. */
  #add(name: string, make: (upper: Inode) => Inode): Inode {
    const entry = this.#entry(name);
    if (entry.inode !== undefined) throw new Errno('EEXIST');
    const upper = copyUp(this);
    if (entry.isWhiteout) upper.unlink(name);
    let made: Inode;
    try {
      made = make(upper);
    } catch (error) {
      if (entry.isWhiteout) this.remember(name, { upper: makeWhiteout(upper, name), isWhiteout: true });
      throw error;
    }
    const inode = this.#inodeOf({ upper: made, lower: [] }, name);
    this.remember(name, { upper: made, inode });
    return inode;
  }

  #entry(name: string): Entry {
    if (this.#entries === undefined) throw new Errno('ENOTDIR');
    const known = this.#entries.get(name);
    const upper = this.upper?.lookup(name);
    if (known !== undefined && known.upper === upper) return known;
    const entry = this.#find(name, upper);
    this.#entries.set(name, entry);
    return entry;
  }

  /** Looks a name up through the layers: the topmost file wins, directories merge down to the first that is opaque or no directory. */
  #find(name: string, upper: Inode | undefined): Entry {
    const { attributes } = this.fs;
    if (upper !== undefined) {
      if (attributes.isWhiteout(upper)) return { upper, isWhiteout: true };
      this.fs.requireNoTrap(upper);
      if (!isDirectory(upper) || attributes.isOpaque(upper)) {
        return { upper, inode: this.#inodeOf({ upper, lower: [] }, name) };
      }
    }
    const lower: Inode[] = [];
    let marked: Inode[] | undefined;
    const lowest = this.lower.at(-1);
    for (const layer of this.lower) {
      const found = layer.lookup(name);
      if (found === undefined) continue;
      if (attributes.isWhiteout(found)) break;
      const isDir = isDirectory(found);
      if (isDir) this.fs.requireNoTrap(found);
      if (isDir || (upper === undefined && lower.length === 0)) lower.push(found);
      const opaque = isDir ? attributes.opaque(found) : 'y';
      if (opaque === 'y') break;
      // Below the lowest layer there is nothing to hide.
      if (opaque === 'x' && layer !== lowest) marked = [...(marked ?? NONE), found];
    }
    if (upper === undefined && lower.length === 0) return {};
    return { upper, inode: this.#inodeOf({ upper, lower, marked }, name) };
  }

  /** One inode for one file, by however many names it is reached. */
  #inodeOf(layers: Layers, name: string): OverlayInode {
    const real = layers.upper ?? layers.lower[0]!;
    // Names of one lower file will part at copy-up: each is an inode of its own from the start.
    const partsLater = () =>
      layers.upper === undefined && this.fs.work !== undefined && real.stat().nlink > 1;
    if (real.type === S_IFDIR || partsLater()) return new OverlayInode(this.fs, layers, this, name);
    const known = this.fs.known.get(real);
    if (known !== undefined) return known;
    const inode = new OverlayInode(this.fs, layers, this, name);
    this.fs.known.set(real, inode);
    return inode;
  }
}
