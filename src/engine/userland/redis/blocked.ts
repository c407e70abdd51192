import type { Syscalls } from '../../kernel/syscalls.ts';
import type { Database } from './keyspace.ts';
import type { Reply } from './resp.ts';

interface Waiter {
  db: Database;
  keys: readonly string[];
  take: () => Reply | undefined;
  wake: (reply: Reply | undefined) => void;
}

/** Clients that wait for an element, in the order in which they came. */
export class Blocked {
  readonly #sys: Syscalls;
  readonly #waiters = new Set<Waiter>();

  constructor(sys: Syscalls) {
    this.#sys = sys;
  }

  get count(): number {
    return this.#waiters.size;
  }

  wait(
    db: Database,
    keys: readonly string[],
    ms: number | undefined,
    take: () => Reply | undefined,
  ): Promise<Reply | undefined> {
    return new Promise((resolve) => {
      const waiter: Waiter = {
        db,
        keys,
        take,
        wake: (reply) => {
          this.#waiters.delete(waiter);
          resolve(reply);
        },
      };
      this.#waiters.add(waiter);
      if (ms !== undefined) void this.#sys.nanosleep(ms).then(() => waiter.wake(undefined));
    });
  }

  /** Something was put under a key. */
  serve(db: Database, key: string): void {
    for (const waiter of [...this.#waiters]) {
      if (waiter.db !== db || !waiter.keys.includes(key)) continue;
      const reply = waiter.take();
      if (reply !== undefined) waiter.wake(reply);
    }
  }
}
