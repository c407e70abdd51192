/**
 * Shell arithmetic (POSIX XCU 2.6.4 and bash's additions): 64-bit signed integers, C's operators. The text has had its
 * expansions done already.
 */
export interface ArithmeticScope {
  get(name: string, index: string | undefined): string | undefined;
  set(name: string, index: string | undefined, value: string): void;
  /** A variable's value that is no number: evaluated again as bash does, or an error as in dash. */
  readonly recursive: boolean;
}

export type ArithmeticFault = 'operand' | 'division' | 'syntax' | 'number' | 'assignment';

/** A fault in an expression: which, where in the text it begins, and the text. */
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

type Node =
  | { kind: 'number'; value: bigint }
  | { kind: 'name'; name: string; index: string | undefined }
  | { kind: 'unary'; operator: string; operand: Node }
  | { kind: 'step'; by: bigint; prefix: boolean; target: Node & { kind: 'name' } }
  | { kind: 'binary'; operator: string; left: Node; right: Node; rest: string }
  | { kind: 'choice'; test: Node; yes: Node; no: Node }
  | { kind: 'assign'; operator: string; target: Node & { kind: 'name' }; value: Node; rest: string };

const cache = new Map<string, Node>();

/** The value of an expression; an empty one is 0. Throws `ArithmeticError`. */
export function evaluateArithmetic(text: string, scope: ArithmeticScope, depth = 0): bigint {
  if (/^\s*-?[1-9]\d{0,17}\s*$/.test(text)) return BigInt(text);
  let node = cache.get(text);
  if (node === undefined) {
    node = new Parser(text).parse();
    if (cache.size > 500) cache.clear();
    cache.set(text, node);
  }
  return new Evaluation(text, scope, depth).value(node);
}

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
const TOKEN =
  /\s*(?:(0[xX][0-9a-fA-F]*|\d+#[0-9A-Za-z@_]+|\d[0-9A-Za-z_]*)|([A-Za-z_][A-Za-z0-9_]*)|(<<=|>>=|\*\*|\+\+|--|&&|\|\||<<|>>|[-+*/%&^|<>=!]=|[-+*/%&^|<>=!~?:,()[\]]))/y;

class Parser {
  readonly #text: string;
  #at = 0;
  #start = 0;
  #number: string | undefined;
  #name: string | undefined;
  #operator: string | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#next();
  }

  parse(): Node {
    if (this.#ended()) return { kind: 'number', value: 0n };
    const node = this.#comma();
    if (!this.#ended()) throw this.#fault('syntax');
    return node;
  }

  #ended(): boolean {
    return this.#number === undefined && this.#name === undefined && this.#operator === undefined;
  }

  #next(): void {
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.#text);
    if (match === null) {
      const rest = this.#text.slice(this.#at);
      this.#start = this.#at + (rest.length - rest.trimStart().length);
      if (rest.trim() !== '') throw this.#fault('operand');
      this.#number = this.#name = this.#operator = undefined;
      return;
    }
    this.#start = this.#at + match[0].length - match[0].trimStart().length;
    [, this.#number, this.#name, this.#operator] = match;
    this.#at = TOKEN.lastIndex;
  }

  #fault(fault: ArithmeticFault): ArithmeticError {
    return new ArithmeticError(fault, this.#text, this.#text.slice(this.#start));
  }

  #take(operator: string): boolean {
    if (this.#operator !== operator) return false;
    this.#next();
    return true;
  }

  #comma(): Node {
    let node = this.#assignment();
    while (this.#operator === ',') {
      const rest = this.#text.slice(this.#start);
      this.#next();
      node = { kind: 'binary', operator: ',', left: node, right: this.#assignment(), rest };
    }
    return node;
  }

  #assignment(): Node {
    const left = this.#choice();
    const operator = this.#operator;
    if (operator === undefined || !ASSIGNMENTS.includes(operator)) return left;
    if (left.kind !== 'name') throw this.#fault('assignment');
    this.#next();
    const rest = this.#text.slice(this.#start);
    return { kind: 'assign', operator: operator.slice(0, -1), target: left, value: this.#assignment(), rest };
  }

  #choice(): Node {
    const test = this.#binary(0);
    if (!this.#take('?')) return test;
    const yes = this.#comma();
    if (!this.#take(':')) throw this.#fault('syntax');
    return { kind: 'choice', test, yes, no: this.#assignment() };
  }

  #binary(level: number): Node {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#power();
    let left = this.#binary(level + 1);
    while (this.#operator !== undefined && operators.includes(this.#operator)) {
      const operator = this.#operator;
      this.#next();
      const rest = this.#text.slice(this.#start);
      left = { kind: 'binary', operator, left, right: this.#binary(level + 1), rest };
    }
    return left;
  }

  #power(): Node {
    const left = this.#unary();
    if (this.#operator !== '**') return left;
    this.#next();
    const rest = this.#text.slice(this.#start);
    return { kind: 'binary', operator: '**', left, right: this.#power(), rest };
  }

  #unary(): Node {
    const operator = this.#operator;
    if (operator === '++' || operator === '--') {
      this.#next();
      const target = this.#unary();
      if (target.kind === 'name')
        return { kind: 'step', by: operator === '++' ? 1n : -1n, prefix: true, target };
      // `--5` is two minus signs.
      const once: Node = { kind: 'unary', operator: operator[0]!, operand: target };
      return { kind: 'unary', operator: operator[0]!, operand: once };
    }
    if (operator === '!' || operator === '~' || operator === '+' || operator === '-') {
      this.#next();
      return { kind: 'unary', operator, operand: this.#unary() };
    }
    return this.#postfix();
  }

  #postfix(): Node {
    if (this.#take('(')) {
      const node = this.#comma();
      if (!this.#take(')')) throw this.#fault('syntax');
      return node;
    }
    if (this.#number !== undefined) {
      const value = parseInteger(this.#number);
      if (value === undefined) throw this.#fault('number');
      this.#next();
      return { kind: 'number', value };
    }
    if (this.#name === undefined) throw this.#fault('operand');
    const name = this.#name;
    let index: string | undefined;
    if (this.#text[this.#at] === '[') {
      let depth = 0;
      let end = this.#at;
      for (; end < this.#text.length; end++) {
        if (this.#text[end] === '[') depth++;
        else if (this.#text[end] === ']' && --depth === 0) break;
      }
      index = this.#text.slice(this.#at + 1, end);
      this.#at = end + 1;
    }
    this.#next();
    const node: Node = { kind: 'name', name, index };
    if (this.#operator === '++' || this.#operator === '--') {
      const by = this.#operator === '++' ? 1n : -1n;
      this.#next();
      return { kind: 'step', by, prefix: false, target: node };
    }
    return node;
  }
}

/** An integer constant: decimal, octal with 0, hexadecimal with 0x, BASE#DIGITS. */
function parseInteger(text: string): bigint | undefined {
  if (/^0[xX][0-9a-fA-F]+$/.test(text)) return BigInt(text);
  if (/^0[0-7]*$/.test(text)) return BigInt(`0o${text}`);
  if (/^[1-9]\d*$/.test(text)) return BigInt.asIntN(64, BigInt(text));
  const based = /^(\d+)#([0-9A-Za-z@_]+)$/.exec(text);
  if (!based) return undefined;
  const base = Number(based[1]);
  if (base < 2 || base > 64) return undefined;
  const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_';
  let value = 0n;
  for (const char of based[2]!) {
    const digit = digits.indexOf(base <= 36 ? char.toLowerCase() : char);
    if (digit === -1 || digit >= base) return undefined;
    value = value * BigInt(base) + BigInt(digit);
  }
  return value;
}

class Evaluation {
  readonly #text: string;
  readonly #scope: ArithmeticScope;
  readonly #depth: number;

  constructor(text: string, scope: ArithmeticScope, depth: number) {
    this.#text = text;
    this.#scope = scope;
    this.#depth = depth;
  }

  value(node: Node): bigint {
    switch (node.kind) {
      case 'number':
        return node.value;
      case 'name':
        return this.#read(node);
      case 'unary': {
        const operand = this.value(node.operand);
        if (node.operator === '!') return operand === 0n ? 1n : 0n;
        if (node.operator === '~') return ~operand;
        return node.operator === '-' ? BigInt.asIntN(64, -operand) : operand;
      }
      case 'step': {
        const before = this.#read(node.target);
        const after = BigInt.asIntN(64, before + node.by);
        this.#write(node.target, after);
        return node.prefix ? after : before;
      }
      case 'choice':
        return this.value(this.value(node.test) !== 0n ? node.yes : node.no);
      case 'assign': {
        const right = this.value(node.value);
        const result =
          node.operator === ''
            ? right
            : this.#binary(node.operator, this.#read(node.target), right, node.rest);
        this.#write(node.target, result);
        return result;
      }
      case 'binary': {
        const left = this.value(node.left);
        if (node.operator === '&&') return left !== 0n && this.value(node.right) !== 0n ? 1n : 0n;
        if (node.operator === '||') return left !== 0n || this.value(node.right) !== 0n ? 1n : 0n;
        return this.#binary(node.operator, left, this.value(node.right), node.rest);
      }
    }
  }

  #binary(operator: string, left: bigint, right: bigint, rest: string): bigint {
    const truth = (value: boolean) => (value ? 1n : 0n);
    switch (operator) {
      case '+':
        return BigInt.asIntN(64, left + right);
      case '-':
        return BigInt.asIntN(64, left - right);
      case '*':
        return BigInt.asIntN(64, left * right);
      case '/':
      case '%':
        if (right === 0n) throw new ArithmeticError('division', this.#text, rest);
        return BigInt.asIntN(64, operator === '/' ? left / right : left % right);
      case '**':
        if (right < 0n) throw new ArithmeticError('operand', this.#text, rest);
        return BigInt.asIntN(64, left ** right);
      case '<<':
        return BigInt.asIntN(64, left << (right & 63n));
      case '>>':
        return left >> (right & 63n);
      case '<':
        return truth(left < right);
      case '>':
        return truth(left > right);
      case '<=':
        return truth(left <= right);
      case '>=':
        return truth(left >= right);
      case '==':
        return truth(left === right);
      case '!=':
        return truth(left !== right);
      case '&':
        return left & right;
      case '|':
        return left | right;
      case '^':
        return left ^ right;
      default:
        return right; // the comma
    }
  }

  #read(node: Node & { kind: 'name' }): bigint {
    const text = (this.#scope.get(node.name, node.index) ?? '').trim();
    if (text === '') return 0n;
    const sign = text.startsWith('-') ? -1n : 1n;
    const number = parseInteger(text.replace(/^[-+]/, ''));
    if (number !== undefined) return sign * number;
    if (!this.#scope.recursive || this.#depth > 100) throw new ArithmeticError('number', this.#text, text);
    return evaluateArithmetic(text, this.#scope, this.#depth + 1);
  }

  #write(node: Node & { kind: 'name' }, value: bigint): void {
    this.#scope.set(node.name, node.index, String(value));
  }
}
