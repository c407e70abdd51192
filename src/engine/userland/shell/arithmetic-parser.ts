/**
 * The grammar of shell arithmetic (POSIX XCU 2.6.4 and bash's additions): 64-bit signed integers, C's operators. The text has had its
 * expansions done already.
 */
export type ArithmeticDialect = 'bash' | 'dash' | 'ash';

export type ArithmeticFault =
  | 'operand'
  | 'operator'
  | 'trailing'
  | 'assignment'
  | 'colon'
  | 'expression'
  | 'parenthesis'
  | 'subscript'
  | 'base'
  | 'constant'
  | 'digit'
  | 'division'
  | 'exponent'
  | 'recursion'
  /** A variable's value is no number. */
  | 'value';

/** A fault in an expression: which, the text, and where in it the token at fault begins. */
export class ArithmeticError extends Error {
  readonly fault: ArithmeticFault;
  readonly rest: string;
  readonly expression: string;

  constructor(fault: ArithmeticFault, expression: string, rest: string) {
    super(fault);
    this.fault = fault;
    this.expression = expression;
    this.rest = rest;
  }
}

export interface NameNode {
  kind: 'name';
  name: string;
  index: string | undefined;
}

export type Node =
  | { kind: 'number'; value: bigint }
  | NameNode
  | { kind: 'unary'; operator: string; operand: Node }
  | { kind: 'step'; by: bigint; prefix: boolean; target: NameNode }
  /** `rest` is what is said to be at fault in a division by zero or a negative exponent. */
  | { kind: 'binary'; operator: string; left: Node; right: Node; rest: string }
  | { kind: 'choice'; test: Node; yes: Node; no: Node }
  | { kind: 'assign'; operator: string; target: NameNode; value: Node; rest: string };

const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<=', '>=', '<', '>'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];
const ASSIGNMENTS = ['=', '+=', '-=', '*=', '/=', '%=', '<<=', '>>=', '&=', '^=', '|='];

const NUMBERS: Readonly<Record<ArithmeticDialect, RegExp>> = {
  bash: /\d[0-9A-Za-z_@#]*/y,
  ash: /\d[0-9A-Za-z_@#]*/y,
  // strtoimax(3) takes what it can.
  dash: /0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*/y,
};
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const OPERATORS: Readonly<Record<ArithmeticDialect, RegExp>> = {
  bash: /<<=|>>=|\*\*|\+\+|--|&&|\|\||<<|>>|[-+*/%&^|<>=!]=|[-+*/%&^|<>=!~?:,()]/y,
  ash: /<<=|>>=|\*\*|\+\+|--|&&|\|\||<<|>>|[-+*/%&^|<>=!]=|[-+*/%&^|<>=!~?:,()]/y,
  dash: /<<=|>>=|&&|\|\||<<|>>|[-+*/%&^|<>=!]=|[-+*/%&^|<>=!~?:()]/y,
};

type Token =
  | { kind: 'number'; text: string }
  | { kind: 'name'; text: string; index: string | undefined }
  | { kind: 'operator'; text: string }
  | { kind: 'end' };

export class ArithmeticParser {
  readonly #text: string;
  readonly #dialect: ArithmeticDialect;
  #at = 0;
  #token: Token = { kind: 'end' };
  /** Where the last token that was not the end begins. */
  #start = 0;

  constructor(text: string, dialect: ArithmeticDialect) {
    this.#text = text;
    this.#dialect = dialect;
  }

  /** An empty text is 0, except in dash. */
  parse(): Node {
    this.#next();
    if (this.#token.kind === 'end' && this.#dialect !== 'dash') return { kind: 'number', value: 0n };
    const node = this.#dialect === 'dash' ? this.#assignment() : this.#comma();
    if (this.#token.kind !== 'end') throw this.#fault(this.#is(':') ? 'colon' : 'trailing', 'trailing');
    return node;
  }

  #next(): void {
    const before = this.#token;
    const text = this.#text;
    while (/\s/.test(text[this.#at] ?? '')) this.#at++;
    if (this.#at >= text.length) {
      this.#token = { kind: 'end' };
      return;
    }
    this.#start = this.#at;
    const number = this.#match(NUMBERS[this.#dialect]);
    if (number !== undefined) {
      this.#token = { kind: 'number', text: number };
      return;
    }
    const name = this.#match(NAME);
    if (name !== undefined) {
      this.#token = { kind: 'name', text: name, index: this.#subscript() };
      return;
    }
    let operator = this.#match(OPERATORS[this.#dialect]);
    // `++` is one only beside a variable.
    if ((operator === '++' || operator === '--') && before.kind !== 'name' && !this.#nameFollows()) {
      operator = operator[0]!;
      this.#at--;
    }
    if (operator === undefined) {
      const operand = before.kind === 'number' || before.kind === 'name';
      throw this.#fault(operand ? 'operator' : 'operand');
    }
    this.#token = { kind: 'operator', text: operator };
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #nameFollows(): boolean {
    return /^\s*[A-Za-z_]/.test(this.#text.slice(this.#at));
  }

  #subscript(): string | undefined {
    if (this.#dialect !== 'bash' || this.#text[this.#at] !== '[') return undefined;
    let depth = 0;
    for (let end = this.#at; end < this.#text.length; end++) {
      if (this.#text[end] === '[') depth++;
      else if (this.#text[end] === ']' && --depth === 0) {
        const index = this.#text.slice(this.#at + 1, end);
        this.#at = end + 1;
        return index;
      }
    }
    throw this.#fault('subscript');
  }

  #fault(fault: ArithmeticFault, bash = fault): ArithmeticError {
    const kind = this.#dialect === 'bash' ? bash : fault;
    return new ArithmeticError(kind, this.#text, this.#text.slice(this.#start));
  }

  /** A number's fault cuts the expression off behind it. */
  #numberFault(fault: ArithmeticFault): ArithmeticError {
    const end = this.#text.slice(0, this.#at);
    return new ArithmeticError(fault, end, end.slice(this.#start));
  }

  #is(operator: string): boolean {
    return this.#token.kind === 'operator' && this.#token.text === operator;
  }

  #take(operator: string): boolean {
    if (!this.#is(operator)) return false;
    this.#next();
    return true;
  }

  #comma(): Node {
    let node = this.#assignment();
    while (this.#take(','))
      node = { kind: 'binary', operator: ',', left: node, right: this.#assignment(), rest: '' };
    return node;
  }

  #assignment(): Node {
    const left = this.#choice();
    if (this.#token.kind !== 'operator' || !ASSIGNMENTS.includes(this.#token.text)) return left;
    if (left.kind !== 'name') throw this.#fault('assignment');
    const operator = this.#token.text.slice(0, -1);
    this.#next();
    const rest = this.#text.slice(this.#start);
    return { kind: 'assign', operator, target: left, value: this.#assignment(), rest };
  }

  #choice(): Node {
    const test = this.#binary(0);
    if (!this.#take('?')) return test;
    if (this.#dialect === 'bash' && (this.#is(':') || this.#token.kind === 'end'))
      throw this.#fault('expression');
    const yes = this.#dialect === 'ash' ? this.#binary(0) : this.#comma();
    if (!this.#is(':')) throw this.#fault('colon');
    this.#next();
    const no = this.#dialect === 'ash' ? this.#binary(0) : this.#assignmentFree();
    return { kind: 'choice', test, yes, no };
  }

  /** The last part of a choice takes no assignment in bash; dash takes one. */
  #assignmentFree(): Node {
    return this.#dialect === 'dash' ? this.#assignment() : this.#choice();
  }

  #binary(level: number): Node {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#power();
    let left = this.#binary(level + 1);
    while (this.#token.kind === 'operator' && operators.includes(this.#token.text)) {
      const operator = this.#token.text;
      this.#next();
      const rest = this.#text.slice(this.#start);
      left = { kind: 'binary', operator, left, right: this.#binary(level + 1), rest };
    }
    return left;
  }

  #power(): Node {
    const left = this.#unary();
    if (!this.#take('**')) return left;
    const right = this.#power();
    return { kind: 'binary', operator: '**', left, right, rest: this.#text.slice(this.#start) };
  }

  #unary(): Node {
    const token = this.#token;
    if (token.kind !== 'operator') return this.#postfix();
    const operator = token.text;
    if (operator === '++' || operator === '--') {
      this.#next();
      const target = this.#postfix();
      if (target.kind !== 'name') throw this.#fault('operand');
      return { kind: 'step', by: operator === '++' ? 1n : -1n, prefix: true, target };
    }
    if ('!~+-'.includes(operator)) {
      this.#next();
      return { kind: 'unary', operator, operand: this.#unary() };
    }
    return this.#postfix();
  }

  #postfix(): Node {
    const token = this.#token;
    if (this.#take('(')) {
      const node = this.#dialect === 'dash' ? this.#assignment() : this.#comma();
      if (!this.#is(')')) throw this.#fault('parenthesis');
      this.#next();
      // What stands in parentheses is no variable to assign to.
      return node.kind === 'name' ? { kind: 'unary', operator: '+', operand: node } : node;
    }
    if (token.kind === 'number') {
      const value = parseInteger(token.text, this.#dialect);
      if (typeof value === 'string') throw this.#numberFault(value);
      this.#next();
      return { kind: 'number', value };
    }
    if (token.kind !== 'name') throw this.#fault('operand');
    this.#next();
    const node: NameNode = { kind: 'name', name: token.text, index: token.index };
    if (this.#dialect === 'dash' || !(this.#is('++') || this.#is('--'))) return node;
    const by = this.#is('++') ? 1n : -1n;
    this.#next();
    return { kind: 'step', by, prefix: false, target: node };
  }
}

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_';
const MOST = 2n ** 63n - 1n;

/** An integer constant: decimal, octal with 0, hexadecimal with 0x, BASE#DIGITS; else what is wrong with it. */
export function parseInteger(text: string, dialect: ArithmeticDialect): bigint | ArithmeticFault {
  let value: bigint;
  const based = /^(\d+)#(.*)$/.exec(text);
  if (based && dialect !== 'dash') {
    const base = Number(based[1]);
    if (base < 2 || base > 64) return 'base';
    if (based[2] === '') return dialect === 'bash' ? 'constant' : 0n;
    value = 0n;
    for (const char of based[2]!) {
      const digit = DIGITS.indexOf(base <= 36 ? char.toLowerCase() : char);
      if (digit === -1 || digit >= base) return 'digit';
      value = value * BigInt(base) + BigInt(digit);
    }
  } else if (/^0[xX][0-9a-fA-F]+$/.test(text)) value = BigInt(text);
  else if (/^0[xX]$/.test(text) && dialect === 'bash') value = 0n;
  else if (/^0[0-7]*$/.test(text)) value = BigInt(`0o${text}`);
  else if (/^[1-9]\d*$/.test(text)) value = BigInt(text);
  else return 'digit';
  if (dialect === 'dash') return value > MOST ? MOST : value;
  if (dialect === 'ash' && value >= 2n ** 64n) return 0n;
  return BigInt.asIntN(64, value);
}
