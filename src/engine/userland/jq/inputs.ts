import { isErrno } from '../../base/errno.ts';
import { Input, type Stdio } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { JsonReader } from './json-text.ts';
import type { Options } from './options.ts';
import type { Value } from './value.ts';

const NEWLINE = 10;

/** The inputs of a program: values, or lines as texts, of standard input or of files one after the other. */
export class Inputs {
  readonly #io: Stdio;
  readonly #options: Options;
  readonly #reader = new JsonReader();
  readonly #files: string[];
  /** The file that is read now, and how many lines of it. */
  #current: Input | undefined;
  #name: string | undefined;
  #lines = 0;
  #started = false;
  #ended = false;
  /** Something was read: a byte order mark may stand only before it. */
  #begun = false;
  #slurped = false;
  /** A file could not be opened. */
  failed = false;

  constructor(io: Stdio, options: Options) {
    this.#io = io;
    this.#options = options;
    this.#files = [...options.files];
  }

  /** Where the last input came from, as messages say it. */
  get position(): string {
    return this.#name === undefined ? '<unknown>' : `${this.#name}:${this.#lines}`;
  }

  get file(): string | undefined {
    return this.#name;
  }

  get lines(): number {
    return this.#lines;
  }

  /** The next input; undefined after the last. Throws `JsonError`. */
  async next(): Promise<Value | undefined> {
    const { slurp, rawInput } = this.#options;
    if (!slurp) return rawInput ? this.#line() : this.#value();
    if (this.#slurped) return undefined;
    this.#slurped = true;
    if (rawInput) {
      let text = '';
      for (let line = await this.#chunk(); line !== undefined; line = await this.#chunk()) text += line;
      return text;
    }
    const values: Value[] = [];
    for (let value = await this.#value(); value !== undefined; value = await this.#value())
      values.push(value);
    return values;
  }

  async #line(): Promise<Value | undefined> {
    const text = await this.#chunk();
    return text?.replace(/\n$/, '');
  }

  async #value(): Promise<Value | undefined> {
    for (;;) {
      const value = this.#reader.take();
      if (value !== undefined) return value;
      if (this.#ended) {
        // Whoever asks beyond the end finds no file open any more.
        this.#name = undefined;
        return undefined;
      }
      const text = await this.#chunk();
      if (text !== undefined) this.#reader.feed(text);
      else {
        this.#ended = true;
        this.#reader.end();
      }
    }
  }

  /** The next line with its end, of whichever file; undefined after the last. */
  async #chunk(): Promise<string | undefined> {
    for (;;) {
      if (!this.#current && !(await this.#open())) return undefined;
      const next = this.#current!.bytesUntil(NEWLINE);
      const bytes = next instanceof Promise ? await next : next;
      if (bytes !== undefined) {
        if (bytes.at(-1) === NEWLINE) this.#lines++;
        const text = bytesToText(bytes).replace(/[\udc80-\udcff]/g, '\ufffd');
        const first = !this.#begun;
        this.#begun = true;
        return first ? text.replace(/^\ufeff/, '') : text;
      }
      if (this.#current!.fd !== 0) await this.#io.sys.close(this.#current!.fd);
      this.#current = undefined;
    }
  }

  async #open(): Promise<boolean> {
    if (!this.#started && this.#files.length === 0) {
      this.#started = true;
      this.#current = this.#io.stdin;
      this.#name = '<stdin>';
      return true;
    }
    this.#started = true;
    for (let path = this.#files.shift(); path !== undefined; path = this.#files.shift()) {
      try {
        const fd = path === '-' ? 0 : await this.#io.sys.open(path, 0);
        this.#current = fd === 0 ? this.#io.stdin : new Input(this.#io.sys, fd);
        this.#name = path === '-' ? '<stdin>' : path;
        this.#lines = 0;
        return true;
      } catch (error) {
        if (!isErrno(error)) throw error;
        this.failed = true;
        await this.#io.stderr.write(`jq: error: Could not open file ${path}: ${error.message}\n`);
      }
    }
    return false;
  }
}
