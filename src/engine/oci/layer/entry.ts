import { byteLength } from '../../base/bytes.ts';

/**
 * One entry of a tar archive: what a file system keeps of a file, and nothing of the format.
 * A hard link repeats its file's mode, owner and time: unpacking sets them once more.
 */
export interface LayerEntry {
  /** Slash-separated, relative to the archive's root; no leading `./` or `/`, no trailing slash. The root itself is ''. */
  path: string;
  type: EntryType;
  /** Permission bits with setuid, setgid and sticky: `mode & 0o7777`. */
  mode: number;
  uid: number;
  gid: number;
  /** Milliseconds since the epoch. */
  mtime: number;
  /** Logical size of a regular file, holes included; 0 for everything else. */
  size: number;
  /** Target of a symbolic link as it stands; of a hard link the path of an earlier entry. */
  linkname: string;
  devmajor: number;
  devminor: number;
  xattrs: Record<string, Uint8Array>;
  /** What a regular file holds, in order and without overlap; what lies between is zero. */
  extents: Extent[];
}

export type EntryType = 'file' | 'directory' | 'symlink' | 'hardlink' | 'character' | 'block' | 'fifo';

/** A stretch of data within a file. */
export interface Extent {
  offset: number;
  bytes: Uint8Array;
}

/** An archive that cannot be read, or an entry that may not be applied. */
export class InvalidLayer extends Error {
  override name = 'InvalidLayer';
}

const DEFAULT_MODE: Record<EntryType, number> = {
  file: 0o644,
  directory: 0o755,
  symlink: 0o777,
  hardlink: 0o644,
  character: 0o600,
  block: 0o600,
  fifo: 0o644,
};

/** An entry with the usual values for what is not given: owned by root, written at the epoch. */
export function entry(path: string, type: EntryType, rest: Partial<LayerEntry> = {}): LayerEntry {
  return {
    path,
    type,
    mode: DEFAULT_MODE[type],
    uid: 0,
    gid: 0,
    mtime: 0,
    size:
      rest.size ??
      rest.extents?.reduce((end, extent) => Math.max(end, extent.offset + extent.bytes.length), 0) ??
      0,
    linkname: '',
    devmajor: 0,
    devminor: 0,
    xattrs: {},
    extents: [],
    ...rest,
  };
}

/** The whole content of a regular file, holes filled with zeros. */
export function contentOf({ size, extents }: LayerEntry): Uint8Array {
  if (extents.length === 1 && extents[0]!.offset === 0 && extents[0]!.bytes.length === size)
    return extents[0]!.bytes;
  const out = new Uint8Array(size);
  for (const { offset, bytes } of extents) out.set(bytes, offset);
  return out;
}

/**
 * What a layer weighs, as docker's overlay2 driver counts: each file once however many links it has, symbolic links
 * by the length of their target, directories and devices nothing.
 */
export class LayerWeight {
  readonly #sizes = new Map<string, number>();

  add({ path, type, size, linkname }: LayerEntry): void {
    if (type === 'file') this.#sizes.set(path, size);
    else if (type === 'symlink') this.#sizes.set(path, byteLength(linkname));
    else this.#sizes.delete(path);
  }

  get total(): number {
    let total = 0;
    for (const size of this.#sizes.values()) total += size;
    return total;
  }
}

/** What these entries weigh together. */
export function layerSize(entries: Iterable<LayerEntry>): number {
  const weight = new LayerWeight();
  for (const found of entries) weight.add(found);
  return weight.total;
}
