import { sha1 } from '@noble/hashes/legacy.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { concat, decode, encode } from '../../base/bytes.ts';
import { compareBytes, MODE, type TreeFile } from '../../git/tree.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import type { Stat } from '../../vfs/inode.ts';
import { readBytes, writeBytes } from './disk.ts';
import { fatal } from './fatal.ts';

/** A file that the next commit will have, and how the one in the work tree looked when it was the same. */
export interface IndexEntry extends TreeFile {
  seconds: number;
  nanoseconds: number;
  size: number;
  dev: number;
  ino: number;
  uid: number;
  gid: number;
}

const HEAD = 12;
const FIXED = 62;

/** What a file looks like, as an index notes it. */
export const noted = (file: TreeFile, { mtime, size, dev, ino, uid, gid }: Stat): IndexEntry => ({
  ...file,
  seconds: Math.floor(mtime / 1000),
  nanoseconds: Math.round((mtime % 1000) * 1e6),
  size,
  dev,
  ino,
  uid,
  gid,
});

/** Whether a file looks as it did when it was noted. */
export const looksTheSame = (entry: IndexEntry, stat: Stat): boolean => {
  const now = noted(entry, stat);
  return now.seconds === entry.seconds && now.nanoseconds === entry.nanoseconds && now.size === entry.size;
};

/** The index of a repository, by path (gitformat-index(5), version 2). Of a merge under way nothing is known. */
export class Index {
  readonly #entries = new Map<string, IndexEntry>();

  static async read(sys: Syscalls, path: string): Promise<Index> {
    const index = new Index();
    const bytes = await readBytes(sys, path);
    if (bytes === undefined) return index;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (decode(bytes.subarray(0, 4)) !== 'DIRC') throw fatal('index file corrupt');
    const version = view.getUint32(4);
    if (version !== 2 && version !== 3) throw fatal(`unknown index version ${version}`);
    let at = HEAD;
    for (let left = view.getUint32(8); left > 0; left--) {
      const number = (offset: number) => view.getUint32(at + offset);
      const flags = view.getUint16(at + 60);
      // What is further said of an entry (version 3) is not looked at.
      const start = at + FIXED + (flags & 0x4000 ? 2 : 0);
      const end = bytes.indexOf(0, start);
      const path = decode(bytes.subarray(start, end));
      index.#entries.set(path, {
        path,
        seconds: number(8),
        nanoseconds: number(12),
        dev: number(16),
        ino: number(20),
        mode: number(24),
        uid: number(28),
        gid: number(32),
        size: number(36),
        id: bytesToHex(bytes.subarray(at + 40, at + 60)),
      });
      at += Math.ceil((end - at + 1) / 8) * 8;
    }
    return index;
  }

  get(path: string): IndexEntry | undefined {
    return this.#entries.get(path);
  }

  set(entry: IndexEntry): void {
    this.#entries.set(entry.path, entry);
  }

  delete(path: string): void {
    this.#entries.delete(path);
  }

  /** In the order of an index: that of their bytes. */
  entries(): IndexEntry[] {
    return [...this.#entries.values()].sort((a, b) => compareBytes(encode(a.path), encode(b.path)));
  }

  /** Whether a directory has files in it. */
  hasBelow(directory: string): boolean {
    for (const path of this.#entries.keys()) if (path.startsWith(`${directory}/`)) return true;
    return false;
  }

  async write(sys: Syscalls, path: string): Promise<void> {
    const entries = this.entries();
    const head = new DataView(new ArrayBuffer(HEAD));
    head.setUint32(4, 2);
    head.setUint32(8, entries.length);
    const parts = [new Uint8Array(head.buffer)];
    parts[0]!.set(encode('DIRC'));
    for (const entry of entries) parts.push(written(entry));
    const all = concat(parts);
    await writeBytes(sys, `${path}.lock`, concat([all, sha1(all)]));
    await sys.rename(`${path}.lock`, path);
  }
}

function written(entry: IndexEntry): Uint8Array<ArrayBuffer> {
  const path = encode(entry.path);
  const bytes = new Uint8Array(Math.ceil((FIXED + path.length + 1) / 8) * 8);
  const view = new DataView(bytes.buffer);
  const { seconds, nanoseconds, dev, ino, mode, uid, gid, size } = entry;
  for (const [i, value] of [
    seconds,
    nanoseconds,
    seconds,
    nanoseconds,
    dev,
    ino,
    mode,
    uid,
    gid,
    size,
  ].entries())
    view.setUint32(i * 4, value);
  bytes.set(hexToBytes(entry.id), 40);
  view.setUint16(60, Math.min(path.length, 0xfff));
  bytes.set(path, FIXED);
  return bytes;
}

/** Which mode a file of the work tree has in trees. */
export const treeMode = (isLink: boolean, mode: number): number =>
  isLink ? MODE.link : mode & 0o100 ? MODE.executable : MODE.file;
