import { closingAt } from './brackets.ts';
import { prepared, SegmentBuilder } from './builder.ts';
import { Cursor, finish, type Parse } from './cursor.ts';
import { SyntaxFault } from './fault.ts';
import type { Syntax } from './syntax.ts';
import type { Operation, Parameter, Prepared, Script } from './tree.ts';

/** What expansions need of the words around and within them. */
interface Words {
  parts(cursor: Cursor, builder: SegmentBuilder, stops: string): Parse<void>;
  quotedPart(cursor: Cursor, builder: SegmentBuilder, special: string): Parse<void>;
  template(cursor: Cursor): Prepared;
  /** The commands up to a closing parenthesis, or of the whole text. */
  commands(cursor: Cursor, closed: boolean): Parse<Script>;
}

/** A parameter after `$` without braces: a name, a special parameter, one digit. */
const SIMPLE = /[A-Za-z_]\w*|[@*#?$!0-9-]/y;
const BRACED = /[A-Za-z_]\w*|\d+|[@*#?$!-]/y;

/** Reads what begins with `$` or a backquote (POSIX XCU 2.6.2 to 2.6.4). */
export class ParameterReader {
  readonly #syntax: Syntax;
  readonly #words: Words;

  constructor(syntax: Syntax, words: Words) {
    this.#syntax = syntax;
    this.#words = words;
  }

  /** An expansion, or a `$` that is one itself. */
  *expansion(cursor: Cursor, builder: SegmentBuilder, quoted: boolean): Parse<void> {
    cursor.at++;
    yield* cursor.joinLines();
    const char = cursor.peek();
    if (char === '(') yield* this.#parenthesis(cursor, builder, quoted);
    else if (char === '{') yield* this.#braced(cursor, builder, quoted);
    else if (char === '[' && this.#syntax.name === 'bash')
      this.#arithmetic(
        cursor,
        builder,
        quoted,
        cursor.at + 1,
        yield* closingAt(cursor, cursor.at + 1, '[', ']'),
        1,
      );
    else {
      const name = cursor.match(SIMPLE);
      if (name === undefined) builder.text('$', quoted);
      else builder.push({ kind: 'parameter', quoted, parameter: { ...NONE, name, text: `$${name}` } });
    }
  }

  /** `$((…))`, or `$(…)`: bash takes for a command what has no `))` at its end. */
  *#parenthesis(cursor: Cursor, builder: SegmentBuilder, quoted: boolean): Parse<void> {
    if (cursor.peek(1) === '(') {
      const end = yield* closingAt(cursor, cursor.at + 2, '(', ')', this.#syntax.name !== 'bash');
      if (end !== undefined && cursor.text[end + 1] === ')') {
        this.#arithmetic(cursor, builder, quoted, cursor.at + 2, end, 2);
        return;
      }
      if (end === undefined && this.#syntax.name === 'bash')
        throw SyntaxFault.unterminated(')', cursor.line, cursor.line);
      if (this.#syntax.name !== 'bash') throw SyntaxFault.unterminated('))', cursor.line, cursor.endLine());
    }
    cursor.at++;
    const { line, at } = cursor;
    const script = yield* this.#commands(cursor, cursor.peek() === '(');
    const text = cursor.text.slice(at, cursor.at - 1);
    builder.push({ kind: 'command', quoted, line, text, script });
  }

  /** The commands of `$(…)`; what might have been `$((…))` is said to be open where it begins. */
  *#commands(cursor: Cursor, doubtful: boolean): Parse<Script> {
    const { line } = cursor;
    try {
      return yield* this.#words.commands(cursor, true);
    } catch (error) {
      const open = error instanceof SyntaxFault && error.ended && error.detail.kind === 'unterminated';
      throw doubtful && open ? SyntaxFault.unterminated(')', line, line) : error;
    }
  }

  #arithmetic(
    cursor: Cursor,
    builder: SegmentBuilder,
    quoted: boolean,
    from: number,
    to: number | undefined,
    width: number,
  ): void {
    const { line } = cursor;
    if (to === undefined) throw SyntaxFault.unterminated(']', line, cursor.endLine());
    cursor.take(to + width);
    const text = cursor.text.slice(from, to);
    // bash drops quotes inside: the expression is treated as if between double quotes.
    const body = this.#words.template(
      new Cursor(this.#syntax.name === 'bash' ? text.replace(/"/g, '') : text, line),
    );
    builder.push({ kind: 'arithmetic', quoted, text, body });
  }

  /** `` `…` ``: within it a backslash quotes `$`, a backquote and itself, between double quotes those too. */
  *backquoted(cursor: Cursor, builder: SegmentBuilder, quoted: boolean): Parse<void> {
    const { line } = cursor;
    const pattern = /`(?:[^`\\]|\\[\s\S])*`/y;
    let found = cursor.match(pattern);
    while (found === undefined) {
      const more = yield* cursor.more((next) => next.includes('`'));
      if (!more) throw SyntaxFault.unterminated('`', line, cursor.endLine());
      found = cursor.match(pattern);
    }
    const text = found.slice(1, -1).replace(quoted ? /\\([$`\\"])/g : /\\([$`\\])/g, '$1');
    const script =
      this.#syntax.name === 'bash' ? undefined : finish(this.#words.commands(new Cursor(text, line), false));
    builder.push({ kind: 'command', quoted, line, text, script });
  }

  /** `${…}`. What has no meaning is kept for the message that its expansion brings. */
  *#braced(cursor: Cursor, builder: SegmentBuilder, quoted: boolean): Parse<void> {
    const from = cursor.at++;
    const { line } = cursor;
    let read = yield* this.#parameter(cursor, quoted);
    if (read === undefined || cursor.peek() !== '}') {
      cursor.at = from + 1;
      cursor.line = line;
      const end = yield* closingAt(cursor, from + 1, '{', '}');
      if (end === undefined) throw SyntaxFault.unterminated('}', line, cursor.endLine());
      cursor.take(end);
      read = { ...NONE, name: '', operation: { type: 'unknown' } };
    }
    cursor.at++;
    const text = `$${cursor.text.slice(from, cursor.at)}`;
    builder.push({ kind: 'parameter', quoted, parameter: { ...read, text } });
  }

  *#parameter(cursor: Cursor, quoted: boolean): Parse<Parameter | undefined> {
    yield* cursor.joinLines();
    const bash = this.#syntax.name === 'bash';
    let prefix: Parameter['prefix'];
    if (/^#([A-Za-z_]\w*|\d+|[@*?$!#-])[}[]/.test(cursor.text.slice(cursor.at, cursor.at + 300))) {
      prefix = '#';
      cursor.at++;
    } else if (bash && /^!([A-Za-z_\d]|[@*#?$!-]\})/.test(cursor.text.slice(cursor.at, cursor.at + 3))) {
      prefix = '!';
      cursor.at++;
    }
    const name = cursor.match(BRACED);
    if (name === undefined) return undefined;
    let index: string | undefined;
    if (bash && cursor.peek() === '[' && /^[A-Za-z_]/.test(name)) {
      const end = yield* closingAt(cursor, cursor.at + 1, '[', ']');
      if (end === undefined) return undefined;
      index = cursor.text.slice(cursor.at + 1, end);
      cursor.take(end + 1);
    }
    yield* cursor.joinLines();
    const operation = prefix === '#' ? undefined : yield* this.#operation(cursor, quoted, prefix);
    return { name, text: '', index, prefix, operation };
  }

  *#operation(cursor: Cursor, quoted: boolean, prefix: Parameter['prefix']): Parse<Operation | undefined> {
    const bash = this.#syntax.name === 'bash';
    const names = prefix === '!' ? cursor.match(/[*@](?=\})/y) : undefined;
    if (names !== undefined) return { type: 'names', operator: names };
    const assigns = cursor.match(/:?[-=?+]/y);
    if (assigns !== undefined)
      return { type: 'default', operator: assigns, operand: yield* this.#operand(cursor, quoted) };
    const removes = cursor.match(/##?|%%?/y);
    if (removes !== undefined)
      return { type: 'remove', operator: removes, operand: yield* this.#pattern(cursor, '}') };
    if (this.#syntax.name === 'dash') return undefined;
    if (cursor.peek() === ':') {
      cursor.at++;
      return yield* this.#slice(cursor);
    }
    const replaces = cursor.match(bash ? /\/[/#%]?/y : /\/\/?/y);
    if (replaces !== undefined) {
      const pattern = yield* this.#pattern(cursor, '/}');
      if (cursor.peek() === '/') cursor.at++;
      return { type: 'replace', operator: replaces, pattern, replacement: yield* this.#pattern(cursor, '}') };
    }
    if (!bash) return undefined;
    const letters = cursor.match(/\^\^?|,,?|~~?/y);
    if (letters !== undefined) {
      const pattern = cursor.peek() === '}' ? undefined : yield* this.#pattern(cursor, '}');
      return { type: 'case', operator: letters, pattern };
    }
    const transforms = cursor.match(/@[A-Za-z](?=\})/y);
    return transforms === undefined ? undefined : { type: 'transform', operator: transforms.slice(1) };
  }

  /** The word after `:-` and its like: between double quotes it is as if quoted, outside it is split with the result. */
  *#operand(cursor: Cursor, quoted: boolean): Parse<Prepared> {
    const builder = new SegmentBuilder();
    if (!quoted) {
      builder.split = true;
      yield* this.#words.parts(cursor, builder, '}');
      return prepared(builder.segments, 'word');
    }
    const plain = /[^}\\$`"]+/y;
    for (;;) {
      const run = cursor.match(plain);
      if (run !== undefined) builder.text(run, true);
      const char = cursor.peek();
      if (char === '}' || (char === '' && !(yield* cursor.more()))) return prepared(builder.segments);
      if (char === '') continue;
      if (char === '"') {
        builder.text('', true);
        cursor.at++;
      } else yield* this.#words.quotedPart(cursor, builder, '$`"\\}');
    }
  }

  *#pattern(cursor: Cursor, stops: string): Parse<Prepared> {
    const builder = new SegmentBuilder();
    yield* this.#words.parts(cursor, builder, stops);
    return prepared(builder.segments, 'word');
  }

  /** `OFFSET` or `OFFSET:LENGTH`, which are arithmetic. */
  *#slice(cursor: Cursor): Parse<Operation> {
    const { line } = cursor;
    const end = yield* closingAt(cursor, cursor.at, '{', '}');
    if (end === undefined) return { type: 'unknown' };
    const text = cursor.take(end);
    const colon = sliceColon(text);
    const expression = (piece: string) => this.#words.template(new Cursor(piece, line));
    return {
      type: 'slice',
      offset: expression(colon === -1 ? text : text.slice(0, colon)),
      length: colon === -1 ? undefined : expression(text.slice(colon + 1)),
    };
  }
}

const NONE: Omit<Parameter, 'name' | 'text'> & { text: string } = {
  text: '',
  index: undefined,
  prefix: undefined,
  operation: undefined,
};

/** The colon that parts offset and length: not within brackets, not that of `a?b:c`. */
function sliceColon(text: string): number {
  let depth = 0;
  let choices = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if ('({['.includes(char)) depth++;
    else if (')}]'.includes(char)) depth--;
    else if (depth === 0 && char === '?') choices++;
    else if (depth === 0 && char === ':' && choices-- === 0) return i;
  }
  return -1;
}
