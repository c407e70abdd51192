import type { NetworkInspect } from '../../../engine/api/networks.ts';
import type { ContainerModel } from '../../../engine/daemon/model.ts';
import type { Kernel } from '../../../engine/kernel/kernel.ts';
import { Bridge } from '../../../engine/net/bridge.ts';
import type { NetNamespace } from '../../../engine/net/net-namespace.ts';
import { type NetDevice, Veth } from '../../../engine/net/netdevice.ts';
import type { Route } from '../../../engine/net/netlink.ts';
import { mirror, type Tuple } from '../../../engine/net/tuple.ts';
import { ruleWords } from '../../../engine/userland/net/iptables/rule-words.ts';
import { type NamedNet, netNamespaces } from './namespaces.ts';
import { type OpenSocket, SocketOwners } from './socket-owners.ts';

/** A device of a network namespace. */
export interface DeviceNode {
  name: string;
  kind: NetDevice['kind'];
  mac: string;
  mtu: number;
  up: boolean;
  /** Up, and with somebody at the other end. */
  running: boolean;
  /** With their prefixes: `10.0.0.1/24`. */
  addresses: string[];
  /** The bridge that it is a port of. */
  master?: string;
  /** Of a bridge: the devices that are its ports. */
  ports?: string[];
  /** Of one end of a veth pair: where the other is. */
  peer?: { namespace: number; device: string };
  received: { packets: number; bytes: number };
  sent: { packets: number; bytes: number };
}

/** A connection as netfilter remembers it (conntrack(8)). */
export interface ConnectionNode {
  protocol: Tuple['protocol'];
  /** As it came in: from whom to whom. */
  source: string;
  destination: string;
  /** To whom it really goes, and as whom; none where nat has changed nothing. */
  translated?: { source: string; destination: string };
  /** An answer has been seen. */
  answered: boolean;
}

export interface NamespaceNode {
  /** Its inode number: the same for the same namespace at every look. */
  inode: number;
  is: NamedNet['is'];
  names: string[];
  /** Containers on the machine's own network (`--network host`). */
  guests: string[];
  devices: DeviceNode[];
  routes: Route[];
  /** Whether it passes on what is not for itself (`net.ipv4.ip_forward`). */
  forwards: boolean;
  sockets: OpenSocket[];
  /** The last connections that netfilter remembers, oldest first, and how many there are in all. */
  connections: { all: number; last: ConnectionNode[] };
  /** Docker's name server, where the namespace has one: the address that programs ask, and the ports where dockerd listens. */
  resolver?: { address: string; udp: number; tcp: number };
}

/** A bridge that is a network of Docker's. */
export interface DockerNetwork {
  name: string;
  bridge: string;
  internal: boolean;
}

/** A published port with what opens it. */
export interface PublishedNode {
  container: string;
  protocol: string;
  containerPort: number;
  hostIp: string;
  hostPort: number;
  /** The nat rule that leads to the container, with what it has matched; none for IPv6, and without rules. */
  rule?: { text: string; packets: number };
  /** Connections that netfilter remembers by that rule. */
  connections: number;
  /** The docker-proxy that answers where no rule does. */
  proxy?: { pid: number };
}

export interface NetMap {
  /** The machine's own first. */
  namespaces: NamespaceNode[];
  networks: DockerNetwork[];
  published: PublishedNode[];
}

/** What the daemon holds of networks. */
export interface DaemonNetworks {
  containers: readonly ContainerModel[];
  networks: readonly NetworkInspect[];
}

/** The networks of a machine as they are wired. */
export function netMap(kernel: Kernel, { containers, networks }: DaemonNetworks): NetMap {
  const nets = netNamespaces(kernel, containers);
  const owners = new SocketOwners(kernel);
  const numbers = new Map(nets.map(({ net, inode }) => [net, inode]));
  return {
    namespaces: nets.map((one) => namespaceNode(one, numbers, owners)),
    networks: networks.flatMap(dockerNetwork),
    published: containers.flatMap((container) => published(kernel, container)),
  };
}

function namespaceNode(
  { net, inode, is, names, guests }: NamedNet,
  numbers: ReadonlyMap<NetNamespace, number>,
  owners: SocketOwners,
): NamespaceNode {
  const resolver = resolverOf(net);
  return {
    inode,
    is,
    names,
    guests,
    devices: net.devices().map((device) => deviceNode(device, numbers)),
    routes: net.routes.list(),
    forwards: net.sysctl('net.ipv4.ip_forward') === '1',
    sockets: owners.open(net),
    connections: connectionsOf(net),
    ...(resolver ? { resolver } : {}),
  };
}

/** More than a reader looks through. */
const SHOWN = 12;

function connectionsOf({ netfilter }: NetNamespace): NamespaceNode['connections'] {
  const all = netfilter?.conntrack.list() ?? [];
  const last = all.slice(-SHOWN).map(({ original, reply, answered }): ConnectionNode => {
    const there = mirror(reply);
    const ends = (tuple: Tuple) => {
      const port = (number: number) => (tuple.protocol === 'icmp' ? '' : `:${number}`);
      return {
        source: `${tuple.source}${port(tuple.sourcePort)}`,
        destination: `${tuple.destination}${port(tuple.destinationPort)}`,
      };
    };
    const [before, after] = [ends(original), ends(there)];
    const same = before.source === after.source && before.destination === after.destination;
    return { protocol: original.protocol, ...before, ...(same ? {} : { translated: after }), answered };
  });
  return { all: all.length, last };
}

function deviceNode(device: NetDevice, numbers: ReadonlyMap<NetNamespace, number>): DeviceNode {
  const { name, kind, mac, mtu, up, running, master, namespace, statistics } = device;
  const peer = device instanceof Veth ? device.peer : undefined;
  const at = peer && numbers.get(peer.namespace);
  return {
    name,
    kind,
    mac,
    mtu,
    up,
    running,
    addresses: namespace
      .addresses()
      .filter(({ link }) => link === name)
      .map(({ address, prefix }) => `${address}/${prefix}`),
    ...(master ? { master: master.name } : {}),
    ...(device instanceof Bridge ? { ports: [...device.ports].map((port) => port.name) } : {}),
    ...(peer && at !== undefined ? { peer: { namespace: at, device: peer.name } } : {}),
    received: { packets: statistics.rxPackets, bytes: statistics.rxBytes },
    sent: { packets: statistics.txPackets, bytes: statistics.txBytes },
  };
}

/** Docker's rules in a container's namespace lead its address to where dockerd's sockets happen to listen. */
function resolverOf(net: NetNamespace): NamespaceNode['resolver'] {
  const rules = net.netfilter?.list('nat').find(({ name }) => name === 'DOCKER_OUTPUT')?.rules ?? [];
  const port = (protocol: string) => {
    const rule = rules.find((one) => one.protocol === protocol && one.target === 'DNAT');
    const [address = '', number = ''] = rule?.targetOptions?.['to-destination']?.split(':') ?? [];
    return { address, port: Number(number) };
  };
  const udp = port('udp');
  return udp.address === '' ? undefined : { address: udp.address, udp: udp.port, tcp: port('tcp').port };
}

function dockerNetwork({ Name, Id, Driver, Options, Internal }: NetworkInspect): DockerNetwork[] {
  if (Driver !== 'bridge') return [];
  const bridge = Options?.['com.docker.network.bridge.name'] ?? `br-${Id.slice(0, 12)}`;
  return [{ name: Name, bridge, internal: Internal }];
}

function published(kernel: Kernel, container: ContainerModel): PublishedNode[] {
  const { netfilter } = kernel.namespaces.net.net;
  const rules = netfilter
    ?.list('nat')
    .flatMap(({ name, rules }) => rules.map((rule) => ({ chain: name, rule })));
  const addresses = Object.values(container.networks);
  return Object.entries(container.ports).flatMap(([inside, bindings]) =>
    (bindings ?? []).map(({ HostIp, HostPort }): PublishedNode => {
      const [containerPort = '', protocol = 'tcp'] = inside.split('/');
      const targets = addresses.map((address) => `${address}:${containerPort}`);
      const found = HostIp.includes(':')
        ? undefined
        : rules?.find(
            ({ rule }) =>
              rule.target === 'DNAT' &&
              rule.protocol === protocol &&
              rule.destinationPort === HostPort &&
              targets.includes(rule.targetOptions?.['to-destination'] ?? ''),
          );
      const proxy = [...kernel.tasks].find((task) => isProxy(task.image.argv, protocol, HostIp, HostPort));
      return {
        container: container.name,
        protocol,
        containerPort: Number(containerPort),
        hostIp: HostIp,
        hostPort: Number(HostPort),
        ...(found
          ? { rule: { text: `-A ${found.chain}${ruleWords(found.rule)}`, packets: found.rule.packets } }
          : {}),
        connections: (found ? (netfilter?.conntrack.list() ?? []) : []).filter(
          ({ original, reply }) =>
            original.protocol === protocol &&
            original.destinationPort === Number(HostPort) &&
            targets.includes(`${reply.source}:${reply.sourcePort}`),
        ).length,
        ...(proxy ? { proxy: { pid: proxy.pid } } : {}),
      };
    }),
  );
}

function isProxy(argv: readonly string[], protocol: string, hostIp: string, hostPort: string): boolean {
  const has = (flag: string, value: string) => argv[argv.indexOf(flag) + 1] === value;
  return (
    argv[0]?.endsWith('docker-proxy') === true &&
    has('-proto', protocol) &&
    has('-host-ip', hostIp) &&
    has('-host-port', hostPort)
  );
}
