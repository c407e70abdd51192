import type { Parse } from './cursor.ts';
import { SyntaxFault } from './fault.ts';
import type { Expecting, Lexer, Token } from './lexer.ts';
import { redirection } from './simple.ts';
import { testExpression } from './test-parser.ts';
import type { Branch, CaseItem, CompoundCommand, Redirection, Script, Word } from './tree.ts';

/** Compound commands (POSIX XCU 2.9.4 and bash's): the word that begins one has been read. */

/** The parser, for the lists within. */
export interface Lists {
  readonly lexer: Lexer;
  /** Commands up to a word or operator that may not begin one; at least one unless `mayBeEmpty`. */
  list(mayBeEmpty?: boolean): Parse<Script>;
}

const COMMAND: Expecting = { command: true };
const AFTER_NEWLINES: Expecting = { command: true, newlines: true };

/** The compound command that a token begins; undefined if it begins none. */
export function* compoundCommand(lists: Lists, token: Token): Parse<CompoundCommand | undefined> {
  const { line } = token;
  const command = yield* compound(lists, token);
  if (command === undefined) return undefined;
  return { line, ...command, redirections: yield* redirections(lists.lexer) } as CompoundCommand;
}

/** Omits from each kind of compound command what all have. */
type Bare<C> = C extends CompoundCommand ? Omit<C, 'line' | 'redirections'> : never;

function* compound(lists: Lists, token: Token): Parse<Bare<CompoundCommand> | undefined> {
  const { lexer } = lists;
  if (token.kind === 'operator') {
    if (token.text !== '(') return undefined;
    if (lexer.syntax.name === 'bash' && lexer.cursor.peek() === '(') {
      const expression = yield* lexer.doubleParentheses();
      if (expression !== undefined) return { type: 'arithmetic', expression };
    }
    const body = yield* lists.list();
    yield* take(lexer, ')');
    return { type: 'subshell', body };
  }
  if (token.kind !== 'reserved') return undefined;
  switch (token.text) {
    case '{': {
      const body = yield* lists.list();
      yield* take(lexer, '}');
      return { type: 'group', body };
    }
    case 'if':
      return yield* ifCommand(lists);
    case 'while':
    case 'until': {
      const test = yield* lists.list();
      return { type: token.text, test, body: yield* doGroup(lists, COMMAND) };
    }
    case 'for':
      return yield* forCommand(lists);
    case 'select':
      return { type: 'select', ...(yield* names(lists)) };
    case 'case':
      return yield* caseCommand(lists);
    case '[[':
      return { type: 'test', expression: yield* testExpression(lexer) };
    default:
      return undefined;
  }
}

function* redirections(lexer: Lexer): Parse<Redirection[]> {
  const found: Redirection[] = [];
  for (;;) {
    const token = yield* lexer.next(COMMAND);
    if (token.kind !== 'redirection') {
      lexer.push(token);
      return found;
    }
    found.push(yield* redirection(lexer, token));
  }
}

/** Takes a reserved word or an operator that must come now. */
function* take(lexer: Lexer, text: string, expecting = COMMAND): Parse<void> {
  const token = yield* lexer.next(expecting);
  if (token.text !== text || token.kind === 'word' || token.kind === 'redirection')
    throw lexer.unexpected(token, text);
}

function* doGroup(lists: Lists, expecting: Expecting): Parse<Script> {
  yield* take(lists.lexer, 'do', expecting);
  const body = yield* lists.list();
  yield* take(lists.lexer, 'done');
  return body;
}

function* ifCommand(lists: Lists): Parse<Bare<CompoundCommand>> {
  const { lexer } = lists;
  const branches: Branch[] = [];
  let otherwise: Script | undefined;
  for (;;) {
    const test = yield* lists.list();
    yield* take(lexer, 'then');
    branches.push({ test, body: yield* lists.list() });
    const token = yield* lexer.next(COMMAND);
    if (token.kind === 'reserved' && token.text === 'elif') continue;
    if (token.kind === 'reserved' && token.text === 'else') otherwise = yield* lists.list();
    else lexer.push(token);
    yield* take(lexer, 'fi');
    return { type: 'if', branches, otherwise };
  }
}

function* forCommand(lists: Lists): Parse<Bare<CompoundCommand>> {
  const { lexer } = lists;
  const { cursor, syntax } = lexer;
  if (syntax.name === 'bash' && (yield* lexer.peek()).text === '(' && cursor.peek() === '(') {
    yield* lexer.next();
    const { line } = cursor;
    const expression = yield* lexer.doubleParentheses();
    const parts = expression?.split(';');
    if (parts?.length !== 3) throw SyntaxFault.message('syntax error: arithmetic expression required', line);
    const separator = yield* lexer.next(AFTER_NEWLINES);
    if (separator.text !== ';' || separator.kind !== 'operator') lexer.push(separator);
    const [initialise, test, update] = parts as [string, string, string];
    return { type: 'arithmetic-for', initialise, test, update, body: yield* body(lists) };
  }
  return { type: 'for', ...(yield* names(lists)) };
}

/** A loop's body: bash also takes a group in braces for it. */
function* body(lists: Lists): Parse<Script> {
  const { lexer } = lists;
  const token = yield* lexer.next(AFTER_NEWLINES);
  if (token.text === '{' && token.kind === 'reserved' && lexer.syntax.name === 'bash') {
    const group = yield* lists.list();
    yield* take(lexer, '}');
    return group;
  }
  lexer.push(token);
  return yield* doGroup(lists, AFTER_NEWLINES);
}

/** `NAME in WORDS; do LIST done` of `for` and `select`. */
function* names(lists: Lists): Parse<{ name: string; words: readonly Word[] | undefined; body: Script }> {
  const { lexer } = lists;
  const bash = lexer.syntax.name === 'bash';
  const name = yield* lexer.next();
  const named = name.kind === 'word' || name.kind === 'reserved';
  if (bash ? !named : !named || !/^[A-Za-z_]\w*$/.test(name.text)) {
    if (bash) throw lexer.unexpected(name);
    throw SyntaxFault.message('bad for loop variable', name.line);
  }
  let words: Word[] | undefined;
  const token = yield* lexer.next(AFTER_NEWLINES);
  if (token.kind === 'reserved' && token.text === 'in') {
    words = [];
    for (;;) {
      const word = yield* lexer.next();
      if (word.kind === 'word' || word.kind === 'reserved') words.push(word.word);
      else if (word.kind === 'newline' || (word.kind === 'operator' && word.text === ';')) break;
      else throw lexer.unexpected(word);
    }
  } else if (token.kind !== 'operator' || token.text !== ';') lexer.push(token);
  return { name: name.text, words, body: yield* body(lists) };
}

const TERMINATORS = [';;', ';&', ';;&'];

function* caseCommand(lists: Lists): Parse<Bare<CompoundCommand>> {
  const { lexer } = lists;
  const subject = yield* lexer.next();
  if (subject.kind !== 'word' && subject.kind !== 'reserved') throw lexer.unexpected(subject, 'word');
  yield* take(lexer, 'in', AFTER_NEWLINES);
  const items: CaseItem[] = [];
  for (;;) {
    let token = yield* lexer.next(AFTER_NEWLINES);
    if (token.kind === 'reserved' && token.text === 'esac') break;
    if (token.kind === 'operator' && token.text === '(') token = yield* lexer.next();
    const patterns = yield* casePatterns(lexer, token);
    const body = yield* lists.list(true);
    const end = yield* lexer.next(AFTER_NEWLINES);
    if (end.kind === 'operator' && TERMINATORS.includes(end.text))
      items.push({ patterns, body, terminator: end.text as CaseItem['terminator'] });
    else if (end.kind === 'reserved' && end.text === 'esac') {
      items.push({ patterns, body, terminator: ';;' });
      break;
    } else throw lexer.unexpected(end, ';;');
  }
  return { type: 'case', subject: subject.word, items };
}

/** `a | b )`, from the first pattern on. */
function* casePatterns(lexer: Lexer, first: Token): Parse<Word[]> {
  const patterns: Word[] = [];
  for (let token = first; ; token = yield* lexer.next()) {
    // dash does not look at what stands in a pattern's place.
    const bash = lexer.syntax.name === 'bash';
    if (token.kind === 'word' || token.kind === 'reserved') patterns.push(token.word);
    else if (bash || token.kind === 'end') throw lexer.unexpected(token, ')');
    const after = yield* lexer.next();
    if (after.kind === 'operator' && after.text === ')') return patterns;
    if (after.kind !== 'operator' || after.text !== '|') throw lexer.unexpected(after, ')');
  }
}
