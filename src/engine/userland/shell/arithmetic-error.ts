import type { ArithmeticError, ArithmeticFault } from './arithmetic-parser.ts';
import type { Shell } from './shell.ts';

const DASH: Readonly<Partial<Record<ArithmeticFault, string>>> = {
  division: 'division by zero',
  operand: 'expecting primary',
  colon: "expecting ':'",
  parenthesis: "expecting ')'",
};
const ASH: Readonly<Partial<Record<ArithmeticFault, string>>> = {
  division: 'divide by zero',
  exponent: 'exponent less than 0',
  colon: 'malformed ?: operator',
  recursion: 'expression recursion loop detected',
};
const BASH: Readonly<Record<ArithmeticFault, string>> = {
  operand: 'syntax error: operand expected',
  operator: 'syntax error: invalid arithmetic operator',
  trailing: 'syntax error in expression',
  assignment: 'attempted assignment to non-variable',
  colon: "`:' expected for conditional expression",
  expression: 'expression expected',
  parenthesis: "missing `)'",
  subscript: 'bad array subscript',
  base: 'invalid arithmetic base',
  constant: 'invalid integer constant',
  digit: 'value too great for base',
  division: 'division by 0',
  exponent: 'exponent less than 0',
  recursion: 'expression recursion level exceeded',
  value: 'value too great for base',
};

/** A fault in an arithmetic expression, in the words of the dialect. */
export function arithmeticErrorWords(shell: Shell, error: ArithmeticError): string {
  const { fault, expression, rest } = error;
  switch (shell.dialect.name) {
    case 'dash':
      if (fault === 'value') return `Illegal number: ${rest}`;
      return `arithmetic expression: ${DASH[fault] ?? 'expecting EOF'}: "${expression}"`;
    case 'ash':
      return ASH[fault] ?? 'arithmetic syntax error';
    default:
      return `${expression.trimStart()}: ${BASH[fault]} (error token is "${rest}")`;
  }
}
