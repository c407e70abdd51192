import { type ForkOptions, forkShell } from './fork.ts';
import { jobText } from './job-text.ts';
import { startPipeline } from './pipeline.ts';
import type { Shell } from './shell.ts';
import type { Statement } from './syntax/tree.ts';

/** Asynchronous lists (POSIX XCU 2.9.3.1), `command &`: a job of its own; without job control deaf to the keyboard. */
export async function runInBackground(
  shell: Shell,
  command: Statement['command'],
  run: (shell: Shell) => Promise<number>,
): Promise<number> {
  const control = shell.option('monitor');
  const texts: string[] = [];
  const pids: number[] = [];
  if (command.type === 'pipeline' && !command.negated && !command.timed && command.commands.length > 1) {
    pids.push(...(await startPipeline(shell, command, { foreground: false, prepare: deafen(control) })));
    texts.push(...command.commands.map((one) => jobText(shell, one)));
  } else {
    const options: ForkOptions = control ? { group: 0 } : {};
    // dash notes no line for such a command, should there be no room for the process.
    if (shell.dialect.name === 'dash') shell.line = 0;
    const pid = await forkShell(
      shell,
      async (child) => {
        await deafen(control)(child);
        return run(child);
      },
      options,
    );
    pids.push(pid);
    texts.push(jobText(shell, command));
  }
  await announce(shell, pids, texts);
  return 0;
}

/** Enters a job into the table; a shell at a terminal says its number. */
export async function announce(
  shell: Shell,
  pids: readonly number[],
  texts: readonly string[],
): Promise<void> {
  shell.lastBackground = pids.at(-1)!;
  const job = shell.jobs.add({
    group: pids[0]!,
    processes: pids.map((pid, i) => ({ pid, status: undefined, text: texts[i] ?? '' })),
    directory: shell.variables.get('PWD') ?? '',
    controlled: shell.option('monitor'),
  });
  if (shell.interactive && shell.dialect.name === 'bash')
    await shell.error(`[${job.id}] ${shell.lastBackground}\n`);
}

/** Without job control, the keyboard's signals are not for a job, and it reads nothing from the terminal. */
const deafen =
  (control: boolean) =>
  async (child: Shell): Promise<void> => {
    if (control) return;
    await child.sys.sigaction('SIGINT', 'ignore');
    await child.sys.sigaction('SIGQUIT', 'ignore');
    const nothing = await child.sys.open('/dev/null', 0);
    if (nothing === 0) return;
    await child.sys.dup2(nothing, 0);
    await child.sys.close(nothing);
  };
