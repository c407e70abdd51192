import type { Cursor } from './cursor.ts';

/**
 * Alias substitution (POSIX XCU 2.3.1): the value takes the place of the name in the text, and is read as what follows. Within its
 * own value a name is not replaced again.
 */
export class AliasStack {
  readonly #cursor: Cursor;
  /** Aliases whose value is being read: it ends where `rest` characters of the text are left. */
  #open: { name: string; value: string; rest: number }[] = [];
  /** An alias that ended with a blank lets the next word be one too. */
  nextToo = false;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  /** Closes the aliases whose value has been read to its end. */
  leave(): void {
    const { cursor, open } = { cursor: this.#cursor, open: this.#open };
    while (open.length > 0 && cursor.text.length - cursor.at <= open.at(-1)!.rest)
      if (/[ \t]$/.test(open.pop()!.value)) this.nextToo = true;
  }

  /** Puts a value in the place of a name that ends here; not within the value of the same name. */
  substitute(name: string, value: string): boolean {
    const cursor = this.#cursor;
    if (this.#open.some((one) => one.name === name)) return false;
    const start = cursor.at - name.length;
    const after = cursor.text.slice(cursor.at);
    this.#open.push({ name, value, rest: after.length });
    cursor.text = cursor.text.slice(0, start) + value + after;
    cursor.at = start;
    this.nextToo = false;
    return true;
  }
}
