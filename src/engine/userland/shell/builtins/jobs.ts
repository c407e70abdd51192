import { isErrno } from '../../../base/errno.ts';
import { shellStatus } from '../../lib/spawn.ts';
import { type Job, livingProcesses, stateOf } from '../job-table.ts';
import { jobTitle, jobWords } from '../job-words.ts';
import { pollJobs, takeTerminal, tellDeath, tellStopped } from '../jobs.ts';
import type { Shell } from '../shell.ts';
import { misuse } from './misuse.ts';
import { parseOptions } from './parse-options.ts';
import type { BuiltinRun } from './table.ts';

/** jobs, fg, bg, disown, suspend (job control, POSIX XCU 2.11). */

/** The job that a specification names; undefined after a message. */
export async function jobNamed(shell: Shell, builtin: string, spec: string): Promise<Job | undefined> {
  const job =
    /^\d+$/.test(spec) && builtin === 'disown' ? shell.jobs.byPid(Number(spec)) : shell.jobs.resolve(spec);
  if (job !== undefined && job !== 'ambiguous') return job;
  const current = /^%?[%+]?$/.test(spec);
  if (shell.dialect.name !== 'bash') {
    const missing = shell.dialect.name === 'dash' ? `No such job: ${spec}` : `${spec}: no such job`;
    const message = job === 'ambiguous' ? `${spec}: ambiguous` : current ? 'No current job' : missing;
    return misuse(shell, builtin, message);
  }
  const name = spec === '' ? 'current' : spec;
  await shell.warn(
    job === 'ambiguous' ? `${spec.replace(/^%\??/, '')}: ambiguous job spec` : `${name}: no such job`,
    builtin,
  );
  return undefined;
}

export const jobs: BuiltinRun = async (shell, args) => {
  const letters = shell.dialect.name === 'bash' ? 'lpnxrs' : 'lp';
  const usage = 'jobs [-lnprs] [jobspec ...] or jobs -x command [args]';
  const { on, operands } = await parseOptions(shell, 'jobs', args, letters, usage);
  await pollJobs(shell);
  if (on.has('x')) return runWithPids(shell, operands);
  const chosen: Job[] = [];
  let status = 0;
  for (const spec of operands) {
    const job = await jobNamed(shell, 'jobs', spec);
    if (job === undefined) status = 1;
    else chosen.push(job);
  }
  let out = '';
  const all = shell.dialect.name === 'bash' ? shell.jobs.visible.list : shell.jobs.visible.newestFirst;
  for (const job of operands.length > 0 ? chosen : [...all]) {
    const state = stateOf(job);
    if ((on.has('r') && state !== 'running') || (on.has('s') && state !== 'stopped')) continue;
    if (on.has('n') && job.told === state) continue;
    out += on.has('p') ? `${job.group}\n` : jobWords(shell, job, on.has('l'));
    if (state !== 'running') job.told = state;
    if (state === 'done') shell.jobs.remove(job);
  }
  return (await shell.print(out, 'jobs')) || status;
};

/** `jobs -x COMMAND`: with the process groups in the place of the jobs. */
async function runWithPids(shell: Shell, words: readonly string[]): Promise<number> {
  const replaced = words.map((word) => {
    const job = word.startsWith('%') ? shell.jobs.resolve(word) : undefined;
    return job === undefined || job === 'ambiguous' ? word : String(job.group);
  });
  return replaced.length === 0 ? 0 : shell.evaluator.runWithoutFunctions(shell, replaced);
}

async function continueJob(shell: Shell, job: Job): Promise<void> {
  for (const process of job.processes) if (process.status?.kind === 'stopped') process.status = undefined;
  job.told = undefined;
  await shell.sys.kill(-job.group, 'SIGCONT').catch((error: unknown) => {
    if (!isErrno(error)) throw error;
  });
}

/** Whether jobs can be moved; a message otherwise. */
async function controls(shell: Shell, builtin: string, job?: Job): Promise<boolean> {
  if (shell.dialect.name === 'bash') {
    if (!shell.option('monitor')) {
      await shell.warn('no job control', builtin);
      return false;
    }
    if (job === undefined || job.controlled) return true;
    await shell.warn(`job ${job.id} started without job control`, builtin);
    return false;
  }
  if (job === undefined || job.controlled) return true;
  return misuse(shell, builtin, `job %${job.id} not created under job control`);
}

export const fg: BuiltinRun = async (shell, args) => {
  const { operands } = await parseOptions(shell, 'fg', args, '', 'fg [job_spec]');
  if (!(await controls(shell, 'fg'))) return 1;
  await pollJobs(shell);
  const job = await jobNamed(shell, 'fg', operands[0] ?? '');
  if (job === undefined || !(await controls(shell, 'fg', job))) return 1;
  if (stateOf(job) === 'done' && shell.dialect.name === 'bash') {
    await shell.warn('job has terminated', 'fg');
    shell.jobs.remove(job);
    return 1;
  }
  await shell.print(`${jobTitle(job)}\n`, 'fg');
  if (shell.terminal !== undefined)
    await shell.sys.ioctl(shell.terminal, { request: 'TIOCSPGRP', processGroup: job.group });
  await continueJob(shell, job);
  return inForeground(shell, job);
};

/** Waits for a job of the table as for any foreground job; stopped again, it keeps its number. */
async function inForeground(shell: Shell, job: Job): Promise<number> {
  const living = livingProcesses(job);
  for (const process of living) {
    for (;;) {
      try {
        process.status = (await shell.sys.wait(process.pid, { untraced: true }))!.status;
        break;
      } catch (error) {
        if (isErrno(error, 'EINTR')) continue;
        if (!isErrno(error, 'ECHILD')) throw error;
        process.status = { kind: 'exited', code: 127 };
        break;
      }
    }
  }
  const last = job.processes.at(-1)!.status!;
  await takeTerminal(shell);
  if (stateOf(job) === 'stopped') {
    await tellStopped(shell, job);
    return shellStatus(last);
  }
  shell.jobs.remove(job);
  await tellDeath(shell, last, () => job);
  return shellStatus(last);
}

export const bg: BuiltinRun = async (shell, args) => {
  const { operands } = await parseOptions(shell, 'bg', args, '', 'bg [job_spec ...]');
  if (!(await controls(shell, 'bg'))) return 1;
  await pollJobs(shell);
  let status = 0;
  for (const spec of operands.length > 0 ? operands : ['']) {
    const job = await jobNamed(shell, 'bg', spec);
    if (job === undefined || !(await controls(shell, 'bg', job))) {
      status = 1;
      continue;
    }
    if (stateOf(job) === 'running' && shell.dialect.name === 'bash') {
      await shell.warn(`job ${job.id} already in background`, 'bg');
      continue;
    }
    shell.jobs.touch(job);
    const bash = shell.dialect.name === 'bash';
    const mark = shell.jobs.mark(job);
    await shell.print(
      bash ? `[${job.id}]${mark} ${jobTitle(job)} &\n` : `[${job.id}] ${jobTitle(job)}\n`,
      'bg',
    );
    await continueJob(shell, job);
  }
  return status;
};

/** bash's `disown [-ahr] [job …]`: jobs leave the table, or are kept from SIGHUP only. */
export const disown: BuiltinRun = async (shell, args) => {
  const usage = 'disown [-h] [-ar] [jobspec ... | pid ...]';
  const { on, operands } = await parseOptions(shell, 'disown', args, 'ahr', usage);
  await pollJobs(shell);
  const release = (job: Job) => {
    if (on.has('h')) job.keptAtHangup = true;
    else shell.jobs.remove(job);
  };
  if (operands.length === 0 && (on.has('a') || on.has('r'))) {
    for (const job of [...shell.jobs.list]) if (!on.has('r') || stateOf(job) === 'running') release(job);
    return 0;
  }
  let status = 0;
  for (const spec of operands.length > 0 ? operands : ['']) {
    const job = await jobNamed(shell, 'disown', spec);
    if (job === undefined) status = 1;
    else release(job);
  }
  return status;
};

export const suspend: BuiltinRun = async (shell, args) => {
  const { on } = await parseOptions(shell, 'suspend', args, 'f', 'suspend [-f]');
  if (!shell.option('monitor')) return misuse(shell, 'suspend', 'cannot suspend: no job control', 1);
  if (!on.has('f') && shell.arg0.startsWith('-'))
    return misuse(shell, 'suspend', 'cannot suspend a login shell', 1);
  await shell.sys.kill(0, 'SIGSTOP');
  await takeTerminal(shell);
  return 0;
};
