import { encode } from '../../../base/bytes.ts';

const MASK = (1n << 64n) - 1n;

/** FNV-1 with 64 bits. */
function fnv(bytes: Iterable<number>): bigint {
  let hash = 14695981039346656037n;
  for (const byte of bytes) hash = ((hash * 1099511628211n) & MASK) ^ BigInt(byte);
  return hash;
}

const littleEndian = (value: bigint): number[] =>
  Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));

const ofText = (text: string): bigint => fnv(encode(text));
const ofPair = (key: bigint, value: bigint): bigint => fnv([...littleEndian(key), ...littleEndian(value)]);
const finished = (value: bigint): bigint => fnv(littleEndian(value));

/** The number that BuildKit tells cache entries apart by that have no name. Models mitchellh/hashstructure, format 2. */
export function cacheEntryHash(type: string, attributes: Readonly<Record<string, string>>): bigint {
  let map = 0n;
  for (const [key, value] of Object.entries(attributes)) map ^= ofPair(ofText(key), ofText(value));
  const withType = finished(ofText('CacheOptionsEntry') ^ ofPair(ofText('Type'), ofText(type)));
  return finished(withType ^ ofPair(ofText('Attrs'), finished(map)));
}
