import { encode } from '../base/bytes.ts';
import { isErrno } from '../base/errno.ts';
import type { Process } from '../kernel/program.ts';
import { exitCode, SIGNALS, type Signal } from '../kernel/signals.ts';
import { writeAll } from './files.ts';
import { errorText } from './go-error.ts';
import { lookPath } from './look-path.ts';

/** Signals that belong to the process itself, or cannot be caught. */
const OWN = new Set<Signal>([
  'SIGKILL',
  'SIGSTOP',
  'SIGCHLD',
  'SIGFPE',
  'SIGILL',
  'SIGSEGV',
  'SIGBUS',
  'SIGABRT',
  'SIGTRAP',
  'SIGSYS',
  'SIGTTIN',
  'SIGTTOU',
]);

/** What the kernel sends to a process that is not in a terminal's foreground. */
const TERMINAL: readonly Signal[] = ['SIGTTOU', 'SIGTTIN'];

/**
 * docker-init: the small init that `--init` puts before a container's program. It passes signals on to its one child, takes
 * in whatever is orphaned, and ends with the child's status. Models krallin/tini.
 */
export async function dockerInit({ sys, argv, env }: Process): Promise<number> {
  const command = argv.slice(argv[1] === '--' ? 2 : 1);
  if (command.length === 0) {
    await writeAll(
      sys,
      2,
      encode(
        'docker-init (tini version 0.19.0)\nUsage: docker-init [OPTIONS] PROGRAM -- [ARGS] | --version\n',
      ),
    );
    return 1;
  }
  // Else whoever takes a terminal for itself out of the background, as the child does, is stopped.
  for (const signal of TERMINAL) await sys.sigaction(signal, 'ignore');
  const child = await sys.fork(async (process) => {
    const own = process.sys;
    await own.setpgid(0, 0);
    // Where there is a terminal, the child has it.
    await own.ioctl(0, { request: 'TIOCSPGRP', processGroup: await own.getpgid() }).catch((error) => {
      if (!isErrno(error)) throw error;
    });
    for (const signal of TERMINAL) await own.sigaction(signal, 'default');
    try {
      const path = await lookPath(
        own,
        command[0]!,
        [...env].map(([name, value]) => `${name}=${value}`),
      );
      return await own.execve(path, command, env);
    } catch (error) {
      const missing = !isErrno(error) || error.code === 'ENOENT';
      const why = isErrno(error) ? error.message : missing ? 'No such file or directory' : errorText(error);
      await writeAll(own, 2, encode(`[FATAL tini (${own.getpid()})] exec ${command[0]} failed: ${why}\n`));
      return missing ? 127 : 126;
    }
  });
  for (const signal of Object.keys(SIGNALS) as Signal[])
    if (!OWN.has(signal))
      await sys.sigaction(signal, () => void sys.kill(child, signal).catch(() => undefined));
  for (;;) {
    try {
      const ended = await sys.wait(-1);
      if (ended?.pid === child) return exitCode(ended.status);
    } catch (error) {
      if (!isErrno(error, 'EINTR')) throw error;
    }
  }
}
