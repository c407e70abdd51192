import type { RunQueue } from './sched/run-queue.ts';

/** What all tasks together may use in one turn of the world; it bounds a turn however many processes are born in it. */
const TURN_LIMIT = 50_000;

/**
 * The turns of a world. Programs run until they give way, which is when they have used up their slice; then they wait in their machine's run queue
 * until the world's loop comes round. That loop is the only caller of `resumeRunnable`.
 */
export class Scheduler {
  /** Counts the turns; a task's time slice is new in each. */
  turn = 0;
  #spent = 0;
  readonly #queues: RunQueue[] = [];

  /** Takes the run queue of a machine into the world's. */
  add(queue: RunQueue): void {
    this.#queues.push(queue);
  }

  /** Notes `microseconds` of work; says whether this turn has had its share. */
  charge(microseconds: number): boolean {
    this.#spent += microseconds;
    return this.#spent > TURN_LIMIT;
  }

  /** Begins a turn: each processor of each machine goes on with one of those who wait. Says whether there was anyone. */
  resumeRunnable(): boolean {
    this.#begin();
    let resumed = false;
    for (const queue of this.#queues) if (queue.dispatch()) resumed = true;
    return resumed;
  }

  /** All time slices are new whenever something comes in from outside, so that how often the world was found idle before cannot be seen. */
  beginTurn(): void {
    this.#begin();
    for (const queue of this.#queues) queue.settle();
  }

  #begin(): void {
    this.turn++;
    this.#spent = 0;
  }

  /** How many wait for a processor. */
  get length(): number {
    return this.#queues.reduce((count, queue) => count + queue.length, 0);
  }
}
