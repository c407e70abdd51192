import { forkShell } from './fork.ts';
import type { Shell } from './shell.ts';
import type { Segment } from './syntax/tree.ts';

/** Where the shell keeps the pipes, out of the way of the script's descriptors: bash counts down from 63. */
const HIGHEST_FD = 63;

/** Process substitution (bash), `<(…)` and `>(…)`: a pipe under the name /dev/fd/N. */
export async function processSubstitution(
  shell: Shell,
  segment: Segment & { kind: 'process' },
): Promise<string> {
  const [readEnd, writeEnd] = await shell.sys.pipe();
  const reading = segment.operator === '<';
  const others = [...shell.substitutions];
  const pid = await forkShell(shell, async (child) => {
    await child.sys.dup2(reading ? writeEnd : readEnd, reading ? 1 : 0);
    await child.sys.close(readEnd);
    await child.sys.close(writeEnd);
    // What other substitutions of the command hold is not for this one.
    for (const fd of others) await child.sys.close(fd);
    child.textDepth++;
    return child.evaluator.runScript(child, segment.script, true);
  });
  await shell.sys.close(reading ? writeEnd : readEnd);
  const fd = await shell.sys.dupfd(reading ? readEnd : writeEnd, HIGHEST_FD - shell.substitutions.length);
  await shell.sys.close(reading ? readEnd : writeEnd);
  shell.substitutions.push(fd);
  shell.lastBackground = pid;
  return `/dev/fd/${fd}`;
}
