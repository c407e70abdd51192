import { quoteRune } from '../base/go-quote.ts';
import { GoError } from './go-error.ts';

/** JSON as Go's encoding/json reads it; what is wrong is told in its words. */

/** json.Unmarshal into anything: the text is one value and nothing else. Throws `GoError`. */
export function unmarshal(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new GoError(complaint(text));
  }
}

/** json.Decoder.Decode: the first value of a text, whatever follows it. Throws `GoError`. */
export function decodeFirst(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return scanFirst(text);
  }
}

function scanFirst(text: string): unknown {
  const scanner = new Scanner(text);
  const failed = scanner.value();
  if (failed === undefined) return JSON.parse(text.slice(0, scanner.at));
  if (failed !== END) throw new GoError(failed);
  throw new GoError(text.trim() === '' ? 'EOF' : 'unexpected EOF');
}

/** What a JSON value is, as the messages of encoding/json call it. */
export const kindOf = (value: unknown): string =>
  Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;

/** Finds where a text stops being JSON. Engines differ in their words for it, Go's are these. */
function complaint(text: string): string {
  const scanner = new Scanner(text);
  return scanner.value() ?? scanner.afterAll();
}

const END = 'unexpected end of JSON input';

class Scanner {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Goes past a value; gives what is wrong with it. */
  value(): string | undefined {
    this.#space();
    const c = this.#text[this.at];
    if (c === '{') return this.#container('}', 'object key:value pair', true);
    if (c === '[') return this.#container(']', 'array element', false);
    if (c === '"') return this.#string();
    const literal = ['true', 'false', 'null'].find((word) => word[0] === c);
    return literal === undefined ? this.#number() : this.#literal(literal);
  }

  afterAll(): string {
    this.#space();
    return this.#invalid('after top-level value');
  }

  #literal(word: string): string | undefined {
    for (const expected of word) {
      if (this.#text[this.at] !== expected)
        return this.#invalid(`in literal ${word} (expecting ${quoteRune(expected)})`);
      this.at++;
    }
    return undefined;
  }

  #number(): string | undefined {
    const text = this.#text.slice(this.at, this.at + 64);
    const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(text)?.[0];
    if (number === undefined && text[0] !== '-') return this.#invalid('looking for beginning of value');
    this.at += number?.length ?? 1;
    return number === undefined ? this.#invalid('in numeric literal') : undefined;
  }

  #invalid(context: string): string {
    return this.at >= this.#text.length
      ? END
      : `invalid character ${quoteRune(this.#text[this.at]!)} ${context}`;
  }

  #space(): void {
    while (/\s/.test(this.#text[this.at] ?? '')) this.at++;
  }

  #string(): string | undefined {
    this.at++;
    while (this.at < this.#text.length && this.#text[this.at] !== '"') {
      if (this.#text[this.at]! < ' ') return this.#invalid('in string literal');
      this.at += this.#text[this.at] === '\\' ? 2 : 1;
    }
    if (this.at >= this.#text.length) return END;
    this.at++;
    return undefined;
  }

  #container(close: string, what: string, keyed: boolean): string | undefined {
    this.at++;
    this.#space();
    if (this.#text[this.at] === close) {
      this.at++;
      return undefined;
    }
    for (;;) {
      this.#space();
      if (keyed) {
        if (this.#text[this.at] !== '"') return this.#invalid('looking for beginning of object key string');
        const failed = this.#string();
        if (failed) return failed;
        this.#space();
        if (this.#text[this.at] !== ':') return this.#invalid('after object key');
        this.at++;
      }
      const failed = this.value();
      if (failed) return failed;
      this.#space();
      if (this.#text[this.at] === close) {
        this.at++;
        return undefined;
      }
      if (this.#text[this.at] !== ',') return this.#invalid(`after ${what}`);
      this.at++;
    }
  }
}
