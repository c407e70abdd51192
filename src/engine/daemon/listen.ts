import type { Process } from '../kernel/program.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import { readText, removeAll } from '../runtime/files.ts';
import { errorText } from '../runtime/go-error.ts';
import { listenUnix } from '../runtime/json-socket.ts';
import { parseHost } from './configuration.ts';

/** The first descriptor that a service manager hands over (sd_listen_fds(3)). */
const SD_LISTEN_FDS_START = 3;

/** A socket that the daemon listens on. */
export interface Listener {
  fd: number;
  /** Where it lies, if the daemon has put it there: it goes with the daemon. */
  path?: string;
}

/** Opens a host of the configuration (moby daemon/listeners). */
export async function listenOn(process: Process, host: string): Promise<Listener[]> {
  const { sys } = process;
  const address = parseHost(host);
  if (address.family === 'activation') return handedSockets(process);
  if (address.family === 'inet') return [await listenInet(sys, address)];
  const { path } = address;
  await removeAll(sys, path);
  const fd = await listenUnix(sys, path);
  await sys.chmod(path, 0o660);
  await sys.chown(path, 0, await dockerGroup(sys));
  return [{ fd, path }];
}

/** The listening sockets that the service manager has opened. */
async function handedSockets({ sys, env }: Process): Promise<Listener[]> {
  const count = env.get('LISTEN_PID') === String(sys.getpid()) ? Number(env.get('LISTEN_FDS')) : 0;
  const listeners = Array.from({ length: count }, (_, i) => ({ fd: SD_LISTEN_FDS_START + i }));
  if (listeners.length === 0)
    throw new Error(
      'failed to load listeners: no sockets found via socket activation: make sure the service was started by systemd',
    );
  for (const { fd } of listeners) await sys.setCloexec(fd, true);
  return listeners;
}

async function listenInet(
  sys: Syscalls,
  address: { family: 'inet'; address: string; port: number },
): Promise<Listener> {
  const fd = await sys.socket('inet', 'stream');
  await sys.setCloexec(fd, true);
  await sys.setsockopt(fd, 'SO_REUSEADDR', 1);
  try {
    await sys.bind(fd, address);
    await sys.listen(fd, 128);
  } catch (error) {
    throw new Error(
      `failed to load listeners: listen tcp ${address.address}:${address.port}: bind: ${errorText(error)}`,
    );
  }
  return { fd };
}

/** The group whose members may speak to the daemon; root's where there is none. */
async function dockerGroup(sys: Syscalls): Promise<number> {
  const groups = await readText(sys, '/etc/group').catch(() => '');
  return Number(/^docker:[^:]*:(\d+):/m.exec(groups)?.[1] ?? 0);
}
