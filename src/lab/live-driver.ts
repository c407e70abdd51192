import type { World } from '../engine/world/world.ts';

/** Real time and waiting, as the place that runs a lab has them. */
export interface RealTime {
  /** Milliseconds from any fixed point. */
  now(): number;
  /** Calls back after `ms`; the answer cancels. */
  after(ms: number, call: () => void): () => void;
}

/** How far virtual time may run ahead of real time before busy programs have to wait. */
const AHEAD = 50;
/** Beyond this lag (a sleeping laptop, a hidden tab) virtual time stands still instead of being caught up with. */
const LAG = 2000;

/**
 * Keeps a world in step with real time: lets it work, waits for its next timer, and applies inputs between
 * two of its steps. What happens in the world depends on the inputs and their moments alone; the driver only
 * decides when they come.
 */
export class LiveDriver {
  readonly #world: World;
  readonly #time: RealTime;
  readonly #queue: (() => void)[] = [];
  /** Virtual time minus real time. */
  #offset: number;
  #wake: (() => void) | undefined;
  #stopped = false;

  constructor(world: World, time: RealTime) {
    this.#world = world;
    this.#time = time;
    this.#offset = world.clock.now() - time.now();
  }

  /** Applies an input at the next moment between two steps, at the time that it is then. */
  enter(apply: () => void): void {
    this.#queue.push(apply);
    this.#wake?.();
  }

  /** Begins to keep time now: what passed before (a boot, a replay) took no real time. */
  restart(): void {
    this.#offset = this.#world.clock.now() - this.#time.now();
  }

  stop(): void {
    this.#stopped = true;
    this.#wake?.();
  }

  /** Runs until stopped. */
  async run(): Promise<void> {
    const { clock } = this.#world;
    while (!this.#stopped) {
      const step = await this.#world.step();
      const apply = this.#queue.shift();
      if (apply) {
        if (step === 'idle') this.#catchUp();
        apply();
        this.#world.touch();
        continue;
      }
      const due = step === 'idle' ? this.#world.nextTimer : clock.now() - AHEAD;
      const wait = due === undefined ? undefined : due - this.#virtualNow();
      if (wait === undefined || wait > 0) await this.#sleep(wait);
      if (step === 'idle') this.#catchUp();
    }
  }

  #virtualNow(): number {
    return this.#time.now() + this.#offset;
  }

  /** Moves virtual time to where real time is, but never past the next timer. */
  #catchUp(): void {
    const { clock } = this.#world;
    const lag = this.#virtualNow() - clock.now();
    if (lag > LAG) this.#offset -= lag - LAG;
    const next = this.#world.nextTimer;
    const now = this.#virtualNow();
    this.#world.advance(next === undefined ? now : Math.min(next, now));
  }

  #sleep(ms: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const cancel = ms === undefined ? undefined : this.#time.after(ms, () => this.#wake?.());
      this.#wake = () => {
        this.#wake = undefined;
        cancel?.();
        resolve();
      };
      if (this.#queue.length > 0 || this.#stopped) this.#wake();
    });
  }
}
