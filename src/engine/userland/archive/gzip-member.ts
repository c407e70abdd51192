import { gzipSync } from 'fflate';
import { bytesToText, textToBytes } from '../lib/text.ts';

/** One member of a gzip file (RFC 1952): what stands around the deflated bytes. */

/** Which way fflate goes about it: 0 is no compression, which gzip(1) does not offer. */
export type Level = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** What the header says of the file that was packed. */
export interface Origin {
  /** Absent where the bytes came through a pipe, or nobody wanted it kept. */
  name?: string | undefined;
  /** In milliseconds; 0 says nothing. */
  mtime: number;
}

/** Packs bytes; the same bytes of the same origin always give the same. */
export function packMember(bytes: Uint8Array, level: Level, { name, mtime }: Origin): Uint8Array {
  // fflate writes a letter a byte; names keep their bytes as UTF-8.
  const latin = name === undefined ? {} : { filename: String.fromCharCode(...textToBytes(name)) };
  return gzipSync(bytes, { level, mem: 4, mtime, ...latin });
}

const FEXTRA = 4;
const FNAME = 8;

/** Reads the header of the first member and the check sum of the last. */
export function readOrigin(member: Uint8Array): Origin & { crc: number } {
  const view = new DataView(member.buffer, member.byteOffset, member.byteLength);
  const flags = member[3]!;
  let at = 10;
  if (flags & FEXTRA) at += 2 + view.getUint16(at, true);
  const end = member.indexOf(0, at);
  const name = flags & FNAME && end !== -1 ? bytesToText(member.subarray(at, end)) : undefined;
  return { name, mtime: view.getUint32(4, true) * 1000, crc: view.getUint32(member.length - 8, true) };
}
