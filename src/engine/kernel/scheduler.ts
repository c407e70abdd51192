/** Virtual CPU time, in µs, that one task may use before it gives way to the others. */
export const QUANTUM = 4000;
/** What all tasks together may use in one turn of the world; it bounds a turn however many processes are born in it. */
const TURN_LIMIT = 50_000;
/** How many of those that gave way go on in one turn, so that each of many gets its whole quantum in its turn. */
const RESUMED_PER_TURN = 12;

/** Who waits for the processor: a program that is asked, before it goes on, whether it is still there. */
export interface Runnable {
  /** Killed, or replaced by execve, while it waited. */
  readonly gone: boolean;
}

/**
 * The run queue of all machines of a world. Programs run until they give way; here they wait, first come first
 * served, until the world's loop comes round. That loop is the only caller of `resumeRunnable`.
 */
export class Scheduler {
  /** Counts the turns of the world; a task's time slice is new in each. */
  turn = 0;
  #spent = 0;
  #queue: { runnable: Runnable; resume: () => void }[] = [];

  /** Notes `microseconds` of work; says whether this turn has had its share. */
  charge(microseconds: number): boolean {
    this.#spent += microseconds;
    return this.#spent > TURN_LIMIT;
  }

  /** Waits for the next turn. Never settles if the program is gone by then. */
  giveWay(runnable: Runnable): Promise<void> {
    return new Promise((resume) => {
      this.#queue.push({ runnable, resume });
    });
  }

  /** Begins a turn: lets those who gave way first go on, in order. Says whether there was anyone. */
  resumeRunnable(): boolean {
    this.beginTurn();
    const waiting = this.#queue.filter(({ runnable }) => !runnable.gone);
    this.#queue = waiting.splice(RESUMED_PER_TURN);
    for (const { resume } of waiting) resume();
    return waiting.length > 0;
  }

  /** All time slices are new. Also whenever something comes in from outside, so that how often the world was found idle before cannot be seen. */
  beginTurn(): void {
    this.turn++;
    this.#spent = 0;
  }

  /** How many wait for the processor. */
  get length(): number {
    return this.#queue.reduce((count, { runnable }) => count + (runnable.gone ? 0 : 1), 0);
  }
}
