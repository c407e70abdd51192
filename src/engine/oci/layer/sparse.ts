import { decode, encode } from '../../base/bytes.ts';
import { type Extent, InvalidLayer } from './entry.ts';
import { type PaxRecords, shortText } from './pax.ts';
import { BLOCK, padded } from './tar-header.ts';

/**
 * Sparse files in tar (GNU tar manual, "Storing Sparse Files"). We write PAX format 1.0, in which the map stands as text
 * before the data; we read 0.0, 0.1, 1.0 and the old GNU format, which has the map in the header itself.
 */

/** [offset, length] of each stretch of data. */
type SparseMap = [offset: number, length: number][];

/** Holes smaller than this are not worth a map. */
const MIN_HOLE = 4096;

/** Whether a file is worth storing sparsely. */
export function isSparse(size: number, extents: readonly Extent[]): boolean {
  return size - extents.reduce((sum, { bytes }) => sum + bytes.length, 0) >= MIN_HOLE;
}

/** The map and the data as one content, in format 1.0. */
export function writeSparse(size: number, extents: readonly Extent[]): Uint8Array[] {
  const numbers = [extents.length + 1];
  for (const { offset, bytes } of extents) numbers.push(offset, bytes.length);
  numbers.push(size, 0); // as GNU tar does, so that a reader of old sees where the file ends
  const text = encode(`${numbers.join('\n')}\n`);
  const map = new Uint8Array(padded(text.length));
  map.set(text);
  return [map, ...extents.map(({ bytes }) => bytes)];
}

/** The logical size of a sparse file, undefined when the extended header says of none. */
export function sparseSize(pax: PaxRecords): number | undefined {
  if (!pax.has('GNU.sparse.major') && !pax.has('GNU.sparse.map')) return undefined;
  return wholeNumber(textOf(pax, 'GNU.sparse.realsize') ?? textOf(pax, 'GNU.sparse.size') ?? '');
}

/** The data of a sparse file of `size`, from what the extended header says and from its content. */
export function readSparse(pax: PaxRecords, content: Uint8Array, size: number): Extent[] {
  const major = textOf(pax, 'GNU.sparse.major');
  if (major !== undefined && major !== '0') {
    if (major !== '1') throw new InvalidLayer(`archive/tar: sparse format ${major} is not supported`);
    const [map, start] = mapFromText(content);
    return cut(map, content.subarray(start), size);
  }
  const listed = textOf(pax, 'GNU.sparse.map') ?? '';
  return cut(pairs(listed === '' ? [] : listed.split(',').map(wholeNumber)), content, size);
}

const textOf = (pax: PaxRecords, key: string): string | undefined =>
  pax.has(key) ? shortText(pax.get(key)!) : undefined;

export interface OldGnuMap {
  /** The file's logical size. */
  size: number;
  map: SparseMap;
  /** How much the header takes, with the blocks behind it that go on with the map. */
  headSize: number;
}

/** Old GNU format: four pairs in the header, more in blocks behind it. */
export function readOldGnuMap(archive: Uint8Array, headerAt: number): OldGnuMap {
  const field = (at: number) => {
    const digits = decode(archive.subarray(at, at + 12)).replace(/[\0 ].*$/s, '');
    return digits === '' ? undefined : Number.parseInt(digits, 8);
  };
  const map: SparseMap = [];
  const take = (at: number, count: number) => {
    for (let i = 0; i < count; i++) {
      const offset = field(at + 24 * i);
      const length = field(at + 24 * i + 12);
      if (offset === undefined || length === undefined) return;
      map.push([offset, length]);
    }
  };
  take(headerAt + 386, 4);
  let extended = archive[headerAt + 482] === 1;
  let dataAt = headerAt + BLOCK;
  while (extended) {
    if (dataAt + BLOCK > archive.length) throw new InvalidLayer('unexpected EOF');
    take(dataAt, 21);
    extended = archive[dataAt + 504] === 1;
    dataAt += BLOCK;
  }
  return { size: field(headerAt + 483) ?? 0, map, headSize: dataAt - headerAt };
}

/** Cuts the stored data up by the map. */
export function cut(map: SparseMap, data: Uint8Array, size: number): Extent[] {
  const extents: Extent[] = [];
  let at = 0;
  let end = 0;
  for (const [offset, length] of map) {
    if (offset < end || offset + length > size) throw new InvalidLayer('archive/tar: invalid sparse map');
    if (at + length > data.length) throw new InvalidLayer('archive/tar: sparse file shorter than its map');
    if (length > 0) extents.push({ offset, bytes: data.subarray(at, at + length) });
    at += length;
    end = offset + length;
  }
  return extents;
}

function mapFromText(content: Uint8Array): [map: SparseMap, start: number] {
  let at = 0;
  const next = () => {
    const end = content.indexOf(0x0a, at);
    if (end === -1) throw new InvalidLayer('archive/tar: invalid sparse map');
    const value = wholeNumber(shortText(content, at, end));
    at = end + 1;
    return value;
  };
  const numbers: number[] = [];
  for (let left = next() * 2; left > 0; left--) numbers.push(next());
  return [pairs(numbers), padded(at)];
}

function pairs(numbers: number[]): SparseMap {
  if (numbers.length % 2 !== 0) throw new InvalidLayer('archive/tar: invalid sparse map');
  const map: SparseMap = [];
  for (let i = 0; i < numbers.length; i += 2) map.push([numbers[i]!, numbers[i + 1]!]);
  return map;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidLayer('archive/tar: invalid sparse map');
  return Number(text);
}
