/** Parses a template. Models Go's text/template/parse `parse.go`, error texts included. */
import { quote } from '../../base/go-quote.ts';
import type { Command, Node, Operand, Pipe } from './ast.ts';
import { lex, type Token, type TokenKind } from './lex.ts';

/** The message is Go's: `template: :1: unclosed action`. */
export class TemplateSyntaxError extends Error {}

export interface ParsedTemplate {
  readonly nodes: Node[];
  /** Bodies of `{{define}}` and `{{block}}` by name. */
  readonly defined: ReadonlyMap<string, Node[]>;
}

/**
 * @param text the template
 * @param functions the names that may be called
 */
export function parseTemplate(text: string, functions: ReadonlySet<string>, name = ''): ParsedTemplate {
  return new Parser(text, functions, name).template();
}

type Ending = 'end' | 'else' | 'eof';

class Parser {
  readonly #tokens: Token[];
  readonly #text: string;
  readonly #functions: ReadonlySet<string>;
  readonly #name: string;
  readonly #defined = new Map<string, Node[]>();
  #variables: string[] = ['$'];
  #rangeDepth = 0;
  #at = 0;

  constructor(text: string, functions: ReadonlySet<string>, name: string) {
    this.#text = text;
    this.#name = name;
    this.#functions = functions;
    this.#tokens = lex(text);
  }

  template(): ParsedTemplate {
    const { nodes, ending } = this.#list();
    if (ending !== 'eof') throw this.#fail(`unexpected {{${ending}}}`);
    return { nodes, defined: this.#defined };
  }

  #fail(message: string): TemplateSyntaxError {
    const token = this.#tokens[Math.min(this.#at, this.#tokens.length) - 1] ?? this.#tokens[0];
    const line = 1 + this.#text.slice(0, token?.pos ?? 0).split('\n').length - 1;
    return new TemplateSyntaxError(`template: ${this.#name}:${line}: ${message}`);
  }

  #next(): Token {
    const token = this.#tokens[Math.min(this.#at, this.#tokens.length - 1)]!;
    this.#at++;
    return token;
  }

  #nextSolid(): Token {
    let token = this.#next();
    while (token.kind === 'space') token = this.#next();
    return token;
  }

  #peekSolid(): Token {
    const token = this.#nextSolid();
    this.#at--;
    return token;
  }

  #unexpected(token: Token, context: string): TemplateSyntaxError {
    if (token.kind === 'error') return this.#fail(token.text);
    return this.#fail(`unexpected ${show(token)} in ${context}`);
  }

  #expect(kind: TokenKind, context: string): Token {
    const token = this.#nextSolid();
    if (token.kind !== kind) throw this.#unexpected(token, context);
    return token;
  }

  /** Nodes up to `{{end}}`, `{{else` or the end of the text. After `else` its own rest is still unread. */
  #list(): { nodes: Node[]; ending: Ending } {
    const nodes: Node[] = [];
    for (;;) {
      const token = this.#next();
      if (token.kind === 'text') nodes.push({ kind: 'text', text: token.text });
      else if (token.kind === 'eof') return { nodes, ending: 'eof' };
      else if (token.kind === 'error') throw this.#fail(token.text);
      else {
        const node = this.#action();
        if (node === 'end' || node === 'else') return { nodes, ending: node };
        if (node !== undefined) nodes.push(node);
      }
    }
  }

  #action(): Node | 'end' | 'else' | undefined {
    const token = this.#peekSolid();
    if (token.kind !== 'keyword') {
      const pipe = this.#pipeline('command', 'right');
      return { kind: 'action', pipe };
    }
    this.#nextSolid();
    switch (token.text) {
      case 'end':
        this.#expect('right', 'end');
        return 'end';
      case 'else':
        return 'else';
      case 'break':
      case 'continue': {
        const next = this.#nextSolid();
        if (next.kind !== 'right') throw this.#unexpected(next, `{{${token.text}}}`);
        if (this.#rangeDepth === 0) throw this.#fail(`{{${token.text}}} outside {{range}}`);
        return { kind: token.text };
      }
      case 'define':
      case 'block': {
        const name = unquote(this.#expect('string', `${token.text} clause`).text);
        let pipe: Pipe | undefined;
        if (token.text === 'block') pipe = this.#pipeline('block clause', 'right');
        else this.#expect('right', 'define clause');
        const variables = this.#variables;
        this.#variables = ['$'];
        const { nodes, ending } = this.#list();
        this.#variables = variables;
        if (ending !== 'end')
          throw this.#fail(
            `unexpected ${ending === 'eof' ? 'EOF' : `{{${ending}}}`} in ${token.text} clause`,
          );
        this.#defined.set(name, nodes);
        return pipe === undefined ? undefined : { kind: 'template', pos: token.pos, name, pipe };
      }
      case 'template': {
        const { text, pos } = this.#expect('string', 'template clause');
        const name = unquote(text);
        if (this.#peekSolid().kind === 'right') {
          this.#nextSolid();
          return { kind: 'template', pos, name, pipe: undefined };
        }
        return { kind: 'template', pos, name, pipe: this.#pipeline('template clause', 'right') };
      }
      default:
        return this.#branch(token.text as 'if' | 'with' | 'range', token.pos);
    }
  }

  #branch(kind: 'if' | 'with' | 'range', pos: number): Node {
    const known = this.#variables.length;
    const pipe = this.#pipeline(kind, 'right');
    if (kind === 'range') this.#rangeDepth++;
    const body = this.#list();
    if (kind === 'range') this.#rangeDepth--;
    let otherwise: Node[] | undefined;
    if (body.ending === 'else') {
      const next = this.#peekSolid();
      if (next.kind === 'keyword' && next.text === kind && kind !== 'range') {
        this.#nextSolid();
        otherwise = [this.#branch(kind, next.pos)];
      } else {
        this.#expect('right', 'else');
        const rest = this.#list();
        if (rest.ending === 'eof') throw this.#fail('unexpected EOF');
        if (rest.ending === 'else') throw this.#fail('expected end; found {{else}}');
        otherwise = rest.nodes;
      }
    } else if (body.ending === 'eof') throw this.#fail('unexpected EOF');
    this.#variables.length = known;
    return { kind, pos, pipe, list: body.nodes, otherwise };
  }

  #pipeline(context: string, end: TokenKind): Pipe {
    const pipe: Pipe = {
      kind: 'pipe',
      pos: this.#peekSolid().pos,
      declares: [],
      assigns: false,
      commands: [],
    };
    this.#declarations(pipe, context);
    for (;;) {
      const token = this.#nextSolid();
      if (token.kind === end) {
        this.#checkPipeline(pipe, context);
        return pipe;
      }
      if (!STARTS_OPERAND.has(token.kind)) throw this.#unexpected(token, context);
      this.#at--;
      pipe.commands.push(this.#command());
    }
  }

  /** `$x := `, `$x = `, and in range `$i, $x := `. */
  #declarations(pipe: Pipe, context: string): void {
    for (;;) {
      const before = this.#at;
      const variable = this.#peekSolid();
      if (variable.kind !== 'variable') return;
      this.#nextSolid();
      const next = this.#peekSolid();
      if (next.kind === 'declare' || next.kind === 'assign') {
        this.#nextSolid();
        pipe.assigns = next.kind === 'assign';
        pipe.declares.push(variable.text);
        this.#variables.push(variable.text);
        return;
      }
      if (next.kind === 'other' && next.text === ',') {
        this.#nextSolid();
        pipe.declares.push(variable.text);
        this.#variables.push(variable.text);
        if (context !== 'range' || pipe.declares.length >= 2)
          throw this.#fail(`too many declarations in ${context}`);
        if (this.#peekSolid().kind !== 'variable') throw this.#fail(`range can only initialize variables`);
        continue;
      }
      this.#at = before;
      return;
    }
  }

  #checkPipeline(pipe: Pipe, context: string): void {
    if (pipe.commands.length === 0) throw this.#fail(`missing value for ${context}`);
    for (const [index, command] of pipe.commands.slice(1).entries()) {
      const first = command.args[0]!;
      if (['bool', 'dot', 'nil', 'number', 'string'].includes(first.kind))
        throw this.#fail(`non executable command in pipeline stage ${index + 2}`);
    }
  }

  #command(): Command {
    const command: Command = { kind: 'command', pos: this.#peekSolid().pos, args: [] };
    for (;;) {
      this.#peekSolid();
      const operand = this.#operand();
      if (operand !== undefined) command.args.push(operand);
      const token = this.#next();
      if (token.kind === 'space') continue;
      if (token.kind === 'right' || token.kind === 'rightParen') this.#at--;
      else if (token.kind !== 'pipe') throw this.#unexpected(token, 'operand');
      break;
    }
    if (command.args.length === 0) throw this.#fail('empty command');
    return command;
  }

  #operand(): Operand | undefined {
    const node = this.#term();
    if (node === undefined) return undefined;
    const first = this.#tokens[this.#at];
    if (first?.kind !== 'field') return node;
    const path: string[] = [];
    while (this.#tokens[this.#at]?.kind === 'field') path.push(this.#next().text.slice(1));
    switch (node.kind) {
      case 'field':
        return { kind: 'field', pos: first.pos, path: [...node.path, ...path] };
      case 'variable':
        return { kind: 'variable', pos: first.pos, path: [...node.path, ...path] };
      case 'bool':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        throw this.#fail(
          `unexpected . after term ${quote(node.kind === 'dot' ? '.' : node.kind === 'nil' ? 'nil' : node.kind === 'bool' ? String(node.value) : node.source)}`,
        );
      default:
        return { kind: 'chain', pos: first.pos, of: node, path };
    }
  }

  #term(): Operand | undefined {
    const token = this.#nextSolid();
    const { pos, text } = token;
    switch (token.kind) {
      case 'identifier':
        if (!this.#functions.has(text)) throw this.#fail(`function ${quote(text)} not defined`);
        return { kind: 'identifier', pos, name: text };
      case 'dot':
        return { kind: 'dot', pos };
      case 'nil':
        return { kind: 'nil', pos };
      case 'variable':
        if (!this.#variables.includes(text)) throw this.#fail(`undefined variable ${quote(text)}`);
        return { kind: 'variable', pos, path: [text] };
      case 'field':
        return { kind: 'field', pos, path: [text.slice(1)] };
      case 'bool':
        return { kind: 'bool', pos, value: text === 'true' };
      case 'char': {
        const [char, ...more] = unquote(text);
        if (char === undefined) throw this.#fail('invalid syntax');
        if (more.length > 0) throw this.#fail(`malformed character constant: ${text}`);
        return { kind: 'number', pos, value: char.codePointAt(0)!, float: false, source: text };
      }
      case 'number': {
        const value = /\d/.test(text) ? Number(text.replaceAll('_', '').replace(/^\+/, '')) : Number.NaN;
        if (Number.isNaN(value)) throw this.#fail(`illegal number syntax: ${quote(text)}`);
        return {
          kind: 'number',
          pos,
          value,
          float: !Number.isInteger(value) || /^[^x]*[.eE]/.test(text),
          source: text,
        };
      }
      case 'string':
        return { kind: 'string', pos, value: unquote(text), source: text };
      case 'rawString':
        return { kind: 'string', pos, value: text.slice(1, -1), source: text };
      case 'leftParen':
        return this.#pipeline('parenthesized pipeline', 'rightParen');
      default:
        this.#at--;
        return undefined;
    }
  }
}

const STARTS_OPERAND = new Set<TokenKind>([
  'bool',
  'char',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'rawString',
  'string',
  'variable',
  'leftParen',
]);

/** A token as parse errors show it (`item.String`). */
function show(token: Token): string {
  if (token.kind === 'eof') return 'EOF';
  if (token.kind === 'keyword' || token.kind === 'dot') return `<${token.text}>`;
  return token.text.length > 10 ? `${quote(token.text.slice(0, 10))}...` : quote(token.text);
}

const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' };

/** The text that a Go string literal stands for. */
function unquote(literal: string): string {
  return literal
    .slice(1, -1)
    .replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)/gu, (_, code: string) => {
      if (/^[xuU]./.test(code)) return String.fromCodePoint(Number.parseInt(code.slice(1), 16));
      if (/^[0-7]{3}$/.test(code)) return String.fromCodePoint(Number.parseInt(code, 8));
      return ESCAPES[code] ?? code;
    });
}
