import type { ContainerModel } from '../../engine/daemon/model.ts';
import type { Cgroup } from '../../engine/kernel/cgroup/cgroup.ts';
import type { Controller } from '../../engine/kernel/cgroup/controllers.ts';
import type { Kernel } from '../../engine/kernel/kernel.ts';
import { cgroupWeight, DEFAULT_WEIGHT } from '../../engine/kernel/sched/cpu-group.ts';

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

/**
 * The control groups of a machine, and what fills them. Where there are hierarchies of version 1, the cgroups of one path are shown as one: each
 * controller tells its part from the hierarchy in which it is.
 */
export function cgroupsView(kernel: Kernel, containers: readonly ContainerModel[]): CgroupsView {
  const { cgroups } = kernel;
  const hierarchies = cgroups.all.filter(({ visible, version }) => visible || version === 1);
  const names = new Map<Cgroup, string>();
  for (const task of kernel.tasks) {
    const container = containers.find(({ pid }) => pid === task.pid);
    if (container) for (const one of hierarchies) names.set(task.css.of(one), container.name);
  }
  const view = (groups: readonly Cgroup[]): CgroupView => {
    const [first] = groups;
    const of = (controller: Controller) =>
      groups.find(({ hierarchy }) => hierarchy === cgroups.of(controller));
    const memory = of('memory')?.states.memory;
    const cpu = of('cpu')?.states.cpu;
    const pids = of('pids')?.states.pids;
    const container = groups.map((group) => names.get(group)).find((name) => name !== undefined);
    const { user, system } = (of('cpuacct') ?? first!).cpuTime;
    const members = new Map(groups.flatMap((group) => group.members).map(({ pid, comm }) => [pid, comm]));
    const children = new Set(groups.flatMap((group) => [...group.children.keys()]));
    return {
      path: first!.path,
      name: first!.name,
      ...(container === undefined ? {} : { container }),
      processes: [...members].map(([pid, comm]) => ({ pid, comm })),
      memory: {
        current: memory?.current ?? 0,
        peak: memory?.peak ?? 0,
        ...(memory?.parent && limit('max', memory.max)),
      },
      cpu: {
        used: user + system,
        throttled: cpu?.bandwidth.throttledPeriods ?? 0,
        weight: cgroupWeight(cpu?.weight ?? DEFAULT_WEIGHT),
        ...(cpu && limit('max', cpu.bandwidth.quota / cpu.bandwidth.period)),
      },
      pids: { current: pids?.current ?? 0, ...(pids && limit('max', pids.max)) },
      frozen: groups.some(({ frozen }) => frozen),
      events: { oomKill: memory?.events.oom_kill ?? 0, pidsMax: pids?.refused ?? 0 },
      children: [...children].map((name) =>
        view(groups.flatMap(({ children: below }) => below.get(name) ?? [])),
      ),
    };
  };
  return {
    time: kernel.clock.now(),
    cpus: kernel.cpus.length,
    memory: kernel.memory.total,
    root: view(hierarchies.map(({ root }) => root)),
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
