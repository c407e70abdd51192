import { Errno } from '../base/errno.ts';
import { WaitQueue } from '../base/wait-queue.ts';
import type { Caller } from './caller.ts';
import type { Ioctl, OpenFile, Readiness, SeekFrom } from './file.ts';
import {
  type DirectoryEntry,
  type Inode,
  type OpenFlags,
  S_IFDIR,
  S_IFMT,
  S_ISGID,
  S_ISUID,
} from './inode.ts';
import { notify } from './inotify.ts';
import { type Path, pathName } from './path.ts';
import { capable } from './permission.ts';

/** An open regular file: a position over the inode's contents (open(2), read(2), lseek(2)). */
export class RegularFile implements OpenFile {
  readonly inode: Inode;
  path?: Path;
  readonly readable: boolean;
  readonly writable: boolean;
  append: boolean;
  nonBlocking: boolean;
  readonly changed = new WaitQueue();
  readonly #release: (() => void) | undefined;
  #position = 0;
  #accessNoted: boolean;

  constructor(inode: Inode, flags: OpenFlags, release?: () => void) {
    this.inode = inode;
    this.readable = flags.read;
    this.writable = flags.write;
    this.append = flags.append;
    this.nonBlocking = flags.nonBlocking;
    this.#accessNoted = flags.noatime ?? false;
    this.#release = release;
  }

  describe(): string {
    return this.path === undefined ? '' : pathName(this.path);
  }

  read(max: number): Uint8Array {
    const data = this.pread(this.#position, max);
    this.#position += data.length;
    return data;
  }

  write(data: Uint8Array, caller: Caller): number {
    if (!this.writable) throw new Errno('EBADF');
    if (data.length === 0) return 0;
    const { mode, size } = this.inode.stat();
    if (mode & (S_ISUID | S_ISGID)) dropPrivilegeBits(this.inode, mode, caller);
    if (this.append) this.#position = size;
    const written = this.inode.write(this.#position, data);
    this.#position += written;
    notify(this.inode, 'IN_MODIFY');
    return written;
  }

  pread(position: number, max: number): Uint8Array {
    if (!this.readable) throw new Errno('EBADF');
    if (position < 0) throw new Errno('EINVAL');
    const data = this.inode.read(position, max);
    if (!this.#accessNoted) {
      this.#accessNoted = true;
      noteAccess(this.inode, this.path);
    }
    return data;
  }

  /** Linux appends even here when the file was opened for appending (pwrite(2), BUGS). */
  pwrite(position: number, data: Uint8Array): number {
    if (!this.writable) throw new Errno('EBADF');
    if (position < 0) throw new Errno('EINVAL');
    if (data.length === 0) return 0;
    const written = this.inode.write(this.append ? this.inode.stat().size : position, data);
    notify(this.inode, 'IN_MODIFY');
    return written;
  }

  seek(offset: number, from: SeekFrom): number {
    this.#position = this.#sought(offset, from);
    return this.#position;
  }

  #sought(offset: number, from: SeekFrom): number {
    if (from === 'data' || from === 'hole') {
      if (offset < 0) throw new Errno('ENXIO');
      const found = this.#next(offset, from);
      if (found === undefined) throw new Errno('ENXIO');
      return found;
    }
    const base = from === 'set' ? 0 : from === 'current' ? this.#position : this.inode.stat().size;
    if (base + offset < 0) throw new Errno('EINVAL');
    return base + offset;
  }

  /** A file system that knows of no holes has data everywhere, and a hole at the end. */
  #next(offset: number, from: 'data' | 'hole'): number | undefined {
    const contents = this.inode.contents?.();
    if (contents !== undefined)
      return from === 'data' ? contents.nextData(offset) : contents.nextHole(offset);
    const { size } = this.inode.stat();
    return offset >= size ? undefined : from === 'data' ? offset : size;
  }

  readdir(): DirectoryEntry[] {
    throw new Errno('ENOTDIR');
  }

  ioctl(call: Ioctl): unknown {
    if (call.request === 'FIONREAD') return this.inode.stat().size - this.#position;
    throw new Errno('ENOTTY');
  }

  poll(): Readiness {
    return { readable: true, writable: true, hangup: false };
  }

  release(): void {
    this.#release?.();
  }
}

/** An open directory. */
export class DirectoryFile implements OpenFile {
  readonly inode: Inode;
  path?: Path;
  readonly readable = true;
  readonly writable = false;
  append = false;
  nonBlocking: boolean;
  readonly changed = new WaitQueue();
  readonly #release: (() => void) | undefined;
  readonly #notesAccess: boolean;

  constructor(inode: Inode, flags: OpenFlags, release?: () => void) {
    this.inode = inode;
    this.nonBlocking = flags.nonBlocking;
    this.#notesAccess = !flags.noatime;
    this.#release = release;
  }

  describe(): string {
    return this.path === undefined ? '' : pathName(this.path);
  }

  readdir(caller: Caller): DirectoryEntry[] {
    const above = this.path?.dentry.parent.inode ?? this.inode;
    const entries = this.inode.readdir(caller);
    if (this.#notesAccess) noteAccess(this.inode, this.path);
    return [
      { name: '.', ino: this.inode.ino, type: S_IFDIR },
      { name: '..', ino: above.ino, type: S_IFDIR },
      ...entries,
    ];
  }

  read(): Uint8Array {
    throw new Errno('EISDIR');
  }

  write(): number {
    throw new Errno('EBADF');
  }

  pread(): Uint8Array {
    throw new Errno('EISDIR');
  }

  pwrite(): number {
    throw new Errno('EBADF');
  }

  seek(offset: number, from: SeekFrom): number {
    if ((from !== 'set' && from !== 'current') || offset < 0) throw new Errno('EINVAL');
    return offset;
  }

  ioctl(): unknown {
    throw new Errno('ENOTTY');
  }

  poll(): Readiness {
    return { readable: true, writable: true, hangup: false };
  }

  release(): void {
    this.#release?.();
  }
}

/** What O_PATH gives: a place, and nothing that can be done with its contents (open(2)). */
export class PlaceFile extends DirectoryFile {
  override readdir(): DirectoryEntry[] {
    throw new Errno('EBADF');
  }

  override read(): Uint8Array {
    throw new Errno('EBADF');
  }

  override pread(): Uint8Array {
    throw new Errno('EBADF');
  }

  override seek(): number {
    throw new Errno('EBADF');
  }

  override ioctl(): unknown {
    throw new Errno('EBADF');
  }
}

/** Writing to a file takes its set-id bits away, unless the writer may keep them (CAP_FSETID). */
function dropPrivilegeBits(inode: Inode, mode: number, caller: Caller): void {
  if (capable(caller, 'FSETID')) return;
  const kept = mode & ~S_ISUID & ~(mode & 0o010 ? S_ISGID : 0);
  if (kept !== mode) inode.setattr({ mode: kept });
}

/** Updates the access time where the mount wants it: with relatime only if it is older than the last change (mount(8)). */
export function noteAccess(inode: Inode, path: Path | undefined): void {
  if (inode.accessed === undefined || path === undefined || path.mount.readonly) return;
  const { noatime, nodiratime, relatime } = path.mount.flags;
  if (noatime) return;
  const { atime, mtime, ctime, mode } = inode.stat();
  if (nodiratime && (mode & S_IFMT) === S_IFDIR) return;
  if (relatime && atime > mtime && atime > ctime) return;
  inode.accessed();
}
