import { isErrno } from '../../base/errno.ts';
import { O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { dirname } from '../files.ts';
import { readFile, writeAll } from '../lib/stdio.ts';
import { bytesToText, textToBytes } from '../lib/text.ts';

/** A file's bytes; undefined where there is none. */
export async function readBytes(sys: Syscalls, path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(sys, path);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return undefined;
    throw error;
  }
}

export async function readText(sys: Syscalls, path: string): Promise<string | undefined> {
  const bytes = await readBytes(sys, path);
  return bytes && bytesToText(bytes);
}

/** Writes a file, and the directories above it that are not there. */
export async function writeBytes(
  sys: Syscalls,
  path: string,
  content: Uint8Array | string,
  mode = 0o666,
): Promise<void> {
  await makeDirectories(sys, dirname(path));
  const fd = await sys.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
  try {
    await writeAll(sys, fd, typeof content === 'string' ? textToBytes(content) : content);
  } finally {
    await sys.close(fd);
  }
}

/** mkdir -p */
export async function makeDirectories(sys: Syscalls, path: string): Promise<void> {
  try {
    await sys.mkdir(path, 0o777);
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return;
    if (!isErrno(error, 'ENOENT') || dirname(path) === path) throw error;
    await makeDirectories(sys, dirname(path));
    await sys.mkdir(path, 0o777);
  }
}

/** Takes a file away, if it is there. */
export async function remove(sys: Syscalls, path: string): Promise<void> {
  try {
    await sys.unlink(path);
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) throw error;
  }
}
