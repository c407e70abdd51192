import type { CommandNode, Pipeline } from 'unbash';
import { shellStatus } from '../lib/spawn.ts';
import { forkShell } from './fork.ts';
import { waitForeground } from './jobs.ts';
import type { Shell } from './shell.ts';

/** Pipelines of several commands (POSIX XCU 2.9.2). Every stage runs in a process of its own, all at once. */
export async function pipeline(
  shell: Shell,
  node: Pipeline,
  run: (shell: Shell, stage: CommandNode) => Promise<number>,
): Promise<number> {
  const { sys } = shell;
  const control = shell.option('monitor');
  const pids: number[] = [];
  let input: number | undefined;
  shell.at = node.pos;
  for (let i = 0; i < node.commands.length; i++) {
    const final = i === node.commands.length - 1;
    const [readEnd, writeEnd] = final ? [undefined, undefined] : await sys.pipe(true);
    const from = input;
    const errorsToo = node.operators[i] === '|&';
    const stage = node.commands[i]!;
    const pid = await forkShell(
      shell,
      async (child) => {
        if (from !== undefined) {
          await child.sys.dup2(from, 0);
          await child.sys.close(from);
        }
        if (writeEnd !== undefined) {
          await child.sys.dup2(writeEnd, 1);
          if (errorsToo) await child.sys.dup2(writeEnd, 2);
          await child.sys.close(writeEnd);
          await child.sys.close(readEnd!);
        }
        return run(child, stage);
      },
      control ? { group: pids[0] ?? 0, foreground: true } : {},
    );
    pids.push(pid);
    if (from !== undefined) await sys.close(from);
    if (writeEnd !== undefined) await sys.close(writeEnd);
    input = readEnd;
  }
  const statuses = (await waitForeground(shell, pids, shell.sourceText(node))).map(shellStatus);
  shell.pipeStatus = statuses;
  if (shell.option('pipefail')) return statuses.findLast((status) => status !== 0) ?? 0;
  return statuses.at(-1)!;
}
