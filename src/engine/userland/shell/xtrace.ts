import { expandToText } from './expand.ts';
import { quoteForBusybox, quoteForTrace } from './quote.ts';
import type { Shell } from './shell.ts';
import { template } from './source-text.ts';

/** `set -x`: commands are shown before they run. */

export function traceQuote(shell: Shell, text: string): string {
  if (shell.dialect.name === 'dash') return text;
  return shell.dialect.name === 'bash' ? quoteForTrace(text) : quoteForBusybox(text);
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

/** Prints a line of `set -x`: PS4, its first character once more for each text that is run within another (bash). */
export async function traceText(shell: Shell, text: string): Promise<void> {
  const { status } = shell;
  shell.options.delete('xtrace');
  const prefix = await expandToText(shell, template(shell, shell.variables.get('PS4') ?? ''));
  shell.options.add('xtrace');
  shell.status = status;
  const depth = shell.dialect.bashSyntax ? shell.textDepth : 0;
  await shell.error(`${prefix.slice(0, 1).repeat(depth)}${prefix}${text}\n`);
}
