import { EMPTY } from '../../base/bytes.ts';
import { invalidParameter } from '../error.ts';

/** The keys that leave a container running: Ctrl-P Ctrl-Q unless others are asked for (moby/term EscapeProxy). */
export const DEFAULT_KEYS = 'ctrl-p,ctrl-q';

/** Bytes of a key sequence such as `ctrl-p,ctrl-q` or `a`. @param called what they are called where they are none */
export function parseKeys(text: string, called = 'detach'): number[] {
  return (text || DEFAULT_KEYS).split(',').map((key) => {
    if (key.length === 1) return key.charCodeAt(0);
    const control = /^ctrl-([a-z@[\\\]^_])$/.exec(key)?.[1];
    if (control === undefined) throw invalidParameter(`Invalid ${called} keys (${text}) provided`);
    return control.charCodeAt(0) & 0x1f;
  });
}

export class EscapeKeys {
  readonly #keys: readonly number[];
  #matched = 0;

  constructor(text: string) {
    this.#keys = parseKeys(text);
  }

  /** What goes on to the process, with a beginning that came to nothing put back. */
  take(bytes: Uint8Array): { pass: Uint8Array; escaped: boolean } {
    const out: number[] = [];
    for (const byte of bytes) {
      if (byte === this.#keys[this.#matched]) {
        this.#matched++;
        if (this.#matched === this.#keys.length) return { pass: Uint8Array.from(out), escaped: true };
        continue;
      }
      out.push(...this.#keys.slice(0, this.#matched));
      this.#matched = byte === this.#keys[0] ? 1 : 0;
      if (this.#matched === 0) out.push(byte);
    }
    return { pass: out.length === 0 ? EMPTY : Uint8Array.from(out), escaped: false };
  }
}
