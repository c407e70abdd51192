import type { Timer } from '../base/clock.ts';
import { Errno } from '../base/errno.ts';
import type { WaitQueue } from '../base/wait-queue.ts';

/** How a handled signal meets a sleeping call: `restart` obeys SA_RESTART, `interrupt` never goes on (signal(7)), `never` sleeps on. */
export type Interruption = 'restart' | 'interrupt' | 'never';

/** One call of a task that waits for something. It is on queues, may have a deadline, and leaves both as one. */
export class Sleeper {
  readonly interruption: Interruption;
  timer: Timer | undefined;
  readonly #sleepers: Set<Sleeper>;
  readonly #resolve: () => void;
  readonly #reject: (reason: Errno) => void;
  #queues: readonly WaitQueue[] = [];
  #wake: () => void = nothing;

  constructor(
    sleepers: Set<Sleeper>,
    interruption: Interruption,
    resolve: () => void,
    reject: (reason: Errno) => void,
  ) {
    this.#sleepers = sleepers;
    this.interruption = interruption;
    this.#resolve = resolve;
    this.#reject = reject;
    sleepers.add(this);
  }

  wait(queues: readonly WaitQueue[], wake: () => void): void {
    this.#queues = queues;
    this.#wake = wake;
    for (const queue of queues) queue.add(wake);
  }

  /** Leaves the queues; for a task that is stopped, whose calls begin anew when it goes on. */
  park(): void {
    for (const queue of this.#queues) queue.delete(this.#wake);
    this.#queues = [];
  }

  wake(): void {
    this.abandon();
    this.#resolve();
  }

  interrupt(): void {
    this.abandon();
    this.#reject(new Errno('EINTR'));
  }

  /** Never settles: the task is dead or another program. */
  abandon(): void {
    this.park();
    this.timer?.cancel();
    this.#sleepers.delete(this);
  }
}

const nothing = () => {};
