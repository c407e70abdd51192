import type { Shell } from './shell.ts';
import { posixCommandText } from './syntax/posix-print.ts';
import { printCommand } from './syntax/print.ts';
import type { AndOr, Stage } from './syntax/tree.ts';

/** A command as `jobs` and messages about its death show it. dash and BusyBox keep it only under job control. */
export function jobText(shell: Shell, node: AndOr | Stage): string {
  if (shell.dialect.name === 'bash') return printCommand(node);
  return shell.option('monitor') ? posixCommandText(node) : '';
}
