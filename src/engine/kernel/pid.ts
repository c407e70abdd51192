import type { PidNamespace } from './pid-namespace.ts';

/**
 * The identity of a process: one number in its own PID namespace and one in each namespace above it
 * (the kernel's `struct pid`). It also names process groups and sessions, and so may outlive its process.
 */
export class Pid {
  /** From the initial namespace (first) to the innermost (last). */
  readonly #numbers: readonly number[];
  readonly namespace: PidNamespace;

  constructor(namespace: PidNamespace) {
    this.namespace = namespace;
    const numbers: number[] = [];
    for (let ns: PidNamespace | undefined = namespace; ns; ns = ns.parent) numbers.unshift(ns.allocate());
    this.#numbers = numbers;
  }

  /** The number in the initial namespace. */
  get global(): number {
    return this.#numbers[0]!;
  }

  /** The number in the innermost namespace: what getpid(2) gives. */
  get local(): number {
    return this.#numbers[this.#numbers.length - 1]!;
  }

  /** The number as `namespace` sees it; 0 if it cannot see it. */
  in(namespace: PidNamespace): number {
    if (namespace === this.namespace) return this.local;
    return this.namespace.isWithin(namespace) ? this.#numbers[namespace.level]! : 0;
  }

  /** The numbers from `namespace` inwards, as NSpid of /proc/PID/status lists them. */
  from(namespace: PidNamespace): readonly number[] {
    return this.namespace.isWithin(namespace) ? this.#numbers.slice(namespace.level) : [];
  }
}
