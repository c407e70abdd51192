import { arithmeticErrorWords } from './arithmetic-error.ts';
import { ArithmeticError } from './arithmetic-parser.ts';
import { expandToText } from './expand.ts';
import { arithmetic, UnsetParameter } from './parameters.ts';
import type { Shell } from './shell.ts';
import { template } from './source-text.ts';
import type { CompoundCommand } from './syntax/tree.ts';
import { runDebugTrap } from './traps.ts';
import { unsetError } from './unset.ts';
import { ReadonlyVariable } from './variables.ts';
import { traceText } from './xtrace.ts';

/** bash's `(( ))`: the status says whether the value is other than zero. */
export async function arithmeticCommand(
  shell: Shell,
  node: CompoundCommand & { type: 'arithmetic' },
): Promise<number> {
  shell.line = node.line;
  await runDebugTrap(shell, node);
  const value = await arithmeticValue(shell, node.expression);
  return value === undefined || value === 0n ? 1 : 0;
}

/** The value of an expression of `(( ))`. A fault in it is told, and is a status, not the end of the line: undefined. */
export async function arithmeticValue(shell: Shell, text: string): Promise<bigint | undefined> {
  const expression = await expandToText(shell, template(shell, text.replace(/"/g, '')));
  if (shell.option('xtrace')) await traceText(shell, `(( ${expression.trim()} ))`);
  return evaluateFor(shell, expression, '((');
}

/** Evaluates for a command that is named in the message of a fault: `((`, `[[`, `let`. */
export async function evaluateFor(
  shell: Shell,
  expression: string,
  command: string,
): Promise<bigint | undefined> {
  try {
    return arithmetic(shell, expression);
  } catch (error) {
    if (error instanceof UnsetParameter) return unsetError(shell, error.parameter);
    if (error instanceof ReadonlyVariable) {
      await shell.warn(shell.dialect.readonly(error.variable));
      return undefined;
    }
    if (!(error instanceof ArithmeticError)) throw error;
    await shell.warn(arithmeticErrorWords(shell, error), command);
    return undefined;
  }
}
