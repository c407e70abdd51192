import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';

/** What has come to an end, for the code inside to hear of: the answer of a call that it began, a timer, a signal. */
export interface Completion<T> {
  id: number;
  value: T;
}

/**
 * What a program of Node waits for (libuv's loop): calls that it has begun and not awaited, and the next timer. Calls behave as
 * calls of several threads of the process.
 */
export class EventLoop<T> {
  readonly #sys: Syscalls;
  readonly #ended: Completion<T>[] = [];
  /** The calls under way that keep the program alive. */
  readonly #counting = new Set<number>();
  #timer: number | undefined;
  #timerCounts = false;
  /** Until when somebody sleeps already. */
  #sleeping = Number.POSITIVE_INFINITY;
  #wake: (() => void) | undefined;

  constructor(sys: Syscalls) {
    this.#sys = sys;
  }

  /** Takes up a call that is under way. `counts`: the program does not end before it. */
  begin(id: number, answer: Promise<T>, counts = true): void {
    if (counts) this.#counting.add(id);
    void answer.then((value) => {
      this.#counting.delete(id);
      this.post(id, value);
    });
  }

  /** Something that happened without having been asked for. */
  post(id: number, value: T): void {
    this.#ended.push({ id, value });
    this.#wake?.();
  }

  /** The program no longer waits for a call, or does again. */
  count(id: number, counts: boolean): void {
    if (counts) this.#counting.add(id);
    else this.#counting.delete(id);
  }

  /** The next timer's moment in ms of the monotonic clock; undefined for none. `counts`: the program does not end before it. */
  setTimer(at: number | undefined, counts: boolean): void {
    this.#timer = at;
    this.#timerCounts = counts;
  }

  /** What is next: a completion, or that the timer is due; undefined when there is nothing left to wait for. */
  async next(): Promise<Completion<T> | 'timer' | undefined> {
    for (;;) {
      const ended = this.#ended.shift();
      if (ended) return ended;
      const timer = this.#timer;
      if (timer !== undefined && timer <= this.#now()) {
        this.#timer = undefined;
        return 'timer';
      }
      if (this.#counting.size === 0 && !(timer !== undefined && this.#timerCounts)) return undefined;
      await this.#wait(timer);
    }
  }

  #now(): number {
    return this.#sys.clock_gettime('monotonic');
  }

  #wait(timer: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (timer !== undefined && timer < this.#sleeping) void this.#sleep(timer);
    });
  }

  async #sleep(until: number): Promise<void> {
    this.#sleeping = until;
    try {
      await this.#sys.nanosleep(Math.max(0, until - this.#now()));
    } catch (error) {
      if (!isErrno(error, 'EINTR')) throw error;
    }
    if (this.#sleeping === until) this.#sleeping = Number.POSITIVE_INFINITY;
    this.#wake?.();
  }
}
