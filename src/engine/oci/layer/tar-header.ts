import { decode, encode } from '../../base/bytes.ts';
import { type EntryType, InvalidLayer } from './entry.ts';

/**
 * The 512-byte header of a tar archive: POSIX.1-1988 USTAR, as pax(1) gives it under "ustar Interchange Format",
 * read also where GNU tar or the old V7 tar wrote it.
 */
export const BLOCK = 512;

/** What a header says, before any extended header has its say. */
export interface TarHeader {
  name: string;
  mode: number;
  uid: number;
  gid: number;
  size: number;
  /** Seconds. */
  mtime: number;
  typeflag: string;
  linkname: string;
  /** The names of owner and group; empty where the archive says only their numbers. */
  uname: string;
  gname: string;
  devmajor: number;
  devminor: number;
  format: 'v7' | 'ustar' | 'gnu';
}

/** [offset, length] of each field. */
const FIELD = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  typeflag: [156, 1],
  linkname: [157, 100],
  magic: [257, 8],
  uname: [265, 32],
  gname: [297, 32],
  devmajor: [329, 8],
  devminor: [337, 8],
  prefix: [345, 155],
} as const;

const TYPES: Record<string, EntryType> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  S: 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character',
  '4': 'block',
  '5': 'directory',
  '6': 'fifo',
};

export const TYPEFLAG: Record<EntryType, string> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  character: '3',
  block: '4',
  directory: '5',
  fifo: '6',
};

/** The type of entry a flag stands for; undefined for extended headers and what nobody knows. */
export const typeOf = (typeflag: string): EntryType | undefined => TYPES[typeflag];

/** Reads a header. Throws `InvalidLayer` when the checksum or a number is wrong. */
export function readHeader(block: Uint8Array): TarHeader {
  const stated = number(block, FIELD.checksum);
  if (stated !== checksum(block) && stated !== signedChecksum(block))
    throw new InvalidLayer('archive/tar: invalid tar header');
  const format = begins(block, FIELD.magic, USTAR) ? 'ustar' : begins(block, FIELD.magic, GNU) ? 'gnu' : 'v7';
  const prefix = format === 'ustar' ? text(block, FIELD.prefix) : '';
  const name = text(block, FIELD.name);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    mode: number(block, FIELD.mode),
    uid: number(block, FIELD.uid),
    gid: number(block, FIELD.gid),
    size: number(block, FIELD.size),
    mtime: number(block, FIELD.mtime),
    typeflag: String.fromCharCode(block[FIELD.typeflag[0]]!),
    linkname: text(block, FIELD.linkname),
    uname: format === 'v7' ? '' : text(block, FIELD.uname),
    gname: format === 'v7' ? '' : text(block, FIELD.gname),
    devmajor: format === 'v7' ? 0 : number(block, FIELD.devmajor),
    devminor: format === 'v7' ? 0 : number(block, FIELD.devminor),
    format,
  };
}

/** Fields of a header that USTAR cannot hold, by their names in an extended header; the header then has a stand-in. */
export function writeHeader(header: Omit<TarHeader, 'format'>): {
  block: Uint8Array;
  pax: Record<string, string>;
} {
  const block = new Uint8Array(BLOCK);
  const pax: Record<string, string> = {};
  const [prefix, name] = splitName(header.name);
  if (name === undefined) {
    pax['path'] = header.name;
    put(block, FIELD.name, squeeze(header.name, 100));
  } else {
    put(block, FIELD.name, name);
    put(block, FIELD.prefix, prefix);
  }
  if (isAscii(header.linkname) && header.linkname.length <= 100) put(block, FIELD.linkname, header.linkname);
  else {
    pax['linkpath'] = header.linkname;
    put(block, FIELD.linkname, squeeze(header.linkname, 100));
  }
  octal(block, FIELD.mode, header.mode);
  const numbers = { uid: header.uid, gid: header.gid, size: header.size } as const;
  for (const [field, value] of Object.entries(numbers) as ['uid' | 'gid' | 'size', number][]) {
    if (fits(FIELD[field], value)) octal(block, FIELD[field], value);
    else {
      pax[field] = String(value);
      octal(block, FIELD[field], 0);
    }
  }
  const seconds = Math.floor(header.mtime);
  octal(block, FIELD.mtime, fits(FIELD.mtime, seconds) ? seconds : 0);
  if (seconds !== header.mtime || !fits(FIELD.mtime, seconds)) pax['mtime'] = decimal(header.mtime);
  put(block, FIELD.typeflag, header.typeflag);
  put(block, FIELD.magic, 'ustar\x0000');
  for (const field of ['uname', 'gname'] as const) {
    const named = header[field];
    if (isAscii(named) && named.length < 32) put(block, FIELD[field], named);
    else pax[field] = named;
  }
  octal(block, FIELD.devmajor, header.devmajor);
  octal(block, FIELD.devminor, header.devminor);
  put(block, FIELD.checksum, `${checksum(block).toString(8).padStart(6, '0')}\0 `);
  return { block, pax };
}

export function isZero(block: Uint8Array): boolean {
  for (let i = 0; i < block.length; i++) if (block[i] !== 0) return false;
  return true;
}

/** The size of content with its padding. */
export const padded = (size: number): number => Math.ceil(size / BLOCK) * BLOCK;

type Field = readonly [offset: number, length: number];

/** The sum of all bytes with the checksum field as blanks. */
function checksum(block: Uint8Array): number {
  const [from, length] = FIELD.checksum;
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += block[i]!;
  for (let i = from; i < from + length; i++) sum += 0x20 - block[i]!;
  return sum;
}

/** Some old tars summed the bytes as signed. */
function signedChecksum(block: Uint8Array): number {
  const [from, length] = FIELD.checksum;
  let sum = checksum(block);
  for (let i = 0; i < BLOCK; i++) if (block[i]! >= 128 && (i < from || i >= from + length)) sum -= 256;
  return sum;
}

const slice = (block: Uint8Array, [offset, length]: Field): Uint8Array =>
  block.subarray(offset, offset + length);

function text(block: Uint8Array, field: Field): string {
  const [from, length] = field;
  let out = '';
  for (let i = from; i < from + length; i++) {
    const byte = block[i]!;
    if (byte === 0) return out;
    if (byte >= 128) return wideText(block, field);
    out += String.fromCharCode(byte);
  }
  return out;
}

function wideText(block: Uint8Array, field: Field): string {
  const bytes = slice(block, field);
  const end = bytes.indexOf(0);
  return decode(end === -1 ? bytes : bytes.subarray(0, end));
}

const USTAR = encode('ustar\0');
const GNU = encode('ustar  ');

const begins = (block: Uint8Array, [from]: Field, start: Uint8Array): boolean =>
  start.every((byte, i) => block[from + i] === byte);

const latin1 = (block: Uint8Array, field: Field): string => String.fromCharCode(...slice(block, field));

/** A number in octal, or in base 256 when the first bit is set (GNU). */
function number(block: Uint8Array, field: Field): number {
  const plain = plainOctal(block, field);
  if (plain !== undefined) return plain;
  const bytes = slice(block, field);
  if (bytes[0]! & 0x80) return base256(bytes);
  const digits = latin1(block, field)
    .replace(/^[ \0]+|[ \0]+$/g, '')
    .replace(/\0.*$/s, '');
  if (digits === '') return 0;
  if (!/^[0-7]+$/.test(digits)) throw new InvalidLayer('archive/tar: invalid tar header');
  return Number.parseInt(digits, 8);
}

/** Digits up to a NUL or a blank with nothing but such behind them, as nearly all are written; undefined for anything else. */
function plainOctal(block: Uint8Array, [from, length]: Field): number | undefined {
  let value = 0;
  let at = from;
  for (; at < from + length; at++) {
    const digit = block[at]! - 0x30;
    if (digit < 0 || digit > 7) break;
    value = value * 8 + digit;
  }
  for (; at < from + length; at++) if (block[at] !== 0 && block[at] !== 0x20) return undefined;
  return value;
}

function base256(bytes: Uint8Array): number {
  const negative = (bytes[0]! & 0x40) !== 0;
  let value = negative ? (bytes[0]! | 0x80) - 256 : bytes[0]! & 0x7f;
  for (const byte of bytes.subarray(1)) value = value * 256 + byte;
  if (!Number.isSafeInteger(value)) throw new InvalidLayer('archive/tar: invalid tar header');
  return value;
}

const fits = ([, length]: Field, value: number): boolean => value >= 0 && value < 8 ** (length - 1);

function octal(block: Uint8Array, field: Field, value: number): void {
  put(block, field, `${value.toString(8).padStart(field[1] - 1, '0')}\0`);
}

function put(block: Uint8Array, [offset]: Field, value: string): void {
  for (let i = 0; i < value.length; i++) block[offset + i] = value.charCodeAt(i);
}

const isAscii = (value: string): boolean => /^[\x01-\x7f]*$/.test(value);

/** Splits a name over prefix and name at a slash; no name when it does not fit. */
function splitName(name: string): [prefix: string, name: string | undefined] {
  if (!isAscii(name)) return ['', undefined];
  if (name.length <= 100) return ['', name];
  if (name.length > 256) return ['', undefined];
  const slash = name.lastIndexOf('/', Math.min(155, name.length - 2));
  if (slash <= 0 || name.length - slash - 1 > 100) return ['', undefined];
  return [name.slice(0, slash), name.slice(slash + 1)];
}

/** What a reader without PAX sees: the name in ASCII, cut. A directory keeps its slash. */
function squeeze(value: string, length: number): string {
  const ascii = String.fromCharCode(...encode(value).map((byte) => byte & 0x7f));
  return ascii.length <= length
    ? ascii
    : ascii.slice(0, length - 1) + (ascii.endsWith('/') ? '/' : ascii[length - 1]);
}

/** Seconds with at most nanoseconds, without trailing zeros. */
function decimal(seconds: number): string {
  const whole = Math.floor(seconds);
  const micros = Math.round((seconds - whole) * 1e6);
  if (whole < 0 && micros > 0) return seconds.toFixed(6).replace(/0+$/, '');
  return micros === 0 ? String(whole) : `${whole}.${String(micros).padStart(6, '0').replace(/0+$/, '')}`;
}
