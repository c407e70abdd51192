import { readAccounts } from '../lib/users.ts';
import type { Shell } from './shell.ts';

/** Tilde expansion (POSIX XCU 2.6.1): the home directory of a user, of oneself when none is named; bash has ~+ and ~-. */
export async function homeDirectory(shell: Shell, user: string): Promise<string> {
  if (user === '') {
    const own = shell.variables.get('HOME');
    if (own !== undefined) return own;
    return (await readAccounts(shell.sys)).user(shell.sys.getuid())?.home ?? '~';
  }
  if (shell.dialect.bashSyntax && user === '+') return shell.variables.get('PWD') ?? '~+';
  if (shell.dialect.bashSyntax && user === '-') return shell.variables.get('OLDPWD') ?? '~-';
  if (shell.dialect.bashSyntax && /^[-+]?\d+$/.test(user)) {
    const stack = [shell.cwd, ...shell.directories];
    return stack.at(user.startsWith('-') ? -1 + Number(user) : Number(user)) ?? `~${user}`;
  }
  return (await readAccounts(shell.sys)).user(user)?.home ?? `~${user}`;
}
