import { concat } from '../../../engine/base/bytes.ts';

/** Bytes that are read from the front to the back. */
export interface ByteSource {
  /** How many bytes lie behind. */
  readonly position: number;
  /** The next `length` bytes; fewer where there are no more. */
  read(length: number): Promise<Uint8Array>;
  /** Passes over bytes; gives how many there were. */
  skip(length: number): Promise<number>;
}

/** A file of which only those parts are read that are asked for. */
export class BlobSource implements ByteSource {
  readonly #blob: Blob;
  #position = 0;

  constructor(blob: Blob) {
    this.#blob = blob;
  }

  get position(): number {
    return this.#position;
  }

  async read(length: number): Promise<Uint8Array> {
    const part = this.#blob.slice(this.#position, this.#position + length);
    this.#position += part.size;
    return new Uint8Array(await part.arrayBuffer());
  }

  async skip(length: number): Promise<number> {
    const passed = Math.min(length, this.#blob.size - this.#position);
    this.#position += passed;
    return passed;
  }
}

/** What comes in chunks of any size, of which no more than one is held. */
export class ChunkSource implements ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #held: Uint8Array = new Uint8Array(0);
  #position = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  get position(): number {
    return this.#position;
  }

  async read(length: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    await this.#take(length, (part) => parts.push(part));
    return concat(parts);
  }

  skip(length: number): Promise<number> {
    return this.#take(length, () => {});
  }

  async #take(length: number, use: (part: Uint8Array) => void): Promise<number> {
    let left = length;
    while (left > 0) {
      if (this.#held.length === 0) {
        const next = await this.#chunks.next();
        if (next.done) break;
        this.#held = next.value;
        continue;
      }
      const part = this.#held.subarray(0, left);
      this.#held = this.#held.subarray(part.length);
      left -= part.length;
      use(part);
    }
    this.#position += length - left;
    return length - left;
  }
}

/** A blob in chunks. */
export async function* chunksOf(blob: Blob): AsyncGenerator<Uint8Array> {
  const reader = blob.stream().getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    reader.releaseLock();
  }
}
