import type { ByteReader } from '../../base/byte-stream.ts';
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
