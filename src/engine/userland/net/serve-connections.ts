import type { ByteStream } from '../../base/byte-stream.ts';
import { isErrno } from '../../base/errno.ts';
import { fdStream } from '../../kernel/fd-stream.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import type { SocketAddress } from '../../net/address.ts';

/** A listening socket of all addresses, IPv6's wildcard taking IPv4 too unless `address` says otherwise. */
export async function listenOn(sys: Syscalls, port: number, address = '::'): Promise<number> {
  const family = address.includes(':') ? 'inet6' : 'inet';
  const fd = await sys.socket(family, 'stream');
  try {
    await sys.setsockopt(fd, 'SO_REUSEADDR', 1);
    await sys.bind(fd, { family, address, port });
    await sys.listen(fd, 511);
    return fd;
  } catch (error) {
    await sys.close(fd);
    throw error;
  }
}

/** Accepts connections for as long as the socket is open, each served beside the others. */
export async function serveConnections(
  sys: Syscalls,
  listener: number,
  serveOne: (stream: ByteStream, peer: SocketAddress) => Promise<void>,
): Promise<void> {
  for (;;) {
    try {
      const { fd, address } = await sys.accept(listener);
      void serveOne(fdStream(sys, fd), address);
    } catch (error) {
      if (isErrno(error, 'EINTR', 'ECONNABORTED')) continue;
      if (isErrno(error, 'EBADF', 'EINVAL')) return;
      throw error;
    }
  }
}

/** `10.0.0.1:80`, `[::1]:80`. */
export function shownAddress(address: SocketAddress): string {
  if (address.family === 'unix') return address.path;
  return `${address.address.includes(':') ? `[${address.address}]` : address.address}:${address.port}`;
}
