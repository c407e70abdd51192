import { announce } from './background.ts';
import { forkShell } from './fork.ts';
import { jobText } from './job-text.ts';
import { assign } from './parameters.ts';
import type { Shell } from './shell.ts';
import type { Coprocess } from './syntax/tree.ts';

/** bash's `coproc [NAME] COMMAND`: a job with a pipe to it and one from it, whose ends are in the array NAME. */
export async function coprocess(shell: Shell, node: Coprocess): Promise<number> {
  const { sys } = shell;
  shell.line = node.line;
  const [input, toChild] = await sys.pipe();
  const [fromChild, output] = await sys.pipe();
  const control = shell.option('monitor');
  const pid = await forkShell(
    shell,
    async (child) => {
      await child.sys.dup2(input, 0);
      await child.sys.dup2(output, 1);
      for (const fd of [input, toChild, fromChild, output]) await child.sys.close(fd);
      return child.evaluator.runCommand(child, node.body, true);
    },
    control ? { group: 0 } : {},
  );
  await sys.close(input);
  await sys.close(output);
  const ends: number[] = [];
  for (const fd of [fromChild, toChild]) {
    ends.push(await sys.dupfd(fd, LEAST_FD, true));
    await sys.close(fd);
  }
  for (const [i, fd] of ends.entries()) assign(shell, node.name, String(fd), String(i));
  assign(shell, `${node.name}_PID`, String(pid));
  await announce(shell, [pid], [jobText(shell, node)]);
  return 0;
}

/** Where the shell keeps the ends, out of the way of the script's descriptors. */
const LEAST_FD = 60;
