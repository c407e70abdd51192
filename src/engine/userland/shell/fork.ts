import { isErrno } from '../../base/errno.ts';
import type { Program } from '../../kernel/program.ts';
import type { WaitStatus } from '../../kernel/syscalls.ts';
import { Abandon, Leave, type Shell } from './shell.ts';
import { runExitTrap } from './traps.ts';

export interface ForkOptions {
  /** Job control: the process group to join; 0 makes a new one. */
  group?: number;
  /** The group gets the terminal. */
  foreground?: boolean;
}

/** Forks; the child runs `body` on a copy of the shell and ends with its status. Gives the child's pid. */
export async function forkShell(
  shell: Shell,
  body: (child: Shell) => Promise<number>,
  options: ForkOptions = {},
): Promise<number> {
  const twin = shell.twin();
  const terminal = shell.terminal;
  const pid = await newProcess(shell, async (process) => {
    twin.process = process;
    if (options.group !== undefined) await joinGroup(twin, options, terminal);
    // A subshell's own commands stay in its process group.
    twin.options.delete('monitor');
    await twin.enter(process);
    return runToStatus(twin, () => body(twin));
  });
  if (options.group !== undefined) await settleGroup(shell, pid, options.group);
  return pid;
}

/** What bash waits before it tries again, in seconds. */
const RETRIES = [1, 2, 4, 8];

/** fork(2), with what each shell says when there may be no more processes. */
export async function newProcess(shell: Shell, body: Program): Promise<number> {
  const { sys, dialect } = shell;
  const retries = dialect.name === 'bash' ? [...RETRIES] : [];
  for (;;) {
    try {
      return await sys.fork(body);
    } catch (error) {
      if (!isErrno(error)) throw error;
      const seconds = error.code === 'EAGAIN' ? retries.shift() : undefined;
      if (seconds === undefined) {
        const status = dialect.name === 'bash' ? 254 : 2;
        if (dialect.name === 'dash') return shell.abandon('Cannot fork', { status, fatal: true });
        const text = `${dialect.name === 'bash' ? 'fork' : "can't fork"}: ${error.message}`;
        return shell.abandon(text, { status, fatal: true });
      }
      await shell.warn(`fork: retry: ${error.message}`);
      await sys.nanosleep(seconds * 1000);
    }
  }
}

/** In the child: joins its job's process group, and gives it the terminal. */
export async function joinGroup(
  child: Shell,
  options: ForkOptions,
  terminal: number | undefined,
): Promise<void> {
  const { sys } = child;
  await sys.setpgid(0, options.group!);
  if (options.foreground && terminal !== undefined)
    await sys.ioctl(terminal, { request: 'TIOCSPGRP', processGroup: await sys.getpgid() });
}

/** In the parent: does the same, so that neither has to wait for the other. */
export async function settleGroup(shell: Shell, pid: number, group: number): Promise<void> {
  try {
    await shell.sys.setpgid(pid, group === 0 ? pid : group);
  } catch (error) {
    if (!isErrno(error)) throw error; // The child has executed or ended already.
  }
}

/** Runs a shell process to its end: its EXIT trap too. */
export async function runToStatus(shell: Shell, body: () => Promise<number>): Promise<number> {
  let status: number;
  try {
    status = await body();
  } catch (error) {
    if (!(error instanceof Leave) && !(error instanceof Abandon)) throw error;
    status = error.status;
  }
  return runExitTrap(shell, status);
}

/** Waits for a child through interruptions; traps run afterwards. */
export async function waitForChild(shell: Shell, pid: number): Promise<WaitStatus> {
  for (;;) {
    try {
      return (await shell.sys.wait(pid))!.status;
    } catch (error) {
      if (isErrno(error, 'ECHILD')) return { kind: 'exited', code: 127 };
      if (!isErrno(error, 'EINTR')) throw error;
    }
  }
}
