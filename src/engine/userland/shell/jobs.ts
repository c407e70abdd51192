import { isErrno } from '../../base/errno.ts';
import type { WaitStatus } from '../../kernel/syscalls.ts';
import { shellStatus } from '../lib/spawn.ts';
import { type Job, type NewJob, stateOf } from './job-table.ts';
import { bashProcesses, jobWords, signalText } from './job-words.ts';
import { Abandon, type Shell } from './shell.ts';

/** Waiting for jobs and telling about them (job control, POSIX XCU 2.11). */

/** Waits for the processes of a foreground job. If it is stopped, it becomes a job of the table. */
export async function waitForeground(
  shell: Shell,
  pids: readonly number[],
  texts: readonly (() => string)[],
): Promise<WaitStatus[]> {
  const control = shell.option('monitor');
  const statuses: WaitStatus[] = [];
  for (const pid of pids) statuses.push(await waitOne(shell, pid, control));
  const job = () => ({
    group: pids[0]!,
    processes: pids.map((pid, i) => ({ pid, status: statuses[i], text: texts[i]?.() ?? '' })),
    directory: shell.variables.get('PWD') ?? '',
    controlled: control,
  });
  if (control) {
    await takeTerminal(shell);
    if (statuses.some((status) => status.kind === 'stopped')) {
      await tellStopped(shell, shell.jobs.add(job()));
      return statuses;
    }
  }
  // dash and BusyBox tell of each process of a pipeline, bash of the job by its last.
  if (!shell.dialect.bashSyntax)
    for (const status of statuses.slice(0, -1))
      if (status.kind === 'signaled' && status.signal !== 'SIGINT') await tellDeath(shell, status, job);
  await tellDeath(shell, statuses.at(-1), job);
  if (shell.dialect.bashSyntax && !shell.interactive) await reportJobs(shell);
  return statuses;
}

/** A foreground job was stopped: it is told at once. */
export async function tellStopped(shell: Shell, job: Job): Promise<void> {
  job.told = 'stopped';
  shell.jobs.touch(job);
  await shell.error(`\n${jobWords(shell, job)}`);
}

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
export async function tellDeath(
  shell: Shell,
  last: WaitStatus | undefined,
  job: () => NewJob,
): Promise<void> {
  if (last?.kind !== 'signaled') return;
  if (last.signal === 'SIGINT') {
    if (!shell.interactive) return;
    await shell.error('\n');
    shell.status = 130;
    throw new Abandon(130, true);
  }
  if (last.signal === 'SIGPIPE') return;
  if (shell.interactive || shell.dialect.name !== 'bash' || last.signal === 'SIGTERM')
    await shell.error(`${signalText(last)}\n`);
  else await tellBashDeath(shell, job());
}

/** `bash: line 3: 12345 Killed                  sleep 5` */
const tellBashDeath = (shell: Shell, job: NewJob): Promise<void> =>
  shell.error(shell.complaint(bashProcesses(shell, job, true).trimEnd()));

/** Looks, without waiting, what has become of the jobs. */
export async function pollJobs(shell: Shell): Promise<void> {
  for (const job of [...shell.jobs.list]) await pollJob(shell, job);
}

async function pollJob(shell: Shell, job: Job): Promise<void> {
  const before = stateOf(job);
  const control = shell.option('monitor');
  for (const process of job.processes) {
    const { status } = process;
    if (status !== undefined && status.kind !== 'stopped' && status.kind !== 'continued') continue;
    try {
      const waited = await shell.sys.wait(process.pid, {
        noHang: true,
        untraced: control,
        continued: control,
      });
      if (waited) process.status = waited.status.kind === 'continued' ? undefined : waited.status;
    } catch (error) {
      if (!isErrno(error, 'ECHILD', 'EINTR')) throw error;
      if (isErrno(error, 'ECHILD') && process.status === undefined)
        process.status = { kind: 'exited', code: 127 };
    }
  }
  const after = stateOf(job);
  if (after === before) return;
  if (after === 'stopped') shell.jobs.touch(job);
  else if (after === 'running') job.told = undefined;
}

/** Tells about jobs that have ended or stopped since, and forgets the ended ones: before a prompt, and in bash between the lines of scripts. */
export async function reportJobs(shell: Shell): Promise<void> {
  if (shell.jobs.list.length === 0) return;
  await pollJobs(shell);
  for (const job of [...shell.jobs.list]) {
    const state = stateOf(job);
    if (state === 'running' || state === job.told) continue;
    if (shell.dialect.name === 'bash') await reportBash(shell, job);
    else if (shell.interactive || shell.option('monitor')) await reportPosix(shell, job);
  }
}

async function reportPosix(shell: Shell, job: Job): Promise<void> {
  job.told = stateOf(job);
  const line = jobWords(shell, job);
  if (job.told === 'done') shell.jobs.remove(job);
  await shell.error(line);
}

/**
 * A script tells only of jobs that a signal has killed, with `-c` and under job control of all (jobs.c, notify_of_job_status).
 */
async function reportBash(shell: Shell, job: Job): Promise<void> {
  const state = stateOf(job);
  const last = job.processes.at(-1)!.status!;
  const silent = !shell.interactive && !shell.option('command') && last.kind !== 'signaled';
  if (silent || (shell.interactive && !shell.option('monitor'))) return;
  job.told = state;
  if (state === 'stopped') {
    await shell.error(`\n${jobWords(shell, job)}`);
    return;
  }
  const line = jobWords(shell, job);
  shell.jobs.remove(job);
  if (!shell.interactive && isLoud(shell, last)) await tellBashDeath(shell, job);
  else if (shell.option('monitor')) await shell.error(line);
}

/** Deaths of which a script tells: not those that users cause, nor those that it has trapped. */
const isLoud = (shell: Shell, status: WaitStatus): boolean =>
  status.kind === 'signaled' &&
  status.signal !== 'SIGINT' &&
  status.signal !== 'SIGPIPE' &&
  status.signal !== 'SIGTERM' &&
  !shell.traps.has(status.signal.slice(3));

/** Waits until a job has ended (or, with job control, stopped); gives its status. Interrupted by a trapped signal: undefined. */
export async function waitForJob(shell: Shell, job: Job): Promise<number | undefined> {
  for (const process of job.processes) {
    while (process.status === undefined) {
      try {
        process.status = (await shell.sys.wait(process.pid, { untraced: shell.option('monitor') }))!.status;
      } catch (error) {
        if (isErrno(error, 'EINTR')) {
          if (shell.pendingSignals.length > 0) return undefined;
          continue;
        }
        if (!isErrno(error, 'ECHILD')) throw error;
        process.status = { kind: 'exited', code: 127 };
      }
    }
  }
  return shellStatus(job.processes.at(-1)!.status!);
}
