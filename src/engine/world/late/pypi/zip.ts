import { deflateSync } from 'fflate';
import { concat, encode } from '../../../base/bytes.ts';

const DEFLATED = 8;
/** 1 January 1980, in the form of the format. */
const DATE = 0x21;

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let crc = n;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC[(crc ^ byte) & 255]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** Numbers of so many bytes each, the lowest byte first. */
function record(...fields: readonly (readonly [size: 2 | 4, value: number])[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(fields.reduce((sum, [size]) => sum + size, 0)));
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 2) bytes.setUint16(at, value, true);
    else bytes.setUint32(at, value, true);
    at += size;
  }
  return new Uint8Array(bytes.buffer);
}

/** A ZIP archive. The same files give the same bytes, on every machine. */
export function zip(files: Iterable<readonly [name: string, content: string]>): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [path, text] of files) {
    const name = encode(path);
    const content = encode(text);
    const packed = deflateSync(content, { level: 9 });
    const common = [
      [2, 20],
      [2, 0],
      [2, DEFLATED],
      [2, 0],
      [2, DATE],
      [4, crc32(content)],
      [4, packed.length],
      [4, content.length],
      [2, name.length],
      [2, 0],
    ] as const;
    const local = record([4, 0x04034b50], ...common);
    // The mode is the upper half: a file, 0644.
    const entry = record(
      [4, 0x02014b50],
      [2, 0x0314],
      ...common,
      [2, 0],
      [2, 0],
      [2, 0],
      [4, 0o100644 * 65536],
      [4, offset],
    );
    parts.push(local, name, packed);
    directory.push(entry, name);
    offset += local.length + name.length + packed.length;
  }
  const central = concat(directory);
  const count = directory.length / 2;
  const end = record(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, central.length],
    [4, offset],
    [2, 0],
  );
  return concat([...parts, central, end]);
}
