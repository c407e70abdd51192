import { md5 } from '@noble/hashes/legacy.js';
import { concat, encode } from '../../base/bytes.ts';

const DIGITS = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const MAGIC = '$apr1$';
const ROUNDS = 1000;

/** A password's hash by Apache's MD5, which is crypt(3)'s of 1994 under a name of its own: `$apr1$SALT$HASH`. */
export function apr1(password: string, salt: string): string {
  const key = encode(password);
  const salted = encode(salt);
  const inner = md5(concat([key, salted, key]));
  const parts = [key, encode(MAGIC), salted];
  for (let left = key.length; left > 0; left -= 16) parts.push(inner.subarray(0, Math.min(left, 16)));
  // By the bits of its length: a zero or the first character.
  for (let bits = key.length; bits > 0; bits >>= 1)
    parts.push(bits & 1 ? Uint8Array.of(0) : key.subarray(0, 1));
  let hash = md5(concat(parts));
  for (let round = 0; round < ROUNDS; round++) {
    const mixed = [round & 1 ? key : hash];
    if (round % 3 !== 0) mixed.push(salted);
    if (round % 7 !== 0) mixed.push(key);
    mixed.push(round & 1 ? hash : key);
    hash = md5(concat(mixed));
  }
  return `${MAGIC}${salt}$${shown(hash)}`;
}

/** Eight characters to begin with. */
export const saltOf = (random: Uint8Array): string =>
  [...random.subarray(0, 8)].map((byte) => DIGITS[byte & 63]).join('');

/** Three bytes at a time, in an order of its own, from the lowest bits on. */
function shown(hash: Uint8Array): string {
  const groups = [0, 1, 2, 3, 4].map((at) => [hash[at]!, hash[at + 6]!, hash[at === 4 ? 5 : at + 12]!]);
  const text = groups.map(([high, middle, low]) => digits((high! << 16) | (middle! << 8) | low!, 4));
  return text.join('') + digits(hash[11]!, 2);
}

function digits(value: number, count: number): string {
  return Array.from({ length: count }, (_, i) => DIGITS[(value >> (6 * i)) & 63]).join('');
}
