import { SIGNALS } from '../../kernel/signals.ts';
import type { WaitStatus } from '../../kernel/syscalls.ts';
import { type Job, type JobProcess, jobLine, type NewJob, stateOf } from './job-table.ts';
import type { Shell } from './shell.ts';

/** How each shell shows a job: bash's jobs.c (pretty_print_job), dash's and BusyBox' showjob. */

/** `[1]+  Running                 sleep 100 &`; `long` with the pids of its processes. */
export function jobWords(shell: Shell, job: Job, long = false): string {
  const mark = shell.jobs.visible.mark(job);
  if (shell.dialect.name === 'bash') return `[${job.id}]${mark} ${bashProcesses(shell, job, long)}`;
  return posixWords(job, mark, shell.dialect.name === 'dash' ? '[n] m ' : '[n]m  ', long);
}

/** How wide the state is made (jobs.c's LONGEST_SIGNAL_DESC). */
const STATE_WIDTH = 24;

/** The processes of a job, as bash also names them when one has died: `12345 Killed   sleep 5`. */
export function bashProcesses(shell: Shell, job: NewJob, long: boolean): string {
  let out = '';
  const first = job.processes[0]!;
  for (const [i, process] of job.processes.entries()) {
    if (i > 0) out += long ? '     ' : ' |';
    if (long) out += String(process.pid).padStart(5);
    out += ' ';
    if (i === 0 || long) {
      const same = i > 0 && sameState(process, first);
      out += same ? ' '.repeat(STATE_WIDTH - 2) : bashState(job, process, long).padEnd(STATE_WIDTH);
      const { status } = process;
      if (status?.kind === 'signaled' && status.coreDumped) out += '(core dumped) ';
    }
    if (i > 0 && long) out += '| ';
    out += process.text;
    const last = i === job.processes.length - 1;
    if (last && stateOf(job) === 'running') out += ' &';
    if (last && job.directory !== '' && job.directory !== (shell.variables.get('PWD') ?? ''))
      out += `  (wd: ${tilde(shell, job.directory)})`;
    if (long || last) out += '\n';
  }
  return out;
}

const sameState = (a: JobProcess, b: JobProcess): boolean =>
  JSON.stringify(a.status) === JSON.stringify(b.status);

/** A directory with `~` for the home directory. */
export function tilde(shell: Shell, path: string): string {
  const home = shell.variables.get('HOME');
  return home && (path === home || path.startsWith(`${home}/`)) ? `~${path.slice(home.length)}` : path;
}

/** `Running`, `Stopped`, `Done`, `Exit 3`, `Terminated`. */
function bashState(job: NewJob, process: JobProcess, long: boolean): string {
  const state = stateOf(job);
  if (state === 'stopped' && !long) return 'Stopped';
  if (state === 'running') return 'Running';
  const { status } = process;
  if (status?.kind === 'stopped' || status?.kind === 'signaled') return SIGNALS[status.signal].text;
  const code = status?.kind === 'exited' ? status.code : 0;
  return code === 0 ? 'Done' : `Exit ${code}`;
}

/** Where the commands of a list stand in dash's and BusyBox' lines. */
const COMMAND_COLUMN = 33;

function posixWords(job: Job, mark: string, form: string, long: boolean): string {
  const head = form.replace('n', String(job.id)).replace('m', mark);
  const first = job.processes[0]!;
  const line = `${head}${long ? `${first.pid} ` : ''}${posixState(job)}`;
  let out = line + pad(line.length) + first.text;
  if (!long)
    return `${out}${job.processes
      .slice(1)
      .map(({ text }) => ` | ${text}`)
      .join('')}\n`;
  for (const { pid, text } of job.processes.slice(1)) {
    const next = `${' '.repeat(head.length)}${pid} `;
    out += ` |\n${next}${pad(next.length)}${text}`;
  }
  return `${out}\n`;
}

const pad = (column: number): string => ' '.repeat(Math.max(1, COMMAND_COLUMN - column));

function posixState(job: Job): string {
  const state = stateOf(job);
  if (state === 'running') return 'Running';
  const statuses = job.processes.map(({ status }) => status);
  const status = state === 'stopped' ? statuses.find((one) => one?.kind === 'stopped') : statuses.at(-1);
  if (status?.kind === 'stopped') return SIGNALS[status.signal].text;
  if (status?.kind === 'signaled') return signalText(status);
  const code = status?.kind === 'exited' ? status.code : 0;
  return code === 0 ? 'Done' : `Done(${code})`;
}

/** `Segmentation fault (core dumped)` */
export const signalText = (status: WaitStatus & { kind: 'signaled' }): string =>
  `${SIGNALS[status.signal].text}${status.coreDumped ? ' (core dumped)' : ''}`;

/** The job as `fg` and `bg` name it. */
export const jobTitle = (job: Job): string => jobLine(job);
