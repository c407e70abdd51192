import type { Timer } from '../base/clock.ts';
import { Errno } from '../base/errno.ts';
import { takeOut } from '../base/short-list.ts';
import type { Waiter, WaitQueue } from '../base/wait-queue.ts';
import type { Task } from './task.ts';

/** How a handled signal meets a sleeping call: `restart` obeys SA_RESTART, `interrupt` never goes on (signal(7)), `never` sleeps on. */
export type Interruption = 'restart' | 'interrupt' | 'never';

/** One call of a task that waits for something. It is on queues, may have a deadline, and leaves both as one. */
export class Sleeper implements Waiter {
  readonly interruption: Interruption;
  readonly #task: Task;
  readonly #resolve: () => void;
  readonly #reject: (reason: Errno) => void;
  #queues: readonly WaitQueue[] = [];
  #timer: Timer | undefined;

  constructor(task: Task, interruption: Interruption, resolve: () => void, reject: (reason: Errno) => void) {
    this.#task = task;
    this.interruption = interruption;
    this.#resolve = resolve;
    this.#reject = reject;
    task.sleepers.push(this);
  }

  /** Sleeps until one of the queues wakes it. */
  wait(queues: readonly WaitQueue[]): void {
    this.#queues = queues;
    for (const queue of queues) queue.add(this);
  }

  /** Sleeps until `time` at the longest. */
  waitUntil(time: number): void {
    this.#timer = this.#task.kernel.clock.at(time, () => this.wake());
  }

  /** Leaves the queues; for a task that is stopped, whose calls begin anew when it goes on. */
  park(): void {
    for (const queue of this.#queues) queue.delete(this);
    this.#queues = [];
  }

  /** What it waits for may have come. */
  wake(): void {
    if (this.#task.held) this.park();
    else this.goOn();
  }

  goOn(): void {
    this.abandon();
    this.#task.cpu = undefined;
    this.#resolve();
  }

  interrupt(): void {
    this.abandon();
    this.#reject(new Errno('EINTR'));
  }

  /** Never settles: the task is dead or another program. */
  abandon(): void {
    this.park();
    this.#timer?.cancel();
    takeOut(this.#task.sleepers, this);
  }
}
