/** What the cpuset controller keeps for a cgroup (cpuset(7)). Processors are masks; there is one memory node. */
export class CpusetGroup {
  readonly parent: CpusetGroup | undefined;
  /** As asked for; 0 for nothing. */
  cpus: number;
  mems: number;

  constructor(parent: CpusetGroup | undefined, cpus = 0) {
    this.parent = parent;
    this.cpus = cpus;
    this.mems = parent ? 0 : 1;
  }

  /** Whether all asked for here is asked for above too. */
  get isSubset(): boolean {
    return !this.parent || ((this.cpus & ~this.parent.cpus) === 0 && (this.mems & ~this.parent.mems) === 0);
  }

  /** The processors that its members may use: what is asked for as far as the parent has it, or all that the parent has. */
  get effective(): number {
    if (!this.parent) return this.cpus;
    const above = this.parent.effective;
    return this.cpus & above || above;
  }
}
