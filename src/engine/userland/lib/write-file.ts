import { isErrno } from '../../base/errno.ts';
import { O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { S_IFDIR, S_IFMT } from '../../vfs/inode.ts';
import { writeAll } from './stdio.ts';

/** Writes a file beside the one of a name and puts it in its place: whoever reads sees the old or the new. */
export async function replaceFile(
  sys: Syscalls,
  path: string,
  content: Uint8Array,
  mode = 0o640,
): Promise<void> {
  const temporary = `${path}.new`;
  const fd = await sys.open(temporary, O_WRONLY | O_CREAT | O_TRUNC, mode);
  try {
    await writeAll(sys, fd, content);
  } finally {
    await sys.close(fd);
  }
  await sys.rename(temporary, path);
}

/** Removes a directory and all in it. */
export async function removeTree(sys: Syscalls, path: string): Promise<void> {
  for (const name of await fileNames(sys, path)) {
    const child = `${path}/${name}`;
    if (((await sys.lstat(child)).mode & S_IFMT) === S_IFDIR) await removeTree(sys, child);
    else await sys.unlink(child);
  }
  await sys.rmdir(path);
}

/** The names in a directory, sorted; none when it cannot be read. */
export async function fileNames(sys: Syscalls, path: string): Promise<string[]> {
  try {
    const fd = await sys.open(path, 0);
    const entries = await sys.getdents(fd);
    await sys.close(fd);
    return entries
      .map(({ name }) => name)
      .filter((name) => name !== '.' && name !== '..')
      .sort();
  } catch (error) {
    if (isErrno(error)) return [];
    throw error;
  }
}
