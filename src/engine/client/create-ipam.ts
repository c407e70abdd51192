/** The addresses of a new network, subnet by subnet. Models docker/cli `cli/command/network` createIPAMConfig. */
import type { IpamConfig } from '../api/networks.ts';
import { contains, parseIp, parsePrefix } from '../net/ip.ts';
import { CliError } from './cli-error.ts';

interface AskedAddresses {
  subnets: readonly string[];
  ranges: readonly string[];
  gateways: readonly string[];
  auxiliary: Readonly<Record<string, string>>;
}

/** Gives each range, gateway and auxiliary address to the subnet that holds it. Throws `CliError`. */
export function createIpamConfig({ subnets, ranges, gateways, auxiliary }: AskedAddresses): IpamConfig[] {
  if (subnets.length < ranges.length || subnets.length < gateways.length)
    throw new CliError('every ip-range or gateway must have a corresponding subnet');
  const configs = new Map<string, IpamConfig>();
  for (const subnet of subnets) {
    for (const known of configs.keys()) {
      const [holdsNew, isHeld] = [holds(subnet, known), holds(known, subnet)];
      if (holdsNew || isHeld)
        throw new CliError('multiple overlapping subnet configuration is not supported');
    }
    configs.set(subnet, { Subnet: subnet });
  }
  const give = (key: 'IPRange' | 'Gateway', one: string, several: string, address: string) => {
    let isGiven = false;
    for (const subnet of subnets) {
      if (!holds(subnet, address)) continue;
      const config = configs.get(subnet)!;
      if (config[key])
        throw new CliError(
          `cannot configure multiple ${several} (${address}, ${config[key]}) ${PLACE[key]} (${subnet})`,
        );
      config[key] = address;
      isGiven = true;
    }
    if (!isGiven) throw new CliError(`no matching subnet for ${one} ${address}`);
  };
  for (const range of ranges) {
    parseCidr(range);
    give('IPRange', 'range', 'ranges', range);
  }
  for (const gateway of gateways) give('Gateway', 'gateway', 'gateways', gateway);
  for (const [name, address] of Object.entries(auxiliary)) {
    const holding = subnets.filter((subnet) => holds(subnet, address));
    if (holding.length === 0) throw new CliError(`no matching subnet for aux-address ${address}`);
    for (const subnet of holding) {
      const config = configs.get(subnet)!;
      config.AuxiliaryAddresses = { ...config.AuxiliaryAddresses, [name]: address };
    }
  }
  return [...configs.values()];
}

const PLACE = { IPRange: 'on the same subnet', Gateway: 'for the same subnet' };

/** Whether a subnet holds an address, or where another subnet begins. */
function holds(subnet: string, data: string): boolean {
  let prefix: ReturnType<typeof parseCidr>;
  try {
    prefix = parseCidr(subnet);
  } catch (error) {
    throw new CliError(`invalid subnet: ${(error as Error).message}`);
  }
  const ip = data.includes('/') ? parseCidr(data) : parseIp(data);
  return ip !== undefined && contains(prefix, ip);
}

function parseCidr(text: string) {
  const prefix = /\/\d+$/.test(text) ? parsePrefix(text) : undefined;
  if (prefix === undefined) throw new CliError(`invalid CIDR address: ${text}`);
  return prefix;
}
