import { Errno } from '../../base/errno.ts';
import { Cgroup } from './cgroup.ts';
import { CONTROLLERS, type Controller, type Machine, rootStates, UNIFIED } from './controllers.ts';
import { CssSet } from './css-set.ts';

/** A tree of cgroups with the controllers that act by it (cgroups(7)). */
export class Hierarchy {
  readonly version: 1 | 2;
  /** 0 for version 2, else in order of mounting. */
  readonly id: number;
  /** `name=` of version 1. */
  readonly name: string;
  readonly controllers: Set<Controller>;
  readonly root: Cgroup;
  /** The program of version 1 that is told of empty cgroups. */
  releaseAgent = '';
  /** What was asked for when it was mounted. */
  options: readonly string[] = [];
  /** Whether it was ever mounted: version 2 is not shown before. */
  visible = false;

  constructor(
    version: 1 | 2,
    id: number,
    name: string,
    controllers: Iterable<Controller>,
    states: ReturnType<typeof rootStates>,
  ) {
    this.version = version;
    this.id = id;
    this.name = name;
    this.controllers = new Set(controllers);
    this.root = new Cgroup(this, '', states);
  }
}

/** The control groups of a machine. Each controller is in one hierarchy: in that of version 2 until one of version 1 is mounted that has it. */
export class Hierarchies {
  readonly unified: Hierarchy;
  readonly #legacy: Hierarchy[] = [];

  constructor(machine: Machine) {
    this.unified = new Hierarchy(2, 0, '', CONTROLLERS, rootStates(machine));
  }

  /** Version 2's, then those of version 1 in order of mounting. */
  get all(): readonly Hierarchy[] {
    return [this.unified, ...this.#legacy];
  }

  /** The one in which a controller is. */
  of(controller: Controller): Hierarchy {
    return this.all.find(({ controllers }) => controllers.has(controller))!;
  }

  /** Where the first process is. */
  get roots(): CssSet {
    return new CssSet(new Map(this.all.map((hierarchy) => [hierarchy, hierarchy.root])));
  }

  /**
   * The hierarchy of version 1 with exactly these controllers, or of this name, made if there is none; `made` says so. EBUSY where a controller is
   * in use elsewhere, EINVAL where neither is given, EPERM to who may not make one (cgroup1_root_to_use()).
   */
  legacy(
    wanted: ReadonlySet<Controller>,
    name: string,
    none: boolean,
    mayMake: boolean,
  ): { hierarchy: Hierarchy; made: boolean } {
    for (const hierarchy of this.#legacy) {
      if (name !== '' && hierarchy.name !== name) continue;
      const { controllers } = hierarchy;
      const same = controllers.size === wanted.size && [...wanted].every((one) => controllers.has(one));
      if (same || (name !== '' && wanted.size === 0 && !none)) return { hierarchy, made: false };
      if (name !== '') throw new Errno('EBUSY');
    }
    if (wanted.size === 0 && !none) throw new Errno('EINVAL');
    if (!mayMake) throw new Errno('EPERM');
    const { unified } = this;
    for (const controller of wanted) {
      const used = UNIFIED.some((one) => one === controller && unified.root.subtreeControl.has(one));
      if (!unified.controllers.has(controller) || (used && unified.root.children.size > 0))
        throw new Errno('EBUSY');
    }
    for (const controller of wanted) {
      unified.controllers.delete(controller);
      unified.root.subtreeControl.delete(controller as (typeof UNIFIED)[number]);
    }
    const controllers = CONTROLLERS.filter((controller) => wanted.has(controller));
    const hierarchy = new Hierarchy(1, this.#legacy.length + 1, name, controllers, unified.root.states);
    this.#legacy.push(hierarchy);
    return { hierarchy, made: true };
  }
}
