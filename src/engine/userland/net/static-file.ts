import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { S_IFDIR, S_IFMT, type Stat } from '../../vfs/inode.ts';
import { readFile } from '../lib/stdio.ts';

export type Found =
  | { kind: 'file'; path: string; stat: Stat; content: Uint8Array }
  | { kind: 'directory' | 'forbidden' | 'missing' };

/** The file that a request's path names below a root: `..` cannot leave it, a directory stands for its index file. */
export async function staticFile(
  sys: Syscalls,
  root: string,
  urlPath: string,
  index: readonly string[],
): Promise<Found> {
  const path = `${root.replace(/\/+$/, '')}${withoutDots(urlPath)}`;
  try {
    const stat = await sys.stat(path);
    if ((stat.mode & S_IFMT) !== S_IFDIR)
      return { kind: 'file', path, stat, content: await readFile(sys, path) };
    if (!path.endsWith('/')) return { kind: 'directory' };
  } catch (error) {
    return failed(error);
  }
  for (const name of index) {
    try {
      const stat = await sys.stat(path + name);
      return { kind: 'file', path: path + name, stat, content: await readFile(sys, path + name) };
    } catch (error) {
      const kind = failed(error);
      if (kind.kind === 'forbidden') return kind;
    }
  }
  return { kind: index.length > 0 && path.endsWith('/') ? 'forbidden' : 'missing' };
}

function failed(error: unknown): Found {
  if (isErrno(error, 'EACCES')) return { kind: 'forbidden' };
  if (isErrno(error)) return { kind: 'missing' };
  throw error;
}

/** Percent-decoded, with `.` and `..` resolved inside the root. */
function withoutDots(target: string): string {
  const path = percentDecoded(target.replace(/[?#].*$/, ''));
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  const end = path.endsWith('/') && parts.length > 0 ? '/' : '';
  return `/${parts.join('/')}${end}`;
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
