import type { ByteStream } from '../../base/byte-stream.ts';
import { concat } from '../../base/bytes.ts';
import { StreamReader } from '../lib/stream-reader.ts';
import { bytesToText, textToBytes } from '../lib/text.ts';
import type { ResultColumn } from '../sql/query-context.ts';
import type { SqlType } from '../sql/value.ts';

/** Messages of PostgreSQL's protocol 3.0: a letter, four bytes of length with themselves, the content (documentation, "Message Formats"). */
export class Messages {
  readonly #stream: ByteStream;
  readonly #reader: StreamReader;

  constructor(stream: ByteStream) {
    this.#stream = stream;
    this.#reader = new StreamReader(stream);
  }

  /** The first message of a client, which has no letter; undefined at the end. */
  async readStartup(): Promise<Content | undefined> {
    const head = await this.#reader.exactly(4);
    const content = head && (await this.#reader.exactly(lengthIn(head, 0) - 4));
    return content && new Content(content);
  }

  /** The next message; undefined at the end of the connection. */
  async read(): Promise<{ letter: string; content: Content } | undefined> {
    const head = await this.#reader.exactly(5);
    if (head === undefined) return undefined;
    const content = await this.#reader.exactly(lengthIn(head, 1) - 4);
    return content && { letter: String.fromCharCode(head[0] ?? 0), content: new Content(content) };
  }

  /** Several messages in one write. */
  write(...messages: Uint8Array[]): Promise<void> {
    return this.#stream.write(concat(messages));
  }

  close(): Promise<void> {
    return this.#stream.close();
  }
}

const lengthIn = (head: Uint8Array, at: number) =>
  new DataView(head.buffer, head.byteOffset + at, 4).getInt32(0);

/** Takes the content of a message apart. */
export class Content {
  readonly bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get left(): number {
    return this.bytes.length - this.#at;
  }

  int(bytes: 2 | 4): number {
    const view = new DataView(this.bytes.buffer, this.bytes.byteOffset + this.#at, bytes);
    this.#at += bytes;
    return bytes === 2 ? view.getInt16(0) : view.getInt32(0);
  }

  take(length: number): Uint8Array {
    const taken = this.bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return taken;
  }

  /** A text that a zero ends. */
  text(): string {
    const end = this.bytes.indexOf(0, this.#at);
    const text = bytesToText(this.bytes.subarray(this.#at, end === -1 ? this.bytes.length : end));
    this.#at = end === -1 ? this.bytes.length : end + 1;
    return text;
  }

  rest(): string {
    return bytesToText(this.take(this.left));
  }
}

type Part = string | Uint8Array | readonly [value: number, bytes: 1 | 2 | 4];

/** Strings are ended by a zero. */
function encoded(parts: readonly Part[]): Uint8Array {
  return concat(
    parts.map((part) => {
      if (typeof part === 'string') return textToBytes(`${part}\0`);
      if (part instanceof Uint8Array) return part;
      const [value, bytes] = part;
      const view = new DataView(new ArrayBuffer(4));
      view.setInt32(0, value);
      return new Uint8Array(view.buffer, 4 - bytes);
    }),
  );
}

export function message(letter: string, ...parts: Part[]): Uint8Array {
  const content = encoded(parts);
  return concat([
    letter === '' ? new Uint8Array(0) : textToBytes(letter),
    encoded([[content.length + 4, 4]]),
    content,
  ]);
}

export const startup = (parameters: Readonly<Record<string, string>>): Uint8Array =>
  message('', [196_608, 4], ...Object.entries(parameters).flat(), [0, 1]);

/** Fields of errors and notices, by their letters: S severity, C code, M message, D detail, H hint, P position. */
export type Fields = Partial<Record<'S' | 'C' | 'M' | 'D' | 'H' | 'P', string>>;

export const report = (letter: 'E' | 'N', fields: Fields): Uint8Array =>
  message(letter, ...Object.entries(fields).map(([name, value]) => `${name}${value}`), [0, 1]);

export function fieldsOf(content: Content): Fields {
  const fields: Record<string, string> = {};
  while (content.left > 1) {
    const field = content.text();
    fields[field[0] ?? ''] = field.slice(1);
  }
  return fields;
}

/** pg_type's numbers of the types that are simulated. */
const OIDS: Readonly<Record<string, number>> = {
  boolean: 16,
  name: 19,
  bigint: 20,
  smallint: 21,
  integer: 23,
  text: 25,
  json: 114,
  real: 700,
  'double precision': 701,
  character: 1042,
  'character varying': 1043,
  date: 1082,
  'timestamp without time zone': 1114,
  timestamp: 1114,
  'timestamp with time zone': 1184,
  numeric: 1700,
  decimal: 1700,
  uuid: 2950,
  jsonb: 3802,
};

/** Types whose values are shown on the right. */
export const RIGHT: ReadonlySet<number> = new Set([20, 21, 23, 26, 700, 701, 1700]);

const oidOf = ({ name }: SqlType): number => OIDS[name] ?? 25;

export const rowDescription = (columns: readonly ResultColumn[]): Uint8Array =>
  message(
    'T',
    [columns.length, 2],
    ...columns.flatMap(({ name, type }): Part[] => [
      name,
      [0, 4],
      [0, 2],
      [oidOf(type), 4],
      [-1, 2],
      [-1, 4],
      [0, 2],
    ]),
  );

export const dataRow = (values: readonly (string | null)[]): Uint8Array =>
  message(
    'D',
    [values.length, 2],
    ...values.flatMap((value): Part[] => {
      if (value === null) return [[-1, 4]];
      const bytes = textToBytes(value);
      return [[bytes.length, 4], bytes];
    }),
  );
