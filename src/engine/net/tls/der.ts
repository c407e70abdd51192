import { concat } from '../../base/bytes.ts';

/** Distinguished Encoding Rules of ASN.1 (X.690), as far as certificates and keys need them. */

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  printable: 0x13,
  ia5: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One value: its tag, its content, and where it lies. */
export interface Der {
  tag: number;
  content: Uint8Array;
  /** Tag, length and content as they stand. */
  whole: Uint8Array;
}

/** What is no DER. */
export class MalformedDer extends Error {
  override name = 'MalformedDer';
}

export function der(tag: number, ...contents: Uint8Array[]): Uint8Array {
  const content = concat(contents);
  return concat([Uint8Array.of(tag, ...lengthOf(content.length)), content]);
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest & 0xff);
  return [0x80 | bytes.length, ...bytes];
}

/** The value at the beginning of some bytes. */
export function readDer(bytes: Uint8Array): Der {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined) throw new MalformedDer('unexpected end');
  let length = first;
  let at = 2;
  if (first >= 0x80) {
    length = 0;
    at += first & 0x7f;
    if ((first & 0x7f) > 4 || bytes.length < at) throw new MalformedDer('bad length');
    for (const byte of bytes.subarray(2, at)) length = length * 256 + byte;
  }
  if (bytes.length < at + length) throw new MalformedDer('unexpected end');
  return { tag, content: bytes.subarray(at, at + length), whole: bytes.subarray(0, at + length) };
}

/** The values within a SEQUENCE, a SET or another constructed value. */
export function children(bytes: Uint8Array): Der[] {
  const out: Der[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const next = readDer(rest);
    out.push(next);
    rest = rest.subarray(next.whole.length);
  }
  return out;
}

/** An object identifier, `2.5.4.3`. */
export function oid(text: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const group = [arc & 0x7f];
    for (let high = arc >>> 7; high > 0; high >>>= 7) group.unshift((high & 0x7f) | 0x80);
    bytes.push(...group);
  }
  return der(TAG.oid, Uint8Array.from(bytes));
}

export function readOid(content: Uint8Array): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    if (arcs.length === 0)
      arcs.push(Math.min(Math.floor(arc / 40), 2), arc - 40 * Math.min(Math.floor(arc / 40), 2));
    else arcs.push(arc);
    arc = 0;
  }
  return arcs.join('.');
}
