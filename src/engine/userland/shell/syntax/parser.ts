import { compoundCommand, type Lists } from './compound.ts';
import { Cursor, type Parse } from './cursor.ts';
import { SyntaxFault } from './fault.ts';
import { type Expecting, Lexer } from './lexer.ts';
import { simpleCommand } from './simple.ts';
import type { Syntax } from './syntax.ts';
import type { AndOr, CommandNode, Pipeline, Prepared, Script, Stage, Statement } from './tree.ts';
import { WordReader } from './word-reader.ts';

/**
 * The grammar of the shells (POSIX XCU 2.10), from the top down. Where a token may not stand, the fault names it: what each shell then
 * prints is its own affair (syntax-error.ts). Follows dash's parser.c in how lists end, and bash's parse.y in what bash adds.
 */

const COMMAND: Expecting = { command: true };
const AFTER_NEWLINES: Expecting = { command: true, newlines: true };

/** Words that end the list before them. */
const CLOSING = new Set(['}', 'then', 'elif', 'else', 'fi', 'do', 'done', 'esac']);
const ENDS = new Set([')', ';;', ';&', ';;&']);

export class Parser implements Lists {
  readonly lexer: Lexer;

  constructor(cursor: Cursor, syntax: Syntax) {
    const words = new WordReader(syntax, (inner, closed) =>
      closed ? substitution(inner, syntax) : backquoted(inner, syntax),
    );
    this.lexer = new Lexer(cursor, syntax, words);
  }

  /** The commands of the next line, or of as many lines as they take; undefined at the end of the text. */
  *line(): Parse<Script | undefined> {
    const { lexer } = this;
    const commands: Statement[] = [];
    for (;;) {
      const token = yield* lexer.next(COMMAND);
      if (token.kind === 'newline') return { commands };
      if (token.kind === 'end') {
        yield* lexer.readDocuments();
        return commands.length === 0 ? undefined : { commands };
      }
      lexer.push(token);
      commands.push(yield* this.#statement(yield* this.#conditions()));
      const last = lexer.last;
      if (last.kind === 'newline') return { commands };
      if (last.kind !== 'end' && !(last.kind === 'operator' && (last.text === ';' || last.text === '&')))
        throw lexer.unexpected(last);
    }
  }

  *list(mayBeEmpty = false): Parse<Script> {
    const { lexer } = this;
    const commands: Statement[] = [];
    for (;;) {
      const token = yield* lexer.next(AFTER_NEWLINES);
      lexer.push(token);
      if (commands.length > 0 || mayBeEmpty) {
        if (token.kind === 'end') return { commands };
        if (token.kind === 'reserved' && CLOSING.has(token.text)) return { commands };
        if (token.kind === 'operator' && ENDS.has(token.text)) return { commands };
      }
      // dash says what the words around the list wait for.
      if (token.kind === 'end' && lexer.syntax.name !== 'bash') return { commands };
      commands.push(yield* this.#statement(yield* this.#conditions()));
      const { last } = lexer;
      if (last.kind === 'newline' || (last.kind === 'operator' && (last.text === ';' || last.text === '&')))
        continue;
      lexer.push(last);
      return { commands };
    }
  }

  /** Takes what follows a command: it is in `lexer.last` afterwards. */
  *#statement(command: Statement['command']): Parse<Statement> {
    const token = yield* this.lexer.next();
    return { command, background: token.kind === 'operator' && token.text === '&' };
  }

  *#conditions(): Parse<AndOr | Stage> {
    const first = yield* this.#pipeline();
    const commands: Stage[] = [first];
    const operators: AndOr['operators'][number][] = [];
    for (;;) {
      const token = yield* this.lexer.next();
      if (token.kind !== 'operator' || (token.text !== '&&' && token.text !== '||')) {
        this.lexer.push(token);
        return commands.length === 1 ? first : { type: 'and-or', commands, operators };
      }
      operators.push(token.text);
      yield* this.lexer.peek(AFTER_NEWLINES);
      commands.push(yield* this.#pipeline());
    }
  }

  *#pipeline(): Parse<Stage> {
    const { lexer } = this;
    const { line } = yield* lexer.peek(COMMAND);
    const bash = lexer.syntax.name === 'bash';
    let negated = false;
    let timed: Pipeline['timed'];
    let prefixed = false;
    for (;;) {
      const token = yield* lexer.next(COMMAND);
      if (token.kind === 'reserved' && token.text === '!' && (bash || !prefixed)) negated = !negated;
      else if (token.kind === 'reserved' && token.text === 'time') timed = yield* this.#time();
      else {
        lexer.push(token);
        break;
      }
      prefixed = true;
    }
    const commands: CommandNode[] = [];
    const errorsToo: boolean[] = [];
    if (!(prefixed && bash && (yield* this.#ends()))) commands.push(yield* this.#command());
    while (commands.length > 0) {
      const token = yield* lexer.next();
      if (token.kind !== 'operator' || (token.text !== '|' && token.text !== '|&')) {
        lexer.push(token);
        break;
      }
      errorsToo.push(token.text === '|&');
      yield* lexer.peek(AFTER_NEWLINES);
      commands.push(yield* this.#command());
    }
    if (commands.length === 1 && !prefixed) return commands[0]!;
    return { type: 'pipeline', line, commands, errorsToo, negated, timed };
  }

  *#time(): Parse<Pipeline['timed']> {
    const { lexer } = this;
    let token = yield* lexer.next(COMMAND);
    let timed: Pipeline['timed'] = 'bash';
    if (token.text === '-p') {
      timed = 'posix';
      token = yield* lexer.next(COMMAND);
    }
    if (token.text !== '--') lexer.push(token);
    return timed;
  }

  /** Whether nothing follows `!` or `time`. */
  *#ends(): Parse<boolean> {
    const token = yield* this.lexer.peek(COMMAND);
    return token.kind === 'newline' || token.kind === 'end' || token.text === ';';
  }

  *#command(): Parse<CommandNode> {
    const { lexer } = this;
    const token = yield* lexer.next(COMMAND);
    const compound = yield* compoundCommand(this, token);
    if (compound) return compound;
    if (token.kind === 'reserved' && token.text === 'function') return yield* this.#function();
    if (token.kind === 'reserved' && token.text === 'coproc') return yield* this.#coprocess();
    if (token.kind !== 'word' && token.kind !== 'redirection') throw lexer.unexpected(token);
    lexer.push(token);
    if (token.kind === 'word' && lexer.opensFunction()) {
      yield* lexer.next();
      const open = yield* lexer.next();
      const close = yield* lexer.next();
      if (close.text !== ')') throw lexer.unexpected(close, ')');
      return yield* this.#functionBody(token.text, open.line);
    }
    return yield* simpleCommand(lexer);
  }

  /** `function NAME [()]` */
  *#function(): Parse<CommandNode> {
    const { lexer } = this;
    const name = yield* lexer.next();
    if (name.kind !== 'word' && name.kind !== 'reserved')
      throw lexer.unexpected(name, lexer.syntax.name === 'bash' ? undefined : 'word');
    const open = yield* lexer.next();
    if (open.text === '(' && open.kind === 'operator' && lexer.cursor.match(/[ \t]*\)/y) === undefined)
      lexer.push(open);
    else if (open.text !== '(') lexer.push(open);
    return yield* this.#functionBody(name.text, name.line);
  }

  *#functionBody(name: string, line: number): Parse<CommandNode> {
    const { lexer } = this;
    const bash = lexer.syntax.name === 'bash';
    if (!bash && !/^[A-Za-z_]\w*$/.test(name)) throw SyntaxFault.message('bad function name', line);
    const token = yield* lexer.peek(AFTER_NEWLINES);
    if (!bash) return { type: 'function', line, name, body: yield* this.#command() };
    yield* lexer.next(COMMAND);
    const body = yield* compoundCommand(this, token);
    if (body === undefined) throw lexer.unexpected(token);
    return { type: 'function', line, name: name.replace(/^['"]|['"]$/g, ''), body };
  }

  /** `coproc [NAME] COMMAND`: a name only stands before a compound command. */
  *#coprocess(): Parse<CommandNode> {
    const { lexer } = this;
    const { line } = lexer.last;
    const first = yield* lexer.next(COMMAND);
    const direct = yield* compoundCommand(this, first);
    if (direct) return { type: 'coprocess', line, name: 'COPROC', body: direct };
    lexer.push(first);
    if (first.kind === 'word' && /^[A-Za-z_]\w*$/.test(first.text) && lexer.opensCompound()) {
      yield* lexer.next();
      const body = (yield* compoundCommand(this, yield* lexer.next(COMMAND)))!;
      return { type: 'coprocess', line, name: first.text, body };
    }
    if (first.kind !== 'word' && first.kind !== 'redirection') throw lexer.unexpected(first);
    return { type: 'coprocess', line, name: 'COPROC', body: yield* simpleCommand(lexer) };
  }
}

/** The commands of `$(…)`, `<(…)` and dash's backquotes: up to the closing parenthesis, which is taken. */
function* substitution(cursor: Cursor, syntax: Syntax): Parse<Script> {
  const { line } = cursor;
  const parser = new Parser(cursor, syntax);
  const { lexer } = parser;
  try {
    const script = yield* parser.list(true);
    const token = yield* lexer.next(COMMAND);
    if (token.text === ')' && token.kind === 'operator') return script;
    throw lexer.unexpected(token, ')');
  } catch (error) {
    // bash reads on to the end of the file before it says what is missing.
    if (!(error instanceof SyntaxFault) || !error.ended || syntax.name !== 'bash') throw error;
    if (error.detail.kind !== 'token') throw error;
    throw SyntaxFault.unterminated(')', line, error.line);
  }
}

/** The commands of dash's backquotes: what follows a word or operator that ends a list is not looked at. */
const backquoted = (cursor: Cursor, syntax: Syntax): Parse<Script> => new Parser(cursor, syntax).list(true);

/** A text with expansions in which quotes mean nothing: a prompt, an expression, the value of PS4. */
export function parseTemplate(text: string, syntax: Syntax): Prepared {
  const cursor = new Cursor(text, 1);
  return new Parser(cursor, syntax).lexer.words.template(cursor);
}

/** A text with quotes and expansions that is one word: a subscript. */
export const parseWord = (text: string, syntax: Syntax): Prepared =>
  new Parser(new Cursor('', 1), syntax).lexer.reread(text, 'pattern');
