import type { Shell } from './shell.ts';
import { Cursor, finish } from './syntax/cursor.ts';
import { Parser, parseTemplate, parseWord } from './syntax/parser.ts';
import type { Syntax } from './syntax/syntax.ts';
import type { Prepared, Script } from './syntax/tree.ts';

/** Texts that the shell runs, line by line, with a memory for those that it runs again and again. */

/** The commands of one line, or of as many lines as they take. */
export interface Line extends Script {
  /** The lines themselves. */
  readonly source: string;
  /** Nothing follows. */
  readonly last: boolean;
  /** Here-documents that the end of the text has ended. */
  readonly unended: Parser['lexer']['unended'];
}

/** How this shell reads at the moment: options and aliases count from the next line on. */
export class ShellSyntax implements Syntax {
  readonly #shell: Shell;

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  get name(): Syntax['name'] {
    return this.#shell.dialect.name;
  }

  get posix(): boolean {
    return this.#shell.option('posix');
  }

  get extglob(): boolean {
    return this.#shell.shopt.has('extglob');
  }

  get aliases(): ReadonlyMap<string, string> | undefined {
    const { dialect, aliases, shopt } = this.#shell;
    const on = !dialect.bashSyntax || shopt.has('expand_aliases');
    return on && aliases.size > 0 ? aliases : undefined;
  }
}

const memory = new Map<string, readonly Line[]>();

/** Parses lines as they are asked for, so that each sees what those before it have done. Throws `SyntaxFault`. */
export function* readLines(shell: Shell, text: string, line: number): Generator<Line, void> {
  const syntax = new ShellSyntax(shell);
  // What cannot change how it is read itself is read at once, and remembered.
  const steady = syntax.aliases === undefined && text.length < 20_000 && !/alias|extglob|posix/.test(text);
  if (!steady) {
    yield* parsedLines(text, line, syntax);
    return;
  }
  const key = `${syntax.name}${syntax.extglob ? 'e' : ''}${syntax.posix ? 'p' : ''}${line}:${text}`;
  const known = memory.get(key);
  if (known !== undefined) {
    yield* known;
    return;
  }
  const lines: Line[] = [];
  let left = text.length;
  for (const one of parsedLines(text, line, syntax)) {
    lines.push(one);
    left -= one.source.length;
    // A shell that becomes its last command does not come back for more.
    if (left <= 0) remember(key, lines);
    yield one;
  }
  remember(key, lines);
}

function remember(key: string, lines: readonly Line[]): void {
  if (memory.size > 300) memory.clear();
  memory.set(key, lines);
}

function* parsedLines(given: string, line: number, syntax: Syntax): Generator<Line, void> {
  // bash reads a last line as if it were ended.
  const text = syntax.name === 'bash' ? given.replace(/([^\n])$/, '$1\n') : given;
  const cursor = new Cursor(text, line);
  const parser = new Parser(cursor, syntax);
  const { unended } = parser.lexer;
  for (;;) {
    const left = cursor.text.length - cursor.at;
    const script = finish(parser.line());
    if (script === undefined) return;
    const rest = cursor.text.length - cursor.at;
    const source = text.slice(text.length - left, text.length - rest);
    const last = cursor.text.slice(cursor.at).trim() === '';
    yield { commands: script.commands, source, last, unended: unended.splice(0) };
  }
}

const templates = new Map<string, Prepared>();

/** A text with expansions in which quotes mean nothing, as in a here-document or a prompt. */
export function template(shell: Shell, text: string): Prepared {
  if (!/[$`\\]/.test(text))
    return { segments: [{ kind: 'text', text, quoted: true }], plain: text, braces: false };
  return remembered(`t${shell.dialect.name}:${text}`, () => parseTemplate(text, new ShellSyntax(shell)));
}

/** A subscript: quotes and expansions. */
export const subscript = (shell: Shell, text: string): Prepared =>
  remembered(`w${shell.dialect.name}:${text}`, () => parseWord(text, new ShellSyntax(shell)));

function remembered(key: string, parse: () => Prepared): Prepared {
  let prepared = templates.get(key);
  if (prepared === undefined) {
    prepared = parse();
    if (templates.size > 300) templates.clear();
    templates.set(key, prepared);
  }
  return prepared;
}
