import type { Process } from '../kernel/program.ts';
import type { CloneOptions, Syscalls } from '../kernel/syscalls.ts';
import { errorText, fail } from './go-error.ts';
import type { InitDescriptors } from './init.ts';
import { connectJson } from './json-socket.ts';
import { receive, send } from './sync-pipe.ts';

/**
 * Forks the process that becomes the container's (or exec's) and follows it until it stands ready. Gives its pid; throws
 * what it reports, after reaping it.
 */
export async function launch(
  sys: Syscalls,
  body: (process: Process, fds: InitDescriptors) => Promise<number>,
  options: CloneOptions,
  consoleSocket: string | undefined,
): Promise<number> {
  const [fromChild, report] = await sys.pipe(true);
  const [orders, toChild] = await sys.pipe(true);
  const pid = await sys.fork(async (process) => {
    await process.sys.close(fromChild);
    await process.sys.close(toChild);
    return body(process, { report, orders });
  }, options);
  await sys.close(report);
  await sys.close(orders);
  try {
    for (;;) {
      const message = await receive(sys, fromChild);
      if (message?.type === 'ready') return pid;
      if (message?.type === 'console')
        await send(sys, toChild, await requestTerminal(sys, consoleSocket, pid));
      else
        return fail(message?.type === 'error' ? message.message : 'waiting for init preliminary setup: EOF');
    }
  } catch (error) {
    await sys.kill(pid, 'SIGKILL').catch(() => undefined);
    await sys.wait(pid).catch(() => undefined);
    throw error;
  } finally {
    await sys.close(fromChild);
    await sys.close(toChild);
  }
}

/**
 * The holder of the terminal's other end makes it: the simulated kernel passes no descriptors over sockets (SCM_RIGHTS), so
 * instead of sending it the master, the console socket is told where to open one.
 */
async function requestTerminal(sys: Syscalls, socket: string | undefined, pid: number) {
  if (socket === undefined)
    return {
      type: 'error',
      message: 'cannot allocate tty if runc will detach without setting console socket',
    } as const;
  try {
    const peer = await connectJson(sys, socket);
    const { number } = await peer.call('open', { pid });
    await peer.close();
    return { type: 'pts', number: Number(number) } as const;
  } catch (error) {
    return { type: 'error', message: errorText(error) } as const;
  }
}
