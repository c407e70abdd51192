import type { Clock } from '../base/clock.ts';
import { Dentry } from './dentry.ts';
import type { FileSystem, FileSystemStat } from './filesystem.ts';
import { GeneratedInode } from './generated-inode.ts';
import { type Inode, type Owner, S_IFDIR } from './inode.ts';
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
export class AnonymousInode extends GeneratedInode {
  readonly fs: AnonymousFileSystem;

  constructor(fs: AnonymousFileSystem, ino: number, mode: number, owner: Owner) {
    super(fs.clock, ino, mode, owner);
    this.fs = fs;
  }
}
