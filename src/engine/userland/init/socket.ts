import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { readAccounts } from '../lib/users.ts';
import type { Unit } from './unit.ts';

/** Where the sockets of services begin among the descriptors of init: out of the way of those that a service is handed. */
const LEAST = 16;

/** Opens the sockets of a socket unit (systemd.socket(5)); of their kinds, `ListenStream=` with a path is modelled. */
export async function openSockets(sys: Syscalls, unit: Unit): Promise<number[]> {
  const accounts = await readAccounts(sys);
  const uid = accounts.user(unit.get('Socket', 'SocketUser') ?? 'root')?.uid ?? 0;
  const gid = accounts.group(unit.get('Socket', 'SocketGroup') ?? 'root')?.gid ?? 0;
  const mode = Number.parseInt(unit.get('Socket', 'SocketMode') ?? '0666', 8);
  const sockets: number[] = [];
  for (const path of unit.words('Socket', 'ListenStream')) {
    await sys.unlink(path).catch((error: unknown) => {
      if (!isErrno(error)) throw error;
    });
    const fd = await sys.socket('unix', 'stream');
    await sys.bind(fd, { family: 'unix', path });
    await sys.chmod(path, mode);
    await sys.chown(path, uid, gid);
    await sys.listen(fd, 4096);
    sockets.push(await sys.dupfd(fd, LEAST, true));
    await sys.close(fd);
  }
  return sockets;
}

/** The service that the sockets of a unit are for. */
export const serviceOf = (unit: Unit): string =>
  unit.get('Socket', 'Service') ?? unit.name.replace(/\.socket$/, '.service');
