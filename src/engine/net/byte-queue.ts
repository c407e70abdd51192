import { concat, EMPTY } from '../base/bytes.ts';

/** Bytes waiting between a writer and a reader, with room for `capacity` of them. */
export class ByteQueue {
  readonly capacity: number;
  #chunks: Uint8Array[] = [];
  #head = 0;
  #length = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get length(): number {
    return this.#length;
  }

  get room(): number {
    return Math.max(0, this.capacity - this.#length);
  }

  /** Takes over a copy of the bytes, whether or not there is room. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.push(bytes.slice());
    this.#length += bytes.length;
  }

  /** Up to `max` bytes from the front. */
  take(max: number): Uint8Array {
    const out: Uint8Array[] = [];
    let left = max;
    while (left > 0 && this.#head < this.#chunks.length) {
      const chunk = this.#chunks[this.#head]!;
      if (chunk.length <= left) {
        out.push(chunk);
        this.#head++;
      } else {
        out.push(chunk.subarray(0, left));
        this.#chunks[this.#head] = chunk.subarray(left);
      }
      left -= out.at(-1)!.length;
    }
    if (this.#head > 64 || this.#head === this.#chunks.length) {
      this.#chunks = this.#chunks.slice(this.#head);
      this.#head = 0;
    }
    this.#length -= max - left;
    return out.length === 0 ? EMPTY : concat(out);
  }

  clear(): void {
    this.#chunks = [];
    this.#head = 0;
    this.#length = 0;
  }
}
