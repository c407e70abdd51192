import { encode } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import { O_CLOEXEC, O_WRONLY } from '../../kernel/fcntl.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { readText } from '../files.ts';
import { errorText, fail } from '../go-error.ts';

/** Where the hierarchies are mounted. */
export const MOUNT_POINT = '/sys/fs/cgroup';

/** Writes an interface file of a cgroup (libcontainer/cgroups/file.go, WriteFile()). */
export async function write(sys: Syscalls, directory: string, file: string, value: string): Promise<void> {
  const path = `${directory}/${file}`;
  let fd: number;
  try {
    fd = await sys.open(path, O_WRONLY | O_CLOEXEC);
  } catch (error) {
    return fail(`open ${path}: ${errorText(error)}`);
  }
  try {
    await sys.write(fd, encode(value));
  } catch (error) {
    fail(`failed to write "${value}": write ${path}: ${errorText(error)}`);
  } finally {
    await sys.close(fd);
  }
}

/** What a file of keys and numbers has for a key; 0 where there is none, or no such file. */
export async function countIn(sys: Syscalls, directory: string, file: string, key: string): Promise<number> {
  try {
    const text = await readText(sys, `${directory}/${file}`);
    return Number(new RegExp(`^${key} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  } catch (error) {
    if (isErrno(error)) return 0;
    throw error;
  }
}
