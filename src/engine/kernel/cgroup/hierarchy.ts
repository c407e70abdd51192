import { Cgroup } from './cgroup.ts';
import { CONTROLLERS, type Controller, type Machine, rootStates } from './controllers.ts';
import { CssSet } from './css-set.ts';

/** A tree of cgroups with the controllers that act by it (cgroups(7)). */
export class Hierarchy {
  readonly controllers: Set<Controller>;
  readonly root: Cgroup;

  constructor(controllers: Iterable<Controller>, root: (hierarchy: Hierarchy) => Cgroup) {
    this.controllers = new Set(controllers);
    this.root = root(this);
  }
}

/** The control groups of a machine. */
export class Hierarchies {
  /** Of version 2; its root is there from the beginning. */
  readonly unified: Hierarchy;

  constructor(machine: Machine) {
    const states = rootStates(machine);
    this.unified = new Hierarchy(CONTROLLERS, (hierarchy) => new Cgroup(hierarchy, '', states));
  }

  /** Where the first process is. */
  get roots(): CssSet {
    return new CssSet(new Map([[this.unified, this.unified.root]]));
  }
}
