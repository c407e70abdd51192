import { Errno } from '../base/errno.ts';
import type { MaybePromise } from '../base/maybe-promise.ts';
import { WaitQueue } from '../base/wait-queue.ts';
import type { Caller } from './caller.ts';
import type { Ioctl, OpenFile, Readiness, SeekFrom } from './file.ts';
import type { DirectoryEntry, Inode, OpenFlags } from './inode.ts';
import { type Path, pathName } from './path.ts';

/** An open file without a position: what pipes, terminals and other character devices have in common. */
export abstract class StreamFile implements OpenFile {
  readonly inode: Inode;
  path?: Path;
  readonly readable: boolean;
  readonly writable: boolean;
  append = false;
  nonBlocking: boolean;
  readonly changed: WaitQueue;

  constructor(
    inode: Inode,
    flags: Pick<OpenFlags, 'read' | 'write' | 'nonBlocking'>,
    changed = new WaitQueue(),
  ) {
    this.inode = inode;
    this.readable = flags.read;
    this.writable = flags.write;
    this.nonBlocking = flags.nonBlocking;
    this.changed = changed;
  }

  abstract read(max: number, caller: Caller): MaybePromise<Uint8Array>;
  abstract write(data: Uint8Array, caller: Caller): MaybePromise<number>;
  abstract poll(): Readiness;

  describe(): string {
    return this.path === undefined ? `anon_inode:[${this.inode.ino}]` : pathName(this.path);
  }

  pread(_position: number, _max: number): Uint8Array {
    throw new Errno('ESPIPE');
  }

  pwrite(_position: number, _data: Uint8Array): number {
    throw new Errno('ESPIPE');
  }

  seek(_offset: number, _from: SeekFrom): number {
    throw new Errno('ESPIPE');
  }

  readdir(_caller: Caller): DirectoryEntry[] {
    throw new Errno('ENOTDIR');
  }

  ioctl(_call: Ioctl, _caller: Caller): unknown {
    throw new Errno('ENOTTY');
  }

  release(): void {}
}
