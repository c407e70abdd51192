import { Errno } from '../base/errno.ts';
import type { Caller } from '../vfs/caller.ts';
import { Bridge } from './bridge.ts';
import { contains, formatIp, network, parseIp, parsePrefix } from './ip.ts';
import type { NetNamespace } from './net-namespace.ts';
import { Dummy, type NetDevice, Veth } from './netdevice.ts';
import type {
  Link,
  LinkAddress,
  LinkChange,
  NetlinkReply,
  NetlinkRequest,
  NetnsReference,
  Route,
  SocketInfo,
} from './netlink.ts';
import { randomMac } from './packet.ts';

/** IFNAMSIZ with its terminating NUL. */
const NAME_LIMIT = 15;

/** Finds the network namespace that a request refers to. */
export type NamespaceFinder = (where: NetnsReference) => NetNamespace;

/** Answers one request (rtnetlink(7)); `NetNamespace.netlink` says what the arguments are. */
export function rtnetlink<R extends NetlinkRequest>(
  ns: NetNamespace,
  request: R,
  caller: Caller,
  namespaceOf: NamespaceFinder,
): NetlinkReply<R> {
  const looksOnly = request.type.startsWith('RTM_GET') || request.type === 'SOCK_DIAG';
  if (!looksOnly && !ns.lets(caller, 'NET_ADMIN')) throw new Errno('EPERM');
  const find = (where: NetnsReference) => {
    const found = namespaceOf(where);
    if (!looksOnly && !found.lets(caller, 'NET_ADMIN')) throw new Errno('EPERM');
    return found;
  };
  return answer(ns, request, find) as NetlinkReply<R>;
}

function answer(ns: NetNamespace, request: NetlinkRequest, namespaceOf: NamespaceFinder): unknown {
  switch (request.type) {
    case 'RTM_GETLINK':
      return ns.devices().map((device) => linkOf(ns, device));
    case 'RTM_NEWLINK':
      return newLink(ns, request, namespaceOf);
    case 'RTM_SETLINK':
      return changeLink(ns, deviceOf(ns, request.name), request.change, namespaceOf);
    case 'RTM_GETNSID':
      return ns.knownNetnsId(namespaceOf(request.netns)) ?? -1;
    case 'RTM_DELLINK': {
      const device = deviceOf(ns, request.name);
      if (device.kind === 'loopback' || device.kind === 'ethernet') throw new Errno('EOPNOTSUPP');
      return device.destroy();
    }
    case 'RTM_GETADDR':
      return addressesOf(ns);
    case 'RTM_NEWADDR': {
      const device = deviceOf(ns, request.name);
      ns.addAddress(device, request.address, request.prefix);
      if (request.broadcast) ns.setBroadcast(device, request.address);
      return undefined;
    }
    case 'RTM_DELADDR':
      return ns.removeAddress(deviceOf(ns, request.name), request.address, request.prefix);
    case 'RTM_GETROUTE':
      return request.destination === undefined ? ns.routes.list() : [routeTo(ns, request.destination)];
    case 'RTM_NEWROUTE':
      return newRoute(ns, request.route, request.replace === true);
    case 'RTM_DELROUTE':
      return ns.routes.remove(request.route);
    case 'RTM_GETNEIGH':
      return ns.neighbours.list();
    case 'SOCK_DIAG':
      return request.family === 'unix' ? [...ns.unix].map((socket) => socket.info()) : sockets(ns);
    default:
      if (ns.netfilter === undefined) throw new Errno('ENOPROTOOPT');
      return ns.netfilter.configure(request);
  }
}

function deviceOf(ns: NetNamespace, name: string): NetDevice {
  const device = ns.device(name);
  if (device === undefined) throw new Errno('ENODEV');
  return device;
}

/** A device as RTM_GETLINK describes it to `ns`. */
export function linkOf(ns: NetNamespace, device: NetDevice): Link {
  const peer = device instanceof Veth ? device.peer : undefined;
  return {
    index: device.index,
    name: device.name,
    kind: device.kind,
    mtu: device.mtu,
    address: device.mac,
    up: device.up,
    running: device.running,
    ...(device.master === undefined ? {} : { master: device.master.name }),
    ...(peer === undefined ? {} : { peerIndex: peer.index }),
    ...(peer === undefined || peer.namespace === ns ? {} : { peerNetns: ns.netnsId(peer.namespace) }),
    statistics: { ...device.statistics },
  };
}

function checkName(ns: NetNamespace, name: string): void {
  if (name === '' || name.length > NAME_LIMIT || /[/\s:]/.test(name) || name === '.' || name === '..')
    throw new Errno('EINVAL');
  if (ns.device(name) !== undefined) throw new Errno('EEXIST');
}

/** The first free name of a kind: veth0, veth1, … */
function freeName(ns: NetNamespace, kind: string): string {
  let number = 0;
  while (ns.device(`${kind}${number}`) !== undefined) number++;
  return `${kind}${number}`;
}

function newLink(
  caller: NetNamespace,
  request: Extract<NetlinkRequest, { type: 'RTM_NEWLINK' }>,
  namespaceOf: NamespaceFinder,
): void {
  const ns = request.netns === undefined ? caller : namespaceOf(request.netns);
  const { random } = ns.stack;
  if (request.name !== undefined) checkName(ns, request.name);
  const ownName = () => request.name ?? freeName(ns, request.kind);
  let device: NetDevice;
  if (request.kind === 'veth') {
    const { peer } = request;
    const far = peer.netns === undefined ? caller : namespaceOf(peer.netns);
    if (peer.name !== undefined) {
      if (far === ns && peer.name === request.name) throw new Errno('EEXIST');
      checkName(far, peer.name);
    }
    const [near, other] = Veth.pair(
      { namespace: ns, name: '', mac: randomMac(random) },
      { namespace: far, name: peer.name ?? freeName(far, 'veth'), mac: randomMac(random) },
    );
    // The kernel registers the peer first: it has the lower number where both are in one namespace.
    far.adopt(other);
    if (far !== ns) {
      far.netnsId(ns);
      ns.netnsId(far);
    }
    near.name = ownName();
    device = near;
  } else {
    const Kind = request.kind === 'bridge' ? Bridge : Dummy;
    device = new Kind(ns, ownName(), randomMac(random));
  }
  ns.adopt(device);
  if (request.up) ns.setUp(device, true);
}

function changeLink(
  ns: NetNamespace,
  device: NetDevice,
  change: LinkChange,
  namespaceOf: NamespaceFinder,
): void {
  if (change.mtu !== undefined) {
    if (change.mtu < 68 || change.mtu > 65536) throw new Errno('EINVAL');
    device.mtu = change.mtu;
  }
  if (change.address !== undefined) {
    if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(change.address)) throw new Errno('EINVAL');
    if (device.kind === 'loopback') throw new Errno('EOPNOTSUPP');
    device.mac = change.address.toLowerCase();
  }
  if (change.master !== undefined) {
    if (change.master === '') {
      device.master?.removePort(device);
    } else {
      const bridge = deviceOf(ns, change.master);
      if (!(bridge instanceof Bridge)) throw new Errno('EOPNOTSUPP');
      if (device.kind === 'loopback' || device.kind === 'bridge') throw new Errno('EINVAL');
      bridge.addPort(device);
    }
  }
  if (change.name !== undefined && change.name !== device.name) {
    checkName(ns, change.name);
    ns.rename(device, change.name);
  }
  if (change.netns !== undefined) {
    const target = namespaceOf(change.netns);
    if (device.kind === 'loopback') throw new Errno('EINVAL');
    if (target !== ns) {
      ns.netnsId(target);
      target.adopt(device);
    }
  }
  if (change.up !== undefined) device.namespace.setUp(device, change.up);
}

function newRoute(ns: NetNamespace, route: Route, replace: boolean): void {
  let { device } = route;
  if (device === '' && route.gateway !== undefined) {
    // The device follows from the gateway (`ip route add default via 10.0.0.1`).
    const gateway = parseIp(route.gateway);
    const link = gateway && ns.routes.lookup(gateway);
    if (link === undefined || link.gateway !== undefined) throw new Errno('ENETUNREACH');
    device = link.device;
  }
  if (!deviceOf(ns, device).up) throw new Errno('ENETDOWN');
  if (route.source !== undefined && !ns.isLocal(route.source)) throw new Errno('EINVAL');
  const wanted: Route = {
    ...route,
    device,
    scope: route.scope ?? (route.gateway === undefined ? 'link' : 'global'),
    protocol: route.protocol ?? 'boot',
  };
  if (replace) {
    const prefix = parsePrefix(route.destination);
    if (prefix === undefined) throw new Errno('EINVAL');
    const metric = route.metric ?? 0;
    const destination = prefix.length === 0 ? 'default' : `${formatIp(network(prefix))}/${prefix.length}`;
    ns.routes.removeWhere((other) => other.destination === destination && (other.metric ?? 0) === metric);
  }
  ns.routes.add(wanted);
}

function routeTo(ns: NetNamespace, destination: string): Route {
  if (parseIp(destination) === undefined) throw new Errno('EINVAL');
  const path = ns.ip.route(destination);
  return {
    destination,
    device: path.device.name,
    source: path.source,
    ...(path.local ? { scope: 'host' as const } : {}),
    ...(path.nextHop === undefined || path.nextHop === destination ? {} : { gateway: path.nextHop }),
  };
}

function sockets(ns: NetNamespace): SocketInfo[] {
  const tcp = ns.tcp.sockets().map((socket) => socket.info());
  const udp = ns.udp.sockets().map((socket) => socket.info());
  const raw = [...ns.icmp.open].map((socket) => socket.info());
  return [...tcp, ...udp, ...raw].filter((info) => info !== undefined);
}

function addressesOf(ns: NetNamespace): LinkAddress[] {
  const all = ns.addresses();
  return all.map(({ range, ...address }, i) => {
    const isSecondary =
      address.family === 'inet' &&
      all
        .slice(0, i)
        .some(
          (other) =>
            other.link === address.link && other.prefix === address.prefix && contains(other.range, range),
        );
    return isSecondary ? { ...address, secondary: true } : address;
  });
}
