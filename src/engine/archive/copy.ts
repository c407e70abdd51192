import type { Syscalls } from '../kernel/syscalls.ts';
import { GoError } from '../runtime/go-error.ts';
import { S_IFDIR, S_IFMT, type Stat } from '../vfs/inode.ts';
import { evalSymlinks, isLink, lstat, NotThere, stat } from './links.ts';
import { type PackOptions, pack } from './pack.ts';
import { asDirectory, baseName, join, meansDirectory, splitEntry } from './paths.ts';

/** What is known of one end of a copy. */
export interface CopyEnd {
  path: string;
  exists: boolean;
  isDirectory: boolean;
  /** What its entries are to be called, where following links has changed the name. */
  rebaseName?: string;
}

type Rename = (name: string) => string;

const isDirectory = ({ mode }: Stat): boolean => (mode & S_IFMT) === S_IFDIR;

/** The end that is copied from: links on the way are followed, the last one with `follow`. Models go-archive CopyInfoSourcePath. */
export async function sourceOf(sys: Syscalls, path: string, follow: boolean): Promise<CopyEnd> {
  const named = follow ? rebased(path, await evalSymlinks(sys, path)) : await unfollowed(sys, path);
  const found = await lstat(sys, named.path);
  return { ...named, exists: true, isDirectory: isDirectory(found) };
}

async function unfollowed(sys: Syscalls, path: string): Promise<Pick<CopyEnd, 'path' | 'rebaseName'>> {
  const slash = path.lastIndexOf('/') + 1;
  const directory = await evalSymlinks(sys, path.slice(0, slash));
  const resolved = `${directory === '/' ? '' : directory}/${path.slice(slash)}`;
  if (path.endsWith('/') && baseName(path) !== baseName(resolved))
    return { path: resolved, rebaseName: baseName(path) };
  return { path: resolved };
}

/** What a resolved path is called when it was asked for as `path`. Models go-archive GetRebaseName. */
export function rebased(path: string, resolved: string): Pick<CopyEnd, 'path' | 'rebaseName'> {
  let target = resolved;
  if (baseName(path) === '.' && baseName(target) !== '.') target += '/.';
  if (path.endsWith('/') && !target.endsWith('/')) target += '/';
  return baseName(path) === baseName(target)
    ? { path: target }
    : { path: target, rebaseName: baseName(path) };
}

/** The end that is copied to: it need not exist, but its directory must. Models go-archive CopyInfoDestinationPath. */
export async function destinationOf(sys: Syscalls, asked: string): Promise<CopyEnd> {
  let path = asked;
  for (let links = 0; ; links++) {
    const found = await lstat(sys, path).catch(undefinedIfMissing);
    if (found === undefined) break;
    if (!isLink(found)) return { path, exists: true, isDirectory: isDirectory(found) };
    if (links > 10) throw new GoError(`too many symlinks in ${asked}`);
    const link = await sys.readlink(path);
    path = link.startsWith('/') ? link : join(splitEntry(path)[0], link);
  }
  if (!isDirectory(await stat(sys, splitEntry(path)[0]))) throw new GoError('not a directory');
  return { path, exists: false, isDirectory: false };
}

function undefinedIfMissing(error: unknown): undefined {
  if (!(error instanceof NotThere)) throw error;
}

/** How an archive of the source is unpacked to become the destination: where, and under what names. Models go-archive PrepareArchiveCopy. */
export function prepareCopy(source: CopyEnd, destination: CopyEnd): { directory: string; rename: Rename } {
  const [directory, name] = splitEntry(destination.path);
  if (destination.exists && destination.isDirectory)
    return { directory: destination.path, rename: (own) => own };
  if (destination.exists && source.isDirectory) throw new GoError('cannot copy directory');
  if (!destination.exists && !source.isDirectory && meansDirectory(destination.path))
    throw new GoError('no such directory');
  return { directory, rename: rebaser(source.rebaseName ?? splitEntry(source.path)[1], name) };
}

/** Puts `after` in the place of `before` at the beginning of names; of the root, before all of them. Models go-archive newNameRebaser. */
export function rebaser(before: string, after: string): Rename {
  const [from, to] = [before, after].map((name) => name.replace(/\/+$/, '')) as [string, string];
  if (from === '')
    return (name) => {
      const bare = name.replace(/^\/+/, '');
      return to === '' ? bare : `${to}/${bare}`;
    };
  // Of a directory's own `.` readers of archives see nothing.
  if (from === '.') return (name) => join(to, name);
  return (name) => {
    const rest = name.slice(from.length);
    return name.startsWith(from) && (rest === '' || rest.startsWith('/')) ? to + rest : name;
  };
}

/** The source as an archive, its entries called as `rename` says. Models go-archive TarResource. */
export function packSource(sys: Syscalls, source: CopyEnd, rename: Rename): AsyncGenerator<Uint8Array> {
  const [directory, include] = splitEntry(source.path);
  const { rebaseName = '' } = source;
  const options: PackOptions = {
    include,
    rename: (name) =>
      rename(rebaseName === '' ? name : name.replace(include, () => (rebaseName === '/' ? '' : rebaseName))),
  };
  return pack(sys, directory, options);
}

/** An absolute path for one that was typed, with the `/` or `/.` that it ends in. */
export const localPath = (directory: string, typed: string): string =>
  asDirectory(join(typed.startsWith('/') ? '' : directory, typed), typed);
