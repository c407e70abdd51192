import { executeInPlace } from './execute.ts';
import { assignChecked } from './parameters.ts';
import { redirect, type Target } from './redirect.ts';
import { Abandon, type Shell } from './shell.ts';

/** `exec`: redirections that stay, and a program in the shell's place. bash and ash know `-a NAME`, `-c` and `-l`. */
export async function runExec(
  shell: Shell,
  words: readonly string[],
  temporary: ReadonlyMap<string, string>,
  targets: readonly Target[],
): Promise<number> {
  if (!(await redirect(shell, targets))) {
    if (shell.dialect.posixErrors || words.length > 1)
      throw new Abandon(shell.dialect.name === 'dash' ? 2 : 1, true);
    return 1;
  }
  let rest = words.slice(1);
  let zero: string | undefined;
  let clean = false;
  while (shell.dialect.name !== 'dash' && /^-[acl-]/.test(rest[0] ?? '')) {
    if (rest[0] === '--') {
      rest = rest.slice(1);
      break;
    }
    if (rest[0] === '-a') {
      zero = rest[1];
      rest = rest.slice(2);
    } else {
      clean ||= rest[0]!.includes('c');
      if (rest[0]!.includes('l')) zero = `-${rest[1] ?? ''}`;
      rest = rest.slice(1);
    }
  }
  if (rest[0] === '--') rest = rest.slice(1);
  if (rest.length === 0) {
    for (const [name, value] of temporary) await assignChecked(shell, name, value);
    return 0;
  }
  const env = clean ? new Map<string, string>() : shell.variables.environment();
  for (const [name, value] of temporary) env.set(name, value);
  return executeInPlace(shell, rest, env, { builtin: 'exec', zero });
}
