/** What may be asked of a new network. */
import type { CreateNetworkRequest, IpamConfig } from '../../api/networks.ts';
import { parsePrefix } from '../../net/ip.ts';
import { forbidden, invalidParameter } from '../error.ts';
import { contains, formatSubnet, overlap, parseAddress, parseSubnet, type Subnet } from './ipam.ts';

/** Checks what is asked of a network's addresses, and gives the first subnet of IPv4. Models moby api/types/network ValidateIPAM(). */
export function checkIpam(configs: readonly IpamConfig[]): {
  config: IpamConfig | undefined;
  subnet: Subnet | undefined;
  range: Subnet | undefined;
} {
  // Where IPv6 is not enabled its subnets are passed over.
  const considered = configs.filter(({ Subnet = '' }) => parsePrefix(Subnet)?.family !== 'inet6');
  const problems = considered.flatMap(problemsOf);
  if (problems.length > 0) throw invalidParameter(`invalid network config:\n${joined(problems)}`);
  const [config] = considered;
  return {
    config,
    subnet: config?.Subnet ? parseSubnet(config.Subnet) : undefined,
    range: config?.IPRange ? parseSubnet(config.IPRange) : undefined,
  };
}

/** Several problems as Go's multierror shows them. */
export const joined = (problems: readonly string[]): string =>
  problems.length === 1 ? problems[0]! : problems.map((problem) => `* ${problem}`).join('\n');

function problemsOf({ Subnet = '', IPRange = '', Gateway = '', AuxiliaryAddresses }: IpamConfig): string[] {
  if (Subnet === '') return [];
  const subnet = parseSubnet(Subnet);
  if (subnet === undefined) return [`invalid subnet ${Subnet}: invalid CIDR block notation`];
  const whole = formatSubnet(subnet);
  const problems = whole === Subnet ? [] : [`invalid subnet ${Subnet}: it should be ${whole}`];
  if (IPRange !== '') {
    const range = parseSubnet(IPRange);
    const refuse = (why: string) => problems.push(`invalid ip-range ${IPRange}: ${why}`);
    if (range === undefined) refuse('invalid CIDR block notation');
    else {
      if (range.prefix < subnet.prefix) refuse(`CIDR block is bigger than its parent subnet ${Subnet}`);
      if (formatSubnet(range) !== IPRange) refuse(`it should be ${formatSubnet(range)}`);
      if (!overlap(subnet, range)) refuse(`parent subnet ${Subnet} doesn't contain ip-range`);
    }
  }
  const outside = (address: string) => !contains(subnet, parseAddress(address) ?? -1);
  const notWithin = 'parent subnet does not contain this address';
  if (Gateway !== '' && outside(Gateway)) problems.push(`invalid gateway ${Gateway}: ${notWithin}`);
  for (const [name, address] of Object.entries(AuxiliaryAddresses ?? {}))
    if (outside(address)) problems.push(`invalid auxiliary address ${name}: ${notWithin}`);
  return problems;
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
  if (!['', 'local', 'swarm'].includes(request.Scope ?? '')) return `a network of scope ${request.Scope}`;
  return undefined;
}
