import { expandToText } from './expand.ts';
import { quoteForReuse } from './quote.ts';
import type { Shell } from './shell.ts';
import { prepareTemplate } from './word.ts';

/** `set -x`: commands are shown before they run. */

export function traceQuote(shell: Shell, text: string): string {
  return shell.dialect.name === 'dash' ? text : quoteForReuse(text);
}

export async function trace(
  shell: Shell,
  assignments: readonly string[],
  words: readonly string[],
): Promise<void> {
  const command = words.map((word) => traceQuote(shell, word)).join(' ');
  if (shell.dialect.bashSyntax && words.length > 0) {
    for (const assignment of assignments) await traceText(shell, assignment);
    await traceText(shell, command);
  } else await traceText(shell, [...assignments, ...(words.length > 0 ? [command] : [])].join(' '));
}

/** Prints a line of `set -x`: PS4, its first character once more for each level of substitution (bash). */
export async function traceText(shell: Shell, text: string): Promise<void> {
  shell.options.delete('xtrace');
  const prefix = await expandToText(shell, prepareTemplate(shell.variables.get('PS4') ?? '+ '));
  shell.options.add('xtrace');
  const depth = shell.dialect.bashSyntax ? shell.substitutionDepth + shell.sourceDepth : 0;
  await shell.error(`${prefix.slice(0, 1).repeat(depth)}${prefix}${text}\n`);
}
