import { CpuGroup } from '../sched/cpu-group.ts';
import { CpusetGroup } from './cpuset.ts';
import { IoGroup } from './io.ts';
import { MemoryGroup } from './memory.ts';
import { PidsGroup } from './pids.ts';

/** What each controller keeps for a cgroup (the kernel's cgroup_subsys_state). */
export interface States {
  cpuset: CpusetGroup;
  cpu: CpuGroup;
  io: IoGroup;
  memory: MemoryGroup;
  pids: PidsGroup;
}

export type Controller = keyof States;

/** The controllers (cgroups(7)), in the kernel's order. */
export const CONTROLLERS = ['cpuset', 'cpu', 'io', 'memory', 'pids'] as const;

/** Those that can tell processes of one thread domain apart (cgroups(7), "Thread mode"). */
export const THREADED: ReadonlySet<Controller> = new Set(['cpuset', 'cpu', 'pids']);

/** What a machine has to give out. */
export interface Machine {
  /** Processors, as a mask. */
  readonly cpus: number;
  /** Bytes of memory for processes. */
  readonly memory: number;
}

/** The state of every controller in the root. */
export const rootStates = ({ cpus, memory }: Machine): States => ({
  cpuset: new CpusetGroup(undefined, cpus),
  cpu: new CpuGroup(),
  io: new IoGroup(),
  memory: new MemoryGroup(undefined, memory),
  pids: new PidsGroup(),
});

const MAKE: { [C in Controller]: (parent: States[C]) => States[C] } = {
  cpuset: (parent) => new CpusetGroup(parent),
  cpu: (parent) => new CpuGroup(parent),
  io: (parent) => new IoGroup(parent),
  memory: (parent) => new MemoryGroup(parent),
  pids: (parent) => new PidsGroup(parent),
};

/** Gives `to` a state of a controller of its own, below the one that it has. */
export function giveState<C extends Controller>(to: States, controller: C): void {
  to[controller] = MAKE[controller](to[controller]);
}
