import { isErrno } from '../../base/errno.ts';
import { R_OK, W_OK, X_OK } from '../../kernel/fcntl.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import {
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  S_ISGID,
  S_ISUID,
  S_ISVTX,
  type Stat,
} from '../../vfs/inode.ts';

/** The conditions of test(1), `[` and `[[`. */

/** What a shell adds: variables and options. */
export interface TestContext {
  sys: Syscalls;
  isSet?: (name: string) => boolean;
  optionOn?: (name: string) => boolean;
  /** dash has no unary `-a`, and takes what is missing for false. */
  dash?: boolean;
  /** How texts are compared, where not literally. */
  matches?: ((text: string, pattern: string) => boolean) | undefined;
  /** `=~`, where it is known. */
  regex?: ((text: string, source: string) => boolean) | undefined;
}

export type TestFault =
  | { kind: 'integer'; text: string }
  | { kind: 'unary'; text: string }
  | { kind: 'binary'; text: string }
  | { kind: 'argument'; text: string }
  | { kind: 'closing' }
  | { kind: 'extra'; text: string };

/** A misuse of test; the shells word it differently. */
export class TestError extends Error {
  readonly fault: TestFault;

  constructor(fault: TestFault) {
    super(fault.kind);
    this.fault = fault;
  }
}

const FILE_TYPES: Readonly<Record<string, number>> = {
  f: S_IFREG,
  d: S_IFDIR,
  b: S_IFBLK,
  c: S_IFCHR,
  p: S_IFIFO,
  S: S_IFSOCK,
};
export const UNARY = new Set([...'abcdefghknoprstuvwxzGLNORS'].map((letter) => `-${letter}`));
export const BINARY = new Set([
  '=',
  '==',
  '!=',
  '<',
  '>',
  '-eq',
  '-ne',
  '-lt',
  '-le',
  '-gt',
  '-ge',
  '-nt',
  '-ot',
  '-ef',
  '=~',
]);

/** A unary primary, `-f` and the like. */
export async function testUnary(context: TestContext, operator: string, operand: string): Promise<boolean> {
  const { sys } = context;
  switch (operator) {
    case '-n':
      return operand !== '';
    case '-z':
      return operand === '';
    case '-v':
      return context.isSet?.(operand) ?? false;
    case '-o':
      return context.optionOn?.(operand) ?? false;
    case '-t':
      return sys.isatty(Number(toInteger(operand))).catch(() => false);
    case '-r':
    case '-w':
    case '-x':
      try {
        await sys.access(operand, operator === '-r' ? R_OK : operator === '-w' ? W_OK : X_OK);
        return true;
      } catch (error) {
        if (isErrno(error)) return false;
        throw error;
      }
  }
  const found = await statOf(sys, operand, operator === '-h' || operator === '-L');
  if (found === undefined) return false;
  const type = found.mode & S_IFMT;
  switch (operator) {
    case '-e':
    case '-a':
      return true;
    case '-s':
      return found.size > 0;
    case '-h':
    case '-L':
      return type === S_IFLNK;
    case '-u':
      return (found.mode & S_ISUID) !== 0;
    case '-g':
      return (found.mode & S_ISGID) !== 0;
    case '-k':
      return (found.mode & S_ISVTX) !== 0;
    case '-O':
      return found.uid === sys.geteuid();
    case '-G':
      return found.gid === sys.getegid();
    case '-N':
      return found.mtime > found.atime;
    default:
      return type === FILE_TYPES[operator[1]!];
  }
}

/** A binary primary on two texts (`=` compares literally; patterns are the caller's affair). */
export async function testBinary(
  context: TestContext,
  left: string,
  operator: string,
  right: string,
): Promise<boolean> {
  switch (operator) {
    case '=':
    case '==':
      return context.matches?.(left, right) ?? left === right;
    case '!=':
      return !(context.matches?.(left, right) ?? left === right);
    case '=~':
      if (context.regex) return context.regex(left, right);
      break;
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '-nt':
    case '-ot':
    case '-ef': {
      const [a, b] = [await statOf(context.sys, left, false), await statOf(context.sys, right, false)];
      if (operator === '-ef') return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
      if (operator === '-nt') return a !== undefined && (b === undefined || a.mtime > b.mtime);
      return b !== undefined && (a === undefined || a.mtime < b.mtime);
    }
  }
  const [a, b] = [toInteger(left), toInteger(right)];
  return compareIntegers(a, operator, b);
}

export function compareIntegers(a: bigint, operator: string, b: bigint): boolean {
  switch (operator) {
    case '-eq':
      return a === b;
    case '-ne':
      return a !== b;
    case '-lt':
      return a < b;
    case '-le':
      return a <= b;
    case '-gt':
      return a > b;
    default:
      return a >= b;
  }
}

function toInteger(text: string): bigint {
  if (!/^\s*[-+]?\d+\s*$/.test(text)) throw new TestError({ kind: 'integer', text });
  return BigInt(text.trim().replace(/^\+/, ''));
}

async function statOf(sys: Syscalls, path: string, link: boolean): Promise<Stat | undefined> {
  if (path === '') return undefined;
  try {
    return await (link ? sys.lstat(path) : sys.stat(path));
  } catch (error) {
    if (isErrno(error)) return undefined;
    throw error;
  }
}

/** Evaluates the arguments of test(1). Throws `TestError`. */
export function evaluateTest(context: TestContext, args: readonly string[]): Promise<boolean> {
  return new TestParser(context, args).run();
}

class TestParser {
  readonly #context: TestContext;
  readonly #args: readonly string[];
  #at = 0;

  constructor(context: TestContext, args: readonly string[]) {
    this.#context = context;
    this.#args = args;
  }

  /** POSIX decides by the number of arguments up to four; beyond that a grammar. */
  async run(): Promise<boolean> {
    return this.#counted(this.#args);
  }

  async #counted(args: readonly string[]): Promise<boolean> {
    const [a, b, c, d] = args as [string, string, string, string];
    switch (args.length) {
      case 0:
        return false;
      case 1:
        return a !== '';
      case 2:
        if (a === '!') return b === '';
        if (UNARY.has(a)) return testUnary(this.#context, a, b);
        throw new TestError(BINARY.has(b) ? { kind: 'argument', text: b } : { kind: 'unary', text: a });
      case 3:
        if (BINARY.has(b)) return testBinary(this.#context, a, b, c);
        if (b === '-a') return a !== '' && c !== '';
        if (b === '-o') return a !== '' || c !== '';
        if (a === '!') return !(await this.#counted([b, c]));
        if (a === '(' && c === ')') return b !== '';
        throw new TestError({ kind: 'binary', text: b });
      case 4:
        if (a === '!') return !(await this.#counted([b, c, d]));
        if (a === '(' && d === ')') return this.#counted([b, c]);
    }
    const result = await this.#or(true);
    if (this.#at < this.#args.length) throw new TestError({ kind: 'extra', text: this.#args[this.#at]! });
    return result;
  }

  async #or(live: boolean): Promise<boolean> {
    let value = await this.#and(live);
    while (this.#args[this.#at] === '-o') {
      this.#at++;
      const right = await this.#and(live && !value);
      value = value || right;
    }
    return value;
  }

  async #and(live: boolean): Promise<boolean> {
    let value = await this.#not(live);
    while (this.#args[this.#at] === '-a') {
      this.#at++;
      const right = await this.#not(live && value);
      value = value && right;
    }
    return value;
  }

  async #not(live: boolean): Promise<boolean> {
    if (this.#args[this.#at] === '!' && this.#at + 1 < this.#args.length) {
      this.#at++;
      return !(await this.#not(live));
    }
    return this.#primary(live);
  }

  async #primary(live: boolean): Promise<boolean> {
    const arg = this.#args[this.#at++];
    if (arg === undefined) {
      if (this.#context.dash) return false;
      throw new TestError({ kind: 'argument', text: this.#args.at(-1) ?? '' });
    }
    const next = this.#args[this.#at];
    if (next !== undefined && BINARY.has(next) && this.#at + 1 < this.#args.length) {
      const right = this.#args[this.#at + 1]!;
      this.#at += 2;
      return live && (await testBinary(this.#context, arg, next, right));
    }
    if (arg === '(') {
      const value = await this.#or(live);
      if (this.#args[this.#at++] !== ')') throw new TestError({ kind: 'closing' });
      return value;
    }
    if (UNARY.has(arg) && next !== undefined && !(this.#context.dash && arg === '-a')) {
      this.#at++;
      return live && (await testUnary(this.#context, arg, next));
    }
    return arg !== '';
  }
}
