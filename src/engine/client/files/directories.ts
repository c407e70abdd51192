import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';

/** Makes a directory with all above it that are not there. Rejects with `Errno`. */
export async function makeDirectories(sys: Syscalls, path: string, mode: number): Promise<void> {
  try {
    await sys.mkdir(path, mode);
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return;
    const slash = path.lastIndexOf('/');
    if (!isErrno(error, 'ENOENT') || slash <= 0) throw error;
    await makeDirectories(sys, path.slice(0, slash), mode);
    await sys.mkdir(path, mode);
  }
}
