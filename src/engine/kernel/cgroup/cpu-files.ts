import { Errno } from '../../base/errno.ts';
import { type CpuGroup, cgroupWeight, schedWeight } from '../sched/cpu-group.ts';
import { niceWeight } from '../sched/run-queue.ts';
import type { Cgroup } from './cgroup.ts';
import { type CgroupFile, READ, SET } from './file.ts';
import { integer, keyed, natural, orMax, showLimit } from './values.ts';

/** Documentation/admin-guide/cgroup-v2.rst, "CPU Interface Files"; cpu.stat, which every cgroup has, is among the core's. */
export const CPU_FILES: readonly CgroupFile<CpuGroup>[] = [
  {
    name: 'cpu.idle',
    mode: SET,
    read: ({ idle }) => `${Number(idle)}\n`,
    write(group, value) {
      const idle = integer(value, Number.NEGATIVE_INFINITY);
      if (idle !== 0 && idle !== 1) throw new Errno('EINVAL');
      group.setIdle(idle === 1);
    },
  },
  {
    name: 'cpu.max',
    mode: SET,
    read: ({ bandwidth: { quota, period } }) => `${showLimit(quota)} ${period}\n`,
    write({ bandwidth }, value, { kernel: { clock } }) {
      const [first = '', second = ''] = value.split(/\s+/);
      const quota = orMax(first, whole);
      // What is no number is no period given (sscanf()).
      const period = /^\d/.test(second) ? Number.parseInt(second, 10) : bandwidth.period;
      bandwidth.set(quota, period, bandwidth.burst, clock);
    },
  },
  {
    name: 'cpu.max.burst',
    mode: SET,
    read: ({ bandwidth }) => `${bandwidth.burst}\n`,
    write({ bandwidth }, value, { kernel: { clock } }) {
      bandwidth.set(bandwidth.quota, bandwidth.period, natural(value), clock);
    },
  },
  {
    name: 'cpu.weight',
    mode: SET,
    read: ({ weight }) => `${cgroupWeight(weight)}\n`,
    write: (group, value) => group.setWeight(schedWeight(natural(value, 1, 10_000))),
  },
  {
    name: 'cpu.weight.nice',
    mode: SET,
    read: ({ weight }) => `${nearestNice(weight)}\n`,
    write: (group, value) => group.setWeight(niceWeight(integer(value, -20, 19))),
  },
];

/** Decimal digits, as sscanf() has them. */
function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new Errno('EINVAL');
  return Number(text);
}

/** The first nice value, from the greatest weight on, whose distance grows again with the next (cpu_weight_nice_read_s64()). */
function nearestNice(weight: number): number {
  let last = Number.POSITIVE_INFINITY;
  for (let nice = -20; nice <= 19; nice++) {
    const distance = Math.abs(niceWeight(nice) - weight);
    if (distance >= last) return nice - 1;
    last = distance;
  }
  return 19;
}

/** What cpu.shares may be. */
const LEAST_SHARES = 2;
const MOST_SHARES = 262_144;

/** The same for version 1 (Documentation/scheduler/sched-design-CFS.rst, sched-bwc.rst). */
export const CPU_FILES_V1: readonly CgroupFile<CpuGroup>[] = [
  {
    name: 'cpu.cfs_burst_us',
    mode: SET,
    root: 'too',
    read: ({ bandwidth }) => `${bandwidth.burst}\n`,
    write(group, value, { kernel: { clock } }) {
      const { bandwidth } = notRoot(group);
      bandwidth.set(bandwidth.quota, bandwidth.period, natural(value), clock);
    },
  },
  {
    name: 'cpu.cfs_period_us',
    mode: SET,
    root: 'too',
    read: ({ bandwidth }) => `${bandwidth.period}\n`,
    write(group, value, { kernel: { clock } }) {
      const { bandwidth } = notRoot(group);
      bandwidth.set(bandwidth.quota, natural(value), bandwidth.burst, clock);
    },
  },
  {
    name: 'cpu.cfs_quota_us',
    mode: SET,
    root: 'too',
    read: ({ bandwidth: { quota } }) => `${Number.isFinite(quota) ? quota : -1}\n`,
    write(group, value, { kernel: { clock } }) {
      const { bandwidth } = notRoot(group);
      const quota = integer(value, Number.NEGATIVE_INFINITY);
      bandwidth.set(quota < 0 ? Number.POSITIVE_INFINITY : quota, bandwidth.period, bandwidth.burst, clock);
    },
  },
  { ...CPU_FILES[0]!, root: 'too' },
  {
    name: 'cpu.shares',
    mode: SET,
    root: 'too',
    read: ({ weight }) => `${weight}\n`,
    write: (group, value) =>
      notRoot(group).setWeight(
        Math.min(MOST_SHARES, Math.max(LEAST_SHARES, natural(value, 0, Number.POSITIVE_INFINITY))),
      ),
  },
  {
    name: 'cpu.stat',
    mode: READ,
    root: 'too',
    read: ({ bandwidth }) =>
      keyed({
        nr_periods: bandwidth.periods,
        nr_throttled: bandwidth.throttledPeriods,
        throttled_time: bandwidth.throttledTime * 1000,
        nr_bursts: bandwidth.bursts,
        burst_time: bandwidth.burstTime * 1000,
      }),
  },
];

/** The root has all there is. */
function notRoot(group: CpuGroup): CpuGroup {
  if (!group.parent) throw new Errno('EINVAL');
  return group;
}

type Part = 'user' | 'system' | 'both';

/** What of a processor's time is meant, ns; of all processors where none is named. */
function usage({ cpuTime }: Cgroup, part: Part, cpu?: number): number {
  const { user, system, processors } = cpuTime;
  const [inProgram = 0, inKernel = 0] =
    cpu === undefined ? [user, system] : [processors[2 * cpu], processors[2 * cpu + 1]];
  return Math.floor(1000 * ((part === 'system' ? 0 : inProgram) + (part === 'user' ? 0 : inKernel)));
}

const sumFile = (name: string, part: Part): CgroupFile<Cgroup> => ({
  name,
  mode: READ,
  root: 'too',
  read: (cgroup) => `${usage(cgroup, part)}\n`,
});

const eachFile = (name: string, part: Part): CgroupFile<Cgroup> => ({
  name,
  mode: READ,
  root: 'too',
  read: (cgroup, { kernel }) => `${kernel.cpus.map(({ id }) => `${usage(cgroup, part, id)} `).join('')}\n`,
});

/** Documentation/admin-guide/cgroup-v1/cpuacct.rst: version 2 has this in cpu.stat. */
export const CPUACCT_FILES: readonly CgroupFile<Cgroup>[] = [
  {
    name: 'cpuacct.stat',
    mode: READ,
    root: 'too',
    read: ({ cpuTime: { user, system } }) => keyed({ user: user / 10_000, system: system / 10_000 }),
  },
  {
    ...sumFile('cpuacct.usage', 'both'),
    mode: SET,
    write(_cgroup, value) {
      // Only to 0, which is not done here.
      if (natural(value) !== 0) throw new Errno('EINVAL');
    },
  },
  {
    name: 'cpuacct.usage_all',
    mode: READ,
    root: 'too',
    read: (cgroup, { kernel }) =>
      `cpu user system\n${kernel.cpus.map(({ id }) => `${id} ${usage(cgroup, 'user', id)} ${usage(cgroup, 'system', id)}\n`).join('')}`,
  },
  eachFile('cpuacct.usage_percpu', 'both'),
  eachFile('cpuacct.usage_percpu_sys', 'system'),
  eachFile('cpuacct.usage_percpu_user', 'user'),
  sumFile('cpuacct.usage_sys', 'system'),
  sumFile('cpuacct.usage_user', 'user'),
];
