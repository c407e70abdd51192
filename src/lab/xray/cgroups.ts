import type { ContainerModel } from '../../engine/daemon/model.ts';
import type { Cgroup } from '../../engine/kernel/cgroup/cgroup.ts';
import type { Kernel } from '../../engine/kernel/kernel.ts';
import { cgroupWeight } from '../../engine/kernel/sched/cpu-group.ts';

/** A control group with its meters. A limit that is not set is undefined. */
export interface CgroupView {
  /** From the root of the hierarchy: `/system.slice/docker.service`. */
  path: string;
  name: string;
  /** The container that it was made for. */
  container?: string;
  /** Its own members; those of its children are theirs. */
  processes: { pid: number; comm: string }[];
  /** Bytes, here and below. */
  memory: { current: number; peak: number; max?: number };
  cpu: {
    /** Microseconds of CPU time used here and below since it was made. */
    used: number;
    /** How many CPUs' time it may use (`cpu.max`). */
    max?: number;
    weight: number;
    /** Periods in which it had used up its share and stood still (`cpu.stat`). */
    throttled: number;
  };
  /** Processes here and below. */
  pids: { current: number; max?: number };
  frozen: boolean;
  /** How often a limit was reached: `memory.events` and `pids.events`. */
  events: { oomKill: number; pidsMax: number };
  children: CgroupView[];
}

export interface CgroupsView {
  /** The machine's clock, ms. */
  time: number;
  cpus: number;
  /** Bytes of memory that the machine has. */
  memory: number;
  root: CgroupView;
}

/** The control groups of a machine, and what fills them. */
export function cgroupsView(kernel: Kernel, containers: readonly ContainerModel[]): CgroupsView {
  const names = new Map<Cgroup, string>();
  for (const task of kernel.tasks) {
    const container = containers.find(({ pid }) => pid === task.pid);
    if (container) names.set(task.cgroup, container.name);
  }
  const view = (group: Cgroup): CgroupView => {
    const { memory, cpu, pids } = group.states;
    const container = names.get(group);
    const { user, system } = group.cpuTime;
    return {
      path: group.path,
      name: group.name,
      ...(container === undefined ? {} : { container }),
      processes: group.members.map(({ pid, comm }) => ({ pid, comm })),
      memory: { current: memory.current, peak: memory.peak, ...(group.parent && limit('max', memory.max)) },
      cpu: {
        used: user + system,
        throttled: cpu.bandwidth.throttledPeriods,
        weight: cgroupWeight(cpu.weight),
        ...limit('max', cpu.bandwidth.quota / cpu.bandwidth.period),
      },
      pids: { current: pids.current, ...limit('max', pids.max) },
      frozen: group.frozen,
      events: { oomKill: memory.events.oom_kill, pidsMax: pids.refused },
      children: [...group.children.values()].map(view),
    };
  };
  return {
    time: kernel.clock.now(),
    cpus: kernel.cpus.length,
    memory: kernel.memory.total,
    root: view(kernel.rootCgroup),
  };
}

const limit = (name: 'max', value: number) => (Number.isFinite(value) ? { [name]: value } : {});

/** How many CPUs each cgroup kept busy between two looks, by its path. Empty where no time has passed. */
export function cpuUse(before: CgroupsView, after: CgroupsView): Map<string, number> {
  const passed = (after.time - before.time) * 1000;
  const use = new Map<string, number>();
  if (passed <= 0) return use;
  const earlier = new Map([...flat(before.root)].map((group) => [group.path, group.cpu.used]));
  // One that was made anew under an old path starts from nothing.
  for (const { path, cpu } of flat(after.root))
    use.set(path, Math.max(0, cpu.used - (earlier.get(path) ?? 0)) / passed);
  return use;
}

/** A cgroup and all below it, in the order of the tree. */
export function* flat(group: CgroupView): IterableIterator<CgroupView> {
  yield group;
  for (const child of group.children) yield* flat(child);
}
