import { Errno } from '../../base/errno.ts';
import { WaitQueue } from '../../base/wait-queue.ts';
import type { Image } from '../image.ts';
import type { Pid } from '../pid.ts';
import type { SemaphoreOperation } from '../syscalls.ts';
import { IpcObject } from './objects.ts';

/** SEMVMX */
const VALUE_MAX = 32767;

/** What a sleeping semop(2) waits for: that a semaphore grows, or becomes 0. */
interface Waiter {
  image: Image;
  index: number;
  forZero: boolean;
}

/** A set of semaphores (semget(2)). */
export class SemaphoreSet extends IpcObject {
  readonly values: number[];
  readonly lastUsers: (Pid | undefined)[];
  operated = 0;
  readonly changedValue = new WaitQueue();
  readonly waiters = new Set<Waiter>();
  /** What is to be added when a process ends (SEM_UNDO). */
  readonly undo = new Map<Pid, number[]>();

  constructor(count: number, ...rest: ConstructorParameters<typeof IpcObject>) {
    super(...rest);
    this.values = Array<number>(count).fill(0);
    this.lastUsers = Array<undefined>(count).fill(undefined);
  }

  /** Does all of the operations or none: then gives the one that holds it up. ERANGE, EFBIG. */
  attempt(operations: readonly SemaphoreOperation[], pid: Pid): SemaphoreOperation | undefined {
    const next = [...this.values];
    for (const operation of operations) {
      const value = next[operation.index];
      if (value === undefined) throw new Errno('EFBIG');
      const { amount } = operation;
      if ((amount === 0 && value !== 0) || value + amount < 0) return operation;
      if (value + amount > VALUE_MAX) throw new Errno('ERANGE');
      next[operation.index] = value + amount;
    }
    for (const { index, amount, undo } of operations) {
      this.lastUsers[index] = pid;
      if (!undo) continue;
      const adjustments = this.undo.get(pid) ?? this.values.map(() => 0);
      adjustments[index]! -= amount;
      this.undo.set(pid, adjustments);
    }
    this.#become(next);
    return undefined;
  }

  /** SETVAL and SETALL: nothing is left to be undone for these. */
  set(values: readonly (number | undefined)[], pid: Pid): void {
    if (values.some((value) => value !== undefined && !(value >= 0 && value <= VALUE_MAX)))
      throw new Errno('ERANGE');
    values.forEach((value, index) => {
      if (value === undefined) return;
      this.lastUsers[index] = pid;
      for (const adjustments of this.undo.values()) adjustments[index] = 0;
    });
    this.#become(this.values.map((value, index) => values[index] ?? value));
  }

  /** A process has ended: takes back what it has said to take back, as far as that goes. */
  undoFor(pid: Pid): void {
    const adjustments = this.undo.get(pid);
    if (adjustments === undefined || this.removed) return;
    this.undo.delete(pid);
    this.#become(this.values.map((value, i) => Math.min(Math.max(value + adjustments[i]!, 0), VALUE_MAX)));
  }

  /** How many processes wait for a semaphore to grow, or to become 0. */
  waiting(index: number, forZero: boolean): number {
    let count = 0;
    for (const waiter of this.waiters)
      if (waiter.index === index && waiter.forZero === forZero && !waiter.image.gone) count++;
    return count;
  }

  #become(values: readonly number[]): void {
    values.forEach((value, index) => {
      this.values[index] = value;
    });
    this.changedValue.wakeAll();
  }

  protected gone(): void {
    this.changedValue.wakeAll();
  }
}
