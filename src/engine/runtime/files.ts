import { concat, decode, encode } from '../base/bytes.ts';
import { isErrno } from '../base/errno.ts';
import {
  AT_REMOVEDIR,
  O_CREAT,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_RDONLY,
  O_TRUNC,
  O_WRONLY,
} from '../kernel/fcntl.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import type { Extent } from '../oci/layer/entry.ts';
import { S_IFDIR, S_IFMT, type Stat } from '../vfs/inode.ts';

/** Whole-file operations as Go's os package has them, by system calls. */

const CHUNK = 1 << 16;

export async function readFile(sys: Syscalls, path: string): Promise<Uint8Array> {
  const fd = await sys.open(path, O_RDONLY);
  try {
    const chunks: Uint8Array[] = [];
    for (;;) {
      const chunk = await sys.read(fd, CHUNK);
      if (chunk.length === 0) return concat(chunks);
      chunks.push(chunk);
    }
  } finally {
    await sys.close(fd);
  }
}

/** What an open file holds between its holes (lseek(2), SEEK_DATA and SEEK_HOLE). */
export async function readExtents(sys: Syscalls, fd: number): Promise<Extent[]> {
  const extents: Extent[] = [];
  for (let at = 0; ; ) {
    const offset = await sys.lseek(fd, at, 'data').catch((error: unknown) => {
      if (isErrno(error, 'ENXIO')) return undefined;
      throw error;
    });
    if (offset === undefined) return extents;
    at = await sys.lseek(fd, offset, 'hole');
    extents.push({ offset, bytes: await sys.pread(fd, at - offset, offset) });
  }
}

export const readText = async (sys: Syscalls, path: string): Promise<string> =>
  decode(await readFile(sys, path));

export async function writeFile(
  sys: Syscalls,
  path: string,
  content: string | Uint8Array,
  mode = 0o644,
): Promise<void> {
  const fd = await sys.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
  try {
    await writeAll(sys, fd, typeof content === 'string' ? encode(content) : content);
  } finally {
    await sys.close(fd);
  }
}

/** Puts a file in another's place as a whole: whoever reads it sees the one or the other (moby atomicwriter). */
export async function replaceFile(
  sys: Syscalls,
  path: string,
  content: string | Uint8Array,
  mode = 0o644,
): Promise<void> {
  const slash = path.lastIndexOf('/');
  const beside = `${path.slice(0, slash)}/.tmp-${path.slice(slash + 1)}`;
  await writeFile(sys, beside, content, mode);
  await sys.rename(beside, path);
}

/** Writes until all is taken. */
export async function writeAll(sys: Syscalls, fd: number, data: Uint8Array): Promise<void> {
  for (let at = 0; at < data.length; ) at += await sys.write(fd, at === 0 ? data : data.subarray(at));
}

/** The stat of what is there, or undefined. */
export function statOf(sys: Syscalls, path: string, follow = true): Promise<Stat | undefined> {
  return (follow ? sys.stat(path) : sys.lstat(path)).catch(undefinedIfAbsent);
}

function undefinedIfAbsent(error: unknown): undefined {
  if (!isErrno(error, 'ENOENT', 'ENOTDIR')) throw error;
}

/** mkdir -p. Directories that are there already are left as they are. */
export async function mkdirAll(sys: Syscalls, path: string, mode = 0o755): Promise<void> {
  try {
    await sys.mkdir(path, mode);
  } catch (error) {
    if (isErrno(error, 'EEXIST')) {
      if (((await sys.stat(path)).mode & S_IFMT) !== S_IFDIR) throw error;
      return;
    }
    const parent = dirname(path);
    if (!isErrno(error, 'ENOENT') || parent === path) throw error;
    await mkdirAll(sys, parent, mode);
    await sys.mkdir(path, mode);
  }
}

/** rm -rf: below the top by open directories, so that nobody who exchanges one for a link leads it astray. */
export async function removeAll(sys: Syscalls, path: string): Promise<void> {
  try {
    await sys.unlink(path);
    return;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return;
    if (!isErrno(error, 'EISDIR', 'EPERM')) throw error;
  }
  await removeEntries(sys, await sys.open(path, O_RDONLY | O_DIRECTORY));
  await sys.rmdir(path);
}

function unlessGone(error: unknown): void {
  if (!isErrno(error, 'ENOENT')) throw error;
}

/** Empties an open directory and closes it. */
async function removeEntries(sys: Syscalls, directory: number): Promise<void> {
  try {
    for (const { name, type } of await sys.getdents(directory)) {
      if (name === '.' || name === '..') continue;
      if (type === S_IFDIR)
        await removeEntries(sys, await sys.openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
      await sys.unlinkat(directory, name, type === S_IFDIR ? AT_REMOVEDIR : 0).catch(unlessGone);
    }
  } finally {
    await sys.close(directory);
  }
}

/** The names in a directory, without `.` and `..`. */
export async function namesIn(sys: Syscalls, path: string): Promise<string[]> {
  const fd = await sys.open(path, O_RDONLY);
  try {
    return (await sys.getdents(fd)).map(({ name }) => name).filter((name) => name !== '.' && name !== '..');
  } finally {
    await sys.close(fd);
  }
}

export function dirname(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}
