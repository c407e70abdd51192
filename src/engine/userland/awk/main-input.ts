import { isErrno } from '../../base/errno.ts';
import { Input, type Stdio } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import type { Streams } from './streams.ts';
import { AwkError, CannotOpen, NOTHING, numberOf, Outside } from './value.ts';
import type { Variables } from './variables.ts';

/** The files that ARGV names, one after another, in records (POSIX awk, "Input Files"). */
export class MainInput {
  readonly #io: Stdio;
  readonly #variables: Variables;
  readonly #streams: Streams;
  #files: string[] | undefined;
  #input: Input | undefined;

  constructor(io: Stdio, variables: Variables, streams: Streams) {
    this.#io = io;
    this.#variables = variables;
    this.#streams = streams;
  }

  /** The next record of the operands; NR and FNR count it. */
  async next(): Promise<string | undefined> {
    for (;;) {
      if (!this.#input && !(await this.#openNext())) return undefined;
      let text: string | undefined;
      try {
        text = await this.read(this.#input!);
      } catch (error) {
        if (!isErrno(error)) throw error;
        throw new AwkError(`read error (${error.message})`);
      }
      if (text !== undefined) {
        this.#variables.globals.set('NR', numberOf(this.#variables.globals.get('NR')!) + 1);
        this.#variables.globals.set('FNR', numberOf(this.#variables.globals.get('FNR')!) + 1);
        const pause = this.#io.process.work(3);
        if (pause) await pause;
        return text;
      }
      await this.close();
    }
  }

  /** nextfile: what is left of the file in hand is not read. */
  async close(): Promise<void> {
    if (this.#input && this.#input.fd !== 0) await this.#io.sys.close(this.#input.fd);
    this.#input = undefined;
  }

  async #openNext(): Promise<boolean> {
    if (this.#files === undefined) {
      const argv = this.#variables.arrays.get('ARGV')!;
      this.#files = [];
      for (let i = 1; i < numberOf(this.#variables.globals.get('ARGC')!); i++) {
        const text = this.#variables.text(argv.get(String(i)) ?? NOTHING);
        if (text !== '') this.#files.push(text);
      }
      if (!this.#files.some((name) => !/^[A-Za-z_]\w*=/.test(name))) this.#files.push('-');
    }
    for (;;) {
      const name = this.#files.shift();
      if (name === undefined) return false;
      if (/^[A-Za-z_]\w*=/.test(name)) {
        this.#variables.assign(name);
        continue;
      }
      this.#variables.globals.set('FNR', 0);
      this.#variables.globals.set('FILENAME', name === '-' ? NOTHING : new Outside(name));
      if (name === '-') this.#input = this.#io.stdin;
      else {
        try {
          this.#input = new Input(this.#io.sys, await this.#io.sys.open(name, 0));
        } catch (error) {
          if (!isErrno(error)) throw error;
          await this.#streams.flush();
          throw new CannotOpen(name, error.message);
        }
      }
      return true;
    }
  }

  /** A record as RS ends it. */
  async read(input: Input): Promise<string | undefined> {
    const separator = this.#variables.special('RS');
    if (separator === '') return this.#readParagraph(input);
    const delimiter = separator.charCodeAt(0);
    const next = input.bytesUntil(delimiter);
    const bytes = next instanceof Promise ? await next : next;
    if (bytes === undefined) return undefined;
    return bytesToText(bytes.at(-1) === delimiter ? bytes.subarray(0, -1) : bytes);
  }

  async #readParagraph(input: Input): Promise<string | undefined> {
    const lines: string[] = [];
    for (;;) {
      const line = await input.line();
      if (line === undefined) break;
      if (line !== '') lines.push(line);
      else if (lines.length > 0) break;
    }
    return lines.length === 0 ? undefined : lines.join('\n');
  }
}
