import { isErrno } from '../../../base/errno.ts';
import { SIGNALS } from '../../../kernel/signals.ts';
import { shellStatus } from '../../lib/spawn.ts';
import { type Job, stateOf } from '../job-table.ts';
import { signalText } from '../job-words.ts';
import { pollJobs, reportJobs, waitForJob } from '../jobs.ts';
import { assignChecked } from '../parameters.ts';
import type { Shell } from '../shell.ts';
import { runPendingTraps } from '../traps.ts';
import { jobNamed } from './jobs.ts';
import { misuse } from './misuse.ts';
import { parseOptions } from './parse-options.ts';
import type { BuiltinRun } from './table.ts';

/** A trapped signal has come while waiting. */
class Interrupted extends Error {}

/** `wait` (POSIX XCU wait), and bash's `-n`, which waits for the next of several, and `-p`, which says for which. */
export const wait: BuiltinRun = async (shell, args) => {
  const bash = shell.dialect.name === 'bash';
  const letters = bash ? 'nfp:' : shell.dialect.name === 'ash' ? 'n' : '';
  const { on, operands } = await parseOptions(shell, 'wait', args, letters, 'wait [-fn] [-p var] [id ...]');
  const variable = on.get('p');
  if (variable !== undefined) shell.variables.unset(variable);
  try {
    if (on.has('n')) return await waitForNext(shell, operands, variable);
    if (operands.length === 0) return await waitForAll(shell);
    let status = 0;
    for (const spec of operands) status = await waitFor(shell, spec, variable);
    return status;
  } catch (error) {
    if (error instanceof Interrupted) return interrupted(shell);
    throw error;
  } finally {
    if (bash && !shell.interactive) await reportJobs(shell);
  }
};

async function waitForAll(shell: Shell): Promise<number> {
  for (const job of [...shell.jobs.list])
    if (stateOf(job) !== 'stopped') await finished(shell, job, undefined, true);
  return 0;
}

async function waitFor(shell: Shell, spec: string, variable: string | undefined): Promise<number> {
  const bash = shell.dialect.name === 'bash';
  if (!spec.startsWith('%') && !/^\d+$/.test(spec)) {
    if (!bash) return misuse(shell, 'wait', shell.dialect.illegalNumber(spec));
    await shell.warn(`\`${spec}': not a pid or valid job spec`, 'wait');
    return 1;
  }
  const pid = Number(spec);
  const job = spec.startsWith('%') ? await jobNamed(shell, 'wait', spec) : shell.jobs.byPid(pid);
  if (job !== undefined) {
    const status = await finished(shell, job, spec.startsWith('%') ? undefined : pid);
    if (variable !== undefined)
      await assignChecked(shell, variable, spec.startsWith('%') ? String(job.processes.at(-1)!.pid) : spec);
    return status;
  }
  const known = shell.jobs.ended.get(pid);
  if (known !== undefined) return known;
  if (bash && !spec.startsWith('%')) await shell.warn(`pid ${spec} is not a child of this shell`, 'wait');
  return 127;
}

/** Waits until one of the jobs has ended. */
async function waitForNext(
  shell: Shell,
  specs: readonly string[],
  variable: string | undefined,
): Promise<number> {
  await pollJobs(shell);
  let candidates = [...shell.jobs.list];
  if (specs.length > 0) {
    candidates = [];
    for (const spec of specs) {
      const job = spec.startsWith('%') ? shell.jobs.resolve(spec) : shell.jobs.byPid(Number(spec));
      if (job !== undefined && job !== 'ambiguous') candidates.push(job);
    }
  }
  for (;;) {
    const job = candidates.find((one) => stateOf(one) === 'done');
    if (job !== undefined) {
      const { pid, status } = job.processes.at(-1)!;
      if (variable !== undefined) await assignChecked(shell, variable, String(pid));
      shell.jobs.remove(job);
      return shellStatus(status!);
    }
    if (candidates.every((one) => stateOf(one) === 'stopped')) return 127;
    await nextChild(shell);
  }
}

/** Waits for any child, and notes what has become of it. */
async function nextChild(shell: Shell): Promise<void> {
  try {
    const waited = await shell.sys.wait(-1, { untraced: shell.option('monitor') });
    const process = shell.jobs.byPid(waited!.pid)?.processes.find(({ pid }) => pid === waited!.pid);
    if (process) process.status = waited!.status;
  } catch (error) {
    if (isErrno(error, 'ECHILD')) await pollJobs(shell);
    else if (!isErrno(error, 'EINTR')) throw error;
    else if (shell.pendingSignals.length > 0) throw new Interrupted();
  }
}

/** The status of a job that has ended, or of one of its processes. */
async function finished(shell: Shell, job: Job, pid?: number, quietly = false): Promise<number> {
  const code = await waitForJob(shell, job);
  if (code === undefined) throw new Interrupted();
  const process = pid === undefined ? undefined : job.processes.find((one) => one.pid === pid);
  const status = process?.status === undefined ? code : shellStatus(process.status);
  if (stateOf(job) !== 'done') return status;
  // bash has `wait` tell about a job before it forgets it.
  if (shell.dialect.name === 'bash') {
    await reportJobs(shell);
    if (!shell.interactive || pid !== undefined) shell.jobs.remove(job);
    return status;
  }
  job.waited = true;
  const last = job.processes.at(-1)!.status!;
  const quiet = quietly || shell.interactive || last.kind !== 'signaled';
  if (!quiet && last.signal !== 'SIGINT' && last.signal !== 'SIGPIPE')
    await shell.error(`${signalText(last)}\n`);
  return status;
}

async function interrupted(shell: Shell): Promise<number> {
  const signal = shell.pendingSignals[0];
  await runPendingTraps(shell);
  return 128 + (signal ? SIGNALS[signal].number : 0);
}
