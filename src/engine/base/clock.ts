/**
 * The world's one clock. Time is virtual: it moves only when work is charged to it (`spend`) or when the
 * world has nothing left to do at this instant and steps to the next timer. It is the same in a browser, in
 * Node and in a replay; how fast it moves against real time is the driver's affair, not the engine's.
 *
 * Unit: milliseconds since the Unix epoch, with a resolution of a microsecond (0.001).
 */
export interface Clock {
  /** The present instant, CLOCK_REALTIME. */
  now(): number;
  /** The instant at which the world was booted; `now() - bootTime` is CLOCK_BOOTTIME. */
  readonly bootTime: number;
  /** Calls `fire` once at `time` (or at the next settled instant if that has passed). Ties fire in order of arming. */
  at(time: number, fire: () => void): Timer;
  /** Charges work: the clock moves on by `ms`. Timers that become due fire when the world next settles. */
  spend(ms: number): void;
  /** Microseconds since boot. */
  readonly elapsed: number;
  /** Charges work that is done at `elapsed`, in µs since boot, beside other work: the clock moves on to there unless it is further already. */
  reach(elapsed: number): void;
}

/** An armed timer. Cancelling one that has fired does nothing. */
export interface Timer {
  readonly time: number;
  cancel(): void;
}

/** The clock with the controls that only the world's run loop holds. */
export class VirtualClock implements Clock {
  readonly bootTime: number;
  // Since boot, in microseconds: the sums of many small charges stay exact, which milliseconds since the epoch would not.
  elapsed = 0;
  #armed = 0;
  readonly #heap: ArmedTimer[] = [];

  constructor(start: number) {
    this.bootTime = start;
  }

  now(): number {
    return toMicroseconds(this.bootTime + this.elapsed / 1000);
  }

  spend(ms: number): void {
    this.elapsed += ms * 1000;
  }

  reach(elapsed: number): void {
    if (elapsed > this.elapsed) this.elapsed = elapsed;
  }

  at(time: number, fire: () => void): Timer {
    const timer = new ArmedTimer(toMicroseconds(time), this.#armed++, fire);
    push(this.#heap, timer);
    return timer;
  }

  /** The time of the earliest timer still armed, or undefined. */
  next(): number | undefined {
    while (this.#heap[0]?.fire === undefined && this.#heap.length > 0) pop(this.#heap);
    return this.#heap[0]?.time;
  }

  /** Moves to `time` if that is later than now. Fires nothing. */
  advance(time: number): void {
    this.reach(Math.round((time - this.bootTime) * 1000));
  }

  /** Fires the earliest timer if it is due; says whether it did. */
  fireNext(): boolean {
    const due = this.next();
    if (due === undefined || due > this.now()) return false;
    const timer = pop(this.#heap);
    const fire = timer.fire;
    timer.fire = undefined;
    fire?.();
    return true;
  }
}

class ArmedTimer implements Timer {
  readonly time: number;
  readonly order: number;
  fire: (() => void) | undefined;

  constructor(time: number, order: number, fire: () => void) {
    this.time = time;
    this.order = order;
    this.fire = fire;
  }

  cancel(): void {
    this.fire = undefined;
  }
}

/** A time to the clock's resolution: what `at` makes of it. Whoever compares a time with `now` must do so too. */
export const toMicroseconds = (ms: number): number => Math.round(ms * 1000) / 1000;

const before = (a: ArmedTimer, b: ArmedTimer) => a.time < b.time || (a.time === b.time && a.order < b.order);

function push(heap: ArmedTimer[], timer: ArmedTimer): void {
  let i = heap.push(timer) - 1;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (!before(heap[i]!, heap[parent]!)) return;
    [heap[i], heap[parent]] = [heap[parent]!, heap[i]!];
    i = parent;
  }
}

function pop(heap: ArmedTimer[]): ArmedTimer {
  const top = heap[0]!;
  const last = heap.pop()!;
  if (heap.length === 0) return top;
  heap[0] = last;
  let i = 0;
  for (;;) {
    const left = 2 * i + 1;
    const right = left + 1;
    let least = i;
    if (left < heap.length && before(heap[left]!, heap[least]!)) least = left;
    if (right < heap.length && before(heap[right]!, heap[least]!)) least = right;
    if (least === i) return top;
    [heap[i], heap[least]] = [heap[least]!, heap[i]!];
    i = least;
  }
}
