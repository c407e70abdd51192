import { compileRegex, RegexError } from '../lib/regex.ts';
import { Misuse, quote, type Utility } from '../utility.ts';

class ExprError extends Error {
  readonly status: number;

  constructor(message: string, status = 2) {
    super(message);
    this.status = status;
  }
}

/** expr(1): each argument is a token. */
export const expr: Utility = {
  name: 'expr',
  usage: 'EXPRESSION',
  summary: 'Print the value of EXPRESSION to standard output.',
  misuse: 2,
  async run(io, { operands }, flavour) {
    const tokens = operands[0] === '--' ? operands.slice(1) : operands;
    const gnu = flavour === 'gnu';
    if (tokens.length === 0) {
      if (gnu) throw new Misuse('missing operand');
      return io.fail('too few arguments', 2);
    }
    try {
      const value = new Expression(tokens, (text) => quote(io, text), gnu).value();
      io.stdout.write(`${value}\n`);
      return isNull(value) ? 1 : 0;
    } catch (error) {
      if (!(error instanceof ExprError)) throw error;
      return io.fail(error.message, error.status);
    }
  },
};

const isNull = (text: string): boolean => text === '' || /^-?0+$/.test(text);

class Expression {
  readonly #tokens: readonly string[];
  readonly #quote: (text: string) => string;
  readonly #gnu: boolean;
  #at = 0;

  constructor(tokens: readonly string[], quoted: (text: string) => string, gnu: boolean) {
    this.#tokens = tokens;
    this.#quote = quoted;
    this.#gnu = gnu;
  }

  value(): string {
    const value = this.#or();
    const rest = this.#tokens[this.#at];
    if (rest !== undefined) throw this.#syntax(`unexpected argument ${this.#quote(rest)}`);
    return value;
  }

  #syntax(detail: string): ExprError {
    return new ExprError(this.#gnu ? `syntax error: ${detail}` : 'syntax error');
  }

  #take(...operators: string[]): string | undefined {
    const token = this.#tokens[this.#at];
    if (token === undefined || !operators.includes(token)) return undefined;
    this.#at++;
    return token;
  }

  #or(): string {
    let left = this.#and();
    while (this.#take('|')) {
      const right = this.#and();
      if (isNull(left)) left = isNull(right) ? '0' : right;
    }
    return left;
  }

  #and(): string {
    let left = this.#comparison();
    while (this.#take('&')) {
      const right = this.#comparison();
      if (isNull(left) || isNull(right)) left = '0';
    }
    return left;
  }

  #comparison(): string {
    let left = this.#sum();
    for (;;) {
      const operator = this.#take('<', '<=', '=', '==', '!=', '>=', '>');
      if (!operator) return left;
      const right = this.#sum();
      const numbers = /^-?\d+$/.test(left) && /^-?\d+$/.test(right);
      const [a, b] = numbers ? [BigInt(left), BigInt(right)] : [left, right];
      const truth = {
        '<': a < b,
        '<=': a <= b,
        '=': a === b,
        '==': a === b,
        '!=': a !== b,
        '>=': a >= b,
        '>': a > b,
      }[operator];
      left = truth ? '1' : '0';
    }
  }

  #integer(text: string): bigint {
    if (!/^-?\d+$/.test(text)) throw new ExprError('non-integer argument');
    return BigInt(text);
  }

  #sum(): string {
    let left = this.#product();
    for (;;) {
      const operator = this.#take('+', '-');
      if (!operator) return left;
      const right = this.#integer(this.#product());
      const value = this.#integer(left);
      left = String(operator === '+' ? value + right : value - right);
    }
  }

  #product(): string {
    let left = this.#match();
    for (;;) {
      const operator = this.#take('*', '/', '%');
      if (!operator) return left;
      const right = this.#integer(this.#match());
      const value = this.#integer(left);
      if (operator !== '*' && right === 0n) throw new ExprError('division by zero');
      left = String(operator === '*' ? value * right : operator === '/' ? value / right : value % right);
    }
  }

  #match(): string {
    let left = this.#keyword();
    while (this.#take(':')) left = matched(left, this.#keyword());
    return left;
  }

  #keyword(): string {
    const args = (count: number) => Array.from({ length: count }, () => this.#keyword());
    const next = this.#tokens[this.#at];
    if (next !== undefined && this.#at + 1 < this.#tokens.length) {
      if (this.#take('match')) {
        const [text, pattern] = args(2);
        return matched(text!, pattern!);
      }
      if (this.#take('substr')) {
        const [text, position, length] = args(3);
        const [from, count] = [Number(position), Number(length)];
        return from >= 1 && count >= 1 ? [...text!].slice(from - 1, from - 1 + count).join('') : '';
      }
      if (this.#take('index')) {
        const [text, chars] = args(2);
        return String([...text!].findIndex((char) => chars!.includes(char)) + 1);
      }
      if (this.#take('length')) return String([...args(1)[0]!].length);
      if (this.#take('+')) return this.#tokens[this.#at++]!;
    }
    return this.#atom();
  }

  #atom(): string {
    if (this.#take('(')) {
      const value = this.#or();
      if (!this.#take(')'))
        throw this.#syntax(`expecting ')' after ${this.#quote(this.#tokens[this.#at - 1]!)}`);
      return value;
    }
    const token = this.#tokens[this.#at++];
    if (token === undefined)
      throw this.#syntax(`missing argument after ${this.#quote(this.#tokens.at(-1)!)}`);
    if (token === ')') throw this.#syntax(`unexpected ${this.#quote(')')}`);
    return token;
  }
}

/** `STRING : REGEX`, anchored: the first group, or how many characters matched. */
function matched(text: string, pattern: string): string {
  let regex: RegExp;
  try {
    regex = compileRegex(`^${pattern.replace(/^\^/, '')}`);
  } catch (error) {
    if (error instanceof RegexError) throw new ExprError(error.message);
    throw error;
  }
  const match = regex.exec(text);
  const groups = new RegExp(`${regex.source}|`, 'su').exec('')!.length > 1;
  if (!match) return groups ? '' : '0';
  return groups ? (match[1] ?? '') : String([...match[0]].length);
}
