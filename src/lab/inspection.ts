import type { ContainerModel, ImageModel } from '../engine/daemon/model.ts';

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
  images(): readonly ImageModel[];
  /** The text of a file on the machine; undefined where there is none. */
  file(path: string): string | undefined;
}
