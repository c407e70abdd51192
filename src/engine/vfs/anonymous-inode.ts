import type { Clock } from '../base/clock.ts';
import { Errno } from '../base/errno.ts';
import { Dentry } from './dentry.ts';
import type { OpenFile } from './file.ts';
import type { FileSystem, FileSystemStat } from './filesystem.ts';
import {
  type AttributeChange,
  type DirectoryEntry,
  type Inode,
  type Owner,
  S_IFDIR,
  S_IFMT,
  type Stat,
} from './inode.ts';
import { DEFAULT_MOUNT_FLAGS, Mount, type MountIds } from './mount.ts';
import type { Path } from './path.ts';

/** A file system of inodes without names: `pipefs`, `sockfs`. It is mounted nowhere that a path could reach. */
export class AnonymousFileSystem implements FileSystem {
  readonly type: string;
  readonly dev: number;
  readonly volatile = true;
  readonly root: Inode;
  readonly clock: Clock;
  readonly #label: string;
  readonly #mount: Mount;
  readonly #nextIno: () => number;

  /** `label` is what stands before the number in /proc/PID/fd: `pipe`, `socket`. */
  constructor(type: string, label: string, dev: number, clock: Clock, ids: MountIds, nextIno: () => number) {
    this.type = type;
    this.dev = dev;
    this.clock = clock;
    this.#label = label;
    this.#nextIno = nextIno;
    this.root = this.inode(S_IFDIR | 0o555, { uid: 0, gid: 0 });
    this.#mount = new Mount(ids.next(), this, new Dentry('/', undefined, this.root), type, {
      ...DEFAULT_MOUNT_FLAGS,
    });
  }

  /** A fresh inode. */
  inode(mode: number, owner: Owner): AnonymousInode {
    return new AnonymousInode(this, this.#nextIno(), mode, owner);
  }

  /** A path for an inode that has none, so that /proc/PID/fd/N can be opened again. */
  path(inode: Inode): Path {
    return { mount: this.#mount, dentry: new Dentry(`${this.#label}:[${inode.ino}]`, undefined, inode) };
  }

  options(): string {
    return '';
  }

  statfs(): FileSystemStat {
    return { type: this.type, bsize: 4096, blocks: 0, bfree: 0, bavail: 0, files: 0, ffree: 0 };
  }
}

/** The inode of a pipe or socket. */
export class AnonymousInode implements Inode {
  readonly fs: AnonymousFileSystem;
  readonly ino: number;
  pipe?: unknown;
  socket?: unknown;
  #mode: number;
  #uid: number;
  #gid: number;
  #atime: number;
  #mtime: number;
  #ctime: number;

  constructor(fs: AnonymousFileSystem, ino: number, mode: number, owner: Owner) {
    this.fs = fs;
    this.ino = ino;
    this.#mode = mode;
    this.#uid = owner.uid;
    this.#gid = owner.gid;
    this.#atime = this.#mtime = this.#ctime = fs.clock.now();
  }

  stat(): Stat {
    return {
      dev: this.fs.dev,
      ino: this.ino,
      mode: this.#mode,
      nlink: 1,
      uid: this.#uid,
      gid: this.#gid,
      rdev: 0,
      size: 0,
      blksize: 4096,
      blocks: 0,
      atime: this.#atime,
      mtime: this.#mtime,
      ctime: this.#ctime,
    };
  }

  setattr(change: AttributeChange): void {
    if (change.size !== undefined) throw new Errno('EINVAL');
    if (change.mode !== undefined) this.#mode = (this.#mode & S_IFMT) | (change.mode & 0o7777);
    this.#uid = change.uid ?? this.#uid;
    this.#gid = change.gid ?? this.#gid;
    this.#atime = change.atime ?? this.#atime;
    this.#mtime = change.mtime ?? this.#mtime;
    this.#ctime = this.fs.clock.now();
  }

  lookup(): undefined {
    return undefined;
  }
  readdir(): DirectoryEntry[] {
    throw new Errno('ENOTDIR');
  }
  create(): Inode {
    throw new Errno('ENOTDIR');
  }
  symlink(): Inode {
    throw new Errno('ENOTDIR');
  }
  link(): void {
    throw new Errno('ENOTDIR');
  }
  unlink(): void {
    throw new Errno('ENOTDIR');
  }
  rmdir(): void {
    throw new Errno('ENOTDIR');
  }
  rename(): void {
    throw new Errno('ENOTDIR');
  }
  readlink(): string {
    throw new Errno('EINVAL');
  }
  read(): Uint8Array {
    throw new Errno('EINVAL');
  }
  write(): number {
    throw new Errno('EINVAL');
  }
  getxattr(): Uint8Array | undefined {
    return undefined;
  }
  setxattr(): void {
    throw new Errno('EOPNOTSUPP');
  }
  removexattr(): void {
    throw new Errno('EOPNOTSUPP');
  }
  listxattr(): string[] {
    return [];
  }
  open(): OpenFile {
    throw new Errno('ENXIO');
  }
}
