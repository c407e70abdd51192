import { Errno } from '../base/errno.ts';
import { Namespace, type NamespaceOrigin } from './namespace.ts';
import type { Task } from './task.ts';

const PID_MAX = 4194304;

/** A PID namespace (pid_namespaces(7)): its own numbering, starting with an init that the others depend on. */
export class PidNamespace extends Namespace {
  readonly kind = 'pid';
  readonly parent: PidNamespace | undefined;
  /** 0 is the initial namespace. */
  readonly level: number;
  /** Its PID 1. When that dies, the namespace takes no more processes. */
  init: Task | undefined;
  dead = false;
  #last = 0;
  readonly #tasks = new Map<number, Task>();

  constructor(origin: NamespaceOrigin, parent?: PidNamespace) {
    super(origin);
    this.parent = parent?.hold();
    this.level = parent ? parent.level + 1 : 0;
  }

  /** The next number, sequentially as Linux does. */
  allocate(): number {
    if (this.dead) throw new Errno('ENOMEM');
    do {
      this.#last = this.#last >= PID_MAX ? 300 : this.#last + 1;
    } while (this.#tasks.has(this.#last));
    return this.#last;
  }

  /** Goes on numbering after `pid`: the kernel's own threads have taken those before. */
  skipTo(pid: number): void {
    if (pid > this.#last) this.#last = pid;
  }

  /** The process that has a number here, zombies included. */
  find(pid: number): Task | undefined {
    return this.#tasks.get(pid);
  }

  /** All that can be seen from here, in order of their numbers. */
  tasks(): Task[] {
    return [...this.#tasks].sort(([a], [b]) => a - b).map(([, task]) => task);
  }

  enter(task: Task): void {
    for (let ns: PidNamespace | undefined = this; ns; ns = ns.parent) ns.#tasks.set(task.id.in(ns), task);
  }

  leave(task: Task): void {
    for (let ns: PidNamespace | undefined = this; ns; ns = ns.parent) ns.#tasks.delete(task.id.in(ns));
  }

  /** The last number given out, as /proc/loadavg shows. */
  get last(): number {
    return this.#last;
  }

  /** Whether this is `ancestor` or lies somewhere within it. */
  isWithin(ancestor: PidNamespace): boolean {
    for (let ns: PidNamespace | undefined = this; ns; ns = ns.parent) if (ns === ancestor) return true;
    return false;
  }

  protected override destroy(): void {
    this.parent?.drop();
  }
}
