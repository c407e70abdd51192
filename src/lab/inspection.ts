import type { NetworkInspect } from '../engine/api/networks.ts';
import type { ContainerModel, ImageModel } from '../engine/daemon/model.ts';
import type { CgroupView } from './xray/cgroups.ts';
import type { MountView } from './xray/mounts.ts';
import type { NetworkView } from './xray/network.ts';
import type { NamespaceView, ProcessView } from './xray/processes.ts';
import type { RegistryNode } from './xray/registries.ts';

/** One thing that happened to a container. */
export interface EventView {
  /** `start`, `die`, `exec_create: sh`, … */
  action: string;
  container: string;
  /** Its name at that time. */
  name: string;
  attributes: Readonly<Record<string, string>>;
  /** On the machine's clock, ms. */
  time: number;
}

/**
 * A look at a machine from outside: what checks and X-ray views may ask. It reads the state that the kernel and the daemon
 * hold, and leaves no trace: no process, no system call, no passing of time.
 */
export interface Inspection {
  /** Containers, oldest first. */
  containers(): readonly ContainerModel[];
  /** The container of a name, without its slash. */
  container(name: string): ContainerModel | undefined;
  /** Containers that have been removed, as they were last. */
  removed(): readonly ContainerModel[];
  /** What happened to containers, as dockerd tells of it; oldest first, as far back as it keeps it. */
  containerEvents(): readonly EventView[];
  images(): readonly ImageModel[];
  /** Docker's networks. */
  networks(): readonly NetworkInspect[];
  /** Registries that run here, and those elsewhere that have been pushed to. */
  registries(): readonly RegistryNode[];
  /** What a container has written to its standard output and error, as its log file has it; empty where there is none. */
  logs(container: ContainerModel): string;
  /** Processes, zombies included, oldest first. */
  processes(): readonly ProcessView[];
  /** The namespaces of the machine itself. */
  namespaces(): readonly NamespaceView[];
  /** Every cgroup, parents before their children. */
  cgroups(): readonly CgroupView[];
  /** What a process sees mounted; nothing where there is no such process. */
  mounts(pid: number): readonly MountView[];
  /**
   * A network namespace: that of a process, by its PID, or one that has a name (ip-netns(8)).
   * Undefined where there is none.
   */
  network(of: number | string): NetworkView | undefined;
  /** The text of a file on the machine, whoever may read it; undefined where there is none. */
  file(path: string): string | undefined;
}
