import { Errno } from '../base/errno.ts';
import type { Caller } from '../vfs/caller.ts';
import type { Capability } from '../vfs/capabilities.ts';
import { capableIn } from '../vfs/permission.ts';
import { INITIAL_USER_NAMESPACE, type UserNamespace } from '../vfs/user-namespace.ts';
import type { SocketDomain, SocketType } from './address.ts';
import type { Endpoint } from './endpoint.ts';
import type { EthernetSegment } from './ethernet-segment.ts';
import { IcmpLayer, IcmpSocket } from './icmp.ts';
import { broadcast, contains, formatIp, formatPrefix, isAny, network, type Prefix, parseIp } from './ip.ts';
import { IpLayer } from './ip-layer.ts';
import { NeighbourTable } from './neighbour.ts';
import type { NetStack } from './net-stack.ts';
import { Ethernet, Loopback, type NetDevice } from './netdevice.ts';
import type { Netfilter } from './netfilter.ts';
import type { LinkAddress, NetlinkReply, NetlinkRequest } from './netlink.ts';
import { randomMac } from './packet.ts';
import { RouteTable } from './route.ts';
import { type NamespaceFinder, rtnetlink } from './rtnetlink.ts';
import type { Socket } from './socket.ts';
import { TcpLayer } from './tcp/layer.ts';
import { TcpSocket } from './tcp/socket.ts';
import { UdpLayer, UdpSocket } from './udp.ts';
import { UnixSocket, type UnixTable } from './unix-socket.ts';

/** An address of an interface, with its prefix also as a number. */
export interface InterfaceAddress extends LinkAddress {
  range: Prefix;
}

const SYSCTLS: Record<string, string> = {
  'net.ipv4.ip_forward': '0',
  'net.ipv4.ip_local_port_range': '32768\t60999',
  'net.ipv4.ip_unprivileged_port_start': '1024',
  'net.ipv4.ip_default_ttl': '64',
  'net.ipv4.ping_group_range': '1\t0',
  'net.ipv4.tcp_syn_retries': '6',
  'net.ipv4.tcp_fin_timeout': '60',
  'net.core.somaxconn': '4096',
  'net.ipv6.conf.all.disable_ipv6': '0',
  'net.ipv6.conf.default.disable_ipv6': '0',
};

/**
 * A network namespace (network_namespaces(7)): its own devices, addresses, routes, neighbours, netfilter rules, ports and
 * settings. A new one has a loopback device that is down, and nothing else.
 */
export class NetNamespace {
  readonly stack: NetStack;
  readonly userns: UserNamespace;
  readonly loopback: Loopback;
  readonly routes = new RouteTable();
  readonly neighbours: NeighbourTable;
  readonly unix: UnixTable = new Set();
  readonly tcp: TcpLayer;
  readonly udp: UdpLayer;
  readonly icmp: IcmpLayer;
  readonly ip: IpLayer;
  readonly #devices = new Map<string, NetDevice>();
  #netfilter: Netfilter | undefined;
  #nextIndex = 1;
  #addresses: InterfaceAddress[] = [];
  readonly #netnsIds = new Map<NetNamespace, number>();
  #isReleased = false;
  readonly #sysctls = new Map(Object.entries(SYSCTLS));

  /** `userns` owns it: there one needs CAP_NET_ADMIN to configure it. */
  constructor(stack: NetStack, userns: UserNamespace = INITIAL_USER_NAMESPACE) {
    this.stack = stack;
    this.userns = userns;
    this.neighbours = new NeighbourTable(stack.clock, (packet) => this.ip.unreachable(packet));
    this.tcp = new TcpLayer(this);
    this.udp = new UdpLayer(this);
    this.icmp = new IcmpLayer(this);
    this.ip = new IpLayer(this, stack.clock, { tcp: this.tcp, udp: this.udp, icmp: this.icmp });
    this.loopback = new Loopback(this);
    this.adopt(this.loopback);
  }

  /** Its connections and rules; undefined while the machine has no netfilter. */
  get netfilter(): Netfilter | undefined {
    const { stack } = this;
    this.#netfilter ??= stack.netfilter?.({
      clock: stack.clock,
      isLocal: (address) => this.isLocal(address),
      sourceFor: (device, destination) => this.#masqueradeSource(device, destination),
      randomPort: () => 1024 + stack.random.below(64512),
    });
    return this.#netfilter;
  }

  /** Whether a caller has a capability over this network. */
  lets(caller: Caller, capability: Capability): boolean {
    return capableIn(this.userns, caller.credentials, capability);
  }

  // Sockets ----------------------------------------------------------------------------------------------

  /** socket(2). A raw socket needs CAP_NET_RAW. */
  socket(domain: SocketDomain, type: SocketType, caller: Caller): Socket {
    const { uid, gid } = caller.credentials;
    const owner = { uid, gid };
    if (domain === 'unix') {
      if (type !== 'stream') throw new Errno('EPROTONOSUPPORT');
      return new UnixSocket(this.stack.sockfs, this.unix, owner);
    }
    if (type === 'stream') return new TcpSocket(this.tcp, domain, owner);
    if (type === 'dgram') return new UdpSocket(this.udp, domain, owner);
    if (!this.lets(caller, 'NET_RAW')) throw new Errno('EPERM');
    return new IcmpSocket(this.icmp, domain, owner);
  }

  /** socketpair(2) of the unix domain. */
  socketpair(): [Socket, Socket] {
    return UnixSocket.pair(this.stack.sockfs, this.unix);
  }

  /** Whether a caller may bind a socket there: EACCES below the unprivileged ports, EADDRNOTAVAIL for an address that is not ours. */
  checkBind({ address, port }: Endpoint, caller: Caller): void {
    if (!isAny(address) && !this.isLocal(address)) throw new Errno('EADDRNOTAVAIL');
    const privileged = port > 0 && port < Number(this.sysctl('net.ipv4.ip_unprivileged_port_start'));
    if (privileged && !this.lets(caller, 'NET_BIND_SERVICE')) throw new Errno('EACCES');
  }

  // Configuration ----------------------------------------------------------------------------------------

  /**
   * Answers a request to the network configuration. Changes need CAP_NET_ADMIN, also where a device goes: EPERM. `namespaceOf`
   * finds the namespace that the caller refers to, and throws ESRCH or EINVAL.
   */
  netlink<R extends NetlinkRequest>(
    request: R,
    caller: Caller,
    namespaceOf: NamespaceFinder,
  ): NetlinkReply<R> {
    return rtnetlink(this, request, caller, namespaceOf);
  }

  sysctl(name: string): string {
    return this.#sysctls.get(name) ?? '';
  }

  /** Sets what /proc/sys/net shows. */
  /** EINVAL for what is not as many numbers as are there (proc_dointvec). */
  setSysctl(name: string, value: string): void {
    const words = value.trim().split(/\s+/);
    const most = this.#sysctls.get(name)?.split('\t').length ?? 0;
    if (words.length > most || !words.every((word) => /^-?\d+$/.test(word))) throw new Errno('EINVAL');
    this.#sysctls.set(name, value.trim().replace(/\s+/g, '\t'));
  }

  sysctls(): ReadonlyMap<string, string> {
    return this.#sysctls;
  }

  /** Gives the machine a network card on a segment. */
  addEthernet(name: string, segment: EthernetSegment, mac = randomMac(this.stack.random)): Ethernet {
    const card = new Ethernet(this, name, mac);
    segment.plug(card);
    this.adopt(card);
    return card;
  }

  /** The last member and the last mount are gone. Virtual devices vanish with their namespace; `heir` gets the network cards. */
  release(heir?: NetNamespace): void {
    this.#isReleased = true;
    for (const device of [...this.#devices.values()]) {
      if (device === this.loopback) continue;
      if (device.kind === 'ethernet' && heir !== undefined) heir.adopt(device);
      else device.destroy();
    }
  }

  // Devices ----------------------------------------------------------------------------------------------

  devices(): NetDevice[] {
    return [...this.#devices.values()].sort((a, b) => a.index - b.index);
  }

  device(name: string): NetDevice | undefined {
    return this.#devices.get(name);
  }

  /** Takes in a device, new or from another namespace; it keeps its index if that is free. */
  adopt(device: NetDevice): void {
    if (this.#devices.has(device.name)) throw new Errno('EEXIST');
    if (device.namespace !== this) {
      this.setUp(device, false);
      device.master?.removePort(device);
      device.namespace.forget(device);
      device.namespace = this;
    }
    const taken = this.devices().some((other) => other.index === device.index);
    if (device.index === 0 || taken) device.index = this.#freeIndex();
    this.#devices.set(device.name, device);
  }

  #freeIndex(): number {
    const used = new Set([...this.#devices.values()].map((device) => device.index));
    while (used.has(this.#nextIndex)) this.#nextIndex++;
    return this.#nextIndex++;
  }

  rename(device: NetDevice, name: string): void {
    if (this.#devices.has(name)) throw new Errno('EEXIST');
    this.#devices.delete(device.name);
    for (const address of this.#addresses)
      if (address.link === device.name) {
        if (address.label === address.link) address.label = name;
        address.link = name;
      }
    const routes = this.routes.list().filter((route) => route.device === device.name);
    this.routes.removeWhere((route) => route.device === device.name);
    device.name = name;
    this.#devices.set(name, device);
    for (const route of routes) this.routes.add({ ...route, device: name });
  }

  /** Strikes a device and all that hangs on it. */
  forget(device: NetDevice): void {
    if (this.#devices.get(device.name) !== device) return;
    this.#devices.delete(device.name);
    this.#addresses = this.#addresses.filter((address) => address.link !== device.name);
    this.routes.removeWhere((route) => route.device === device.name);
    this.neighbours.forget(device);
  }

  /** Up brings the routes of the device's own networks, down takes all its routes away. */
  setUp(device: NetDevice, up: boolean): void {
    if (device.up === up) return;
    device.up = up;
    if (!up) {
      device.namespace.routes.removeWhere((route) => route.device === device.name);
      device.namespace.neighbours.forget(device);
      return;
    }
    if (device === this.loopback) {
      if (!this.#addresses.some(({ address }) => address === '127.0.0.1'))
        this.addAddress(device, '127.0.0.1', 8);
      if (this.sysctl('net.ipv6.conf.all.disable_ipv6') === '0' && !this.isLocal('::1'))
        this.addAddress(device, '::1', 128);
    }
    for (const address of this.#addresses) if (address.link === device.name) this.#connect(device, address);
  }

  /** The number by which this namespace knows another (`link-netnsid`), given at first sight. */
  netnsId(other: NetNamespace): number {
    let id = this.#netnsIds.get(other);
    if (id === undefined) {
      for (const known of this.#netnsIds.keys()) if (known.#isReleased) this.#netnsIds.delete(known);
      const taken = new Set(this.#netnsIds.values());
      id = 0;
      while (taken.has(id)) id++;
      this.#netnsIds.set(other, id);
    }
    return id;
  }

  /** The number that it has been given, if any. */
  knownNetnsId(other: NetNamespace): number | undefined {
    return this.#netnsIds.get(other);
  }

  // Addresses --------------------------------------------------------------------------------------------

  addresses(): readonly InterfaceAddress[] {
    return this.#addresses;
  }

  addAddress(device: NetDevice, address: string, length: number): void {
    const ip = parseIp(address);
    if (ip === undefined || length < 0 || length > (ip.family === 'inet' ? 32 : 128))
      throw new Errno('EINVAL');
    const text = formatIp(ip);
    if (
      this.#addresses.some(
        (other) => other.link === device.name && other.address === text && other.prefix === length,
      )
    )
      throw new Errno('EEXIST');
    const range = { ...ip, length };
    const added: InterfaceAddress = {
      link: device.name,
      family: ip.family,
      address: text,
      prefix: length,
      scope:
        device.kind === 'loopback'
          ? 'host'
          : ip.family === 'inet6' && text.startsWith('fe80:')
            ? 'link'
            : 'global',
      label: device.name,
      range,
    };
    this.#addresses.push(added);
    if (device.up) this.#connect(device, added);
  }

  /** Sets the broadcast address that `ip addr` shows; given by whoever configures, as with `brd +`. */
  setBroadcast(device: NetDevice, address: string): void {
    for (const entry of this.#addresses)
      if (entry.link === device.name && entry.address === address && entry.prefix < 31)
        entry.broadcast = formatIp(broadcast(entry.range));
  }

  removeAddress(device: NetDevice, address: string, length: number): void {
    const at = this.#addresses.findIndex(
      (other) => other.link === device.name && other.address === address && other.prefix === length,
    );
    if (at < 0) throw new Errno('EADDRNOTAVAIL');
    const [removed] = this.#addresses.splice(at, 1);
    const destination = formatPrefix(network(removed!.range));
    this.routes.removeWhere(
      (route) =>
        route.device === device.name && route.destination === destination && route.source === address,
    );
  }

  /** The route of an interface's own network. */
  #connect(device: NetDevice, address: InterfaceAddress): void {
    if (device.kind === 'loopback' || address.prefix === (address.family === 'inet' ? 32 : 128)) return;
    try {
      this.routes.add({
        destination: formatPrefix(network(address.range)),
        device: device.name,
        source: address.address,
        scope: 'link',
        protocol: 'kernel',
      });
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
  }

  /** Whether an address is this machine's own. */
  isLocal(address: string): boolean {
    if (address.startsWith('127.')) return true;
    for (const own of this.#addresses) if (own.address === address) return true;
    return false;
  }

  /** The limited broadcast address, or the last address of a network that an interface is in. */
  isBroadcast(address: string): boolean {
    if (address === '255.255.255.255') return true;
    const ip = parseIp(address);
    return (
      ip?.family === 'inet' &&
      this.#addresses.some(
        ({ range, scope }) =>
          range.length < 31 && scope === 'global' && broadcast(range).bits === ip.bits && contains(range, ip),
      )
    );
  }

  /** The address to send from when a packet leaves by a device: one of the next hop's network, else the device's first. */
  sourceFor(device: NetDevice, nextHop: string): string | undefined {
    const hop = parseIp(nextHop);
    const own = this.#addresses.filter(({ link, family }) => link === device.name && family === hop?.family);
    return (own.find(({ range }) => hop !== undefined && contains(range, hop)) ?? own[0])?.address;
  }

  /** Some global address of the machine: what an interface without its own lends. */
  anySource(family: 'inet' | 'inet6'): string | undefined {
    return this.#addresses.find((own) => own.family === family && own.scope === 'global')?.address;
  }

  #masqueradeSource(device: NetDevice, destination: string): string | undefined {
    const ip = parseIp(destination);
    const route = ip && this.routes.lookup(ip);
    return this.sourceFor(device, route?.gateway ?? destination);
  }
}
