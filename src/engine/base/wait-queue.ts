/**
 * Where sleepers wait for a condition (the kernel's wait queues, `wait_event` and `wake_up`). A sleeper checks its condition again after waking:
 * `while (!ready()) await sleep(queue)`. Waking is in order of arrival.
 */
export class WaitQueue {
  readonly #sleepers = new Set<() => void>();

  /** Adds a sleeper; the returned function takes it out again without waking it. */
  add(wake: () => void): () => void {
    const sleeper = () => wake();
    this.#sleepers.add(sleeper);
    return () => this.#sleepers.delete(sleeper);
  }

  /** Wakes all who sleep here now. */
  wakeAll(): void {
    const woken = [...this.#sleepers];
    this.#sleepers.clear();
    for (const wake of woken) wake();
  }

  /** Wakes the one who has slept longest; says whether there was one. */
  wakeOne(): boolean {
    const [first] = this.#sleepers;
    if (first === undefined) return false;
    this.#sleepers.delete(first);
    first();
    return true;
  }

  get empty(): boolean {
    return this.#sleepers.size === 0;
  }
}
