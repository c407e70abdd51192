import type { Clock } from '../base/clock.ts';
import { Errno } from '../base/errno.ts';
import type { FileSystem, FileSystemStat } from '../vfs/filesystem.ts';
import { type AttributeChange, type Inode, type Owner, S_IFSOCK, type Stat } from '../vfs/inode.ts';

/** The file system that no one mounts and all sockets live on: it gives them inode numbers (`socket:[31337]`). */
export class SockFs implements FileSystem {
  readonly type = 'sockfs';
  readonly dev: number;
  readonly volatile = true;
  readonly root: Inode;
  readonly clock: Pick<Clock, 'now'>;
  #next = 16384;

  constructor(dev: number, clock: Pick<Clock, 'now'>) {
    this.dev = dev;
    this.clock = clock;
    this.root = new SocketInode(this, 1, { uid: 0, gid: 0 });
  }

  newInode(owner: Owner = { uid: 0, gid: 0 }): Inode {
    return new SocketInode(this, this.#next++, owner);
  }

  options(): string {
    return '';
  }

  statfs(): FileSystemStat {
    return { type: 'sockfs', bsize: 4096, blocks: 0, bfree: 0, bavail: 0, files: 0, ffree: 0 };
  }
}

/** An inode with an owner and a number and nothing to look into. */
class SocketInode implements Inode {
  readonly fs: SockFs;
  readonly ino: number;
  readonly type = S_IFSOCK;
  #uid: number;
  #gid: number;
  #mode = S_IFSOCK | 0o777;
  readonly #born: number;

  constructor(fs: SockFs, ino: number, owner: Owner) {
    this.fs = fs;
    this.ino = ino;
    this.#uid = owner.uid;
    this.#gid = owner.gid;
    this.#born = fs.clock.now();
  }

  stat(): Stat {
    const time = this.#born;
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
      atime: time,
      mtime: time,
      ctime: time,
    };
  }

  setattr(change: AttributeChange): void {
    if (change.size !== undefined) throw new Errno('EINVAL');
    this.#uid = change.uid ?? this.#uid;
    this.#gid = change.gid ?? this.#gid;
    if (change.mode !== undefined) this.#mode = S_IFSOCK | (change.mode & 0o7777);
  }

  lookup(): never {
    throw new Errno('ENOTDIR');
  }
  readdir(): never {
    throw new Errno('ENOTDIR');
  }
  create(): never {
    throw new Errno('ENOTDIR');
  }
  symlink(): never {
    throw new Errno('ENOTDIR');
  }
  link(): never {
    throw new Errno('ENOTDIR');
  }
  unlink(): never {
    throw new Errno('ENOTDIR');
  }
  rmdir(): never {
    throw new Errno('ENOTDIR');
  }
  rename(): never {
    throw new Errno('ENOTDIR');
  }
  readlink(): never {
    throw new Errno('EINVAL');
  }
  read(): never {
    throw new Errno('EINVAL');
  }
  write(): never {
    throw new Errno('EINVAL');
  }
  getxattr(): Uint8Array | undefined {
    return undefined;
  }
  setxattr(): never {
    throw new Errno('EOPNOTSUPP');
  }
  removexattr(): never {
    throw new Errno('EOPNOTSUPP');
  }
  listxattr(): string[] {
    return [];
  }
  /** open(2) of /proc/PID/fd/N of a socket. */
  open(): never {
    throw new Errno('ENXIO');
  }
}
