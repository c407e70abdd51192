import { decode } from '../../base/bytes.ts';
import { type Extent, entry, InvalidLayer, type LayerEntry } from './entry.ts';
import { type PaxRecords, readPax } from './pax.ts';
import { cut, readOldGnuMap, readSparse } from './sparse.ts';
import { BLOCK, isZero, padded, readHeader, type TarHeader, typeOf } from './tar-header.ts';

const XATTR = 'SCHILY.xattr.';

/**
 * Reads a tar archive, entry by entry: USTAR, PAX, GNU (long names, base-256 numbers, sparse files) and V7.
 * Contents are views into `archive`, not copies. Throws `InvalidLayer` where the archive is damaged or cut short;
 * the texts are those of Go's archive/tar, which docker prints.
 */
export function* readTar(archive: Uint8Array): Generator<LayerEntry> {
  const global: PaxRecords = new Map();
  let pax: PaxRecords = new Map();
  let longName: string | undefined;
  let longLink: string | undefined;
  let at = 0;
  while (at < archive.length) {
    if (at + BLOCK > archive.length) throw new InvalidLayer('unexpected EOF');
    const block = archive.subarray(at, at + BLOCK);
    if (isZero(block)) return;
    const header = readHeader(block);
    const old = header.typeflag === 'S' ? readOldGnuMap(archive, at) : undefined;
    const dataAt = old?.dataAt ?? at + BLOCK;
    const type = typeOf(header.typeflag);
    const size = sizeOf(header, type === undefined ? new Map() : merged(global, pax));
    const content = archive.subarray(dataAt, dataAt + size);
    if (content.length < size) throw new InvalidLayer('unexpected EOF');
    at = dataAt + padded(size);

    if (header.typeflag === 'x') readPax(content, pax);
    else if (header.typeflag === 'g') readPax(content, global);
    else if (header.typeflag === 'L') longName = cString(content);
    else if (header.typeflag === 'K') longLink = cString(content);
    else {
      const records = merged(global, pax);
      const named = { ...header, name: longName ?? header.name, linkname: longLink ?? header.linkname };
      pax = new Map();
      longName = undefined;
      longLink = undefined;
      // Types that nobody knows are left out, as other readers do.
      if (type === undefined) continue;
      const made = toEntry(named, records, content);
      yield old ? { ...made, size: old.size, extents: cut(old.map, content, old.size) } : made;
    }
  }
}

function toEntry(header: TarHeader, pax: PaxRecords, content: Uint8Array): LayerEntry {
  const text = (key: string) => (pax.has(key) ? decode(pax.get(key)!) : undefined);
  const whole = (key: string, otherwise: number) => (pax.has(key) ? numeric(text(key)!) : otherwise);
  const name = text('path') ?? header.name;
  const trailingSlash = name.endsWith('/');
  // V7 archives mark a directory by its slash alone.
  const type = typeOf(header.typeflag) === 'file' && trailingSlash ? 'directory' : typeOf(header.typeflag)!;
  const isFile = type === 'file';
  const sparse = isFile ? readSparse(pax, content) : undefined;
  const extents: Extent[] = isFile && content.length > 0 ? [{ offset: 0, bytes: content }] : [];
  const device = type === 'character' || type === 'block';
  return entry(relative(sparse?.name ?? name), type, {
    mode: header.mode & 0o7777,
    uid: whole('uid', header.uid),
    gid: whole('gid', header.gid),
    mtime: Math.round(whole('mtime', header.mtime) * 1e6) / 1e3,
    size: sparse?.size ?? (isFile ? content.length : 0),
    linkname:
      type === 'hardlink'
        ? relative(text('linkpath') ?? header.linkname)
        : (text('linkpath') ?? header.linkname),
    devmajor: device ? header.devmajor : 0,
    devminor: device ? header.devminor : 0,
    xattrs: xattrsOf(pax),
    extents: sparse?.extents ?? extents,
  });
}

/** Hard links and such may state a size that no content follows. */
function sizeOf(header: TarHeader, pax: PaxRecords): number {
  const type = typeOf(header.typeflag);
  if (type !== undefined && type !== 'file') return 0;
  const size = pax.has('size') ? numeric(decode(pax.get('size')!)) : header.size;
  if (size < 0) throw new InvalidLayer('archive/tar: invalid tar header');
  return size;
}

function merged(global: PaxRecords, local: PaxRecords): PaxRecords {
  if (global.size === 0) return local;
  return new Map([...global, ...local]);
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

function numeric(text: string): number {
  if (!/^-?\d+(\.\d*)?$/.test(text)) throw new InvalidLayer('archive/tar: invalid tar header');
  return Number(text);
}
