import type { ByteReader } from '../../base/byte-stream.ts';

/** Reads a connection by lines and by counted bytes: what protocols are made of. */
export class StreamReader {
  readonly #source: ByteReader;
  #buffer = new Uint8Array(0);

  constructor(source: ByteReader) {
    this.#source = source;
  }

  /** The bytes up to a newline, without it and a carriage return before it; undefined at the end of the stream. */
  async line(): Promise<Uint8Array | undefined> {
    for (;;) {
      const end = this.#buffer.indexOf(10);
      if (end >= 0) {
        const stop = this.#buffer[end - 1] === 13 ? end - 1 : end;
        const line = this.#buffer.slice(0, stop);
        this.#buffer = this.#buffer.slice(end + 1);
        return line;
      }
      if (!(await this.#more())) return undefined;
    }
  }

  /** So many bytes; undefined when the stream ends before. */
  async exactly(count: number): Promise<Uint8Array | undefined> {
    while (this.#buffer.length < count) if (!(await this.#more())) return undefined;
    const bytes = this.#buffer.slice(0, count);
    this.#buffer = this.#buffer.slice(count);
    return bytes;
  }

  async #more(): Promise<boolean> {
    const chunk = await this.#source.read();
    if (chunk === null) return false;
    const joined = new Uint8Array(this.#buffer.length + chunk.length);
    joined.set(this.#buffer);
    joined.set(chunk, this.#buffer.length);
    this.#buffer = joined;
    return true;
  }
}
