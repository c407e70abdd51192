import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { execFailureStatus, execProgram, shellStatus, waitFor } from '../lib/spawn.ts';
import { Exit, type Stdio, utility } from '../lib/stdio.ts';
import { textToBytes } from '../lib/text.ts';

/** Steps that a program cannot do without: where one fails, it says so and ends, as with err(3). */
export async function must<T>(io: Stdio, message: string, step: () => Promise<T>, status = 1): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (!isErrno(error)) throw error;
    throw new Exit(await io.fail(`${message}: ${error.message}`, status));
  }
}

/** Ends the program with a message, as with errx(3). */
export async function quit(io: Stdio, message: string, status = 1): Promise<never> {
  throw new Exit(await io.fail(message, status));
}

/** A number that is not negative, or an end with the message. */
export async function wholeNumber(io: Stdio, text: string, message: string): Promise<number> {
  return /^\d+$/.test(text) ? Number(text) : quit(io, `${message}: '${text}'`);
}

/** Writes a small file of the kernel's in one write. */
export async function writeKernelFile(sys: Syscalls, path: string, text: string): Promise<void> {
  const fd = await sys.open(path, 1);
  try {
    await sys.write(fd, textToBytes(text));
  } finally {
    await sys.close(fd);
  }
}

/**
 * Becomes the command; without one, the shell of the environment, as a login shell. Settles with the status of the failure if
 * that cannot be run.
 */
export async function become(io: Stdio, command: readonly string[]): Promise<number> {
  const shell = io.env.get('SHELL') ?? '/bin/sh';
  try {
    if (command.length > 0) return await execProgram(io.process, command);
    return await io.sys.execve(shell, [`-${shell.replace(/^.*\//, '')}`], io.env);
  } catch (error) {
    if (!isErrno(error)) throw error;
    return io.fail(`failed to execute ${command[0] ?? shell}: ${error.message}`, execFailureStatus(error));
  }
}

/** Waits for a child and ends as it has ended, by its signal if it was killed: where that can have a handler, as unshare(1) does it. */
export async function endAs(io: Stdio, pid: number): Promise<number> {
  const status = await waitFor(io.sys, pid);
  if (status.kind === 'exited') return status.code;
  if (status.kind === 'signaled') {
    const { signal } = status;
    await must(io, 'sigprocmask unblock failed', () => io.sys.sigaction(signal, 'default'));
    await io.sys.sigmask(new Set());
    await io.sys.kill(io.sys.getpid(), signal);
  }
  return 1;
}

/**
 * Forks a child that waits until it is told to begin. Gives what tells it, and waits for it; where the child fails, the program
 * ends with its status.
 */
export async function afterSignal(
  io: Stdio,
  body: (child: Stdio) => Promise<number>,
): Promise<() => Promise<void>> {
  const { sys } = io;
  const [read, write] = await sys.pipe();
  const child = utility(async (own) => {
    await own.sys.close(write);
    await own.sys.read(read, 1);
    await own.sys.close(read);
    return body(own);
  });
  const pid = await must(io, 'fork failed', () => sys.fork(child));
  await sys.close(read);
  return async () => {
    await sys.close(write);
    const status = shellStatus(await waitFor(sys, pid));
    if (status !== 0) throw new Exit(status);
  };
}
