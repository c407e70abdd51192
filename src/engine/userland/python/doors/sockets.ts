import { Errno } from '../../../base/errno.ts';
import type { SocketOption } from '../../../kernel/syscalls.ts';
import type { SocketAddress } from '../../../net/address.ts';
import { GAI_TEXT, lookupHost } from '../../lib/resolver.ts';
import { bytesOf, type Functions, type Running } from '../running.ts';

const AF_UNIX = 1;
const AF_INET6 = 10;
const SOCK_DGRAM = 2;

const family = (number: unknown): 'unix' | 'inet6' | 'inet' =>
  number === AF_UNIX ? 'unix' : number === AF_INET6 ? 'inet6' : 'inet';

/** By level and number: SOL_SOCKET, IPPROTO_TCP, IPPROTO_IPV6. */
const OPTIONS: Readonly<Record<string, SocketOption>> = {
  '1 2': 'SO_REUSEADDR',
  '1 6': 'SO_BROADCAST',
  '1 9': 'SO_KEEPALIVE',
  '1 15': 'SO_REUSEPORT',
  '6 1': 'TCP_NODELAY',
  '41 26': 'IPV6_V6ONLY',
};

function shown(address: SocketAddress): unknown {
  if (address.family === 'unix') return 'path' in address ? address.path : '';
  return address.family === 'inet6' ? [address.address, address.port, 0, 0] : [address.address, address.port];
}

/** Sockets. Bytes are read from where Python has them, and put there. */
export function socketFunctions(running: Running): Functions {
  const { sys } = running.process;
  const address = (kind: unknown, host: unknown, port: unknown): SocketAddress =>
    (kind === AF_UNIX
      ? { family: 'unix', path: String(host) }
      : { family: family(kind), address: String(host), port: Number(port) }) as SocketAddress;
  const done = (work: Promise<unknown>): Promise<undefined> => work.then(() => undefined);
  return {
    socket: async (kind, type) => {
      const fd = await sys.socket(family(kind), type === SOCK_DGRAM ? 'dgram' : 'stream');
      await sys.setCloexec(fd, true);
      return fd;
    },
    bind: (fd, kind, host, port) => done(sys.bind(Number(fd), address(kind, host, port))),
    listen: (fd, backlog) => done(sys.listen(Number(fd), Number(backlog))),
    async accept(fd) {
      const { fd: made, address: from } = await sys.accept(Number(fd));
      await sys.setCloexec(made, true);
      return JSON.stringify([made, shown(from)]);
    },
    connect: (fd, kind, host, port) => done(sys.connect(Number(fd), address(kind, host, port))),
    send: (fd, at, length) => sys.write(Number(fd), bytesOf(running, at, length).slice()),
    sendto: (fd, at, length, kind, host, port) =>
      sys.sendto(Number(fd), bytesOf(running, at, length).slice(), address(kind, host, port)),
    async recv(fd, at, length) {
      const data = await sys.read(Number(fd), Number(length));
      bytesOf(running, at, data.length).set(data);
      return data.length;
    },
    async recvfrom(fd, at, length) {
      const { data, address: from } = await sys.recvfrom(Number(fd), Number(length));
      bytesOf(running, at, data.length).set(data);
      return JSON.stringify([data.length, shown(from)]);
    },
    shutdown: (fd, how) => done(sys.shutdown(Number(fd), how as 'read' | 'write' | 'both')),
    async setsockopt(fd, level, option, value) {
      const name = OPTIONS[`${level} ${option}`];
      if (name === undefined) throw new Errno('ENOPROTOOPT');
      await sys.setsockopt(Number(fd), name, Number(value));
      return undefined;
    },
    getsockname: async (fd) => JSON.stringify(shown(await sys.getsockname(Number(fd)))),
    getpeername: async (fd) => JSON.stringify(shown(await sys.getpeername(Number(fd)))),
    /** Waits until a socket can be read from or written to, at most so many seconds. */
    async ready(fd, what, seconds) {
      const [state] = await sys.poll([{ fd: Number(fd), [String(what)]: true }], Number(seconds) * 1000);
      return Number(
        state !== undefined && (state.hangup || (what === 'read' ? state.readable : state.writable)),
      );
    },
    async lookup(host) {
      const found = await lookupHost(sys, String(host));
      return JSON.stringify(typeof found === 'string' ? GAI_TEXT[found] : found);
    },
  };
}
