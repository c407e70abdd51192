import { Errno } from '../base/errno.ts';
import { CpuGroup } from './sched/cpu-group.ts';
import type { Task } from './task.ts';

/** Controllers of the unified hierarchy (cgroups(7), "Cgroups v2 controllers") that are modelled. */
export const CONTROLLERS = ['cpuset', 'cpu', 'io', 'memory', 'pids'] as const;
export type Controller = (typeof CONTROLLERS)[number];

/** What a process weighs beside what its program declares: stack, tables, touched pages of libraries. */
export const PROCESS_FOOTPRINT = 360 * 1024;

const UNLIMITED = Number.POSITIVE_INFINITY;

/** A control group: a node of the one tree that every process is a member of (cgroups(7)). */
export class Cgroup {
  readonly name: string;
  readonly parent: Cgroup | undefined;
  readonly ino: number;
  readonly children = new Map<string, Cgroup>();
  readonly cpu: CpuGroup;
  readonly subtreeControl = new Set<Controller>();
  readonly limits = {
    pids: UNLIMITED,
    memory: UNLIMITED,
    memoryHigh: UNLIMITED,
    memoryLow: 0,
    memoryMin: 0,
    swap: UNLIMITED,
    ioWeight: 100,
    cpus: '',
    mems: '',
  };
  readonly events = { pidsMax: 0, memoryMax: 0, oom: 0, oomKill: 0 };
  memoryPeak = 0;
  pidsPeak = 0;
  /** cgroup.freeze as written here; an ancestor's freezes too. */
  freezing = false;
  removed = false;
  /** Members with their CPU times when they joined. */
  readonly #members = new Map<Task, { user: number; system: number }>();
  /** CPU time of former members. */
  #past = { user: 0, system: 0 };
  /** Processes and bytes here and below. */
  #processes = 0;
  #memory = 0;
  #nextIno: { value: number };

  constructor(name: string, parent?: Cgroup) {
    this.name = name;
    this.parent = parent;
    this.cpu = new CpuGroup(parent?.cpu);
    this.#nextIno = parent ? parent.#nextIno : { value: 1 };
    this.ino = this.#nextIno.value++;
  }

  /** `/` or `/system.slice/docker.service`. */
  get path(): string {
    return this.parent ? `${this.parent.parent ? this.parent.path : ''}/${this.name}` : '/';
  }

  /** The path as seen from a cgroup namespace whose root is `root`; `..` where it lies outside. */
  pathFrom(root: Cgroup): string {
    if (this.isWithin(root)) return this.path.slice(root.parent ? root.path.length : 0) || '/';
    let up = '';
    for (let above: Cgroup | undefined = root; above && !this.isWithin(above); above = above.parent)
      up += '/..';
    let common = root;
    while (!this.isWithin(common)) common = common.parent!;
    const rest = this.path.slice(common.parent ? common.path.length : 0);
    return up + (rest === '/' ? '' : rest);
  }

  isWithin(ancestor: Cgroup): boolean {
    for (let above: Cgroup | undefined = this; above; above = above.parent)
      if (above === ancestor) return true;
    return false;
  }

  get members(): Task[] {
    return [...this.#members.keys()];
  }

  *subtree(): IterableIterator<Cgroup> {
    yield this;
    for (const child of this.children.values()) yield* child.subtree();
  }

  get populated(): boolean {
    return this.#processes > 0;
  }

  /** Controllers that can be used here: what the parent hands down. */
  get controllers(): readonly Controller[] {
    return CONTROLLERS.filter((controller) => !this.parent || this.parent.subtreeControl.has(controller));
  }

  /** mkdir(2) in cgroupfs. */
  make(name: string): Cgroup {
    if (this.removed) throw new Errno('ENOENT');
    if (this.children.has(name)) throw new Errno('EEXIST');
    const child = new Cgroup(name, this);
    this.children.set(name, child);
    return child;
  }

  /** rmdir(2) in cgroupfs: EBUSY while it has members or children. */
  remove(name: string): void {
    const child = this.children.get(name);
    if (!child) throw new Errno('ENOENT');
    if (child.#members.size > 0 || child.children.size > 0) throw new Errno('EBUSY');
    this.children.delete(name);
    child.removed = true;
    this.#past.user += child.#past.user;
    this.#past.system += child.#past.system;
  }

  /** Membership of a process that is born here or moves here (cgroup.procs). */
  join(task: Task): void {
    this.#members.set(task, { user: task.userTime, system: task.systemTime });
    task.cgroup = this;
    this.#count(1, task.memory + PROCESS_FOOTPRINT);
    task.setFrozen(this.frozen);
  }

  leave(task: Task): void {
    const before = this.#members.get(task);
    if (!before) return;
    this.#past.user += task.userTime - before.user;
    this.#past.system += task.systemTime - before.system;
    this.#members.delete(task);
    this.#count(-1, -task.memory - PROCESS_FOOTPRINT);
  }

  /** A member's memory changes from what it was to `bytes`. */
  charge(task: Task, bytes: number): void {
    this.#count(0, bytes - task.memory);
    task.memory = bytes;
  }

  #count(processes: number, memory: number): void {
    for (let group: Cgroup | undefined = this; group; group = group.parent) {
      group.#processes += processes;
      group.#memory += memory;
      group.pidsPeak = Math.max(group.pidsPeak, group.#processes);
      group.memoryPeak = Math.max(group.memoryPeak, Math.min(group.#memory, group.limits.memory));
    }
  }

  /** Moves a process here. EBUSY where processes may not live beside delegated controllers ("no internal processes"). */
  move(task: Task): void {
    if (this.parent && this.subtreeControl.size > 0) throw new Errno('EBUSY');
    if (task.cgroup === this) return;
    task.kernel.runQueue.regroup(task, () => {
      task.cgroup.leave(task);
      this.join(task);
    });
  }

  /** Processes here and below. */
  get processes(): number {
    return this.#processes;
  }

  /** EAGAIN where pids.max of this cgroup or one above is reached. */
  requireRoomForProcess(): void {
    for (let group: Cgroup | undefined = this; group; group = group.parent) {
      if (group.limits.pids === UNLIMITED || group.processes < group.limits.pids) continue;
      group.events.pidsMax++;
      throw new Errno('EAGAIN');
    }
  }

  /** Bytes charged here and below. */
  get memory(): number {
    return this.#memory;
  }

  /** The innermost cgroup from here up whose memory.max is exceeded. */
  overMemory(): Cgroup | undefined {
    for (let group: Cgroup | undefined = this; group; group = group.parent) {
      if (group.#memory > group.limits.memory) return group;
    }
    return undefined;
  }

  get cpuTime(): { user: number; system: number } {
    let { user, system } = this.#past;
    for (const [task, before] of this.#members) {
      user += task.userTime - before.user;
      system += task.systemTime - before.system;
    }
    for (const child of this.children.values()) {
      const time = child.cpuTime;
      user += time.user;
      system += time.system;
    }
    return { user, system };
  }

  get frozen(): boolean {
    return this.freezing || (this.parent?.frozen ?? false);
  }

  /** cgroup.freeze */
  freeze(on: boolean): void {
    this.freezing = on;
    for (const group of this.subtree()) for (const task of group.members) task.setFrozen(group.frozen);
  }
}
