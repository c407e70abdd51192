import type { ByteStream } from '../../base/byte-stream.ts';
import { concat } from '../../base/bytes.ts';
import { StreamReader } from '../lib/stream-reader.ts';
import { bytesToText, textToBytes } from '../lib/text.ts';

/**
 * Packets of MySQL's protocol: three bytes of length, one of sequence, then the payload (MySQL Internals, "MySQL Packets"). Payloads of
 * 16 MB and more are not simulated.
 */
export class Packets {
  readonly #stream: ByteStream;
  readonly #reader: StreamReader;
  #sequence = 0;

  constructor(stream: ByteStream) {
    this.#stream = stream;
    this.#reader = new StreamReader(stream);
  }

  /** The next payload; undefined at the end of the connection. */
  async read(): Promise<PayloadReader | undefined> {
    const head = await this.#reader.exactly(4);
    if (head === undefined) return undefined;
    this.#sequence = (head[3]! + 1) & 0xff;
    const payload = await this.#reader.exactly(head[0]! | (head[1]! << 8) | (head[2]! << 16));
    return payload && new PayloadReader(payload);
  }

  /** Several payloads in one write. */
  async write(...payloads: Uint8Array[]): Promise<void> {
    const parts = payloads.flatMap((payload) => {
      const { length } = payload;
      const head = Uint8Array.of(length & 0xff, (length >> 8) & 0xff, length >> 16, this.#sequence);
      this.#sequence = (this.#sequence + 1) & 0xff;
      return [head, payload];
    });
    await this.#stream.write(concat(parts));
  }

  /** A command begins a new sequence. */
  restart(): void {
    this.#sequence = 0;
  }

  close(): Promise<void> {
    return this.#stream.close();
  }
}

/** Builds a payload. Integers are little-endian; `lenenc` is of a length that its first byte tells. */
export class PayloadWriter {
  readonly #parts: Uint8Array[] = [];

  int(value: number, bytes: number): this {
    const part = new Uint8Array(bytes);
    for (let i = 0, rest = value; i < bytes; i++, rest = Math.floor(rest / 256)) part[i] = rest % 256;
    this.#parts.push(part);
    return this;
  }

  bytes(value: Uint8Array): this {
    this.#parts.push(value);
    return this;
  }

  text(value: string): this {
    return this.bytes(textToBytes(value));
  }

  /** A text that a zero ends. */
  zeroText(value: string): this {
    return this.text(value).int(0, 1);
  }

  lenenc(value: number): this {
    if (value < 0xfb) return this.int(value, 1);
    if (value < 0x1_0000) return this.int(0xfc, 1).int(value, 2);
    if (value < 0x100_0000) return this.int(0xfd, 1).int(value, 3);
    return this.int(0xfe, 1).int(value, 8);
  }

  lenencText(value: string): this {
    const bytes = textToBytes(value);
    return this.lenenc(bytes.length).bytes(bytes);
  }

  done(): Uint8Array {
    return concat(this.#parts);
  }
}

export class PayloadReader {
  readonly bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get left(): number {
    return this.bytes.length - this.#at;
  }

  take(count: number): Uint8Array {
    this.#at += count;
    return this.bytes.slice(this.#at - count, this.#at);
  }

  int(count: number): number {
    return this.take(count).reduceRight((sum, byte) => sum * 256 + byte, 0);
  }

  zeroText(): string {
    const end = this.bytes.indexOf(0, this.#at);
    const text = bytesToText(this.take((end === -1 ? this.bytes.length : end) - this.#at));
    if (end !== -1) this.#at++;
    return text;
  }

  rest(): string {
    return bytesToText(this.take(this.left));
  }

  /** undefined stands for NULL. */
  lenenc(): number | undefined {
    const first = this.int(1);
    if (first < 0xfb) return first;
    if (first === 0xfb) return undefined;
    return this.int(first === 0xfc ? 2 : first === 0xfd ? 3 : 8);
  }

  lenencText(): string | null {
    const length = this.lenenc();
    return length === undefined ? null : bytesToText(this.take(length));
  }
}

/** Capabilities (protocol reference, "Capabilities Flags"). */
export const CLIENT = {
  LONG_PASSWORD: 1,
  FOUND_ROWS: 2,
  LONG_FLAG: 4,
  CONNECT_WITH_DB: 8,
  PROTOCOL_41: 0x200,
  TRANSACTIONS: 0x2000,
  SECURE_CONNECTION: 0x8000,
  MULTI_STATEMENTS: 0x1_0000,
  PLUGIN_AUTH: 0x8_0000,
  PLUGIN_AUTH_LENENC_CLIENT_DATA: 0x20_0000,
} as const;

export const COMMAND = {
  QUIT: 1,
  INIT_DB: 2,
  QUERY: 3,
  FIELD_LIST: 4,
  STATISTICS: 9,
  PING: 14,
  SHUTDOWN: 8,
} as const;

/** Column types (protocol reference, "Column Type"). */
export const FIELD = {
  DECIMAL: 0xf6,
  LONG: 3,
  DOUBLE: 5,
  NULL: 6,
  LONGLONG: 8,
  DATE: 10,
  DATETIME: 12,
  JSON: 0xf5,
  VAR_STRING: 0xfd,
} as const;

/** Column flags. */
export const FLAG = { NOT_NULL: 1, BINARY: 128 } as const;

export const okPacket = (about: {
  affected?: number;
  insertId?: number;
  warnings?: number;
  status?: number;
  info?: string;
}): Uint8Array =>
  new PayloadWriter()
    .int(0, 1)
    .lenenc(about.affected ?? 0)
    .lenenc(about.insertId ?? 0)
    .int(about.status ?? 2, 2)
    .int(about.warnings ?? 0, 2)
    .text(about.info ?? '')
    .done();

export const eofPacket = (warnings = 0, status = 2): Uint8Array =>
  new PayloadWriter().int(0xfe, 1).int(warnings, 2).int(status, 2).done();

export const errorPacket = (code: number, state: string, message: string): Uint8Array =>
  new PayloadWriter().int(0xff, 1).int(code, 2).text(`#${state}${message}`).done();
