import type { ContainerInspect } from '../engine/api/containers.ts';
import type { ImageSummary } from '../engine/api/images.ts';

/**
 * A look at a machine from outside: what checks and X-ray views may ask. It reads the state that the kernel and the daemon
 * hold, and leaves no trace: no process, no system call, no passing of time.
 */
export interface Inspection {
  /** Containers as `docker inspect` shows them, oldest first. */
  containers(): readonly ContainerInspect[];
  /** The container of a name, without its slash. */
  container(name: string): ContainerInspect | undefined;
  /** Containers that have been removed, as they were last. */
  removed(): readonly ContainerInspect[];
  images(): readonly ImageSummary[];
  /** The text of a file on the machine; undefined where there is none. */
  file(path: string): string | undefined;
}
