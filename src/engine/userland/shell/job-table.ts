import type { WaitStatus } from '../../kernel/syscalls.ts';
import { shellStatus } from '../lib/spawn.ts';

export interface JobProcess {
  readonly pid: number;
  status: WaitStatus | undefined;
  readonly text: string;
}

export type JobState = 'running' | 'stopped' | 'done';

/** Background and stopped jobs of a shell, as `jobs` shows them. */
export interface Job {
  readonly id: number;
  /** Process group with job control, else the first process's pid. */
  readonly group: number;
  readonly processes: JobProcess[];
  /** The working directory in which it was started. */
  readonly directory: string;
  /** Started under job control: it can be brought to the foreground. */
  readonly controlled: boolean;
  /** The state that was last told to the user. */
  told: JobState | undefined;
  /** Waited for: dash and BusyBox keep it until its place is needed or it has been listed. */
  waited: boolean;
  /** `disown -h`: it is not sent SIGHUP when the shell ends. */
  keptAtHangup: boolean;
}

export type NewJob = Omit<Job, 'id' | 'told' | 'waited' | 'keptAtHangup'>;

/** How bash limits what it remembers of children that have ended: CHILD_MAX is at least this. */
const REMEMBERED = 4096;

export class JobTable {
  readonly list: Job[] = [];
  /** Most recent first: `%+` and `%-`. */
  #recent: Job[] = [];
  /** Statuses of ended jobs that `wait PID` may still ask for. */
  readonly ended = new Map<number, number>();

  /** What a subshell sees of its parent's jobs: none that it may wait for, but bash and BusyBox list them. */
  inherited(listed: boolean): JobTable {
    const table = new JobTable();
    if (listed) table.#parents = this;
    return table;
  }

  #parents: JobTable | undefined;

  /** The jobs to list: in a subshell that has none of its own, those of the shell it came from. */
  get visible(): JobTable {
    return this.list.length === 0 && this.#parents ? this.#parents.visible : this;
  }

  add(job: NewJob): Job {
    this.#parents = undefined;
    for (const old of [...this.list]) if (old.waited && stateOf(old) === 'done') this.remove(old);
    const id = (this.list.at(-1)?.id ?? 0) + 1;
    const added: Job = { ...job, id, told: undefined, waited: false, keptAtHangup: false };
    this.list.push(added);
    this.touch(added);
    return added;
  }

  /** Makes a job the current one. */
  touch(job: Job): void {
    this.#recent = [job, ...this.#recent.filter((other) => other !== job)];
  }

  /** Takes a job out of the table; how its processes ended is remembered. */
  remove(job: Job): void {
    const index = this.list.indexOf(job);
    if (index !== -1) this.list.splice(index, 1);
    this.#recent = this.#recent.filter((other) => other !== job);
    for (const { pid, status } of job.processes) if (status) this.ended.set(pid, shellStatus(status));
    for (const pid of this.ended.keys()) {
      if (this.ended.size <= REMEMBERED) break;
      this.ended.delete(pid);
    }
  }

  get current(): Job | undefined {
    return this.#ranked()[0];
  }

  get previous(): Job | undefined {
    return this.#ranked()[1];
  }

  /** As dash and BusyBox list them. */
  get newestFirst(): readonly Job[] {
    return this.#ranked();
  }

  /** Stopped jobs come before running ones. */
  #ranked(): Job[] {
    return [
      ...this.#recent.filter((job) => stateOf(job) === 'stopped'),
      ...this.#recent.filter((job) => stateOf(job) !== 'stopped'),
    ];
  }

  /** `%1`, `%+`, `%%`, `%-`, `%name`, `%?part`. */
  resolve(spec: string): Job | 'ambiguous' | undefined {
    const text = spec.replace(/^%/, '');
    if (text === '' || text === '%' || text === '+') return this.current;
    if (text === '-') return this.previous ?? this.current;
    if (/^\d+$/.test(text)) return this.list.find((job) => job.id === Number(text));
    const found = this.list.filter((job) =>
      text.startsWith('?') ? jobLine(job).includes(text.slice(1)) : jobLine(job).startsWith(text),
    );
    return found.length > 1 ? 'ambiguous' : found[0];
  }

  byPid(pid: number): Job | undefined {
    return this.list.find((job) => job.processes.some((process) => process.pid === pid));
  }

  mark(job: Job): '+' | '-' | ' ' {
    return job === this.current ? '+' : job === this.previous ? '-' : ' ';
  }
}

/** The commands of a job, joined as they were written. */
export const jobLine = (job: Job): string => job.processes.map(({ text }) => text).join(' | ');

const ended = (status: WaitStatus): boolean => status.kind === 'exited' || status.kind === 'signaled';

/** A job runs while one of its processes does, is stopped when one of the rest is. */
export function stateOf(job: Pick<Job, 'processes'>): JobState {
  let stopped = false;
  for (const { status } of job.processes) {
    if (status === undefined || status.kind === 'continued') return 'running';
    if (status.kind === 'stopped') stopped = true;
  }
  return stopped ? 'stopped' : 'done';
}

/** Processes that have not ended yet. */
export const livingProcesses = (job: Job): JobProcess[] =>
  job.processes.filter(({ status }) => status === undefined || !ended(status));
