import type { Clock } from '../base/clock.ts';
import { Errno } from '../base/errno.ts';
import { usernsOf } from './caller.ts';
import type { ContentStore } from './content-store.ts';
import type { FileSystem, FileSystemStat } from './filesystem.ts';
import { type Owner, S_IFDIR } from './inode.ts';
import { idOption, numericOption, parseMountOptions, sizeOption } from './mount-options.ts';
import { TmpfsInode } from './tmpfs-inode.ts';
import type { FileSystemType } from './vfs.ts';

export interface TmpfsOptions {
  dev: number;
  clock: Clock;
  /** Mode and owner of the root directory. */
  mode?: number;
  uid?: number;
  gid?: number;
  /** Limits, in bytes and in inodes: ENOSPC beyond. 0 is none, and df has nothing to show. */
  size?: number;
  inodes?: number;
  /** The name it goes by, for a disk that behaves as this does: `ext4`. */
  type?: string;
  /** What stat gives as a directory's size: grown with its entries as tmpfs has it, or a fixed number. */
  directorySize?: number;
  /** Names that a file may have: EMLINK beyond. */
  maxLinks?: number;
  /** How large a file may be, in bytes: EFBIG beyond. */
  maxBytes?: number;
  /** What mountinfo shows after the dash; tmpfs' own options otherwise. */
  shownOptions?: string;
  /** Bytes of the machine's memory, from which tmpfs takes its limits where none are given. */
  memory?: number;
  /** What keeps file contents within bounds, however large the disk. */
  store?: ContentStore;
}

/** A file system that lives in memory (tmpfs(5)); also the host's disk. */
export class Tmpfs implements FileSystem {
  readonly type: string;
  readonly dev: number;
  readonly volatile = false;
  readonly = false;
  readonly root: TmpfsInode;
  readonly clock: Clock;
  readonly directorySize: number | undefined;
  readonly maxLinks: number;
  /** A file's greatest size, in bytes: EFBIG beyond. */
  readonly maxBytes: number;
  store: ContentStore | undefined;
  /** Each name counts as an inode, so that names cannot fill the memory. */
  readonly countsNames: boolean;
  readonly #options: TmpfsOptions;
  readonly #memory: number;
  #size: number;
  #inodes: number;
  #lastIno = 0;
  #usedPages = 0;
  #usedInodes = 0;

  constructor(options: TmpfsOptions) {
    this.#options = options;
    this.type = options.type ?? 'tmpfs';
    this.dev = options.dev;
    this.clock = options.clock;
    this.directorySize = options.directorySize;
    this.maxLinks = options.maxLinks ?? Number.POSITIVE_INFINITY;
    this.maxBytes = options.maxBytes ?? Number.MAX_SAFE_INTEGER;
    this.store = options.store;
    this.countsNames = this.type === 'tmpfs';
    this.#memory = options.memory ?? DEFAULT_MEMORY;
    this.#size = options.size ?? (this.countsNames ? this.#memory / 2 : UNLIMITED);
    this.#inodes = options.inodes ?? (this.countsNames ? this.#memory / PAGE / 2 : UNLIMITED / PAGE);
    const { mode = 0o1777, uid = 0, gid = 0 } = options;
    this.root = this.allocate(S_IFDIR | mode, { uid, gid });
    this.root.entries = new Map();
    this.root.nlink = 2;
  }

  options(): string {
    const { mode, uid, gid, shownOptions = '' } = this.#options;
    if (this.type !== 'tmpfs') return shownOptions;
    const shown: string[] = [];
    if (this.#size !== this.#memory / 2) shown.push(`size=${this.#size / 1024}k`);
    if (this.#inodes !== this.#memory / PAGE / 2) shown.push(`nr_inodes=${this.#inodes}`);
    if (mode !== undefined && mode !== 0o1777) shown.push(`mode=${mode.toString(8).padStart(3, '0')}`);
    if (uid) shown.push(`uid=${uid}`);
    if (gid) shown.push(`gid=${gid}`);
    return [...shown, ...shownOptions.split(',').filter(Boolean)].join(',');
  }

  statfs(): FileSystemStat {
    const blocks = Math.floor(this.#size / PAGE);
    const bfree = Math.max(0, blocks - this.#usedPages);
    return {
      type: this.type,
      bsize: PAGE,
      blocks,
      bfree,
      bavail: bfree,
      files: this.#inodes,
      ffree: Math.max(0, this.#inodes - this.#usedInodes),
    };
  }

  /** `mount -o remount,size=…`: other limits, unless what is there already is beyond them. Mode and owner stay. */
  remount(text: string): void {
    const { size, inodes } = parseTmpfsOptions(text, this.#memory);
    if (size && (this.#size === 0 || size < this.#usedPages * PAGE)) throw new Errno('EINVAL');
    if (inodes && (this.#inodes === 0 || inodes < this.#usedInodes)) throw new Errno('EINVAL');
    this.#size = size ?? this.#size;
    this.#inodes = inodes ?? this.#inodes;
  }

  allocate(mode: number, owner: Owner, rdev = 0): TmpfsInode {
    this.chargeInode();
    return new TmpfsInode(this, ++this.#lastIno, mode, owner, rdev);
  }

  /** Accounts for one inode more: also for one name more of a file (`countsNames`). */
  chargeInode(): void {
    if (this.#inodes !== 0 && this.#usedInodes >= this.#inodes) throw new Errno('ENOSPC');
    this.#usedInodes++;
  }

  freeInode(): void {
    this.#usedInodes--;
  }

  /** How many pages more can be charged. */
  get freePages(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#size / PAGE - this.#usedPages;
  }

  /** Accounts for `pages` more (or fewer) of data. */
  charge(pages: number): void {
    if (pages > 0 && pages > this.freePages) throw new Errno('ENOSPC');
    this.#usedPages += pages;
  }
}

const PAGE = 4096;
/** What a file system without a limit says it could hold. */
const UNLIMITED = 64 * 1024 ** 3;
const DEFAULT_MEMORY = 2 * 1024 ** 3;

type Limits = Pick<TmpfsOptions, 'size' | 'inodes' | 'mode' | 'shownOptions'>;

/** Options of tmpfs(5) but those of the owner, which are the caller's to understand: `other` says whether it does. */
export function parseTmpfsOptions(
  text: string,
  memory: number,
  other = (_name: string, value: string | undefined) => Number.isInteger(numericOption(value)),
): Limits {
  const limits: Limits = {};
  const shown: string[] = [];
  for (const [name, value] of parseMountOptions(text)) {
    if (name === 'size') limits.size = tmpfsSize(value, memory);
    else if (name === 'nr_inodes') limits.inodes = sizeOption(value);
    else if (name === 'nr_blocks') limits.size = sizeOption(value) * PAGE;
    else if (name === 'mode') limits.mode = numericOption(value, 8) & 0o7777;
    else if (name === 'inode64' || name === 'noswap') shown.push(name);
    else if (isDefault(name, value)) continue;
    else if (!((name === 'uid' || name === 'gid') && other(name, value))) throw new Errno('EINVAL');
  }
  return { ...limits, shownOptions: shown.join(',') };
}

/** Options that ask for what is so anyhow. */
const isDefault = (name: string, value: string | undefined) =>
  name === 'inode32' || (name === 'huge' && value === 'never') || (name === 'mpol' && value === 'default');

/** Rounded up to pages, as the kernel keeps it; a share of the memory is written with a per cent sign. */
function tmpfsSize(value: string | undefined, memory: number): number {
  const share = /^(\d+)%$/.exec(value ?? '');
  const size = share === null ? sizeOption(value) : (Number(share[1]) / 100) * memory;
  return Math.ceil(size / PAGE) * PAGE;
}

/** `mount -t tmpfs -o size=64m,mode=755` (tmpfs(5)). */
export const tmpfsType: FileSystemType = {
  name: 'tmpfs',
  userns: usernsOf,
  mount(_source, text, { namespace: { vfs }, caller }) {
    const { uid, gid, userns } = caller.credentials;
    const owner: Owner = { uid, gid };
    const limits = parseTmpfsOptions(text, vfs.memory, (name, value) => {
      if (name === 'uid') owner.uid = idOption(value, userns.uids);
      else owner.gid = idOption(value, userns.gids);
      return true;
    });
    const { clock, memory, store } = vfs;
    return new Tmpfs({ dev: vfs.anonymousDev(), clock, memory, store, ...owner, ...limits });
  },
};

/** ramfs: as tmpfs, without any limit; options but the mode mean nothing to it. */
export const ramfsType: FileSystemType = {
  name: 'ramfs',
  mount(_source, text, { namespace: { vfs } }) {
    const { clock, store } = vfs;
    const value = parseMountOptions(text).find(([name]) => name === 'mode')?.[1];
    const mode = value === undefined ? 0o755 : numericOption(value, 8) & 0o7777;
    const shownOptions = mode === 0o755 ? '' : `mode=${mode.toString(8)}`;
    return new Tmpfs({
      type: 'ramfs',
      dev: vfs.anonymousDev(),
      clock,
      store,
      size: 0,
      inodes: 0,
      mode,
      shownOptions,
    });
  },
};
