import { Cursor, type Parse } from './syntax/cursor.ts';
import { SyntaxFault } from './syntax/fault.ts';
import { Parser } from './syntax/parser.ts';
import type { Syntax } from './syntax/syntax.ts';
import type { Script } from './syntax/tree.ts';

export type Completeness = 'complete' | 'unfinished' | 'wrong';

/**
 * Takes the lines of a command one by one and says when it is whole. The parser pauses at the end of each and goes on with the next, so
 * that what a command takes grows with its lines, not with their square.
 */
export class CommandReader {
  readonly #cursor: Cursor;
  readonly #parse: Parse<Script | undefined>;
  readonly #lines: string[] = [];

  /** `line` is the number of the first one. */
  constructor(syntax: Syntax, line = 1) {
    this.#cursor = new Cursor('', line, false);
    this.#parse = new Parser(this.#cursor, syntax).line();
  }

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  /** What has been taken, as it came. */
  get text(): string {
    return this.#lines.join('');
  }

  /** Takes the next line, its newline included. */
  add(line: string): Completeness {
    this.#lines.push(line);
    this.#cursor.add(line);
    try {
      return this.#parse.next().done ? 'complete' : 'unfinished';
    } catch (error) {
      if (error instanceof SyntaxFault) return 'wrong';
      throw error;
    }
  }
}
