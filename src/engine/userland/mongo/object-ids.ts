import type { Syscalls } from '../../kernel/syscalls.ts';
import { ObjectId } from './values.ts';

/** Makes ids: the second, five bytes that this process drew by lot, and a counter that began anywhere. */
export class ObjectIds {
  readonly #sys: Syscalls;
  readonly #own: string;
  #counter: number;

  constructor(sys: Syscalls) {
    this.#sys = sys;
    const drawn = hex(sys.getrandom(8));
    this.#own = drawn.slice(0, 10);
    this.#counter = Number.parseInt(drawn.slice(10), 16);
  }

  next(): ObjectId {
    this.#counter = (this.#counter + 1) & 0xffffff;
    const second = Math.floor(this.#sys.clock_gettime() / 1000);
    return new ObjectId(
      second.toString(16).padStart(8, '0') + this.#own + this.#counter.toString(16).padStart(6, '0'),
    );
  }
}

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
