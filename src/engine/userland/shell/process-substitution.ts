import { forkShell } from './fork.ts';
import type { Shell } from './shell.ts';
import type { Segment } from './word.ts';

/** Process substitution (bash), `<(…)` and `>(…)`: a pipe under the name /dev/fd/N. */
export async function processSubstitution(
  shell: Shell,
  segment: Segment & { kind: 'process' },
): Promise<string> {
  const [readEnd, writeEnd] = await shell.sys.pipe();
  const reading = segment.operator === '<';
  await forkShell(shell, async (child) => {
    await child.sys.dup2(reading ? writeEnd : readEnd, reading ? 1 : 0);
    await child.sys.close(readEnd);
    await child.sys.close(writeEnd);
    return child.evaluator.runScript(child, segment.script, true);
  });
  await shell.sys.close(reading ? writeEnd : readEnd);
  const fd = await shell.sys.dupfd(reading ? readEnd : writeEnd, 60);
  await shell.sys.close(reading ? readEnd : writeEnd);
  shell.substitutions.push(fd);
  return `/dev/fd/${fd}`;
}
