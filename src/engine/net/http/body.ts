import type { ByteReader } from '../../base/byte-stream.ts';
import { concat, encode } from '../../base/bytes.ts';
import { readFields } from './head.ts';
import { HttpError } from './http-error.ts';
import type { HttpHeaders } from './message.ts';
import type { WireReader } from './wire-reader.ts';

/** How the end of a message body is known (RFC 9112 section 6.3). */
export type Framing = { kind: 'length'; length: number } | { kind: 'chunked' } | { kind: 'until-close' };

export const NO_BODY: Framing = { kind: 'length', length: 0 };

/** The framing that a message's fields declare; undefined where they declare none. */
export function declaredFraming(headers: HttpHeaders): Framing | undefined {
  const coding = headers.get('Transfer-Encoding');
  if (coding !== undefined) {
    if (coding.trim().toLowerCase() === 'chunked') return { kind: 'chunked' };
    if (coding.trim().toLowerCase() !== 'identity')
      throw new HttpError('UNSUPPORTED', `unsupported transfer encoding: ${JSON.stringify(coding)}`);
  }
  const length = headers.get('Content-Length');
  if (length === undefined) return undefined;
  const values = new Set(length.split(',').map((value) => value.trim()));
  const [value] = values;
  if (values.size !== 1 || !/^\d{1,15}$/.test(value!))
    throw new HttpError('MALFORMED', `bad Content-Length ${JSON.stringify(length)}`);
  return { kind: 'length', length: Number(value) };
}

/** A body read from the wire, which is then at the first byte after it. */
export class BodyReader implements ByteReader {
  readonly #source: ByteReader;
  readonly #onEnd: (() => void) | undefined;
  #onFirstRead: (() => Promise<void>) | undefined;
  #finished = false;

  /** `onFirstRead` runs before the first byte, `onEnd` once after the last. */
  constructor(
    wire: WireReader,
    framing: Framing,
    { onFirstRead, onEnd }: { onFirstRead?: () => Promise<void>; onEnd?: () => void } = {},
  ) {
    this.#source = sourceOf(wire, framing);
    this.#onFirstRead = onFirstRead;
    this.#onEnd = onEnd;
    if (framing.kind === 'length' && framing.length === 0) this.#end();
  }

  /** The last byte has been read. */
  get finished(): boolean {
    return this.#finished;
  }

  async read(max?: number): Promise<Uint8Array | null> {
    if (this.#finished) return null;
    if (this.#onFirstRead !== undefined) {
      const before = this.#onFirstRead;
      this.#onFirstRead = undefined;
      await before();
    }
    const bytes = await this.#source.read(max);
    if (bytes === null) this.#end();
    return bytes;
  }

  #end(): void {
    this.#finished = true;
    this.#onEnd?.();
  }
}

function sourceOf(wire: WireReader, framing: Framing): ByteReader {
  if (framing.kind === 'length') return framing.length === 0 ? EMPTY_BODY : counted(wire, framing.length);
  return framing.kind === 'chunked' ? chunked(wire) : wire;
}

/** All of a body at once. */
export async function readAll(body: ByteReader): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (;;) {
    const chunk = await body.read();
    if (chunk === null) return concat(chunks);
    chunks.push(chunk);
  }
}

/** One chunk of a chunked body as it stands on the wire. */
export function encodeChunk(bytes: Uint8Array): Uint8Array {
  return concat([encode(`${bytes.length.toString(16)}\r\n`), bytes, CRLF]);
}

const CRLF = encode('\r\n');

/** The end of a chunked body, without trailers. */
export const LAST_CHUNK = encode('0\r\n\r\n');

/** A source with nothing in it. */
export const EMPTY_BODY: ByteReader = { read: async () => null };

function counted(wire: WireReader, length: number): ByteReader {
  let left = length;
  return {
    async read(max = 65536) {
      if (left === 0) return null;
      const bytes = await wire.read(Math.min(max, left));
      if (bytes === null) throw new HttpError('UNEXPECTED_EOF', 'unexpected EOF');
      left -= bytes.length;
      return bytes;
    },
  };
}

/** RFC 9112 section 7.1. Extensions and trailers are read and dropped. */
function chunked(wire: WireReader): ByteReader {
  let left = 0;
  let started = false;
  let ended = false;
  const line = async () => {
    const text = await wire.readLine(4096);
    if (text === undefined) throw new HttpError('UNEXPECTED_EOF', 'unexpected EOF');
    return text;
  };
  return {
    async read(max = 65536) {
      if (ended) return null;
      if (left === 0) {
        if (started && (await line()) !== '') throw new HttpError('MALFORMED', 'malformed chunked encoding');
        started = true;
        const size = /^([0-9a-fA-F]{1,12})[ \t]*(?:;.*)?$/.exec(await line());
        if (size === null) throw new HttpError('MALFORMED', 'invalid byte in chunk length');
        left = Number.parseInt(size[1]!, 16);
        if (left === 0) {
          await readFields(wire);
          ended = true;
          return null;
        }
      }
      const bytes = await wire.read(Math.min(max, left));
      if (bytes === null) throw new HttpError('UNEXPECTED_EOF', 'unexpected EOF');
      left -= bytes.length;
      return bytes;
    },
  };
}
