import { shellStatus } from '../lib/spawn.ts';
import { checkErrexit } from './errexit.ts';
import { forkShell } from './fork.ts';
import { jobText } from './job-text.ts';
import { waitForeground } from './jobs.ts';
import type { Shell } from './shell.ts';
import type { CompoundCommand } from './syntax/tree.ts';

/** `( list )`: in a process of its own (POSIX XCU 2.9.4.1). */
export async function subshell(
  shell: Shell,
  node: CompoundCommand & { type: 'group' | 'subshell' },
  last: boolean,
): Promise<number> {
  // A process with nothing more to do is its own subshell.
  if (last && shell.subshell > 0 && !shell.traps.has('EXIT') && node.redirections.length === 0) {
    shell.subshell++;
    return shell.evaluator.runScript(shell, node.body, true);
  }
  const control = shell.option('monitor');
  shell.line = node.line;
  const pid = await forkShell(
    shell,
    async (child) => {
      child.loopDepth = 0;
      return child.evaluator.runScript(child, node.body, true);
    },
    control ? { group: 0, foreground: true } : {},
  );
  const [status] = await waitForeground(shell, [pid], [() => jobText(shell, node)]);
  const code = shellStatus(status!);
  await checkErrexit(shell, code);
  return code;
}
