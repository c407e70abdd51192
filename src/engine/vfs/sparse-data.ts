import { EMPTY } from '../base/bytes.ts';

/** A run of bytes that is there; what lies between two extents is a hole and reads as zeros. */
export interface Extent {
  readonly start: number;
  readonly data: Uint8Array;
}

/**
 * The contents of a regular file as extents with holes. A hole of any size costs nothing. Copies share their
 * bytes until one side writes: image layers are mounted many times and kept once.
 */
export class SparseData {
  #size = 0;
  /** Sorted by start, never overlapping, never empty. */
  #pieces: Piece[] = [];

  /** Contents of `size` bytes with these extents, in order and apart. Their bytes are shared with the giver, who must not change them. */
  static of(extents: Iterable<Extent>, size: number): SparseData {
    const data = new SparseData();
    for (const { start, data: bytes } of extents) {
      if (bytes.length > 0) data.#pieces.push({ start, bytes, length: bytes.length, shared: true });
    }
    data.#size = size;
    return data;
  }

  get size(): number {
    return this.#size;
  }

  /** At most `length` bytes from `position`; fewer at the end. The caller must not change them. */
  read(position: number, length: number): Uint8Array {
    const end = Math.min(position + length, this.#size);
    if (end <= position) return EMPTY;
    let i = this.#find(position);
    const first = this.#pieces[i];
    if (first !== undefined && end <= first.start + first.length) {
      const from = position - first.start;
      return first.shared
        ? first.bytes.subarray(from, from + end - position)
        : first.bytes.slice(from, from + end - position);
    }
    const out = new Uint8Array(end - position);
    for (i = Math.max(i, 0); i < this.#pieces.length; i++) {
      const piece = this.#pieces[i]!;
      if (piece.start >= end) break;
      const from = Math.max(position, piece.start);
      const to = Math.min(end, piece.start + piece.length);
      if (from < to) out.set(piece.bytes.subarray(from - piece.start, to - piece.start), from - position);
    }
    return out;
  }

  /** Writes a copy of `data` at `position`; a gap before it becomes a hole. */
  write(position: number, data: Uint8Array): void {
    if (data.length === 0) return;
    const end = position + data.length;
    const i = this.#find(position);
    const piece = this.#pieces[i];
    const next = this.#pieces[i + 1];
    if (piece !== undefined && (next === undefined || end <= next.start) && holds(piece, position, end)) {
      makeRoom(piece, end - piece.start);
      piece.bytes.set(data, position - piece.start);
      piece.length = Math.max(piece.length, end - piece.start);
    } else {
      const at = this.#carve(position, end);
      this.#pieces.splice(at, 0, {
        start: position,
        bytes: data.slice(),
        length: data.length,
        shared: false,
      });
    }
    if (end > this.#size) this.#size = end;
  }

  /** Cuts off, or grows by a hole. */
  truncate(size: number): void {
    if (size < this.#size) this.#carve(size, this.#size);
    this.#size = size;
  }

  /** The data between the holes, in order. The caller must not change it. */
  *extents(): IterableIterator<Extent> {
    for (const { start, bytes, length } of this.#pieces) yield { start, data: bytes.subarray(0, length) };
  }

  /** The same contents again; nothing is copied until one of the two writes. */
  clone(): SparseData {
    const copy = new SparseData();
    copy.#size = this.#size;
    for (const piece of this.#pieces) {
      piece.shared = true;
      copy.#pieces.push({ ...piece });
    }
    return copy;
  }

  /** How many pages of 4096 bytes hold data. */
  pages(): number {
    let pages = 0;
    let counted = 0;
    for (const { start, length } of this.#pieces) {
      const from = Math.max(Math.floor(start / PAGE), counted);
      counted = Math.ceil((start + length) / PAGE);
      pages += Math.max(0, counted - from);
    }
    return pages;
  }

  /** The index of the last piece that starts at or before `position`; -1 if none. */
  #find(position: number): number {
    let high = this.#pieces.length - 1;
    if (high >= 0 && this.#pieces[high]!.start <= position) return high;
    let low = -1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#pieces[middle]!.start <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Makes [from, to) a hole; gives the index at which a piece starting at `from` belongs. */
  #carve(from: number, to: number): number {
    let at = this.#find(from);
    const first = this.#pieces[at];
    if (first === undefined || first.start + first.length <= from) at++;
    const kept: Piece[] = [];
    let insertAt = at;
    let i = at;
    for (; i < this.#pieces.length && this.#pieces[i]!.start < to; i++) {
      const piece = this.#pieces[i]!;
      const end = piece.start + piece.length;
      // The two sides of a cut share one buffer: neither may grow or change in place any more.
      if (piece.start < from) {
        kept.push({
          start: piece.start,
          bytes: piece.bytes,
          length: from - piece.start,
          shared: piece.shared || end > to,
        });
        insertAt++;
      }
      if (end > to)
        kept.push({
          start: to,
          bytes: piece.bytes.subarray(to - piece.start, end - piece.start),
          length: end - to,
          shared: true,
        });
    }
    if (i > at) this.#pieces.splice(at, i - at, ...kept);
    return insertAt;
  }
}

interface Piece {
  start: number;
  /** At least `length` long; the rest is room to grow. */
  bytes: Uint8Array;
  length: number;
  /** Whether others may see the same bytes: then they are never changed in place. */
  shared: boolean;
}

const PAGE = 4096;
/** Pieces grow up to this; then the next begins. */
const LONGEST = 1 << 20;
/** A shared piece up to this size is copied whole when it is written to; a longer one is cut. */
const COPIED_WHOLE = 1 << 16;

/** Whether [position, end) may be written into the piece itself. */
function holds(piece: Piece, position: number, end: number): boolean {
  const pieceEnd = piece.start + piece.length;
  if (position > pieceEnd) return false;
  if (piece.shared) return piece.length <= COPIED_WHOLE && end - piece.start <= COPIED_WHOLE;
  return end <= pieceEnd || end - piece.start <= LONGEST;
}

function makeRoom(piece: Piece, length: number): void {
  if (!piece.shared && length <= piece.bytes.length) return;
  const room = length <= piece.length ? piece.length : Math.max(length, Math.min(2 * piece.length, LONGEST));
  const bytes = new Uint8Array(room);
  bytes.set(piece.bytes.subarray(0, piece.length));
  piece.bytes = bytes;
  piece.shared = false;
}
