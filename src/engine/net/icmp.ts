import { concat, EMPTY } from '../base/bytes.ts';
import { Errno, type ErrnoCode } from '../base/errno.ts';
import type { MaybePromise } from '../base/maybe-promise.ts';
import type { Caller } from '../vfs/caller.ts';
import type { Readiness } from '../vfs/file.ts';
import type { SocketAddress } from './address.ts';
import { unmapped } from './ip.ts';
import type { Transport } from './ip-layer.ts';
import type { NetNamespace } from './net-namespace.ts';
import type { SocketInfo } from './netlink.ts';
import type { IcmpHeader, Packet } from './packet.ts';
import { type Datagram, type ShutdownHow, Socket } from './socket.ts';

/** An ICMP message as raw sockets see it (RFC 792), without the IP header before it. */
export interface IcmpMessage {
  type: number;
  code: number;
  /** Of echo messages. */
  identifier: number;
  sequence: number;
  data: Uint8Array;
}

const TYPES: Record<IcmpHeader['type'], number> = {
  'echo-reply': 0,
  unreachable: 3,
  'echo-request': 8,
  'time-exceeded': 11,
};
const CODES: Record<NonNullable<IcmpHeader['code']>, number> = {
  net: 0,
  host: 1,
  port: 3,
  admin: 13,
  ttl: 0,
};

export function encodeIcmp({ type, code, identifier, sequence, data }: IcmpMessage): Uint8Array {
  const out = concat([new Uint8Array(8), data]);
  const view = new DataView(out.buffer, out.byteOffset, out.byteLength);
  out[0] = type;
  out[1] = code;
  view.setUint16(4, identifier);
  view.setUint16(6, sequence);
  view.setUint16(2, checksum(out));
  return out;
}

/** undefined for what is too short or has a wrong checksum. */
export function decodeIcmp(bytes: Uint8Array): IcmpMessage | undefined {
  if (bytes.length < 8 || checksum(bytes) !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    type: bytes[0]!,
    code: bytes[1]!,
    identifier: view.getUint16(4),
    sequence: view.getUint16(6),
    data: bytes.subarray(8),
  };
}

/** The Internet checksum (RFC 1071). */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i]! << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** The ICMP of a namespace: answers echo requests and shows all that comes to raw sockets. */
export class IcmpLayer implements Transport {
  readonly ns: NetNamespace;
  readonly open = new Set<IcmpSocket>();

  constructor(ns: NetNamespace) {
    this.ns = ns;
  }

  receive(packet: Packet): void {
    const { icmp } = packet;
    if (icmp === undefined) return;
    for (const socket of this.open) socket.message(packet);
    if (icmp.about !== undefined) {
      this.ns.ip.errorArrived(packet);
      return;
    }
    if (icmp.type !== 'echo-request') return;
    try {
      this.ns.ip.output({
        protocol: 'icmp',
        source: packet.destination,
        sourcePort: 0,
        destination: packet.source,
        destinationPort: packet.sourcePort,
        ttl: 64,
        data: packet.data,
        icmp: { type: 'echo-reply', sequence: icmp.sequence },
      });
    } catch {
      // A reply that cannot be routed is lost.
    }
  }

  /** An error about an echo request of this machine that arose here: raw sockets see it as if it had come in. */
  failed(about: Packet, _error: ErrnoCode): void {
    const { icmp } = about;
    if (icmp === undefined || icmp.about !== undefined) return;
    if (this.ns.isLocal(about.source)) for (const socket of this.open) socket.unreachable(about);
  }
}

/** A raw socket for ICMP (raw(7)): what `ping` and `traceroute` use. Messages come without their IP header; the sender and TTL stand beside them. */
export class IcmpSocket extends Socket {
  readonly domain: 'inet' | 'inet6';
  readonly type = 'raw';
  readonly #layer: IcmpLayer;
  #remote: string | undefined;
  readonly #queue: Datagram[] = [];
  #released = false;

  constructor(layer: IcmpLayer, domain: 'inet' | 'inet6' = 'inet', owner?: { uid: number; gid: number }) {
    super(layer.ns.stack.sockfs.newInode(owner));
    this.#layer = layer;
    this.domain = domain;
    layer.open.add(this);
  }

  message(packet: Packet): void {
    const { icmp } = packet;
    if (icmp === undefined || (this.#remote !== undefined && packet.source !== this.#remote)) return;
    const about = icmp.about;
    const data = encodeIcmp({
      type: TYPES[icmp.type],
      code: icmp.code === undefined ? 0 : CODES[icmp.code],
      identifier: about === undefined ? packet.sourcePort || packet.destinationPort : 0,
      sequence: about === undefined ? (icmp.sequence ?? 0) : 0,
      data: about === undefined ? packet.data : quoted(about),
    });
    this.#take(data, packet.source, packet.ttl);
  }

  /** The next hop of an echo request did not answer: the machine itself reports it. */
  unreachable(about: Packet): void {
    const data = encodeIcmp({ type: 3, code: 1, identifier: 0, sequence: 0, data: quoted(about) });
    this.#take(data, about.source, 64);
  }

  #take(data: Uint8Array, source: string, ttl: number): void {
    if (this.#queue.length > 256) return;
    this.#queue.push({ data, address: { family: this.domain, address: source, port: 0 }, ttl });
    this.changed.wakeAll();
  }

  override connect(address: SocketAddress): void {
    if (address.family === 'unix') throw new Errno('EAFNOSUPPORT');
    this.#layer.ns.ip.route(unmapped(address.address));
    this.#remote = unmapped(address.address);
  }

  write(data: Uint8Array): number {
    if (this.#remote === undefined) throw new Errno('EDESTADDRREQ');
    return this.#send(data, this.#remote);
  }

  override sendto(data: Uint8Array, address: SocketAddress | undefined): number {
    if (address === undefined) return this.write(data);
    if (address.family === 'unix') throw new Errno('EAFNOSUPPORT');
    return this.#send(data, unmapped(address.address));
  }

  #send(bytes: Uint8Array, to: string): number {
    const message = decodeIcmp(bytes);
    // Only echo messages are modelled.
    if (message === undefined || (message.type !== 8 && message.type !== 0)) throw new Errno('EINVAL');
    const { ip } = this.#layer.ns;
    const request = message.type === 8;
    ip.output({
      protocol: 'icmp',
      source: ip.route(to).source,
      sourcePort: request ? message.identifier : 0,
      destination: to,
      destinationPort: request ? 0 : message.identifier,
      ttl: this.options.get('IP_TTL') ?? 64,
      data: message.data.slice(),
      icmp: { type: request ? 'echo-request' : 'echo-reply', sequence: message.sequence },
    });
    return bytes.length;
  }

  override async recvfrom(max: number, caller: Caller): Promise<Datagram> {
    for (;;) {
      const datagram = this.#queue.shift();
      if (datagram !== undefined) return { ...datagram, data: datagram.data.subarray(0, max) };
      if (this.#released)
        return { data: EMPTY, address: { family: this.domain, address: '0.0.0.0', port: 0 } };
      await this.wait(caller);
    }
  }

  read(max: number, caller: Caller): MaybePromise<Uint8Array> {
    return this.recvfrom(max, caller).then(({ data }) => data);
  }

  override shutdown(_how: ShutdownHow): void {
    if (this.#remote === undefined) throw new Errno('ENOTCONN');
  }

  poll(): Readiness {
    return { readable: this.#queue.length > 0, writable: true, hangup: false };
  }

  release(): void {
    this.#released = true;
    this.#layer.open.delete(this);
    this.changed.wakeAll();
  }

  getsockname(): SocketAddress {
    return { family: this.domain, address: this.domain === 'inet6' ? '::' : '0.0.0.0', port: 0 };
  }

  getpeername(): SocketAddress {
    if (this.#remote === undefined) throw new Errno('ENOTCONN');
    return { family: this.domain, address: this.#remote, port: 0 };
  }

  info(): SocketInfo {
    const { ino, uid } = this.inode.stat();
    return {
      protocol: 'raw',
      state: 'UNCONN',
      local: '0.0.0.0:icmp',
      peer: '0.0.0.0:*',
      inode: ino,
      uid,
      receiveQueue: 0,
      sendQueue: 0,
    };
  }
}

/**
 * What an ICMP error quotes: the IP header and eight bytes of the packet it is about. Of the header only the length, the
 * protocol and the addresses are filled in.
 */
function quoted(about: Packet): Uint8Array {
  const header = new Uint8Array(20);
  header[0] = 0x45;
  header[8] = about.ttl;
  header[9] = about.protocol === 'tcp' ? 6 : about.protocol === 'udp' ? 17 : 1;
  if (!about.source.includes(':')) {
    header.set(about.source.split('.').map(Number), 12);
    header.set(about.destination.split('.').map(Number), 16);
  }
  if (about.icmp !== undefined) {
    const echo = {
      type: 8,
      code: 0,
      identifier: about.sourcePort,
      sequence: about.icmp.sequence ?? 0,
      data: EMPTY,
    };
    return concat([header, encodeIcmp(echo)]);
  }
  const ports = new Uint8Array(8);
  new DataView(ports.buffer).setUint16(0, about.sourcePort);
  new DataView(ports.buffer).setUint16(2, about.destinationPort);
  return concat([header, ports]);
}
