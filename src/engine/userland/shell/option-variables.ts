import type { Shell } from './shell.ts';

/** Options that are no options of `set -o`. */
const HIDDEN = new Set(['command', 'stdin', 'interactive']);

/** SHELLOPTS and BASHOPTS follow the options (bash). */
export function refreshOptionVariables(shell: Shell): void {
  if (!shell.dialect.bashSyntax) return;
  const options = [...shell.options].filter((name) => !HIDDEN.has(name));
  if (shell.shopt.has('interactive_comments')) options.push('interactive-comments');
  for (const [name, list] of [
    ['SHELLOPTS', options],
    ['BASHOPTS', [...shell.shopt]],
  ] as const) {
    const variable = shell.variables.declareOwn(name);
    variable.value = [...list].sort().join(':');
    variable.readonly = true;
  }
}
