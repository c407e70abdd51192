import { isErrno } from '../base/errno.ts';
import { X_OK } from '../kernel/fcntl.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import { S_IFDIR, S_IFMT } from '../vfs/inode.ts';
import { errorText, fail } from './go-error.ts';

/** Finds the executable for `args[0]`, with the error texts of Go's exec.LookPath that runc passes on. */
export async function lookPath(sys: Syscalls, file: string, env: readonly string[]): Promise<string> {
  if (file.includes('/')) {
    await findExecutable(sys, file).catch((error) => refuse(file, error));
    return file;
  }
  const path = env.findLast((entry) => entry.startsWith('PATH='))?.slice('PATH='.length) ?? '';
  for (const directory of path.split(':')) {
    if (file === '') break;
    const candidate = `${directory === '' ? '.' : directory}/${file}`;
    try {
      await findExecutable(sys, candidate);
      return candidate;
    } catch {
      // The next directory may have it.
    }
  }
  return fail(`exec: ${JSON.stringify(file)}: executable file not found in $PATH`);
}

async function findExecutable(sys: Syscalls, path: string): Promise<void> {
  const { mode } = await sys.stat(path);
  if ((mode & S_IFMT) === S_IFDIR || (mode & 0o111) === 0) fail('permission denied');
  await sys.access(path, X_OK);
}

function refuse(file: string, error: unknown): never {
  const stat = isErrno(error, 'ENOENT', 'ENOTDIR') ? `stat ${file}: ` : '';
  return fail(`exec: ${JSON.stringify(file)}: ${stat}${errorText(error)}`);
}
