import { encode } from '../base/bytes.ts';
import { marshal } from '../base/go-json.ts';

/** A stream of values for a response body: written by the daemon as things happen, read by the connection. */
export class Feed<T> implements AsyncIterable<T> {
  readonly #values: T[] = [];
  #ended = false;
  #wake: (() => void) | undefined;
  /** Called once when the reader goes away before the end. */
  onAbandon: (() => void) | undefined;

  push(value: T): void {
    if (this.#ended) return;
    this.#values.push(value);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    try {
      for (;;) {
        while (this.#values.length > 0) yield this.#values.shift()!;
        if (this.#ended) return;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = undefined;
      }
    } finally {
      if (!this.#ended) {
        this.#ended = true;
        this.onAbandon?.();
      }
    }
  }
}

/** One JSON object a line, as progress streams and events are sent; the real daemon ends lines with CR LF on some. */
export const jsonLine = (value: unknown, end = '\n'): Uint8Array => encode(marshal(value) + end);
