import { Errno, isErrno } from '../../base/errno.ts';
import { X_OK } from '../../kernel/fcntl.ts';
import type { Process } from '../../kernel/program.ts';
import { signalNumber } from '../../kernel/signals.ts';
import type { Syscalls, WaitStatus } from '../../kernel/syscalls.ts';
import { S_IFMT, S_IFREG } from '../../vfs/inode.ts';
import { textToBytes } from './text.ts';

/** Running other programs: PATH search (execvp(3)), fork and exec, exit statuses as shells count them. */

export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The file that `name` stands for: itself if it has a slash, else the first executable regular file on PATH. Throws ENOENT,
 * or EACCES when only a file that may not be executed was found.
 */
export async function findProgram(sys: Syscalls, name: string, path = DEFAULT_PATH): Promise<string> {
  if (name.includes('/')) return name;
  if (name === '') throw new Errno('ENOENT');
  let denied = false;
  for (const directory of path.split(':')) {
    const file = directory === '' ? name : `${directory.replace(/\/+$/, '')}/${name}`;
    try {
      const { mode } = await sys.stat(file);
      if ((mode & S_IFMT) !== S_IFREG) continue;
      await sys.access(file, X_OK);
      return file;
    } catch (error) {
      if (isErrno(error, 'EACCES')) denied = true;
      else if (!isErrno(error)) throw error;
    }
  }
  throw new Errno(denied ? 'EACCES' : 'ENOENT');
}

/** execvp(3): a text file without `#!` is run by /bin/sh. Settles only if it fails, with `Errno`. */
export async function execProgram(
  process: Process,
  argv: readonly string[],
  env: ReadonlyMap<string, string> = process.env,
): Promise<never> {
  const file = await findProgram(process.sys, argv[0] ?? '', env.get('PATH') ?? DEFAULT_PATH);
  try {
    return await process.sys.execve(file, argv, env);
  } catch (error) {
    if (!isErrno(error, 'ENOEXEC') || (await looksBinary(process.sys, file))) throw error;
    return process.sys.execve('/bin/sh', ['sh', file, ...argv.slice(1)], env);
  }
}

export interface SpawnOptions {
  env?: ReadonlyMap<string, string>;
  cwd?: string;
  /** Descriptors the child shall have: child's number → parent's. Others are inherited unless close-on-exec. */
  fds?: ReadonlyMap<number, number>;
  /** Runs in the child just before exec (setpgid, setuid, …). */
  prepare?: (child: Process) => Promise<void>;
  /** What the child does when exec fails; its result is the child's status. By default: a message, and 126 or 127. */
  failed?: (child: Process, error: Errno) => Promise<number>;
}

/** Forks and executes; gives the child's pid. */
export function spawn(
  process: Process,
  argv: readonly string[],
  options: SpawnOptions = {},
): Promise<number> {
  return process.sys.fork(async (child) => {
    try {
      for (const [to, from] of options.fds ?? []) if (to !== from) await child.sys.dup2(from, to);
      if (options.cwd !== undefined) await child.sys.chdir(options.cwd);
      await options.prepare?.(child);
      return await execProgram(child, argv, options.env ?? process.env);
    } catch (error) {
      if (!isErrno(error)) throw error;
      if (options.failed) return options.failed(child, error);
      const name = (process.argv[0] ?? '').replace(/^.*\//, '');
      await child.sys.write(2, textToBytes(`${name}: ${argv[0] ?? ''}: ${error.message}\n`));
      return execFailureStatus(error);
    }
  });
}

/** Runs a program to its end; gives its status as a shell counts it. */
export async function run(
  process: Process,
  argv: readonly string[],
  options: SpawnOptions = {},
): Promise<number> {
  const pid = await spawn(process, argv, options);
  return shellStatus(await waitFor(process.sys, pid));
}

/** Waits until a child has ended, through interruptions. */
export async function waitFor(sys: Syscalls, pid: number): Promise<WaitStatus> {
  for (;;) {
    try {
      return (await sys.wait(pid))!.status;
    } catch (error) {
      if (!isErrno(error, 'EINTR')) throw error;
    }
  }
}

/** `$?` of a wait status: the exit code, or 128 and the signal's number. */
export function shellStatus(status: WaitStatus): number {
  if (status.kind === 'exited') return status.code;
  return status.kind === 'continued' ? 0 : 128 + signalNumber(status.signal);
}

/** 127 when a program was not found, 126 when it could not be run (POSIX, XCU 2.8.2). */
export const execFailureStatus = (error: Errno): number => (error.code === 'ENOENT' ? 127 : 126);

/** Whether a file that is no executable format cannot be a shell script either: a NUL before its first newline. */
export async function looksBinary(sys: Syscalls, path: string): Promise<boolean> {
  const fd = await sys.open(path, 0);
  try {
    const head = await sys.read(fd, 128);
    const line = head.indexOf(10);
    const nul = head.indexOf(0);
    return nul !== -1 && (line === -1 || nul < line);
  } finally {
    await sys.close(fd);
  }
}
