import { decode } from '../../base/bytes.ts';
import { entry, InvalidLayer, type LayerEntry } from './entry.ts';
import { type PaxRecords, readPax } from './pax.ts';
import { cut, type OldGnuMap, readSparse, sparseSize } from './sparse.ts';
import { readHeader, type TarHeader, typeOf } from './tar-header.ts';

const XATTR = 'SCHILY.xattr.';

/** What a header block announces. */
export type Heading =
  /** An extended header: its content is for `extend`. */
  | { kind: 'extension'; size: number }
  /** A type that nobody knows, to be passed over. */
  | { kind: 'unknown'; size: number }
  | Member;

/** A member of the archive. Its entry has no extents yet: its content follows, `size` bytes. */
export interface Member {
  kind: 'member';
  entry: LayerEntry;
  /** The name as it stands in the archive, slashes, dots and all. */
  name: string;
  /** The names of owner and group; empty where the archive says only their numbers. */
  user: string;
  group: string;
  size: number;
  /** Whether what follows is not the content itself, but what of it is no hole. */
  sparse: boolean;
  pax: PaxRecords;
}

/** Puts together what an archive says of its members: headers, and the extended headers (PAX, GNU) before them. */
export class Headings {
  readonly #global: PaxRecords = new Map();
  #pax: PaxRecords = new Map();
  #longName: string | undefined;
  #longLink: string | undefined;
  #typeflag = '';

  /** Takes a header block that is not all zeros. Throws `InvalidLayer`. */
  read(block: Uint8Array): Heading {
    const header = readHeader(block);
    const { typeflag } = header;
    this.#typeflag = typeflag;
    if ('xgLK'.includes(typeflag)) return { kind: 'extension', size: wholeSize(header.size) };
    const type = typeOf(typeflag);
    if (type === undefined) {
      this.#take();
      return { kind: 'unknown', size: wholeSize(header.size) };
    }
    const { pax, ...long } = this.#take();
    return member({ ...header, name: long.name ?? header.name, linkname: long.link ?? header.linkname }, pax);
  }

  /** Takes the content of the extended header that was read last. */
  extend(content: Uint8Array): void {
    if (this.#typeflag === 'x') readPax(content, this.#pax);
    else if (this.#typeflag === 'g') readPax(content, this.#global);
    else if (this.#typeflag === 'L') this.#longName = cString(content);
    else this.#longLink = cString(content);
  }

  /** What holds for the next member, and for it alone. */
  #take(): { pax: PaxRecords; name: string | undefined; link: string | undefined } {
    const own = this.#pax;
    const pax = this.#global.size === 0 ? own : new Map([...this.#global, ...own]);
    const taken = { pax, name: this.#longName, link: this.#longLink };
    this.#pax = new Map();
    this.#longName = undefined;
    this.#longLink = undefined;
    return taken;
  }
}

/** The entry with its content, all that followed its heading. */
export function withContent(
  { entry: found, pax, sparse }: Member,
  content: Uint8Array,
  old?: OldGnuMap,
): LayerEntry {
  if (found.type !== 'file') return found;
  if (old !== undefined) return { ...found, size: old.size, extents: cut(old.map, content, old.size) };
  if (sparse) return { ...found, extents: readSparse(pax, content, found.size) };
  return { ...found, extents: content.length > 0 ? [{ offset: 0, bytes: content }] : [] };
}

function member(header: TarHeader, pax: PaxRecords): Member {
  const text = (key: string) => (pax.has(key) ? decode(pax.get(key)!) : undefined);
  const whole = (key: string, otherwise: number) => (pax.has(key) ? numeric(text(key)!) : otherwise);
  const name = text('path') ?? header.name;
  // V7 archives mark a directory by its slash alone.
  const stated = typeOf(header.typeflag)!;
  const type = stated === 'file' && name.endsWith('/') ? 'directory' : stated;
  // Hard links and such may state a size that no content follows.
  const size = stated === 'file' ? wholeSize(whole('size', header.size)) : 0;
  const realSize = type === 'file' ? sparseSize(pax) : undefined;
  const device = type === 'character' || type === 'block';
  const linkname = text('linkpath') ?? header.linkname;
  const found = entry(relative(text('GNU.sparse.name') ?? name), type, {
    mode: header.mode & 0o7777,
    uid: whole('uid', header.uid),
    gid: whole('gid', header.gid),
    mtime: Math.round(whole('mtime', header.mtime) * 1e6) / 1e3,
    size: realSize ?? (type === 'file' ? size : 0),
    linkname: type === 'hardlink' ? relative(linkname) : linkname,
    devmajor: device ? header.devmajor : 0,
    devminor: device ? header.devminor : 0,
    xattrs: xattrsOf(pax),
  });
  return {
    kind: 'member',
    entry: found,
    name: text('GNU.sparse.name') ?? name,
    user: text('uname') ?? header.uname,
    group: text('gname') ?? header.gname,
    size,
    sparse: realSize !== undefined || header.typeflag === 'S',
    pax,
  };
}

function xattrsOf(pax: PaxRecords): Record<string, Uint8Array> {
  const out: Record<string, Uint8Array> = {};
  for (const [key, value] of pax) if (key.startsWith(XATTR)) out[key.slice(XATTR.length)] = value;
  return out;
}

/** Drops what makes a path absolute or says nothing; `..` stays, for the applier to refuse. */
export function relative(path: string): string {
  return path
    .replace(/^(?:\.?\/+)+/, '')
    .replace(/\/+$/, '')
    .replace(/^\.$/, '');
}

function cString(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decode(end === -1 ? bytes : bytes.subarray(0, end));
}

function wholeSize(size: number): number {
  if (size < 0) throw new InvalidLayer('archive/tar: invalid tar header');
  return size;
}

function numeric(text: string): number {
  if (!/^-?\d+(\.\d*)?$/.test(text)) throw new InvalidLayer('archive/tar: invalid tar header');
  return Number(text);
}
