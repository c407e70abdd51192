import { evaluateExpression } from './arithmetic-expansion.ts';
import { expandToText } from './expand.ts';
import { Abandon, type Shell } from './shell.ts';
import { prepareTemplate } from './word.ts';

/** What stands within bash's `(( ))`: the value of an expression. */
export async function arithmeticValue(shell: Shell, text: string): Promise<bigint> {
  const expression = await expandToText(shell, prepareTemplate(text.replace(/"/g, '')));
  try {
    return await evaluateExpression(shell, expression);
  } catch (error) {
    // A fault in (( )) is a status, not the end of the line.
    if (error instanceof Abandon && !error.fatal) return 0n;
    throw error;
  }
}
