import { sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concat } from '../../base/bytes.ts';
import { textToBytes } from '../lib/text.ts';

/** How a server tells whether somebody knows a password without being told it: `mysql_native_password` and the fast path of `caching_sha2_password`. */
export type Plugin = 'mysql_native_password' | 'caching_sha2_password';

const HASH: Record<Plugin, (bytes: Uint8Array) => Uint8Array> = {
  mysql_native_password: sha1,
  caching_sha2_password: sha256,
};

/** What a server keeps: the password hashed twice. */
export function keptHash(password: string, plugin: Plugin): string {
  const hash = HASH[plugin];
  return toHex(hash(hash(textToBytes(password))));
}

/** What a client sends for a server's challenge. */
export function scramble(password: string, challenge: Uint8Array, plugin: Plugin): Uint8Array {
  if (password === '') return new Uint8Array(0);
  const hash = HASH[plugin];
  const once = hash(textToBytes(password));
  const twice = hash(once);
  const mask =
    plugin === 'mysql_native_password' ? hash(concat([challenge, twice])) : hash(concat([twice, challenge]));
  return xor(once, mask);
}

/** Whether an answer to a challenge is that of who knows the password. */
export function verifies(answer: Uint8Array, challenge: Uint8Array, kept: string, plugin: Plugin): boolean {
  if (kept === '' || answer.length === 0) return kept === '' && answer.length === 0;
  const hash = HASH[plugin];
  const twice = fromHex(kept);
  const mask =
    plugin === 'mysql_native_password' ? hash(concat([challenge, twice])) : hash(concat([twice, challenge]));
  if (answer.length !== mask.length) return false;
  return toHex(hash(xor(answer, mask))) === kept;
}

const xor = (a: Uint8Array, b: Uint8Array): Uint8Array => a.map((byte, i) => byte ^ b[i]!);

const toHex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const fromHex = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
