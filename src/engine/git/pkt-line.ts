import { concat, decode, encode } from '../base/bytes.ts';
import { GitError } from './objects.ts';

/** Lines with their length before them (gitprotocol-common(5)). */
export type Packet = Uint8Array | 'flush' | 'delimiter';

const HEAD = 4;
const FLUSH = encode('0000');
const DELIMITER = encode('0001');

/** The most that one line holds. */
export const PACKET_LIMIT = 65_516;

/** A line to send. */
export function packet(content: string | Uint8Array): Uint8Array {
  const bytes = typeof content === 'string' ? encode(content) : content;
  return concat([encode((bytes.length + HEAD).toString(16).padStart(HEAD, '0')), bytes]);
}

/** Lines and what separates them, to send. */
export const packets = (...all: readonly (string | Packet)[]): Uint8Array =>
  concat(all.map((one) => (one === 'flush' ? FLUSH : one === 'delimiter' ? DELIMITER : packet(one))));

/** What was sent, line by line. Throws `GitError`. */
export function readPackets(bytes: Uint8Array): Packet[] {
  const out: Packet[] = [];
  for (let at = 0; at < bytes.length; ) {
    const text = decode(bytes.subarray(at, at + HEAD));
    if (!/^[0-9a-f]{4}$/i.test(text))
      throw new GitError(`protocol error: bad line length character: ${text}`);
    const length = Number.parseInt(text, 16);
    if (length < HEAD) {
      out.push(length === 1 ? 'delimiter' : 'flush');
      at += HEAD;
      continue;
    }
    if (at + length > bytes.length) throw new GitError('the remote end hung up unexpectedly');
    out.push(bytes.subarray(at + HEAD, at + length));
    at += length;
  }
  return out;
}

/** A line as text, without its end; empty for what separates. */
export const lineOf = (one: Packet | undefined): string =>
  one instanceof Uint8Array ? decode(one).replace(/\n$/, '') : '';
