import { EMPTY } from '../base/bytes.ts';
import { Errno, type ErrnoCode } from '../base/errno.ts';
import type { MaybePromise } from '../base/maybe-promise.ts';
import type { Caller } from '../vfs/caller.ts';
import type { Readiness } from '../vfs/file.ts';
import type { SocketAddress } from './address.ts';
import {
  addressOf,
  type Endpoint,
  endpointOf,
  type InetDomain,
  showAnyone,
  showEndpoint,
  wildcard,
} from './endpoint.ts';
import { isAny } from './ip.ts';
import type { Transport } from './ip-layer.ts';
import type { NetNamespace } from './net-namespace.ts';
import type { SocketInfo } from './netlink.ts';
import type { Packet } from './packet.ts';
import { type Datagram, type ShutdownHow, Socket } from './socket.ts';

/** The largest datagram: 65535 less the headers of IP and UDP. */
const LARGEST = 65_507;
/** net.core.rmem_default */
const RECEIVE_BUFFER = 212_992;

/** The UDP of a namespace: which socket a datagram is for. */
export class UdpLayer implements Transport {
  readonly ns: NetNamespace;
  readonly #bound = new Map<number, Set<UdpSocket>>();

  constructor(ns: NetNamespace) {
    this.ns = ns;
  }

  sockets(): UdpSocket[] {
    return [...this.#bound.values()].flatMap((sockets) => [...sockets]);
  }

  bind(socket: UdpSocket, local: Endpoint): number {
    const port = local.port === 0 ? this.ns.tcp.ephemeral((port) => !this.#bound.has(port)) : local.port;
    const there = this.#bound.get(port) ?? new Set();
    for (const other of there) {
      const shared = ['SO_REUSEADDR', 'SO_REUSEPORT'].some(
        (option) => socket.options.get(option) && other.options.get(option),
      );
      if (!shared && overlap(reach(local.address, socket), reach(other.boundAddress, other)))
        throw new Errno('EADDRINUSE');
    }
    this.#bound.set(port, there.add(socket));
    return port;
  }

  unbind(socket: UdpSocket, port: number): void {
    const there = this.#bound.get(port);
    there?.delete(socket);
    if (there?.size === 0) this.#bound.delete(port);
  }

  receive(packet: Packet): void {
    const local = { address: packet.destination, port: packet.destinationPort };
    const remote = { address: packet.source, port: packet.sourcePort };
    const socket = this.socketFor(local, remote);
    if (socket !== undefined) socket.datagram(remote, packet);
    else this.ns.ip.portUnreachable(packet);
  }

  failed(about: Packet, error: ErrnoCode): void {
    const remote = { address: about.destination, port: about.destinationPort };
    this.socketFor({ address: about.source, port: about.sourcePort }, remote)?.unreachable(remote, error);
  }

  /** The socket that fits best: connected to the sender, then bound to the address, then to any. */
  socketFor(local: Endpoint, remote: Endpoint): UdpSocket | undefined {
    let best: UdpSocket | undefined;
    let rank = 0;
    for (const socket of this.#bound.get(local.port) ?? []) {
      const fits = socket.fits(local, remote);
      if (fits > rank) [best, rank] = [socket, fits];
    }
    return best;
  }
}

/** A UDP socket (udp(7)). */
export class UdpSocket extends Socket {
  readonly domain: InetDomain;
  readonly type = 'dgram';
  readonly #layer: UdpLayer;
  #local: Endpoint | undefined;
  #remote: Endpoint | undefined;
  readonly #queue: Datagram[] = [];
  #queued = 0;
  #error: ErrnoCode | undefined;
  #readShut = false;
  #writeShut = false;
  #released = false;

  constructor(layer: UdpLayer, domain: InetDomain = 'inet', owner?: { uid: number; gid: number }) {
    super(layer.ns.stack.sockfs.newInode(owner));
    this.#layer = layer;
    this.domain = domain;
  }

  get boundAddress(): string {
    return this.#local?.address ?? '';
  }

  get v6only(): boolean {
    return this.options.get('IPV6_V6ONLY') === 1;
  }

  override bind(address: SocketAddress, caller: Caller): void {
    if (this.#local !== undefined) throw new Errno('EINVAL');
    const local = endpointOf(this.domain, address);
    this.#layer.ns.checkBind(local, caller);
    this.#take(local);
  }

  override connect(address: SocketAddress): void {
    const remote = endpointOf(this.domain, address);
    if (isAny(remote.address)) remote.address = '127.0.0.1';
    const { source } = this.#layer.ns.ip.route(remote.address);
    if (this.#local === undefined) this.#take({ address: source, port: 0 });
    this.#remote = remote;
  }

  /** 0: not for this socket; the higher, the better it fits. */
  fits(local: Endpoint, remote: Endpoint): number {
    const mine = this.#local!.address;
    const exact = mine === local.address;
    const isV6 = local.address.includes(':');
    if (!exact && !(isAny(mine) && (mine === '::' ? isV6 || !this.v6only : !isV6))) return 0;
    if (this.#remote === undefined) return exact ? 2 : 1;
    return this.#remote.address === remote.address && this.#remote.port === remote.port ? 3 : 0;
  }

  datagram(from: Endpoint, packet: Packet): void {
    // A full buffer loses what comes: UDP promises nothing.
    if (this.#readShut || this.#queued + packet.data.length > RECEIVE_BUFFER) return;
    this.#queue.push({ data: packet.data, address: addressOf(this.domain, from), ttl: packet.ttl });
    this.#queued += packet.data.length;
    this.changed.wakeAll();
  }

  /** Only a connected socket hears of errors (udp(7)). */
  unreachable(remote: Endpoint, error: ErrnoCode): void {
    if (this.#remote?.address !== remote.address || this.#remote.port !== remote.port) return;
    this.#error = error;
    this.changed.wakeAll();
  }

  write(data: Uint8Array): number {
    if (this.#remote === undefined) throw new Errno('EDESTADDRREQ');
    return this.#send(data, this.#remote);
  }

  override sendto(data: Uint8Array, address: SocketAddress | undefined): number {
    return address === undefined ? this.write(data) : this.#send(data, endpointOf(this.domain, address));
  }

  #send(data: Uint8Array, to: Endpoint): number {
    this.#throwPending();
    if (this.#writeShut) throw new Errno('EPIPE');
    if (data.length > LARGEST) throw new Errno('EMSGSIZE');
    const { ip } = this.#layer.ns;
    if (this.#local === undefined) this.#take({ address: wildcard(this.domain), port: 0 });
    const { source } = ip.route(to.address);
    const from = isAny(this.#local!.address) ? source : this.#local!.address;
    ip.output({
      protocol: 'udp',
      source: from,
      sourcePort: this.#local!.port,
      destination: to.address,
      destinationPort: to.port,
      ttl: this.options.get('IP_TTL') ?? 64,
      data: data.slice(),
    });
    return data.length;
  }

  override recvfrom(max: number, caller: Caller): Promise<Datagram> {
    return this.#receive(max, caller);
  }

  async #receive(max: number, caller: Caller): Promise<Datagram> {
    for (;;) {
      this.#throwPending();
      const datagram = this.#queue.shift();
      if (datagram !== undefined) {
        this.#queued -= datagram.data.length;
        // What does not fit is lost (recv(2)).
        return { ...datagram, data: datagram.data.subarray(0, max) };
      }
      if (this.#readShut || this.#released)
        return { data: EMPTY, address: addressOf(this.domain, { address: '0.0.0.0', port: 0 }) };
      await this.wait(caller);
    }
  }

  read(max: number, caller: Caller): MaybePromise<Uint8Array> {
    return this.#receive(max, caller).then(({ data }) => data);
  }

  override shutdown(how: ShutdownHow): void {
    if (this.#remote === undefined) throw new Errno('ENOTCONN');
    if (how !== 'write') this.#readShut = true;
    if (how !== 'read') this.#writeShut = true;
    this.changed.wakeAll();
  }

  poll(): Readiness {
    const readable = this.#queue.length > 0 || this.#error !== undefined || this.#readShut;
    return { readable, writable: true, hangup: this.#readShut && this.#writeShut };
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    if (this.#local !== undefined) this.#layer.unbind(this, this.#local.port);
    this.changed.wakeAll();
  }

  getsockname(): SocketAddress {
    return addressOf(this.domain, this.#local ?? { address: wildcard(this.domain), port: 0 });
  }

  getpeername(): SocketAddress {
    if (this.#remote === undefined) throw new Errno('ENOTCONN');
    return addressOf(this.domain, this.#remote);
  }

  info(): SocketInfo {
    const { ino, uid } = this.inode.stat();
    return {
      protocol: 'udp',
      state: this.#remote === undefined ? 'UNCONN' : 'ESTAB',
      local: showEndpoint(this.#local!),
      peer: this.#remote === undefined ? showAnyone(this.domain) : showEndpoint(this.#remote),
      inode: ino,
      uid,
      receiveQueue: this.#queued,
      sendQueue: 0,
    };
  }

  protected override available(): number {
    return this.#queue[0]?.data.length ?? 0;
  }

  #take(local: Endpoint): void {
    this.#local = local;
    try {
      this.#local = { ...local, port: this.#layer.bind(this, local) };
    } catch (error) {
      this.#local = undefined;
      throw error;
    }
  }

  #throwPending(): void {
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) throw new Errno(error);
  }
}

/** The addresses that a bound socket takes: one, all of a family, or all there are (ipv6(7), IPV6_V6ONLY). */
interface Reach {
  address: string;
  families: string;
}

const reach = (address: string, socket: UdpSocket): Reach => ({
  address,
  families: !address.includes(':') ? '4' : address === '::' && !socket.v6only ? '46' : '6',
});

const overlap = (a: Reach, b: Reach) =>
  a.address === b.address ||
  ((isAny(a.address) || isAny(b.address)) && [...a.families].some((family) => b.families.includes(family)));
