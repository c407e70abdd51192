/** What a layer does to one path of those below it, whatever the layer was read from. */
export type LayerChange =
  | { kind: 'file'; path: string; file: LayerFile }
  /** What the layers below have at this path is gone. */
  | { kind: 'whiteout'; path: string }
  /** What the layers below have in this directory is gone. */
  | { kind: 'opaque'; path: string };

/** A file as a layer holds it. */
export interface LayerFile {
  type: FileType;
  /** Permission bits, with setuid, setgid and sticky. */
  mode: number;
  uid: number;
  gid: number;
  /** Bytes that the layer holds of it; nothing for a further name of a file that is counted already. */
  size: number;
  /** Where a symbolic link leads, or which file a hard link is a name of. */
  target?: string;
  /** Reads its content, of a regular file; rejects where that cannot be had. */
  read?(): Promise<Uint8Array>;
}

export type FileType = 'file' | 'directory' | 'symlink' | 'hardlink' | 'device' | 'fifo' | 'socket';

/** A layer of a container that no image has: its own, or the one under it in which docker makes mount points. */
export type LayerRole = 'container' | 'init';

/** A layer with what it changes, from the root of its tree downwards. Paths have no slash at either end. */
export interface LayerContent {
  role?: LayerRole;
  /** What made it: a line of the image's history, or nothing where none is told. */
  createdBy?: string;
  /** The digest of its archive (its diff id); none for a container's own layer. */
  digest?: string;
  changes: Iterable<LayerChange>;
}
