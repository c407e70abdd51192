import type { Process } from '../kernel/program.ts';
import { SIGNALS, type Signal } from '../kernel/signals.ts';

/** What becomes of a command at SIGINT or SIGTERM: it ends with 128 and the signal's number, ends with 0, or goes on until the third. */
export type AtTermination = 'fail' | 'succeed' | 'stay';

export const TERMINATION: readonly Signal[] = ['SIGINT', 'SIGTERM'];
/** So many make an end of any command. */
const ENOUGH = 3;

/**
 * What SIGINT and SIGTERM do to the docker command. Models docker/cli `cmd/docker/docker.go`: they cancel the command's
 * context; a command that has cut itself off from it ends by force at the third.
 */
export class Termination {
  at: AtTermination = 'fail';
  /** Settles with the exit status when a signal has ended the command. */
  readonly status: Promise<number>;
  readonly #also = new Map<Signal, (signal: Signal) => void>();
  readonly #undo = new Set<() => Promise<void>>();
  readonly #say: (text: string) => Promise<void>;
  #end: (status: number) => void = () => {};
  #seen = 0;

  constructor(say: (text: string) => Promise<void>) {
    this.#say = say;
    this.status = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  async catch({ sys }: Process): Promise<void> {
    for (const signal of TERMINATION)
      await sys.sigaction(signal, () => void this.#take(signal), { restart: true });
  }

  /** Also calls `handler` for a signal. The answer stops that. */
  also(signal: Signal, handler: (signal: Signal) => void): () => void {
    this.#also.set(signal, handler);
    return () => this.#also.delete(signal);
  }

  /** Notes what must be put back before the end. The answer does it, once. */
  before(undo: () => Promise<void>): () => Promise<void> {
    this.#undo.add(undo);
    return async () => {
      if (this.#undo.delete(undo)) await undo();
    };
  }

  async #take(signal: Signal): Promise<void> {
    this.#also.get(signal)?.(signal);
    this.#seen++;
    if (this.at === 'stay') {
      if (this.#seen !== ENOUGH) return;
      await this.#say(`\ngot ${ENOUGH} SIGTERM/SIGINTs, forcefully exiting\n`);
      this.#end(1);
      return;
    }
    const undo = [...this.#undo];
    this.#undo.clear();
    for (const one of undo) await one();
    this.#end(this.at === 'succeed' ? 0 : 128 + SIGNALS[signal].number);
  }
}
