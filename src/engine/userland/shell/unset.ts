import type { Shell } from './shell.ts';

/** `set -u`: an unset parameter is an error. */
export async function requireSet(shell: Shell, name: string, index?: string): Promise<void> {
  if (!shell.option('nounset') || name === '@' || name === '*') return;
  await unsetError(shell, index === undefined ? name : `${name}[${index}]`);
}

/** "parameter not set", which ends a script. */
export async function unsetError(shell: Shell, name: string): Promise<never> {
  const shown = /^\d+$/.test(name) && shell.dialect.bashSyntax ? `$${name}` : name;
  return shell.abandon(shell.dialect.unset(shown), { status: fatalStatus(shell), fatal: true });
}

/** The status with which an expansion that may not be ends a script: in bash one of `-c`'s own commands is told by 127. */
export const fatalStatus = (shell: Shell): number => {
  if (!shell.dialect.bashSyntax) return 2;
  return shell.option('command') && shell.subshell === 0 && !shell.option('errexit') ? 127 : 1;
};
