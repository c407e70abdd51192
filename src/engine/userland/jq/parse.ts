import { type CompileError, CompileErrors } from './compile-error.ts';
import { parseJson } from './json-text.ts';
import { lex, type Token } from './lex.ts';
import type { AssignOperator, BinaryOperator, Definition, Node, Pattern } from './syntax.ts';
import type { Value } from './value.ts';

/** Reads a program. Throws `CompileErrors`. */
export function parse(text: string): Node {
  return new Parser(text).program();
}

type Entry = (Node & { type: 'object' })['entries'][number];
const identity: Node = { type: 'identity' };
const BINARY: readonly (readonly string[])[] = [
  ["'+'", "'-'"],
  ["'*'", "'/'", "'%'"],
];
const COMPARISONS = ['==', '!=', "'<'", '<=', "'>'", '>='];
const ASSIGNMENTS = ["'='", '|=', '+=', '-=', '*=', '/=', '%=', '//='];
const TERM_STARTS = [
  "'.'",
  '..',
  'break',
  'FIELD',
  'LITERAL',
  'QQSTRING_START',
  'FORMAT',
  "'('",
  "'['",
  "'{'",
  "'$'",
  'IDENT',
];

const CONSTANTS: Readonly<Record<string, Value>> = { null: null, true: true, false: false };

const literal = (value: string): Node => ({ type: 'literal', value });
const plain = (type: string): string => type.replaceAll("'", '');

/** Recursive descent over jq's grammar; the binary operators by their precedences in it. */
class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = lex(text);
  }

  program(): Node {
    if (this.#is('module', 'import', 'include'))
      throw this.#error('modules are not simulated in Drydock', this.#token.at);
    const definitions: Definition[] = [];
    while (this.#is('def')) definitions.push(this.#definition());
    let body: Node = identity;
    if (!this.#is('$end')) {
      // With nothing before it the grammar could end here.
      if (!this.#startsExpression()) throw this.#unexpected('$end');
      body = this.#pipe();
    }
    if (!this.#is('$end')) throw this.#unexpected('$end');
    return definitions.reduceRight<Node>(
      (rest, definition) => ({ type: 'define', definition, body: rest }),
      body,
    );
  }

  #definition(): Definition {
    this.#take('def');
    const name = this.#isKeyword() ? this.#advance().text : this.#take('IDENT').text;
    const params: string[] = [];
    if (this.#accept("'('")) {
      do {
        const variable = this.#accept("'$'");
        if (!variable && !this.#is('IDENT')) throw this.#unexpected("IDENT or '$'");
        params.push((variable ? '$' : '') + this.#take('IDENT').text);
      } while (this.#accept("';'"));
      if (!this.#accept("')'")) throw this.#unexpected("';' or ')'");
      this.#take("':'");
    } else if (!this.#accept("':'")) throw this.#unexpected("'(' or ':'");
    const body = this.#pipe();
    if (!this.#accept("';'")) throw this.#unexpected();
    return { name, params, body };
  }

  /** The lowest level: definitions, `as`, `label`, `|`. */
  #pipe(): Node {
    if (this.#is('def')) return { type: 'define', definition: this.#definition(), body: this.#pipe() };
    if (this.#is('label')) {
      this.#advance();
      this.#take("'$'");
      const name = this.#take('IDENT').text;
      this.#take("'|'");
      return { type: 'label', name, body: this.#pipe() };
    }
    const left = this.#comma();
    return this.#accept("'|'") ? { type: 'pipe', left, right: this.#pipe() } : left;
  }

  #comma(): Node {
    let left = this.#alternative();
    while (this.#accept("','")) left = { type: 'comma', left, right: this.#alternative() };
    return left;
  }

  /** `//` is right-associative and binds less than assignment, which does not associate. */
  #alternative(): Node {
    const left = this.#assignment();
    return this.#accept('//') ? { type: 'alternative', left, right: this.#alternative() } : left;
  }

  #assignment(): Node {
    const left = this.#or();
    if (!this.#is(...ASSIGNMENTS)) return left;
    const operator = plain(this.#advance().type) as AssignOperator;
    const right = this.#or();
    if (this.#is(...ASSIGNMENTS)) throw this.#unexpected();
    return { type: 'assign', operator, left, right };
  }

  #or(): Node {
    let left = this.#and();
    while (this.#accept('or')) left = { type: 'or', left, right: this.#and() };
    return left;
  }

  #and(): Node {
    let left = this.#comparison();
    while (this.#accept('and')) left = { type: 'and', left, right: this.#comparison() };
    return left;
  }

  #comparison(): Node {
    const left = this.#arithmetic(0);
    if (!this.#is(...COMPARISONS)) return left;
    const operator = plain(this.#advance().type) as BinaryOperator;
    const right = this.#arithmetic(0);
    if (this.#is(...COMPARISONS)) throw this.#unexpected();
    return { type: 'binary', operator, left, right };
  }

  #arithmetic(level: number): Node {
    const operators = BINARY[level];
    if (!operators) return this.#unary();
    let left = this.#arithmetic(level + 1);
    while (this.#is(...operators)) {
      const { type, at } = this.#advance();
      const operator = plain(type) as BinaryOperator;
      const right = this.#arithmetic(level + 1);
      if ((operator === '/' || operator === '%') && isZero(right) && left.type === 'literal')
        throw this.#error('Division by zero?', at === 0 ? 0 : this.#startOf(at));
      left = { type: 'binary', operator, left, right };
    }
    return left;
  }

  /** Where the operand before a place begins: constants are folded there. */
  #startOf(at: number): number {
    return this.#tokens.findLast((token) => token.at < at)?.at ?? 0;
  }

  #unary(): Node {
    if (this.#accept("'-'")) return { type: 'negate', body: this.#arithmetic(1) };
    return this.#postfix();
  }

  /** A term or a statement-like expression, with `?` and `as`. */
  #postfix(): Node {
    let node: Node;
    if (this.#is('if')) node = this.#if();
    else if (this.#is('try')) node = this.#try();
    else if (this.#is('reduce', 'foreach')) node = this.#fold();
    else if (this.#is('def', 'label')) return this.#pipe();
    else {
      node = this.#term();
      if (this.#accept('as')) {
        const patterns = this.#patterns();
        this.#take("'|'");
        return { type: 'as', source: node, patterns, body: this.#pipe() };
      }
    }
    while (this.#accept("'?'")) node = { type: 'try', body: node, handler: undefined };
    return node;
  }

  #if(): Node {
    const { at } = this.#advance();
    const condition = this.#pipe();
    this.#require('then');
    return this.#recovering(at, "Possibly unterminated 'if' statement", () => {
      const then = this.#pipe();
      let otherwise: Node;
      if (this.#is('elif')) otherwise = this.#if();
      else {
        this.#require('else');
        otherwise = this.#pipe();
        this.#require('end');
      }
      return { type: 'if', condition, then, otherwise };
    });
  }

  #try(): Node {
    const { at } = this.#advance();
    const body = this.#postTry();
    if (!this.#accept('catch')) return { type: 'try', body, handler: undefined };
    return this.#recovering(at, "Possibly unterminated 'try' statement", () => ({
      type: 'try',
      body,
      handler: this.#postTry(),
    }));
  }

  /** What `try` and `catch` take: no binary operator. */
  #postTry(): Node {
    return this.#is("'-'") ? this.#unary() : this.#postfix();
  }

  #fold(): Node {
    const { type } = this.#advance();
    const source = this.#term();
    if (!this.#accept('as')) throw this.#unexpected("FIELD or as or '.' or '['");
    const patterns = this.#patterns();
    this.#take("'('");
    const start = this.#pipe();
    this.#require("';'");
    const update = this.#pipe();
    const extract = type === 'foreach' && this.#accept("';'") ? this.#pipe() : undefined;
    this.#require("')'");
    return type === 'reduce'
      ? { type, source, patterns, start, update }
      : { type: 'foreach', source, patterns, start, update, extract };
  }

  #patterns(): Pattern[] {
    const patterns = [this.#pattern()];
    while (this.#accept('?//')) patterns.push(this.#pattern());
    return patterns;
  }

  #pattern(): Pattern {
    if (this.#accept("'$'")) return { type: 'variable', name: this.#take('IDENT').text };
    if (this.#accept("'['")) {
      const items = [this.#pattern()];
      while (this.#accept("','")) items.push(this.#pattern());
      if (!this.#accept("']'")) throw this.#unexpected("',' or ']'");
      return { type: 'array', items };
    }
    if (!this.#accept("'{'")) throw this.#unexpected("'$' or '[' or '{'");
    const entries = [this.#patternEntry()];
    while (this.#accept("','")) entries.push(this.#patternEntry());
    if (!this.#accept("'}'")) throw this.#unexpected("',' or '}'");
    return { type: 'object', entries };
  }

  #patternEntry(): (Pattern & { type: 'object' })['entries'][number] {
    if (this.#accept("'$'")) {
      const variable = this.#take('IDENT').text;
      const value = this.#accept("':'") ? this.#pattern() : undefined;
      return { key: literal(variable), variable, value };
    }
    let key: Node;
    if (this.#is('IDENT') || this.#isKeyword()) key = literal(this.#advance().text);
    else if (this.#is('QQSTRING_START', 'FORMAT')) key = this.#string();
    else if (this.#accept("'('")) {
      key = this.#pipe();
      this.#require("')'");
    } else throw this.#unexpected();
    this.#take("':'");
    return { key, variable: undefined, value: this.#pattern() };
  }

  #term(): Node {
    let node = this.#optional(this.#primary());
    for (;;) {
      if (this.#is('FIELD')) node = this.#index(node, literal(this.#advance().text.slice(1)));
      else if (this.#is("'.'")) {
        this.#advance();
        if (!this.#is('QQSTRING_START', 'FORMAT')) throw this.#unexpected('FORMAT or QQSTRING_START');
        node = this.#index(node, this.#string());
      } else if (this.#is("'['")) node = this.#brackets(node);
      else return node;
      while (this.#accept("'?'")) node = { type: 'try', body: node, handler: undefined };
    }
  }

  #index(target: Node, key: Node): Node {
    return { type: 'index', target, key };
  }

  /** `[]`, `[KEY]`, `[FROM:TO]` after a term. */
  #brackets(target: Node): Node {
    this.#advance();
    if (this.#accept("']'")) return { type: 'iterate', target };
    if (this.#accept("':'")) {
      const to = this.#pipe();
      this.#require("']'");
      return { type: 'slice', target, from: undefined, to };
    }
    const key = this.#pipe();
    if (this.#accept("']'")) return this.#index(target, key);
    this.#require("':'");
    if (this.#accept("']'")) return { type: 'slice', target, from: key, to: undefined };
    const to = this.#pipe();
    this.#require("']'");
    return { type: 'slice', target, from: key, to };
  }

  #primary(): Node {
    const token = this.#token;
    switch (token.type) {
      case "'.'":
        this.#advance();
        if (this.#is('QQSTRING_START', 'FORMAT')) return this.#index(identity, this.#string());
        return this.#is("'['") ? this.#brackets(identity) : identity;
      case '..':
        this.#advance();
        return { type: 'recurse' };
      case 'FIELD':
        this.#advance();
        return this.#index(identity, literal(token.text.slice(1)));
      case 'LITERAL':
        this.#advance();
        return { type: 'literal', value: Number(token.text) };
      case 'QQSTRING_START':
      case 'FORMAT':
        return this.#string();
      case "'('": {
        this.#advance();
        const body = this.#pipe();
        this.#require("')'");
        return body;
      }
      case "'['": {
        this.#advance();
        if (this.#accept("']'")) return { type: 'array', body: undefined };
        const body = this.#pipe();
        this.#require("']'");
        return { type: 'array', body };
      }
      case "'{'":
        return this.#object();
      case "'$'":
        return this.#variable();
      case 'break': {
        this.#advance();
        if (!this.#is("'$'"))
          throw this.#unexpected("'$'").and(this.#problem('break requires a label to break to', token.at));
        this.#advance();
        return { type: 'break', name: this.#take('IDENT').text, at: token.at };
      }
      case 'IDENT':
        return this.#call();
      default:
        throw this.#unexpected();
    }
  }

  #optional(node: Node): Node {
    return this.#accept("'?'") ? this.#optional({ type: 'try', body: node, handler: undefined }) : node;
  }

  #variable(): Node {
    const { at } = this.#advance();
    if (this.#accept('__loc__')) return { type: 'location', line: this.#lineOf(at) };
    if (!this.#is('IDENT')) throw this.#unexpected('IDENT or __loc__');
    return { type: 'variable', name: this.#advance().text, at };
  }

  #call(): Node {
    const { text: name, at } = this.#advance();
    if (name in CONSTANTS && !this.#is("'('")) return { type: 'literal', value: CONSTANTS[name]! };
    const args: Node[] = [];
    if (this.#accept("'('")) {
      do args.push(this.#pipe());
      while (this.#accept("';'"));
      this.#require("')'");
    }
    return { type: 'call', name, args, at };
  }

  #string(): Node {
    const format = this.#is('FORMAT') ? this.#advance().text : undefined;
    if (!this.#is('QQSTRING_START')) return { type: 'format', name: format! };
    this.#advance();
    const parts: (string | Node)[] = [];
    for (;;) {
      const { type, text, at } = this.#token;
      if (type === 'QQSTRING_TEXT') {
        this.#advance();
        parts.push(this.#unescaped(text, at));
      } else if (type === 'QQSTRING_INTERP_START') {
        this.#advance();
        parts.push(this.#pipe());
        this.#require('QQSTRING_INTERP_END');
      } else if (this.#accept('QQSTRING_END')) return { type: 'string', format, parts };
      else throw this.#unexpected('QQSTRING_TEXT or QQSTRING_INTERP_START or QQSTRING_END');
    }
  }

  #unescaped(text: string, at: number): string {
    if (!text.includes('\\')) return text;
    const quoted = `"${text}"`;
    const { value, error } = parseJson(quoted);
    if (error !== undefined) throw this.#error(`${error} (while parsing '${quoted}')`, at);
    return value as string;
  }

  #object(): Node {
    this.#advance();
    const entries: Entry[] = [];
    while (!this.#is("'}'")) {
      entries.push(this.#entry());
      if (!this.#accept("','")) break;
    }
    this.#take("'}'");
    return { type: 'object', entries };
  }

  #entry(): Entry {
    const { at } = this.#token;
    if (this.#is("'$'")) {
      this.#advance();
      const name = this.#take('IDENT').text;
      const value: Node = { type: 'variable', name, at };
      return this.#accept("':'")
        ? { at, key: value, value: this.#objectValue() }
        : { at, key: literal(name), value };
    }
    if (this.#is('IDENT') || this.#isKeyword()) {
      const key = literal(this.#advance().text);
      return { at, key, value: this.#accept("':'") ? this.#objectValue() : this.#index(identity, key) };
    }
    if (this.#is('QQSTRING_START', 'FORMAT')) {
      const key = this.#string();
      return { at, key, value: this.#accept("':'") ? this.#objectValue() : this.#index(identity, key) };
    }
    if (this.#accept("'('")) {
      const key = this.#pipe();
      this.#require("')'");
      this.#take("':'");
      return { at, key, value: this.#objectValue() };
    }
    const error = this.#unexpected();
    if (this.#startsExpression())
      error.and(this.#problem('May need parentheses around object key expression', at));
    throw error;
  }

  /** Terms with `|` between, and a sign: no other operator is allowed in an object without parentheses. */
  #objectValue(): Node {
    const left: Node = this.#accept("'-'") ? { type: 'negate', body: this.#objectValue() } : this.#term();
    return this.#accept("'|'") ? { type: 'pipe', left, right: this.#objectValue() } : left;
  }

  // Tokens ----------------------------------------------------------------------------------------------
  get #token(): Token {
    return this.#tokens[this.#next]!;
  }

  #is(...types: string[]): boolean {
    return types.includes(this.#token.type);
  }

  #isKeyword(): boolean {
    return /^(as|import|include|module|def|if|then|else|elif|and|or|end|reduce|foreach|try|catch|label|__loc__)$/.test(
      this.#token.type,
    );
  }

  #startsExpression(): boolean {
    return this.#is(...TERM_STARTS, "'-'", 'if', 'try', 'reduce', 'foreach', 'label', 'def');
  }

  #advance(): Token {
    return this.#tokens[this.#next++]!;
  }

  #accept(type: string): boolean {
    if (!this.#is(type)) return false;
    this.#next++;
    return true;
  }

  /** Takes a token where no other is possible: the message names it. */
  #take(type: string): Token {
    if (!this.#is(type)) throw this.#unexpected(type);
    return this.#advance();
  }

  /** Takes a token where an expression could go on as well: jq then names none. */
  #require(type: string): void {
    if (!this.#accept(type)) throw this.#unexpected();
  }

  // Errors ----------------------------------------------------------------------------------------------
  #unexpected(expecting?: string): CompileErrors {
    const { type, at } = this.#token;
    const what = `syntax error, unexpected ${type}${expecting === undefined ? '' : `, expecting ${expecting}`}`;
    return this.#error(`${what} (Unix shell quoting issues?)`, at);
  }

  #error(message: string, at: number): CompileErrors {
    return new CompileErrors(this.#text, [this.#problem(message, at)]);
  }

  #problem(message: string, at: number): CompileError {
    return { message, at };
  }

  /** Adds a second message to a syntax error in a statement that was begun. */
  #recovering(at: number, message: string, read: () => Node): Node {
    try {
      return read();
    } catch (error) {
      if (error instanceof CompileErrors) error.and(this.#problem(message, at));
      throw error;
    }
  }

  #lineOf(at: number): number {
    return this.#text.slice(0, at).split('\n').length;
  }
}

const isZero = (node: Node): boolean => node.type === 'literal' && node.value === 0;
