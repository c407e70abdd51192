import { stateOf } from './job-table.ts';
import { pollJobs } from './jobs.ts';
import type { Shell } from './shell.ts';

/** Stopped jobs hold an interactive shell back once: the user is told, and leaves with the next attempt. */
export async function heldBack(shell: Shell): Promise<boolean> {
  await pollJobs(shell);
  const stopped = shell.jobs.list.some((job) => stateOf(job) === 'stopped');
  const running = shell.shopt.has('checkjobs') && shell.jobs.list.some((job) => stateOf(job) === 'running');
  if ((!stopped && !running) || shell.toldOfJobs > 0) return false;
  // Counts down as commands are read: the attempt right after this one counts.
  shell.toldOfJobs = 2;
  const bash = shell.dialect.name === 'bash';
  const kind = stopped ? 'stopped' : 'running';
  await shell.error(bash ? `There are ${kind} jobs.\n` : 'You have stopped jobs.\n');
  return true;
}
