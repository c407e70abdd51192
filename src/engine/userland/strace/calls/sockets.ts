import type { SocketAddress, SocketDomain, SocketType } from '../../../net/address.ts';
import { formats, number } from '../format.ts';
import { ADDRESS, type Show, socketAddress } from '../show.ts';

/** Calls on sockets. */
export const socketFormats = formats({
  socket: {
    name: 'socket',
    entry: (_show, domain, type) => [FAMILIES[domain], TYPES[type], protocol(domain, type)],
    result: (show, fd) => show.fd(fd),
  },
  socketpair: {
    name: 'socketpair',
    entry: () => ['AF_UNIX', 'SOCK_STREAM', '0'],
    exit: (show, ends) => [ends ? `[${show.fd(ends[0])}, ${show.fd(ends[1])}]` : ADDRESS],
  },
  bind: { name: 'bind', entry: (show, fd, address) => [show.fd(fd), ...addressed(show, address)] },
  listen: { name: 'listen', entry: (show, fd, backlog = 128) => [show.fd(fd), `${backlog}`] },
  accept: {
    name: 'accept4',
    entry: (show, fd) => [show.fd(fd)],
    exit: (show, accepted) => [...filled(show, accepted?.address), '0'],
    result: (show, { fd }) => show.fd(fd),
  },
  connect: { name: 'connect', entry: (show, fd, address) => [show.fd(fd), ...addressed(show, address)] },
  sendto: {
    name: 'sendto',
    entry: (show, fd, data, address) => [
      show.fd(fd),
      show.data(data),
      `${data.length}`,
      '0',
      ...addressed(show, address),
    ],
    result: number,
  },
  recvfrom: {
    name: 'recvfrom',
    entry: (show, fd) => [show.fd(fd)],
    exit: (show, received, _fd, max) => [
      received ? show.data(received.data) : ADDRESS,
      `${max}`,
      '0',
      ...filled(show, received?.address),
    ],
    result: (_show, { data }) => `${data.length}`,
  },
  shutdown: { name: 'shutdown', entry: (show, fd, how) => [show.fd(fd), HOW[how]] },
  getsockname: {
    name: 'getsockname',
    entry: (show, fd) => [show.fd(fd)],
    exit: (show, address) => filled(show, address),
  },
  getpeername: {
    name: 'getpeername',
    entry: (show, fd) => [show.fd(fd)],
    exit: (show, address) => filled(show, address),
  },
  setsockopt: {
    name: 'setsockopt',
    entry: (show, fd, option, value) => [show.fd(fd), levelOf(option), option, `[${value}]`, '4'],
  },
  // Linux takes these as messages through a socket of AF_NETLINK (net/netlink.ts).
  netlink: {
    name: 'netlink',
    entry: (show, request) => {
      const { type, ...rest } = request;
      const members = Object.entries(rest).map(([name, value]) => `${name}=${plain(show, value)}`);
      return [type, ...(members.length > 0 ? [`{${members.join(', ')}}`] : [])];
    },
  },
});

const FAMILIES: Readonly<Record<SocketDomain, string>> = {
  inet: 'AF_INET',
  inet6: 'AF_INET6',
  unix: 'AF_UNIX',
};
const TYPES: Readonly<Record<SocketType, string>> = {
  stream: 'SOCK_STREAM',
  dgram: 'SOCK_DGRAM',
  raw: 'SOCK_RAW',
};
const HOW = { read: 'SHUT_RD', write: 'SHUT_WR', both: 'SHUT_RDWR' } as const;

function protocol(domain: SocketDomain, type: SocketType): string {
  if (domain === 'unix') return '0';
  if (type === 'raw') return domain === 'inet6' ? 'IPPROTO_ICMPV6' : 'IPPROTO_ICMP';
  return 'IPPROTO_IP';
}

function levelOf(option: string): string {
  if (option.startsWith('TCP_')) return 'SOL_TCP';
  if (option.startsWith('IPV6_')) return 'SOL_IPV6';
  return option.startsWith('IP_') ? 'SOL_IP' : 'SOL_SOCKET';
}

/** An address that the caller gives, and its length. */
function addressed(show: Show, address: SocketAddress): string[] {
  const { text, length } = socketAddress(show, address);
  return [text, `${length}`];
}

/** An address that the kernel fills in, and its length. */
function filled(show: Show, address: SocketAddress | undefined): string[] {
  if (!address) return [ADDRESS, ADDRESS];
  const { text, length } = socketAddress(show, address);
  return [text, `[${length}]`];
}

function plain(show: Show, value: unknown): string {
  if (typeof value === 'string') return show.path(value);
  return typeof value === 'object' && value !== null ? '{...}' : `${value}`;
}
