import { decode } from '../../../engine/base/bytes.ts';
import { type EntryType, InvalidLayer } from '../../../engine/oci/layer/entry.ts';
import { type PaxRecords, readPax } from '../../../engine/oci/layer/pax.ts';
import { BLOCK, isZero, padded, readHeader, typeOf } from '../../../engine/oci/layer/tar-header.ts';
import { relative } from '../../../engine/oci/layer/tar-reader.ts';
import type { ByteSource } from './byte-source.ts';
import { ArchiveProblem } from './problem.ts';

/** A file of a tar archive, of which nothing but the header has been read. */
export interface ScannedEntry {
  path: string;
  type: EntryType;
  mode: number;
  uid: number;
  gid: number;
  mtime: number;
  /** Logical size of a regular file. */
  size: number;
  linkname: string;
  devmajor: number;
  devminor: number;
  /** Where its content lies in the archive, and how long it is there; a sparse file is shorter there than it is. */
  at: number;
  stored: number;
}

/** A long name or a map of extended headers is no longer than this. */
const MOST_HEADER = 1 << 20;

/**
 * The entries of a tar archive in order, their contents passed over: so an archive of any size can be listed. USTAR, PAX and GNU, as
 * `readTar` reads them whole. Throws `ArchiveProblem` for an archive that is cut short, `InvalidLayer` for what is no header.
 */
export async function* scanTar(source: ByteSource): AsyncGenerator<ScannedEntry> {
  const global: PaxRecords = new Map();
  let pax: PaxRecords = new Map();
  let longName: string | undefined;
  let longLink: string | undefined;
  for (;;) {
    const block = await source.read(BLOCK);
    if (block.length === 0 || isZero(block)) return;
    if (block.length < BLOCK) throw new ArchiveProblem('cut');
    const header = readHeader(block);
    const type = typeOf(header.typeflag);
    const records = new Map([...global, ...pax]);
    const text = (key: string) => (records.has(key) ? decode(records.get(key) as Uint8Array) : undefined);
    const whole = (key: string) => numeric(text(key));
    const holds = type === undefined || type === 'file';
    const stored = holds ? (type === undefined ? header.size : (whole('size') ?? header.size)) : 0;
    if ('xgLK'.includes(header.typeflag)) {
      const content = await headerContent(source, stored);
      if (header.typeflag === 'x') readPax(content, pax);
      else if (header.typeflag === 'g') readPax(content, global);
      else if (header.typeflag === 'L') longName = cString(content);
      else longLink = cString(content);
      continue;
    }
    const at = source.position;
    if (type !== undefined) {
      const name = text('GNU.sparse.name') ?? text('path') ?? longName ?? header.name;
      const linkname = text('linkpath') ?? longLink ?? header.linkname;
      yield {
        path: relative(name),
        type: type === 'file' && name.endsWith('/') ? 'directory' : type,
        mode: header.mode & 0o7777,
        uid: whole('uid') ?? header.uid,
        gid: whole('gid') ?? header.gid,
        mtime: (whole('mtime') ?? header.mtime) * 1000,
        size: type === 'file' ? (whole('GNU.sparse.realsize') ?? whole('GNU.sparse.size') ?? stored) : 0,
        linkname: type === 'hardlink' ? relative(linkname) : linkname,
        devmajor: header.devmajor,
        devminor: header.devminor,
        at,
        stored,
      };
    }
    pax = new Map();
    longName = undefined;
    longLink = undefined;
    if (source.position > at) throw new Error('the content of an entry is not read while it is scanned');
    if ((await source.skip(stored)) < stored) throw new ArchiveProblem('cut');
    await source.skip(padded(stored) - stored);
  }
}

async function headerContent(source: ByteSource, size: number): Promise<Uint8Array> {
  if (size > MOST_HEADER) throw new InvalidLayer('archive/tar: invalid tar header');
  const content = await source.read(size);
  if (content.length < size) throw new ArchiveProblem('cut');
  await source.skip(padded(size) - size);
  return content;
}

function cString(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decode(end === -1 ? bytes : bytes.subarray(0, end));
}

function numeric(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) throw new InvalidLayer('archive/tar: invalid tar header');
  return value;
}
