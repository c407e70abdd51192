import { concat } from '../../base/bytes.ts';
import { bytesToText, textToBytes } from '../lib/text.ts';
import type { Database, Value } from './keyspace.ts';

/**
 * The dump of Redis: its RDB format in version 9, with values in their plain encodings, which every server since 5.0 reads
 * (rdb.c). Compressed and packed values, which newer servers write, are not read. The checksum is left at 0: not computed.
 */
const TYPES = { string: 0, list: 1, set: 2, hash: 4, zset: 5 } as const;
const AUX = 250;
const EXPIRE_MS = 252;
const EXPIRE_S = 253;
const SELECT = 254;
const END = 255;
/** Hints on the sizes of tables. */
const RESIZE = 251;

export interface Entry {
  database: number;
  key: string;
  value: Value;
  until: number | undefined;
}

/** A dump that cannot be read. */
export class BadDump extends Error {}

export function encodeRdb(
  databases: readonly Database[],
  about: { version: string; now: number },
): Uint8Array {
  const out: Uint8Array[] = [textToBytes('REDIS0009')];
  const put = (...bytes: number[]) => out.push(Uint8Array.from(bytes));
  const text = (value: string) => {
    const bytes = textToBytes(value);
    out.push(length(bytes.length), bytes);
  };
  const aux = (name: string, value: string) => {
    put(AUX);
    text(name);
    text(value);
  };
  aux('redis-ver', about.version);
  aux('redis-bits', '64');
  aux('ctime', String(Math.floor(about.now / 1000)));
  databases.forEach((db, number) => {
    if (db.size === 0) return;
    put(SELECT);
    out.push(length(number));
    put(RESIZE);
    out.push(length(db.size), length(db.expiring));
    for (const key of db.keys()) {
      const value = db.peek(key)!;
      const until = db.expiry(key);
      if (until !== undefined) {
        put(EXPIRE_MS);
        out.push(int64(until));
      }
      put(TYPES[value.type]);
      text(key);
      encodeValue(value, out, text);
    }
  });
  put(END, 0, 0, 0, 0, 0, 0, 0, 0);
  return concat(out);
}

function encodeValue(value: Value, out: Uint8Array[], text: (value: string) => void): void {
  switch (value.type) {
    case 'string':
      text(value.text);
      break;
    case 'list':
      out.push(length(value.items.length));
      for (const item of value.items) text(item);
      break;
    case 'set':
      out.push(length(value.members.size));
      for (const member of value.members) text(member);
      break;
    case 'hash':
      out.push(length(value.fields.size));
      for (const [field, content] of value.fields) {
        text(field);
        text(content);
      }
      break;
    case 'zset':
      out.push(length(value.scores.size));
      for (const [member, score] of value.scores) {
        text(member);
        const bytes = new Uint8Array(8);
        new DataView(bytes.buffer).setFloat64(0, score, true);
        out.push(bytes);
      }
  }
}

/** A length in 6, 14 or 32 bits. */
function length(value: number): Uint8Array {
  if (value < 0x40) return Uint8Array.of(value);
  if (value < 0x4000) return Uint8Array.of(0x40 | (value >> 8), value & 0xff);
  const bytes = new Uint8Array(5);
  bytes[0] = 0x80;
  new DataView(bytes.buffer).setUint32(1, value);
  return bytes;
}

function int64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(value), true);
  return bytes;
}

/** The entries of a dump. Throws `BadDump`. */
export function decodeRdb(bytes: Uint8Array): Entry[] {
  const reader = new Reader(bytes);
  if (bytesToText(reader.take(5)) !== 'REDIS')
    throw new BadDump('Wrong signature trying to load DB from file');
  if (!(Number(bytesToText(reader.take(4))) >= 1)) throw new BadDump("Can't handle RDB format version");
  const entries: Entry[] = [];
  let database = 0;
  let until: number | undefined;
  for (;;) {
    const type = reader.byte();
    if (type === END) return entries;
    if (type === SELECT) database = reader.length();
    else if (type === RESIZE) reader.skipLengths(2);
    else if (type === AUX) reader.skipTexts(2);
    else if (type === EXPIRE_MS) until = Number(reader.view(8).getBigInt64(0, true));
    else if (type === EXPIRE_S) until = reader.view(4).getUint32(0, true) * 1000;
    else {
      const key = reader.text();
      entries.push({ database, key, value: reader.value(type), until });
      until = undefined;
    }
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  take(count: number): Uint8Array {
    if (this.#at + count > this.#bytes.length) throw new BadDump('Unexpected EOF reading RDB file');
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  byte(): number {
    return this.take(1)[0]!;
  }

  view(count: number): DataView {
    const bytes = this.take(count);
    return new DataView(bytes.buffer, bytes.byteOffset, count);
  }

  length(): number {
    const first = this.byte();
    if (first >> 6 === 0) return first;
    if (first >> 6 === 1) return ((first & 0x3f) << 8) | this.byte();
    if (first === 0x80) return this.view(4).getUint32(0);
    throw new BadDump('Unsupported length in RDB file');
  }

  /** A string, or an integer of 8, 16 or 32 bits. */
  text(): string {
    const first = this.#bytes[this.#at] ?? 0;
    if (first >> 6 !== 3) return bytesToText(this.take(this.length()));
    this.byte();
    switch (first & 0x3f) {
      case 0:
        return String(this.view(1).getInt8(0));
      case 1:
        return String(this.view(2).getInt16(0, true));
      case 2:
        return String(this.view(4).getInt32(0, true));
      default:
        throw new BadDump('compressed values are not simulated');
    }
  }

  skipLengths(count: number): void {
    for (let i = 0; i < count; i++) this.length();
  }

  skipTexts(count: number): void {
    for (let i = 0; i < count; i++) this.text();
  }

  value(type: number): Value {
    const texts = (count: number) => Array.from({ length: count }, () => this.text());
    switch (type) {
      case TYPES.string:
        return { type: 'string', text: this.text() };
      case TYPES.list:
        return { type: 'list', items: texts(this.length()) };
      case TYPES.set:
        return { type: 'set', members: new Set(texts(this.length())) };
      case TYPES.hash: {
        const pairs = Array.from({ length: this.length() }, () => [this.text(), this.text()] as const);
        return { type: 'hash', fields: new Map(pairs) };
      }
      case TYPES.zset: {
        const pairs = Array.from(
          { length: this.length() },
          () => [this.text(), this.view(8).getFloat64(0, true)] as const,
        );
        return { type: 'zset', scores: new Map(pairs) };
      }
      default:
        throw new BadDump(`values of encoding ${type} are not simulated`);
    }
  }
}
