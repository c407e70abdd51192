import {
  type ArithmeticDialect,
  ArithmeticError,
  ArithmeticParser,
  type NameNode,
  type Node,
  parseInteger,
} from './arithmetic-parser.ts';

/** Evaluation of shell arithmetic. */
export interface ArithmeticScope {
  get(name: string, index: string | undefined): string | undefined;
  set(name: string, index: string | undefined, value: string): void;
  readonly dialect: ArithmeticDialect;
}

/** How deep variables may lead to one another. */
const DEEPEST = 1024;

const cache = new Map<string, Node>();

/** The value of an expression; an empty one is 0. Throws `ArithmeticError`. */
export function evaluateArithmetic(text: string, scope: ArithmeticScope, depth = 0): bigint {
  if (/^\s*-?[1-9]\d{0,17}\s*$/.test(text)) return BigInt(text);
  const key = scope.dialect + text;
  let node = cache.get(key);
  if (node === undefined) {
    node = new ArithmeticParser(text, scope.dialect).parse();
    if (cache.size > 500) cache.clear();
    cache.set(key, node);
  }
  return new Evaluation(text, scope, depth).value(node);
}

const truth = (value: boolean): bigint => (value ? 1n : 0n);

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
        if (node.operator === '!') return truth(operand === 0n);
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
        const { operator } = node;
        const result =
          operator === '' ? right : this.#operate(operator, this.#read(node.target), right, node.rest);
        this.#write(node.target, result);
        return result;
      }
      case 'binary': {
        const left = this.value(node.left);
        const { operator } = node;
        if (operator === '&&' || operator === '||') {
          const decided = (left !== 0n) === (operator === '||');
          // BusyBox looks at the other side all the same.
          if (decided && this.#scope.dialect !== 'ash') return truth(left !== 0n);
          const right = this.value(node.right);
          return truth(decided ? left !== 0n : right !== 0n);
        }
        return this.#operate(operator, left, this.value(node.right), node.rest);
      }
    }
  }

  #operate(operator: string, left: bigint, right: bigint, rest: string): bigint {
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
        if (right < 0n) throw new ArithmeticError('exponent', this.#text, rest);
        return power(left, right);
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

  #read(node: NameNode): bigint {
    const { dialect } = this.#scope;
    const text = (this.#scope.get(node.name, node.index) ?? '').trim();
    if (text === '') return 0n;
    const sign = text.startsWith('-') ? -1n : 1n;
    const digits = text.replace(/^[-+]/, '');
    const number = /^\d/.test(digits) ? parseInteger(digits, dialect) : undefined;
    if (typeof number === 'bigint') return sign * number;
    if (dialect === 'dash') throw new ArithmeticError('value', this.#text, text);
    if (this.#depth >= DEEPEST) throw new ArithmeticError('recursion', this.#text, text);
    return evaluateArithmetic(text, this.#scope, this.#depth + 1);
  }

  #write(node: NameNode, value: bigint): void {
    this.#scope.set(node.name, node.index, String(value));
  }
}

/** Exponentiation modulo 2⁶⁴: by squaring, so that a great exponent costs no more memory than a small one. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let factor = base;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = BigInt.asIntN(64, result * factor);
    factor = BigInt.asIntN(64, factor * factor);
  }
  return result;
}
