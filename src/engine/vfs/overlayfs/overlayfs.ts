import { Errno } from '../../base/errno.ts';
import type { FileSystem, FileSystemStat } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { OverlayInode } from './overlay-inode.ts';
import { PrivateAttributes } from './private-attributes.ts';

/** The layers of an overlay, as directories of other file systems. `lower` from the top down. */
export interface OverlayLayers {
  lower: readonly Inode[];
  /** Where changes go. Without it the overlay is read-only. */
  upper?: Inode;
  /** The `work` directory beside it. */
  work?: Inode;
  /** Its own attributes are of the class user. */
  userxattr?: boolean;
  /** How many overlays lie upon each other below it. */
  depth?: number;
}

/**
 * Several directory trees shown as one (the kernel's Documentation/filesystems/overlayfs.rst): what a container sees of its
 * image's layers. Behaves as with redirect_dir=off, index=off, metacopy=off, xino=off.
 */
export class Overlayfs implements FileSystem {
  readonly type = 'overlay';
  readonly dev: number;
  readonly volatile = false;
  readonly stackDepth: number;
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
    this.stackDepth = (layers.depth ?? 0) + 1;
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
