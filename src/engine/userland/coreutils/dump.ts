import { concat } from '../../base/bytes.ts';
import { eachInput, plainReport } from '../utility.ts';

/** What od, hexdump and xxd share: bytes made visible. */

export const pad = (value: number, width: number, base = 16): string =>
  value.toString(base).padStart(width, '0');
export const printable = (byte: number): string =>
  byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.';

/** What the inputs hold, from `skip` on and at most `limit` bytes; no more is read. */
export async function whole(
  inputs: Parameters<typeof eachInput>[1],
  io: Parameters<typeof eachInput>[0],
  flavour: Parameters<typeof eachInput>[2],
  skip: number,
  limit: number | undefined,
) {
  const chunks: Uint8Array[] = [];
  let left = limit === undefined ? Number.POSITIVE_INFINITY : skip + limit;
  const status = await eachInput(
    io,
    inputs,
    flavour,
    async (input) => {
      while (left > 0) {
        const chunk = await input.read(Math.min(left, 65_536));
        if (chunk.length === 0) return;
        chunks.push(chunk);
        left -= chunk.length;
      }
    },
    plainReport,
  );
  return { bytes: concat(chunks).subarray(skip), status };
}

/** How C writes the bytes that have names of their own. */
export const NAMED: Record<number, string> = {
  0: '\\0',
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
};
