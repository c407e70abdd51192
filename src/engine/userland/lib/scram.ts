import { hmac } from '@noble/hashes/hmac.js';
import { pbkdf2 } from '@noble/hashes/pbkdf2.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { encode } from '../../base/bytes.ts';

/**
 * SCRAM-SHA-256 (RFC 5802, RFC 7677) without channel binding, as PostgreSQL and MongoDB use it: who knows the password proves it
 * without showing it, and the server keeps only what it can check that with.
 */

/** As many rounds as PostgreSQL's scram_iterations has them. */
const ROUNDS = 4096;

export const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

export const fromBase64 = (text: string): Uint8Array =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

interface Keys {
  client: Uint8Array;
  stored: Uint8Array;
  server: Uint8Array;
}

function keysOf(password: string, salt: Uint8Array, rounds: number): Keys {
  const salted = pbkdf2(sha256, encode(password.normalize('NFKC')), salt, { c: rounds, dkLen: 32 });
  const client = hmac(sha256, salted, encode('Client Key'));
  return { client, stored: sha256(client), server: hmac(sha256, salted, encode('Server Key')) };
}

const xor = (one: Uint8Array, other: Uint8Array) => one.map((byte, at) => byte ^ (other[at] ?? 0));

/** What is kept of a password: `SCRAM-SHA-256$ROUNDS:SALT$STORED:SERVER`. */
export function makeVerifier(password: string, salt: Uint8Array, rounds = ROUNDS): string {
  const { stored, server } = keysOf(password, salt, rounds);
  return `SCRAM-SHA-256$${rounds}:${base64(salt)}$${base64(stored)}:${base64(server)}`;
}

interface Verifier {
  rounds: number;
  salt: string;
  stored: Uint8Array;
  server: Uint8Array;
}

const attribute = (message: string, name: string): string =>
  message
    .split(',')
    .find((part) => part.startsWith(`${name}=`))
    ?.slice(2) ?? '';

/** One exchange as the server sees it. */
export class ScramServer {
  readonly #verifier: Verifier;
  readonly #nonce: string;
  #bare = '';
  #first = '';

  /** @param verifier undefined for a role without a password: the exchange goes on, and fails in the end */
  constructor(verifier: string | undefined, random: Uint8Array) {
    const [, rounds, salt, stored, server] =
      /^SCRAM-SHA-256\$(\d+):([^$]*)\$([^:]*):(.*)$/.exec(verifier ?? '') ?? [];
    this.#verifier = {
      rounds: Number(rounds ?? ROUNDS),
      salt: salt ?? base64(random.subarray(0, 16)),
      stored: fromBase64(stored ?? ''),
      server: fromBase64(server ?? ''),
    };
    this.#nonce = base64(random);
  }

  first(message: string): string {
    this.#bare = message.replace(/^[^,]*,[^,]*,/, '');
    this.#first = `r=${attribute(this.#bare, 'r')}${this.#nonce},s=${this.#verifier.salt},i=${this.#verifier.rounds}`;
    return this.#first;
  }

  /** The proof of the server, once the client has given a right one; undefined when that is wrong. */
  final(message: string): string | undefined {
    const proof = fromBase64(attribute(message, 'p'));
    const signed = encode(`${this.#bare},${this.#first},${message.replace(/,p=.*$/, '')}`);
    const { stored, server } = this.#verifier;
    if (stored.length === 0) return undefined;
    const client = xor(proof, hmac(sha256, stored, signed));
    if (base64(sha256(client)) !== base64(stored)) return undefined;
    return `v=${base64(hmac(sha256, server, signed))}`;
  }
}

/** The other side. */
export class ScramClient {
  readonly #password: string;
  readonly #bare: string;

  /** @param user empty where the protocol around it has said who comes */
  constructor(password: string, random: Uint8Array, user = '') {
    this.#password = password;
    this.#bare = `n=${user.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${base64(random)}`;
  }

  get first(): string {
    return `n,,${this.#bare}`;
  }

  final(answer: string): string {
    const salt = fromBase64(attribute(answer, 's'));
    const { client, stored } = keysOf(this.#password, salt, Number(attribute(answer, 'i')));
    const without = `c=${base64(encode('n,,'))},r=${attribute(answer, 'r')}`;
    const signed = encode(`${this.#bare},${answer},${without}`);
    return `${without},p=${base64(xor(client, hmac(sha256, stored, signed)))}`;
  }
}
