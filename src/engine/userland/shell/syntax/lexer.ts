import { AliasStack } from './alias-stack.ts';
import { closing, closingAt } from './brackets.ts';
import { quotedText, SegmentBuilder, type WordPlace } from './builder.ts';
import { Cursor, finish, type Parse } from './cursor.ts';
import { SyntaxFault } from './fault.ts';
import type { Syntax } from './syntax.ts';
import type { FileOperator, HereDocument, Prepared, Word } from './tree.ts';
import type { WordReader } from './word-reader.ts';

export type Token = { readonly line: number; readonly text: string } & (
  | { readonly kind: 'word'; readonly word: Word }
  /** A reserved word where one may stand. */
  | { readonly kind: 'reserved'; readonly word: Word }
  | { readonly kind: 'operator' | 'newline' | 'end' }
  | {
      readonly kind: 'redirection';
      readonly operator: FileOperator | '<<' | '<<-';
      readonly fd: number | undefined;
      readonly variable: string | undefined;
    }
);

/** What the parser is ready for at a token (POSIX XCU 2.10.2). */
export interface Expecting {
  /** Newlines are passed over. */
  newlines?: boolean;
  /** Reserved words, and aliases, are looked for. */
  command?: boolean;
  /** Aliases only. */
  alias?: boolean;
  /** An assignment may stand here: its subscript may hold blanks. */
  assignment?: boolean;
}

const POSIX_RESERVED = '! { } if then elif else fi do done case esac for while until in';
const RESERVED: Readonly<Record<Syntax['name'], ReadonlySet<string>>> = {
  dash: new Set(POSIX_RESERVED.split(' ')),
  ash: new Set(`${POSIX_RESERVED} function`.split(' ')),
  bash: new Set(`${POSIX_RESERVED} function select time [[ coproc`.split(' ')),
};

const OPERATORS: Readonly<Record<Syntax['name'], RegExp>> = {
  dash: /;;|&&|\|\||[;&|()]/y,
  ash: /;;|&&|\|\||[;&|()]/y,
  bash: /;;&|;;|;&|&&|\|\||\|&|[;&|()]/y,
};
const REDIRECTIONS: Readonly<Record<Syntax['name'], RegExp>> = {
  dash: /\d?(?:<<-|<<|<>|<&|>>|>&|>\||[<>])/y,
  ash: /\d*(?:<<-|<<|<>|<&|>>|>&|>\||[<>])|&>/y,
  bash: /(?:\d+|\{[A-Za-z_]\w*\})?(?:<<<|<<-|<<|<>|<&|>>|>&|>\||[<>])|&>>|&>/y,
};

/** Takes a text apart into tokens (POSIX XCU 2.3), with aliases put in and here-documents read. */
export class Lexer {
  readonly cursor: Cursor;
  readonly words: WordReader;
  readonly syntax: Syntax;
  readonly #aliases: AliasStack;
  #pushed: Token | undefined;
  #documents: HereDocument[] = [];
  /** The last token that was taken. */
  last: Token;

  constructor(cursor: Cursor, syntax: Syntax, words: WordReader) {
    this.cursor = cursor;
    this.syntax = syntax;
    this.words = words;
    this.#aliases = new AliasStack(cursor);
    this.last = { kind: 'newline', line: cursor.line, text: 'newline' };
  }

  /** The next token, read with an eye on what is expected. */
  *next(expecting: Expecting = {}): Parse<Token> {
    // What takes an alias's place may begin with one again.
    let again = false;
    for (;;) {
      const assignable = expecting.command || expecting.alias || expecting.assignment;
      const token = this.#pushed ?? (yield* this.#read(assignable === true));
      this.#pushed = undefined;
      if (token.kind === 'newline') {
        yield* this.readDocuments();
        if (expecting.newlines) continue;
      }
      if (token.kind === 'word' || token.kind === 'reserved') {
        const { text, word, line } = token;
        // A word that was once taken for a reserved one stays so.
        const reserved =
          token.kind === 'reserved' || (expecting.command === true && RESERVED[this.syntax.name].has(text));
        const may = again || expecting.command || expecting.alias || this.#aliases.nextToo;
        if (may && !(reserved && this.syntax.name !== 'bash') && this.#substituted(text)) {
          again = true;
          continue;
        }
        this.#aliases.nextToo = false;
        this.last = { kind: reserved ? 'reserved' : 'word', text, word, line };
      } else this.last = token;
      return this.last;
    }
  }

  /** Gives a token back, to be read again. */
  push(token: Token): void {
    this.#pushed = token;
  }

  *peek(expecting: Expecting = {}): Parse<Token> {
    const token = yield* this.next(expecting);
    this.push(token);
    return token;
  }

  /** A token that may not stand where it does. */
  unexpected(token: Token, expected?: string): SyntaxFault {
    if (token.kind === 'end') {
      const { cursor } = this;
      return SyntaxFault.atEnd(cursor.line, expected);
    }
    return new SyntaxFault(
      { kind: 'token', token: token.text, word: token.kind === 'word', expected },
      token.line,
      false,
    );
  }

  /** Puts the text of an alias in the place of its name, which has just been read. */
  #substituted(name: string): boolean {
    const value = this.syntax.aliases?.get(name);
    return value !== undefined && this.#aliases.substitute(name, value);
  }

  *#read(assignable: boolean): Parse<Token> {
    const { cursor } = this;
    cursor.forget();
    yield* this.#skipBlanks();
    this.#aliases.leave();
    const { line } = cursor;
    const char = cursor.peek();
    if (char === '')
      return (yield* cursor.more()) ? yield* this.#read(assignable) : { kind: 'end', line, text: '' };
    if (char === '\n') {
      cursor.take(cursor.at + 1);
      return { kind: 'newline', line, text: 'newline' };
    }
    const redirection = this.#redirection();
    if (redirection) return redirection;
    const operator = cursor.match(OPERATORS[this.syntax.name]);
    if (operator !== undefined) return { kind: 'operator', line, text: operator };
    const word = (assignable ? yield* this.#assignment() : undefined) ?? (yield* this.words.word(cursor));
    return { kind: 'word', line, text: word.text, word };
  }

  #redirection(): Token | undefined {
    const { cursor, syntax } = this;
    const { line, at } = cursor;
    const text = cursor.match(REDIRECTIONS[syntax.name]);
    if (text === undefined) return undefined;
    if (/^[<>]$/.test(text) && cursor.peek() === '(' && syntax.name !== 'dash' && !syntax.posix) {
      cursor.at = at;
      return undefined;
    }
    const operator = text.replace(/^(\d+|\{\w+\})/, '');
    const before = text.slice(0, text.length - operator.length);
    return {
      kind: 'redirection',
      line,
      text: operator,
      operator: operator as FileOperator,
      fd: /^\d/.test(before) ? Number(before) : undefined,
      variable: before.startsWith('{') ? before.slice(1, -1) : undefined,
    };
  }

  /** `NAME[a subscript]=VALUE`, where blanks may stand within the brackets. */
  *#assignment(): Parse<Word | undefined> {
    const { cursor } = this;
    if (this.syntax.name !== 'bash') return undefined;
    const { at } = cursor;
    const name = cursor.match(/[A-Za-z_]\w*\[/y);
    if (name === undefined) return undefined;
    const end = closing(cursor.text, cursor.at, '[', ']');
    const blank = end !== undefined && /[ \t]/.test(cursor.text.slice(cursor.at, end));
    if (!blank || !/\+?=/y.test(cursor.text.slice(end + 1, end + 3))) {
      cursor.at = at;
      return undefined;
    }
    cursor.at = at;
    const start = cursor.pin();
    cursor.take(end + 1);
    const value = yield* this.words.word(cursor);
    return { ...value, text: cursor.unpin(start) };
  }

  /** A piece of a word, read anew as what it is. */
  reread(text: string, place: WordPlace): Word {
    const builder = new SegmentBuilder();
    finish(this.words.parts(new Cursor(text, this.cursor.line), builder, ''));
    return this.words.wordOf(text, builder, place);
  }

  /** The right side of a comparison within `[[ ]]`. */
  *operand(kind: 'pattern' | 'regex'): Parse<Token> {
    yield* this.#skipBlanks();
    const { line } = this.cursor;
    if (/[\n;&)]/.test(this.cursor.peek()) || this.cursor.peek() === '') return yield* this.next();
    const word = yield* this.words[kind](this.cursor);
    this.last = { kind: 'word', line, text: word.text, word };
    return this.last;
  }

  /** What stands within `(( ))`, the first parenthesis being taken; undefined if it is a subshell in a subshell. */
  *doubleParentheses(): Parse<string | undefined> {
    const { cursor } = this;
    const from = cursor.at + 1;
    const end = yield* closingAt(cursor, from, '(', ')');
    if (end === undefined) throw SyntaxFault.unterminated(')', cursor.line, cursor.line);
    if (cursor.text[end + 1] !== ')') return undefined;
    cursor.take(end + 2);
    return cursor.text.slice(from, end);
  }

  /** Whether the word just given back is the name of a function: a parenthesis follows. */
  opensFunction(): boolean {
    const assigns = /^[A-Za-z_]\w*\+?=/.test(this.#pushed?.text ?? '');
    return !assigns && this.cursor.looksAt(/[ \t]*\(/y);
  }

  /** Whether a compound command follows the word just given back. */
  opensCompound(): boolean {
    return this.cursor.looksAt(/[ \t]*(\(|\[\[\s|(\{|if|while|until|for|case|select)\s)/y);
  }

  *#skipBlanks(): Parse<void> {
    const { cursor } = this;
    for (;;) {
      cursor.match(/[ \t]+/y);
      if (cursor.peek() === '\\' && cursor.peek(1) === '\n') yield* cursor.joinLines();
      else break;
    }
    if (cursor.peek() === '#') cursor.match(/[^\n]*/y);
  }

  /** A here-document begins on the next line. */
  announce(document: HereDocument): void {
    this.#documents.push(document);
  }

  /** Reads the here-documents that the line just ended has announced; at the end of the text too. */
  *readDocuments(): Parse<void> {
    const documents = this.#documents;
    if (documents.length === 0) return;
    this.#documents = [];
    for (const document of documents) yield* this.#readDocument(document);
  }

  *#readDocument(document: HereDocument): Parse<void> {
    const { cursor } = this;
    const { line } = cursor;
    const lines: string[] = [];
    let joined = false;
    for (;;) {
      const ends = (next: string) => next.replace(/^\t+|\n$/g, '') === document.end;
      if (cursor.peek() === '' && !(yield* cursor.more(ends))) {
        this.unended.push({ delimiter: document.end, from: line - 1, to: cursor.line - 1 });
        break;
      }
      const newline = cursor.text.indexOf('\n', cursor.at);
      const taken = cursor.take(newline === -1 ? cursor.text.length : newline + 1);
      let text = taken.replace(/\n$/, '');
      if (document.stripsTabs) text = text.replace(/^\t+/, '');
      if (!joined && text === document.end) break;
      lines.push(taken.endsWith('\n') ? `${text}\n` : text);
      // A line that goes on is no delimiter, nor is what it goes on with.
      joined = !document.quoted && /(^|[^\\])(\\\\)*\\$/.test(text) && newline !== -1;
    }
    document.text = lines.join('');
    document.body = document.quoted ? quotedText(document.text) : this.#template(document.text, line);
  }

  #template(text: string, line: number): Prepared {
    return this.words.template(new Cursor(text, line));
  }

  /** Here-documents that the end of the text has ended: the delimiter, and on which lines they begin and end. */
  readonly unended: { delimiter: string; from: number; to: number }[] = [];
}
