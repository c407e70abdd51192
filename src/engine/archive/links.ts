import { isErrno } from '../base/errno.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import { errorText, GoError } from '../runtime/go-error.ts';
import { S_IFDIR, S_IFLNK, S_IFMT, type Stat } from '../vfs/inode.ts';

/** Nothing is at a path; the message is os.PathError's. */
export class NotThere extends GoError {}

/** os.Lstat: fails in Go's words, with `NotThere` where nothing is. */
export const lstat = (sys: Syscalls, path: string): Promise<Stat> =>
  told('lstat', path, () => sys.lstat(path));

/** os.Stat */
export const stat = (sys: Syscalls, path: string): Promise<Stat> => told('stat', path, () => sys.stat(path));

async function told(call: string, path: string, body: () => Promise<Stat>): Promise<Stat> {
  try {
    return await body();
  } catch (error) {
    if (!isErrno(error)) throw error;
    const Kind = isErrno(error, 'ENOENT') ? NotThere : GoError;
    throw new Kind(`${call} ${path}: ${errorText(error)}`);
  }
}

export const isLink = ({ mode }: Stat): boolean => (mode & S_IFMT) === S_IFLNK;

/** Where an absolute path leads with all its links followed; all of it must be there. Models filepath.EvalSymlinks. */
export const evalSymlinks = (sys: Syscalls, path: string): Promise<string> => resolve(sys, path, true);

/** The same as far as there is something; the rest stays as it stands. Models moby symlink.FollowSymlinkInScope. */
export const followLinks = (sys: Syscalls, path: string): Promise<string> => resolve(sys, path, false);

async function resolve(sys: Syscalls, path: string, mustExist: boolean): Promise<string> {
  let left = path.split('/');
  const here: string[] = [];
  let missing = false;
  for (let links = 0; left.length > 0; ) {
    const part = left.shift()!;
    if (part === '' || part === '.') continue;
    if (part === '..') {
      here.pop();
      continue;
    }
    const next = `/${[...here, part].join('/')}`;
    const found: Stat | undefined = missing ? undefined : await lstat(sys, next).catch(unlessNeeded);
    missing ||= found === undefined;
    if (found === undefined || !isLink(found)) {
      if (mustExist && left.length > 0 && ((found?.mode ?? 0) & S_IFMT) !== S_IFDIR)
        throw new GoError('not a directory');
      here.push(part);
      continue;
    }
    if (++links > MOST_LINKS) throw new GoError('EvalSymlinks: too many links');
    const link = await sys.readlink(next);
    if (link.startsWith('/')) here.length = 0;
    left = [...link.split('/'), ...left];
  }
  return `/${here.join('/')}`;

  function unlessNeeded(error: unknown): undefined {
    if (mustExist || !(error instanceof NotThere)) throw error;
  }
}

const MOST_LINKS = 255;
