import type { Clock, Timer } from '../../base/clock.ts';

/** The one timer that a connection has at a time, for whatever it waits for. */
export class SocketTimer {
  readonly #clock: Clock;
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get armed(): boolean {
    return this.#timer !== undefined;
  }

  /** Calls `fire` in `ms`, and what was waited for before no more. */
  arm(ms: number, fire: () => void): void {
    this.disarm();
    this.#timer = this.#clock.at(this.#clock.now() + ms, () => {
      this.#timer = undefined;
      fire();
    });
  }

  disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
