import { EMPTY } from '../../../engine/base/bytes.ts';
import { isErrno } from '../../../engine/base/errno.ts';
import { isLoopback, parseIp } from '../../../engine/net/ip.ts';
import type { Path } from '../../../engine/net/ip-layer.ts';
import type { NetNamespace } from '../../../engine/net/net-namespace.ts';
import type { NetDevice } from '../../../engine/net/netdevice.ts';
import type { Hook, Meeting } from '../../../engine/net/netfilter.ts';
import type { IptablesTable, Route } from '../../../engine/net/netlink.ts';
import type { Packet } from '../../../engine/net/packet.ts';
import { type Connection, mirror, type Tuple, translated, tupleOf } from '../../../engine/net/tuple.ts';
import { ruleWords } from '../../../engine/userland/net/iptables/rule-words.ts';
import { linkWay } from './link-way.ts';
import type { SocketOwners } from './socket-owners.ts';

/** A rule that a packet meets, or at the end of a chain its policy. */
export interface MeetingView {
  table: IptablesTable;
  chain: string;
  /** As `iptables -S` writes it. */
  text: string;
  target: string;
  /** How many packets it has matched so far; none of a policy. */
  packets?: number;
}

/** Why a packet comes no further. */
export type Loss =
  | 'rule'
  | 'no-route'
  | 'no-forwarding'
  | 'martian'
  | 'device-down'
  | 'no-neighbour'
  | 'refused'
  | 'too-far';

/** A place that a packet passes. */
export interface Station {
  /** Inode number of the network namespace that it is in. */
  namespace: number;
  is: 'send' | 'route' | 'hook' | 'device' | 'arrive' | 'leave' | 'lost';
  hook?: Hook;
  meetings?: MeetingView[];
  /** The route that was chosen; none where the address is the namespace's own. */
  route?: Route;
  device?: { name: string; kind: NetDevice['kind'] };
  /** Who holds the socket that it arrives at; none where the kernel itself answers. */
  process?: { pid: number; comm: string };
  why?: Loss;
  /** The neighbour that nobody answers for, or the router that it is handed to. */
  neighbour?: string;
  /** The packet as it goes on. */
  packet: Tuple;
  /** What the station has written anew in it. */
  changed: ('source' | 'destination')[];
}

/** Where a packet has come to. */
export interface Journey {
  stations: Station[];
  end: 'arrived' | 'left' | 'lost';
}

/** A journey as it is under way: with what the next may have to know of its end. */
export interface Travelled extends Journey {
  packet: Packet;
  net: NetNamespace;
  /** The arguments of the process that it has arrived at. */
  argv: readonly string[];
}

/** More stations than any way has that does not run in a circle. */
const MOST = 100;

/**
 * Lets packets travel through a machine in thought: its routes, rules, devices and sockets decide at each place as they would for a
 * real one (engine/net/ip-layer.ts), but nothing is sent, counted or remembered.
 * A traveller remembers the connections of its own packets, so that answers find their way back.
 */
export class Traveller {
  readonly #numbers: ReadonlyMap<NetNamespace, number>;
  readonly #owners: SocketOwners;
  readonly #connections = new Map<NetNamespace, Connection[]>();
  #stations: Station[] = [];

  constructor(numbers: ReadonlyMap<NetNamespace, number>, owners: SocketOwners) {
    this.#numbers = numbers;
    this.#owners = owners;
  }

  /** A packet that a program of a namespace sends. Without a source it gets the one that its route says. */
  send(net: NetNamespace, to: Omit<Tuple, 'source'> & { source?: string }): Travelled {
    this.#stations = [];
    const packet = packetOf({ ...to, source: to.source ?? '' });
    const path = pathTo(net, packet.destination);
    packet.source ||= path?.source ?? '0.0.0.0';
    this.#note(net, packet, { is: 'send' });
    return this.#output(net, packet, path);
  }

  /** A packet that another machine has sent, as it comes in by a network card. */
  receive(device: NetDevice, tuple: Tuple): Travelled {
    this.#stations = [];
    const packet = packetOf(tuple);
    return this.#receive(device, packet);
  }

  /** The first answer to a packet that has arrived. */
  answer({ net, packet }: Travelled): Travelled {
    this.#stations = [];
    const reply = packetOf(mirror(tupleOf(packet)), true);
    this.#note(net, reply, { is: 'send' });
    return this.#output(net, reply, pathTo(net, reply.destination));
  }

  #output(net: NetNamespace, packet: Packet, first: Path | undefined): Travelled {
    let path = first;
    if (path === undefined) return this.#lost(net, packet, 'no-route');
    this.#route(net, packet, path);
    if (!this.#hook(net, packet, 'OUTPUT', undefined, path.device)) return this.#ended(net, packet, 'lost');
    const before = packet.destination;
    this.#rewrite(packet, 'destination');
    if (packet.destination !== before) {
      path = pathTo(net, packet.destination);
      if (path === undefined) return this.#lost(net, packet, 'no-route');
      this.#route(net, packet, path);
    }
    return this.#leave(net, packet, path);
  }

  #receive(device: NetDevice, packet: Packet): Travelled {
    const net = device.namespace;
    if (this.#stations.length > MOST) return this.#lost(net, packet, 'too-far');
    this.#note(net, packet, { is: 'device', device });
    if (device.kind !== 'loopback') {
      if (isLoopback(packet.source) || isLoopback(packet.destination) || net.isLocal(packet.source))
        return this.#lost(net, packet, 'martian');
      delete packet.tracked;
    }
    if (!this.#hook(net, packet, 'PREROUTING', device, undefined)) return this.#ended(net, packet, 'lost');
    this.#rewrite(packet, 'destination');
    if (net.isLocal(packet.destination)) return this.#input(net, packet, device);
    return this.#forward(net, packet, device);
  }

  #input(net: NetNamespace, packet: Packet, device: NetDevice): Travelled {
    this.#note(net, packet, { is: 'route' });
    if (!this.#hook(net, packet, 'INPUT', device, undefined)) return this.#ended(net, packet, 'lost');
    this.#rewrite(packet, 'source');
    const { protocol, source, sourcePort, destination, destinationPort } = packet;
    const answer = packet.tracked?.direction === 'reply' || packet.icmp?.type === 'echo-reply';
    if (protocol === 'icmp' || answer) {
      this.#note(net, packet, { is: 'arrive' });
      return this.#ended(net, packet, 'arrived');
    }
    const local = { address: destination, port: destinationPort };
    const socket =
      protocol === 'tcp'
        ? net.tcp.listenerFor(local)
        : net.udp.socketFor(local, { address: source, port: sourcePort });
    if (socket === undefined) return this.#lost(net, packet, 'refused');
    const owner = this.#owners.of(socket);
    this.#note(net, packet, {
      is: 'arrive',
      ...(owner ? { process: { pid: owner.pid, comm: owner.comm } } : {}),
    });
    return this.#ended(net, packet, 'arrived', owner?.image.argv);
  }

  #forward(net: NetNamespace, packet: Packet, from: NetDevice): Travelled {
    if (net.sysctl('net.ipv4.ip_forward') !== '1') return this.#lost(net, packet, 'no-forwarding');
    const path = pathTo(net, packet.destination);
    if (path === undefined) return this.#lost(net, packet, 'no-route');
    this.#route(net, packet, path);
    if (!this.#hook(net, packet, 'FORWARD', from, path.device)) return this.#ended(net, packet, 'lost');
    return this.#leave(net, packet, path);
  }

  #leave(net: NetNamespace, packet: Packet, path: Path): Travelled {
    if (!this.#hook(net, packet, 'POSTROUTING', undefined, path.device))
      return this.#ended(net, packet, 'lost');
    this.#rewrite(packet, 'source');
    const { device, nextHop } = path;
    if (nextHop === undefined) return this.#receive(device, packet);
    const way = linkWay(device, nextHop);
    if (way.is === 'lost') {
      this.#note(way.device.namespace, packet, { is: 'device', device: way.device });
      return this.#lost(way.device.namespace, packet, way.why, nextHop);
    }
    const receiver = way.is === 'reached' ? way.devices.at(-1) : undefined;
    for (const passed of way.devices)
      if (passed !== receiver) this.#note(passed.namespace, packet, { is: 'device', device: passed });
    if (receiver !== undefined) return this.#receive(receiver, packet);
    this.#note(net, packet, { is: 'leave', neighbour: nextHop });
    return this.#ended(net, packet, 'left');
  }

  /** Whether a packet passes a hook; then its place in its connection is known. */
  #hook(
    net: NetNamespace,
    packet: Packet,
    hook: Hook,
    inDevice: NetDevice | undefined,
    outDevice: NetDevice | undefined,
  ): boolean {
    const { netfilter } = net;
    if (netfilter === undefined) return true;
    packet.tracked ??= this.#track(net, packet);
    const met: Meeting[] = [];
    const verdict = netfilter.pass(hook, packet, inDevice, outDevice, (meeting) => met.push(meeting));
    const meetings = met.filter(tells).map(meetingView);
    const side = hook === 'PREROUTING' || hook === 'OUTPUT' ? 'destination' : 'source';
    const changed = verdict.kind === 'accept' && rewrites(packet, hook) ? ([side] as const) : [];
    if (meetings.length > 0 || changed.length > 0)
      this.#note(net, packet, { is: 'hook', hook, meetings, changed: [...changed] });
    if (verdict.kind !== 'accept') this.#note(net, packet, { is: 'lost', why: 'rule', hook });
    return verdict.kind === 'accept';
  }

  /** The connection of a packet, as this traveller knows it; a new one where it knows none. */
  #track(net: NetNamespace, packet: Packet): NonNullable<Packet['tracked']> {
    const known = this.#connections.get(net) ?? [];
    this.#connections.set(net, known);
    const tuple = tupleOf(packet);
    for (const connection of known) {
      if (same(connection.original, tuple)) return { connection, direction: 'original' };
      if (same(connection.reply, tuple)) {
        connection.answered = true;
        return { connection, direction: 'reply' };
      }
    }
    const connection: Connection = {
      original: tuple,
      reply: mirror(tuple),
      answered: false,
      expires: Number.POSITIVE_INFINITY,
      decided: { destination: false, source: false },
      confirmed: false,
    };
    known.push(connection);
    return { connection, direction: 'original' };
  }

  #rewrite(packet: Packet, side: 'source' | 'destination'): void {
    if (packet.tracked === undefined) return;
    const tuple = translated(packet.tracked);
    packet[side] = tuple[side];
    packet[`${side}Port`] = tuple[`${side}Port`];
  }

  #route(net: NetNamespace, packet: Packet, { device, local }: Path): void {
    const ip = local ? undefined : parseIp(packet.destination);
    const route = ip && net.routes.lookup(ip);
    this.#note(net, packet, { is: 'route', device, ...(route ? { route: { ...route } } : {}) });
  }

  #lost(net: NetNamespace, packet: Packet, why: Loss, neighbour?: string): Travelled {
    this.#note(net, packet, { is: 'lost', why, ...(neighbour === undefined ? {} : { neighbour }) });
    return this.#ended(net, packet, 'lost');
  }

  #ended(net: NetNamespace, packet: Packet, end: Journey['end'], argv: readonly string[] = []): Travelled {
    return { stations: this.#stations, end, packet, net, argv };
  }

  #note(
    net: NetNamespace,
    packet: Packet,
    {
      device,
      changed = [],
      ...station
    }: Omit<Partial<Station>, 'device'> & { is: Station['is']; device?: NetDevice },
  ): void {
    // A hook that translates shows the packet as it leaves it.
    const tuple = tupleOf(packet);
    const after = packet.tracked && changed.length > 0 ? translated(packet.tracked) : tuple;
    for (const side of changed) {
      tuple[side] = after[side];
      tuple[`${side}Port`] = after[`${side}Port`];
    }
    this.#stations.push({
      namespace: this.#numbers.get(net) ?? 0,
      ...station,
      ...(device ? { device: { name: device.name, kind: device.kind } } : {}),
      packet: tuple,
      changed,
    });
  }
}

/** Whether a hook's translation makes another packet of it. */
function rewrites(packet: Packet, hook: Hook): boolean {
  if (packet.tracked === undefined || hook === 'FORWARD') return false;
  const after = translated(packet.tracked);
  return hook === 'PREROUTING' || hook === 'OUTPUT'
    ? after.destination !== packet.destination || after.destinationPort !== packet.destinationPort
    : after.source !== packet.source || after.sourcePort !== packet.sourcePort;
}

/** That nat, raw and mangle let pass what no rule of theirs is about tells nothing. */
const tells = ({ table, rule, target }: Meeting) =>
  rule !== undefined || target !== 'ACCEPT' || table === 'filter';

function meetingView({ table, chain, rule, target }: Meeting): MeetingView {
  if (rule === undefined) return { table, chain, text: `-P ${chain} ${target}`, target };
  return { table, chain, text: `-A ${chain}${ruleWords(rule)}`, target, packets: rule.packets };
}

/** The path to an address; undefined where no route leads. */
function pathTo(net: NetNamespace, destination: string): Path | undefined {
  try {
    return net.ip.route(destination);
  } catch (error) {
    if (isErrno(error)) return undefined;
    throw error;
  }
}

function packetOf(tuple: Tuple, answer = false): Packet {
  const { protocol } = tuple;
  return {
    ...tuple,
    ttl: 64,
    data: EMPTY,
    ...(protocol === 'icmp' ? { icmp: { type: answer ? 'echo-reply' : 'echo-request', sequence: 1 } } : {}),
    ...(protocol === 'tcp'
      ? { tcp: { syn: true, ack: answer, sequence: 0, acknowledged: 0, window: 0 } }
      : {}),
  };
}

const same = (one: Tuple, other: Tuple) =>
  one.protocol === other.protocol &&
  one.source === other.source &&
  one.sourcePort === other.sourcePort &&
  one.destination === other.destination &&
  one.destinationPort === other.destinationPort;
