import type { ByteReader } from '../../base/byte-stream.ts';
import { concat, decode, EMPTY } from '../../base/bytes.ts';
import { HttpError } from './http-error.ts';

const LF = 10;
const CR = 13;

/**
 * Reads lines and counted bytes from a stream and keeps what came too much. One read of the stream is under
 * way at a time and everybody who needs bytes shares it: so a read begun ahead of need (to notice a client that
 * leaves) never loses bytes to somebody else.
 */
export class WireReader implements ByteReader {
  readonly #source: ByteReader;
  #buffer: Uint8Array = EMPTY;
  #ended = false;
  #filling: Promise<boolean> | undefined;

  constructor(source: ByteReader) {
    this.#source = source;
  }

  /** Bytes that have arrived and nobody has taken. */
  get buffered(): number {
    return this.#buffer.length;
  }

  /** Waits for more bytes than are buffered; false at the end of the stream. */
  fill(): Promise<boolean> {
    if (this.#ended) return Promise.resolve(false);
    this.#filling ??= this.#fill();
    return this.#filling;
  }

  async read(max = 65536): Promise<Uint8Array | null> {
    while (this.#buffer.length === 0) if (!(await this.fill())) return null;
    return this.#take(Math.min(max, this.#buffer.length));
  }

  /** The next line without its CRLF (a lone LF is taken too); undefined at the end of the stream. Longer than `limit`: throws. */
  async readLine(limit: number): Promise<string | undefined> {
    for (;;) {
      const line = this.takeLine(limit);
      if (line !== undefined) return line;
      if (await this.fill()) continue;
      if (this.#buffer.length === 0) return undefined;
      throw new HttpError('UNEXPECTED_EOF', 'unexpected EOF');
    }
  }

  /** A line as `readLine` gives it, if it has arrived whole. */
  takeLine(limit: number): string | undefined {
    const at = this.#buffer.indexOf(LF);
    if (at > limit || (at < 0 && this.#buffer.length > limit))
      throw new HttpError('TOO_LARGE', 'line too long');
    if (at < 0) return undefined;
    const end = at > 0 && this.#buffer[at - 1] === CR ? at - 1 : at;
    const line = decode(this.#buffer.subarray(0, end));
    this.#buffer = this.#buffer.subarray(at + 1);
    return line;
  }

  #take(length: number): Uint8Array {
    const out = this.#buffer.subarray(0, length);
    this.#buffer = this.#buffer.subarray(length);
    return out;
  }

  async #fill(): Promise<boolean> {
    try {
      const bytes = await this.#source.read(65536);
      if (bytes === null) this.#ended = true;
      else this.#buffer = this.#buffer.length === 0 ? bytes : concat([this.#buffer, bytes]);
      return bytes !== null;
    } finally {
      this.#filling = undefined;
    }
  }
}
