import { abridge } from './abridge.ts';
import { substituteAliases } from './aliases.ts';
import { analyse, type Completeness, endsInContinuation } from './parse.ts';

/**
 * Takes the lines of a command one by one and says when it is whole. How long that takes grows with the lines, not with their
 * square: what is parsed each time is the command abridged, and the whole only when that seems to be done.
 */
export class CommandReader {
  readonly #aliases: ReadonlyMap<string, string>;
  readonly #lines: string[] = [];
  #abridged = '';
  /** Whether the short text has been found to go on as the whole does. */
  #faithful = true;
  #hereDocument: string | undefined;

  constructor(aliases: ReadonlyMap<string, string> = new Map()) {
    this.#aliases = aliases;
  }

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  /** What has been taken, as it came. */
  get text(): string {
    return this.#lines.join('');
  }

  /** Takes the next line, its newline included. */
  add(line: string): Completeness['state'] {
    this.#lines.push(line);
    if (this.#hereDocument !== undefined) {
      const previous = this.#lines.at(-2) ?? '';
      if (line.replace(/^\t+|\n$/g, '') !== this.#hereDocument) return 'unfinished';
      this.#hereDocument = undefined;
      if (endsInContinuation(previous)) this.#abridged += previous;
    }
    this.#abridged += line;
    const source = this.#expand(this.#abridged);
    const result = analyse(source);
    if (result.state === 'unfinished') {
      this.#hereDocument = result.hereDocument;
      if (this.#faithful) this.#shorten(source, result);
      return 'unfinished';
    }
    if (this.#lines.length === 1) return result.state;
    const { state } = this.whole();
    if (state === 'unfinished') this.#distrust();
    return state;
  }

  /** The whole, parsed. */
  whole(): Completeness & { source: string } {
    const source = this.#expand(this.text);
    return { ...analyse(source), source };
  }

  #expand(text: string): string {
    return this.#aliases.size > 0 ? substituteAliases(text, this.#aliases) : text;
  }

  #shorten(source: string, result: Completeness): void {
    if (source !== this.#abridged) {
      // An alias may open or close something; then its place in the text says nothing.
      const plain = analyse(this.#abridged);
      if (openIn(plain) !== openIn(result)) {
        this.#distrust();
        return;
      }
    }
    this.#abridged = abridge(this.#abridged);
  }

  #distrust(): void {
    this.#faithful = false;
    this.#abridged = this.text;
  }
}

/** What an unfinished text waits for. */
const openIn = (result: Completeness): string | undefined =>
  result.state === 'unfinished'
    ? `${result.hereDocument} ${result.fault.unterminated} ${result.fault.expected}`
    : undefined;
