import { CpuGroup } from '../sched/cpu-group.ts';
import { CpusetGroup } from './cpuset.ts';
import { DevicesGroup } from './devices.ts';
import { IoGroup } from './io.ts';
import { MemoryGroup } from './memory.ts';
import { NetClsGroup } from './net-cls.ts';
import { PidsGroup } from './pids.ts';

/** What each controller keeps for a cgroup (the kernel's cgroup_subsys_state). The others need no more than to know who is in it. */
export interface States {
  cpuset: CpusetGroup;
  cpu: CpuGroup;
  io: IoGroup;
  memory: MemoryGroup;
  devices: DevicesGroup;
  net_cls: NetClsGroup;
  pids: PidsGroup;
}

/** The controllers (cgroups(7)), in the kernel's order. In version 1 `io` is called `blkio`. */
export const CONTROLLERS = [
  'cpuset',
  'cpu',
  'cpuacct',
  'io',
  'memory',
  'devices',
  'freezer',
  'net_cls',
  'perf_event',
  'pids',
] as const;
export type Controller = (typeof CONTROLLERS)[number];

/** Those that version 2 has as such; what the others did is done there by the core (cpuacct, freezer), by BPF programs (devices, net_cls) or at once. */
export const UNIFIED = ['cpuset', 'cpu', 'io', 'memory', 'pids'] as const satisfies Controller[];
export type UnifiedController = (typeof UNIFIED)[number];

/** Those that can tell processes of one thread domain apart (cgroups(7), "Thread mode"). */
export const THREADED: ReadonlySet<Controller> = new Set<Controller>(['cpuset', 'cpu', 'pids']);

export const legacyName = (controller: Controller): string => (controller === 'io' ? 'blkio' : controller);

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
  devices: new DevicesGroup(),
  net_cls: new NetClsGroup(),
  pids: new PidsGroup(),
});

const MAKE: { [C in keyof States]: (parent: States[C]) => States[C] } = {
  cpuset: (parent) => new CpusetGroup(parent),
  cpu: (parent) => new CpuGroup(parent),
  io: (parent) => new IoGroup(parent),
  memory: (parent) => new MemoryGroup(parent),
  devices: (parent) => new DevicesGroup(parent),
  net_cls: (parent) => new NetClsGroup(parent),
  pids: (parent) => new PidsGroup(parent),
};

export const hasState = (controller: Controller): controller is keyof States =>
  Object.hasOwn(MAKE, controller);

/** Gives `to` a state of a controller of its own, below the one that it has. */
export function giveState<C extends keyof States>(to: Partial<States>, controller: C): void {
  to[controller] = MAKE[controller](to[controller]!);
}
