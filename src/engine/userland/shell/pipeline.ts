import { isErrno } from '../../base/errno.ts';
import { shellStatus } from '../lib/spawn.ts';
import { forkShell } from './fork.ts';
import { jobText } from './job-text.ts';
import { waitForeground } from './jobs.ts';
import type { Shell } from './shell.ts';
import type { CommandNode, Pipeline } from './syntax/tree.ts';

type Run = (shell: Shell, stage: CommandNode, last: boolean) => Promise<number>;

/** Pipelines of several commands (POSIX XCU 2.9.2). Every stage runs in a process of its own, all at once. */
export async function pipeline(shell: Shell, node: Pipeline, run: Run): Promise<number> {
  const here = shell.shopt.has('lastpipe') && !shell.option('monitor');
  shell.line = node.line;
  let ownStatus: number | undefined;
  const pids = await startPipeline(shell, node, {
    foreground: true,
    run,
    // bash's lastpipe: the last stage runs in this shell.
    ...(here && {
      lastHere: async (input: number) => {
        ownStatus = await withInput(shell, input, () => run(shell, node.commands.at(-1)!, false));
      },
    }),
  });
  const texts = node.commands.map((one) => () => jobText(shell, one));
  const statuses = (await waitForeground(shell, pids, texts)).map(shellStatus);
  if (ownStatus !== undefined) statuses.push(ownStatus);
  shell.pipeStatus = statuses;
  if (shell.option('pipefail')) return statuses.findLast((status) => status !== 0) ?? 0;
  return statuses.at(-1)!;
}

async function withInput(shell: Shell, input: number, body: () => Promise<number>): Promise<number> {
  const { sys } = shell;
  const saved = await sys.dupfd(0, 10, true).catch((error: unknown) => {
    if (!isErrno(error)) throw error;
    return undefined;
  });
  await sys.dup2(input, 0);
  await sys.close(input);
  try {
    return await body();
  } finally {
    if (saved === undefined) await sys.close(0);
    else {
      await sys.dup2(saved, 0);
      await sys.close(saved);
    }
  }
}

interface StartOptions {
  foreground: boolean;
  /** How a stage is run: by default by the evaluator. */
  run?: Run;
  /** Done in each child before its command. */
  prepare?: (child: Shell) => Promise<void>;
  /** Takes the last stage's place, with the pipe's end. */
  lastHere?: (input: number) => Promise<void>;
}

/** Starts all stages of a pipeline, joined by pipes; gives their pids. */
export async function startPipeline(shell: Shell, node: Pipeline, options: StartOptions): Promise<number[]> {
  const { sys } = shell;
  const control = shell.option('monitor');
  const run = options.run ?? ((child, one, last) => child.evaluator.runCommand(child, one, last));
  const pids: number[] = [];
  let input: number | undefined;
  for (const [i, stage] of node.commands.entries()) {
    const final = i === node.commands.length - 1;
    if (final && options.lastHere) {
      await options.lastHere(input!);
      break;
    }
    const [readEnd, writeEnd] = final ? [undefined, undefined] : await sys.pipe(true);
    const from = input;
    const pid = await forkShell(
      shell,
      async (child) => {
        if (i === 0) await options.prepare?.(child);
        if (from !== undefined) {
          await child.sys.dup2(from, 0);
          await child.sys.close(from);
        }
        if (writeEnd !== undefined) {
          await child.sys.dup2(writeEnd, 1);
          if (node.errorsToo[i]) await child.sys.dup2(writeEnd, 2);
          await child.sys.close(writeEnd);
          await child.sys.close(readEnd!);
        }
        return run(child, stage, true);
      },
      control ? { group: pids[0] ?? 0, foreground: options.foreground } : {},
    );
    pids.push(pid);
    if (from !== undefined) await sys.close(from);
    if (writeEnd !== undefined) await sys.close(writeEnd);
    input = readEnd;
  }
  return pids;
}
