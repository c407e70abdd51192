import type { Task } from '../task.ts';
import type { Cgroup } from './cgroup.ts';
import { hasState, type States } from './controllers.ts';
import type { DeviceProgram, DeviceRule } from './devices.ts';
import type { Hierarchy } from './hierarchy.ts';
import { freeMemory } from './oom.ts';

/**
 * Where a process is: one cgroup of each hierarchy, and with them one state of each controller (the kernel's css_set). Never changed; a process that
 * moves gets another.
 */
export class CssSet {
  readonly cgroups: ReadonlyMap<Hierarchy, Cgroup>;
  readonly states: States;

  constructor(cgroups: ReadonlyMap<Hierarchy, Cgroup>) {
    this.cgroups = cgroups;
    const states: { [controller in keyof States]?: States[keyof States] } = {};
    for (const [{ controllers }, cgroup] of cgroups)
      for (const controller of controllers)
        if (hasState(controller)) states[controller] = cgroup.states[controller];
    this.states = states as States;
  }

  of(hierarchy: Hierarchy): Cgroup {
    return this.cgroups.get(hierarchy)!;
  }

  with(cgroup: Cgroup): CssSet {
    return new CssSet(new Map(this.cgroups).set(cgroup.hierarchy, cgroup));
  }

  /** Whether all that have a say let a device be used: the devices controller, or the programs that are attached to cgroups of version 2. */
  permitsDevice(asked: DeviceRule): boolean {
    if (!this.states.devices.permits(asked)) return false;
    for (const [{ version }, cgroup] of this.cgroups)
      if (version === 2) return programsOf(cgroup).every((program) => program.permits(asked));
    return true;
  }

  /** Whether the freezer of version 1 holds it. */
  get refrigerates(): boolean {
    for (const [{ version }, cgroup] of this.cgroups) if (version === 1 && cgroup.frozen) return true;
    return false;
  }

  get frozen(): boolean {
    for (const cgroup of this.cgroups.values()) if (cgroup.frozen) return true;
    return false;
  }
}

/** Those that decide about the devices of a cgroup: its own, and from above what is handed down beside or without its own (compute_effective_progs()). */
function programsOf(cgroup: Cgroup): DeviceProgram[] {
  const found: DeviceProgram[] = [];
  for (let at: Cgroup | undefined = cgroup; at; at = at.parent)
    if (at.devicePrograms && (found.length === 0 || at.devicePrograms.multi))
      found.push(...at.devicePrograms.programs);
  return found;
}

/** A hierarchy of version 1 has been made: all processes are in its root. */
export function addHierarchy({ root }: Hierarchy, tasks: Iterable<Task>): void {
  const changed = new Map<CssSet, CssSet>();
  for (const task of tasks) {
    const css = changed.get(task.css) ?? task.css.with(root);
    changed.set(task.css, css);
    task.css = css;
    if (!task.zombie) root.join(task, task.cpuTime);
  }
}

/** A process is born in its cgroups. */
export function enterCgroups(task: Task): void {
  const { css, cpuTime } = task;
  for (const cgroup of css.cgroups.values()) cgroup.join(task, cpuTime);
  css.states.pids.count(1);
  task.setFrozen(css.frozen);
}

/** A process ends: it is no member any more, but counts until somebody waits for it. */
export function leaveCgroups(task: Task): void {
  const { css, cpuTime } = task;
  for (const cgroup of css.cgroups.values()) cgroup.leave(task, cpuTime);
  freeMemory(task);
}

/** Moves a process. Its memory stays charged where it is. */
export function migrate(task: Task, to: CssSet): void {
  const { css: from, cpuTime } = task;
  for (const [hierarchy, cgroup] of from.cgroups)
    if (to.of(hierarchy) !== cgroup) cgroup.leave(task, cpuTime);
  from.states.pids.count(-1);
  to.states.pids.count(1);
  task.kernel.runQueue.regroup(task, () => {
    task.css = to;
  });
  for (const [hierarchy, cgroup] of to.cgroups) if (from.of(hierarchy) !== cgroup) cgroup.join(task, cpuTime);
  if (from.states.cpuset !== to.states.cpuset) task.cpu = undefined;
  task.setFrozen(to.frozen);
}
