import { Errno } from '../../base/errno.ts';

const UNLIMITED = Number.POSITIVE_INFINITY;

/** What the pids controller keeps for a cgroup (Documentation/admin-guide/cgroup-v1/pids.rst). Zombies count until somebody waits for them. */
export class PidsGroup {
  readonly parent: PidsGroup | undefined;
  max = UNLIMITED;
  /** Processes here and below, and how many there ever were at once. */
  current = 0;
  peak = 0;
  /** How often a fork here was refused. */
  refused = 0;

  constructor(parent?: PidsGroup) {
    this.parent = parent;
  }

  /** EAGAIN where the limit of this cgroup, or of one above, is reached. The refusal is counted where the fork was. */
  requireRoom(): void {
    for (let group: PidsGroup | undefined = this; group; group = group.parent) {
      if (group.current < group.max) continue;
      this.refused++;
      throw new Errno('EAGAIN');
    }
  }

  /** Processes come or go. Whoever moves here may exceed the limit. */
  count(processes: number): void {
    for (let group: PidsGroup | undefined = this; group; group = group.parent) {
      group.current += processes;
      if (group.current > group.peak) group.peak = group.current;
    }
  }
}
