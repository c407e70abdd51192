import { SyntaxFault } from './fault.ts';

/** Parsing pauses where the text ends and more may come; it goes on when there is more, or none will come. */
export type Parse<T> = Generator<undefined, T, undefined>;

/** The result of parsing a text of which all is there. */
export function finish<T>(parse: Parse<T>): T {
  const step = parse.next();
  if (!step.done) throw new Error('a text that is all there needs no more');
  return step.value;
}

/** A place in a text that is being parsed, with the number of its line. */
export class Cursor {
  text: string;
  at = 0;
  line: number;
  /** Nothing will follow: what is open at the end of the text stays open. */
  final: boolean;

  constructor(text: string, line: number, final = true) {
    this.text = text;
    this.line = line;
    this.final = final;
  }

  /** Lines that have come and are not part of the text yet. */
  readonly #incoming: string[] = [];
  /** How many words are being read whose beginning must stay. */
  #pins = 0;

  /** Adds a line to a text that is not final. */
  add(line: string): void {
    this.#incoming.push(line);
  }

  /** Waits for more lines, up to one that is `enough`; false if none comes. */
  *more(enough: (line: string) => boolean = () => true): Parse<boolean> {
    const got: string[] = [];
    for (;;) {
      const line = this.#incoming.shift();
      if (line === undefined && this.final) break;
      if (line === undefined) yield;
      else {
        got.push(line);
        if (enough(line)) break;
      }
    }
    this.text += got.join('');
    return got.length > 0;
  }

  /** Begins a word: what follows is kept until `unpin`. */
  pin(): number {
    this.#pins++;
    return this.at;
  }

  /** Ends a word, and gives its text. */
  unpin(start: number): string {
    this.#pins--;
    return this.text.slice(start, this.at);
  }

  /** Forgets what has been passed, where nobody looks back: a text that grows line by line stays short. */
  forget(): void {
    if (this.final || this.#pins > 0 || this.at < 4096) return;
    this.text = this.text.slice(this.at);
    this.at = 0;
  }

  /** The character here, or some further on; empty at the end. */
  peek(ahead = 0): string {
    return this.text[this.at + ahead] ?? '';
  }

  /** Moves on to a place and gives what was passed. */
  take(to: number): string {
    const passed = this.text.slice(this.at, to);
    for (let i = passed.indexOf('\n'); i !== -1; i = passed.indexOf('\n', i + 1)) this.line++;
    this.at = to;
    return passed;
  }

  /** Takes what a sticky expression matches here. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    return found === undefined ? undefined : this.take(this.at + found.length);
  }

  /** Whether a sticky expression matches here. */
  looksAt(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    return pattern.test(this.text);
  }

  /** Passes over backslashes that join lines. */
  *joinLines(): Parse<void> {
    while (this.text[this.at] === '\\' && this.text[this.at + 1] === '\n') {
      this.at += 2;
      this.line++;
      if (this.at >= this.text.length) yield* this.more();
    }
  }

  /** Takes what comes before a closing quote, and the quote. */
  *until(quote: string): Parse<string> {
    const { line } = this;
    let from = this.at;
    for (;;) {
      const end = this.text.indexOf(quote, from);
      if (end !== -1) {
        const passed = this.take(end);
        this.at++;
        return passed;
      }
      from = this.text.length;
      const more = yield* this.more((next) => next.includes(quote));
      if (!more) throw SyntaxFault.unterminated(quote, line, this.endLine());
    }
  }

  /** The line on which the text ends: where shells notice that something is missing. */
  endLine(): number {
    let line = this.line;
    for (let i = this.text.indexOf('\n', this.at); i !== -1; i = this.text.indexOf('\n', i + 1)) line++;
    return line;
  }
}
