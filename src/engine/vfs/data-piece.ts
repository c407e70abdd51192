/**
 * A piece of a file's contents. Of a `run` the bytes repeat: byte n of it is `bytes[(n + phase) % bytes.length]`. `unwritten` is space
 * set aside that reads as zeros.
 */
export interface Piece {
  start: number;
  length: number;
  /** At least `length` long unless they repeat; the rest is room to grow. */
  bytes: Uint8Array;
  kind: 'bytes' | 'run' | 'unwritten';
  phase: number;
  /** Whether others may see the same bytes: then they are never changed in place. */
  shared: boolean;
}

/** A piece with a copy of `data`. */
export const pieceOf = (start: number, data: Uint8Array): Piece => ({
  start,
  length: data.length,
  bytes: data.slice(),
  kind: 'bytes',
  phase: 0,
  shared: false,
});

/** A run, if all bytes of `data` are the same and they are worth it. */
export function runOf(start: number, data: Uint8Array): Piece | undefined {
  if (data.length < SHORTEST_RUN || !repeats(data, data.subarray(0, 1), 0)) return undefined;
  return { start, length: data.length, bytes: data.slice(0, 1), kind: 'run', phase: 0, shared: true };
}

/** Whether `data` written at `position` only goes on with what the piece repeats, or repeats the whole piece. */
export function continues(piece: Piece, position: number, data: Uint8Array): boolean {
  const { start, length, bytes, kind, phase } = piece;
  if (position !== start + length) return false;
  if (kind === 'run') return repeats(data, bytes, length + phase);
  if (kind !== 'bytes' || data.length !== length || length < SHORTEST_RUN) return false;
  return repeats(data, bytes.subarray(0, length), 0);
}

/** Appends data that `continues` the piece. */
export function appended(piece: Piece, data: Uint8Array): void {
  if (piece.kind === 'bytes') {
    piece.bytes = piece.bytes.slice(0, piece.length);
    piece.kind = 'run';
    piece.shared = true;
  }
  piece.length += data.length;
}

/** Space for [from, to). */
export const setAside = (from: number, to: number): Piece => ({
  start: from,
  length: to - from,
  bytes: ZERO,
  kind: 'unwritten',
  phase: 0,
  shared: true,
});

/** The part of a piece up to a position. Where a tail stays too they share one buffer: neither may grow or change in place any more. */
export function headOf(piece: Piece, to: number, hasTail: boolean): Piece {
  const length = to - piece.start;
  const bytes = piece.kind === 'bytes' ? piece.bytes.subarray(0, length) : piece.bytes;
  return { ...piece, length, bytes, shared: piece.shared || hasTail };
}

/** The part of a piece from a position on. */
export function tailOf(piece: Piece, from: number): Piece {
  const { start, length, bytes, kind, phase } = piece;
  const rest = { start: from, length: start + length - from, kind, shared: true };
  if (kind !== 'bytes') return { ...rest, bytes, phase: (phase + from - start) % bytes.length };
  return { ...rest, bytes: bytes.subarray(from - start, length), phase: 0 };
}

/** Puts what of a piece lies in `out`, which begins at `position`, into it. `out` is all zeros there. */
export function readPiece(piece: Piece, position: number, out: Uint8Array): void {
  const { start, length, bytes, kind, phase } = piece;
  const from = Math.max(position, start);
  const to = Math.min(position + out.length, start + length);
  if (from >= to || kind === 'unwritten') return;
  if (kind === 'bytes') out.set(bytes.subarray(from - start, to - start), from - position);
  else if (bytes.length === 1) out.fill(bytes[0]!, from - position, to - position);
  else {
    let offset = (from - start + phase) % bytes.length;
    for (let at = from; at < to; offset = 0) {
      const part = bytes.subarray(offset, offset + to - at);
      out.set(part, at - position);
      at += part.length;
    }
  }
}

/** Whether [position, end) may be written into the piece itself. */
export function holds(piece: Piece, position: number, end: number): boolean {
  const pieceEnd = piece.start + piece.length;
  if (piece.kind !== 'bytes' || position > pieceEnd) return false;
  if (piece.shared) return piece.length <= COPIED_WHOLE && end - piece.start <= COPIED_WHOLE;
  return end <= pieceEnd || end - piece.start <= LONGEST;
}

/** Writes into a piece that `holds` the place. */
export function putInto(piece: Piece, position: number, data: Uint8Array): void {
  const end = position + data.length - piece.start;
  makeRoom(piece, end);
  piece.bytes.set(data, position - piece.start);
  piece.length = Math.max(piece.length, end);
}

/** Makes the piece's bytes its own, and as many as `length`. */
function makeRoom(piece: Piece, length: number): void {
  if (!piece.shared && length <= piece.bytes.length) return;
  const room = length <= piece.length ? piece.length : Math.max(length, Math.min(2 * piece.length, LONGEST));
  const bytes = new Uint8Array(room);
  bytes.set(piece.bytes.subarray(0, piece.length));
  piece.bytes = bytes;
  piece.shared = false;
}

/** Whether `data` is what `pattern` repeats from `phase` on. Most data says no at one of its first bytes. */
function repeats(data: Uint8Array, pattern: Uint8Array, phase: number): boolean {
  const period = pattern.length;
  let at = phase % period;
  for (let i = 0; i < data.length; i++) {
    if (data[i] !== pattern[at]) return false;
    if (++at === period) at = 0;
  }
  return true;
}

const ZERO = new Uint8Array(1);
/** Shorter repetitions are not looked for. */
const SHORTEST_RUN = 4096;
/** Pieces grow up to this; then the next begins. */
const LONGEST = 1 << 20;
/** A shared piece up to this size is copied whole when it is written to; a longer one is cut. */
const COPIED_WHOLE = 1 << 16;
