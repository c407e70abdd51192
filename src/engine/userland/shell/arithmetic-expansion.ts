import { arithmeticErrorWords } from './arithmetic-error.ts';
import { ArithmeticError } from './arithmetic-parser.ts';
import { arithmetic, BadSubscript, explained, UnsetParameter } from './parameters.ts';
import type { Shell } from './shell.ts';
import { unsetError } from './unset.ts';
import { ReadonlyVariable } from './variables.ts';

/** Arithmetic expansion (POSIX XCU 2.6.4): the value of an expression, with faults in the dialect's words. */
export async function evaluateExpression(shell: Shell, text: string): Promise<bigint> {
  try {
    return arithmetic(shell, text);
  } catch (error) {
    if (error instanceof UnsetParameter) return unsetError(shell, error.parameter);
    if (error instanceof ReadonlyVariable) return shell.abandon(shell.dialect.readonly(error.variable));
    if (error instanceof ArithmeticError) return shell.abandon(arithmeticErrorWords(shell, error));
    if (error instanceof BadSubscript) throw await explained(shell, error);
    throw error;
  }
}
