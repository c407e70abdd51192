import { EMPTY } from '../../base/bytes.ts';
import { Errno, type ErrnoCode } from '../../base/errno.ts';
import type { Endpoint } from '../endpoint.ts';
import { isAny } from '../ip.ts';
import type { Transport } from '../ip-layer.ts';
import type { NetNamespace } from '../net-namespace.ts';
import type { Packet } from '../packet.ts';
import type { TcpSocket } from './socket.ts';

/** The TCP of a namespace: which socket a segment is for. */
export class TcpLayer implements Transport {
  readonly ns: NetNamespace;
  readonly #connections = new Map<string, TcpSocket>();
  /** All bound sockets by local port: listeners and those about to connect. */
  readonly #bound = new Map<number, Set<TcpSocket>>();

  constructor(ns: NetNamespace) {
    this.ns = ns;
  }

  /** All sockets: listening, connected and in TIME-WAIT. */
  sockets(): TcpSocket[] {
    const all = new Set(this.#connections.values());
    for (const sockets of this.#bound.values()) for (const socket of sockets) all.add(socket);
    return [...all];
  }

  /** Binds to an address and port; EADDRINUSE as bind(2) says, port 0 takes a free ephemeral one. */
  bind(socket: TcpSocket, local: Endpoint): number {
    const port = local.port === 0 ? this.ephemeral((port) => !this.#bound.has(port)) : local.port;
    const there = this.#bound.get(port) ?? new Set();
    for (const other of there)
      if (this.#conflict(socket, other, local.address)) throw new Errno('EADDRINUSE');
    this.#bound.set(port, there.add(socket));
    return port;
  }

  unbind(socket: TcpSocket, port: number): void {
    const there = this.#bound.get(port);
    there?.delete(socket);
    if (there?.size === 0) this.#bound.delete(port);
  }

  /** A port of the ephemeral range whose use `free` allows (ip_local_port_range). */
  ephemeral(free: (port: number) => boolean): number {
    const [low, high] = this.ns.sysctl('net.ipv4.ip_local_port_range').split(/\s+/).map(Number) as [
      number,
      number,
    ];
    const range = high - low + 1;
    const start = this.ns.stack.random.below(range);
    for (let i = 0; i < range; i++) {
      const port = low + ((start + i) % range);
      if (free(port)) return port;
    }
    throw new Errno('EADDRINUSE');
  }

  connect(socket: TcpSocket, local: Endpoint, remote: Endpoint): void {
    const name = key(local, remote);
    if (this.#connections.has(name) && !this.#connections.get(name)!.timeWait)
      throw new Errno('EADDRNOTAVAIL');
    this.#connections.set(name, socket);
  }

  has(local: Endpoint, remote: Endpoint): boolean {
    return this.#connections.has(key(local, remote));
  }

  disconnect(socket: TcpSocket, local: Endpoint, remote: Endpoint): void {
    if (this.#connections.get(key(local, remote)) === socket) this.#connections.delete(key(local, remote));
  }

  receive(packet: Packet): void {
    const { tcp } = packet;
    if (tcp === undefined) return;
    const local = { address: packet.destination, port: packet.destinationPort };
    const remote = { address: packet.source, port: packet.sourcePort };
    const connection = this.#connections.get(key(local, remote));
    if (connection !== undefined && !(connection.timeWait && tcp.syn)) {
      connection.segment(packet);
      return;
    }
    if (tcp.rst) return;
    const listener = tcp.syn && !tcp.ack ? this.listenerFor(local) : undefined;
    if (listener !== undefined) {
      listener.incoming(local, remote, tcp);
      return;
    }
    this.reset(
      local,
      remote,
      tcp.ack ? tcp.acknowledged : 0,
      tcp.sequence + packet.data.length + (tcp.syn ? 1 : 0),
    );
  }

  /** Sends a RST: there is no such connection. */
  reset(local: Endpoint, remote: Endpoint, sequence: number, acknowledged: number): void {
    this.send(local, remote, { rst: true, ack: true, sequence, acknowledged, window: 0 });
  }

  /** Sends a segment; a loss is for the timers to notice, an unreachable network is told. */
  send(
    local: Endpoint,
    remote: Endpoint,
    tcp: NonNullable<Packet['tcp']>,
    data: Uint8Array = EMPTY,
  ): ErrnoCode | undefined {
    try {
      this.ns.ip.output({
        protocol: 'tcp',
        source: local.address,
        sourcePort: local.port,
        destination: remote.address,
        destinationPort: remote.port,
        ttl: 64,
        data,
        tcp,
      });
      return undefined;
    } catch (error) {
      if (error instanceof Errno) return error.code;
      throw error;
    }
  }

  failed(about: Packet, error: ErrnoCode): void {
    const local = { address: about.source, port: about.sourcePort };
    const remote = { address: about.destination, port: about.destinationPort };
    this.#connections.get(key(local, remote))?.unreachable(error);
  }

  /** The socket that a connection to an address and port is for: bound to that address, else to any. */
  listenerFor({ address, port }: Endpoint): TcpSocket | undefined {
    let wildcard: TcpSocket | undefined;
    for (const socket of this.#bound.get(port) ?? []) {
      if (!socket.listening) continue;
      const bound = socket.boundAddress;
      if (bound === address) return socket;
      if (bound === '0.0.0.0' && !address.includes(':')) wildcard = socket;
      if (bound === '::' && (address.includes(':') || !socket.v6only)) wildcard ??= socket;
    }
    return wildcard;
  }

  #conflict(socket: TcpSocket, other: TcpSocket, address: string): boolean {
    const theirs = other.boundAddress;
    const overlap =
      theirs === address ||
      (isAny(address) && isAny(theirs)
        ? !(socket.v6only || other.v6only) || address === theirs
        : isAny(address)
          ? covers(address, theirs, socket.v6only)
          : isAny(theirs) && covers(theirs, address, other.v6only));
    if (!overlap) return false;
    const both = (option: string) => socket.options.get(option) && other.options.get(option);
    if (both('SO_REUSEPORT')) return false;
    return !(both('SO_REUSEADDR') && !other.listening);
  }
}

/** Whether a wildcard takes connections for an address too. */
const covers = (wildcard: string, address: string, v6only: boolean) =>
  address.includes(':') ? wildcard === '::' : wildcard === '0.0.0.0' || !v6only;

const key = (local: Endpoint, remote: Endpoint) =>
  `${local.address} ${local.port} ${remote.address} ${remote.port}`;
