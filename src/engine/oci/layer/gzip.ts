import { Gunzip, gzipSync, inflateSync } from 'fflate';
import { concat } from '../../base/bytes.ts';
import { InvalidLayer } from './entry.ts';

/**
 * Compresses; the same bytes always give the same bytes (no name and no time in the header). A small hash table (`mem`) is
 * a third faster on layers, which are mostly zeros, and costs half a per cent in size.
 */
export const gzip = (bytes: Uint8Array): Uint8Array => gzipSync(bytes, { mtime: 0, level: 6, mem: 4 });

/** Whether bytes begin as gzip does (RFC 1952). */
export const isGzip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;

const CHUNK = 1 << 16;

/**
 * Unpacks gzip, of several members too. `limit` bounds what comes out, so that a small file cannot fill the memory.
 * Throws `InvalidLayer`.
 */
export function gunzip(bytes: Uint8Array, limit = 1 << 30): Uint8Array {
  if (!isGzip(bytes) || bytes.length < 18) throw new InvalidLayer('gzip: invalid header');
  const whole = gunzipAtOnce(bytes, limit);
  if (whole !== undefined) return whole;
  const chunks: Uint8Array[] = [];
  let size = 0;
  let memberAt = 0;
  const unpacker = new Gunzip((chunk) => {
    size += chunk.length;
    if (size > limit) throw new InvalidLayer(`gzip: unpacks to more than ${limit} bytes`);
    if (chunk.length > 0) chunks.push(chunk);
  });
  unpacker.onmember = () => {
    memberAt = size;
  };
  try {
    // In pieces: fflate unpacks all that it is given before it shows any.
    for (let at = 0; at < bytes.length; at += CHUNK)
      unpacker.push(bytes.subarray(at, at + CHUNK), at + CHUNK >= bytes.length);
  } catch (error) {
    if (error instanceof InvalidLayer) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidLayer(reason === 'unexpected EOF' ? reason : `gzip: ${reason}`);
  }
  // fflate takes a stream that stops early for one that ends: the member's own word on its size tells them apart.
  if (statedSize(bytes) !== (size - memberAt) % 2 ** 32) throw new InvalidLayer('unexpected EOF');
  return concat(chunks);
}

/**
 * Unpacks what seems to be a single member with a plain header, as nearly all are, straight into an array of the size that it states;
 * undefined when it is not, or not as large as it says.
 */
function gunzipAtOnce(bytes: Uint8Array, limit: number): Uint8Array | undefined {
  const size = statedSize(bytes);
  if (bytes[3] !== 0 || size > Math.min(limit, bytes.length * BEST_RATIO) || mayHaveMembers(bytes))
    return undefined;
  try {
    // With room for a byte too many.
    const out = inflateSync(bytes.subarray(10, -8), { out: new Uint8Array(size + 1) });
    return out.length === size ? out : undefined;
  } catch {
    // Whoever takes it piece by piece says what is wrong with it.
    return undefined;
  }
}

/** How many times larger than its compressed form anything can be (RFC 1951: 258 bytes for two bits). */
const BEST_RATIO = 1032;

/** What the last member says of its size. */
const statedSize = (bytes: Uint8Array): number =>
  new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4).getUint32(0, true);

/** Whether anything behind the beginning looks like another member's. */
function mayHaveMembers(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(0x1f, 1); at !== -1; at = bytes.indexOf(0x1f, at + 1))
    if (isGzip(bytes.subarray(at, at + 3))) return true;
  return false;
}
