import type { Dialect } from './dialect.ts';
import type { Words } from './errors.ts';
import { type Token, tokenize, Unterminated } from './lexer.ts';
import type { Select } from './syntax.ts';

/** A statement's tokens, read from left to right: what the parts of the parser share. */
export class TokenStream {
  readonly text: string;
  readonly words: Words;
  readonly #tokens: readonly Token[];
  readonly #reserved: ReadonlySet<string>;
  readonly #query: (s: TokenStream) => Select;
  #at = 0;

  /** `query` reads a query within an expression. */
  constructor(text: string, { lexis, reserved, words }: Dialect, query: (s: TokenStream) => Select) {
    this.text = text;
    this.words = words;
    this.#reserved = reserved;
    this.#query = query;
    try {
      this.#tokens = tokenize(text, lexis);
    } catch (error) {
      if (!(error instanceof Unterminated)) throw error;
      throw words.syntax(text, error.at, text.slice(error.at));
    }
  }

  get next(): Token {
    return this.#tokens[this.#at]!;
  }

  peek(ahead: number): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)]!;
  }

  take(): Token {
    const token = this.next;
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  /** The text from a place up to the token that is next, without blanks at its end. */
  textFrom(start: number): string {
    const last = this.#tokens[this.#at - 1]!;
    return this.text.slice(start, last.at + last.text.length);
  }

  /** Whether words come next, in this order and any case. */
  sees(...words: string[]): boolean {
    return words.every((word, i) => {
      const token = this.peek(i);
      return token.kind === 'word' && token.text.toLowerCase() === word;
    });
  }

  seesOperator(operator: string): boolean {
    return this.next.kind === 'operator' && this.next.text === operator;
  }

  /** Takes words if they come next. */
  accept(...words: string[]): boolean {
    if (!this.sees(...words)) return false;
    for (const _ of words) this.take();
    return true;
  }

  acceptOperator(operator: string): boolean {
    if (!this.seesOperator(operator)) return false;
    this.take();
    return true;
  }

  /** Takes the first of some words that comes next. */
  acceptOne(...words: string[]): string | undefined {
    return words.find((word) => this.accept(word));
  }

  expect(...words: string[]): void {
    for (const word of words) if (!this.accept(word)) this.fail();
  }

  expectOperator(operator: string): void {
    if (!this.acceptOperator(operator)) this.fail();
  }

  /** A syntax error at the next token. */
  fail(token: Token = this.next): never {
    throw this.words.syntax(this.text, token.at, token.text);
  }

  /** Whether a name comes next: a quoted one, or a word that is not reserved. */
  get seesName(): boolean {
    const { kind, text } = this.next;
    return kind === 'quoted' || (kind === 'word' && !this.#reserved.has(text.toLowerCase()));
  }

  name(): string {
    if (!this.seesName) this.fail();
    return this.take().value;
  }

  string(): string {
    if (this.next.kind !== 'string') this.fail();
    return this.take().value;
  }

  integer(): number {
    if (this.next.kind !== 'number') this.fail();
    return Number(this.take().value);
  }

  /** One or more of something, with commas between. */
  list<T>(one: () => T): T[] {
    const all = [one()];
    while (this.acceptOperator(',')) all.push(one());
    return all;
  }

  /** The same within parentheses. */
  parenthesized<T>(one: () => T): T[] {
    this.expectOperator('(');
    const all = this.list(one);
    this.expectOperator(')');
    return all;
  }

  query(): Select {
    return this.#query(this);
  }

  expectEnd(): void {
    this.acceptOperator(';');
    if (this.next.kind !== 'end') this.fail();
  }
}
