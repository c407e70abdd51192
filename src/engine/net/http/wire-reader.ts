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
  /** How much of the buffer is taken. */
  #taken = 0;
  #ended = false;
  #filling: Promise<boolean> | undefined;

  constructor(source: ByteReader) {
    this.#source = source;
  }

  /** Bytes that have arrived and nobody has taken. */
  get buffered(): number {
    return this.#buffer.length - this.#taken;
  }

  /** Waits for more bytes than are buffered; false at the end of the stream. */
  fill(): Promise<boolean> {
    if (this.#ended) return Promise.resolve(false);
    this.#filling ??= this.#fill();
    return this.#filling;
  }

  async read(max = 65536): Promise<Uint8Array | null> {
    while (this.buffered === 0) if (!(await this.fill())) return null;
    const end = Math.min(this.#taken + max, this.#buffer.length);
    const bytes = this.#buffer.subarray(this.#taken, end);
    this.#taken = end;
    return bytes;
  }

  /** The next line without its CRLF (a lone LF is taken too); undefined at the end of the stream. Longer than `limit`: throws. */
  async readLine(limit: number): Promise<string | undefined> {
    for (;;) {
      const line = this.takeLine(limit);
      if (line !== undefined) return line;
      if (await this.fill()) continue;
      if (this.buffered === 0) return undefined;
      throw new HttpError('UNEXPECTED_EOF', 'unexpected EOF');
    }
  }

  /** A line as `readLine` gives it, if it has arrived whole. */
  takeLine(limit: number): string | undefined {
    const start = this.#taken;
    const at = this.#buffer.indexOf(LF, start);
    if ((at < 0 ? this.buffered : at - start) > limit) throw new HttpError('TOO_LARGE', 'line too long');
    if (at < 0) return undefined;
    const end = at > start && this.#buffer[at - 1] === CR ? at - 1 : at;
    this.#taken = at + 1;
    return decode(this.#buffer.subarray(start, end));
  }

  async #fill(): Promise<boolean> {
    try {
      const bytes = await this.#source.read(65536);
      if (bytes === null) this.#ended = true;
      else {
        this.#buffer = this.buffered === 0 ? bytes : concat([this.#buffer.subarray(this.#taken), bytes]);
        this.#taken = 0;
      }
      return bytes !== null;
    } finally {
      this.#filling = undefined;
    }
  }
}
