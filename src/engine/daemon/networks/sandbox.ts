import type { EndpointSettings } from '../../api/networks.ts';
import { isErrno } from '../../base/errno.ts';
import { O_CLOEXEC, O_RDONLY } from '../../kernel/fcntl.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { exitStatus } from '../../runtime/exit-status.ts';
import type { Container } from '../containers/container.ts';
import type { Engine } from '../engine.ts';
import { EngineError, forbidden, systemError } from '../error.ts';
import { externalServers } from './files.ts';
import { directAccessRule, place, placeAll, remove, resolverRules } from './firewall.ts';
import { formatAddress, lowestFree, parseAddress, sizeOf } from './ipam.ts';
import { type Endpoint, emptyEndpoint, isUserDefined, type Network } from './network.ts';
import { bridgeOptions } from './options.ts';
import { type PublishedPort, publishPorts, unpublish } from './publish.ts';
import { startResolver } from './resolver.ts';

/** Joins a container's process to a network: a veth pair, an address, routes, ports. Models libnetwork's sandbox and bridge driver. */
export async function joinNetwork(
  engine: Engine,
  network: Network,
  container: Container,
  settings: EndpointSettings,
  pid: number,
  log = true,
): Promise<void> {
  if (network.configOnly) throw forbidden('cannot create endpoint on configuration-only network');
  const endpointId = engine.newId();
  if (network.driver !== 'bridge') {
    Object.assign(settings, { NetworkID: network.id, EndpointID: endpointId });
    if (network.driver === 'null') await inNetworkNamespace(engine, pid, raiseLoopback);
    network.endpoints.set(container.id, {
      container,
      id: endpointId,
      address: 0,
      mac: '',
      hostDevice: '',
      device: '',
      rules: [],
    });
    if (log) logAttachment(engine, network, container, 'connect');
    return;
  }
  const address = chooseAddress(network, settings);
  const mac = settings.MacAddress ? usualMac(settings.MacAddress) : randomMac(engine);
  const suffix = () => engine.newId().slice(0, 7);
  const endpoint: Endpoint = {
    container,
    id: endpointId,
    address,
    mac,
    hostDevice: `veth${suffix()}`,
    device: nextDevice(engine, container),
    rules: [],
  };
  network.endpoints.set(container.id, endpoint);
  try {
    await plugIn(engine, network, endpoint, pid, settings).catch((error: unknown) => {
      throw endpointError(error, network, container);
    });
    const priority = settings.GwPriority ?? 0;
    await publishThrough(engine, container, wayOut(engine, container, { network, priority }));
  } catch (error) {
    await leaveNetwork(engine, network, container, false, false);
    throw error;
  }
  Object.assign(settings, {
    MacAddress: mac,
    NetworkID: network.id,
    EndpointID: endpointId,
    Gateway: network.internal ? '' : formatAddress(network.gateway!),
    IPAddress: formatAddress(address),
    IPPrefixLen: network.subnet!.prefix,
    DNSNames: network.name === 'bridge' ? null : dnsNames(container, settings),
  });
  if (isUserDefined(network)) await offerNames(engine, container, pid);
  if (log) logAttachment(engine, network, container, 'connect');
}

/** A running container answers to its new name. Models moby daemon/rename.go, by which Docker's own bridge gets names, too. */
export function renameEndpoints(engine: Engine, container: Container): void {
  if (!container.state.running) return;
  for (const [name, settings] of container.endpoints)
    if (engine.networks.find(name)?.endpoints.has(container.id))
      settings.DNSNames = dnsNames(container, settings);
}

/** What of a running container's endpoint is the daemon's own, made again by one that has just come. */
export async function restoreEndpoint(
  engine: Engine,
  network: Network,
  container: Container,
  endpoint: Endpoint,
): Promise<void> {
  if (network.driver !== 'bridge') return;
  if (engine.configuration.iptables !== false)
    for (const rule of endpoint.rules) {
      await remove(engine.sys, rule);
      await place(engine.sys, rule);
    }
  const { sandbox } = container;
  if (sandbox !== undefined && wayOut(engine, container) === network) {
    const before = sandbox.ports;
    sandbox.ports = [];
    await publishThrough(engine, container, network, before);
  }
  if (isUserDefined(network)) await offerNames(engine, container, container.state.pid);
}

/** Wraps what goes wrong while a container's endpoint is made. */
function endpointError(error: unknown, network: Network, container: Container): unknown {
  if (!(error instanceof EngineError)) return error;
  return new EngineError(
    error.status,
    `failed to create endpoint ${container.name} on network ${network.name}: ${error.message}`,
  );
}

/** Takes a container out of a network; with `ended` its namespace is gone already. */
export async function leaveNetwork(
  engine: Engine,
  network: Network,
  container: Container,
  ended: boolean,
  log = true,
): Promise<void> {
  const endpoint = network.endpoints.get(container.id);
  if (endpoint === undefined) return;
  network.endpoints.delete(container.id);
  for (const rule of endpoint.rules) await remove(engine.sys, rule);
  if (network.driver === 'bridge') {
    if (ended) await publishThrough(engine, container, undefined);
    await engine.sys.netlink({ type: 'RTM_DELLINK', name: endpoint.hostDevice }).catch(() => undefined);
    const next = ended ? undefined : wayOut(engine, container);
    const there = next?.endpoints.get(container.id);
    if (next && there)
      await inNetworkNamespace(engine, container.state.pid, (inside) => routeOut(inside, next, there.device));
    if (!ended) await publishThrough(engine, container, next);
  }
  const settings = container.endpoints.get(network.name);
  if (settings && !ended) Object.assign(settings, emptyEndpoint(settings, network.id));
  if (log) logAttachment(engine, network, container, 'disconnect');
}

/** `02:42:…`, however it was written (Go net.ParseMAC). */
const usualMac = (text: string): string =>
  text
    .replace(/[-.:]/g, '')
    .toLowerCase()
    .replace(/..(?=.)/g, '$&:');

/** The address a container gets: the one asked for, or the lowest free one. */
function chooseAddress(network: Network, settings: EndpointSettings): number {
  const taken = new Set([...network.endpoints.values()].map(({ address }) => address));
  if (network.gateway !== undefined) taken.add(network.gateway);
  // Set aside for others; and those that name the network and everybody in it.
  for (const one of Object.values(network.ipamConfig?.[0]?.AuxiliaryAddresses ?? {}))
    taken.add(parseAddress(one) ?? 0);
  const subnet = network.subnet!;
  taken.add(subnet.base).add(subnet.base + sizeOf(subnet) - 1);
  const asked = settings.IPAMConfig?.IPv4Address;
  if (asked) {
    const address = parseAddress(asked)!;
    if (taken.has(address)) throw forbidden('Address already in use');
    return address;
  }
  const free = lowestFree(network.subnet!, network.range ?? network.subnet!, taken);
  if (free === undefined)
    throw systemError(
      `no available IPv4 addresses on this network's address pools: ${network.name} (${network.id})`,
    );
  return free;
}

/** A container's way out: the network of the highest priority, of several the first by name (libnetwork, endpoint Less()). */
function wayOut(engine: Engine, container: Container, asked?: { network: Network; priority: number }) {
  const candidates = engine.networks
    .all()
    .filter(
      (network) =>
        network.driver === 'bridge' &&
        !network.internal &&
        (network === asked?.network || network.endpoints.has(container.id)),
    )
    .map((network) => ({
      network,
      priority:
        network === asked?.network
          ? asked.priority
          : (container.endpoints.get(network.name)?.GwPriority ?? 0),
    }));
  candidates.sort((a, b) => b.priority - a.priority || (a.network.name < b.network.name ? -1 : 1));
  return candidates[0]?.network;
}

const leadsOut = (
  engine: Engine,
  network: Network,
  container: Container,
  { GwPriority = 0 }: EndpointSettings,
): boolean => wayOut(engine, container, { network, priority: GwPriority }) === network;

async function routeOut(inside: Syscalls, { gateway }: Network, device: string): Promise<void> {
  const route = { destination: 'default', gateway: formatAddress(gateway!), device };
  await inside.netlink({ type: 'RTM_DELROUTE', route: { destination: 'default' } }).catch(() => undefined);
  await inside.netlink({ type: 'RTM_NEWROUTE', route });
}

/** Tells that a container is in a network, or no more. */
export function logAttachment(
  engine: Engine,
  network: Network,
  container: Container,
  action: 'connect' | 'disconnect',
): void {
  engine.events.log('network', action, network.id, {
    container: container.id,
    name: network.name,
    type: network.driver,
  });
}

async function plugIn(
  engine: Engine,
  network: Network,
  endpoint: Endpoint,
  pid: number,
  settings: EndpointSettings,
): Promise<void> {
  const { sys } = engine;
  const linkLocal = settings.IPAMConfig?.LinkLocalIPs ?? [];
  const { mtu } = bridgeOptions(network.options);
  const { hostDevice, device, mac, address } = endpoint;
  await sys.netlink({
    type: 'RTM_NEWLINK',
    name: hostDevice,
    kind: 'veth',
    peer: { name: device, netns: { pid } },
  });
  await addToBridge(sys, hostDevice, network.bridge);
  await inNetworkNamespace(engine, pid, async (inside) => {
    await raiseLoopback(inside);
    await inside.netlink({
      type: 'RTM_SETLINK',
      name: device,
      change: { address: mac, up: true, ...(mtu ? { mtu } : {}) },
    });
    await inside.netlink({
      type: 'RTM_NEWADDR',
      name: device,
      address: formatAddress(address),
      prefix: network.subnet!.prefix,
      broadcast: true,
    });
    for (const own of linkLocal)
      await inside.netlink({ type: 'RTM_NEWADDR', name: device, address: own, prefix: 16, broadcast: true });
    if (leadsOut(engine, network, endpoint.container, settings)) await routeOut(inside, network, device);
  });
  if (engine.configuration.iptables === false) return;
  const rule = directAccessRule(network.bridge, formatAddress(address));
  await place(sys, rule);
  endpoint.rules.push(rule);
}

async function addToBridge(sys: Syscalls, device: string, bridge: string): Promise<void> {
  try {
    await sys.netlink({ type: 'RTM_SETLINK', name: device, change: { master: bridge, up: true } });
  } catch (error) {
    // What the kernel says about a master that is not there.
    const why = isErrno(error, 'ENODEV')
      ? 'Device does not exist'
      : `${error instanceof Error ? error.message : error}`;
    throw systemError(`adding interface ${device} to bridge ${bridge} failed: ${why}`);
  }
}

/** The embedded DNS server, once for each sandbox. */
async function offerNames(engine: Engine, container: Container, pid: number): Promise<void> {
  const { sandbox } = container;
  if (sandbox === undefined || sandbox.resolver) return;
  const resolver = await startResolver(engine, container, pid, await externalServers(engine, container));
  sandbox.resolver = resolver;
  await inNetworkNamespace(engine, pid, (inside) => placeAll(inside, resolverRules(resolver.ports)));
}

/** Opens a container's ports through the network that leads out now, where it has been another. */
async function publishThrough(
  engine: Engine,
  container: Container,
  network: Network | undefined,
  before: readonly PublishedPort[] = [],
): Promise<void> {
  const { sandbox } = container;
  if (sandbox === undefined || (sandbox.publishes === network?.id && before.length === 0)) return;
  await unpublish(engine, sandbox.ports);
  sandbox.ports = [];
  delete sandbox.publishes;
  const endpoint = network?.endpoints.get(container.id);
  if (network === undefined || endpoint === undefined) return;
  sandbox.publishes = network.id;
  try {
    const address = formatAddress(endpoint.address);
    sandbox.ports = await publishPorts(engine, container, network.bridge, address, before);
  } catch (error) {
    throw systemError(
      `driver failed programming external connectivity on endpoint ${container.name} (${endpoint.id}): ${error instanceof Error ? error.message : error}`,
    );
  }
}

async function raiseLoopback(sys: Syscalls): Promise<void> {
  await sys.netlink({ type: 'RTM_SETLINK', name: 'lo', change: { up: true } });
}

/** Runs a child in the network namespace of a process, as libnetwork does with a thread. */
async function inNetworkNamespace(
  engine: Engine,
  pid: number,
  body: (sys: Syscalls) => Promise<void>,
): Promise<void> {
  let failure: unknown;
  const child = await engine.sys.fork(async ({ sys }) => {
    try {
      const fd = await sys.open(`/proc/${pid}/ns/net`, O_RDONLY | O_CLOEXEC);
      await sys.setns(fd, 'net');
      await body(sys);
      return 0;
    } catch (error) {
      failure = error;
      return 1;
    }
  });
  const status = await engine.reaper.exit(child);
  if (exitStatus(status) !== 0) throw failure ?? systemError('network namespace setup failed');
}

function nextDevice(engine: Engine, container: Container): string {
  const taken = new Set(engine.networks.all().map((network) => network.endpoints.get(container.id)?.device));
  for (let i = 0; ; i++) if (!taken.has(`eth${i}`)) return `eth${i}`;
}

/** Locally administered, unicast. */
function randomMac(engine: Engine): string {
  const bytes = [...engine.sys.getrandom(6)];
  bytes[0] = (bytes[0]! & 0xfe) | 0x02;
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

function dnsNames(container: Container, settings: EndpointSettings): string[] {
  const { id, name, config } = container;
  const short = id.slice(0, 12);
  const names = [name, ...(settings.Aliases ?? []), short];
  if (config.Hostname && config.Hostname !== short) names.push(config.Hostname);
  return [...new Set(names)];
}
