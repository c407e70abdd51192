import { type WaitQueue, waitOn } from '../base/wait-queue.ts';
import type { Caller } from '../vfs/caller.ts';
import { ROOT } from './credentials.ts';
import type { Signal } from './signals.ts';

/** Whoever touches files without being a process: boot code, consoles, the ends of pipes that the outside world holds. */
export class OutsideCaller implements Caller {
  readonly credentials = ROOT;
  readonly umask = 0;
  readonly pid = 0;
  readonly processGroup = 0;
  readonly session = 0;
  readonly #signal: (processGroup: number, signal: Signal) => void;

  constructor(signal: (processGroup: number, signal: Signal) => void) {
    this.#signal = signal;
  }

  sleep(queue: WaitQueue): Promise<void> {
    return waitOn(queue);
  }

  signalGroup(processGroup: number, signal: string): void {
    this.#signal(processGroup, signal as Signal);
  }
}
