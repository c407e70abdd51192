import type { ResourceLimit } from './syscalls.ts';

/** A limit of setrlimit(2); Infinity is RLIM_INFINITY. */
export interface Limit {
  readonly soft: number;
  readonly hard: number;
}

export type Limits = Readonly<Record<ResourceLimit, Limit>>;

/**
 * How many tasks there can be at once (kernel.threads-max). Linux takes a share of the memory for their stacks, four times as many on a
 * machine of this size; here each is more than a stack to the browser that runs them, and a fork bomb makes them all.
 */
export const THREADS_MAX = 4096;

/** Of a user: half of all (fork_init() in kernel/fork.c); of pending signals as many. */
export const USER_THREADS_MAX = THREADS_MAX / 2;

const UNLIMITED: Limit = { soft: Number.POSITIVE_INFINITY, hard: Number.POSITIVE_INFINITY };

/** What a machine's first process has. */
export const INITIAL_LIMITS: Limits = {
  cpu: UNLIMITED,
  fsize: UNLIMITED,
  data: UNLIMITED,
  stack: { soft: 8388608, hard: Number.POSITIVE_INFINITY },
  core: { soft: 0, hard: Number.POSITIVE_INFINITY },
  rss: UNLIMITED,
  nproc: { soft: USER_THREADS_MAX, hard: USER_THREADS_MAX },
  nofile: { soft: 1024, hard: 1048576 },
  memlock: { soft: 8388608, hard: 8388608 },
  as: UNLIMITED,
};

const ROWS: readonly (readonly [title: string, limit: ResourceLimit | Limit, unit: string])[] = [
  ['Max cpu time', 'cpu', 'seconds'],
  ['Max file size', 'fsize', 'bytes'],
  ['Max data size', 'data', 'bytes'],
  ['Max stack size', 'stack', 'bytes'],
  ['Max core file size', 'core', 'bytes'],
  ['Max resident set', 'rss', 'bytes'],
  ['Max processes', 'nproc', 'processes'],
  ['Max open files', 'nofile', 'files'],
  ['Max locked memory', 'memlock', 'bytes'],
  ['Max address space', 'as', 'bytes'],
  ['Max file locks', UNLIMITED, 'locks'],
  ['Max pending signals', { soft: USER_THREADS_MAX, hard: USER_THREADS_MAX }, 'signals'],
  ['Max msgqueue size', { soft: 819200, hard: 819200 }, 'bytes'],
  ['Max nice priority', { soft: 0, hard: 0 }, ''],
  ['Max realtime priority', { soft: 0, hard: 0 }, ''],
  ['Max realtime timeout', UNLIMITED, 'us'],
];

/** The text of /proc/PID/limits. */
export function limitsText(limits: Limits): string {
  const show = (value: number) =>
    (value === Number.POSITIVE_INFINITY ? 'unlimited' : String(value)).padEnd(20);
  const lines = ROWS.map(([title, which, unit]) => {
    const { soft, hard } = typeof which === 'string' ? limits[which] : which;
    return `${title.padEnd(25)} ${show(soft)} ${show(hard)} ${unit.padEnd(10)}`;
  });
  return `${'Limit'.padEnd(25)} ${'Soft Limit'.padEnd(20)} ${'Hard Limit'.padEnd(20)} ${'Units'.padEnd(10)}\n${lines.join('\n')}\n`;
}
