import { isErrno } from '../base/errno.ts';
import { O_APPEND, O_CREAT, O_WRONLY } from '../kernel/fcntl.ts';
import type { Program } from '../kernel/program.ts';
import { spawn } from './lib/spawn.ts';
import { readFile } from './lib/stdio.ts';
import { bytesToText, textToBytes } from './lib/text.ts';

const SERVICES = '/etc/drydock/services';

/**
 * PID 1 of the learner's machine. Starts each service of a plain list, one command line a line, in a session of its own with its
 * output in /var/log/NAME.log, and then does what only PID 1 does: waits for whoever is orphaned.
 */
export const init: Program = async (process) => {
  const { sys } = process;
  // The terminal's signals and a stray kill do not end the machine.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGPIPE'] as const)
    await sys.sigaction(signal, 'ignore');
  for (const line of await services(process)) {
    const argv = line.split(/\s+/);
    const name = argv[0]!.replace(/^.*\//, '');
    await spawn(process, argv, {
      env: new Map([
        ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
        ...process.env,
      ]),
      prepare: async (child) => {
        await child.sys.setsid();
        for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGPIPE'] as const)
          await child.sys.sigaction(signal, 'default');
        const nothing = await child.sys.open('/dev/null', 0);
        const log = await child.sys.open(`/var/log/${name}.log`, O_WRONLY | O_CREAT | O_APPEND, 0o640);
        await child.sys.dup2(nothing, 0);
        await child.sys.dup2(log, 1);
        await child.sys.dup2(log, 2);
        for (const fd of [nothing, log]) if (fd > 2) await child.sys.close(fd);
      },
      failed: async (child, error) => {
        await child.sys.write(2, textToBytes(`init: ${argv[0]}: ${error.message}\n`)).catch(() => {});
        return 203;
      },
    });
  }
  let news = true;
  await sys.sigaction('SIGCHLD', () => {
    news = true;
  });
  for (;;) {
    try {
      await sys.wait(-1);
    } catch (error) {
      if (!isErrno(error, 'ECHILD', 'EINTR')) throw error;
      // Without children there is nothing to do until an orphan comes and ends.
      if (error.code === 'ECHILD' && !news)
        await sys.pause().catch((interrupted: unknown) => {
          if (!isErrno(interrupted, 'EINTR')) throw interrupted;
        });
      news = false;
    }
  }
};

async function services({ sys }: Parameters<Program>[0]): Promise<string[]> {
  try {
    const text = bytesToText(await readFile(sys, SERVICES));
    return text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'));
  } catch (error) {
    if (isErrno(error)) return [];
    throw error;
  }
}
