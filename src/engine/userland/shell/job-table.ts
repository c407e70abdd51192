import { SIGNALS } from '../../kernel/signals.ts';
import type { WaitStatus } from '../../kernel/syscalls.ts';
import { shellStatus } from '../lib/spawn.ts';

/** Background and stopped jobs of a shell, as `jobs` shows them. */
export interface Job {
  id: number;
  /** Process group with job control, else the last process's pid. */
  group: number;
  processes: { pid: number; status: WaitStatus | undefined }[];
  text: string;
  /** The state that was last told to the user. */
  told: 'running' | 'stopped' | 'done' | undefined;
  foreground: boolean;
}

export class JobTable {
  readonly list: Job[] = [];
  /** Most recent first: `%+` and `%-`. */
  #recent: Job[] = [];
  /** Statuses of ended jobs that `wait PID` may still ask for. */
  readonly ended = new Map<number, number>();

  /** What a subshell sees of its parent's jobs: none that it may wait for. */
  inherited(): JobTable {
    return new JobTable();
  }

  add(job: Omit<Job, 'id' | 'told' | 'foreground'>): Job {
    const id = (this.list.at(-1)?.id ?? 0) + 1;
    const added: Job = { ...job, id, told: undefined, foreground: false };
    this.list.push(added);
    this.touch(added);
    return added;
  }

  /** Makes a job the current one. */
  touch(job: Job): void {
    this.#recent = [job, ...this.#recent.filter((other) => other !== job)];
  }

  remove(job: Job): void {
    const index = this.list.indexOf(job);
    if (index !== -1) this.list.splice(index, 1);
    this.#recent = this.#recent.filter((other) => other !== job);
    const last = job.processes.at(-1);
    if (last?.status) this.ended.set(last.pid, shellStatus(last.status));
  }

  get current(): Job | undefined {
    return this.#ranked()[0];
  }

  get previous(): Job | undefined {
    return this.#ranked()[1];
  }

  /** Stopped jobs come before running ones. */
  #ranked(): Job[] {
    return [
      ...this.#recent.filter((job) => stateOf(job) === 'stopped'),
      ...this.#recent.filter((job) => stateOf(job) !== 'stopped'),
    ];
  }

  /** `%1`, `%+`, `%%`, `%-`, `%name`, `%?part`. */
  resolve(spec: string): Job | undefined {
    const text = spec.replace(/^%/, '');
    if (text === '' || text === '%' || text === '+') return this.current;
    if (text === '-') return this.previous ?? this.current;
    if (/^\d+$/.test(text)) return this.list.find((job) => job.id === Number(text));
    if (text.startsWith('?')) return this.list.find((job) => job.text.includes(text.slice(1)));
    return this.list.find((job) => job.text.startsWith(text));
  }

  byPid(pid: number): Job | undefined {
    return this.list.find((job) => job.processes.some((process) => process.pid === pid));
  }

  mark(job: Job): '+' | '-' | ' ' {
    return job === this.current ? '+' : job === this.previous ? '-' : ' ';
  }

  /** `[1]+  Running                 sleep 100 &` */
  line(job: Job, words: 'bash' | 'posix', long = false): string {
    const state = stateOf(job);
    const text = stateText(job, words);
    const amp = state === 'running' && words === 'bash' ? ' &' : '';
    if (words === 'posix') {
      const pid = long ? `${job.processes[0]!.pid} ` : '';
      return `[${job.id}] ${this.mark(job)} ${pid}${text.padEnd(long ? 26 : 27)}${job.text}\n`.replace(
        /^\[(\d+)\] ([ +-]) /,
        '[$1] $2 ',
      );
    }
    const pid = long ? `${String(job.processes[0]!.pid).padStart(5)} ` : ' ';
    return `[${job.id}]${this.mark(job)} ${pid}${text.padEnd(24)}${job.text}${amp}\n`;
  }
}

/** A job runs while one of its processes does, is stopped when one of the rest is. */
export function stateOf(job: Job): 'running' | 'stopped' | 'done' {
  let stopped = false;
  for (const { status } of job.processes) {
    if (status === undefined || status.kind === 'continued') return 'running';
    if (status.kind === 'stopped') stopped = true;
  }
  return stopped ? 'stopped' : 'done';
}

/** `Running`, `Stopped`, `Done`, `Exit 3`, `Terminated`. */
export function stateText(job: Job, words: 'bash' | 'posix'): string {
  const state = stateOf(job);
  if (state === 'running') return 'Running';
  if (state === 'stopped') {
    const stopped = job.processes.find(({ status }) => status?.kind === 'stopped')?.status;
    return stopped?.kind === 'stopped' ? SIGNALS[stopped.signal].text : 'Stopped';
  }
  const last = job.processes.at(-1)!.status!;
  if (last.kind === 'signaled') return signalText(last);
  const code = last.kind === 'exited' ? last.code : 0;
  return code === 0 ? 'Done' : words === 'bash' ? `Exit ${code}` : `Done(${code})`;
}

/** `Segmentation fault (core dumped)` */
export const signalText = (status: WaitStatus & { kind: 'signaled' }): string =>
  `${SIGNALS[status.signal].text}${status.coreDumped ? ' (core dumped)' : ''}`;
