import type { Statement } from 'unbash';
import { forkShell } from './fork.ts';
import type { Shell } from './shell.ts';

/** Asynchronous lists (POSIX XCU 2.9.3.1), `command &`: a job of its own; without job control deaf to the keyboard. */
export async function runInBackground(
  shell: Shell,
  { command: node }: Statement,
  run: (shell: Shell) => Promise<number>,
): Promise<number> {
  const control = shell.option('monitor');
  shell.at = node.pos;
  const pid = await forkShell(
    shell,
    async (child) => {
      child.options.delete('monitor');
      if (!control) {
        await child.sys.sigaction('SIGINT', 'ignore');
        await child.sys.sigaction('SIGQUIT', 'ignore');
        const nothing = await child.sys.open('/dev/null', 0);
        if (nothing !== 0) {
          await child.sys.dup2(nothing, 0);
          await child.sys.close(nothing);
        }
      }
      return run(child);
    },
    control ? { group: 0 } : {},
  );
  shell.lastBackground = pid;
  const job = shell.jobs.add({
    group: pid,
    processes: [{ pid, status: undefined }],
    text: shell.sourceText(node),
  });
  if (shell.interactive) await shell.error(`[${job.id}] ${pid}\n`);
  return 0;
}
