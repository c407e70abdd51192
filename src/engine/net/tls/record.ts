import type { ByteStream } from '../../base/byte-stream.ts';
import { concat, EMPTY } from '../../base/bytes.ts';

/** Content types of records (RFC 8446, section 5.1). */
export const CONTENT = { alert: 21, handshake: 22, data: 23 } as const;

/** How much a record holds at most. */
const MOST = 16_384;

export interface TlsRecord {
  type: number;
  content: Uint8Array;
}

/** The first five bytes of something that is no record: what a server says that speaks no TLS. */
export class NotTls extends Error {
  override name = 'NotTls';
  readonly header: Uint8Array;

  constructor(header: Uint8Array) {
    super('first record does not look like a TLS handshake');
    this.header = header;
  }
}

/** The peer ended the connection with an alert (RFC 8446, section 6). */
export class AlertReceived extends Error {
  override name = 'AlertReceived';
  readonly description: number;

  constructor(description: number) {
    super(`alert ${description}`);
    this.description = description;
  }
}

/** Descriptions of alerts. */
export const ALERT = {
  closeNotify: 0,
  handshakeFailure: 40,
  badCertificate: 42,
  certificateExpired: 45,
  unknownAuthority: 48,
  decodeError: 50,
  unrecognizedName: 112,
  certificateRequired: 116,
} as const;

/** Reads and writes records on a stream. */
export class RecordLayer {
  readonly stream: ByteStream;
  #rest: Uint8Array = EMPTY;

  constructor(stream: ByteStream) {
    this.stream = stream;
  }

  /** The next record; undefined at the end of the stream. Throws `NotTls`. */
  async read(): Promise<TlsRecord | undefined> {
    const header = await this.#exactly(5);
    if (header === undefined) return undefined;
    const [type = 0, major = 0, , high = 0, low = 0] = header;
    const length = high * 256 + low;
    if (type < CONTENT.alert - 1 || type > CONTENT.data + 1 || major !== 3 || length > MOST + 256)
      throw new NotTls(header);
    const content = await this.#exactly(length);
    return content === undefined ? undefined : { type, content };
  }

  async write(type: number, content: Uint8Array): Promise<void> {
    const records: Uint8Array[] = [];
    for (let at = 0; at < content.length; at += MOST) {
      const part = content.subarray(at, at + MOST);
      records.push(Uint8Array.of(type, 3, 3, part.length >> 8, part.length & 0xff), part);
    }
    await this.stream.write(concat(records));
  }

  /** @param level 1: a warning, 2: fatal */
  alert(level: 1 | 2, description: number): Promise<void> {
    return this.write(CONTENT.alert, Uint8Array.of(level, description));
  }

  /** What has been read and not yet taken. */
  get buffered(): Uint8Array {
    return this.#rest;
  }

  async #exactly(length: number): Promise<Uint8Array | undefined> {
    while (this.#rest.length < length) {
      const more = await this.stream.read();
      if (more === null) return undefined;
      this.#rest = this.#rest.length === 0 ? more : concat([this.#rest, more]);
    }
    const out = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return out;
  }
}
