import type { ByteReader } from '../base/byte-stream.ts';
import { concat } from '../base/bytes.ts';
import { RegistryError } from './errors.ts';

/** Reads a request body whole. */
export async function readBody(body: ByteReader, limit = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let chunk = await body.read(); chunk !== null; chunk = await body.read()) {
    size += chunk.length;
    if (size > limit) throw new RegistryError('SIZE_INVALID', `body is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  return concat(chunks);
}
