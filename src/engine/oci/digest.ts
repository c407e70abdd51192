import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { encode } from '../base/bytes.ts';

/** Content digests, `algorithm:hex` (image-spec descriptor.md, "Digests"; Models opencontainers/go-digest). */
export type Digest = string;

/** What a digest may be refused for; the message is go-digest's. */
export class InvalidDigest extends Error {
  override name = 'InvalidDigest';
}

/** Well-formed, but of an algorithm that is not known here. */
export class UnsupportedDigest extends InvalidDigest {
  override name = 'UnsupportedDigest';
}

/** What hashes bytes: all of them at once, or as they come. */
export interface Hash {
  (bytes: Uint8Array): Uint8Array;
  create(): { update(bytes: Uint8Array): unknown; digest(): Uint8Array };
}

const ALGORITHMS = {
  sha256: { length: 64, hash: sha256 as Hash },
  sha384: { length: 96, hash: sha384 },
  sha512: { length: 128, hash: sha512 },
};

export type Algorithm = keyof typeof ALGORITHMS;

/**
 * A host lends its own SHA-256 where it has one that is fast and answers at once, as Node has and browsers have not. It gives what
 * ours gives.
 */
export function lendSha256(own: Hash): void {
  ALGORITHMS.sha256.hash = own;
}

/** The digest of bytes, or of a text's UTF-8. */
export function digestOf(content: Uint8Array | string, algorithm: Algorithm = 'sha256'): Digest {
  const bytes = typeof content === 'string' ? encode(content) : content;
  return `${algorithm}:${toHex(ALGORITHMS[algorithm].hash(bytes))}`;
}

/** A digest computed as the content goes by. */
export interface Digester {
  /** How many bytes have gone by. */
  readonly size: number;
  update(chunk: Uint8Array): void;
  /** The digest of all so far; ends the digester. */
  digest(): Digest;
}

export function digester(algorithm: Algorithm = 'sha256'): Digester {
  const hash = ALGORITHMS[algorithm].hash.create();
  let size = 0;
  return {
    get size() {
      return size;
    },
    update(chunk) {
      size += chunk.length;
      hash.update(chunk);
    },
    digest: () => `${algorithm}:${toHex(hash.digest())}`,
  };
}

const DIGEST = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$/;

/** Checks a digest and returns it; throws `InvalidDigest`. */
export function parseDigest(text: string): Digest {
  if (!DIGEST.test(text)) throw new InvalidDigest('invalid checksum digest format');
  const [name, hex] = text.split(':') as [string, string];
  if (!Object.hasOwn(ALGORITHMS, name)) throw new UnsupportedDigest('unsupported digest algorithm');
  if (hex.length !== ALGORITHMS[name as Algorithm].length)
    throw new InvalidDigest('invalid checksum digest length');
  if (!/^[a-f0-9]*$/.test(hex)) throw new InvalidDigest('invalid checksum digest format');
  return text;
}

export function isDigest(text: string): boolean {
  try {
    parseDigest(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether content has the digest. The digest must be well-formed. */
export function verifies(digest: Digest, content: Uint8Array): boolean {
  return digestOf(content, algorithmOf(digest)) === digest;
}

export const algorithmOf = (digest: Digest): Algorithm => digest.slice(0, digest.indexOf(':')) as Algorithm;

/** The part after the colon. */
export const hexOf = (digest: Digest): string => digest.slice(digest.indexOf(':') + 1);

/** The first twelve digits, as docker shows ids. */
export const shortId = (digest: Digest): string => hexOf(digest).slice(0, 12);

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function toHex(bytes: Uint8Array): string {
  let out = '';
  for (const byte of bytes) out += HEX[byte];
  return out;
}
