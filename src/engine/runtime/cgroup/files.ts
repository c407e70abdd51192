import { encode } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import { O_CLOEXEC, O_WRONLY } from '../../kernel/fcntl.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { readText } from '../files.ts';
import { errorText, fail } from '../go-error.ts';
import { sleep } from '../sleep.ts';

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

/** Removes a directory of a hierarchy; whose processes are about to end gets a moment (libcontainer/cgroups/utils.go, rmdir()). */
export async function removeCgroup(sys: Syscalls, directory: string): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      return await sys.rmdir(directory);
    } catch (error) {
      if (!isErrno(error, 'EBUSY')) return;
      await sleep(sys, 10 * 2 ** attempt);
    }
  }
}

/** Whether the host has one hierarchy, of version 2. */
export const isUnified = async (sys: Syscalls): Promise<boolean> =>
  (await sys.statfs(MOUNT_POINT)).type === 'cgroup2';

export const processesIn = async (sys: Syscalls, directory: string): Promise<number[]> =>
  (await readText(sys, `${directory}/cgroup.procs`)).split('\n').filter(Boolean).map(Number);
