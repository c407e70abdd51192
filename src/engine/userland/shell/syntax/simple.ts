import { closing } from './brackets.ts';
import { prepared } from './builder.ts';
import type { Parse } from './cursor.ts';
import { SyntaxFault } from './fault.ts';
import type { Lexer, Token } from './lexer.ts';
import type {
  Assignment,
  Element,
  HereDocument,
  Prepared,
  Redirection,
  SimpleCommand,
  Word,
} from './tree.ts';

/** Simple commands (POSIX XCU 2.9.1): assignments, words and redirections in any order. */

/** Builtins whose arguments of the form NAME=VALUE are assignments: expanded without splitting. */
const DECLARATIONS = new Set(['export', 'readonly', 'local', 'declare', 'typeset']);

/** Reads a simple command; stops before what does not belong to it. */
export function* simpleCommand(lexer: Lexer): Parse<SimpleCommand> {
  const first = yield* lexer.peek({ alias: true });
  const parts = {
    line: first.line,
    assignments: [] as Assignment[],
    words: [] as (Word | Assignment)[],
    redirections: [] as Redirection[],
  };
  let declares = false;
  for (;;) {
    const begun = parts.words.length > 0;
    const token = yield* lexer.next({ alias: !begun, assignment: declares });
    if (token.kind === 'redirection') {
      parts.redirections.push(yield* redirection(lexer, token));
      continue;
    }
    if (token.kind !== 'word' && token.kind !== 'reserved') {
      // BusyBox' [[ is a command; its operators are words.
      if (isTestOperator(lexer, parts.words, token)) {
        parts.words.push(lexer.reread(`'${token.text}'`, 'word'));
        continue;
      }
      lexer.push(token);
      return { type: 'simple', ...parts };
    }
    const assignment = !begun || declares ? yield* assignmentOf(lexer, token.word) : undefined;
    if (assignment !== undefined) {
      if (begun) parts.words.push(assignment);
      else parts.assignments.push(assignment);
      continue;
    }
    if (!begun) declares = DECLARATIONS.has(token.text);
    parts.words.push(token.word);
  }
}

const isTestOperator = (lexer: Lexer, words: readonly (Word | Assignment)[], { text }: Token): boolean =>
  lexer.syntax.name === 'ash' &&
  (text === '&&' || text === '||') &&
  words[0]?.text === '[[' &&
  words.at(-1)!.text !== ']]';

const NAME = /^([A-Za-z_]\w*)(\[)?/;

/** The word as an assignment, with the rest of it read where it has parts that words have not: `a[…]=`, `a=(…)`. */
function* assignmentOf(lexer: Lexer, word: Word): Parse<Assignment | undefined> {
  const bash = lexer.syntax.name === 'bash';
  const name = NAME.exec(word.text);
  if (name === null) return undefined;
  let at = name[1]!.length;
  let index: Word | undefined;
  if (name[2] !== undefined) {
    if (!bash) return undefined;
    const end = closing(word.text, at + 1, '[', ']');
    if (end === undefined) return undefined;
    index = lexer.reread(word.text.slice(at + 1, end), 'pattern');
    at = end + 1;
  }
  const append = bash && word.text.startsWith('+=', at);
  if (!append && word.text[at] !== '=') return undefined;
  at += append ? 2 : 1;
  const value = word.text.slice(at);
  const assignment = { type: 'assignment', name: name[1]!, index, append } as const;
  if (value === '' && bash && lexer.cursor.peek() === '(') {
    const start = lexer.cursor.pin();
    const elements = yield* arrayElements(lexer);
    const text = word.text + lexer.cursor.unpin(start);
    return { ...assignment, value: elements, text };
  }
  return { ...assignment, value: lexer.reread(value, 'assignment'), text: word.text };
}

/** The elements of `(…)`, between which newlines and comments may stand. */
function* arrayElements(lexer: Lexer): Parse<Element[]> {
  const { cursor } = lexer;
  const { line } = cursor;
  cursor.at++;
  const elements: Element[] = [];
  for (;;) {
    const token = yield* lexer.next({ newlines: true });
    if (token.kind === 'end') throw SyntaxFault.unterminated('array', line, cursor.line);
    if (token.kind === 'operator' && token.text === ')') return elements;
    if (token.kind !== 'word' && token.kind !== 'reserved') throw lexer.unexpected(token);
    elements.push(element(lexer, token.word));
  }
}

function element(lexer: Lexer, word: Word): Element {
  if (word.text.startsWith('[')) {
    const end = closing(word.text, 1, '[', ']');
    const operator = end === undefined ? undefined : /^\+?=/.exec(word.text.slice(end + 1))?.[0];
    if (operator !== undefined)
      return {
        key: lexer.reread(word.text.slice(1, end), 'pattern'),
        append: operator === '+=',
        value: lexer.reread(word.text.slice(end! + 1 + operator.length), 'assignment'),
      };
  }
  return { key: undefined, append: false, value: word };
}

const EMPTY: Prepared = prepared([]);

/** A redirection whose operator has been read: its word follows. */
export function* redirection(lexer: Lexer, token: Token & { kind: 'redirection' }): Parse<Redirection> {
  const { operator, fd, variable } = token;
  const next = yield* lexer.next();
  if (next.kind !== 'word' && next.kind !== 'reserved') throw lexer.unexpected(next);
  const { word } = next;
  if (operator !== '<<' && operator !== '<<-') return { type: 'file', operator, fd, variable, target: word };
  const document: HereDocument = {
    type: 'here-document',
    fd,
    variable,
    stripsTabs: operator === '<<-',
    delimiter: word.text,
    end: withoutQuotes(word.text),
    quoted: /['"\\]/.test(word.text),
    text: '',
    body: EMPTY,
  };
  lexer.announce(document);
  return document;
}

/** The delimiter of a here-document is no subject of expansions: its quotes alone are taken away. */
const withoutQuotes = (text: string): string =>
  text.replace(/\\([\s\S])|'([^']*)'|"([^"]*)"/g, (_, escaped?: string, single?: string, double?: string) =>
    escaped === '\n' ? '' : (escaped ?? single ?? double ?? ''),
  );
