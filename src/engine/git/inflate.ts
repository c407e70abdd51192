import { GitError } from './objects.ts';

/**
 * Unpacks one stream of zlib out of many that follow one another, as in a pack: says where it ends, which fflate does not
 * tell. RFC 1950 and 1951. Throws `GitError`.
 */
export function inflateAt(bytes: Uint8Array, start: number, size: number): { data: Uint8Array; end: number } {
  const bits = new Bits(bytes, start + 2);
  const out = new Output(size);
  for (let isLast = false; !isLast; ) {
    isLast = bits.take(1) === 1;
    const kind = bits.take(2);
    if (kind === 0) stored(bits, out);
    else if (kind === 1) compressed(bits, out, FIXED);
    else if (kind === 2) compressed(bits, out, tablesOf(bits));
    else throw new GitError('inflate: data stream error');
  }
  if (out.length !== size) throw new GitError('inflate: data stream error');
  // What follows is Adler's sum of it; the pack has a better one.
  return { data: out.bytes, end: bits.byteAligned() + 4 };
}

class Bits {
  readonly bytes: Uint8Array;
  at: number;
  #held = 0;
  #count = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  take(count: number): number {
    while (this.#count < count) {
      if (this.at >= this.bytes.length) throw new GitError('inflate: data stream error');
      this.#held |= this.bytes[this.at++]! << this.#count;
      this.#count += 8;
    }
    const value = this.#held & ((1 << count) - 1);
    this.#held >>>= count;
    this.#count -= count;
    return value;
  }

  /** Leaves out what remains of a byte that was begun; gives where the next one is. */
  byteAligned(): number {
    this.#held = 0;
    this.#count = 0;
    return this.at;
  }
}

class Output {
  readonly bytes: Uint8Array;
  length = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
  }

  push(byte: number): void {
    if (this.length === this.bytes.length) throw new GitError('inflate: data stream error');
    this.bytes[this.length++] = byte;
  }

  again(length: number, distance: number): void {
    if (distance > this.length) throw new GitError('inflate: data stream error');
    for (let i = 0; i < length; i++) this.push(this.bytes[this.length - distance]!);
  }
}

/** Huffman's codes of an alphabet: how many there are of each length, and the symbols in order of their codes. */
interface Codes {
  counts: Uint16Array;
  symbols: Uint16Array;
}

const LONGEST = 15;

function codesOf(lengths: ArrayLike<number>): Codes {
  const counts = new Uint16Array(LONGEST + 1);
  for (let i = 0; i < lengths.length; i++) counts[lengths[i]!]!++;
  counts[0] = 0;
  const next = new Uint16Array(LONGEST + 2);
  for (let length = 1; length <= LONGEST; length++) next[length + 1] = next[length]! + counts[length]!;
  const symbols = new Uint16Array(lengths.length);
  for (let i = 0; i < lengths.length; i++) if (lengths[i] !== 0) symbols[next[lengths[i]!]!++] = i;
  return { counts, symbols };
}

function symbol(bits: Bits, { counts, symbols }: Codes): number {
  let code = 0;
  let first = 0;
  let index = 0;
  for (let length = 1; length <= LONGEST; length++) {
    code |= bits.take(1);
    const count = counts[length]!;
    if (code - count < first) return symbols[index + code - first]!;
    index += count;
    first = (first + count) << 1;
    code <<= 1;
  }
  throw new GitError('inflate: data stream error');
}

function stored(bits: Bits, out: Output): void {
  const at = bits.byteAligned();
  const length = bits.bytes[at]! | (bits.bytes[at + 1]! << 8);
  for (let i = 0; i < length; i++) out.push(bits.bytes[at + 4 + i]!);
  bits.at = at + 4 + length;
}

/** Bases and further bits of the lengths 257 to 285, and of the distances. */
const LENGTHS = steps(
  3,
  [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5],
);
const DISTANCES = steps(
  1,
  Array.from({ length: 30 }, (_, i) => Math.max(0, (i >> 1) - 1)),
);

function steps(from: number, extra: readonly number[]): readonly (readonly [base: number, extra: number])[] {
  let base = from;
  return extra.map((count) => {
    const step = [base, count] as const;
    base += 1 << count;
    return step;
  });
}

function compressed(bits: Bits, out: Output, [literals, distances]: readonly [Codes, Codes]): void {
  for (;;) {
    const found = symbol(bits, literals);
    if (found < 256) out.push(found);
    else if (found === 256) return;
    else {
      // The last of them is the longest length alone.
      const [base, extra] = found === 285 ? [258, 0] : (LENGTHS[found - 257] ?? [0, 0]);
      const length = base + bits.take(extra);
      const [near, further] = DISTANCES[symbol(bits, distances)] ?? [Number.POSITIVE_INFINITY, 0];
      out.again(length, near + bits.take(further));
    }
  }
}

const FIXED = [
  codesOf(Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8))),
  codesOf(new Array(30).fill(5)),
] as const;

/** In which order the lengths of the codes' codes are told. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

function tablesOf(bits: Bits): readonly [Codes, Codes] {
  const literals = bits.take(5) + 257;
  const distances = bits.take(5) + 1;
  const own = new Uint8Array(ORDER.length);
  const count = bits.take(4) + 4;
  for (let i = 0; i < count; i++) own[ORDER[i]!] = bits.take(3);
  const codes = codesOf(own);
  const lengths: number[] = [];
  while (lengths.length < literals + distances) {
    const found = symbol(bits, codes);
    if (found < 16) lengths.push(found);
    else {
      const value = found === 16 ? (lengths.at(-1) ?? 0) : 0;
      const times = found === 16 ? 3 + bits.take(2) : found === 17 ? 3 + bits.take(3) : 11 + bits.take(7);
      for (let i = 0; i < times; i++) lengths.push(value);
    }
  }
  return [codesOf(lengths.slice(0, literals)), codesOf(lengths.slice(literals, literals + distances))];
}
