import { decode, encode } from '../base/bytes.ts';
import type { Clock } from '../base/clock.ts';
import { Errno, type ErrnoCode } from '../base/errno.ts';
import { WaitQueue } from '../base/wait-queue.ts';
import type { Caller } from '../vfs/caller.ts';
import type { OpenFile, Readiness, SeekFrom } from '../vfs/file.ts';
import type { FileSystem, FileSystemStat } from '../vfs/filesystem.ts';
import { GeneratedInode } from '../vfs/generated-inode.ts';
import {
  type AttributeChange,
  type DirectoryEntry,
  type Inode,
  type OpenFlags,
  type Owner,
  S_IFDIR,
  S_IFLNK,
  S_IFREG,
  type Stat,
} from '../vfs/inode.ts';
import { DirectoryFile } from '../vfs/open-file.ts';
import { type Path, pathName } from '../vfs/path.ts';

/** What the kernel shows of itself as files: procfs, sysfs, cgroupfs and nsfs are made of these. Nothing is stored; each look asks the kernel. */
export interface PseudoFileSystem extends FileSystem {
  readonly clock: Clock;
  /** What making a file fails with: ENOENT in /proc, EPERM in /sys. */
  readonly creationError: ErrnoCode;
}

export const NO_SPACE: Omit<FileSystemStat, 'type'> = {
  bsize: 4096,
  blocks: 0,
  bfree: 0,
  bavail: 0,
  files: 0,
  ffree: 0,
};

/** An object of a generated file system, whose owner may change while one looks. */
export abstract class PseudoInode extends GeneratedInode {
  readonly fs: PseudoFileSystem;

  constructor(fs: PseudoFileSystem, ino: number, mode: number) {
    super(fs.clock, ino, mode, ROOT);
    this.fs = fs;
  }

  /** Whom it belongs to: root, but in /proc/PID the process's user. */
  owner(): Owner {
    return ROOT;
  }

  size(): number {
    return 0;
  }

  nlink(): number {
    return 1;
  }

  /** Since when it is there: the machine's start, for most. */
  time(): number {
    return this.fs.clock.bootTime;
  }

  override stat(): Stat {
    const time = this.time();
    const { uid, gid } = this.owner();
    return {
      dev: this.fs.dev,
      ino: this.ino,
      mode: this.mode,
      nlink: this.nlink(),
      uid,
      gid,
      rdev: this.rdev,
      size: this.size(),
      blksize: 4096,
      blocks: 0,
      atime: time,
      mtime: time,
      ctime: time,
    };
  }

  /** Truncation when a shell writes `> file` is accepted and means nothing; the owner cannot be changed. */
  override setattr(change: AttributeChange): void {
    if (change.uid !== undefined || change.gid !== undefined) throw new Errno('EPERM');
    if (change.mode !== undefined) super.setattr({ mode: change.mode });
  }

  override create(_name: string, _mode: number, _owner: Owner): Inode {
    throw new Errno(this.fs.creationError);
  }

  override symlink(): Inode {
    throw new Errno(this.fs.creationError);
  }
}

const ROOT: Owner = { uid: 0, gid: 0 };

/** A file whose text is made when it is read. */
export class PseudoFile extends PseudoInode {
  readonly #text: (caller?: Caller) => string | Uint8Array;
  readonly #store: ((text: string, caller: Caller) => void) | undefined;
  readonly permits?: (caller: Caller, wanted: number) => boolean;
  readonly #owner: (() => Owner) | undefined;

  constructor(
    fs: PseudoFileSystem,
    ino: number,
    mode: number,
    text: (caller?: Caller) => string | Uint8Array,
    options: {
      store?: (text: string, caller: Caller) => void;
      owner?: () => Owner;
      permits?: (caller: Caller, wanted: number) => boolean;
    } = {},
  ) {
    super(fs, ino, S_IFREG | mode);
    this.#text = text;
    this.#store = options.store;
    this.#owner = options.owner;
    if (options.permits) this.permits = options.permits;
  }

  override owner(): Owner {
    return this.#owner?.() ?? super.owner();
  }

  content(caller?: Caller): Uint8Array {
    const text = this.#text(caller);
    return typeof text === 'string' ? encode(text) : text;
  }

  override read(position: number, length: number): Uint8Array {
    return this.content().subarray(position, position + length);
  }

  store(data: Uint8Array, caller: Caller): number {
    if (this.#store === undefined) throw new Errno('EINVAL');
    this.#store(decode(data), caller);
    return data.length;
  }

  override open(flags: OpenFlags, caller: Caller): OpenFile {
    return new GeneratedFile(this, flags, caller);
  }
}

/** An open generated file: its contents as they were at the first read. */
class GeneratedFile implements OpenFile {
  readonly inode: PseudoFile;
  path?: Path;
  readonly readable: boolean;
  readonly writable: boolean;
  append: boolean;
  nonBlocking: boolean;
  readonly changed = new WaitQueue();
  readonly #opener: Caller;
  #content: Uint8Array | undefined;
  #position = 0;

  constructor(inode: PseudoFile, flags: OpenFlags, opener: Caller) {
    this.inode = inode;
    this.readable = flags.read;
    this.writable = flags.write;
    this.append = flags.append;
    this.nonBlocking = flags.nonBlocking;
    this.#opener = opener;
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
    return data.length === 0 ? 0 : this.inode.store(data, caller);
  }

  pread(position: number, max: number): Uint8Array {
    if (!this.readable) throw new Errno('EBADF');
    if (position === 0 || this.#content === undefined) this.#content = this.inode.content(this.#opener);
    return this.#content.subarray(position, position + max);
  }

  pwrite(_position: number, data: Uint8Array): number {
    return this.write(data, this.#opener);
  }

  seek(offset: number, from: SeekFrom): number {
    if (from === 'end') throw new Errno('EINVAL');
    const position = (from === 'set' ? 0 : this.#position) + offset;
    if (position < 0) throw new Errno('EINVAL');
    this.#position = position;
    return position;
  }

  readdir(): DirectoryEntry[] {
    throw new Errno('ENOTDIR');
  }

  ioctl(): unknown {
    throw new Errno('ENOTTY');
  }

  poll(): Readiness {
    return { readable: true, writable: true, hangup: false };
  }

  release(): void {}
}

/** A directory whose entries the kernel knows. */
export abstract class PseudoDirectory extends PseudoInode {
  constructor(fs: PseudoFileSystem, ino: number, mode = 0o555) {
    super(fs, ino, S_IFDIR | mode);
  }

  abstract override lookup(name: string, caller?: Caller): Inode | undefined;
  abstract override readdir(caller?: Caller): DirectoryEntry[];

  override nlink(): number {
    return 2;
  }

  override open(flags: OpenFlags, _caller: Caller): OpenFile {
    return new DirectoryFile(this, flags);
  }
}

/** A directory with entries that never change, each made when it is first looked at. */
export class StaticDirectory extends PseudoDirectory {
  readonly #entries = new Map<string, Inode | (() => Inode)>();
  readonly #owner: (() => Owner) | undefined;
  #fill: ((directory: StaticDirectory) => void) | undefined;

  /** `fill` adds the entries, when one is first asked for. */
  constructor(
    fs: PseudoFileSystem,
    ino: number,
    mode = 0o555,
    owner?: () => Owner,
    fill?: (directory: StaticDirectory) => void,
  ) {
    super(fs, ino, mode);
    this.#owner = owner;
    this.#fill = fill;
  }

  override owner(): Owner {
    return this.#owner?.() ?? super.owner();
  }

  add(name: string, entry: Inode | (() => Inode)): this {
    this.#entries.set(name, entry);
    return this;
  }

  #filled(): Map<string, Inode | (() => Inode)> {
    const fill = this.#fill;
    this.#fill = undefined;
    fill?.(this);
    return this.#entries;
  }

  lookup(name: string): Inode | undefined {
    const entry = this.#filled().get(name);
    if (typeof entry !== 'function') return entry;
    const inode = entry();
    this.#entries.set(name, inode);
    return inode;
  }

  readdir(): DirectoryEntry[] {
    return [...this.#filled().keys()].map((name) => entryOf(name, this.lookup(name)!));
  }

  override nlink(): number {
    let links = 2;
    for (const name of this.#filled().keys()) if (this.lookup(name)!.type === S_IFDIR) links++;
    return links;
  }
}

/** A symbolic link; with `follow`, one that leads to an object rather than to a name (proc(5), "magic links"). */
export class PseudoLink extends PseudoInode {
  readonly #text: (caller?: Caller) => string;
  readonly #owner: (() => Owner) | undefined;
  readonly #size: number;
  readonly follow?: (caller: Caller) => Path;

  constructor(
    fs: PseudoFileSystem,
    ino: number,
    text: (caller?: Caller) => string,
    options: { follow?: (caller: Caller) => Path; owner?: () => Owner; mode?: number; size?: number } = {},
  ) {
    super(fs, ino, S_IFLNK | (options.mode ?? 0o777));
    this.#size = options.size ?? 0;
    this.#text = text;
    this.#owner = options.owner;
    if (options.follow) this.follow = options.follow;
  }

  override owner(): Owner {
    return this.#owner?.() ?? super.owner();
  }

  override readlink(caller?: Caller): string {
    return this.#text(caller);
  }

  override size(): number {
    return this.#size;
  }
}

export const entryOf = (name: string, inode: Inode): DirectoryEntry => ({
  name,
  ino: inode.ino,
  type: inode.type,
});
