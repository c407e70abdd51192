import type { ContainerModel } from '../../../engine/daemon/model.ts';
import type { Kernel } from '../../../engine/kernel/kernel.ts';
import { isAny } from '../../../engine/net/ip.ts';
import type { NetDevice } from '../../../engine/net/netdevice.ts';
import type { Tuple } from '../../../engine/net/tuple.ts';
import { type DaemonNetworks, type NamespaceNode, type NetMap, netMap } from './map.ts';
import { type NamedNet, netNamespaces } from './namespaces.ts';
import { type Journey, type Travelled, Traveller } from './packet-way.ts';
import { SocketOwners, takesIpv4 } from './socket-owners.ts';

/** From where a packet may be sent. */
export interface Sender {
  /** `outside`, or the inode number of a namespace. */
  id: string;
  /** None of another machine. */
  name?: string;
}

/** Where it may be sent to. */
export interface Target {
  id: string;
  is: 'published' | 'socket' | 'ping' | 'resolver' | 'world';
  /** The container or namespace that has it. */
  name: string;
  protocol: Tuple['protocol'];
  address: string;
  port: number;
}

/** One packet and the first answer to it. */
export interface Leg extends Journey {
  back?: Journey;
}

/** The ways of packets between two ends: a proxy on the way sends packets of its own. */
export interface PacketWay {
  from: string;
  to: string;
  legs: Leg[];
}

export interface NetworkLook {
  map: NetMap;
  senders: Sender[];
  targets: Target[];
  /** Of the ends that were asked for, as far as they are there still; else of those that tell most. */
  way?: PacketWay;
}

/** A port that no one has taken, as the kernel would choose one. */
const SOURCE_PORT = 50_000;
/** Some address of the world: of a network that is kept for examples (RFC 5737). */
const WORLD = '198.51.100.1';

/** The networks of a machine, and the way of a packet through them. */
export function networkLook(
  kernel: Kernel,
  daemon: DaemonNetworks,
  asked: { from?: string; to?: string } = {},
): NetworkLook {
  const map = netMap(kernel, daemon);
  const nets = netNamespaces(kernel, daemon.containers);
  const door = outerDoor(nets[0]);
  const senders: Sender[] = [
    ...(door ? [{ id: 'outside' }] : []),
    ...map.namespaces.map(({ inode, names }) => ({ id: String(inode), name: names.join(', ') })),
  ];
  const targets = targetsOf(map, daemon.containers, door?.address);
  const to = targets.find(({ id }) => id === asked.to) ?? targets[0];
  const from = senders.find(({ id }) => id === asked.from) ?? likely(senders, map, to);
  const look = { map, senders, targets };
  if (to === undefined || from === undefined) return look;
  const start = from.id === 'outside' ? door : nets.find(({ inode }) => String(inode) === from.id);
  if (start === undefined) return look;
  return { ...look, way: { from: from.id, to: to.id, legs: legsOf(kernel, nets, start, to) } };
}

/** Where packets of other machines come in, and from whom. */
interface Door {
  card: NetDevice;
  address: string | undefined;
  router: string;
}

function outerDoor(machine: NamedNet | undefined): Door | undefined {
  const route = machine?.net.routes.list().find(({ destination }) => destination === 'default');
  const card = route && machine?.net.device(route.device);
  if (card?.kind !== 'ethernet' || route?.gateway === undefined) return undefined;
  return { card, address: machine?.net.sourceFor(card, route.gateway), router: route.gateway };
}

/** Published ports come first, then what containers have open, then what there is besides. */
function targetsOf(
  { namespaces, published }: NetMap,
  containers: readonly ContainerModel[],
  first: string | undefined,
): Target[] {
  const own = ownAddresses(namespaces[0], first);
  const targets = new Map<string, Target>();
  const add = (target: Omit<Target, 'id'>) => {
    const id = `${target.protocol} ${target.address} ${target.port}`;
    if (!targets.has(id)) targets.set(id, { id, ...target });
  };
  for (const { container, hostIp, hostPort, protocol } of published) {
    if (hostIp.includes(':') || (protocol !== 'tcp' && protocol !== 'udp')) continue;
    const addresses = isAny(hostIp) ? [...own, '127.0.0.1'] : [hostIp];
    for (const address of addresses)
      add({ is: 'published', name: container, protocol, address, port: hostPort });
  }
  for (const { is, names, devices, sockets } of namespaces) {
    if (is === 'machine') continue;
    const name = names.join(', ');
    for (const address of ipv4Of(devices)) {
      for (const socket of sockets)
        if (takesIpv4(socket) && (isAny(socket.address) || socket.address === address))
          add({ is: 'socket', name, protocol: socket.protocol, address, port: socket.port });
      for (const inside of exposed(containers, names)) add({ is: 'socket', name, ...inside, address });
      add({ is: 'ping', name, protocol: 'icmp', address, port: 0 });
    }
  }
  const resolver = namespaces.find((one) => one.resolver)?.resolver;
  if (resolver) add({ is: 'resolver', name: '', protocol: 'udp', address: resolver.address, port: 53 });
  add({ is: 'world', name: '', protocol: 'tcp', address: WORLD, port: 443 });
  return [...targets.values()];
}

/** Where the machine is reached: that of its way to the world first; bridges' addresses are for those who are plugged in. */
function ownAddresses(machine: NamespaceNode | undefined, first: string | undefined): Set<string> {
  const cables = (machine?.devices ?? []).filter(({ kind }) => kind !== 'bridge');
  return new Set([...(first ? [first] : []), ...ipv4Of(cables)]);
}

const ipv4Of = (devices: NamespaceNode['devices']) =>
  devices
    .filter(({ kind }) => kind !== 'loopback')
    .flatMap(({ addresses }) => addresses.map((one) => one.split('/')[0] ?? ''))
    .filter((address) => !address.includes(':'));

/** Ports that a container's image promises: nobody may listen there, which is worth seeing. */
const exposed = (containers: readonly ContainerModel[], names: readonly string[]) =>
  containers
    .filter(({ name }) => names.includes(name))
    .flatMap(({ ports }) => Object.keys(ports))
    .flatMap((port) => {
      const [number = '', protocol] = port.split('/');
      return protocol === 'tcp' || protocol === 'udp' ? [{ protocol, port: Number(number) } as const] : [];
    });

/** Who would send there: another machine to a published port, another container to a container. */
function likely(senders: readonly Sender[], { namespaces }: NetMap, to: Target | undefined) {
  if (to?.is === 'published') return senders[0];
  const others = namespaces.filter(
    ({ is, names, resolver }) =>
      is !== 'machine' && (to?.is === 'resolver' ? resolver !== undefined : names.join(', ') !== to?.name),
  );
  const id = String((others[0] ?? namespaces[0])?.inode);
  return senders.find((sender) => sender.id === id);
}

function legsOf(kernel: Kernel, nets: readonly NamedNet[], start: Door | NamedNet, to: Target): Leg[] {
  const numbers = new Map(nets.map(({ net, inode }) => [net, inode]));
  const traveller = new Traveller(numbers, new SocketOwners(kernel));
  const icmp = to.protocol === 'icmp';
  const tuple = {
    protocol: to.protocol,
    sourcePort: icmp ? 1 : SOURCE_PORT,
    destination: to.address,
    destinationPort: to.port,
  };
  const first =
    'card' in start
      ? traveller.receive(start.card, { ...tuple, source: start.router })
      : traveller.send(start.net, tuple);
  const legs = [withAnswer(traveller, first)];
  const onwards = proxied(first.argv);
  if (first.end === 'arrived' && onwards) {
    const { address, port } = onwards;
    const second = traveller.send(first.net, {
      ...tuple,
      sourcePort: SOURCE_PORT + 1,
      destination: address,
      destinationPort: port,
    });
    legs.push(withAnswer(traveller, second));
  }
  return legs;
}

function withAnswer(traveller: Traveller, travelled: Travelled): Leg {
  const { stations, end } = travelled;
  if (end !== 'arrived') return { stations, end };
  const back = traveller.answer(travelled);
  return { stations, end, back: { stations: back.stations, end: back.end } };
}

/** Where a docker-proxy passes on what it takes, as its arguments say. */
function proxied(argv: readonly string[]): { address: string; port: number } | undefined {
  if (argv[0]?.endsWith('docker-proxy') !== true) return undefined;
  const flag = (name: string) => argv[argv.indexOf(name) + 1] ?? '';
  return { address: flag('-container-ip'), port: Number(flag('-container-port')) };
}
