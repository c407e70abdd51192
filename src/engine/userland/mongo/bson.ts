/** BSON (bsonspec.org, version 1.1): documents as bytes, little-endian. Types that nothing here makes are refused. */
import { concat, decode, encode } from '../../base/bytes.ts';
import { Binary, type Document, isInt32, Long, Moment, ObjectId, Pattern, type Value } from './values.ts';

/** Bytes that are no document. */
export class InvalidBson extends Error {}

export function encodeDocument(document: Document): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [name, value] of document) element(parts, name, value);
  return framed(parts);
}

function framed(parts: Uint8Array[]): Uint8Array {
  const size = parts.reduce((sum, { length }) => sum + length, 5);
  return concat([int32(size), ...parts, Uint8Array.of(0)]);
}

function element(parts: Uint8Array[], name: string, value: Value): void {
  const [type, bytes] = content(value);
  parts.push(Uint8Array.of(type), cstring(name), bytes);
}

function content(value: Value): [type: number, bytes: Uint8Array] {
  if (value === null) return [0x0a, new Uint8Array(0)];
  if (typeof value === 'boolean') return [0x08, Uint8Array.of(value ? 1 : 0)];
  if (typeof value === 'number') return isInt32(value) ? [0x10, int32(value)] : [0x01, double(value)];
  if (typeof value === 'string') return [0x02, string(value)];
  if (value instanceof Long) return [0x12, int64(value.value)];
  if (value instanceof ObjectId)
    return [0x07, Uint8Array.from(value.hex.match(/../g)!, (pair) => Number.parseInt(pair, 16))];
  if (value instanceof Moment) return [0x09, int64(BigInt(Math.trunc(value.ms)))];
  if (value instanceof Pattern)
    return [0x0b, concat([cstring(value.source), cstring([...value.flags].sort().join(''))])];
  if (value instanceof Binary)
    return [0x05, concat([int32(value.bytes.length), Uint8Array.of(value.subtype), value.bytes])];
  if (!Array.isArray(value)) return [0x03, encodeDocument(value)];
  const parts: Uint8Array[] = [];
  for (const [i, item] of value.entries()) element(parts, String(i), item);
  return [0x04, framed(parts)];
}

const viewed = (size: number, write: (view: DataView) => void): Uint8Array => {
  const bytes = new Uint8Array(size);
  write(new DataView(bytes.buffer));
  return bytes;
};
const int32 = (value: number) => viewed(4, (view) => view.setInt32(0, value, true));
const int64 = (value: bigint) => viewed(8, (view) => view.setBigInt64(0, value, true));
const double = (value: number) => viewed(8, (view) => view.setFloat64(0, value, true));
const cstring = (text: string) => concat([encode(text.replaceAll('\0', '')), Uint8Array.of(0)]);
function string(text: string): Uint8Array {
  const bytes = encode(text);
  return concat([int32(bytes.length + 1), bytes, Uint8Array.of(0)]);
}

/** Reads documents that follow one another. */
export class BsonReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  get done(): boolean {
    return this.at >= this.#bytes.length;
  }

  document(): Document {
    const end = this.at + this.#int32();
    if (end > this.#bytes.length || end < this.at) throw new InvalidBson('invalid length of a document');
    const out: Document = new Map();
    for (;;) {
      const type = this.#bytes[this.at++];
      if (type === 0) break;
      if (type === undefined) throw new InvalidBson('document ends before its end');
      const name = this.cstring();
      out.set(name, this.#value(type));
    }
    this.at = end;
    return out;
  }

  cstring(): string {
    const end = this.#bytes.indexOf(0, this.at);
    if (end === -1) throw new InvalidBson('text without an end');
    return decode(this.#take(end - this.at + 1).subarray(0, -1));
  }

  #value(type: number): Value {
    switch (type) {
      case 0x01:
        return this.#view.getFloat64(this.#skip(8), true);
      case 0x02:
        return decode(this.#take(this.#int32()).subarray(0, -1));
      case 0x03:
        return this.document();
      case 0x04:
        return [...this.document().values()];
      case 0x05: {
        const size = this.#int32();
        const subtype = this.#bytes[this.at++]!;
        return new Binary(this.#take(size).slice(), subtype);
      }
      case 0x07:
        return new ObjectId([...this.#take(12)].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
      case 0x08:
        return this.#take(1)[0] === 1;
      case 0x09:
        return new Moment(Number(this.#view.getBigInt64(this.#skip(8), true)));
      case 0x0a:
        return null;
      case 0x0b: {
        const source = this.cstring();
        return new Pattern(source, this.cstring());
      }
      case 0x10:
        return this.#int32();
      case 0x12:
        return new Long(this.#view.getBigInt64(this.#skip(8), true));
      default:
        throw new InvalidBson(`values of type ${type} are not simulated`);
    }
  }

  #int32(): number {
    return this.#view.getInt32(this.#skip(4), true);
  }

  #skip(count: number): number {
    const at = this.at;
    if (at + count > this.#bytes.length) throw new InvalidBson('document ends before its end');
    this.at += count;
    return at;
  }

  #take(count: number): Uint8Array {
    const at = this.#skip(count);
    return this.#bytes.subarray(at, at + count);
  }
}
