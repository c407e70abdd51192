import { concat, decode, encode } from '../../base/bytes.ts';
import { MalformedDer } from './der.ts';

/**
 * Messages of the handshake in their real form (RFC 8446, section 4), of which the simulation needs these: who is asked for,
 * which certificates are shown, that it is done. Keys are not agreed on, and what follows is not encrypted.
 */
export const MESSAGE = {
  clientHello: 1,
  serverHello: 2,
  certificate: 11,
  certificateRequest: 13,
  finished: 20,
} as const;

const VERSION = [3, 3];
/** What makes each handshake another one. Nothing is derived from it here. */
const RANDOM = new Uint8Array(32).fill(0x2a);
const CIPHER = [0x13, 0x01];

const u16 = (value: number) => Uint8Array.of(value >> 8, value & 0xff);
const u24 = (value: number) => Uint8Array.of(value >> 16, (value >> 8) & 0xff, value & 0xff);
const vector16 = (...parts: Uint8Array[]) => {
  const content = concat(parts);
  return concat([u16(content.length), content]);
};
const extension = (type: number, content: Uint8Array) => concat([u16(type), vector16(content)]);

/** A message with its type and length before it. */
export const message = (type: number, content: Uint8Array): Uint8Array =>
  concat([Uint8Array.of(type), u24(content.length), content]);

/** @param serverName undefined for an address, which is not told */
export function clientHello(serverName: string | undefined): Uint8Array {
  const extensions: Uint8Array[] = [];
  if (serverName !== undefined) {
    const name = concat([Uint8Array.of(0), vector16(encode(serverName))]);
    extensions.push(extension(0, vector16(name)));
  }
  // Groups for the agreement on keys, versions: as every client sends them.
  extensions.push(extension(10, vector16(u16(29))), extension(43, Uint8Array.of(2, 3, 4)));
  return message(
    MESSAGE.clientHello,
    concat([
      Uint8Array.of(...VERSION),
      RANDOM,
      Uint8Array.of(0),
      vector16(Uint8Array.of(...CIPHER)),
      Uint8Array.of(1, 0),
      vector16(...extensions),
    ]),
  );
}

export function serverHello(): Uint8Array {
  const chosen = Uint8Array.of(0, ...CIPHER, 0);
  return message(
    MESSAGE.serverHello,
    concat([Uint8Array.of(...VERSION), RANDOM, chosen, vector16(extension(43, Uint8Array.of(3, 4)))]),
  );
}

export function certificate(chain: readonly Uint8Array[]): Uint8Array {
  const entries = concat(chain.map((der) => concat([u24(der.length), der, u16(0)])));
  return message(MESSAGE.certificate, concat([Uint8Array.of(0), u24(entries.length), entries]));
}

export const certificateRequest = (): Uint8Array =>
  message(MESSAGE.certificateRequest, concat([Uint8Array.of(0), vector16()]));

export const finished = (): Uint8Array => message(MESSAGE.finished, new Uint8Array(32));

/** Messages in the content of records, which may hold several. Throws `MalformedDer` for one that is cut off. */
export function* messagesIn(content: Uint8Array): Generator<{ type: number; body: Uint8Array }> {
  for (let rest = content; rest.length > 0; ) {
    const [type = 0, a = 0, b = 0, c = 0] = rest;
    const length = a * 65_536 + b * 256 + c;
    if (rest.length < 4 + length) throw new MalformedDer('unexpected end');
    yield { type, body: rest.subarray(4, 4 + length) };
    rest = rest.subarray(4 + length);
  }
}

/** The server name that a client asks for; undefined where it names none. */
export function serverNameIn(body: Uint8Array): string | undefined {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  try {
    let at = 34;
    at += 1 + view.getUint8(at);
    at += 2 + view.getUint16(at);
    at += 1 + view.getUint8(at);
    const end = at + 2 + view.getUint16(at);
    for (at += 2; at < end; ) {
      const type = view.getUint16(at);
      const length = view.getUint16(at + 2);
      at += 4;
      if (type === 0) return decode(body.subarray(at + 5, at + 5 + view.getUint16(at + 3)));
      at += length;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
}

/** The certificates that a peer shows. */
export function chainIn(body: Uint8Array): Uint8Array[] {
  const chain: Uint8Array[] = [];
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  for (let at = 4; at + 3 <= body.length; ) {
    const length = view.getUint8(at) * 65_536 + view.getUint16(at + 1);
    chain.push(body.subarray(at + 3, at + 3 + length));
    at += 3 + length;
    at += 2 + (at + 2 <= body.length ? view.getUint16(at) : 0);
  }
  return chain;
}
