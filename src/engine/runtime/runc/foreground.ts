import { isErrno } from '../../base/errno.ts';
import type { Process } from '../../kernel/program.ts';
import type { Signal } from '../../kernel/signals.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { raw, type TerminalAttributes, type WindowSize } from '../../vfs/tty/attributes.ts';
import { withConsoleSocket } from '../console.ts';
import { exitStatus } from '../exit-status.ts';
import { writeAll } from '../files.ts';
import { fail } from '../go-error.ts';

/** What runc passes on to the process it waits for (runc signals.go). */
const FORWARDED: readonly Signal[] = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2'];

/**
 * Stays with a container's process until it ends, its terminal joined to runc's own. Gives its exit status.
 *
 * @param begin makes the process, with a console socket if it is to have a terminal; gives its pid
 * @param go lets it begin
 */
export async function inForeground(
  { sys }: Process,
  terminal: boolean,
  begin: (consoleSocket: string | undefined) => Promise<number>,
  go: () => Promise<void>,
): Promise<number> {
  if (!terminal) {
    const pid = await begin(undefined);
    await forwardSignals(sys, pid);
    await go();
    return exitStatus((await sys.wait(pid))!.status);
  }
  if (!(await sys.isatty(0))) fail('open /dev/tty: no such device or address');
  let master = -1;
  const socket = `/tmp/runc-console-${sys.getpid()}.sock`;
  const pid = await withConsoleSocket(
    sys,
    socket,
    (fd) => {
      master = fd;
    },
    () => begin(socket),
  );
  await forwardSignals(sys, pid);
  const before = (await sys.ioctl(0, { request: 'TCGETS' })) as TerminalAttributes;
  const resize = async () => {
    const size = (await sys.ioctl(0, { request: 'TIOCGWINSZ' })) as WindowSize;
    await sys.ioctl(master, { request: 'TIOCSWINSZ', size });
  };
  await resize();
  await sys.sigaction('SIGWINCH', () => void resize(), { restart: true });
  await sys.ioctl(0, { request: 'TCSETS', attributes: raw(before) });
  try {
    await go();
    void copy(sys, 0, master);
    const out = copy(sys, master, 1);
    const ended = (await sys.wait(pid))!;
    await out;
    return exitStatus(ended.status);
  } finally {
    await sys.ioctl(0, { request: 'TCSETS', attributes: before });
  }
}

async function forwardSignals(sys: Syscalls, pid: number): Promise<void> {
  for (const signal of FORWARDED)
    await sys.sigaction(signal, () => void sys.kill(pid, signal).catch(() => undefined), { restart: true });
}

/** Until the source ends, or the last slave of a terminal is gone. */
async function copy(sys: Syscalls, from: number, to: number): Promise<void> {
  try {
    for (;;) {
      const bytes = await sys.read(from, 1 << 15);
      if (bytes.length === 0) return;
      await writeAll(sys, to, bytes);
    }
  } catch (error) {
    if (!isErrno(error)) throw error;
  }
}
