const UNLIMITED = Number.POSITIVE_INFINITY;

/** What memory is used for: by processes, and by files that live in memory. */
export type MemoryKind = 'anon' | 'shmem';

/** What the memory controller keeps for a cgroup (Documentation/admin-guide/cgroup-v2.rst, "Memory"). Bytes. */
export class MemoryGroup {
  readonly parent: MemoryGroup | undefined;
  /** In use here and below. */
  readonly used: Record<MemoryKind, number> = { anon: 0, shmem: 0 };
  peak = 0;
  /** memory.max; for the root, what the machine has. */
  max: number;
  high = UNLIMITED;
  low = 0;
  min = 0;
  swapMax = UNLIMITED;
  swapHigh = UNLIMITED;
  zswapMax = UNLIMITED;
  /** Of version 1: memory and swap together, and what is only wished for. */
  memswMax = UNLIMITED;
  softLimit = UNLIMITED;
  swappiness = 60;
  /** Kill all or none. */
  oomGroup = false;
  /** Here and below, and here alone. */
  readonly events = noEvents();
  readonly localEvents = noEvents();
  /** Whose the charges are when this one is gone. */
  #heir: MemoryGroup | undefined;

  constructor(parent?: MemoryGroup, max = UNLIMITED) {
    this.parent = parent;
    this.max = max;
  }

  get current(): number {
    return this.used.anon + this.used.shmem;
  }

  /** Memory is taken, or given back. Who looks for `over` decides what follows. */
  charge(kind: MemoryKind, bytes: number): void {
    for (let group: MemoryGroup | undefined = this.living; group; group = group.parent) {
      group.used[kind] += bytes;
      group.peak = Math.max(group.peak, Math.min(group.current, group.max));
    }
  }

  /** The innermost group from here up that is above a limit. */
  over(limit: 'max' | 'high'): MemoryGroup | undefined {
    for (let group: MemoryGroup | undefined = this; group; group = group.parent)
      if (group.current > group[limit]) return group;
    return undefined;
  }

  count(event: MemoryEvent): void {
    this.localEvents[event]++;
    // The root has no such file.
    for (let group: MemoryGroup = this; group.parent; group = group.parent) group.events[event]++;
  }

  /** What is charged here stays charged above. */
  retire(): void {
    this.#heir = this.parent;
  }

  private get living(): MemoryGroup {
    let group: MemoryGroup = this;
    while (group.#heir) group = group.#heir;
    return group;
  }
}

export type MemoryEvent = 'low' | 'high' | 'max' | 'oom' | 'oom_kill' | 'oom_group_kill';

const noEvents = (): Record<MemoryEvent, number> => ({
  low: 0,
  high: 0,
  max: 0,
  oom: 0,
  oom_kill: 0,
  oom_group_kill: 0,
});

/**
 * Memory that one owner uses: a process, or a file that lives in memory. Each part stays charged to the cgroup in which it was first used, wherever
 * the owner moves meanwhile (cgroup-v2.rst, "Memory Ownership").
 */
export class MemoryCharges {
  readonly kind: MemoryKind;
  bytes = 0;
  readonly #parts: { group: MemoryGroup; bytes: number }[] = [];

  constructor(kind: MemoryKind) {
    this.kind = kind;
  }

  /** Uses `bytes` in all from now on. What is more is charged to `group`; what is less goes where it was charged last. */
  set(bytes: number, group: MemoryGroup): void {
    let more = bytes - this.bytes;
    this.bytes = bytes;
    while (more < 0) {
      const part = this.#parts.at(-1)!;
      const taken = Math.min(part.bytes, -more);
      part.group.charge(this.kind, -taken);
      part.bytes -= taken;
      more += taken;
      if (part.bytes === 0) this.#parts.pop();
    }
    if (more === 0) return;
    group.charge(this.kind, more);
    const last = this.#parts.at(-1);
    if (last?.group === group) last.bytes += more;
    else this.#parts.push({ group, bytes: more });
  }

  release(): void {
    for (const { group, bytes } of this.#parts.splice(0)) group.charge(this.kind, -bytes);
    this.bytes = 0;
  }
}
