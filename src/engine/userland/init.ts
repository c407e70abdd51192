import { isErrno } from '../base/errno.ts';
import { O_APPEND, O_CREAT, O_RDONLY, O_WRONLY } from '../kernel/fcntl.ts';
import type { Process, Program } from '../kernel/program.ts';
import { DEFAULT_PATH } from './lib/spawn.ts';
import { readFile } from './lib/stdio.ts';
import { bytesToText } from './lib/text.ts';

/** What init starts, a command line a line. */
const SERVICES = '/etc/drydock/services';

/**
 * PID 1 of a simulated machine: starts its services, each in a session of its own with its output in /var/log/NAME.log, and reaps
 * whatever is orphaned. Units, targets and `systemctl` are not modelled.
 */
export const init: Program = async (process) => {
  const { sys } = process;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) await sys.sigaction(signal, 'ignore');
  for (const line of await services(process)) {
    const argv = line.split(/\s+/);
    await sys.fork((child) => start(child, argv));
  }
  for (;;) {
    try {
      await sys.wait(-1);
    } catch (error) {
      // Without children there is nothing to reap until somebody is orphaned.
      if (isErrno(error, 'ECHILD')) await sys.nanosleep(1000);
      else if (!isErrno(error, 'EINTR')) throw error;
    }
  }
};

async function services({ sys }: Process): Promise<string[]> {
  try {
    const text = bytesToText(await readFile(sys, SERVICES));
    return text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  }
}

async function start({ sys }: Process, argv: readonly string[]): Promise<number> {
  const name = argv[0]!.replace(/^.*\//, '');
  await sys.setsid();
  const input = await sys.open('/dev/null', O_RDONLY);
  const log = await sys.open(`/var/log/${name}.log`, O_WRONLY | O_CREAT | O_APPEND, 0o640);
  await sys.dup2(input, 0);
  await sys.dup2(log, 1);
  await sys.dup2(log, 2);
  for (const fd of [input, log]) if (fd > 2) await sys.close(fd);
  try {
    return await sys.execve(argv[0]!, argv, new Map([['PATH', DEFAULT_PATH]]));
  } catch (error) {
    if (!isErrno(error)) throw error;
    return error.code === 'ENOENT' ? 127 : 126;
  }
}
