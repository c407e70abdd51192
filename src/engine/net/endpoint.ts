import { Errno } from '../base/errno.ts';
import type { SocketAddress } from './address.ts';
import { unmapped } from './ip.ts';

/** One end of a conversation, as the simulated wires name it: an IPv4 peer of an IPv6 socket goes by its IPv4 address. */
export interface Endpoint {
  address: string;
  port: number;
}

/** The domain of an internet socket. */
export type InetDomain = 'inet' | 'inet6';

/** The address that stands for all of a machine's own. */
export const wildcard = (domain: InetDomain): string => (domain === 'inet6' ? '::' : '0.0.0.0');

/** What a program's address means to a socket of a domain. Throws EAFNOSUPPORT. */
export function endpointOf(domain: InetDomain, address: SocketAddress): Endpoint {
  if (address.family === 'unix') throw new Errno('EAFNOSUPPORT');
  const plain = address.address === '' ? wildcard(domain) : unmapped(address.address);
  if (domain === 'inet' && plain.includes(':')) throw new Errno('EAFNOSUPPORT');
  return { address: plain, port: address.port };
}

/** How a socket of a domain tells a program of an endpoint: an IPv6 socket sees IPv4 peers as `::ffff:a.b.c.d` (ipv6(7)). */
export function addressOf(domain: InetDomain, { address, port }: Endpoint): SocketAddress {
  const mapped = domain === 'inet6' && !address.includes(':') ? `::ffff:${address}` : address;
  return { family: domain, address: mapped, port };
}

/** As `ss` shows it. */
export const showEndpoint = ({ address, port }: Endpoint): string =>
  `${address.includes(':') ? `[${address}]` : address}:${port === 0 ? '*' : port}`;

/** As `ss` shows the peer of a socket that has none. */
export const showAnyone = (domain: InetDomain): string =>
  showEndpoint({ address: wildcard(domain), port: 0 });
