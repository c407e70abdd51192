import { type Clock, VirtualClock } from '../base/clock.ts';
import { type Random, seededRandom } from '../base/random.ts';
import { Scheduler } from '../kernel/scheduler.ts';
import type { JavaScriptHost } from '../userland/node/javascript-host.ts';
import type { LateCode } from './late/code.ts';

/**
 * What a world needs from the place it runs in (a worker, Node, a test): a way to let every promise that is
 * ready run, and the bytes of things that are kept outside (blobs of the simulated Hub).
 */
export interface Host {
  /** Resolves in a new task of the platform, when no promise of the world can make progress any more. */
  macrotask(): Promise<void>;
  /**
   * Fetches something kept outside by key: `blob:DIGEST` is a blob of the simulated Hub, `catalogue:NAME/index` the names of a
   * set's repositories, `catalogue:NAME/REPOSITORY` the table of contents of one, as JSON. Its result must depend on the key alone.
   */
  fetch(key: string): Promise<Uint8Array>;
  /** Fetches code that the world can do without at first. */
  load<Part extends keyof LateCode>(part: Part): Promise<LateCode[Part]>;
}

/** What a step did: work, nothing because all wait for time or input. */
export type Step = 'progress' | 'idle';

/** Something asked of the host, whose answer the world waits for. */
interface Question {
  what: string;
  answer: Promise<unknown>;
  /** Tells the answer to whoever asked. */
  tell(answer: Promise<unknown>): void;
}

/**
 * The run loop of a simulated world. It moves in steps; between two steps every promise of the engine has
 * settled or waits, so a step's number names a state of the world exactly. Inputs are applied between steps
 * only. Nothing else moves a world, which is why a journal of inputs replays.
 */
export class World {
  readonly clock: Clock;
  readonly random: Random;
  readonly scheduler: Scheduler;
  /** Where the learner's JavaScript runs, if not within: changed by inputs alone. */
  javascript: JavaScriptHost | undefined;
  readonly #clock: VirtualClock;
  readonly #host: Host;
  readonly #questions: Question[] = [];
  /** Why there will be no answer, by step. */
  readonly #failures = new Map<number, string>();
  /** Hears of a question that the host could not answer, before the world does. What it throws, `step` throws. */
  onFailure: ((what: string, error: Error) => void) | undefined;
  #steps = 0;
  #touched = true;

  constructor(options: { seed: string; start: number; host: Host }) {
    this.#clock = new VirtualClock(options.start);
    this.clock = this.#clock;
    this.random = seededRandom(options.seed);
    this.scheduler = new Scheduler();
    this.#host = options.host;
  }

  /** Steps taken so far. */
  get steps(): number {
    return this.#steps;
  }

  /** When the next timer is due, ms since the epoch. */
  get nextTimer(): number | undefined {
    return this.#clock.next();
  }

  /**
   * Takes one step: answers one question to the outside, fires one due timer, or gives every process that waits for the CPU a slice.
   * When it returns, every promise that could settle has settled.
   */
  async step(): Promise<Step> {
    if (this.#touched) await this.drain();
    const question = this.#questions.shift();
    if (question) {
      question.tell((await this.#answer(question)).answer);
    } else if (!this.#clock.fireNext() && !this.scheduler.resumeRunnable()) {
      return 'idle';
    }
    await this.drain();
    this.#steps++;
    return 'progress';
  }

  /** Lets every promise that can settle do so. */
  async drain(): Promise<void> {
    this.#touched = false;
    await this.#host.macrotask();
  }

  /** Lets time pass up to `time`, when the world is idle and no timer is due before. */
  advance(time: number): void {
    this.#clock.advance(time);
  }

  /** Must be called by whoever puts something in from outside: its promises run before the next step. */
  touch(): void {
    this.#touched = true;
    this.scheduler.beginTurn();
  }

  /**
   * Runs until `done` holds, jumping over idle time. Gives false if it never can: nothing is left to wait for,
   * or `deadline` (virtual time) comes first.
   */
  async run(done: () => boolean, deadline = Number.POSITIVE_INFINITY): Promise<boolean> {
    for (;;) {
      const step = await this.step();
      if (done()) return true;
      if (this.#clock.now() >= deadline) return false;
      if (step === 'progress') continue;
      const next = this.#clock.next();
      if (next === undefined || next > deadline) {
        if (deadline !== Number.POSITIVE_INFINITY) this.#clock.advance(deadline);
        return false;
      }
      this.#clock.advance(next);
    }
  }

  /** Runs until the world is idle at the present instant. */
  async settle(): Promise<void> {
    while ((await this.step()) === 'progress');
  }

  /**
   * Gets something from outside the world. Time stands still meanwhile, and answers come in the order of the
   * questions, so that how long it really took cannot be seen inside.
   */
  external(key: string): Promise<Uint8Array> {
    return this.#ask(key, this.#host.fetch(key));
  }

  /** Gets code that is loaded late, in the same way. */
  load<Part extends keyof LateCode>(part: Part): Promise<LateCode[Part]> {
    return this.#ask(part, this.#host.load(part));
  }

  /** Makes the question that is answered at a step to come fail, as a journal recorded that it did. */
  failAt(step: number, reason: string): void {
    this.#failures.set(step, reason);
  }

  #ask<T>(what: string, answer: Promise<T>): Promise<T> {
    answer.catch(() => undefined);
    return new Promise((resolve) => {
      this.#questions.push({ what, answer, tell: (told) => resolve(told as Promise<T>) });
    });
  }

  /** Waits for the answer; gives it wrapped, for an answer may be that there is none. */
  async #answer({ what, answer }: Question): Promise<{ answer: Promise<unknown> }> {
    const reason = this.#failures.get(this.#steps);
    if (reason !== undefined) {
      const none = Promise.reject(new Error(reason));
      none.catch(() => undefined);
      return { answer: none };
    }
    await answer.catch((error: Error) => this.onFailure?.(what, error));
    return { answer };
  }
}
