import { type Token, tokenize } from './lex.ts';
import {
  type AwkFunction,
  type AwkProgram,
  AwkSyntaxError,
  type Expr,
  type Rule,
  type Stmt,
} from './syntax.ts';

export function parseAwk(source: string): AwkProgram {
  return new Parser(tokenize(source)).program();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  /** Inside `print …` a bare `>` redirects; inside `for (` a bare `in` is the loop's. */
  #noGreater = false;
  #noIn = false;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get #token(): Token {
    return this.#tokens[this.#at]!;
  }

  #is(...kinds: string[]): boolean {
    return kinds.includes(this.#token.kind);
  }

  #take(...kinds: string[]): Token | undefined {
    return this.#is(...kinds) ? this.#tokens[this.#at++] : undefined;
  }

  #expect(kind: string): Token {
    const token = this.#take(kind);
    if (!token) throw this.#error();
    return token;
  }

  #error(): AwkSyntaxError {
    const { line, text, kind } = this.#token;
    return new AwkSyntaxError(
      line,
      kind === 'newline' ? 'end of line' : kind === 'end' ? 'end of file' : text,
    );
  }

  #newlines(): void {
    while (this.#take('newline')) {
      // Blank lines mean nothing here.
    }
  }

  #ends(): void {
    while (this.#take('newline', ';')) {
      // Neither do these.
    }
  }

  program(): AwkProgram {
    const rules: Rule[] = [];
    const functions = new Map<string, AwkFunction>();
    this.#ends();
    while (!this.#is('end')) {
      if (this.#take('function')) {
        const name = (this.#take('name', 'call') ?? this.#expect('name')).text;
        this.#expect('(');
        const parameters: string[] = [];
        while (!this.#take(')')) {
          parameters.push(this.#expect('name').text);
          if (this.#take(',')) this.#newlines();
        }
        this.#newlines();
        functions.set(name, { parameters, body: this.#block() });
      } else rules.push(this.#rule());
      this.#ends();
    }
    return { rules, functions };
  }

  #rule(): Rule {
    const special = this.#take('BEGIN', 'END');
    if (special) return { pattern: special.kind as 'BEGIN', action: this.#block(), active: false };
    if (this.#is('{')) return { pattern: undefined, action: this.#block(), active: false };
    const from = this.#expression();
    let to: Expr | undefined;
    if (this.#take(',')) {
      this.#newlines();
      to = this.#expression();
    }
    const action = this.#is('{') ? this.#block() : undefined;
    if (!action && !this.#is('newline', ';', 'end')) throw this.#error();
    return { pattern: { from, to }, action, active: false };
  }

  #block(): Stmt {
    this.#expect('{');
    const body: Stmt[] = [];
    this.#ends();
    while (!this.#take('}')) {
      if (this.#is('end')) throw this.#error();
      body.push(this.#statement());
      this.#ends();
    }
    return { kind: 'block', body };
  }

  /** What an `if` or a loop governs. */
  #body(): Stmt {
    this.#newlines();
    if (this.#take(';')) return { kind: 'block', body: [] };
    return this.#statement();
  }

  #statement(): Stmt {
    const token = this.#token;
    switch (token.kind) {
      case '{':
        return this.#block();
      case 'if': {
        this.#at++;
        const test = this.#parenthesised();
        const then = this.#body();
        const mark = this.#at;
        this.#ends();
        if (!this.#take('else')) {
          this.#at = mark;
          return { kind: 'if', test, then, otherwise: undefined };
        }
        return { kind: 'if', test, then, otherwise: this.#body() };
      }
      case 'while':
        this.#at++;
        return { kind: 'while', test: this.#parenthesised(), body: this.#body() };
      case 'do': {
        this.#at++;
        const body = this.#body();
        this.#ends();
        this.#expect('while');
        return { kind: 'do', body, test: this.#parenthesised() };
      }
      case 'for':
        this.#at++;
        return this.#for();
      case 'next':
      case 'nextfile':
      case 'break':
      case 'continue':
        this.#at++;
        return { kind: token.kind };
      case 'exit':
      case 'return':
        this.#at++;
        return { kind: token.kind, value: this.#is('newline', ';', '}') ? undefined : this.#expression() };
    }
    return this.#simple();
  }

  #simple(): Stmt {
    if (this.#take('delete')) {
      const { text } = this.#expect('name');
      return { kind: 'delete', name: text, subscripts: this.#take('[') ? this.#list(']') : undefined };
    }
    const print = this.#take('print', 'printf');
    if (!print) return { kind: 'expr', value: this.#expression() };
    const saved = this.#noGreater;
    this.#noGreater = true;
    let args: Expr[] = [];
    if (!this.#is('newline', ';', '}', '>', '>>', '|')) {
      // `print (a, b) > "f"`: the parentheses hold the list.
      const mark = this.#at;
      let grouped = false;
      if (this.#take('(')) {
        this.#noGreater = false;
        args = this.#list(')');
        this.#noGreater = true;
        grouped = this.#is('newline', ';', '}', '>', '>>', '|');
        if (!grouped) this.#at = mark;
      }
      if (!grouped) {
        args = [this.#expression()];
        while (this.#take(',')) {
          this.#newlines();
          args.push(this.#expression());
        }
      }
    }
    const redirect = this.#take('>', '>>', '|');
    const to = redirect && { kind: redirect.kind as '>', target: this.#concat() };
    this.#noGreater = saved;
    return { kind: 'print', args, format: print.kind === 'printf', to };
  }

  #for(): Stmt {
    this.#expect('(');
    const [name, word, array, close] = this.#tokens.slice(this.#at, this.#at + 4);
    if (name?.kind === 'name' && word?.kind === 'in' && array?.kind === 'name' && close?.kind === ')') {
      this.#at += 4;
      return { kind: 'each', variable: name.text, name: array.text, body: this.#body() };
    }
    const start = this.#is(';') ? undefined : this.#simple();
    this.#expect(';');
    this.#newlines();
    const test = this.#is(';') ? undefined : this.#expression();
    this.#expect(';');
    this.#newlines();
    const step = this.#is(')') ? undefined : this.#simple();
    this.#expect(')');
    return { kind: 'for', start, test, step, body: this.#body() };
  }

  #parenthesised(): Expr {
    this.#expect('(');
    const [greater, within] = [this.#noGreater, this.#noIn];
    this.#noGreater = this.#noIn = false;
    const value = this.#expression();
    [this.#noGreater, this.#noIn] = [greater, within];
    this.#expect(')');
    return value;
  }

  /** Expressions parted by commas, up to a closing token. */
  #list(close: string): Expr[] {
    const out: Expr[] = [];
    this.#newlines();
    while (!this.#take(close)) {
      out.push(this.#expression());
      this.#newlines();
      if (this.#take(',')) this.#newlines();
      else if (!this.#is(close)) throw this.#error();
    }
    return out;
  }

  #expression(): Expr {
    const left = this.#ternary();
    const token = this.#take('=', '+=', '-=', '*=', '/=', '%=', '^=');
    if (!token) return left;
    if (!['variable', 'field', 'element'].includes(left.kind)) throw this.#error();
    this.#newlines();
    return { kind: 'assign', operator: token.kind.slice(0, -1), target: left, value: this.#expression() };
  }

  #ternary(): Expr {
    const test = this.#or();
    if (!this.#take('?')) return test;
    this.#newlines();
    const then = this.#expression();
    this.#newlines();
    this.#expect(':');
    this.#newlines();
    return { kind: 'conditional', test, then, otherwise: this.#expression() };
  }

  #or(): Expr {
    let left = this.#and();
    while (this.#take('||')) {
      this.#newlines();
      left = { kind: 'or', left, right: this.#and() };
    }
    return left;
  }

  #and(): Expr {
    let left = this.#in();
    while (this.#take('&&')) {
      this.#newlines();
      left = { kind: 'and', left, right: this.#in() };
    }
    return left;
  }

  #in(): Expr {
    let left = this.#match();
    while (!this.#noIn && this.#is('in')) {
      this.#at++;
      left = { kind: 'in', subscripts: [left], name: this.#expect('name').text };
    }
    return left;
  }

  #match(): Expr {
    let left = this.#comparison();
    for (;;) {
      const token = this.#take('~', '!~');
      if (!token) return left;
      left = { kind: 'match', negated: token.kind === '!~', left, right: this.#comparison() };
    }
  }

  #comparison(): Expr {
    const left = this.#concat();
    const token = this.#take('<', '<=', '==', '!=', '>=') ?? (this.#noGreater ? undefined : this.#take('>'));
    if (token) return { kind: 'compare', operator: token.kind, left, right: this.#concat() };
    // `"command" | getline`
    let value: Expr = left;
    while (this.#is('|') && this.#tokens[this.#at + 1]?.kind === 'getline') {
      this.#at += 2;
      value = { kind: 'getline', target: this.#target(), source: { kind: 'command', from: value } };
    }
    return value;
  }

  #concat(): Expr {
    let left = this.#sum();
    while (
      this.#is('name', 'call', 'builtin', 'number', 'string', '$', '!', '(', '-', '+', '++', '--') &&
      !this.#is('in')
    ) {
      // A sign here is that of a sum, which has been taken already.
      if (this.#is('-', '+')) break;
      left = { kind: 'concat', left, right: this.#sum() };
    }
    return left;
  }

  #sum(): Expr {
    let left = this.#product();
    for (;;) {
      const token = this.#take('+', '-');
      if (!token) return left;
      left = { kind: 'arithmetic', operator: token.kind, left, right: this.#product() };
    }
  }

  #product(): Expr {
    let left = this.#unary();
    for (;;) {
      const token = this.#take('*', '/', '%');
      if (!token) return left;
      left = { kind: 'arithmetic', operator: token.kind, left, right: this.#unary() };
    }
  }

  #unary(): Expr {
    const token = this.#take('!', '-', '+');
    if (token) return { kind: 'unary', operator: token.kind, operand: this.#unary() };
    return this.#power();
  }

  #power(): Expr {
    const left = this.#postfix();
    if (!this.#take('^')) return left;
    return { kind: 'arithmetic', operator: '^', left, right: this.#unary() };
  }

  #postfix(): Expr {
    const value = this.#primary();
    if (['variable', 'field', 'element'].includes(value.kind)) {
      const token = this.#take('++', '--');
      if (token) return { kind: 'increment', by: token.kind === '++' ? 1 : -1, prefix: false, target: value };
    }
    return value;
  }

  #target(): Expr | undefined {
    return this.#is('name', '$') ? this.#primary() : undefined;
  }

  #primary(): Expr {
    const token = this.#tokens[this.#at++]!;
    switch (token.kind) {
      case 'number':
        return { kind: 'number', value: Number(token.text) };
      case 'string':
        return { kind: 'string', value: token.text };
      case 'regex':
        return { kind: 'regex', source: token.text };
      case '$': {
        const sign = this.#take('++', '--');
        const index: Expr = sign
          ? { kind: 'increment', by: sign.kind === '++' ? 1 : -1, prefix: true, target: this.#primary() }
          : this.#take('-')
            ? { kind: 'unary', operator: '-', operand: this.#primary() }
            : this.#primary();
        return { kind: 'field', index };
      }
      case '++':
      case '--':
        return { kind: 'increment', by: token.kind === '++' ? 1 : -1, prefix: true, target: this.#primary() };
      case 'name':
        if (this.#take('[')) return { kind: 'element', name: token.text, subscripts: this.#list(']') };
        return { kind: 'variable', name: token.text };
      case 'call':
        this.#expect('(');
        return { kind: 'call', name: token.text, args: this.#inside(() => this.#list(')')) };
      case 'builtin':
        // `length` needs no parentheses.
        return {
          kind: 'builtin',
          name: token.text,
          args: this.#take('(') ? this.#inside(() => this.#list(')')) : [],
        };
      case 'getline': {
        const target = this.#target();
        return {
          kind: 'getline',
          target,
          source: this.#take('<') ? { kind: 'file', from: this.#primary() } : undefined,
        };
      }
      case '(': {
        const list = this.#inside(() => this.#list(')'));
        if (list.length === 1) return { kind: 'group', inner: list[0]! };
        if (list.length > 1 && this.#take('in'))
          return { kind: 'in', subscripts: list, name: this.#expect('name').text };
      }
    }
    this.#at--;
    throw this.#error();
  }

  /** Within parentheses the restrictions of their surroundings do not hold. */
  #inside<T>(parse: () => T): T {
    const saved = [this.#noGreater, this.#noIn] as const;
    this.#noGreater = this.#noIn = false;
    const value = parse();
    [this.#noGreater, this.#noIn] = saved;
    return value;
  }
}
