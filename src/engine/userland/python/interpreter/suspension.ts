import type { MaybePromise } from '../../../base/maybe-promise.ts';

/** What binaryen's Asyncify adds to a module. */
export interface AsyncifyExports {
  asyncify_start_unwind(data: number): void;
  asyncify_stop_unwind(): void;
  asyncify_start_rewind(data: number): void;
  asyncify_stop_rewind(): void;
  emscripten_stack_get_current(): number;
  _emscripten_stack_restore(at: number): void;
  setThrew(threw: number, value: number): void;
}

/** A function of the code; what it does not take is left away. */
export type Callee = (...args: (number | undefined)[]) => number | undefined;

/**
 * Lets code that knows nothing of promises wait in the middle of a call. An import that has to wait makes all frames save
 * their variables in memory and return; when the answer is there the code is called anew, goes down the same way, and the
 * import gives the answer.
 */
export class Suspension {
  #exports: AsyncifyExports | undefined;
  #data = 0;
  #state: 'running' | 'unwinding' | 'rewinding' = 'running';
  #waiting: Promise<number> | undefined;
  #answer: { value: number } | { error: unknown } = { value: 0 };
  /** Stack pointers of the frames of `invoke` that were left, the innermost first. */
  readonly #frames: number[] = [];

  /** `data` is where the frames are saved: first the addresses of the room behind it, its begin and its end. */
  open(exports: AsyncifyExports, data: number): void {
    this.#exports = exports;
    this.#data = data;
  }

  /** Within an import: waits if `start` gives a promise. It must not be called while the code is suspended. */
  wait(start: () => MaybePromise<number>): number {
    if (this.#state === 'rewinding') {
      this.#exports!.asyncify_stop_rewind();
      this.#state = 'running';
      if ('error' in this.#answer) throw this.#answer.error;
      return this.#answer.value;
    }
    const started = start();
    if (!(started instanceof Promise)) return started;
    this.#waiting = started;
    this.#state = 'unwinding';
    this.#exports!.asyncify_start_unwind(this.#data);
    return 0;
  }

  /** Calls into the code, and again whenever what it waits for is there. */
  async run(call: () => void): Promise<void> {
    call();
    while (this.#waiting) {
      const waiting = this.#waiting;
      this.#waiting = undefined;
      this.#exports!.asyncify_stop_unwind();
      try {
        this.#answer = { value: await waiting };
      } catch (error) {
        this.#answer = { error };
      }
      this.#state = 'rewinding';
      this.#exports!.asyncify_start_rewind(this.#data);
      call();
    }
  }

  /**
   * The import through which emscripten calls a function that may end by longjmp(3): the number Infinity, thrown. Where the
   * call is made anew the stack pointer of the first time is the one to go back to.
   */
  invoke(functions: readonly Callee[]): Callee {
    return (index, a, b, c, d, e) => {
      const exports = this.#exports!;
      const sp = this.#state === 'rewinding' ? this.#frames.pop()! : exports.emscripten_stack_get_current();
      try {
        // WebAssembly takes what it needs.
        const result = functions[index!]!(a, b, c, d, e);
        if (this.#state === 'unwinding') this.#frames.push(sp);
        return result;
      } catch (error) {
        if (error !== Number.POSITIVE_INFINITY) throw error;
        exports._emscripten_stack_restore(sp);
        exports.setThrew(1, 0);
        return 0;
      }
    };
  }
}
