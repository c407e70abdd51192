import { concat, encode } from '../../base/bytes.ts';
import type { LayerEntry } from './entry.ts';
import { writePax } from './pax.ts';
import { isSparse, writeSparse } from './sparse.ts';
import { BLOCK, padded, TYPEFLAG, writeHeader } from './tar-header.ts';

/**
 * Writes a tar archive: USTAR headers, with PAX extended headers only where USTAR cannot hold a value, and sparse files in
 * PAX format 1.0. The same entries always give the same bytes: no names of users, no times but the entries' own.
 */
export function writeTar(entries: Iterable<LayerEntry>): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (const entry of entries) chunks.push(...writeEntry(entry));
  chunks.push(new Uint8Array(2 * BLOCK));
  return concat(chunks);
}

/** What owner and group are called; layers say only their numbers. */
export interface OwnerNames {
  user: string;
  group: string;
}

const NAMELESS: OwnerNames = { user: '', group: '' };

/** One entry of an archive, with its content. */
export function writeEntry(entry: LayerEntry, owner: OwnerNames = NAMELESS): Uint8Array[] {
  const sparse = entry.type === 'file' && isSparse(entry.size, entry.extents);
  const content = entry.type !== 'file' ? [] : sparse ? writeSparse(entry.size, entry.extents) : solid(entry);
  const size = content.reduce((sum, chunk) => sum + chunk.length, 0);
  return [...writeHead(entry, size, sparse, owner), ...content, new Uint8Array(padded(size) - size)];
}

/** What stands before the content, `size` bytes that follow and are then filled up to whole blocks (`padded`). */
export function writeHead(
  entry: LayerEntry,
  size: number,
  sparse = false,
  { user, group }: OwnerNames = NAMELESS,
): Uint8Array[] {
  const name = entry.type === 'directory' && entry.path !== '/' ? `${entry.path || '.'}/` : entry.path;
  const fields = {
    name: sparse ? sparseName(name) : name,
    mode: entry.mode & 0o7777,
    uid: entry.uid,
    gid: entry.gid,
    size,
    mtime: entry.mtime / 1000,
    typeflag: TYPEFLAG[entry.type],
    linkname: entry.linkname,
    uname: user,
    gname: group,
    devmajor: entry.devmajor,
    devminor: entry.devminor,
  };
  const { block, pax } = writeHeader(fields);
  const records: [string, string | Uint8Array][] = Object.entries(pax);
  if (sparse) {
    records.push(['GNU.sparse.major', '1'], ['GNU.sparse.minor', '0']);
    records.push(['GNU.sparse.name', name], ['GNU.sparse.realsize', String(entry.size)]);
  }
  for (const [key, value] of Object.entries(entry.xattrs)) records.push([`SCHILY.xattr.${key}`, value]);
  return records.length > 0 ? [...extendedHeader(name, records), block] : [block];
}

function extendedHeader(name: string, records: [string, string | Uint8Array][]): Uint8Array[] {
  const content = writePax(records);
  const [directory, base] = splitPath(name.replace(/\/$/, ''));
  // The name is for readers that know no PAX; it must itself fit.
  const shown = encode(`${directory}PaxHeaders.0/${base}`);
  const header = writeHeader({
    name: String.fromCharCode(...shown.subarray(0, 100).map((byte) => byte & 0x7f)),
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: content.length,
    mtime: 0,
    typeflag: 'x',
    linkname: '',
    uname: '',
    gname: '',
    devmajor: 0,
    devminor: 0,
  });
  return [header.block, content, new Uint8Array(padded(content.length) - content.length)];
}

/** The content of a file that is stored whole. */
function solid({ size, extents }: LayerEntry): Uint8Array[] {
  const out: Uint8Array[] = [];
  let at = 0;
  for (const { offset, bytes } of extents) {
    if (offset > at) out.push(new Uint8Array(offset - at));
    out.push(bytes);
    at = offset + bytes.length;
  }
  if (size > at) out.push(new Uint8Array(size - at));
  return out;
}

/** Where a reader that knows no sparse files puts the map and the data. */
function sparseName(name: string): string {
  const [directory, base] = splitPath(name);
  return `${directory}GNUSparseFile.0/${base}`;
}

function splitPath(path: string): [directory: string, base: string] {
  const slash = path.lastIndexOf('/');
  return [path.slice(0, slash + 1), path.slice(slash + 1)];
}
