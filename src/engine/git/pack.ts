import { sha1 } from '@noble/hashes/legacy.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { zlibSync } from 'fflate';
import { concat, decode, encode } from '../base/bytes.ts';
import { applyDelta } from './delta.ts';
import { inflateAt } from './inflate.ts';
import { GitError, type GitObject, type ObjectType, objectId } from './objects.ts';
import { compareBytes } from './tree.ts';

/** Kinds of entries by their numbers (gitformat-pack(5)). */
const NUMBERS: Readonly<Record<ObjectType, number>> = { commit: 1, tree: 2, blob: 3, tag: 4 };
const NAMES: readonly (ObjectType | undefined)[] = [undefined, 'commit', 'tree', 'blob', 'tag'];
const OFFSET_DELTA = 6;
const ID_DELTA = 7;

const HEAD = 12;
const ID_LENGTH = 20;

/** Objects in one file, none as the difference from another: what a repository of a few files needs. */
export function writePack(objects: readonly GitObject[]): Uint8Array {
  const head = new Uint8Array(HEAD);
  head.set(encode('PACK'));
  const view = new DataView(head.buffer);
  view.setUint32(4, 2);
  view.setUint32(8, objects.length);
  const parts: Uint8Array[] = [head];
  for (const { type, body } of objects) parts.push(entryHead(NUMBERS[type], body.length), zlibSync(body));
  const all = concat(parts);
  return concat([all, sha1(all)]);
}

function entryHead(kind: number, length: number): Uint8Array {
  const bytes = [(kind << 4) | (length & 15)];
  for (let rest = Math.floor(length / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1]! |= 0x80;
    bytes.push(rest & 127);
  }
  return Uint8Array.from(bytes);
}

/** An object of a pack and where it lies in it. */
export interface Packed {
  id: string;
  object: GitObject;
  offset: number;
  end: number;
}

/** The objects of a pack; `base` gives what a difference is from and is not in it. Throws `GitError`. */
export async function readPack(
  bytes: Uint8Array,
  base: (id: string) => Promise<GitObject>,
): Promise<Packed[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEAD + ID_LENGTH || decode(bytes.subarray(0, 4)) !== 'PACK')
    throw new GitError('bad pack header');
  const last = bytes.length - ID_LENGTH;
  if (compareBytes(sha1(bytes.subarray(0, last)), bytes.subarray(last)) !== 0)
    throw new GitError('pack is corrupted (SHA1 mismatch)');
  const byOffset = new Map<number, GitObject>();
  const byId = new Map<string, GitObject>();
  const all: Packed[] = [];
  let at = HEAD;
  for (let left = view.getUint32(8); left > 0; left--) {
    const offset = at;
    let byte = bytes[at++]!;
    const kind = (byte >> 4) & 7;
    let size = byte & 15;
    for (let scale = 16; byte & 0x80; scale *= 128) {
      byte = bytes[at++]!;
      size += (byte & 127) * scale;
    }
    let from: GitObject | undefined;
    if (kind === OFFSET_DELTA) {
      byte = bytes[at++]!;
      let distance = byte & 127;
      while (byte & 0x80) {
        byte = bytes[at++]!;
        distance = (distance + 1) * 128 + (byte & 127);
      }
      from = byOffset.get(offset - distance);
    } else if (kind === ID_DELTA) {
      const id = bytesToHex(bytes.subarray(at, at + ID_LENGTH));
      at += ID_LENGTH;
      from = byId.get(id) ?? (await base(id));
    }
    const { data, end } = inflateAt(bytes, at, size);
    const type = from?.type ?? NAMES[kind];
    if (type === undefined) throw new GitError('unresolved deltas');
    const object = { type, body: from === undefined ? data : applyDelta(from.body, data) };
    const id = objectId(object);
    byOffset.set(offset, object);
    byId.set(id, object);
    all.push({ id, object, offset, end });
    at = end;
  }
  return all;
}

/** The name that a pack goes by: the sum at its end. */
export const packName = (pack: Uint8Array): string => bytesToHex(pack.subarray(-ID_LENGTH));

/** The index of a pack, version 2. */
export function writePackIndex(pack: Uint8Array, objects: readonly Packed[]): Uint8Array {
  const sorted = [...objects].sort((a, b) => (a.id < b.id ? -1 : 1));
  const fanout = new DataView(new ArrayBuffer(256 * 4));
  for (let first = 0; first < 256; first++)
    fanout.setUint32(
      first * 4,
      sorted.filter(({ id }) => Number.parseInt(id.slice(0, 2), 16) <= first).length,
    );
  const sums = new DataView(new ArrayBuffer(sorted.length * 4));
  const offsets = new DataView(new ArrayBuffer(sorted.length * 4));
  for (const [i, { offset, end }] of sorted.entries()) {
    sums.setUint32(i * 4, crc32(pack.subarray(offset, end)));
    offsets.setUint32(i * 4, offset);
  }
  const all = concat([
    Uint8Array.of(0xff, 0x74, 0x4f, 0x63, 0, 0, 0, 2),
    new Uint8Array(fanout.buffer),
    ...sorted.map(({ id }) => hexToBytes(id)),
    new Uint8Array(sums.buffer),
    new Uint8Array(offsets.buffer),
    pack.subarray(-ID_LENGTH),
  ]);
  return concat([all, sha1(all)]);
}

/** The sum of gzip and zip. */
function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}
