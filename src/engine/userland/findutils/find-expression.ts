import { quote } from '../utility.ts';
import { readAction } from './find-actions.ts';
import { Fault, type Search, type Test } from './find-search.ts';
import { readTest } from './find-tests.ts';
import { Words } from './find-words.ts';

/** Reads an expression (find(1), "EXPRESSION"); throws a Fault for what is wrong with it. Without an action, files are printed. */
export async function readExpression(args: readonly string[], search: Search): Promise<Test> {
  const words = new Words(args, search.gnu);
  const parser = new Parser(words, search);
  let test: Test = () => true;
  if (args.length > 0) {
    test = await parser.or();
    const rest = words.peek();
    if (rest !== undefined) {
      if (rest === ')')
        throw new Fault(search.gnu ? "invalid expression; you have too many ')'" : 'unrecognized: )');
      throw new Fault(search.gnu ? `paths must precede expression: \`${rest}'` : `unrecognized: ${rest}`);
    }
  }
  if (search.acts) return test;
  return async (visit) => {
    if (!(await test(visit))) return false;
    const written = search.io.stdout.write(`${visit.path}\n`);
    if (written) await written;
    return true;
  };
}

/** The operators, from the loosest (find(1), "OPERATORS"). */
class Parser {
  readonly #words: Words;
  readonly #search: Search;

  constructor(words: Words, search: Search) {
    this.#words = words;
    this.#search = search;
  }

  async or(): Promise<Test> {
    let left = await this.#and();
    while (['-o', '-or', ','].includes(this.#words.peek() ?? '')) {
      const comma = this.#words.next() === ',';
      const [a, b] = [left, await this.#and()];
      left = async (visit) => {
        const first = await a(visit);
        return first && !comma ? true : b(visit);
      };
    }
    return left;
  }

  async #and(): Promise<Test> {
    let left = await this.#not();
    for (;;) {
      const next = this.#words.peek();
      if (next === undefined || [')', '-o', '-or', ','].includes(next)) return left;
      if (next === '-a' || next === '-and') this.#words.next();
      const [a, b] = [left, await this.#not()];
      left = async (visit) => (await a(visit)) && b(visit);
    }
  }

  async #not(): Promise<Test> {
    const next = this.#words.peek();
    if (next === '!' || next === '-not') {
      this.#words.next();
      const inner = await this.#not();
      return async (visit) => !(await inner(visit));
    }
    if (next === '(') {
      this.#words.next();
      const inner = await this.or();
      if (this.#words.next() !== ')')
        throw new Fault(
          this.#search.gnu
            ? "invalid expression; expected to find a ')' but didn't see one. Perhaps you need an extra predicate after '('"
            : 'unmatched (',
        );
      return inner;
    }
    return this.#primary();
  }

  async #primary(): Promise<Test> {
    const { gnu } = this.#search;
    const name = this.#words.next();
    if (name === undefined)
      throw new Fault(
        gnu
          ? 'invalid expression; you have used a binary operator with nothing before it.'
          : 'unrecognized: ',
      );
    const primary =
      (await readTest(name, this.#words, this.#search)) ??
      readOption(name, this.#words, this.#search) ??
      readAction(name, this.#words, this.#search);
    if (primary) return primary;
    throw new Fault(
      !name.startsWith('-')
        ? gnu
          ? `paths must precede expression: \`${name}'`
          : `unrecognized: ${name}`
        : gnu
          ? `unknown predicate \`${name}'`
          : `unrecognized: ${name}`,
    );
  }
}

/** An option that holds for the whole search (find(1), "GLOBAL OPTIONS"): it is true of every file. */
function readOption(name: string, words: Words, search: Search): Test | undefined {
  const { io, gnu } = search;
  switch (name) {
    case '-maxdepth':
    case '-mindepth': {
      const text = words.argument(name);
      if (!/^\d+$/.test(text))
        throw new Fault(
          gnu
            ? `Expected a positive decimal integer argument to ${name}, but got ${quote(io, text)}`
            : `invalid number '${text}'`,
        );
      if (name === '-maxdepth') search.maxdepth = Number(text);
      else search.mindepth = Number(text);
      return () => true;
    }
    case '-depth':
      search.depthFirst = true;
      return () => true;
    case '-xdev':
    case '-mount':
      search.oneFileSystem = true;
      return () => true;
    case '-noleaf':
    case '-ignore_readdir_race':
    case '-warn':
    case '-nowarn':
      return () => true;
    case '-follow':
      search.followLinks = true;
      return () => true;
  }
  return undefined;
}
