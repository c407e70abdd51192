import type { Syscalls } from '../../kernel/syscalls.ts';
import type { ResourcesSpec } from '../spec.ts';
import { isUnified } from './files.ts';
import { legacyManager } from './legacy.ts';
import type { CgroupMetrics } from './metrics.ts';
import { unifiedManager } from './unified.ts';

/** A container's cgroup (libcontainer's cgroups.Manager). */
export interface CgroupManager {
  /** Makes it, with all above it. */
  create(): Promise<void>;
  /** Sets the limits that are asked for; others stay. */
  set(resources: ResourcesSpec): Promise<void>;
  /** A process moves in: the one that has this door to the kernel. */
  join(sys: Syscalls): Promise<void>;
  freeze(on: boolean): Promise<void>;
  isFrozen(): Promise<boolean>;
  /** The processes in it. */
  processes(): Promise<number[]>;
  metrics(): Promise<CgroupMetrics>;
  /** How often the kernel killed in it for want of memory. */
  oomKills(): Promise<number>;
  remove(): Promise<void>;
}

/** The cgroup of a path as `cgroupsPath` of the specification has it. */
export async function cgroupManager(sys: Syscalls, path: string): Promise<CgroupManager> {
  return (await isUnified(sys)) ? unifiedManager(sys, path) : legacyManager(sys, path);
}
