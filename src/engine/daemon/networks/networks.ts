import type { CreateNetworkRequest, EndpointSettings } from '../../api/networks.ts';
import { isErrno } from '../../base/errno.ts';
import { writeFile } from '../../runtime/files.ts';
import type { Container } from '../containers/container.ts';
import { saveContainer } from '../containers/container-files.ts';
import type { Engine } from '../engine.ts';
import {
  conflict,
  EngineError,
  forbidden,
  invalidParameter,
  notFound,
  notModelled,
  systemError,
} from '../error.ts';
import { writeHosts, writeResolvConf } from './files.ts';
import { bridgeRules, directAccessRule, installBase, place, remove } from './firewall.ts';
import {
  contains,
  defaultPools,
  formatAddress,
  formatSubnet,
  lowestFree,
  overlap,
  parseAddress,
  parseSubnet,
  type Subnet,
} from './ipam.ts';
import {
  DEFAULT_BRIDGE_OPTIONS,
  describeNetwork,
  emptyEndpoint,
  type Network,
  PREDEFINED,
  subnetConfig,
  unmodelledIn,
} from './network.ts';
import { NetworkFiles, type StoredEndpoint, type StoredNetwork } from './network-files.ts';
import { joinNetwork, leaveNetwork, restoreEndpoint } from './sandbox.ts';

/** The networks there are, and who has which address in them. */
export class Networks {
  readonly #engine: Engine;
  readonly #networks = new Map<string, Network>();
  readonly #files: NetworkFiles;
  /** Of the containers that ran when this daemon came. */
  #left: StoredEndpoint[] = [];
  #lastEphemeral = 32767;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#files = new NetworkFiles(engine.sys, engine.root);
  }

  /**
   * The three networks that are always there, docker0, the firewall's chains, and the networks that an earlier daemon left. The
   * default bridge is made anew unless containers go on in it: then it keeps its id.
   */
  async prepare(): Promise<void> {
    const { sys, configuration, containers } = this.#engine;
    const { networks: left, endpoints } = await this.#files.load();
    this.#left = endpoints;
    const lives = configuration['live-restore'] && containers.all().some(({ state }) => state.running);
    const known = (name: string): Pick<Network, 'id' | 'created'> | object => {
      const { id, created } = left.find((network) => network.name === name) ?? {};
      return id === undefined || (name === 'bridge' && !lives) ? {} : { id, created };
    };
    await writeFile(sys, '/proc/sys/net/ipv4/ip_forward', '1').catch(() => undefined);
    if (configuration.iptables !== false) await installBase(sys);
    this.#add({ name: 'none', driver: 'null', ...known('none') });
    this.#add({ name: 'host', driver: 'host', ...known('host') });
    const bip = parseSubnet(configuration.bip ?? '');
    const subnet = bip ?? defaultPools(configuration['default-address-pools'])[0]!;
    const gateway = (bip ? parseAddress(configuration.bip!.split('/')[0]!) : undefined) ?? subnet.base + 1;
    const bridge = this.#add({
      name: 'bridge',
      driver: 'bridge',
      bridge: 'docker0',
      subnet,
      gateway,
      ipamConfig: [subnetConfig(subnet, gateway)],
      options: DEFAULT_BRIDGE_OPTIONS,
      ...known('bridge'),
    });
    await this.#raiseBridge(bridge);
    for (const network of left)
      if (!PREDEFINED.has(network.name)) await this.#raiseBridge(this.#restore(network));
    await this.save();
  }

  /** Writes down which networks there are and who is in them. */
  save(): Promise<void> {
    return this.#files.save(() => this.all());
  }

  #restore(stored: StoredNetwork): Network {
    return this.#add({
      ...stored,
      subnet: stored.subnet ?? undefined,
      range: stored.range ?? undefined,
      gateway: stored.gateway ?? undefined,
    });
  }

  /** A container that ran under an earlier daemon is in its networks again, as it was: its devices and addresses. */
  adoptEndpoints(container: Container): void {
    for (const { network: id, container: owner, ...endpoint } of this.#left) {
      const network = owner === container.id ? this.#ofEndpoint(id, container) : undefined;
      if (network === undefined) continue;
      const rules =
        network.driver === 'bridge'
          ? [directAccessRule(network.bridge, formatAddress(endpoint.address))]
          : [];
      network.endpoints.set(container.id, { ...endpoint, container, rules });
    }
  }

  /** What of that was the earlier daemon's own is made again: rules, ports, the name server. */
  async restoreEndpoints(container: Container): Promise<void> {
    for (const network of this.all()) {
      const endpoint = network.endpoints.get(container.id);
      if (endpoint) await restoreEndpoint(this.#engine, network, container, endpoint);
    }
    await this.save();
  }

  /** The network that an endpoint was in; the default bridge may be another by now. */
  #ofEndpoint(id: string, { endpoints }: Container): Network | undefined {
    return this.#networks.get(id) ?? (endpoints.has('bridge') ? this.find('bridge') : undefined);
  }

  all(): Network[] {
    return [...this.#networks.values()];
  }

  /** By name, id, or the beginning of an id. */
  find(text: string): Network | undefined {
    const all = this.all();
    const exact = all.find(({ name, id }) => name === text || id === text);
    if (exact || !/^[a-f0-9]+$/.test(text)) return exact;
    const found = all.filter(({ id }) => id.startsWith(text));
    if (found.length > 1)
      throw invalidParameter(`network ${text} is ambiguous (${found.length} matches found on ID prefix)`);
    return found[0];
  }

  get(text: string): Network {
    const network = this.find(text);
    if (network === undefined) throw notFound(`network ${text} not found`);
    return network;
  }

  async create(request: CreateNetworkRequest): Promise<Network> {
    const { Name: name, Driver = '', Internal = false, Attachable = false, Options, Labels } = request;
    const driver = Driver === '' ? 'bridge' : Driver;
    if (name.trim() === '') throw invalidParameter('invalid name: name is empty');
    if (PREDEFINED.has(name)) throw forbidden(`operation is not permitted on predefined ${name} network`);
    const unmodelled = unmodelledIn(request);
    if (unmodelled) throw notModelled(unmodelled);
    const config = request.IPAM?.Config?.[0];
    const asked = config?.Subnet ? parseSubnet(config.Subnet) : undefined;
    if (config?.Subnet && asked === undefined)
      throw invalidParameter(
        `invalid network config:\ninvalid subnet ${config.Subnet}: invalid CIDR block notation`,
      );
    const range = config?.IPRange ? parseSubnet(config.IPRange) : undefined;
    if (config?.Gateway && asked && !contains(asked, parseAddress(config.Gateway) ?? -1))
      throw invalidParameter(
        `invalid network config:\ninvalid gateway ${config.Gateway}: parent subnet does not contain this address`,
      );
    if (this.all().some((network) => network.name === name))
      throw conflict(`network with name ${name} already exists`);
    if (driver === 'host' || driver === 'null')
      throw forbidden(`only one instance of "${driver}" network is allowed`);
    if (['overlay', 'macvlan', 'ipvlan'].includes(driver))
      throw notModelled(`the network driver "${driver}"`);
    if (driver !== 'bridge') throw notFound(`plugin "${driver}" not found`);
    const bridgeName = Options?.['com.docker.network.bridge.name'];
    const subnet = asked ?? this.#freePool();
    if (asked && this.#subnets().some((used) => overlap(used, asked)))
      throw forbidden('invalid pool request: Pool overlaps with other one on this address space');
    const gateway = (config?.Gateway ? parseAddress(config.Gateway) : undefined) ?? subnet.base + 1;
    const network = this.#add({
      name,
      driver: 'bridge',
      ...(bridgeName ? { bridge: bridgeName } : {}),
      subnet,
      range,
      gateway,
      ipamConfig: [
        {
          Subnet: formatSubnet(subnet),
          ...(config?.IPRange ? { IPRange: config.IPRange } : {}),
          Gateway: formatAddress(gateway),
        },
      ],
      configured: asked !== undefined,
      internal: Internal,
      attachable: Attachable,
      options: Options ?? {},
      labels: Labels ?? {},
    });
    await this.#raiseBridge(network);
    await this.save();
    this.#engine.events.log('network', 'create', network.id, { name, type: network.driver });
    return network;
  }

  async remove(text: string): Promise<void> {
    const network = this.get(text);
    if (PREDEFINED.has(network.name))
      throw forbidden(`${network.name} is a pre-defined network and cannot be removed`);
    if (network.endpoints.size > 0) {
      const active = [...network.endpoints.values()].map(
        ({ container, id }) => `name:"${container.name}" id:"${id.slice(0, 12)}"`,
      );
      throw forbidden(
        `error while removing network: network ${network.name} has active endpoints (${active.join(', ')})`,
      );
    }
    this.#networks.delete(network.id);
    for (const rule of network.rules) await remove(this.#engine.sys, rule);
    await this.#engine.sys.netlink({ type: 'RTM_DELLINK', name: network.bridge });
    await this.save();
    this.#engine.events.log('network', 'destroy', network.id, { name: network.name, type: network.driver });
  }

  /** Gives a starting container its addresses and ports. Undoes all when something cannot be had. */
  async allocate(container: Container): Promise<void> {
    const names = [...container.endpoints.keys()];
    const mode = container.hostConfig.NetworkMode ?? '';
    if (mode.startsWith('container:')) return;
    for (const name of names) {
      const network = this.find(name);
      if (network === undefined) throw notFound(`network ${name} not found`);
      const settings = container.endpoints.get(name)!;
      settings.NetworkID = network.id;
      if (name !== network.name) {
        container.endpoints.delete(name);
        container.endpoints.set(network.name, settings);
      }
    }
    container.sandbox = { id: this.#engine.newId(), key: '', ports: [] };
    container.sandbox.key =
      mode === 'host'
        ? '/var/run/docker/netns/default'
        : `/var/run/docker/netns/${container.sandbox.id.slice(0, 12)}`;
  }

  /** Puts a created container's process into its networks. */
  async connectSandbox(container: Container, pid: number): Promise<void> {
    if (container.sandbox === undefined) return;
    for (const [name, settings] of container.endpoints) {
      const network = this.get(name);
      await joinNetwork(this.#engine, network, container, settings, pid);
    }
    if (container.endpoints.size > 0) await this.save();
  }

  /** What a container held in its networks is free again. */
  async release(container: Container): Promise<void> {
    for (const network of this.all())
      if (network.endpoints.has(container.id)) await leaveNetwork(this.#engine, network, container, true);
      // It was to be in it, and its start has failed before.
      else if (container.sandbox !== undefined && container.endpoints.has(network.name))
        this.logAttachment(network, container, 'disconnect');
    for (const [name, settings] of container.endpoints)
      container.endpoints.set(name, emptyEndpoint(settings, settings.NetworkID ?? ''));
    await container.sandbox?.resolver?.close();
    container.sandbox = undefined;
    if (container.endpoints.size > 0) await this.save();
  }

  /** Models moby daemon `ConnectToNetwork`: of a container that does not run, it is noted, whether there is such a network or not. */
  async connect(name: string, container: Container, asked: EndpointSettings = {}): Promise<void> {
    const network = container.state.running ? this.get(name) : this.find(name);
    if (network === undefined) {
      container.endpoints.set(name, emptyEndpoint(asked, ''));
      await this.#keep(container);
      return;
    }
    const mode = container.hostConfig.NetworkMode ?? '';
    if (network.driver === 'host')
      throw forbidden(
        'cannot connect container to host network - container must be created in host network mode',
      );
    if (mode === 'host' || mode.startsWith('container:'))
      throw forbidden(
        `container sharing network namespace with another container or host cannot be connected to any other network`,
      );
    if (container.endpoints.has(network.name))
      throw forbidden(`endpoint with name ${container.name} already exists in network ${network.name}`);
    this.checkEndpoint(network, asked);
    const settings = emptyEndpoint(asked, network.id);
    if (asked.MacAddress) settings.MacAddress = asked.MacAddress;
    if (container.state.running)
      await joinNetwork(this.#engine, network, container, settings, container.state.pid);
    container.endpoints.set(network.name, settings);
    if (!container.state.running) this.logAttachment(network, container, 'connect');
    else await this.#rewriteFiles(container);
    await this.#keep(container);
  }

  /** Models moby daemon `DisconnectFromNetwork`: what runs is taken off the network, of what does not the entry is removed. */
  async disconnect(name: string, container: Container, force: boolean): Promise<void> {
    const { running } = container.state;
    const network = running && !force ? this.get(name) : this.find(name);
    const known = network?.name ?? name;
    if (!container.endpoints.has(known))
      throw forbidden(
        `container ${container.id} is not connected to ${running && network ? '' : 'the '}network ${known}`,
      );
    if (network === undefined) {
      container.endpoints.delete(known);
      await this.#keep(container);
      return;
    }
    if (network.endpoints.has(container.id)) await leaveNetwork(this.#engine, network, container, false);
    else this.logAttachment(network, container, 'disconnect');
    container.endpoints.delete(network.name);
    if (container.state.running) await this.#rewriteFiles(container);
    await this.#keep(container);
  }

  async #keep(container: Container): Promise<void> {
    await this.save();
    await saveContainer(container);
  }

  /** What a running container's networks say of it has changed. */
  async #rewriteFiles(container: Container): Promise<void> {
    await writeHosts(this.#engine, container);
    await writeResolvConf(this.#engine, container);
  }

  /** Refuses addresses that the network cannot give. */
  checkEndpoint(network: Network, asked: EndpointSettings): void {
    const address = asked.IPAMConfig?.IPv4Address;
    if (!address) return;
    const problems: string[] = [];
    if (network.name === 'bridge')
      problems.push('user specified IP address is supported on user defined networks only');
    if (!network.configured)
      problems.push(
        'user specified IP address is supported only when connecting to networks with user configured subnets',
      );
    else if (network.subnet && !contains(network.subnet, parseAddress(address) ?? -1))
      problems.push(`no configured subnet or ip-range contain the IP address ${address}`);
    if (problems.length > 0)
      throw invalidParameter(
        `invalid endpoint settings:\n${problems.length === 1 ? problems[0] : problems.map((p) => `* ${p}`).join('\n')}`,
      );
  }

  /** The address a container gets: the one asked for, or the lowest free one. */
  chooseAddress(network: Network, settings: EndpointSettings): number {
    const taken = new Set([...network.endpoints.values()].map(({ address }) => address));
    if (network.gateway !== undefined) taken.add(network.gateway);
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

  logAttachment(network: Network, container: Container, action: 'connect' | 'disconnect'): void {
    this.#engine.events.log('network', action, network.id, {
      container: container.id,
      name: network.name,
      type: network.driver,
    });
  }

  /** Whether another container holds a port on the host. */
  portTaken(protocol: string, hostIp: string, port: number): boolean {
    const any = (ip: string) => ip === '0.0.0.0' || ip === '::' || ip === '';
    const isV6 = (ip: string) => ip.includes(':');
    return this.#engine.containers
      .all()
      .some((container) =>
        container.sandbox?.ports.some(
          (held) =>
            held.protocol === protocol &&
            held.hostPort === port &&
            isV6(held.hostIp) === isV6(hostIp) &&
            (any(held.hostIp) || any(hostIp) || held.hostIp === hostIp),
        ),
      );
  }

  /** Ephemeral ports go on from the last one given. */
  takeEphemeral(_protocol: string, port: number): boolean {
    if (port <= this.#lastEphemeral && this.#lastEphemeral < 60999) return false;
    this.#lastEphemeral = port;
    return true;
  }

  describe = describeNetwork;

  #add(init: Partial<Network> & Pick<Network, 'name' | 'driver'>): Network {
    const id = init.id ?? this.#engine.newId();
    const network: Network = {
      id,
      created: this.#engine.now(),
      bridge: `br-${id.slice(0, 12)}`,
      subnet: undefined,
      range: undefined,
      gateway: undefined,
      ipamConfig: null,
      configured: false,
      internal: false,
      attachable: false,
      options: {},
      labels: {},
      rules: [],
      endpoints: new Map(),
      ...init,
    };
    this.#networks.set(id, network);
    return network;
  }

  async #raiseBridge(network: Network): Promise<void> {
    const { sys, configuration } = this.#engine;
    const { bridge: name, subnet, gateway } = network;
    try {
      await sys.netlink({ type: 'RTM_NEWLINK', name, kind: 'bridge', up: true });
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error;
    }
    try {
      await sys.netlink({
        type: 'RTM_NEWADDR',
        name,
        address: formatAddress(gateway!),
        prefix: subnet!.prefix,
        broadcast: true,
      });
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error;
    }
    if (configuration.iptables === false) return;
    network.rules.push(...bridgeRules(name, formatSubnet(subnet!), network.internal));
    for (const rule of network.rules) {
      await remove(sys, rule);
      await place(sys, rule);
    }
  }

  #subnets(): Subnet[] {
    return this.all().flatMap(({ subnet }) => (subnet ? [subnet] : []));
  }

  #freePool(): Subnet {
    const used = this.#subnets();
    const free = defaultPools(this.#engine.configuration['default-address-pools']).find(
      (pool) => !used.some((subnet) => overlap(subnet, pool)),
    );
    if (free === undefined) throw systemError('all predefined address pools have been fully subnetted');
    return free;
  }
}

/** Wraps what goes wrong while a container is put into its networks. */
export function networkingError(error: unknown): EngineError {
  const status = error instanceof EngineError ? error.status : 500;
  return new EngineError(
    status,
    `failed to set up container networking: ${error instanceof Error ? error.message : error}`,
  );
}
