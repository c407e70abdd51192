/** A promise and its ends. Settled only from inside the engine. */
export class Deferred<T = void> {
  readonly promise: Promise<T>;
  #settled = false;
  #settle!: (value: T) => void;

  constructor() {
    this.promise = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  get settled(): boolean {
    return this.#settled;
  }

  resolve(value: T): void {
    this.#settled = true;
    this.#settle(value);
  }
}

/** One at a time: what the daemon's per-container lock is. */
export class Lock {
  #tail: Promise<unknown> = Promise.resolve();

  run<T>(body: () => Promise<T>): Promise<T> {
    const turn = this.#tail.then(body);
    this.#tail = turn.catch(() => undefined);
    return turn;
  }
}
