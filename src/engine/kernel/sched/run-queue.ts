import type { Clock } from '../../base/clock.ts';
import type { Task } from '../task.ts';
import type { Cpu } from './cpu.ts';
import { CpuGroup, DEFAULT_WEIGHT, type SchedEntity } from './cpu-group.ts';

/** Virtual CPU time, in µs, that one task may use before it gives way to the others. */
export const QUANTUM = 4000;

/** A task as the run queue knows it. */
export class SchedTask implements SchedEntity {
  readonly task: Task;
  weight = DEFAULT_WEIGHT;
  vruntime = 0;
  /** CPU time that is counted in `vruntime` already. */
  counted = 0;
  /** Until when it ran, µs since boot. */
  ranUntil = 0;
  /** How the calls under way go on when it is its turn; none while it does not wait. */
  resumes: (() => void)[] = [];

  constructor(task: Task) {
    this.task = task;
  }

  /** A child begins where its parent is. */
  follow({ weight, vruntime }: SchedTask): void {
    this.weight = weight;
    this.vruntime = vruntime;
  }
}

/** The weight of a nice value, -20 to 19: a step is a tenth of the time (the kernel's sched_prio_to_weight). */
export const niceWeight = (nice: number): number => NICE_WEIGHTS[nice + 20]!;

const NICE_WEIGHTS = [
  88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916, 9548, 7620, 6100, 4904, 3906, 3121,
  2501, 1991, 1586, 1277, 1024, 820, 655, 526, 423, 335, 272, 215, 172, 137, 110, 87, 70, 56, 45, 36, 29, 23,
  18, 15,
];

/**
 * Who waits for the processors of one machine. Time is shared out fairly (sched(7)): of those in a group, tasks and groups alike, who has had the
 * least for its weight goes first. Simplified: the kernel has a queue for each processor and moves tasks between them; here is one for all.
 */
export class RunQueue {
  readonly cpus: readonly Cpu[];
  readonly #clock: Clock;
  readonly #root: CpuGroup;
  #length = 0;
  /** µs that those who wait no more did. */
  #waited = 0;

  constructor(cpus: readonly Cpu[], root: CpuGroup, clock: Clock) {
    this.cpus = cpus;
    this.#root = root;
    this.#clock = clock;
  }

  /** How many wait. */
  get length(): number {
    return this.#length;
  }

  /** µs that tasks ran or waited, since boot. */
  get active(): number {
    const { elapsed } = this.#clock;
    return this.cpus.reduce((sum, { busy }) => sum + busy, this.#waited + waitingTime(this.#root, elapsed));
  }

  /** A processor for a task that wakes up: an idle one if there is one. It goes ahead of those who wait, for they have had their slices. */
  place(task: Task): Cpu {
    // Where nobody waits nobody's share counts.
    if (this.#length > 0) this.count(task);
    else task.sched.counted = task.userTime + task.systemTime;
    const mask = task.allowedCpus;
    let best: Cpu | undefined;
    for (const cpu of this.cpus) {
      if (!(mask & (1 << cpu.id))) continue;
      if (!best || (cpu.claimed === best.claimed ? cpu.time < best.time : best.claimed)) best = cpu;
    }
    if (!best!.claimed && best!.time < this.#clock.elapsed) best!.time = this.#clock.elapsed;
    return best!;
  }

  /** Waits until it is the task's turn. */
  wait(task: Task): Promise<void> {
    const { sched } = task;
    if (sched.resumes.length === 0) {
      this.#put(sched, task.cpuGroup);
      this.#length++;
    }
    return new Promise((resume) => {
      sched.resumes.push(resume);
    });
  }

  /** Changes the group that a task is in, wherever it waits. */
  regroup(task: Task, change: () => void): void {
    const { sched } = task;
    task.cpuGroup.bandwidth.unpark(task);
    const resumes = this.#take(task);
    change();
    if (resumes.length === 0) return;
    sched.resumes = resumes;
    this.#length++;
    this.#put(sched, task.cpuGroup);
  }

  /** A task is gone, or another program: it waits no more. */
  leave(task: Task): void {
    this.#take(task);
  }

  /**
   * Gives each processor one of those who wait. Says whether there was anyone. A processor that is a whole slice ahead of another that is wanted
   * waits for it.
   */
  dispatch(): boolean {
    let horizon = Number.POSITIVE_INFINITY;
    for (const cpu of [...this.cpus].sort((a, b) => a.time - b.time || a.id - b.id)) {
      if (cpu.time >= horizon && this.#length > 0) continue;
      const sched = this.#length > 0 ? this.#pick(this.#root, 1 << cpu.id) : undefined;
      cpu.claimed = sched !== undefined;
      if (!sched) {
        cpu.time = Math.max(cpu.time, this.#clock.elapsed);
        continue;
      }
      const { task } = sched;
      const resumes = this.#take(task);
      cpu.time = Math.max(cpu.time, sched.ranUntil);
      this.#waited += cpu.time - sched.ranUntil;
      horizon = Math.min(horizon, cpu.time + QUANTUM);
      task.cpu = cpu;
      for (const resume of resumes) resume();
    }
    return horizon !== Number.POSITIVE_INFINITY;
  }

  /** Something came in from outside: a machine at rest is as it would be had it been asked just now whether somebody waits. */
  settle(): void {
    if (this.#length === 0) this.dispatch();
  }

  /** Adds what a task has used since it was last counted to what it and its groups have had. */
  count(task: Task): void {
    const { sched } = task;
    const used = task.userTime + task.systemTime - sched.counted;
    sched.counted += used;
    sched.vruntime += (used * DEFAULT_WEIGHT) / sched.weight;
    for (let group = task.cpuGroup; group.parent; group = group.parent)
      group.vruntime += (used * DEFAULT_WEIGHT) / group.weight;
  }

  /**
   * Nobody gets credit for time in which it did not want to run: it begins no more before the first of those who wait than that one can have had
   * at once, a slice on each processor (the kernel's place_entity()).
   */
  #put(entity: SchedEntity, group: CpuGroup): void {
    if (entity instanceof SchedTask) this.count(entity.task);
    const first = least(group.waiting);
    if (first) {
      const slices = (this.cpus.length * QUANTUM * DEFAULT_WEIGHT) / first.weight;
      entity.vruntime = Math.max(entity.vruntime, first.vruntime - slices);
    }
    group.waiting.push(entity);
    if (group.parent && group.waiting.length === 1) this.#put(group, group.parent);
  }

  #take({ sched, cpuGroup }: Task): (() => void)[] {
    const resumes = sched.resumes.splice(0);
    if (resumes.length === 0) return resumes;
    this.#length--;
    let entity: SchedEntity = sched;
    for (let group: CpuGroup | undefined = cpuGroup; group; group = group.parent) {
      group.waiting.splice(group.waiting.indexOf(entity), 1);
      if (group.waiting.length > 0) break;
      entity = group;
    }
    return resumes;
  }

  #pick(group: CpuGroup, mask: number): SchedTask | undefined {
    let best: SchedEntity | undefined;
    for (const entity of group.waiting)
      if ((!best || entity.vruntime < best.vruntime) && mayRun(entity, mask)) best = entity;
    return best instanceof CpuGroup ? this.#pick(best, mask) : (best as SchedTask | undefined);
  }
}

function least(entities: readonly SchedEntity[]): SchedEntity | undefined {
  let best = entities[0];
  for (const entity of entities) if (entity.vruntime < best!.vruntime) best = entity;
  return best;
}

const mayRun = (entity: SchedEntity, mask: number): boolean =>
  entity instanceof CpuGroup
    ? entity.waiting.some((inner) => mayRun(inner, mask))
    : ((entity as SchedTask).task.allowedCpus & mask) !== 0;

/** µs that those who wait now have done so. */
const waitingTime = (group: CpuGroup, now: number): number =>
  group.waiting.reduce(
    (sum, entity) =>
      sum +
      (entity instanceof CpuGroup
        ? waitingTime(entity, now)
        : Math.max(0, now - (entity as SchedTask).ranUntil)),
    0,
  );
