/** What may be asked of a new network. */
import type { CreateNetworkRequest, IpamConfig } from '../../api/networks.ts';
import { forbidden, invalidParameter } from '../error.ts';
import { contains, formatSubnet, parseAddress, parseSubnet, type Subnet } from './ipam.ts';

/** Checks the first of the subnets asked for. Models moby api/types/network ValidateIPAM(). */
export function checkIpam([config]: readonly IpamConfig[]): {
  subnet: Subnet | undefined;
  range: Subnet | undefined;
} {
  const refuse = (why: string) => invalidParameter(`invalid network config:\n${why}`);
  const subnet = config?.Subnet ? parseSubnet(config.Subnet) : undefined;
  if (config?.Subnet && subnet === undefined)
    throw refuse(`invalid subnet ${config.Subnet}: invalid CIDR block notation`);
  if (config?.Subnet && subnet && formatSubnet(subnet) !== config.Subnet)
    throw refuse(`invalid subnet ${config.Subnet}: it should be ${formatSubnet(subnet)}`);
  if (config?.Gateway && subnet && !contains(subnet, parseAddress(config.Gateway) ?? -1))
    throw refuse(`invalid gateway ${config.Gateway}: parent subnet does not contain this address`);
  return { subnet, range: config?.IPRange ? parseSubnet(config.IPRange) : undefined };
}

/** What goes with a network that is only a configuration, or made from one. Models moby libnetwork validateConfiguration(). */
export function validateConfiguration(request: CreateNetworkRequest): void {
  const from = request.ConfigFrom?.Network ?? '';
  if (request.ConfigOnly) {
    if (request.Ingress || request.Internal || request.Attachable || request.Scope)
      throw forbidden(
        'configuration network can only contain network specific fields. Network operator fields like [ ingress | internal | attachable | scope ] are not supported.',
      );
    if (from !== '')
      throw forbidden('a configuration network cannot depend on another configuration network');
  }
  if (from === '') return;
  const { IPAM, Labels, Options } = request;
  const isGiven = (map: object | null | undefined) => Object.keys(map ?? {}).length > 0;
  if (isGiven(Labels) || isGiven(IPAM?.Options) || isGiven(IPAM?.Config))
    throw forbidden(
      'user specified configurations are not supported if the network depends on a configuration network',
    );
  if (isGiven(Options))
    throw forbidden(
      'network driver options are not supported if the network depends on a configuration network',
    );
}

/** What a request may ask and is not modelled; undefined when all is. */
export function unmodelledIn(request: CreateNetworkRequest): string | undefined {
  if (request.EnableIPv6) return 'IPv6 in networks';
  if (request.EnableIPv4 === false) return 'a network without IPv4';
  if (!['', 'local', 'swarm'].includes(request.Scope ?? '')) return `a network of scope ${request.Scope}`;
  if (request.IPAM?.Driver === 'null') return 'the IPAM driver null';
  return undefined;
}
