import { decode, encode } from '../../base/bytes.ts';
import { InvalidLayer } from './entry.ts';

/** Records of a PAX extended header (pax(1), "pax Extended Header"): `LENGTH KEY=VALUE\n`, the length counting itself. */
export type PaxRecords = Map<string, Uint8Array>;

const SPACE = 0x20;
const EQUALS = 0x3d;
const NEWLINE = 0x0a;

export function readPax(bytes: Uint8Array, into: PaxRecords = new Map()): PaxRecords {
  let at = 0;
  while (at < bytes.length && bytes[at] !== 0) {
    const space = bytes.indexOf(SPACE, at);
    const length = Number(shortText(bytes, at, space));
    const end = at + length;
    if (space === -1 || !Number.isSafeInteger(length) || length <= space - at || end > bytes.length)
      throw new InvalidLayer('archive/tar: invalid tar header');
    const equals = bytes.indexOf(EQUALS, space);
    if (equals === -1 || equals >= end || bytes[end - 1] !== NEWLINE)
      throw new InvalidLayer('archive/tar: invalid tar header');
    const key = shortText(bytes, space + 1, equals);
    const value = bytes.subarray(equals + 1, end - 1);
    // GNU sparse format 0.0 repeats its two keys, once for each extent: keep them in order.
    const sparse = key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes';
    const previous = sparse ? into.get('GNU.sparse.map') : undefined;
    if (sparse)
      into.set('GNU.sparse.map', encode(previous ? `${decode(previous)},${decode(value)}` : decode(value)));
    else into.set(key, value);
    at = end;
  }
  return into;
}

/** A short text, nearly always of ASCII, for which the platform's decoder takes long to get going. */
export function shortText(bytes: Uint8Array, from = 0, to = bytes.length): string {
  let out = '';
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    if (byte >= 128) return decode(bytes.subarray(from, to));
    out += String.fromCharCode(byte);
  }
  return out;
}

/** Records in the order of their keys. */
export function writePax(records: Iterable<readonly [key: string, value: string | Uint8Array]>): Uint8Array {
  const sorted = [...records].sort(([a], [b]) => (a < b ? -1 : 1));
  const chunks = sorted.map(([key, value]) =>
    record(encode(key), typeof value === 'string' ? encode(value) : value),
  );
  const out = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}

function record(key: Uint8Array, value: Uint8Array): Uint8Array {
  const rest = key.length + value.length + 3;
  let length = rest + String(rest).length;
  if (String(length).length !== String(rest).length) length = rest + String(length).length;
  const out = new Uint8Array(length);
  const size = encode(`${length} `);
  out.set(size);
  out.set(key, size.length);
  out[size.length + key.length] = EQUALS;
  out.set(value, size.length + key.length + 1);
  out[length - 1] = NEWLINE;
  return out;
}
