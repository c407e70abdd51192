import { isErrno } from '../base/errno.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import { S_IFDIR, S_IFLNK, S_IFMT, type Stat } from '../vfs/inode.ts';
import { byCodePoint } from './lib/glob.ts';

/** Small questions that many utilities ask of the file system. */

export const isDirectory = (stat: Stat | undefined): boolean =>
  stat !== undefined && (stat.mode & S_IFMT) === S_IFDIR;
export const isLink = (stat: Stat | undefined): boolean =>
  stat !== undefined && (stat.mode & S_IFMT) === S_IFLNK;

/** What is there, or undefined. */
export async function statOf(sys: Syscalls, path: string, follow = true): Promise<Stat | undefined> {
  try {
    return await (follow ? sys.stat(path) : sys.lstat(path));
  } catch (error) {
    if (isErrno(error)) return undefined;
    throw error;
  }
}

/** What a path leads to; a link that leads nowhere is seen itself. */
export async function statFollowed(sys: Syscalls, path: string): Promise<Stat> {
  try {
    return await sys.stat(path);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
    return sys.lstat(path);
  }
}

export const join = (directory: string, name: string): string =>
  directory === '' ? name : directory.endsWith('/') ? `${directory}${name}` : `${directory}/${name}`;

/** The last component, trailing slashes aside. */
export function basename(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  return trimmed === '' ? (path === '' ? '' : '/') : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

export function dirname(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  if (trimmed === '') return path.startsWith('/') ? '/' : '.';
  const slash = trimmed.lastIndexOf('/');
  return slash === -1 ? '.' : trimmed.slice(0, slash).replace(/\/+$/, '') || '/';
}

/** The names in a directory, without `.` and `..`, in the directory's order. */
export async function namesIn(sys: Syscalls, path: string): Promise<string[]> {
  const fd = await sys.open(path, 0o200000);
  try {
    return (await sys.getdents(fd)).map(({ name }) => name).filter((name) => name !== '.' && name !== '..');
  } finally {
    await sys.close(fd);
  }
}

export const sortedNamesIn = async (sys: Syscalls, path: string): Promise<string[]> =>
  (await namesIn(sys, path)).sort(byCodePoint);

/**
 * A path without links, `.` and `..` (realpath(3)). `missing` says what may be lacking: nothing, the last component, or any.
 */
export async function canonical(
  sys: Syscalls,
  path: string,
  missing: 'none' | 'last' | 'any',
): Promise<string> {
  if (path === '') await sys.stat('');
  const pending = path.split('/').filter((part) => part !== '' && part !== '.');
  let at = path.startsWith('/') ? '' : (await sys.getcwd()).replace(/\/$/, '');
  let links = 0;
  while (pending.length > 0) {
    const part = pending.shift()!;
    if (part === '.') continue;
    if (part === '..') {
      at = at.slice(0, Math.max(0, at.lastIndexOf('/')));
      continue;
    }
    const next = `${at}/${part}`;
    let stat: Stat;
    try {
      stat = await sys.lstat(next);
    } catch (error) {
      const allowed = missing === 'any' || (missing === 'last' && pending.length === 0);
      if (!isErrno(error, 'ENOENT') && !(missing === 'any' && isErrno(error))) throw error;
      if (!allowed) throw error;
      at = next;
      continue;
    }
    if (!isLink(stat)) {
      if (pending.length > 0 && !isDirectory(stat) && missing !== 'any') await sys.stat(`${next}/.`);
      at = next;
      continue;
    }
    if (++links > 40) await sys.stat(path);
    const target = await sys.readlink(next);
    pending.unshift(...target.split('/').filter((part) => part !== ''));
    if (target.startsWith('/')) at = '';
  }
  return at === '' ? '/' : at;
}
