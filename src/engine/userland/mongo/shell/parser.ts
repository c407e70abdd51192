import { type Token, tokensOf } from './lexer.ts';
import { ABSENT, ASSIGNMENTS, BINARY } from './operators.ts';
import { Incomplete, type Node, ScriptSyntaxError, type Statement } from './syntax.ts';

/** Reads a program. Throws `ScriptSyntaxError`; what is JavaScript and not read here says that it is not simulated. */
export function parseProgram(source: string): Statement[] {
  const parser = new Parser(tokensOf(source));
  return parser.program();
}

class Parser {
  readonly #tokens: Token[];
  #at = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  program(): Statement[] {
    const body: Statement[] = [];
    while (this.#next.type !== 'end') if (!this.#take(';')) body.push(this.#statement());
    return body;
  }

  get #next(): Token {
    return this.#tokens[this.#at]!;
  }

  #is(text: string, ahead = 0): boolean {
    const token = this.#tokens[this.#at + ahead];
    return (
      token !== undefined && token.text === text && (token.type === 'punctuator' || token.type === 'name')
    );
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) this.#unexpected();
  }

  #unexpected(): never {
    const { type, line, text } = this.#next;
    if (type === 'end') throw new Incomplete('Unexpected token, end of input');
    throw new ScriptSyntaxError(`Unexpected token '${text}' in line ${line}`);
  }

  #name(): string {
    const token = this.#next;
    if (token.type !== 'name') this.#unexpected();
    this.#at++;
    return token.text;
  }

  /** A statement ends at a semicolon, at a brace, at the end of a line or of all. */
  #end(): void {
    if (this.#take(';') || this.#is('}') || this.#next.type === 'end' || this.#next.newline) return;
    this.#unexpected();
  }

  #block(): Statement[] {
    this.#expect('{');
    const body: Statement[] = [];
    while (!this.#take('}')) {
      if (this.#next.type === 'end') this.#unexpected();
      if (!this.#take(';')) body.push(this.#statement());
    }
    return body;
  }

  #statement(): Statement {
    const { text, type } = this.#next;
    if (type === 'name' && ABSENT.has(text))
      throw new ScriptSyntaxError(`'${text}' of JavaScript is not simulated in Drydock`);
    if (this.#is('{')) return { kind: 'block', body: this.#block() };
    if (this.#is('const') || this.#is('let') || this.#is('var')) {
      const declared = this.#declaration();
      this.#end();
      return declared;
    }
    if (this.#take('if')) {
      const test = this.#parenthesised();
      const yes = this.#statement();
      return { kind: 'if', test, yes, no: this.#take('else') ? this.#statement() : undefined };
    }
    if (this.#take('while')) return { kind: 'while', test: this.#parenthesised(), body: this.#statement() };
    if (this.#take('for')) return this.#for();
    if (this.#take('return')) {
      const isBare = this.#is(';') || this.#is('}') || this.#next.newline || this.#next.type === 'end';
      const value = isBare ? undefined : this.#expression();
      this.#end();
      return { kind: 'return', value };
    }
    if (this.#take('throw')) {
      const value = this.#expression();
      this.#end();
      return { kind: 'throw', value };
    }
    if (this.#take('try')) return this.#try();
    if (this.#is('break') || this.#is('continue')) {
      const how = this.#name() as 'break' | 'continue';
      this.#end();
      return { kind: 'leave', how };
    }
    if (this.#is('function') || (this.#is('async') && this.#is('function', 1))) {
      this.#take('async');
      const value = this.#function();
      if (value.kind === 'function' && value.name !== '')
        return { kind: 'declare', constant: false, names: [{ name: value.name, value }] };
      return { kind: 'expression', value };
    }
    const value = this.#expression();
    this.#end();
    return { kind: 'expression', value };
  }

  #declaration(): Statement {
    const constant = this.#name() === 'const';
    const names: { name: string; value: Node | undefined }[] = [];
    do {
      if (this.#is('{') || this.#is('['))
        throw new ScriptSyntaxError('taking values apart in a declaration is not simulated in Drydock');
      const name = this.#name();
      names.push({ name, value: this.#take('=') ? this.#assignment() : undefined });
    } while (this.#take(','));
    return { kind: 'declare', constant, names };
  }

  #parenthesised(): Node {
    this.#expect('(');
    const value = this.#expression();
    this.#expect(')');
    return value;
  }

  #for(): Statement {
    this.#expect('(');
    const declares = this.#is('const') || this.#is('let') || this.#is('var');
    if (declares && (this.#is('of', 2) || this.#is('in', 2))) {
      this.#at++;
      const name = this.#name();
      const keys = this.#name() === 'in';
      const value = this.#expression();
      this.#expect(')');
      return { kind: 'each', name, keys, value, body: this.#statement() };
    }
    const first: Statement | undefined = this.#is(';')
      ? undefined
      : declares
        ? this.#declaration()
        : { kind: 'expression', value: this.#expression() };
    this.#expect(';');
    const test = this.#is(';') ? undefined : this.#expression();
    this.#expect(';');
    const next = this.#is(')') ? undefined : this.#expression();
    this.#expect(')');
    return { kind: 'for', first, test, next, body: this.#statement() };
  }

  #try(): Statement {
    const body = this.#block();
    let name: string | undefined;
    let handler: Statement[] | undefined;
    if (this.#take('catch')) {
      if (this.#take('(')) {
        name = this.#name();
        this.#expect(')');
      }
      handler = this.#block();
    }
    const last = this.#take('finally') ? this.#block() : undefined;
    if (handler === undefined && last === undefined) this.#unexpected();
    return { kind: 'try', body, name, handler, last };
  }

  #expression(): Node {
    let value = this.#assignment();
    while (this.#take(',')) value = { kind: 'binary', operator: ',', left: value, right: this.#assignment() };
    return value;
  }

  #assignment(): Node {
    const arrow = this.#arrow();
    if (arrow !== undefined) return arrow;
    const target = this.#conditional();
    const { text, type } = this.#next;
    if (type !== 'punctuator' || !ASSIGNMENTS.has(text)) return target;
    if (target.kind !== 'name' && target.kind !== 'member')
      throw new ScriptSyntaxError('Invalid left-hand side in assignment expression.');
    this.#at++;
    return { kind: 'assign', operator: text, target, value: this.#assignment() };
  }

  /** `x => …`, `(x, y) => …`, with `async` or without. */
  #arrow(): Node | undefined {
    const begin = this.#at;
    if (this.#is('async') && !this.#is('function', 1) && !this.#is('.', 1)) this.#at++;
    const parameters: string[] = [];
    if (this.#next.type === 'name' && this.#is('=>', 1)) parameters.push(this.#name());
    else if (this.#take('(')) {
      while (!this.#is(')')) {
        const { type, text } = this.#next;
        if (type !== 'name') break;
        parameters.push(text);
        this.#at++;
        if (!this.#take(',')) break;
      }
      if (!this.#take(')')) this.#at = begin;
    } else this.#at = begin;
    if (this.#at === begin || !this.#take('=>')) {
      this.#at = begin;
      return undefined;
    }
    return {
      kind: 'function',
      name: '',
      parameters,
      body: this.#is('{') ? this.#block() : this.#assignment(),
    };
  }

  #function(): Node {
    this.#expect('function');
    const name = this.#is('(') ? '' : this.#name();
    const parameters: string[] = [];
    this.#expect('(');
    while (!this.#take(')')) {
      parameters.push(this.#name());
      if (!this.#is(')')) this.#expect(',');
    }
    return { kind: 'function', name, parameters, body: this.#block() };
  }

  #conditional(): Node {
    const test = this.#binary(0);
    if (!this.#take('?')) return test;
    const yes = this.#assignment();
    this.#expect(':');
    return { kind: 'choice', test, yes, no: this.#assignment() };
  }

  #binary(least: number): Node {
    let left = this.#unary();
    for (;;) {
      const { text, type } = this.#next;
      const power =
        type === 'punctuator' || type === 'name' ? (Object.hasOwn(BINARY, text) ? BINARY[text]! : -1) : -1;
      if (power <= least) return left;
      this.#at++;
      // Powers group from the right.
      const right = this.#binary(text === '**' ? power - 1 : power);
      left = { kind: 'binary', operator: text, left, right };
    }
  }

  #unary(): Node {
    for (const operator of ['!', '-', '+', '~', 'typeof', 'void', 'await'])
      if (this.#take(operator)) return { kind: 'unary', operator, value: this.#unary() };
    for (const [text, by] of [
      ['++', 1],
      ['--', -1],
    ] as const)
      if (this.#take(text)) return { kind: 'step', by, prefix: true, target: this.#unary() };
    const value = this.#postfix(this.#primary());
    if (this.#next.newline) return value;
    if (this.#take('++')) return { kind: 'step', by: 1, prefix: false, target: value };
    if (this.#take('--')) return { kind: 'step', by: -1, prefix: false, target: value };
    return value;
  }

  #postfix(first: Node): Node {
    let value = first;
    for (;;) {
      if (this.#take('.'))
        value = {
          kind: 'member',
          object: value,
          key: { kind: 'literal', value: this.#name() },
          optional: false,
        };
      else if (this.#take('?.'))
        value = {
          kind: 'member',
          object: value,
          key: { kind: 'literal', value: this.#name() },
          optional: true,
        };
      else if (this.#take('[')) {
        value = { kind: 'member', object: value, key: this.#expression(), optional: false };
        this.#expect(']');
      } else if (this.#is('('))
        value = { kind: 'call', callee: value, args: this.#arguments(), isNew: false };
      else return value;
    }
  }

  #arguments(): Node[] {
    this.#expect('(');
    return this.#items(')');
  }

  /** What stands between commas, up to the end. */
  #items(end: string): Node[] {
    const items: Node[] = [];
    while (!this.#take(end)) {
      items.push(this.#take('...') ? { kind: 'spread', value: this.#assignment() } : this.#assignment());
      if (!this.#is(end)) this.#expect(',');
    }
    return items;
  }

  #primary(): Node {
    const token = this.#next;
    if (token.type === 'number' || token.type === 'string') {
      this.#at++;
      return { kind: 'literal', value: token.type === 'number' ? Number(token.value) : token.value };
    }
    if (token.type === 'regex') {
      this.#at++;
      return { kind: 'regex', source: token.value, flags: token.flags };
    }
    if (token.type === 'template') {
      this.#at++;
      const values = token.sources.map((source) => new Parser(tokensOf(source)).#expression());
      return { kind: 'template', texts: token.texts, values };
    }
    if (this.#take('(')) {
      const value = this.#expression();
      this.#expect(')');
      return value;
    }
    if (this.#take('[')) return { kind: 'array', items: this.#items(']') };
    if (this.#take('{')) return this.#object();
    if (this.#is('function')) return this.#function();
    if (this.#is('async') && this.#is('function', 1)) {
      this.#at++;
      return this.#function();
    }
    if (this.#take('new')) {
      let callee: Node = { kind: 'name', name: this.#name() };
      while (this.#take('.'))
        callee = {
          kind: 'member',
          object: callee,
          key: { kind: 'literal', value: this.#name() },
          optional: false,
        };
      return { kind: 'call', callee, args: this.#is('(') ? this.#arguments() : [], isNew: true };
    }
    const constants: Record<string, unknown> = {
      true: true,
      false: false,
      null: null,
      undefined,
      NaN: Number.NaN,
      Infinity: Number.POSITIVE_INFINITY,
    };
    if (token.type !== 'name') this.#unexpected();
    if (ABSENT.has(token.text))
      throw new ScriptSyntaxError(`'${token.text}' of JavaScript is not simulated in Drydock`);
    this.#at++;
    return Object.hasOwn(constants, token.text)
      ? { kind: 'literal', value: constants[token.text] }
      : { kind: 'name', name: token.text };
  }

  #object(): Node {
    const entries: { key: Node | undefined; value: Node }[] = [];
    while (!this.#take('}')) {
      if (this.#take('...')) entries.push({ key: undefined, value: this.#assignment() });
      else {
        const token = this.#next;
        let key: Node;
        if (this.#take('[')) {
          key = this.#assignment();
          this.#expect(']');
        } else {
          if (!['name', 'string', 'number'].includes(token.type)) this.#unexpected();
          this.#at++;
          key = { kind: 'literal', value: token.value };
        }
        if (this.#take(':')) entries.push({ key, value: this.#assignment() });
        else if (token.type === 'name') entries.push({ key, value: { kind: 'name', name: token.text } });
        else this.#unexpected();
      }
      if (!this.#is('}')) this.#expect(',');
    }
    return { kind: 'object', entries };
  }
}
