import { byteLength } from '../base/bytes.ts';
import { Errno, isErrno } from '../base/errno.ts';
import type { Caller } from './caller.ts';
import type { OpenFile } from './file.ts';
import {
  type AllocationKind,
  type AttributeChange,
  type DirectoryEntry,
  type Inode,
  type OpenFlags,
  type Owner,
  type RenameKind,
  S_IFCHR,
  S_IFDIR,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_ISGID,
  type Stat,
} from './inode.ts';
import type { InodeUse } from './inode-use.ts';
import { DirectoryFile, RegularFile } from './open-file.ts';
import { SparseData } from './sparse-data.ts';
import type { Tmpfs } from './tmpfs.ts';

/** A file, directory or other object of a tmpfs. */
export class TmpfsInode implements Inode {
  readonly fs: Tmpfs;
  readonly ino: number;
  readonly type: number;
  mode: number;
  nlink = 1;
  uid: number;
  gid: number;
  readonly rdev: number;
  atime: number;
  mtime: number;
  ctime: number;
  /** What a directory, a regular file, a symbolic link holds. */
  entries: Map<string, TmpfsInode> | undefined = undefined;
  version = 0;
  data: SparseData | undefined = undefined;
  target = '';
  xattrs: Map<string, Uint8Array> | undefined = undefined;
  pipe?: unknown;
  socket?: unknown;
  use?: InodeUse;
  #pages = 0;
  #kept = 0;
  #openCount = 0;

  constructor(fs: Tmpfs, ino: number, mode: number, owner: Owner, rdev: number) {
    this.fs = fs;
    this.ino = ino;
    this.type = mode & S_IFMT;
    this.mode = mode;
    this.uid = owner.uid;
    this.gid = owner.gid;
    this.rdev = rdev;
    this.atime = this.mtime = this.ctime = fs.clock.now();
    if ((mode & S_IFMT) === S_IFREG) this.data = new SparseData();
  }

  stat(): Stat {
    return {
      dev: this.fs.dev,
      ino: this.ino,
      mode: this.mode,
      nlink: this.nlink,
      uid: this.uid,
      gid: this.gid,
      rdev: this.rdev,
      size: this.#size(),
      blksize: PAGE,
      blocks: this.#pages * (PAGE / 512) + (this.entries ? (this.fs.directorySize ?? 0) / 512 : 0),
      atime: this.atime,
      mtime: this.mtime,
      ctime: this.ctime,
    };
  }

  setattr(change: AttributeChange): void {
    const now = this.fs.clock.now();
    if (change.size !== undefined) {
      if (this.data === undefined) throw new Errno('EINVAL');
      if (change.size > this.fs.maxBytes) throw new Errno('EFBIG');
      // As tmpfs has it: cutting nothing off nothing is no modification.
      if (change.size !== this.data.size || this.#pages > 0) this.mtime = now;
      this.data.truncate(change.size);
      this.#account();
    }
    if (change.mode !== undefined) this.mode = (this.mode & S_IFMT) | (change.mode & 0o7777);
    if (change.uid !== undefined) this.uid = change.uid;
    if (change.gid !== undefined) this.gid = change.gid;
    if (change.atime !== undefined) this.atime = change.atime;
    if (change.mtime !== undefined) this.mtime = change.mtime;
    this.ctime = now;
  }

  lookup(name: string): TmpfsInode | undefined {
    return this.#directory().get(name);
  }

  readdir(): DirectoryEntry[] {
    const list: DirectoryEntry[] = [];
    for (const [name, inode] of this.#directory()) list.push({ name, ino: inode.ino, type: inode.type });
    // tmpfs lists what came last first.
    return this.fs.type === 'tmpfs' ? list.reverse() : list;
  }

  create(name: string, mode: number, owner: Owner, rdev = 0): TmpfsInode {
    const inode = this.#fresh(name, mode, owner, rdev);
    if ((mode & S_IFMT) === S_IFDIR) {
      inode.entries = new Map();
      inode.nlink = 2;
      this.nlink++;
    }
    this.#put(name, inode);
    return inode;
  }

  symlink(name: string, target: string, owner: Owner): TmpfsInode {
    const inode = this.#fresh(name, S_IFLNK | 0o777, owner, 0);
    inode.target = target;
    if (byteLength(target) >= SHORT_LINK) inode.#charge(1, 0);
    this.#put(name, inode);
    return inode;
  }

  link(name: string, target: Inode): void {
    if (!(target instanceof TmpfsInode) || target.fs !== this.fs) throw new Errno('EXDEV');
    if (target.entries !== undefined) throw new Errno('EPERM');
    this.#checkFree(name);
    if (target.nlink >= this.fs.maxLinks) throw new Errno('EMLINK');
    if (this.fs.countsNames && target.nlink > 0) this.fs.chargeInode();
    target.nlink++;
    target.ctime = this.fs.clock.now();
    this.#put(name, target);
  }

  unlink(name: string): void {
    const victim = this.#get(name);
    if (victim.entries !== undefined) throw new Errno('EISDIR');
    this.#take(name, victim);
  }

  rmdir(name: string): void {
    const victim = this.#get(name);
    if (victim.entries === undefined) throw new Errno('ENOTDIR');
    if (victim.entries.size > 0) throw new Errno('ENOTEMPTY');
    this.#take(name, victim);
  }

  tmpfile(mode: number, owner: Owner): TmpfsInode {
    const inode = this.#allocate(mode, owner, 0);
    inode.nlink = 0;
    return inode;
  }

  rename(name: string, directory: Inode, newName: string, how?: RenameKind): void {
    const moved = this.#get(name);
    if (!(directory instanceof TmpfsInode) || directory.fs !== this.fs) throw new Errno('EXDEV');
    const victim = directory.#directory().get(newName);
    if (victim === moved) return;
    if (directory.nlink === 0) throw new Errno('ENOENT');
    if (how === 'exchange') {
      this.#exchange(name, moved, directory, newName);
      return;
    }
    const whiteout = how === 'whiteout' ? this.#allocate(S_IFCHR, ROOT, 0) : undefined;
    if (victim !== undefined) {
      if (moved.entries !== undefined && victim.entries === undefined) throw new Errno('ENOTDIR');
      if (moved.entries === undefined && victim.entries !== undefined) throw new Errno('EISDIR');
      if (victim.entries !== undefined && victim.entries.size > 0) throw new Errno('ENOTEMPTY');
      directory.#take(newName, victim);
    }
    this.#changing().delete(name);
    directory.#put(newName, moved);
    if (moved.entries !== undefined) {
      this.nlink--;
      directory.nlink++;
    }
    if (whiteout !== undefined) this.#changing().set(name, whiteout);
    const now = this.fs.clock.now();
    this.mtime = this.ctime = moved.ctime = now;
  }

  readlink(): string {
    if ((this.mode & S_IFMT) !== S_IFLNK) throw new Errno('EINVAL');
    return this.target;
  }

  read(position: number, length: number): Uint8Array {
    return this.#file().read(position, length);
  }

  write(position: number, data: Uint8Array): number {
    const file = this.#file();
    if (position >= this.fs.maxBytes) throw new Errno('EFBIG');
    let written = 0;
    do {
      // Block by block: whether one fits is known when those before it are kept, and bytes that repeat take no space.
      const block = data.subarray(written, written + BLOCK);
      const accepted = this.#accepted(file, position + written, block, written > 0);
      file.write(position + written, accepted);
      this.#account();
      written += accepted.length;
      if (accepted.length < block.length) break;
    } while (written < data.length);
    this.mtime = this.ctime = this.fs.clock.now();
    return written;
  }

  /** As much of a block as fits; where nothing does, none if something was `begun`, else ENOSPC. */
  #accepted(file: SparseData, position: number, block: Uint8Array, begun: boolean): Uint8Array {
    try {
      return this.#fitting(file, position, block);
    } catch (error) {
      if (begun && isErrno(error, 'ENOSPC')) return block.subarray(0, 0);
      throw error;
    }
  }

  allocate(position: number, length: number, kind: AllocationKind): void {
    const file = this.#file();
    const end = position + length;
    // Nothing is written to a hole that is made; the rest is for file systems on disks.
    if (kind === 'zero range' && this.fs.type === 'tmpfs') throw new Errno('EOPNOTSUPP');
    if (kind === 'punch hole' || kind === 'zero range') file.punch(position, end);
    if (kind !== 'punch hole') {
      const missing = Math.ceil(end / PAGE) - Math.floor(position / PAGE) - file.pagesIn(position, end);
      if (missing > this.fs.freePages) throw new Errno('ENOSPC');
      file.allocate(position, end);
      if (kind === 'allocate' && end > file.size) file.truncate(end);
    }
    this.#account();
    this.mtime = this.ctime = this.fs.clock.now();
  }

  contents(): SparseData {
    return this.#file();
  }

  setContents(data: SparseData): void {
    this.#file();
    this.#charge(data.pages, data.kept);
    this.data = data;
    this.mtime = this.ctime = this.fs.clock.now();
  }

  accessed(): void {
    this.atime = this.fs.clock.now();
  }

  getxattr(name: string): Uint8Array | undefined {
    requireXattrClass(name);
    return this.xattrs?.get(name);
  }

  setxattr(name: string, value: Uint8Array): void {
    requireXattrClass(name);
    this.xattrs ??= new Map();
    this.xattrs.set(name, value.slice());
    this.ctime = this.fs.clock.now();
  }

  removexattr(name: string): void {
    requireXattrClass(name);
    if (!this.xattrs?.delete(name)) throw new Errno('ENODATA');
    this.ctime = this.fs.clock.now();
  }

  listxattr(): string[] {
    return this.xattrs === undefined ? [] : [...this.xattrs.keys()];
  }

  open(flags: OpenFlags, _caller: Caller): OpenFile {
    // A file without a name keeps its space while it is open.
    this.#openCount++;
    const release = () => {
      this.#openCount--;
      this.#freeIfUnused();
    };
    if (this.entries !== undefined) return new DirectoryFile(this, flags, release);
    return new RegularFile(this, flags, release);
  }

  /** The entries, to change them. */
  #changing(): Map<string, TmpfsInode> {
    this.version++;
    return this.#directory();
  }

  #directory(): Map<string, TmpfsInode> {
    if (this.entries === undefined) throw new Errno('ENOTDIR');
    return this.entries;
  }

  #file(): SparseData {
    if (this.data === undefined) throw new Errno(this.entries === undefined ? 'EINVAL' : 'EISDIR');
    return this.data;
  }

  #size(): number {
    if (this.data !== undefined) return this.data.size;
    if (this.entries !== undefined) return this.fs.directorySize ?? (this.entries.size + 2) * BYTES_PER_ENTRY;
    return byteLength(this.target);
  }

  #get(name: string): TmpfsInode {
    const inode = this.#directory().get(name);
    if (inode === undefined) throw new Errno('ENOENT');
    return inode;
  }

  #checkFree(name: string): void {
    if (this.#directory().has(name)) throw new Errno('EEXIST');
    if (this.nlink === 0) throw new Errno('ENOENT');
  }

  /** A new inode for an entry of this directory. */
  #fresh(name: string, mode: number, owner: Owner, rdev: number): TmpfsInode {
    this.#checkFree(name);
    return this.#allocate(mode, owner, rdev);
  }

  /** A set-group-id directory hands its group down, and to directories the bit too (inode(7)). */
  #allocate(mode: number, owner: Owner, rdev: number): TmpfsInode {
    if ((this.mode & S_ISGID) === 0) return this.fs.allocate(mode, owner, rdev);
    const inherited = (mode & S_IFMT) === S_IFDIR ? mode | S_ISGID : mode;
    return this.fs.allocate(inherited, { uid: owner.uid, gid: this.gid }, rdev);
  }

  #exchange(name: string, moved: TmpfsInode, directory: TmpfsInode, newName: string): void {
    const other = directory.#get(newName);
    this.#changing().set(name, other);
    directory.#changing().set(newName, moved);
    const change = (moved.entries === undefined ? 0 : 1) - (other.entries === undefined ? 0 : 1);
    this.nlink -= change;
    directory.nlink += change;
    const now = this.fs.clock.now();
    this.mtime = this.ctime = directory.mtime = directory.ctime = moved.ctime = other.ctime = now;
  }

  #put(name: string, inode: TmpfsInode): void {
    this.#changing().set(name, inode);
    this.mtime = this.ctime = this.fs.clock.now();
  }

  #take(name: string, victim: TmpfsInode): void {
    this.#changing().delete(name);
    const now = this.fs.clock.now();
    this.mtime = this.ctime = victim.ctime = now;
    if (victim.entries !== undefined) {
      victim.nlink = 0;
      this.nlink--;
    } else {
      victim.nlink--;
      if (this.fs.countsNames && victim.nlink > 0) this.fs.freeInode();
    }
    victim.#freeIfUnused();
  }

  #freeIfUnused(): void {
    if (this.nlink === 0 && this.#openCount === 0) {
      this.#charge(0, 0);
      this.fs.freeInode();
    }
  }

  /** As much of `data` as there is space for: a write on a full file system is cut short, then fails. */
  #fitting(file: SparseData, position: number, data: Uint8Array): Uint8Array {
    if (this.fs.store?.fits(data.length) === false) throw new Errno('ENOSPC');
    const { freePages } = this.fs;
    // One page more may be begun at each end.
    if (data.length <= (freePages - 2) * PAGE) return data;
    const room = file.room(position, data.length, freePages);
    if (room === 0 && data.length > 0) throw new Errno('ENOSPC');
    return data.subarray(0, room);
  }

  #account(): void {
    this.#charge(this.data!.pages, this.data!.kept);
  }

  /** It takes so many pages now, and so many bytes of the real memory. */
  #charge(pages: number, kept: number): void {
    if (pages !== this.#pages) this.fs.charge(pages - this.#pages);
    this.#pages = pages;
    if (kept !== this.#kept) this.fs.store?.add(kept - this.#kept);
    this.#kept = kept;
  }
}

/** The classes of extended attributes that tmpfs keeps (xattr(7)). */
function requireXattrClass(name: string): void {
  if (!/^(user|trusted|security)\./.test(name)) throw new Errno('EOPNOTSUPP');
}

const PAGE = 4096;
/** How much of a write is looked at and kept at a time. */
const BLOCK = 1 << 20;
const ROOT: Owner = { uid: 0, gid: 0 };
/** A link's text of this length or more takes a page (SHORT_SYMLINK_LEN). */
const SHORT_LINK = 128;
/** BOGO_DIRENT_SIZE: what tmpfs counts for each entry of a directory. */
const BYTES_PER_ENTRY = 20;
