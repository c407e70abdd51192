import type { Clock } from '../base/clock.ts';
import { Errno, type ErrnoCode } from '../base/errno.ts';
import { isLoopback, parseIp } from './ip.ts';
import type { NetNamespace } from './net-namespace.ts';
import type { NetDevice } from './netdevice.ts';
import type { Netfilter } from './netfilter.ts';
import { BROADCAST_MAC, type Frame, type IcmpHeader, type Packet } from './packet.ts';
import { translated, tupleOf } from './tuple.ts';

/** What it costs a machine to carry a packet through its stack once, in ms. */
const STACK_COST = 0.008;

/** Where a packet goes from here. */
export interface Path {
  device: NetDevice;
  /** The neighbour to hand it to; undefined on loopback. */
  nextHop: string | undefined;
  /** The address it leaves with if the sender has not chosen. */
  source: string;
  local: boolean;
}

/** A protocol above IP. */
export interface Transport {
  receive(packet: Packet): void;
  /** An ICMP error about a packet that this machine sent. */
  failed(about: Packet, error: ErrnoCode): void;
}

/**
 * The way of packets through a namespace: in from a device (prerouting, then input or forward and postrouting) and
 * out from a socket (output, postrouting).
 */
export class IpLayer {
  readonly #ns: NetNamespace;
  readonly #clock: Clock;
  readonly transports: Record<Packet['protocol'], Transport>;

  constructor(ns: NetNamespace, clock: Clock, transports: Record<Packet['protocol'], Transport>) {
    this.#ns = ns;
    this.#clock = clock;
    this.transports = transports;
  }

  /** The path to an address. Throws ENETUNREACH where no route leads. */
  route(destination: string): Path {
    const ns = this.#ns;
    if (ns.isLocal(destination)) {
      if (!ns.loopback.up) throw new Errno('ENETUNREACH');
      return { device: ns.loopback, nextHop: undefined, source: destination, local: true };
    }
    const ip = parseIp(destination);
    const route = ip && ns.routes.lookup(ip);
    const device = route && ns.device(route.device);
    if (route === undefined || device === undefined || !device.up) throw new Errno('ENETUNREACH');
    const nextHop = route.gateway ?? destination;
    const source = route.source ?? ns.sourceFor(device, nextHop) ?? ns.anySource(ip!.family);
    if (source === undefined) throw new Errno(ip!.family === 'inet6' ? 'EADDRNOTAVAIL' : 'ENETUNREACH');
    return { device, nextHop, source, local: false };
  }

  /** Sends a packet of this machine. Throws what the sending call fails with: no route, or a rule that forbids. */
  output(packet: Packet): void {
    this.#clock.spend(STACK_COST);
    let path = this.route(packet.destination);
    const netfilter = this.#netfilterOf(packet);
    if (netfilter) {
      packet.tracked = netfilter.conntrack.track(packet);
      const verdict = netfilter.pass('OUTPUT', packet, undefined, path.device);
      if (verdict.kind === 'drop') {
        // A datagram's sender is told; for TCP the segment is simply lost.
        if (packet.protocol === 'tcp') return;
        throw new Errno('EPERM');
      }
      if (verdict.kind === 'reject') {
        this.#reject(packet, verdict.with);
        return;
      }
      const before = packet.destination;
      rewriteDestination(packet);
      if (packet.destination !== before) path = this.route(packet.destination);
    }
    this.#leave(packet, path);
  }

  /** A frame has come in on a device. */
  receive(device: NetDevice, frame: Frame): void {
    if (frame.arp !== undefined) {
      this.#arp(device, frame);
      return;
    }
    const { packet } = frame;
    if (packet === undefined) return;
    if (frame.destination !== device.mac && frame.destination !== BROADCAST_MAC) return;
    if (device.kind !== 'loopback') {
      this.#clock.spend(STACK_COST);
      // What claims to come from loopback, or from this very machine, is a martian and dropped.
      if (isLoopback(packet.source) || isLoopback(packet.destination) || this.#ns.isLocal(packet.source))
        return;
      packet.tracked = undefined;
    }
    const netfilter = this.#netfilterOf(packet);
    if (netfilter) {
      packet.tracked ??= netfilter.conntrack.track(packet);
      const verdict = netfilter.pass('PREROUTING', packet, device);
      if (verdict.kind !== 'accept') return;
      rewriteDestination(packet);
    }
    if (this.#ns.isLocal(packet.destination) || this.#ns.isBroadcast(packet.destination))
      this.#input(packet, device);
    else this.#forward(packet, device);
  }

  /** What a packet has to pass: IPv6 is not filtered here. */
  #netfilterOf(packet: Packet): Netfilter | undefined {
    return packet.destination.includes(':') ? undefined : this.#ns.netfilter;
  }

  #input(packet: Packet, device: NetDevice): void {
    const { netfilter } = this.#ns;
    if (netfilter && packet.tracked !== undefined) {
      const verdict = netfilter.pass('INPUT', packet, device);
      if (verdict.kind === 'drop') return;
      if (verdict.kind === 'reject') {
        this.#reject(packet, verdict.with);
        return;
      }
      rewriteSource(packet);
      netfilter.conntrack.confirm(packet.tracked);
    }
    this.transports[packet.protocol].receive(packet);
  }

  #forward(packet: Packet, from: NetDevice): void {
    if (this.#ns.sysctl('net.ipv4.ip_forward') !== '1') return;
    if (packet.ttl <= 1) {
      this.#complain(packet, { type: 'time-exceeded', code: 'ttl' });
      return;
    }
    packet.ttl--;
    let path: Path;
    try {
      path = this.route(packet.destination);
    } catch {
      this.#complain(packet, { type: 'unreachable', code: 'net' });
      return;
    }
    const { netfilter } = this.#ns;
    if (netfilter && packet.tracked !== undefined) {
      const verdict = netfilter.pass('FORWARD', packet, from, path.device);
      if (verdict.kind === 'drop') return;
      if (verdict.kind === 'reject') {
        this.#reject(packet, verdict.with);
        return;
      }
    }
    this.#leave(packet, path);
  }

  #leave(packet: Packet, path: Path): void {
    const { netfilter } = this.#ns;
    if (netfilter && packet.tracked !== undefined) {
      const verdict = netfilter.pass('POSTROUTING', packet, undefined, path.device);
      if (verdict.kind !== 'accept') return;
      rewriteSource(packet);
      if (!path.local) netfilter.conntrack.confirm(packet.tracked);
    }
    const { device, nextHop } = path;
    if (nextHop === undefined) device.transmit({ source: device.mac, destination: device.mac, packet });
    else if (this.#ns.isBroadcast(packet.destination))
      device.transmit({ source: device.mac, destination: BROADCAST_MAC, packet });
    else this.#ns.neighbours.send(device, nextHop, path.source, packet);
  }

  /** A neighbour did not answer for its address. */
  unreachable(packet: Packet): void {
    this.#complain(packet, { type: 'unreachable', code: 'host' });
  }

  /** iptables' REJECT. */
  #reject(packet: Packet, how: string): void {
    if (how === 'tcp-reset') {
      if (packet.tcp === undefined || packet.tcp.rst) return;
      const { source, sourcePort, destination, destinationPort } = asSent(packet);
      this.#send({
        protocol: 'tcp',
        source: destination,
        sourcePort: destinationPort,
        destination: source,
        destinationPort: sourcePort,
        ttl: 64,
        data: packet.data.subarray(0, 0),
        tcp: { rst: true, ack: true, sequence: 0, acknowledged: packet.tcp.sequence + 1, window: 0 },
      });
      return;
    }
    const code = /net/.test(how)
      ? 'net'
      : /host-unreach/.test(how)
        ? 'host'
        : /prohib/.test(how)
          ? 'admin'
          : 'port';
    this.#complain(packet, { type: 'unreachable', code });
  }

  /** Sends an ICMP error to the sender of a packet. */
  #complain(packet: Packet, icmp: IcmpHeader): void {
    if (packet.icmp !== undefined && packet.icmp.type !== 'echo-request') return;
    const about = asSent(packet);
    if (this.#ns.isLocal(about.source)) {
      this.#failed(about, icmp);
      return;
    }
    let source: string;
    try {
      source = this.route(about.source).source;
    } catch {
      return;
    }
    this.#send({
      protocol: 'icmp',
      source,
      sourcePort: 0,
      destination: about.source,
      destinationPort: 0,
      ttl: 64,
      data: about.data.subarray(0, 28),
      icmp: { ...icmp, about },
    });
  }

  /** Answers a datagram that nobody listens for. */
  portUnreachable(packet: Packet): void {
    this.#complain(packet, { type: 'unreachable', code: 'port' });
  }

  /** An ICMP error has arrived, or arisen here, about a packet that this machine sent. */
  #failed(about: Packet, icmp: IcmpHeader): void {
    const error: ErrnoCode =
      icmp.type === 'time-exceeded' || icmp.code === 'host' || icmp.code === 'admin'
        ? 'EHOSTUNREACH'
        : icmp.code === 'net'
          ? 'ENETUNREACH'
          : 'ECONNREFUSED';
    this.transports[about.protocol].failed({ ...about, icmp: about.icmp ?? icmp }, error);
  }

  /** Hands an ICMP error that came in to the protocol of the packet it is about. */
  errorArrived(packet: Packet): void {
    if (packet.icmp?.about !== undefined) this.#failed(packet.icmp.about, packet.icmp);
  }

  #send(packet: Packet): void {
    try {
      this.output(packet);
    } catch {
      // Nobody waits for an answer that cannot be sent.
    }
  }

  #arp(device: NetDevice, { arp }: Frame): void {
    if (arp === undefined) return;
    const { neighbours } = this.#ns;
    if (arp.operation === 'reply') {
      if (arp.target.mac === device.mac) neighbours.learn(device, arp);
      return;
    }
    if (!this.#ns.isLocal(arp.target.address) || isLoopback(arp.target.address)) {
      neighbours.learn(device, arp);
      return;
    }
    neighbours.heard(device, arp.sender.address, arp.sender.mac);
    device.transmit({
      source: device.mac,
      destination: arp.sender.mac,
      arp: {
        operation: 'reply',
        sender: { mac: device.mac, address: arp.target.address },
        target: arp.sender,
      },
    });
  }
}

/** Prerouting and output turn the destination (and of a related error the packet within) to what the connection says. */
function rewriteDestination(packet: Packet): void {
  const { tracked } = packet;
  if (tracked === undefined) return;
  const tuple = translated(tracked);
  packet.destination = tuple.destination;
  if (tracked.related) {
    const about = packet.icmp?.about;
    if (about === undefined) return;
    // The error bears the packet as its sender knows it: the other direction, before translation.
    const own = tracked.direction === 'reply' ? tracked.connection.original : tracked.connection.reply;
    packet.icmp = {
      ...packet.icmp!,
      about: {
        ...about,
        source: own.source,
        sourcePort: own.sourcePort,
        destination: own.destination,
        destinationPort: own.destinationPort,
      },
    };
    return;
  }
  packet.destinationPort = tuple.destinationPort;
}

/** Postrouting and input do the same with the source. */
function rewriteSource(packet: Packet): void {
  const { tracked } = packet;
  if (tracked === undefined || tracked.related) return;
  const tuple = translated(tracked);
  packet.source = tuple.source;
  packet.sourcePort = tuple.sourcePort;
}

/** A packet as its sender sent it into this namespace, before any translation here. */
function asSent(packet: Packet): Packet {
  const { tracked } = packet;
  if (tracked === undefined || tracked.related) return packet;
  const own = tracked.direction === 'original' ? tracked.connection.original : tracked.connection.reply;
  const tuple = tracked.connection.confirmed || tracked.direction === 'original' ? own : tupleOf(packet);
  return { ...packet, ...tuple, tracked: undefined };
}
