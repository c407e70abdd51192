import type { Clock } from '../base/clock.ts';
import { Errno } from '../base/errno.ts';
import type { Caller } from './caller.ts';
import type { OpenFile } from './file.ts';
import type { FileSystem } from './filesystem.ts';
import {
  type AttributeChange,
  type DirectoryEntry,
  type Inode,
  type OpenFlags,
  type Owner,
  type RenameKind,
  S_IFDIR,
  S_IFLNK,
  S_IFMT,
  type Stat,
} from './inode.ts';
import type { InodeUse } from './inode-use.ts';

/** An inode that has attributes and refuses all else: the ground for those that no disk holds (pipes, sockets, terminals). */
export abstract class GeneratedInode implements Inode {
  abstract readonly fs: FileSystem;
  readonly ino: number;
  readonly type: number;
  readonly rdev: number;
  pipe?: unknown;
  socket?: unknown;
  use?: InodeUse;
  mode: number;
  uid: number;
  gid: number;
  #atime: number;
  #mtime: number;
  #ctime: number;
  readonly #clock: Clock;

  constructor(clock: Clock, ino: number, mode: number, owner: Owner, rdev = 0) {
    this.#clock = clock;
    this.ino = ino;
    this.type = mode & S_IFMT;
    this.mode = mode;
    this.uid = owner.uid;
    this.gid = owner.gid;
    this.rdev = rdev;
    this.#atime = this.#mtime = this.#ctime = clock.now();
  }

  stat(): Stat {
    return {
      dev: this.fs.dev,
      ino: this.ino,
      mode: this.mode,
      nlink: (this.mode & S_IFMT) === S_IFDIR ? 2 : 1,
      uid: this.uid,
      gid: this.gid,
      rdev: this.rdev,
      size: 0,
      blksize: 4096,
      blocks: 0,
      atime: this.#atime,
      mtime: this.#mtime,
      ctime: this.#ctime,
    };
  }

  setattr(change: AttributeChange): void {
    if (change.size !== undefined && change.size !== 0) throw new Errno('EINVAL');
    if (change.mode !== undefined) this.mode = (this.mode & S_IFMT) | (change.mode & 0o7777);
    this.uid = change.uid ?? this.uid;
    this.gid = change.gid ?? this.gid;
    this.#atime = change.atime ?? this.#atime;
    this.#mtime = change.mtime ?? this.#mtime;
    this.#ctime = this.#clock.now();
  }

  lookup(_name: string, _caller?: Caller): Inode | undefined {
    throw new Errno('ENOTDIR');
  }

  readdir(_caller?: Caller): DirectoryEntry[] {
    throw new Errno('ENOTDIR');
  }

  create(_name: string, _mode: number, _owner: Owner, _rdev?: number): Inode {
    throw this.#refusal();
  }

  symlink(_name: string, _target: string, _owner: Owner): Inode {
    throw this.#refusal();
  }

  link(_name: string, _target: Inode): void {
    throw this.#refusal();
  }

  unlink(_name: string): void {
    throw this.#refusal();
  }

  rmdir(_name: string): void {
    throw this.#refusal();
  }

  rename(_name: string, _directory: Inode, _newName: string, _how?: RenameKind): void {
    throw this.#refusal();
  }

  readlink(_caller?: Caller): string {
    throw new Errno('EINVAL');
  }

  read(_position: number, _length: number): Uint8Array {
    throw new Errno('EINVAL');
  }

  write(_position: number, _data: Uint8Array): number {
    throw new Errno('EINVAL');
  }

  getxattr(_name: string): Uint8Array | undefined {
    return undefined;
  }

  setxattr(_name: string, _value: Uint8Array): void {
    throw new Errno('EOPNOTSUPP');
  }

  removexattr(_name: string): void {
    throw new Errno('EOPNOTSUPP');
  }

  listxattr(): string[] {
    return [];
  }

  open(_flags: OpenFlags, _caller: Caller): OpenFile {
    throw new Errno((this.mode & S_IFMT) === S_IFLNK ? 'ELOOP' : 'ENXIO');
  }

  /** Nobody makes or removes names in a generated directory; in what is none, there are none. */
  #refusal(): Errno {
    return new Errno((this.mode & S_IFMT) === S_IFDIR ? 'EPERM' : 'ENOTDIR');
  }
}
