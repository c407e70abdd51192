import { EMPTY } from '../base/bytes.ts';
import {
  appended,
  continues,
  headOf,
  holds,
  type Piece,
  pieceOf,
  putInto,
  readPiece,
  runOf,
  setAside,
  tailOf,
} from './data-piece.ts';

/**
 * The contents of a regular file as pieces with holes between them. A hole of any size costs nothing, and bytes that repeat are kept once:
 * so neither `truncate -s 1T` nor `dd if=/dev/zero` needs memory. Copies share their bytes until one side writes.
 */
export class SparseData {
  #size = 0;
  /** Sorted by start, never overlapping, never empty. */
  #pieces: Piece[] = [];
  #pages = 0;
  #kept = 0;

  get size(): number {
    return this.#size;
  }

  /** How many pages of 4096 bytes hold data or are set aside for it. */
  get pages(): number {
    return this.#pages;
  }

  /** How many bytes are really kept. */
  get kept(): number {
    return this.#kept;
  }

  /** At most `length` bytes from `position`; fewer at the end. The caller must not change them. */
  read(position: number, length: number): Uint8Array {
    const end = Math.min(position + length, this.#size);
    if (end <= position) return EMPTY;
    const at = this.#find(position);
    const first = this.#pieces[at];
    if (first?.kind === 'bytes' && end <= first.start + first.length) {
      const from = position - first.start;
      return first.shared
        ? first.bytes.subarray(from, from + end - position)
        : first.bytes.slice(from, from + end - position);
    }
    const out = new Uint8Array(end - position);
    for (let i = Math.max(at, 0); i < this.#pieces.length; i++) {
      const piece = this.#pieces[i]!;
      if (piece.start >= end) break;
      readPiece(piece, position, out);
    }
    return out;
  }

  /** Writes a copy of `data` at `position`; a gap before it becomes a hole. */
  write(position: number, data: Uint8Array): void {
    if (data.length === 0) return;
    const end = position + data.length;
    if (this.#pieces.length === 0) {
      this.#insert(0, runOf(position, data) ?? pieceOf(position, data));
      this.#pages = this.pagesIn(position, end);
      if (end > this.#size) this.#size = end;
      return;
    }
    const before = this.pagesIn(position, end);
    const i = this.#find(position);
    const piece = this.#pieces[i];
    const isAtEnd = piece !== undefined && piece.start + piece.length === position;
    if (isAtEnd) this.#carve(position, end);
    const next = this.#pieces[i + 1];
    const isFree = next === undefined || end <= next.start;
    const isAppended = piece !== undefined && isFree && continues(piece, position, data);
    if (isAppended || (piece !== undefined && isFree && holds(piece, position, end))) {
      this.#kept -= piece.bytes.length;
      if (isAppended) appended(piece, data);
      else putInto(piece, position, data);
      this.#kept += piece.bytes.length;
    } else this.#insert(this.#carve(position, end), runOf(position, data) ?? pieceOf(position, data));
    this.#pages += this.pagesIn(position, end) - before;
    if (end > this.#size) this.#size = end;
  }

  /** Cuts off, with what is set aside beyond the end; or grows by a hole. */
  truncate(size: number): void {
    if (size <= this.#size) this.punch(size, Number.POSITIVE_INFINITY);
    this.#size = size;
  }

  /** Makes [from, to) a hole (fallocate(2), FALLOC_FL_PUNCH_HOLE). */
  punch(from: number, to: number): void {
    const before = this.pagesIn(from, to);
    this.#carve(from, to);
    this.#pages += this.pagesIn(from, to) - before;
  }

  /** Sets space aside for [from, to): its holes read as zeros still, and count as pages (fallocate(2)). */
  allocate(from: number, to: number): void {
    const end = Math.ceil(to / PAGE) * PAGE;
    let at = Math.floor(from / PAGE) * PAGE;
    const before = this.pagesIn(at, end);
    for (let i = Math.max(0, this.#find(at)); at < end; i++) {
      const { start, length } = this.#pieces[i] ?? { start: end, length: 0 };
      if (at < start) {
        const gapEnd = Math.min(start, end);
        this.#insert(i, setAside(at, gapEnd));
        at = gapEnd;
      } else at = Math.max(at, start + length);
    }
    this.#pages += this.pagesIn(from, end) - before;
  }

  /** Where data begins at or after `position`, by whole pages; undefined if there is none (lseek(2), SEEK_DATA). */
  nextData(position: number): number | undefined {
    if (position >= this.#size) return undefined;
    for (let i = Math.max(0, this.#find(position)); i < this.#pieces.length; i++) {
      const { start, length, kind } = this.#pieces[i]!;
      if (kind === 'unwritten' || pageEnd(start + length) <= position) continue;
      const found = Math.max(position, Math.floor(start / PAGE) * PAGE);
      return found < this.#size ? found : undefined;
    }
    return undefined;
  }

  /** Where a hole begins at or after `position`; the end of the file is one (SEEK_HOLE). */
  nextHole(position: number): number | undefined {
    if (position >= this.#size) return undefined;
    let at = position;
    for (let i = Math.max(0, this.#find(position)); i < this.#pieces.length; i++) {
      const { start, length, kind } = this.#pieces[i]!;
      if (Math.floor(start / PAGE) * PAGE > at) break;
      if (kind !== 'unwritten') at = Math.max(at, pageEnd(start + length));
    }
    return Math.min(at, this.#size);
  }

  /** How many bytes from `position` on can be written when only so many pages are free, at most `length`. */
  room(position: number, length: number, free: number): number {
    let left = free;
    for (let page = Math.floor(position / PAGE); page * PAGE < position + length; page++) {
      if (this.pagesIn(page * PAGE, page * PAGE + 1) === 0 && left-- === 0)
        return Math.max(0, page * PAGE - position);
    }
    return length;
  }

  /** The same contents again; nothing is copied until one of the two writes. */
  clone(): SparseData {
    const copy = new SparseData();
    copy.#size = this.#size;
    copy.#pages = this.#pages;
    copy.#kept = this.#kept;
    for (const piece of this.#pieces) {
      piece.shared = true;
      copy.#pieces.push({ ...piece });
    }
    return copy;
  }

  /** How many pages that lie wholly or partly in [from, to) are there. */
  pagesIn(from: number, to: number): number {
    const first = Math.floor(from / PAGE);
    const end = Math.ceil(to / PAGE);
    let pages = 0;
    let counted = first;
    for (let i = Math.max(0, this.#find(first * PAGE)); i < this.#pieces.length; i++) {
      const { start, length } = this.#pieces[i]!;
      if (start >= end * PAGE) break;
      const begins = Math.max(Math.floor(start / PAGE), counted);
      const ends = Math.min(Math.ceil((start + length) / PAGE), end);
      if (ends > begins) {
        pages += ends - begins;
        counted = ends;
      }
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

  #insert(at: number, piece: Piece): void {
    this.#pieces.splice(at, 0, piece);
    this.#kept += piece.bytes.length;
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
      this.#kept -= piece.bytes.length;
      if (piece.start < from) {
        kept.push(headOf(piece, from, end > to));
        insertAt++;
      }
      if (end > to) kept.push(tailOf(piece, to));
    }
    for (const { bytes } of kept) this.#kept += bytes.length;
    if (i > at) this.#pieces.splice(at, i - at, ...kept);
    return insertAt;
  }
}

const PAGE = 4096;

const pageEnd = (position: number) => Math.ceil(position / PAGE) * PAGE;
