import type { Clock, Timer } from '../../base/clock.ts';
import { Errno } from '../../base/errno.ts';
import type { Task } from '../task.ts';
import type { Cpu } from './cpu.ts';

const UNLIMITED = Number.POSITIVE_INFINITY;

/**
 * A group's limit of processor time in each period, and how it was met (Documentation/scheduler/sched-bwc.rst). Times are µs.
 * Simplified: the kernel hands the quota to the processors in slices of 5 ms; here all draw from one pool.
 */
export class Bandwidth {
  readonly parent: Bandwidth | undefined;
  quota = UNLIMITED;
  period = DEFAULT_PERIOD;
  burst = 0;
  periods = 0;
  throttledPeriods = 0;
  /** Summed over processors, as the kernel does. */
  throttledTime = 0;
  bursts = 0;
  burstTime = 0;
  /** What is left in this period; negative when more was used. */
  #runtime = 0;
  #atRefill = 0;
  #idle = true;
  #timer: Timer | undefined;
  /** Since when it has been kept from which processor. */
  readonly #throttled = new Map<Cpu, number>();
  readonly #parked = new Map<Task, (() => void)[]>();

  constructor(parent?: Bandwidth) {
    this.parent = parent;
  }

  /** cpu.max, cpu.cfs_quota_us: a new quota begins with a new pool. EINVAL for what makes no sense (tg_set_cfs_bandwidth()). */
  set(quota: number, period: number, burst: number, clock: Clock): void {
    if (quota < SHORTEST || period < SHORTEST || period > LONGEST) throw new Errno('EINVAL');
    if (quota !== UNLIMITED && (quota > MOST || burst > quota || burst + quota > MOST))
      throw new Errno('EINVAL');
    this.quota = quota;
    this.period = period;
    this.burst = burst;
    this.#runtime = this.#atRefill = quota;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#release(clock);
  }

  /** Counts time used here and above; says whether a quota is used up. */
  spend(microseconds: number, clock: Clock): boolean {
    let exceeded = false;
    for (let bandwidth: Bandwidth | undefined = this; bandwidth; bandwidth = bandwidth.parent) {
      if (bandwidth.quota === UNLIMITED) continue;
      bandwidth.#idle = false;
      bandwidth.#runtime -= microseconds;
      if (!bandwidth.#timer) bandwidth.#arm(clock, clock.now());
      if (bandwidth.#runtime <= 0) exceeded = true;
    }
    return exceeded;
  }

  /** The innermost group whose quota is used up. */
  get exceeded(): Bandwidth | undefined {
    if (this.quota !== UNLIMITED && this.#runtime <= 0) return this;
    return this.parent?.exceeded;
  }

  /** Waits for the next period: one that has just left `cpu`. */
  park(task: Task, cpu: Cpu): Promise<void> {
    if (!this.#throttled.has(cpu)) this.#throttled.set(cpu, cpu.time);
    return new Promise((resume) => {
      const calls = this.#parked.get(task);
      if (calls) calls.push(resume);
      else this.#parked.set(task, [resume]);
    });
  }

  /** Lets a task go that leaves the group, here or from where above it waits. */
  unpark(task: Task): void {
    const calls = this.#parked.get(task);
    this.#parked.delete(task);
    for (const resume of calls ?? []) resume();
    this.parent?.unpark(task);
  }

  #arm(clock: Clock, from: number): void {
    this.#timer = clock.at(from + this.period / 1000, () => this.#refill(clock));
  }

  /** The period's end (do_sched_cfs_period_timer()). */
  #refill(clock: Clock): void {
    const due = this.#timer!.time;
    this.#timer = undefined;
    this.periods++;
    const unused = this.#atRefill - this.#runtime - this.quota;
    if (unused > 0) {
      this.burstTime += unused;
      this.bursts++;
    }
    this.#runtime = this.#atRefill = Math.min(this.#runtime + this.quota, this.quota + this.burst);
    const throttled = this.#parked.size > 0;
    if (throttled) {
      this.throttledPeriods++;
      if (this.#runtime > 0) this.#release(clock);
    } else if (this.#idle) return;
    this.#idle = !throttled;
    this.#arm(clock, due);
  }

  #release(clock: Clock): void {
    for (const since of this.#throttled.values()) this.throttledTime += Math.max(0, clock.elapsed - since);
    this.#throttled.clear();
    for (const task of [...this.#parked.keys()]) this.unpark(task);
  }
}

/** What a quota and a period may be: 1 ms to 1 s, and for a quota what 44 bits of nanoseconds hold. */
const SHORTEST = 1000;
const LONGEST = 1_000_000;
const MOST = 2 ** 44 - 1;

/** 100 ms. */
export const DEFAULT_PERIOD = 100_000;
