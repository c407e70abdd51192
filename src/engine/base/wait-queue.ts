import { takeOut } from './short-list.ts';

/** Who sleeps on a wait queue. */
export interface Waiter {
  wake(): void;
}

/**
 * Where sleepers wait for a condition (the kernel's wait queues, `wait_event` and `wake_up`). A sleeper checks its condition again after waking:
 * `while (!ready()) await sleep(queue)`. Waking is in order of arrival.
 */
export class WaitQueue {
  /** Nearly every queue is empty nearly always, and each open file has one. */
  #sleepers: Waiter[] | undefined;

  /** Adds a sleeper, who is woken once unless taken out again. */
  add(sleeper: Waiter): void {
    if (this.#sleepers === undefined) this.#sleepers = [sleeper];
    else this.#sleepers.push(sleeper);
  }

  /** Takes a sleeper out without waking it. */
  delete(sleeper: Waiter): void {
    if (this.#sleepers !== undefined) takeOut(this.#sleepers, sleeper);
  }

  /** Wakes all who sleep here now. */
  wakeAll(): void {
    const woken = this.#sleepers;
    if (woken === undefined) return;
    this.#sleepers = undefined;
    for (const sleeper of woken) sleeper.wake();
  }

  get empty(): boolean {
    return this.#sleepers === undefined || this.#sleepers.length === 0;
  }
}

/** Sleeps where nobody can be interrupted: for those who are no process. */
export function waitOn(queue: WaitQueue): Promise<void> {
  return new Promise((wake) => {
    queue.add({ wake });
  });
}
