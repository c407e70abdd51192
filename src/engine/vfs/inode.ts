import type { Caller } from './caller.ts';
import type { OpenFile } from './file.ts';
import type { FileSystem } from './filesystem.ts';
import type { InodeUse } from './inode-use.ts';
import type { Path } from './path.ts';
import type { SparseData } from './sparse-data.ts';

/** File type bits of `st_mode` (inode(7)). */
export const S_IFMT = 0o170000;
export const S_IFSOCK = 0o140000;
export const S_IFLNK = 0o120000;
export const S_IFREG = 0o100000;
export const S_IFBLK = 0o060000;
export const S_IFDIR = 0o040000;
export const S_IFCHR = 0o020000;
export const S_IFIFO = 0o010000;
export const S_ISUID = 0o4000;
export const S_ISGID = 0o2000;
export const S_ISVTX = 0o1000;

/** What stat(2) gives. Times in milliseconds since the epoch; `blocks` in units of 512 bytes, holes not counted. */
export interface Stat {
  dev: number;
  ino: number;
  mode: number;
  nlink: number;
  uid: number;
  gid: number;
  rdev: number;
  size: number;
  blksize: number;
  blocks: number;
  atime: number;
  mtime: number;
  ctime: number;
}

export interface Owner {
  uid: number;
  gid: number;
}

/** What chmod, chown, truncate and utimensat change. The file system sets `ctime` itself. */
export interface AttributeChange {
  mode?: number;
  uid?: number;
  gid?: number;
  size?: number;
  atime?: number;
  mtime?: number;
}

export interface DirectoryEntry {
  name: string;
  ino: number;
  /** The file type bits (`S_IFDIR`, …). */
  type: number;
}

/**
 * One object of a file system. All operations are synchronous and atomic: the simulated kernel has one big
 * lock. They check what only the file system knows (existence, emptiness, space, read-only layers) and throw
 * `Errno`; permission and mount checks come before, in path lookup (`namei.ts`).
 *
 * Times come from the file system's clock. Names are single components, never `.` or `..`.
 */
export interface Inode {
  readonly fs: FileSystem;
  readonly ino: number;
  /** The file type bits (`S_IFDIR`, …), which never change: asked far more often than all that stat gathers. */
  readonly type: number;
  /** Of a directory: another after each change of its entries (the kernel's i_version). Absent where they change unseen. */
  readonly version?: number;
  stat(): Stat;
  setattr(change: AttributeChange): void;

  /** Directories. `lookup` gives undefined for a name that is not there. `caller` matters to procfs only. */
  lookup(name: string, caller?: Caller): Inode | undefined;
  /** All entries but `.` and `..`, in the file system's order. */
  readdir(caller?: Caller): DirectoryEntry[];
  /** Makes a file, directory, FIFO, socket or device node; `mode` holds type and permission bits, umask applied already. */
  create(name: string, mode: number, owner: Owner, rdev?: number): Inode;
  symlink(name: string, target: string, owner: Owner): Inode;
  link(name: string, target: Inode): void;
  unlink(name: string): void;
  rmdir(name: string): void;
  /**
   * Moves an entry of this directory into `directory` of the same file system, replacing what is there as rename(2) does; or as
   * renameat2(2): changes places with it, or leaves a whiteout behind. EINVAL for what the file system cannot.
   */
  rename(name: string, directory: Inode, newName: string, how?: RenameKind): void;
  /** A regular file without a name, for O_TMPFILE; absent where there are none. */
  tmpfile?(mode: number, owner: Owner): Inode;

  /** Symbolic links. A "magic" link of procfs resolves by `follow` instead of by its text. */
  readlink(caller?: Caller): string;
  follow?(caller: Caller): Path;

  /** Regular files. Reading past the end gives fewer bytes, or none. */
  read(position: number, length: number): Uint8Array;
  write(position: number, data: Uint8Array): number;
  /**
   * The contents with their holes, for those that copy, archive or make whole files: `contents` to look at and `clone()`,
   * `setContents` takes over. Absent where files are generated.
   */
  contents?(): SparseData;
  /** fallocate(2) on [position, position + length); EOPNOTSUPP for a kind that the file system cannot. Absent where it can none. */
  allocate?(position: number, length: number, kind: AllocationKind): void;
  setContents?(data: SparseData): void;
  /** Whether the caller may do what the bits of access(2) say, where the file's mode and owner do not decide it (sysctl files). */
  permits?(caller: Caller, wanted: number): boolean;

  /** Notes an access: the VFS calls it when the mount's atime rules say so. */
  accessed?(): void;

  /** What the VFS hangs on a FIFO (its pipe) and on a socket's name (its listener, set by the net room). */
  pipe?: unknown;
  socket?: unknown;
  /** Who uses it now. */
  use?: InodeUse;

  /** Extended attributes. */
  getxattr(name: string): Uint8Array | undefined;
  setxattr(name: string, value: Uint8Array): void;
  removexattr(name: string): void;
  listxattr(): string[];

  /**
   * What open(2) gives a process, for regular files and directories; generated files bring their own. FIFOs, sockets and
   * device nodes are opened by the VFS (`open.ts`), whatever file system their names are on; a terminal of devpts by itself.
   */
  open(flags: OpenFlags, caller: Caller): OpenFile;
}

/** What renameat2(2) does other than rename(2). */
export type RenameKind = 'exchange' | 'whiteout';

/** fallocate(2): sets space aside, also beyond the end without growing the file; makes a hole; makes zeros. */
export type AllocationKind = 'allocate' | 'keep size' | 'punch hole' | 'zero range';

/** The flags of open(2) that survive parsing. */
export interface OpenFlags {
  read: boolean;
  write: boolean;
  append: boolean;
  create: boolean;
  exclusive: boolean;
  truncate: boolean;
  directory: boolean;
  noFollow: boolean;
  nonBlocking: boolean;
  noctty: boolean;
  /** O_NOATIME: reading leaves the access time as it is. */
  noatime?: boolean;
  path: boolean;
  /** O_TMPFILE */
  tmpfile?: boolean;
}
