import { Errno } from '../../base/errno.ts';
import { type CpuGroup, cgroupWeight, schedWeight } from '../sched/cpu-group.ts';
import { niceWeight } from '../sched/run-queue.ts';
import { type CgroupFile, SET } from './file.ts';
import { integer, natural, orMax, showLimit } from './values.ts';

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
