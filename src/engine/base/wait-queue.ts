/**
 * Where sleepers wait for a condition (the kernel's wait queues, `wait_event` and `wake_up`). A sleeper checks its condition again after waking:
 * `while (!ready()) await sleep(queue)`. Waking is in order of arrival.
 */
export class WaitQueue {
  /** Nearly every queue is empty nearly always, and each open file has one. */
  #sleepers: Set<() => void> | undefined;

  /** Adds a sleeper: a function of its own, called once unless it is taken out again. */
  add(wake: () => void): void {
    this.#sleepers ??= new Set();
    this.#sleepers.add(wake);
  }

  /** Takes a sleeper out without waking it. */
  delete(wake: () => void): void {
    this.#sleepers?.delete(wake);
  }

  /** Wakes all who sleep here now. */
  wakeAll(): void {
    const woken = this.#sleepers;
    if (woken === undefined) return;
    this.#sleepers = undefined;
    for (const wake of woken) wake();
  }

  get empty(): boolean {
    return this.#sleepers === undefined || this.#sleepers.size === 0;
  }
}
