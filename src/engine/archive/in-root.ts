import { Errno, isErrno } from '../base/errno.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import { errorText, GoError } from '../runtime/go-error.ts';
import { S_IFDIR, S_IFLNK, S_IFMT, type Stat } from '../vfs/inode.ts';

/** A call on a path below a root that failed, as Go's os.Root tells it: `mkdirat a/b: file exists`. */
export async function atRoot<T>(call: string, path: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (!isErrno(error)) throw error;
    throw new GoError(`${call} ${path}: ${errorText(error)}`);
  }
}

/** The path of `name` below `root`; neither begins nor ends with a slash but for the root itself. */
export const below = (root: string, name: string): string => (name === '' ? root : `${root}/${name}`);

/** The stat of what is at a path, links not followed; undefined if nothing is, or can be. */
export async function lstatIfThere(sys: Syscalls, path: string): Promise<Stat | undefined> {
  try {
    return await sys.lstat(path);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/**
 * Where a directory of an archive is below a root: symbolic links on the way are followed as a process does whose root it is. What does
 * not exist is left as it stands, and so is a last part that is no directory: whoever makes something there is told. A relative link
 * that climbs out of the root is refused, an absolute one begins at the root. Models go-archive resolveArchivePath.
 */
export async function resolveDirectory(sys: Syscalls, root: string, name: string): Promise<string> {
  let left = name.split('/');
  const here: string[] = [];
  let hasBegunAnew = false;
  for (let links = 0; left.length > 0; ) {
    const part = left.shift()!;
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (here.pop() === undefined && !hasBegunAnew)
        throw new GoError(`statat ${name}: path escapes from parent`);
      continue;
    }
    const path = [...here, part].join('/');
    const stat = await atRoot('statat', name, () => lstatIfThere(sys, below(root, path)));
    const type = stat === undefined ? S_IFDIR : stat.mode & S_IFMT;
    if (type === S_IFLNK) {
      if (++links > 255) throw new GoError(`statat ${name}: too many levels of symbolic links`);
      const link = await sys.readlink(below(root, path));
      if (link.startsWith('/')) {
        here.length = 0;
        hasBegunAnew = true;
      }
      left = [...link.split('/'), ...left];
    } else if (type !== S_IFDIR && left.length > 0)
      throw new GoError(`statat ${name}: ${errorText(new Errno('ENOTDIR'))}`);
    else here.push(part);
  }
  return here.join('/');
}
