import { Errno } from '../../base/errno.ts';
import type { FileSystem } from '../../vfs/filesystem.ts';
import type { Inode } from '../../vfs/inode.ts';
import type { Kernel } from '../kernel.ts';
import type { CpuTime, Task } from '../task.ts';
import {
  giveState,
  hasState,
  type States,
  THREADED,
  UNIFIED,
  type UnifiedController,
} from './controllers.ts';
import { CssSet, migrate } from './css-set.ts';
import type { AttachedPrograms } from './devices.ts';
import type { Hierarchy } from './hierarchy.ts';

/** A control group: a node of a hierarchy, of which processes are members (cgroups(7)). */
export class Cgroup {
  readonly hierarchy: Hierarchy;
  name: string;
  readonly parent: Cgroup | undefined;
  readonly ino: number;
  readonly children = new Map<string, Cgroup>();
  /** Controllers that the children have: cgroup.subtree_control. */
  readonly subtreeControl = new Set<UnifiedController>();
  /** Of each controller of the hierarchy its own state, or, where it is not enabled here, that of the nearest cgroup above. */
  readonly states: States;
  /** cgroup.max.depth and cgroup.max.descendants. */
  maxDepth = UNLIMITED;
  maxDescendants = UNLIMITED;
  /** cgroup.freeze as written here; an ancestor's freezes too. */
  freezing = false;
  /** What decides about devices in version 2. */
  devicePrograms: AttachedPrograms | undefined;
  /** Shares the resources of a domain above (cgroups(7), "Thread mode"). */
  threaded = false;
  removed = false;
  /** Its directory, the same in all views of the hierarchy: a file that has been given away has been everywhere. And the view that begins here. */
  directory: Inode | undefined = undefined;
  view: FileSystem | undefined = undefined;
  /** Version 1: calls the hierarchy's release agent when it becomes empty; hands cpuset settings to children. */
  notifyOnRelease: boolean;
  cloneChildren: boolean;
  /** Members with their CPU times when they joined. */
  readonly #members = new Map<Task, CpuTime>();
  /** CPU time of former members, and of cgroups that were below. */
  readonly #past: CpuTime = { user: 0, system: 0, processors: [] };
  /** Living processes here and below. */
  #population = 0;
  #nextIno: { value: number };

  constructor(hierarchy: Hierarchy, name: string, states: States, parent?: Cgroup) {
    this.hierarchy = hierarchy;
    this.name = name;
    this.parent = parent;
    this.states = { ...states };
    if (parent)
      for (const controller of hierarchy.version === 1 ? hierarchy.controllers : parent.subtreeControl)
        if (hasState(controller)) giveState(this.states, controller);
    this.notifyOnRelease = parent?.notifyOnRelease ?? false;
    this.cloneChildren = parent?.cloneChildren ?? false;
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

  /** How many cgroups are below. */
  get descendants(): number {
    let count = -1;
    for (const _ of this.subtree()) count++;
    return count;
  }

  get populated(): boolean {
    return this.#population > 0;
  }

  /** Controllers that can be used here: what the parent hands down. */
  get controllers(): readonly UnifiedController[] {
    const { parent, threaded } = this;
    return UNIFIED.filter(
      (controller) =>
        this.hierarchy.controllers.has(controller) &&
        (!parent || (parent.subtreeControl.has(controller) && (!threaded || THREADED.has(controller)))),
    );
  }

  // Making and removing -----------------------------------------------------------------------------------------------------

  /** mkdir(2) in cgroupfs. EAGAIN where a cgroup above allows no more. */
  make(name: string): Cgroup {
    if (this.removed) throw new Errno('ENODEV');
    if (this.children.has(name)) throw new Errno('EEXIST');
    let depth = 1;
    for (let above: Cgroup | undefined = this; above; above = above.parent, depth++)
      if (depth > above.maxDepth || above.descendants >= above.maxDescendants) throw new Errno('EAGAIN');
    const child = new Cgroup(this.hierarchy, name, this.states, this);
    this.children.set(name, child);
    if (this.cloneChildren && this.hierarchy.controllers.has('cpuset')) {
      const { cpus, mems } = this.states.cpuset;
      Object.assign(child.states.cpuset, { cpus, mems });
    }
    return child;
  }

  /** rmdir(2) in cgroupfs: EBUSY while it has living members or children. Zombies do not matter. */
  remove(name: string, kernel: Kernel): void {
    const child = this.children.get(name);
    if (!child) throw new Errno('ENOENT');
    if (child.populated || child.children.size > 0) throw new Errno('EBUSY');
    this.children.delete(name);
    child.removed = true;
    child.devicePrograms?.release();
    if (child.states.memory !== this.states.memory) child.states.memory.retire();
    add(this.#past, child.#past);
    if (this.notifyOnRelease) this.#released(kernel);
  }

  // Members -----------------------------------------------------------------------------------------------------------------

  /** A process comes that has used `time` until now. */
  join(task: Task, time: CpuTime): void {
    this.#members.set(task, time);
    this.#count(1);
  }

  /** A process goes that has used `time` until now. */
  leave(task: Task, time: CpuTime): void {
    const before = this.#members.get(task);
    if (!before) return;
    add(this.#past, time);
    add(this.#past, before, -1);
    this.#members.delete(task);
    this.#count(-1);
    if (this.notifyOnRelease) this.#released(task.kernel);
  }

  #count(processes: number): void {
    for (let group: Cgroup | undefined = this; group; group = group.parent) group.#population += processes;
  }

  /** Tells the release agent of version 1 that nobody and nothing is here any more (cgroup1_release_agent()). */
  #released(kernel: Kernel): void {
    const { releaseAgent } = this.hierarchy;
    if (this.#population > 0 || this.children.size > 0 || releaseAgent === '') return;
    kernel.callUserHelper(releaseAgent, [this.path]);
  }

  /** Moves a process here (cgroup.procs). */
  move(task: Task): void {
    this.requireHost();
    if (task.css.of(this.hierarchy) !== this) migrate(task, task.css.with(this));
  }

  /** CPU time of members, here and below, µs. */
  get cpuTime(): CpuTime {
    const time = { ...this.#past, processors: [...this.#past.processors] };
    for (const [task, before] of this.#members) {
      add(time, task.cpuTime);
      add(time, before, -1);
    }
    for (const child of this.children.values()) add(time, child.cpuTime);
    return time;
  }

  get frozen(): boolean {
    return this.freezing || (this.parent?.frozen ?? false);
  }

  /** cgroup.freeze */
  freeze(on: boolean): void {
    this.freezing = on;
    for (const group of this.subtree()) for (const task of group.members) task.setFrozen(task.css.frozen);
  }

  // Domains and controllers -------------------------------------------------------------------------------------------------
  // Models kernel/cgroup/cgroup.c: names there are cgroup_is_thread_root and so on.

  /** The cgroup that pays for what threads use here: itself, unless it is threaded. */
  get domain(): Cgroup {
    return this.threaded ? this.parent!.domain : this;
  }

  get isThreadRoot(): boolean {
    if (this.threaded) return false;
    for (const child of this.children.values()) if (child.threaded) return true;
    return this.#members.size > 0 && [...this.subtreeControl].some((controller) => THREADED.has(controller));
  }

  get canBeThreadRoot(): boolean {
    if (!this.parent) return true;
    if (this.threaded || this.#controlsDomains) return false;
    return ![...this.children.values()].some((child) => child.populated && !child.threaded);
  }

  get isValidDomain(): boolean {
    for (let above = this.parent; above; above = above.parent)
      if (above.threaded || (above.parent && above.isThreadRoot)) return false;
    return !this.threaded;
  }

  get #controlsDomains(): boolean {
    return [...this.subtreeControl].some((controller) => !THREADED.has(controller));
  }

  /** What cgroup.type says. */
  get type(): string {
    if (this.threaded) return 'threaded';
    if (!this.isValidDomain) return 'domain invalid';
    return this.isThreadRoot ? 'domain threaded' : 'domain';
  }

  /** Joins the domain of the parent (writing `threaded` to cgroup.type). */
  becomeThreaded(): void {
    if (this.threaded) return;
    const { domain } = this.parent!;
    if (this.populated || this.#controlsDomains || !domain.isValidDomain || !domain.canBeThreadRoot)
      throw new Errno('EOPNOTSUPP');
    this.threaded = true;
  }

  /**
   * Processes may live here: EOPNOTSUPP in no domain, EBUSY beside children that a domain's resources are handed down to ("no internal
   * processes").
   */
  requireHost(): void {
    if (!this.domain.isValidDomain) throw new Errno('EOPNOTSUPP');
    if (!this.canBeThreadRoot && !this.threaded && this.subtreeControl.size > 0) throw new Errno('EBUSY');
  }

  /** Writes cgroup.subtree_control: all of it or nothing. */
  control(enable: ReadonlySet<UnifiedController>, disable: ReadonlySet<UnifiedController>): void {
    const added = [...enable].filter((controller) => !this.subtreeControl.has(controller));
    const taken = [...disable].filter((controller) => this.subtreeControl.has(controller));
    for (const controller of added) if (!this.controllers.includes(controller)) throw new Errno('ENOENT');
    for (const controller of taken)
      for (const child of this.children.values())
        if (child.subtreeControl.has(controller)) throw new Errno('EBUSY');
    if (added.length > 0) this.#requireMayEnable(added);
    for (const controller of added) this.subtreeControl.add(controller);
    for (const controller of taken) this.subtreeControl.delete(controller);
    for (const child of this.children.values()) {
      for (const controller of added) {
        const own = { ...child.states };
        giveState(own, controller);
        child.#inherit(controller, own);
      }
      for (const controller of taken) {
        if (controller === 'memory') child.states.memory.retire();
        child.#inherit(controller, this.states);
      }
    }
  }

  #requireMayEnable(controllers: readonly UnifiedController[]): void {
    if (!this.domain.isValidDomain) throw new Errno('EOPNOTSUPP');
    if (!this.parent) return;
    if (controllers.some((controller) => !THREADED.has(controller))) {
      if (this.isThreadRoot || this.threaded) throw new Errno('EOPNOTSUPP');
    } else if (this.canBeThreadRoot || this.threaded) return;
    if (this.#members.size > 0) throw new Errno('EBUSY');
  }

  /** Takes over the state of a controller, here and below, with the processes that are there. */
  #inherit<C extends keyof States>(controller: C, from: States): void {
    for (const group of this.subtree()) {
      group.states[controller] = from[controller];
      for (const task of group.members) migrate(task, new CssSet(task.css.cgroups));
    }
  }
}

function add(sum: CpuTime, { user, system, processors }: CpuTime, sign = 1): void {
  sum.user += sign * user;
  sum.system += sign * system;
  for (let i = 0; i < processors.length; i++)
    sum.processors[i] = (sum.processors[i] ?? 0) + sign * processors[i]!;
}

const UNLIMITED = Number.POSITIVE_INFINITY;
