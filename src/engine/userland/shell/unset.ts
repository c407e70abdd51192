import type { Shell } from './shell.ts';

/** `set -u`: an unset parameter is an error. */
export async function requireSet(shell: Shell, name: string): Promise<void> {
  if (!shell.option('nounset') || name === '@' || name === '*') return;
  await unsetError(shell, name);
}

/** "parameter not set", which ends a script. */
export async function unsetError(shell: Shell, name: string): Promise<never> {
  return shell.abandon(
    shell.dialect.unset(/^\d+$/.test(name) && shell.dialect.bashSyntax ? `$${name}` : name),
    {
      status: shell.dialect.bashSyntax ? 127 : 2,
      fatal: true,
    },
  );
}
