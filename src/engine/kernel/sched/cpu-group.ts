import { Errno } from '../../base/errno.ts';
import { Bandwidth } from './bandwidth.ts';

/** Who competes for processors: a task, or a group of them (the kernel's sched_entity). */
export interface SchedEntity {
  /** Its part of the time, against 1024 of the default. */
  weight: number;
  /** What it has had, µs weighed against 1024: who has the least goes first. */
  vruntime: number;
}

/** The weight that `cpu.weight` 100, `cpu.shares` 1024 and a nice value of 0 amount to. */
export const DEFAULT_WEIGHT = 1024;

/** A weight as `cpu.weight` has it, and back: there 100 is the default. */
export const cgroupWeight = (weight: number): number => Math.round((weight * 100) / DEFAULT_WEIGHT);
export const schedWeight = (weight: number): number => Math.round((weight * DEFAULT_WEIGHT) / 100);

/** WEIGHT_IDLEPRIO */
const IDLE_WEIGHT = 3;

/** What the cpu controller keeps for a cgroup: its weight among its siblings, those in it that wait for a processor, and its bandwidth. */
export class CpuGroup implements SchedEntity {
  readonly parent: CpuGroup | undefined;
  weight = DEFAULT_WEIGHT;
  /** cpu.idle: has what all others leave. */
  idle = false;
  vruntime = 0;
  /** Tasks of this group, and groups in it, that wait. */
  readonly waiting: SchedEntity[] = [];
  readonly bandwidth: Bandwidth;

  constructor(parent?: CpuGroup) {
    this.parent = parent;
    this.bandwidth = new Bandwidth(parent?.bandwidth);
  }

  /** EINVAL while it is idle. */
  setWeight(weight: number): void {
    if (this.idle) throw new Errno('EINVAL');
    this.weight = weight;
  }

  setIdle(on: boolean): void {
    this.idle = on;
    this.weight = on ? IDLE_WEIGHT : DEFAULT_WEIGHT;
  }
}
