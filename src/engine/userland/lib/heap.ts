import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';

/** What a program keeps is told to the kernel in steps of this many bytes. */
const STEP = 1 << 20;

/** malloc(3) found no more; utilities say `memory exhausted` as gnulib's xalloc_die() does. */
export class MemoryExhausted extends Error {}

/**
 * What a program keeps in memory beyond a block or a line: what it collects until it has read everything. The kernel counts it and, where
 * it is too much, kills (brk in syscalls.ts).
 */
export class Heap {
  readonly #sys: Syscalls;
  #kept = 0;
  #told = 0;

  constructor(sys: Syscalls) {
    this.#sys = sys;
  }

  /** Bytes kept now. */
  get kept(): number {
    return this.#kept;
  }

  /**
   * Keeps `bytes` more. When that is worth telling, gives a promise to wait for: `const told = heap.keep(n); if (told) await told;`.
   * Rejects with MemoryExhausted where a limit of the process refuses it.
   */
  keep(bytes: number): Promise<void> | undefined {
    this.#kept += bytes;
    return Math.abs(this.#kept - this.#told) < STEP ? undefined : this.#tell();
  }

  /** Keeps `bytes` fewer; to be waited for like `keep`. */
  free(bytes: number): Promise<void> | undefined {
    return this.keep(-bytes);
  }

  async #tell(): Promise<void> {
    this.#told = this.#kept;
    try {
      await this.#sys.brk(this.#kept);
    } catch (error) {
      if (isErrno(error, 'ENOMEM')) throw new MemoryExhausted();
      throw error;
    }
  }
}

const heaps = new WeakMap<Syscalls, Heap>();

/** The heap of a process. */
export function heapOf(sys: Syscalls): Heap {
  const heap = heaps.get(sys) ?? new Heap(sys);
  heaps.set(sys, heap);
  return heap;
}
