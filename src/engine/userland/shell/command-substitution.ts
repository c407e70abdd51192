import { concat } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import { shellStatus } from '../lib/spawn.ts';
import { bytesToText } from '../lib/text.ts';
import { forkShell, waitForChild } from './fork.ts';
import { keepMemory } from './memory.ts';
import type { Shell } from './shell.ts';
import type { Segment } from './syntax/tree.ts';

/** Command substitution (POSIX XCU 2.6.3), `$(…)`: the output of a subshell without its trailing newlines. */
export async function substituteCommand(
  shell: Shell,
  segment: Segment & { kind: 'command' },
): Promise<string> {
  const { script } = segment;
  if (script?.commands.length === 0 || (script === undefined && segment.text.trim() === '')) {
    shell.status = shell.substitutionStatus = 0;
    return '';
  }
  const [readEnd, writeEnd] = await shell.sys.pipe(true);
  const pid = await forkShell(shell, async (child) => {
    await child.sys.dup2(writeEnd, 1);
    await child.sys.close(readEnd);
    await child.sys.close(writeEnd);
    child.textDepth++;
    // bash and BusyBox forget `set -e` here unless told otherwise; dash remembers it whatever is around.
    const { name } = child.dialect;
    if (name === 'dash') child.errexitIgnored = 0;
    else if (!child.option('posix') && !child.shopt.has('inherit_errexit')) child.options.delete('errexit');
    if (script !== undefined) return child.evaluator.runScript(child, script, true);
    child.textDepth--;
    return child.evaluator.runText(child, segment.text, {
      label: 'command substitution',
      line: segment.line,
      last: true,
    });
  });
  await shell.sys.close(writeEnd);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    try {
      const chunk = await shell.sys.read(readEnd, 65536);
      if (chunk.length === 0) break;
      chunks.push(chunk);
      length += chunk.length;
      await keepMemory(shell, chunk.length);
    } catch (error) {
      if (!isErrno(error, 'EINTR')) throw error;
    }
  }
  await shell.sys.close(readEnd);
  shell.status = shell.substitutionStatus = shellStatus(await waitForChild(shell, pid));
  let text = bytesToText(concat(chunks));
  await keepMemory(shell, -length);
  // No variable can hold a NUL.
  if (text.includes('\0')) {
    text = text.replaceAll('\0', '');
    if (shell.dialect.bashSyntax)
      await shell.warn('warning: command substitution: ignored null byte in input');
  }
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 10) end--;
  return text.slice(0, end);
}
