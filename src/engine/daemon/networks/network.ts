import type { EndpointSettings, IpamConfig, NetworkInspect } from '../../api/networks.ts';
import { rfc3339Nano } from '../../base/calendar.ts';
import { inOrder } from '../../base/go-json.ts';
import type { Container } from '../containers/container.ts';
import type { PlacedRule } from './firewall.ts';
import { formatAddress, formatSubnet, type Subnet } from './ipam.ts';

/** A network as the daemon holds it (moby libnetwork Network, drivers bridge, host and null). */
export interface Network {
  readonly id: string;
  readonly name: string;
  readonly created: number;
  readonly driver: 'bridge' | 'host' | 'null';
  /** The bridge's device. */
  readonly bridge: string;
  readonly subnet: Subnet | undefined;
  readonly range: Subnet | undefined;
  readonly gateway: number | undefined;
  /** As asked for; answered as it was. */
  readonly ipamConfig: IpamConfig[] | null;
  /** The subnet was chosen by the user: addresses may be, too. */
  readonly configured: boolean;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly options: Record<string, string>;
  readonly labels: Record<string, string>;
  /** Only a configuration, from which networks are made. */
  readonly configOnly: boolean;
  /** The configuration that it was made from. */
  readonly configFrom: string;
  /** What the driver of its addresses was told. */
  readonly ipamOptions: Record<string, string>;
  readonly rules: PlacedRule[];
  /** By container id, while the container runs. */
  readonly endpoints: Map<string, Endpoint>;
}

/** A running container's place in a network. */
export interface Endpoint {
  readonly container: Container;
  readonly id: string;
  readonly address: number;
  readonly mac: string;
  /** The host's end of the veth pair, and the container's. */
  readonly hostDevice: string;
  device: string;
  rules: PlacedRule[];
}

/** Made by a user: its containers find each other by name. */
export const isUserDefined = ({ name, driver }: Network): boolean => driver === 'bridge' && name !== 'bridge';

export const PREDEFINED = new Set(['bridge', 'host', 'none', 'default']);

export function describeNetwork(network: Network): NetworkInspect {
  const { subnet, driver } = network;
  return {
    Name: network.name,
    Id: network.id,
    Created: rfc3339Nano(network.created),
    Scope: 'local',
    Driver: driver,
    EnableIPv4: true,
    EnableIPv6: false,
    IPAM: {
      Driver: 'default',
      Options: PREDEFINED.has(network.name) ? null : network.ipamOptions,
      Config: driver === 'bridge' || network.configOnly ? network.ipamConfig : null,
    },
    Internal: network.internal,
    Attachable: network.attachable,
    Ingress: false,
    ConfigFrom: { Network: network.configFrom },
    ConfigOnly: network.configOnly,
    Containers: Object.fromEntries(
      [...network.endpoints].map(([id, endpoint]) => [
        id,
        {
          Name: endpoint.container.name,
          EndpointID: endpoint.id,
          MacAddress: endpoint.mac,
          IPv4Address: subnet ? `${formatAddress(endpoint.address)}/${subnet.prefix}` : '',
          IPv6Address: '',
        },
      ]),
    ),
    Options: network.options && inOrder(network.options),
    Labels: network.labels && inOrder(network.labels),
  };
}

export const DEFAULT_BRIDGE_OPTIONS: Record<string, string> = {
  'com.docker.network.bridge.default_bridge': 'true',
  'com.docker.network.bridge.enable_icc': 'true',
  'com.docker.network.bridge.enable_ip_masquerade': 'true',
  'com.docker.network.bridge.host_binding_ipv4': '0.0.0.0',
  'com.docker.network.bridge.name': 'docker0',
  'com.docker.network.driver.mtu': '1500',
};

/** An endpoint's settings as inspect shows them, for a container that is not in the network now. */
export function emptyEndpoint(asked: EndpointSettings = {}, networkId = ''): EndpointSettings {
  return {
    IPAMConfig: asked.IPAMConfig ?? null,
    Links: asked.Links ?? null,
    Aliases: asked.Aliases ?? null,
    MacAddress: '',
    DriverOpts: asked.DriverOpts ?? null,
    GwPriority: asked.GwPriority ?? 0,
    NetworkID: networkId,
    EndpointID: '',
    Gateway: '',
    IPAddress: '',
    IPPrefixLen: 0,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    DNSNames: null,
  };
}

export const subnetConfig = (subnet: Subnet, gateway: number): IpamConfig => ({
  Subnet: formatSubnet(subnet),
  Gateway: formatAddress(gateway),
});
