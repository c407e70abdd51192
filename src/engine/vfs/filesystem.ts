import type { Caller } from './caller.ts';
import type { ContentStore } from './content-store.ts';
import type { Dentry } from './dentry.ts';
import type { Inode } from './inode.ts';
import type { UserNamespace } from './user-namespace.ts';

/** What statfs(2) gives. Sizes in blocks of `bsize` bytes. */
export interface FileSystemStat {
  type: string;
  bsize: number;
  blocks: number;
  bfree: number;
  bavail: number;
  files: number;
  ffree: number;
}

/** A mounted or mountable file system instance: the kernel's super block. */
export interface FileSystem {
  /** Its type as /proc/filesystems names it: `tmpfs`, `overlay`, `proc`, … */
  readonly type: string;
  /** Device number (`st_dev`), unique to the instance. */
  readonly dev: number;
  readonly root: Inode;
  /** The one dentry of its root, whichever mounts show it; the VFS makes it at the first (see `rootDentry`). */
  rootDentry?: Dentry;
  /** Super block options as mountinfo shows them after the dash, e.g. `lowerdir=/a:/b,upperdir=/u,workdir=/w`. */
  options(): string;
  statfs(): FileSystemStat;
  /**
   * Whether names may appear and vanish without the VFS doing it (procfs, sysfs, cgroupfs, and overlayfs over moving layers).
   * Path lookup then asks the inode each time instead of remembering.
   */
  readonly volatile: boolean;
  /** How many file systems that are made of others it is made of; none for most. */
  readonly stackDepth?: number;
  /** The user namespace that it was mounted for (`s_user_ns`); the initial one if absent. Set-id bits count only within it. */
  userns?: UserNamespace;
  /** Mounted read-only as a whole (SB_RDONLY); `mount -o remount,ro` sets it. */
  readonly?: boolean;
  /** Mounted for synchronous writes (SB_SYNCHRONOUS). It shows; nothing here is ever written late. */
  sync?: boolean;
  /** Open files that may write, through whichever mount: while there are any it cannot become read-only. The VFS counts. */
  writers?: number;
  /** Files without a name that are still open. */
  removed?: number;
  /** What keeps the contents of its files within bounds; absent where none are kept, or nothing bounds them yet. */
  store?: ContentStore;
  /** Whether a file of it, which is mounted in no namespace, may be bound by a caller: the names of namespaces. */
  mayBind?(inode: Inode, caller: Caller): boolean;
  /** How the root of a bind mount of this inode shows in mountinfo, where it has no name: `net:[4026532281]`. */
  rootName?(inode: Inode): string | undefined;
  /** `mount -o remount,…`: takes other options, and refuses what it cannot become. Absent: it takes none and can be both. */
  remount?(options: string, readonly: boolean): void;
}
