import type { CompoundList } from 'unbash';
import { shellStatus } from '../lib/spawn.ts';
import { checkErrexit } from './errexit.ts';
import { forkShell } from './fork.ts';
import { waitForeground } from './jobs.ts';
import type { Shell } from './shell.ts';

/** `( list )`: in a process of its own (POSIX XCU 2.9.4.1). */
export async function subshell(
  shell: Shell,
  body: CompoundList,
  last: boolean,
  text: string,
): Promise<number> {
  // A process with nothing more to do is its own subshell.
  if (last && shell.subshell > 0 && !shell.traps.has('EXIT'))
    return shell.evaluator.runScript(shell, body, true);
  const control = shell.option('monitor');
  const pid = await forkShell(
    shell,
    async (child) => {
      child.options.delete('monitor');
      child.loopDepth = 0;
      return child.evaluator.runScript(child, body, true);
    },
    control ? { group: 0, foreground: true } : {},
  );
  const [status] = await waitForeground(shell, [pid], text);
  const code = shellStatus(status!);
  await checkErrexit(shell, code);
  return code;
}

/** Shells without (( )) take it for a subshell in a subshell. */
export async function nestedSubshell(shell: Shell, text: string): Promise<number> {
  const pid = await forkShell(shell, (child) => child.evaluator.runText(child, text, {}));
  const [status] = await waitForeground(shell, [pid], text);
  const code = shellStatus(status!);
  await checkErrexit(shell, code);
  return code;
}
