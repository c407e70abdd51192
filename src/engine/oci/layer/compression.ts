import { Gunzip } from 'fflate';
import type { ByteReader } from '../../base/byte-stream.ts';
import { concat, EMPTY } from '../../base/bytes.ts';
import { InvalidLayer } from './entry.ts';
import { isGzip } from './gzip.ts';

export type Compression = 'none' | 'gzip' | 'bzip2' | 'xz' | 'zstd';

const MAGIC: readonly (readonly [Compression, readonly number[]])[] = [
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
];

/** How bytes that begin so are packed. Models go-archive compression.Detect. */
export function detectCompression(head: Uint8Array): Compression {
  if (isGzip(head)) return 'gzip';
  const found = MAGIC.find(([, magic]) => magic.every((byte, i) => head[i] === byte));
  return found?.[0] ?? 'none';
}

/** What may be compressed, in the clear. Throws `InvalidLayer`, as reading it does, for what cannot be unpacked here. */
export async function decompressed(source: ByteReader): Promise<ByteReader> {
  const first: Uint8Array[] = [];
  for (let size = 0; size < LONGEST_MAGIC; ) {
    const bytes = await source.read();
    if (bytes === null) break;
    first.push(bytes);
    size += bytes.length;
  }
  const whole = following(concat(first), source);
  const compression = detectCompression(concat(first));
  if (compression === 'none') return whole;
  if (compression === 'gzip') return gunzipped(whole);
  throw new UnsupportedCompression(compression);
}

/** Compressed in a way that nothing here undoes. */
export class UnsupportedCompression extends InvalidLayer {
  override name = 'UnsupportedCompression';

  constructor(compression: Compression) {
    super(`archives compressed with ${compression} are not supported by the simulator`);
  }
}

const LONGEST_MAGIC = 10;

/** A stream in whose front bytes are put back. */
function following(head: Uint8Array, source: ByteReader): ByteReader {
  let left = head;
  return {
    async read(max = 65536) {
      if (left.length === 0) return source.read(max);
      const bytes = left.subarray(0, max);
      left = left.subarray(bytes.length);
      return bytes;
    },
  };
}

/** A stream of bytes in memory. */
export const inMemory = (bytes: Uint8Array): ByteReader => following(bytes, { read: async () => null });

/** Unpacks gzip as it comes. */
function gunzipped(source: ByteReader): ByteReader {
  const ready: Uint8Array[] = [];
  let size = 0;
  let memberAt = 0;
  let tail: Uint8Array = EMPTY;
  let ended = false;
  const unpacker = new Gunzip((chunk) => {
    size += chunk.length;
    if (chunk.length > 0) ready.push(chunk);
  });
  unpacker.onmember = () => {
    memberAt = size;
  };
  const advance = async () => {
    const bytes = await source.read(1 << 16);
    try {
      unpacker.push(bytes ?? EMPTY, bytes === null);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new InvalidLayer(reason === 'unexpected EOF' ? reason : `gzip: ${reason}`);
    }
    if (bytes !== null) {
      tail = concat([tail, bytes]).slice(-4);
      return;
    }
    ended = true;
    // fflate takes a stream that stops early for one that ends: the member's own word on its size tells them apart.
    const stated =
      tail.length < 4 ? undefined : new DataView(tail.buffer, tail.byteOffset, 4).getUint32(0, true);
    if (stated !== (size - memberAt) % 2 ** 32) throw new InvalidLayer('unexpected EOF');
  };
  return {
    async read(max = 65536) {
      while (ready.length === 0 && !ended) await advance();
      const chunk = ready.shift();
      if (chunk === undefined) return null;
      if (chunk.length > max) ready.unshift(chunk.subarray(max));
      return chunk.subarray(0, max);
    },
  };
}
