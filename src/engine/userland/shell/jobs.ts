import { isErrno } from '../../base/errno.ts';
import type { WaitStatus } from '../../kernel/syscalls.ts';
import { shellStatus } from '../lib/spawn.ts';
import { type Job, signalText, stateOf } from './job-table.ts';
import { Abandon, type Shell } from './shell.ts';

/** Waiting for jobs and telling about them (job control, POSIX XCU 2.11). */

/** Waits for the processes of a foreground job. If it is stopped, it becomes a job of the table. */
export async function waitForeground(
  shell: Shell,
  pids: readonly number[],
  text: string,
): Promise<WaitStatus[]> {
  const control = shell.option('monitor');
  const statuses: WaitStatus[] = [];
  for (const pid of pids) statuses.push(await waitOne(shell, pid, control));
  if (control) {
    await takeTerminal(shell);
    if (statuses.some((status) => status.kind === 'stopped')) {
      const processes = pids.map((pid, i) => ({ pid, status: statuses[i] }));
      const job = shell.jobs.add({ group: pids[0]!, processes, text });
      job.told = 'stopped';
      await shell.error(`\n${shell.jobs.line(job, words(shell))}`);
      return statuses;
    }
  }
  await tellDeath(shell, statuses, pids, text);
  return statuses;
}

export const words = (shell: Shell): 'bash' | 'posix' => (shell.dialect.name === 'bash' ? 'bash' : 'posix');

async function waitOne(shell: Shell, pid: number, untraced: boolean): Promise<WaitStatus> {
  for (;;) {
    try {
      return (await shell.sys.wait(pid, { untraced }))!.status;
    } catch (error) {
      if (isErrno(error, 'ECHILD')) return { kind: 'exited', code: 127 };
      if (!isErrno(error, 'EINTR')) throw error;
    }
  }
}

/** The shell's own process group becomes the terminal's foreground again. */
export async function takeTerminal(shell: Shell): Promise<void> {
  if (shell.terminal === undefined) return;
  const processGroup = await shell.sys.getpgid();
  await shell.sys.ioctl(shell.terminal, { request: 'TIOCSPGRP', processGroup });
}

/** What a shell says when a foreground command was killed; a Ctrl-C at an interactive shell gives up the line. */
async function tellDeath(
  shell: Shell,
  statuses: readonly WaitStatus[],
  pids: readonly number[],
  text: string,
): Promise<void> {
  const last = statuses.at(-1)!;
  if (last.kind !== 'signaled') return;
  if (last.signal === 'SIGINT') {
    if (!shell.interactive) return;
    await shell.error('\n');
    shell.status = 130;
    throw new Abandon(130, true);
  }
  if (last.signal === 'SIGPIPE') return;
  const words = signalText(last);
  if (shell.interactive || shell.dialect.name !== 'bash' || last.signal === 'SIGTERM')
    await shell.error(`${words}\n`);
  else
    await shell.error(
      `${shell.arg0}: line ${shell.line}: ${String(pids.at(-1)).padStart(5)} ${words.padEnd(24)}${text}\n`,
    );
}

/** Looks, without waiting, what has become of the jobs. */
export async function pollJobs(shell: Shell): Promise<void> {
  for (const job of [...shell.jobs.list]) {
    for (const process of job.processes) {
      if (
        process.status !== undefined &&
        process.status.kind !== 'stopped' &&
        process.status.kind !== 'continued'
      )
        continue;
      try {
        const waited = await shell.sys.wait(process.pid, { noHang: true, untraced: true, continued: true });
        if (waited) process.status = waited.status.kind === 'continued' ? undefined : waited.status;
      } catch (error) {
        if (!isErrno(error, 'ECHILD', 'EINTR')) throw error;
        if (isErrno(error, 'ECHILD') && process.status === undefined)
          process.status = { kind: 'exited', code: 127 };
      }
    }
  }
}

/** Before a prompt: tells about jobs that have ended or stopped since, and forgets the ended ones. */
export async function reportJobs(shell: Shell): Promise<void> {
  if (shell.jobs.list.length === 0) return;
  await pollJobs(shell);
  for (const job of [...shell.jobs.list]) {
    const state = stateOf(job);
    if (state === 'running' || state === job.told) continue;
    job.told = state;
    const line = shell.jobs.line(job, words(shell));
    if (state === 'done') shell.jobs.remove(job);
    if (shell.interactive) await shell.error(line);
  }
}

/** Waits until a job has ended (or, with job control, stopped); gives its status. Interrupted by a trapped signal: undefined. */
export async function waitForJob(shell: Shell, job: Job): Promise<number | undefined> {
  for (const process of job.processes) {
    while (process.status === undefined) {
      try {
        process.status = (await shell.sys.wait(process.pid, { untraced: shell.option('monitor') }))!.status;
      } catch (error) {
        if (isErrno(error, 'EINTR')) return undefined;
        if (!isErrno(error, 'ECHILD')) throw error;
        process.status = { kind: 'exited', code: 127 };
      }
    }
  }
  return shellStatus(job.processes.at(-1)!.status!);
}
