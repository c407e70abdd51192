import type { Inspection } from './inspection.ts';
import type { NetworkView } from './xray/network.ts';

/** What keeps packets of a network namespace from reaching the world by way of the machine; the first of it. */
export type NoWayOut = 'no-route' | 'no-forwarding' | 'not-forwarded' | 'not-masqueraded';

const octets = (network: string): string => {
  const [ip = '', prefix = '32'] = network.split('/');
  return ip
    .split('.')
    .slice(0, Math.floor(Number(prefix) / 8))
    .join('.');
};

/** Whether an address lies in a network, for prefixes of whole octets; everything lies in one that is not named. */
const within = (address: string, network: string | undefined): boolean =>
  network === undefined || `${address.split('/')[0]}.`.startsWith(`${octets(network)}.`);

/** Why a network namespace cannot reach the world through the machine; undefined where it can. */
export function noWayOut(world: Inspection, inside: NetworkView): NoWayOut | undefined {
  const machine = world.network(1);
  const route = inside.routes.find(({ destination }) => destination === 'default');
  const address = inside.interfaces
    .find(({ name, up }) => name === route?.device && up)
    ?.addresses.find((one) => !one.includes(':'));
  const gateways = machine?.interfaces.filter(({ up }) => up).flatMap(({ addresses }) => addresses) ?? [];
  if (!machine || !address || !gateways.some((one) => one.split('/')[0] === route?.gateway))
    return 'no-route';
  if (world.file('/proc/sys/net/ipv4/ip_forward')?.trim() !== '1') return 'no-forwarding';
  const accepts = machine.policies.some(
    ({ table, chain, policy }) => table === 'filter' && chain === 'FORWARD' && policy === 'ACCEPT',
  );
  const forwards = machine.rules.filter(({ rule }) => rule.target === 'ACCEPT').map(({ rule }) => rule);
  const device = machine.interfaces.find(({ addresses }) =>
    addresses.some((one) => one.split('/')[0] === route?.gateway),
  )?.name;
  const out = forwards.some(
    ({ source, inInterface }) =>
      (source !== undefined && within(address, source)) ||
      (inInterface !== undefined && inInterface === device),
  );
  const back = forwards.some(
    ({ destination, outInterface, conntrack }) =>
      (destination !== undefined && within(address, destination)) ||
      (outInterface !== undefined && outInterface === device) ||
      (conntrack?.includes('ESTABLISHED') && outInterface === undefined),
  );
  if (!accepts && !(out && back)) return 'not-forwarded';
  const masqueraded = machine.rules.some(
    ({ table, chain, rule }) =>
      table === 'nat' &&
      chain === 'POSTROUTING' &&
      rule.target === 'MASQUERADE' &&
      within(address, rule.source),
  );
  return masqueraded ? undefined : 'not-masqueraded';
}
