/** Containers in networks: what they get of them, hold in them and give back. */
import type { EndpointSettings } from '../../api/networks.ts';
import { parseIp } from '../../net/ip.ts';
import type { Container } from '../containers/container.ts';
import { saveContainer } from '../containers/container-files.ts';
import type { Engine } from '../engine.ts';
import { EngineError, forbidden, invalidParameter, notFound, notModelled } from '../error.ts';
import { writeHosts, writeResolvConf } from './files.ts';
import { directAccessRule } from './firewall.ts';
import { contains, formatAddress, parseAddress } from './ipam.ts';
import { emptyEndpoint, type Network, PREDEFINED } from './network.ts';
import { joined } from './request.ts';
import { joinNetwork, leaveNetwork, logAttachment, restoreEndpoint } from './sandbox.ts';

/** Settles which networks a starting container will be in, and makes its sandbox. Refuses where one of them is not there. */
export async function allocateNetworks(engine: Engine, container: Container): Promise<void> {
  const names = [...container.endpoints.keys()];
  const mode = container.hostConfig.NetworkMode ?? '';
  if (mode.startsWith('container:')) return;
  for (const name of names) {
    const network = engine.networks.find(name);
    if (network === undefined) throw notFound(`network ${name} not found`);
    const settings = container.endpoints.get(name)!;
    settings.NetworkID = network.id;
    if (name !== network.name) {
      container.endpoints.delete(name);
      container.endpoints.set(network.name, settings);
    }
  }
  container.sandbox = { id: engine.newId(), key: '', ports: [] };
  container.sandbox.key =
    mode === 'host'
      ? '/var/run/docker/netns/default'
      : `/var/run/docker/netns/${container.sandbox.id.slice(0, 12)}`;
}

/** Puts a created container's process into its networks. */
export async function connectSandbox(engine: Engine, container: Container, pid: number): Promise<void> {
  if (container.sandbox === undefined) return;
  for (const [name, settings] of container.endpoints) {
    const network = engine.networks.get(name);
    if (network.driver === 'host' && container.hostConfig.NetworkMode !== 'host') throw forbidden(NOT_HOST);
    await joinNetwork(engine, network, container, settings, pid);
  }
  if (container.endpoints.size > 0) await engine.networks.save();
}

/** What a container held in its networks is free again. */
export async function releaseNetworks(engine: Engine, container: Container): Promise<void> {
  for (const network of engine.networks.all())
    if (network.endpoints.has(container.id)) await leaveNetwork(engine, network, container, true);
    // It was to be in it, and its start has failed before.
    else if (container.sandbox !== undefined && container.endpoints.has(network.name))
      logAttachment(engine, network, container, 'disconnect');
  for (const [name, settings] of container.endpoints)
    container.endpoints.set(name, emptyEndpoint(settings, settings.NetworkID ?? ''));
  await container.sandbox?.resolver?.close();
  container.sandbox = undefined;
  if (container.endpoints.size > 0) await engine.networks.save();
}

/** Models moby daemon `ConnectToNetwork`: of a container that does not run, it is noted, whether there is such a network or not. */
export async function connectToNetwork(
  engine: Engine,
  name: string,
  container: Container,
  asked: EndpointSettings = {},
): Promise<void> {
  const network = container.state.running ? engine.networks.get(name) : engine.networks.find(name);
  if (network === undefined) {
    container.endpoints.set(name, emptyEndpoint(asked, ''));
    await keep(engine, container);
    return;
  }
  const mode = container.hostConfig.NetworkMode ?? '';
  const shared = mode.startsWith('container:');
  if (!(shared && container.state.running)) checkEndpoint(network, asked);
  if (network.driver === 'host') throw forbidden(NOT_HOST);
  if (mode === 'none' || network.name === 'none')
    throw forbidden(
      'container cannot be connected to multiple networks with one of the networks in private (none) mode',
    );
  if (mode === 'host' || shared)
    throw forbidden(
      `container sharing network namespace with another container or host cannot be connected to any other network`,
    );
  // Of one that does not run it is only noted, once.
  if (container.endpoints.has(network.name) && !container.state.running) return;
  if (container.endpoints.has(network.name))
    throw forbidden(`endpoint with name ${container.name} already exists in network ${network.name}`);
  const settings = emptyEndpoint(asked, network.id);
  if (asked.MacAddress) settings.MacAddress = asked.MacAddress;
  if (container.state.running) await joinNetwork(engine, network, container, settings, container.state.pid);
  container.endpoints.set(network.name, settings);
  if (!container.state.running) logAttachment(engine, network, container, 'connect');
  else await rewriteFiles(engine, container);
  await keep(engine, container);
}

/** Models moby daemon `DisconnectFromNetwork`: what runs is taken off the network, of what does not the entry is removed. */
export async function disconnectFromNetwork(
  engine: Engine,
  name: string,
  container: Container,
  force: boolean,
): Promise<void> {
  const { running } = container.state;
  const network = running && !force ? engine.networks.get(name) : engine.networks.find(name);
  const known = network?.name ?? name;
  if (!container.endpoints.has(known))
    throw forbidden(
      `container ${container.id} is not connected to ${running && network ? '' : 'the '}network ${known}`,
    );
  if (network === undefined) {
    container.endpoints.delete(known);
    await keep(engine, container);
    return;
  }
  if (network.endpoints.has(container.id)) await leaveNetwork(engine, network, container, false);
  else logAttachment(engine, network, container, 'disconnect');
  container.endpoints.delete(network.name);
  if (container.state.running) await rewriteFiles(engine, container);
  await keep(engine, container);
}

const NOT_HOST = 'cannot connect container to host network - container must be created in host network mode';

async function keep(engine: Engine, container: Container): Promise<void> {
  await engine.networks.save();
  await saveContainer(container);
}

/** What a running container's networks say of it has changed. */
async function rewriteFiles(engine: Engine, container: Container): Promise<void> {
  await writeHosts(engine, container);
  await writeResolvConf(engine, container);
}

/** Refuses what is no address, whatever the network. */
export function checkAddresses(
  engine: Engine,
  endpoints: Readonly<Record<string, EndpointSettings | null>>,
): void {
  for (const [asked, settings] of Object.entries(endpoints)) {
    const name = asked === 'default' ? 'bridge' : asked;
    const shares = name.startsWith('container:');
    if (!shares && malformed(settings ?? {}).length === 0) continue;
    const network = engine.networks.find(name);
    const problems =
      network === undefined
        ? [...(shares ? ofPredefined(settings ?? {}) : []), ...malformed(settings ?? {})]
        : endpointProblems(network, settings ?? {});
    if (problems.length > 0)
      throw invalidParameter(`invalid config for network ${name}: ${invalidSettings(problems)}`);
  }
}

/** Refuses addresses that the network cannot give. No network has a subnet of IPv6. */
export function checkEndpoint(network: Network, asked: EndpointSettings): void {
  const problems = endpointProblems(network, asked);
  if (problems.length > 0) throw invalidParameter(invalidSettings(problems));
  if (asked.IPAMConfig?.LinkLocalIPs?.some((address) => parseAddress(address) === undefined))
    throw notModelled('a link-local address of IPv6');
}

const invalidSettings = (problems: readonly string[]): string =>
  `invalid endpoint settings:\n${joined(problems)}`;

/** What is no address at all. */
function malformed({ IPAMConfig }: EndpointSettings): string[] {
  const { IPv4Address = '', IPv6Address = '', LinkLocalIPs } = IPAMConfig ?? {};
  return [
    ...(IPv4Address !== '' && parseAddress(IPv4Address) === undefined
      ? [`invalid IPv4 address: ${IPv4Address}`]
      : []),
    ...(IPv6Address !== '' && parseIp(IPv6Address)?.family !== 'inet6'
      ? [`invalid IPv6 address: ${IPv6Address}`]
      : []),
    ...(LinkLocalIPs ?? [])
      .filter((address) => parseIp(address) === undefined)
      .map((address) => `invalid link-local IP address: ${address}`),
  ];
}

/** What only a network of one's own gives. */
function ofPredefined({ IPAMConfig, Aliases }: EndpointSettings): string[] {
  return [
    ...(IPAMConfig?.IPv4Address || IPAMConfig?.IPv6Address
      ? ['user specified IP address is supported on user defined networks only']
      : []),
    ...((Aliases ?? []).length > 0
      ? ['network-scoped alias is supported only for containers in user defined networks']
      : []),
  ];
}

function endpointProblems(network: Network, asked: EndpointSettings): string[] {
  const { IPv4Address = '', IPv6Address = '' } = asked.IPAMConfig ?? {};
  const problems = [...(PREDEFINED.has(network.name) ? ofPredefined(asked) : []), ...malformed(asked)];
  for (const [address, isConfigured] of [
    [IPv4Address, network.configured],
    [IPv6Address, false],
  ] as const) {
    if (address === '') continue;
    if (!isConfigured) problems.push(NOT_CONFIGURED);
    else if (network.subnet && !contains(network.subnet, parseAddress(address) ?? -1))
      problems.push(`no configured subnet or ip-range contain the IP address ${address}`);
  }
  return problems;
}

const NOT_CONFIGURED =
  'user specified IP address is supported only when connecting to networks with user configured subnets';

/** A container that ran under an earlier daemon is in its networks again, as it was: its devices and addresses. */
export function adoptEndpoints(engine: Engine, container: Container): void {
  for (const { network: id, container: owner, ...endpoint } of engine.networks.left) {
    const network = owner === container.id ? ofEndpoint(engine, id, container) : undefined;
    if (network === undefined) continue;
    const rules =
      network.driver === 'bridge' ? [directAccessRule(network.bridge, formatAddress(endpoint.address))] : [];
    network.endpoints.set(container.id, { ...endpoint, container, rules });
  }
}

/** What of that was the earlier daemon's own is made again: rules, ports, the name server. */
export async function restoreEndpoints(engine: Engine, container: Container): Promise<void> {
  for (const network of engine.networks.all()) {
    const endpoint = network.endpoints.get(container.id);
    if (endpoint) await restoreEndpoint(engine, network, container, endpoint);
  }
  await engine.networks.save();
}

/** The network that an endpoint was in; the default bridge may be another by now. */
function ofEndpoint(engine: Engine, id: string, { endpoints }: Container): Network | undefined {
  return (
    engine.networks.all().find((network) => network.id === id) ??
    (endpoints.has('bridge') ? engine.networks.find('bridge') : undefined)
  );
}

/** Wraps what goes wrong while a container is put into its networks. */
export function networkingError(error: unknown): EngineError {
  const status = error instanceof EngineError ? error.status : 500;
  return new EngineError(
    status,
    `failed to set up container networking: ${error instanceof Error ? error.message : error}`,
  );
}
