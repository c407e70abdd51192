import { isArray, type JsonObject, type Value } from './value.ts';

/**
 * JSON texts as jq 1.6 reads them: one value after the other, with its own leniency (leading zeros, nan) and its own messages.
 * Text is fed as it comes; values are taken out as they are complete.
 */
export class JsonReader {
  #text = '';
  #at = 0;
  #ended = false;
  #line = 1;
  #column = 0;
  /** Containers that are open; a string is a key that waits for its value. */
  #stack: (Value[] | Map<string, Value> | string)[] = [];
  /** A value that is read and not put anywhere yet. */
  #next: Value | undefined;
  #literal = '';
  #inString = false;
  #escaped = false;

  feed(text: string): void {
    this.#text = this.#at < this.#text.length ? this.#text.slice(this.#at) + text : text;
    this.#at = 0;
  }

  /** No more will come. */
  end(): void {
    this.#ended = true;
  }

  /** The next value; undefined when more text is needed, or after the end. Throws `JsonError`. */
  take(): Value | undefined {
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at++]!;
      this.#column++;
      if (char === '\n') {
        this.#line++;
        this.#column = 0;
      }
      const done = this.#scan(char);
      if (done !== undefined) return done;
    }
    return this.#ended ? this.#finish() : undefined;
  }

  #finish(): Value | undefined {
    if (this.#inString) throw this.#error('Unfinished string', true);
    this.#takeLiteral(true);
    if (this.#stack.length > 0) throw this.#error('Unfinished JSON term', true);
    const value = this.#next;
    this.#next = undefined;
    return value;
  }

  #scan(char: string): Value | undefined {
    if (this.#inString) {
      this.#scanString(char);
      return this.#inString ? undefined : this.#whole();
    }
    if ('[{:,]}"'.includes(char) || ' \t\r\n'.includes(char)) {
      this.#takeLiteral(false);
      const done = this.#whole();
      if (char === '"') this.#beginString();
      else if (!' \t\r\n'.includes(char)) this.#token(char);
      // A closing bracket completes a value; others complete the one before them.
      return done ?? this.#closed(char);
    }
    this.#literal += char;
    return undefined;
  }

  /** A value on the top level that a separator has ended. */
  #whole(): Value | undefined {
    if (this.#stack.length > 0 || this.#next === undefined) return undefined;
    const value = this.#next;
    this.#next = undefined;
    return value;
  }

  #closed(char: string): Value | undefined {
    return char === ']' || char === '}' ? this.#whole() : undefined;
  }

  #beginString(): void {
    this.#inString = true;
    this.#literal = '';
  }

  #scanString(char: string): void {
    if (this.#escaped) this.#escaped = false;
    else if (char === '\\') this.#escaped = true;
    else if (char === '"') {
      this.#inString = false;
      const text = this.#unescape(this.#literal);
      this.#literal = '';
      this.#value(text);
      return;
    }
    this.#literal += char;
  }

  #unescape(raw: string): string {
    if (/[\x00-\x1f]/.test(raw))
      throw this.#error('Invalid string: control characters from U+0000 through U+001F must be escaped');
    if (!raw.includes('\\')) return raw;
    let out = '';
    for (let i = 0; i < raw.length; i++) {
      if (raw[i] !== '\\') {
        out += raw[i];
        continue;
      }
      const simple = SIMPLE[raw[++i]!];
      if (simple !== undefined) {
        out += simple;
        continue;
      }
      if (raw[i] !== 'u') throw this.#error('Invalid escape');
      const unit = this.#hex(raw.slice(i + 1, i + 5));
      i += 4;
      if (unit >= 0xd800 && unit < 0xdc00) {
        const low = raw.slice(i + 1, i + 3) === '\\u' ? this.#hex(raw.slice(i + 3, i + 7)) : 0;
        if (low < 0xdc00 || low > 0xdfff) throw this.#error('Invalid \\uXXXX\\uXXXX surrogate pair escape');
        out += String.fromCharCode(unit, low);
        i += 6;
      } else out += unit >= 0xdc00 && unit < 0xe000 ? '\ufffd' : String.fromCharCode(unit);
    }
    return out;
  }

  #hex(digits: string): number {
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.#error('Invalid \\uXXXX escape');
    return Number.parseInt(digits, 16);
  }

  #takeLiteral(atEnd: boolean): void {
    if (this.#literal === '') return;
    const text = this.#literal;
    this.#literal = '';
    const word = WORDS[text[0]!]?.find((one) => one.length === text.length);
    if (word !== undefined && !(word === 'nan' && text !== word)) {
      if (word !== text) throw this.#error('Invalid literal', atEnd);
      this.#value(LITERALS.get(word)!);
      return;
    }
    if ('tf'.includes(text[0]!) || (text[0] === 'n' && text.length > 3))
      throw this.#error('Invalid literal', atEnd);
    // strtod(3) without its hexadecimal numbers.
    if (/^[-+]?nan$/i.test(text)) this.#value(Number.NaN);
    else if (/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text)) this.#value(Number(text));
    else if (/^[-+]?inf(inity)?$/i.test(text))
      this.#value(text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
    else throw this.#error('Invalid numeric literal', atEnd);
  }

  #value(value: Value): void {
    if (this.#next !== undefined && this.#stack.length > 0)
      throw this.#error('Expected separator between values');
    this.#next = value;
  }

  #token(char: string): void {
    const top = this.#stack.at(-1);
    const next = this.#next;
    switch (char) {
      case '[':
      case '{':
        if (next !== undefined) throw this.#error('Expected separator between values');
        if (this.#stack.length >= DEEPEST) throw this.#error('Exceeds depth limit for parsing');
        this.#stack.push(char === '[' ? [] : new Map());
        return;
      case ':':
        if (next === undefined) throw this.#error("Expected string key before ':'");
        if (!(top instanceof Map)) throw this.#error("':' not as part of an object");
        if (typeof next !== 'string') throw this.#error('Object keys must be strings');
        this.#stack.push(next);
        this.#next = undefined;
        return;
      case ',':
        if (next === undefined) throw this.#error("Expected value before ','");
        if (top === undefined) throw this.#error("',' not as part of an object or array");
        if (top instanceof Map) throw this.#error('Objects must consist of key:value pairs');
        this.#put(top, next);
        return;
      case ']':
        if (!isArray(top as Value)) throw this.#error("Unmatched ']'");
        if (next !== undefined) (top as Value[]).push(next);
        else if ((top as Value[]).length > 0) throw this.#error('Expected another array element');
        this.#next = this.#stack.pop() as Value;
        return;
      case '}':
        this.#closeObject(top, next);
    }
  }

  #closeObject(top: Value[] | Map<string, Value> | string | undefined, next: Value | undefined): void {
    if (top === undefined) throw this.#error("Unmatched '}'");
    if (next !== undefined) {
      if (typeof top !== 'string') throw this.#error('Objects must consist of key:value pairs');
      this.#put(top, next);
    } else {
      if (!(top instanceof Map)) throw this.#error("Unmatched '}'");
      if (top.size > 0) throw this.#error('Expected another key-value pair');
    }
    this.#next = this.#stack.pop() as JsonObject;
  }

  /** Puts a value into the array, or the object whose key it is. */
  #put(top: Value[] | string, value: Value): void {
    if (typeof top === 'string') {
      this.#stack.pop();
      (this.#stack.at(-1) as Map<string, Value>).set(top, value);
    } else top.push(value);
    this.#next = undefined;
  }

  #error(message: string, atEnd = false): JsonError {
    return new JsonError(`${message} at ${atEnd ? 'EOF at ' : ''}line ${this.#line}, column ${this.#column}`);
  }
}

/** What is no JSON; `message` says where. */
export class JsonError extends Error {}

/** One value from a text, as `fromjson` reads it: of several the first, of none undefined; or what is wrong with it. */
export function parseJson(text: string): { value?: Value; error?: string } {
  const reader = new JsonReader();
  reader.feed(text);
  reader.end();
  try {
    const value = reader.take();
    if (value !== undefined && reader.take() !== undefined) return { error: 'Unexpected extra JSON values' };
    return { value };
  } catch (error) {
    if (error instanceof JsonError) return { error: error.message };
    throw error;
  }
}

const DEEPEST = 256;

const SIMPLE: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

const LITERALS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['nan', Number.NaN],
]);
const WORDS: Readonly<Record<string, readonly string[]>> = { t: ['true'], f: ['false'], n: ['null', 'nan'] };
