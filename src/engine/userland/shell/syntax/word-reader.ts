import { decodeAnsiQuoted } from './ansi-quote.ts';
import { prepared, SegmentBuilder, type WordPlace } from './builder.ts';
import { type Cursor, finish, type Parse } from './cursor.ts';
import { SyntaxFault } from './fault.ts';
import { ParameterReader } from './parameter-reader.ts';
import type { Syntax } from './syntax.ts';
import type { Prepared, Script, Word } from './tree.ts';

/** Parses commands: up to the closing parenthesis, which is taken too, or the whole text. */
export type CommandParser = (cursor: Cursor, closed: boolean) => Parse<Script>;

const METACHARACTERS = ' \t\n;&|<>()';
/** Characters that are only themselves, wherever a word stands. */
const PLAIN = /[^\s\\'"`$<>;&|(){}/:?*+@![\]]+/y;

/** Reads words: quoting (POSIX XCU 2.2) and the expansions within them. */
export class WordReader {
  readonly #syntax: Syntax;
  /** The commands of substitutions. */
  readonly commands: CommandParser;
  readonly #parameters: ParameterReader;
  /** In a place where extended patterns are known in any case. */
  #extended = false;

  constructor(syntax: Syntax, commands: CommandParser) {
    this.#syntax = syntax;
    this.commands = commands;
    this.#parameters = new ParameterReader(syntax, this);
  }

  /** The word that begins here, up to a metacharacter. */
  *word(cursor: Cursor, place: WordPlace = 'word'): Parse<Word> {
    const start = cursor.pin();
    const builder = new SegmentBuilder();
    yield* this.parts(cursor, builder, METACHARACTERS);
    return this.wordOf(cursor.unpin(start), builder, place);
  }

  /** bash also expands tildes in arguments that look like assignments. */
  wordOf(text: string, builder: SegmentBuilder, place: WordPlace): Word {
    const bash = place === 'word' && this.#syntax.name === 'bash' && !this.#syntax.posix;
    const value = bash && text.includes('=~') ? /^[A-Za-z_]\w*=(?=~)/.exec(text)?.[0] : undefined;
    const [first] = builder.segments;
    if (value !== undefined && first?.kind === 'text') {
      first.text = first.text.slice(value.length);
      const rest = prepared(builder.segments, 'assignment');
      const name = { kind: 'text', text: value, quoted: false } as const;
      return { type: 'word', text, ...prepared([name, ...rest.segments]) };
    }
    return { type: 'word', text, ...prepared(builder.segments, bash ? 'bash word' : place) };
  }

  /** The word after `==` within `[[ ]]`: a pattern. */
  *pattern(cursor: Cursor): Parse<Word> {
    this.#extended = true;
    try {
      return yield* this.word(cursor);
    } finally {
      this.#extended = false;
    }
  }

  /** The word after `=~`: parentheses and bars belong to it. */
  *regex(cursor: Cursor): Parse<Word> {
    const start = cursor.pin();
    const builder = new SegmentBuilder();
    let depth = 0;
    for (;;) {
      yield* this.parts(cursor, builder, ' \t\n|()');
      const char = cursor.peek();
      if (char === '' || char === '\n' || (depth === 0 && /[ \t)]/.test(char))) break;
      if (char === '(') depth++;
      else if (char === ')') depth--;
      builder.text(cursor.take(cursor.at + 1), false);
    }
    return { type: 'word', text: cursor.unpin(start), ...prepared(builder.segments) };
  }

  /** Parts of a word up to one of the `stops`, or to the end. */
  *parts(cursor: Cursor, builder: SegmentBuilder, stops: string): Parse<void> {
    for (;;) {
      const run = cursor.match(PLAIN);
      if (run !== undefined) builder.text(run, false);
      const char = cursor.peek();
      if (char === '') {
        // A line that ends has ended the word, unless newlines belong to it.
        if (stops.includes('\n') || !(yield* cursor.more())) return;
      } else if (char === '\\') yield* this.#backslash(cursor, builder);
      else if (char === "'") {
        cursor.at++;
        builder.text(yield* cursor.until("'"), true);
      } else if (char === '"') {
        cursor.at++;
        yield* this.#doubleQuoted(cursor, builder);
      } else if (char === '$') yield* this.#dollar(cursor, builder);
      else if (char === '`') yield* this.#parameters.backquoted(cursor, builder, false);
      else if (this.#beginsProcess(cursor)) yield* this.#process(cursor, builder);
      else if (this.#beginsPattern(cursor)) yield* this.#extendedPattern(cursor, builder);
      else if (stops.includes(char)) return;
      else builder.text(cursor.take(cursor.at + 1), false);
    }
  }

  *#backslash(cursor: Cursor, builder: SegmentBuilder): Parse<void> {
    if (cursor.peek(1) === '\n') {
      yield* cursor.joinLines();
      return;
    }
    cursor.at++;
    if (cursor.peek() === '') {
      builder.text('\\', true);
      return;
    }
    const whole = String.fromCodePoint(cursor.text.codePointAt(cursor.at)!);
    builder.text(cursor.take(cursor.at + whole.length), true);
  }

  /** `$'…'` and `$"…"` where the shell knows them, else an expansion. */
  *#dollar(cursor: Cursor, builder: SegmentBuilder): Parse<void> {
    const next = cursor.peek(1);
    if (next === "'" && this.#syntax.name !== 'dash') {
      const { line } = cursor;
      const pattern = /\$'(?:[^'\\]|\\[\s\S])*'/y;
      let found = cursor.match(pattern);
      while (found === undefined) {
        const more = yield* cursor.more((next) => next.includes("'"));
        if (!more) throw SyntaxFault.unterminated("'", line, cursor.endLine());
        found = cursor.match(pattern);
      }
      builder.text(decodeAnsiQuoted(found.slice(2, -1), this.#syntax.name === 'ash'), true);
    } else if (next === '"' && this.#syntax.name === 'bash') {
      cursor.at += 2;
      yield* this.#doubleQuoted(cursor, builder);
    } else yield* this.#parameters.expansion(cursor, builder, false);
  }

  /** What stands between double quotes; the opening one has been taken. */
  *#doubleQuoted(cursor: Cursor, builder: SegmentBuilder): Parse<void> {
    const { line } = cursor;
    const before = builder.segments.length;
    const plain = /[^"\\$`]+/y;
    for (;;) {
      const run = cursor.match(plain);
      if (run !== undefined) builder.text(run, true);
      const char = cursor.peek();
      if (char === '') {
        const more = yield* cursor.more((next) => /["\\$`]/.test(next));
        if (!more) throw SyntaxFault.unterminated('"', line, cursor.line);
        continue;
      }
      if (char === '"') {
        cursor.at++;
        // Nothing between quotes is a field all the same.
        if (builder.segments.length === before) builder.text('', true);
        return;
      }
      yield* this.quotedPart(cursor, builder, '$`"\\');
    }
  }

  /** A backslash, a `$` or a backquote where text is quoted; a backslash quotes the `special` characters only. */
  *quotedPart(cursor: Cursor, builder: SegmentBuilder, special: string): Parse<void> {
    const char = cursor.peek();
    if (char === '$') yield* this.#parameters.expansion(cursor, builder, true);
    else if (char === '`') yield* this.#parameters.backquoted(cursor, builder, true);
    else if (char !== '\\') builder.text(cursor.take(cursor.at + 1), true);
    else if (cursor.peek(1) === '\n') cursor.take(cursor.at + 2);
    else {
      const escapes = cursor.peek(1) !== '' && special.includes(cursor.peek(1));
      const piece = cursor.take(cursor.at + (cursor.peek(1) === '' ? 1 : 2));
      builder.text(escapes ? piece.slice(1) : piece, true);
    }
  }

  /** A text, all of which is there, in which quotes mean nothing, as in a here-document, a prompt, an arithmetic expression. */
  template(cursor: Cursor): Prepared {
    const builder = new SegmentBuilder();
    const plain = /[^\\$`]+/y;
    while (cursor.peek() !== '') {
      const run = cursor.match(plain);
      if (run !== undefined) builder.text(run, true);
      else finish(this.quotedPart(cursor, builder, '$`\\'));
    }
    return prepared(builder.segments);
  }

  #beginsProcess(cursor: Cursor): boolean {
    const { name, posix } = this.#syntax;
    return /[<>]/.test(cursor.peek()) && cursor.peek(1) === '(' && name !== 'dash' && !posix;
  }

  *#process(cursor: Cursor, builder: SegmentBuilder): Parse<void> {
    const operator = cursor.peek() as '<' | '>';
    cursor.at += 2;
    builder.push({ kind: 'process', operator, script: yield* this.commands(cursor, true) });
  }

  #beginsPattern(cursor: Cursor): boolean {
    return (
      (this.#extended || this.#syntax.extglob) && cursor.peek(1) === '(' && '?*+@!'.includes(cursor.peek())
    );
  }

  /** `@(a|b)` and its like: blanks, bars and parentheses within belong to the word. */
  *#extendedPattern(cursor: Cursor, builder: SegmentBuilder): Parse<void> {
    const { line } = cursor;
    builder.text(cursor.take(cursor.at + 2), false);
    for (let depth = 1; depth > 0; ) {
      yield* this.parts(cursor, builder, '()');
      const char = cursor.peek();
      if (char === '') throw SyntaxFault.unterminated(')', line, cursor.line);
      depth += char === '(' ? 1 : -1;
      builder.text(cursor.take(cursor.at + 1), false);
    }
  }
}
