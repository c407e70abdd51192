import { marshal } from '../base/go-json.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import { replaceFile } from '../runtime/files.ts';
import { Lock } from './deferred.ts';

/**
 * A file in which a part of the daemon's state is kept as JSON. It is written as a whole and one time after another, each time as the
 * state is when its turn comes: what is on the disk never goes back.
 */
export class StateFile {
  readonly #sys: Syscalls;
  readonly #path: string;
  readonly #mode: number;
  readonly #turns = new Lock();

  constructor(sys: Syscalls, path: string, mode = 0o644) {
    this.#sys = sys;
    this.#path = path;
    this.#mode = mode;
  }

  write(state: () => unknown): Promise<void> {
    return this.#turns.run(() => replaceFile(this.#sys, this.#path, marshal(state()), this.#mode));
  }
}
