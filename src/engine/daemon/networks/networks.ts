import type { CreateNetworkRequest, IpamConfig } from '../../api/networks.ts';
import { isErrno } from '../../base/errno.ts';
import { writeFile } from '../../runtime/files.ts';
import type { Engine } from '../engine.ts';
import {
  conflict,
  EngineError,
  forbidden,
  invalidParameter,
  NO_SWARM,
  notFound,
  notModelled,
  systemError,
} from '../error.ts';
import { bridgeRules, installBase, place, remove } from './firewall.ts';
import {
  defaultPools,
  formatAddress,
  formatSubnet,
  lowestFree,
  overlap,
  parseAddress,
  parseSubnet,
  type Subnet,
  sizeOf,
} from './ipam.ts';
import { DEFAULT_BRIDGE_OPTIONS, type Network, PREDEFINED, subnetConfig } from './network.ts';
import { NetworkFiles, type StoredEndpoint, type StoredNetwork } from './network-files.ts';
import { bridgeOptions } from './options.ts';
import { PortAllocator } from './port-allocator.ts';
import { checkIpam, unmodelledIn, validateConfiguration } from './request.ts';

/** The networks there are. */
export class Networks {
  readonly #engine: Engine;
  readonly #networks = new Map<string, Network>();
  readonly #files: NetworkFiles;
  /** Endpoints of the containers that ran when this daemon came. */
  left: readonly StoredEndpoint[] = [];
  readonly ports: PortAllocator;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#files = new NetworkFiles(engine.sys, engine.root);
    this.ports = new PortAllocator(() => engine.containers.all());
  }

  /**
   * The three networks that are always there, docker0, the firewall's chains, and the networks that an earlier daemon left. The
   * default bridge is made anew unless containers go on in it: then it keeps its id.
   */
  async prepare(): Promise<void> {
    const { sys, configuration, containers } = this.#engine;
    const { networks: left, endpoints } = await this.#files.load();
    this.left = endpoints;
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
      if (!PREDEFINED.has(network.name)) {
        const restored = this.#restore(network);
        if (!restored.configOnly) await this.#raiseBridge(restored);
      }
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
    if (PREDEFINED.has(name)) throw forbidden(`operation is not permitted on predefined ${name} network`);
    const driver = Driver || 'bridge';
    if (driver === 'overlay') throw new EngineError(503, NO_SWARM);
    const isTaken = this.all().some((network) => network.name === name);
    const unmodelled = unmodelledIn(request);
    if (unmodelled && !isTaken) throw notModelled(unmodelled);
    if (request.EnableIPv4 === false) throw invalidParameter('IPv4 or IPv6 must be enabled');
    const own = checkIpam(request.IPAM?.Config ?? []);
    if (name.trim() === '') throw invalidParameter('invalid name: name is empty');
    if (isTaken) throw conflict(`network with name ${name} already exists`);
    validateConfiguration(request);
    if (request.ConfigOnly) return this.#configurationOnly(request);
    // Their devices are not in this kernel.
    if (['macvlan', 'ipvlan'].includes(driver)) throw systemError('operation not supported');
    if (!['bridge', 'host', 'null'].includes(driver)) throw notFound(`plugin "${driver}" not found`);
    if (request.Ingress) throw forbidden('Ingress network can only be global scope network');
    const from = request.ConfigFrom?.Network ?? '';
    const configuration = from === '' ? undefined : this.#configuration(from);
    if (request.Scope === 'swarm')
      throw forbidden('cannot create a swarm scoped network when swarm is not active');
    if (driver !== 'bridge') throw forbidden(`only one instance of "${driver}" network is allowed`);
    const { Driver: ipam = '' } = request.IPAM ?? {};
    if (ipam === 'null') throw invalidParameter('ipv4 pool is empty');
    if (!['', 'default'].includes(ipam)) throw notFound(`plugin "${ipam}" not found`);
    const options = configuration?.options ?? Options ?? {};
    const { name: bridgeName } = bridgeOptions(options);
    const configs = configuration ? (configuration.ipamConfig ?? []) : (request.IPAM?.Config ?? []);
    const { config, subnet: asked, range } = configuration ? checkIpam(configs) : own;
    const subnet = asked ?? this.#freePool();
    if (asked && this.#subnets().some((used) => overlap(used, asked)))
      throw forbidden('invalid pool request: Pool overlaps with other one on this address space');
    const gateway = allocateGateway(subnet, range, config);
    if (configs.length > 1) throw invalidParameter("bridge driver doesn't support multiple subnets");
    const network = this.#add({
      name,
      driver: 'bridge',
      ...(bridgeName ? { bridge: bridgeName } : {}),
      subnet,
      range,
      gateway,
      ipamConfig: configuration?.ipamConfig ?? [
        {
          Subnet: formatSubnet(subnet),
          ...(config?.IPRange ? { IPRange: config.IPRange } : {}),
          // Of a subnet that was asked for only what was asked with it.
          ...(asked && !config?.Gateway ? {} : { Gateway: formatAddress(gateway) }),
          ...(config?.AuxiliaryAddresses ? { AuxiliaryAddresses: config.AuxiliaryAddresses } : {}),
        },
      ],
      configured: asked !== undefined,
      internal: Internal,
      attachable: Attachable,
      options,
      labels: configuration?.labels ?? Labels ?? {},
      configFrom: from,
      ipamOptions: request.IPAM?.Options ?? {},
    });
    await this.#raiseBridge(network);
    await this.save();
    this.#engine.events.log('network', 'create', network.id, { name, type: network.driver });
    return network;
  }

  /** No network yet: what others are to be made like. The driver is the one that old engines could do nothing with. */
  async #configurationOnly({ Name: name, IPAM, Options, Labels }: CreateNetworkRequest): Promise<Network> {
    const asked = IPAM?.Config ?? [];
    const network = this.#add({
      name,
      driver: 'null',
      configOnly: true,
      ipamConfig: asked.length > 0 ? asked : null,
      options: Options ?? {},
      labels: Labels ?? {},
    });
    await this.save();
    this.#engine.events.log('network', 'create', network.id, { name, type: network.driver });
    return network;
  }

  #configuration(name: string): Network {
    const found = this.all().find((network) => network.configOnly && network.name === name);
    if (found === undefined) throw notFound(`configuration network ${JSON.stringify(name)} does not exist`);
    return found;
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
    if (network.configOnly && this.all().some(({ configFrom }) => configFrom === network.name))
      throw forbidden(
        `error while removing network: configuration network ${JSON.stringify(network.name)} is in use`,
      );
    this.#networks.delete(network.id);
    if (network.configOnly) {
      await this.save();
      return;
    }
    for (const rule of network.rules) await remove(this.#engine.sys, rule);
    await this.#engine.sys.netlink({ type: 'RTM_DELLINK', name: network.bridge });
    await this.save();
    this.#engine.events.log('network', 'destroy', network.id, { name: network.name, type: network.driver });
  }

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
      configOnly: false,
      configFrom: '',
      ipamOptions: {},
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
    network.rules.push(
      ...bridgeRules(name, formatSubnet(subnet!), network.internal, bridgeOptions(network.options)),
    );
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

/** The gateway of a new network, asked for or the first address to be had, and what is set aside beside it. Models libnetwork ipamAllocate. */
function allocateGateway(subnet: Subnet, range: Subnet | undefined, config: IpamConfig | undefined): number {
  // The first and the last name the network, and everybody in it.
  const taken = new Set(subnet.prefix < 31 ? [subnet.base, subnet.base + sizeOf(subnet) - 1] : []);
  const take = (address: number, what: string) => {
    if (taken.has(address)) throw forbidden(`failed to allocate ${what}: Address already in use`);
    taken.add(address);
    return address;
  };
  const asked = config?.Gateway;
  const gateway = asked
    ? take(parseAddress(asked)!, `gateway (${asked})`)
    : (lowestFree(subnet, range ?? subnet, taken) ?? subnet.base + 1);
  taken.add(gateway);
  for (const [name, address] of Object.entries(config?.AuxiliaryAddresses ?? {}))
    take(parseAddress(address)!, `secondary ip address (${name}:${address})`);
  return gateway;
}
