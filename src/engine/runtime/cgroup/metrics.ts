import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { readText } from '../files.ts';

/** What a container uses, from the files of its cgroup (containerd's cgroups library). Times are nanoseconds, sizes bytes. */
export interface CgroupMetrics {
  version: 1 | 2;
  cpu: {
    total: number;
    user: number;
    kernel: number;
    /** Version 1 alone tells the processors apart. */
    perCpu?: number[];
    periods: number;
    throttledPeriods: number;
    throttledTime: number;
  };
  memory: {
    usage: number;
    /** Version 1 alone has the most that it ever was. */
    max?: number;
    limit: number;
    failures: number;
    /** All of memory.stat. */
    stats: Record<string, number>;
  };
  pids: { current: number; limit?: number };
  /** What went to and from each device. */
  io: { major: number; minor: number; operation: string; bytes: number }[];
}

/** Without a limit. */
const UNLIMITED = 2 ** 64;

/** Reads the files of a cgroup; what is not there is empty. */
class Directory {
  readonly #sys: Syscalls;
  readonly #path: string;

  constructor(sys: Syscalls, path: string) {
    this.#sys = sys;
    this.#path = path;
  }

  async text(file: string): Promise<string> {
    try {
      return (await readText(this.#sys, `${this.#path}/${file}`)).trim();
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return '';
      throw error;
    }
  }

  async number(file: string): Promise<number> {
    const text = await this.text(file);
    return text === 'max' ? UNLIMITED : Number(text);
  }

  async keyed(file: string): Promise<Record<string, number>> {
    const lines = (await this.text(file)).split('\n').filter((line) => line !== '');
    return Object.fromEntries(
      lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
    );
  }
}

export async function unifiedMetrics(sys: Syscalls, path: string): Promise<CgroupMetrics> {
  const directory = new Directory(sys, path);
  const cpu = await directory.keyed('cpu.stat');
  const events = await directory.keyed('memory.events');
  return {
    version: 2,
    cpu: {
      total: (cpu['usage_usec'] ?? 0) * 1000,
      user: (cpu['user_usec'] ?? 0) * 1000,
      kernel: (cpu['system_usec'] ?? 0) * 1000,
      periods: cpu['nr_periods'] ?? 0,
      throttledPeriods: cpu['nr_throttled'] ?? 0,
      throttledTime: (cpu['throttled_usec'] ?? 0) * 1000,
    },
    memory: {
      usage: await directory.number('memory.current'),
      limit: await directory.number('memory.max'),
      failures: events['oom'] ?? 0,
      stats: await directory.keyed('memory.stat'),
    },
    pids: { current: await directory.number('pids.current'), limit: await directory.number('pids.max') },
    io: (await directory.text('io.stat')).split('\n').flatMap((line) => {
      const [, major, minor, read, written] = /^(\d+):(\d+) rbytes=(\d+) wbytes=(\d+)/.exec(line) ?? [];
      if (written === undefined) return [];
      const device = { major: Number(major), minor: Number(minor) };
      return [
        { ...device, operation: 'read', bytes: Number(read) },
        { ...device, operation: 'write', bytes: Number(written) },
      ];
    }),
  };
}

/** `directoryOf` tells where the container's cgroup of a controller is. */
export async function legacyMetrics(
  sys: Syscalls,
  directoryOf: (controller: string) => string | undefined,
): Promise<CgroupMetrics> {
  const at = (controller: string) => new Directory(sys, directoryOf(controller) ?? '/nonexistent');
  const [cpu, cpuacct, memory, pids] = [at('cpu'), at('cpuacct'), at('memory'), at('pids')];
  const throttling = await cpu.keyed('cpu.stat');
  const ticks = await cpuacct.keyed('cpuacct.stat');
  const limit = await pids.number('pids.max');
  const io = await at('blkio').text('blkio.throttle.io_service_bytes_recursive');
  return {
    version: 1,
    cpu: {
      total: await cpuacct.number('cpuacct.usage'),
      user: (ticks['user'] ?? 0) * NANOSECONDS_PER_TICK,
      kernel: (ticks['system'] ?? 0) * NANOSECONDS_PER_TICK,
      perCpu: (await cpuacct.text('cpuacct.usage_percpu')).split(' ').map(Number),
      periods: throttling['nr_periods'] ?? 0,
      throttledPeriods: throttling['nr_throttled'] ?? 0,
      throttledTime: throttling['throttled_time'] ?? 0,
    },
    memory: {
      usage: await memory.number('memory.usage_in_bytes'),
      max: await memory.number('memory.max_usage_in_bytes'),
      limit: await memory.number('memory.limit_in_bytes'),
      failures: await memory.number('memory.failcnt'),
      stats: await memory.keyed('memory.stat'),
    },
    pids: { current: await pids.number('pids.current'), ...(limit < UNLIMITED && { limit }) },
    io: [...io.matchAll(/^(\d+):(\d+) (\S+) (\d+)$/gm)].map(([, major, minor, operation, bytes]) => ({
      major: Number(major),
      minor: Number(minor),
      operation: operation!,
      bytes: Number(bytes),
    })),
  };
}

/** A clock tick of 1/100 s. */
const NANOSECONDS_PER_TICK = 10_000_000;
