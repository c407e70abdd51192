import { O_CLOEXEC, O_RDWR } from '../kernel/fcntl.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import { removeAll } from './files.ts';
import { jsonPeer, listenUnix } from './json-socket.ts';

/**
 * Holds a console socket while `body` runs: whoever makes a container asks there for a terminal in the container's devpts. Gives the
 * master to `take`.
 */
export async function withConsoleSocket<T>(
  sys: Syscalls,
  path: string,
  take: (master: number) => void,
  body: () => Promise<T>,
): Promise<T> {
  const listener = await listenUnix(sys, path);
  void sys.accept(listener).then(
    ({ fd }) => {
      jsonPeer(sys, fd, {
        call: async (_method, { pid }) => {
          const master = await sys.open(`/proc/${pid}/root/dev/pts/ptmx`, O_RDWR | O_CLOEXEC);
          take(master);
          return { number: await sys.ioctl(master, { request: 'TIOCGPTN' }) };
        },
      });
    },
    () => undefined,
  );
  try {
    return await body();
  } finally {
    await sys.close(listener);
    await removeAll(sys, path);
  }
}
