import type { ArithmeticError } from './arithmetic.ts';
import type { Shell } from './shell.ts';

/** A fault in an arithmetic expression, in the words of the dialect. */
export function arithmeticErrorWords(shell: Shell, error: ArithmeticError): string {
  const { fault, expression } = error;
  if (shell.dialect.name === 'dash') {
    if (fault === 'number') return `Illegal number: ${error.rest}`;
    const words = {
      division: 'division by zero',
      operand: 'expecting primary',
      syntax: 'expecting EOF',
      assignment: 'expecting EOF',
    };
    return `arithmetic expression: ${words[fault]}: "${expression}"`;
  }
  if (shell.dialect.name === 'ash')
    return fault === 'division' ? 'divide by zero' : 'arithmetic syntax error';
  const text = expression.trimStart();
  const token = error.rest === '' ? lastToken(text) : error.rest;
  if (fault === 'division') return `${text}: division by 0 (error token is "${error.rest}")`;
  if (fault === 'assignment')
    return `${text}: attempted assignment to non-variable (error token is "${token}")`;
  if (fault === 'number') return `${text}: value too great for base (error token is "${token}")`;
  if (fault === 'operand') return `${text}: syntax error: operand expected (error token is "${token}")`;
  return `${text}: syntax error in expression (error token is "${token}")`;
}

const lastToken = (text: string): string => /([-+*/%&|<>=!~^?:,]+|\S)\s*$/.exec(text)?.[0] ?? '';
