import { isErrno } from '../../../base/errno.ts';
import type { SocketAddress } from '../../../net/address.ts';
import { lookupHost } from '../../lib/resolver.ts';
import { writeAll } from '../../lib/stdio.ts';
import { textToBytes } from '../../lib/text.ts';
import type { Bindings } from '../binding.ts';
import type { Value } from '../quickjs.ts';

const inet = (address: Value, port: Value): SocketAddress => ({
  family: String(address).includes(':') ? 'inet6' : 'inet',
  address: String(address),
  port: Number(port),
});

const shown = (address: SocketAddress): string => JSON.stringify(address);

/** What node:net and node:dns are made of: stream sockets by descriptor, addresses as JSON. */
export const sockets: Bindings = {
  /** A listening socket; `path` is that of a unix socket. Without an address it listens on all, as [::] does. */
  async listen({ sys }, address, port, backlog, path) {
    const at: SocketAddress =
      path === undefined ? inet(address ?? '::', port) : { family: 'unix', path: String(path) };
    const fd = await sys.socket(at.family, 'stream');
    try {
      await sys.setCloexec(fd, true);
      if (at.family !== 'unix') await sys.setsockopt(fd, 'SO_REUSEADDR', 1);
      await sys.bind(fd, at);
      await sys.listen(fd, Number(backlog));
    } catch (error) {
      await sys.close(fd);
      throw error;
    }
    return fd;
  },
  /** The next connection, as [descriptor, address of the peer]. */
  async accept({ sys }, fd) {
    const { fd: connection, address } = await sys.accept(Number(fd));
    await sys.setCloexec(connection, true);
    return JSON.stringify([connection, address]);
  },
  async connect({ sys }, address, port, path) {
    const to: SocketAddress =
      path === undefined ? inet(address, port) : { family: 'unix', path: String(path) };
    const fd = await sys.socket(to.family, 'stream');
    try {
      await sys.setCloexec(fd, true);
      await sys.connect(fd, to);
    } catch (error) {
      await sys.close(fd);
      throw error;
    }
    return fd;
  },
  send: ({ sys }, fd, data) =>
    writeAll(sys, Number(fd), data instanceof Uint8Array ? data : textToBytes(String(data))),
  shutdown: ({ sys }, fd, how) => sys.shutdown(Number(fd), how as 'read' | 'write' | 'both'),
  /** Ends a socket, whoever waits on it: what waits to read sees its end. */
  async destroy({ sys }, fd) {
    try {
      await sys.shutdown(Number(fd), 'both');
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
    await sys.close(Number(fd));
  },
  async sockname({ sys }, fd) {
    return shown(await sys.getsockname(Number(fd)));
  },
  /** The addresses of a name (getaddrinfo(3)) in JSON, or the text of why there is none. */
  async lookup({ sys }, name) {
    const found = await lookupHost(sys, String(name));
    return typeof found === 'string' ? found : JSON.stringify(found);
  },
};
