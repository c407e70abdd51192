import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import type { IptablesRule, IptablesTable } from '../../net/netlink.ts';
import type { BridgeOptions } from './options.ts';

/** The rules that the daemon puts into the kernel (moby libnetwork/drivers/bridge, as iptables-save shows them with 28.5). */
export interface PlacedRule {
  table: IptablesTable;
  chain: string;
  rule: IptablesRule;
  /** In front of those that are there. */
  insert?: boolean;
}

const CHAINS: readonly [IptablesTable, string][] = [
  ['nat', 'DOCKER'],
  ['filter', 'DOCKER'],
  ['filter', 'DOCKER-BRIDGE'],
  ['filter', 'DOCKER-CT'],
  ['filter', 'DOCKER-FORWARD'],
  ['filter', 'DOCKER-ISOLATION-STAGE-1'],
  ['filter', 'DOCKER-ISOLATION-STAGE-2'],
  ['filter', 'DOCKER-USER'],
];

const BASE: readonly PlacedRule[] = [
  { table: 'nat', chain: 'PREROUTING', rule: { destinationType: 'LOCAL', target: 'DOCKER' } },
  {
    table: 'nat',
    chain: 'OUTPUT',
    rule: { destination: '!127.0.0.0/8', destinationType: 'LOCAL', target: 'DOCKER' },
  },
  { table: 'filter', chain: 'FORWARD', rule: { target: 'DOCKER-USER' } },
  { table: 'filter', chain: 'FORWARD', rule: { target: 'DOCKER-FORWARD' } },
  { table: 'filter', chain: 'DOCKER-FORWARD', rule: { target: 'DOCKER-CT' } },
  { table: 'filter', chain: 'DOCKER-FORWARD', rule: { target: 'DOCKER-ISOLATION-STAGE-1' } },
  { table: 'filter', chain: 'DOCKER-FORWARD', rule: { target: 'DOCKER-BRIDGE' } },
];

/** What stands whatever networks there are. Chains of an earlier run are emptied and used again. */
export async function installBase(sys: Syscalls): Promise<void> {
  for (const [table, chain] of CHAINS) {
    const present = (await sys.netlink({ type: 'IPT_GET', table })).some(({ name }) => name === chain);
    if (!present) await sys.netlink({ type: 'IPT_NEWCHAIN', table, chain });
    else if (chain !== 'DOCKER-USER') await sys.netlink({ type: 'IPT_FLUSH', table, chain });
  }
  await sys.netlink({ type: 'IPT_POLICY', table: 'filter', chain: 'FORWARD', policy: 'DROP' });
  for (const rule of BASE) await remove(sys, rule);
  for (const rule of BASE) await place(sys, rule);
}

/** A bridge network's rules. One that is internal is let out to nobody and in by nobody. */
export function bridgeRules(
  bridge: string,
  subnet: string,
  internal: boolean,
  options: Pick<BridgeOptions, 'connected' | 'masquerade'>,
): PlacedRule[] {
  return internal ? internalRules(bridge, subnet, options) : connectedRules(bridge, subnet, options);
}

function internalRules(
  bridge: string,
  subnet: string,
  { connected }: Pick<BridgeOptions, 'connected'>,
): PlacedRule[] {
  const table = 'filter';
  const drop = (rule: Omit<IptablesRule, 'target'>): PlacedRule => ({
    table,
    chain: 'DOCKER-ISOLATION-STAGE-1',
    insert: true,
    rule: { ...rule, target: 'DROP' },
  });
  const within = { inInterface: bridge, outInterface: bridge, target: connected ? 'ACCEPT' : 'DROP' };
  return [
    drop({ destination: `!${subnet}`, inInterface: bridge }),
    drop({ source: `!${subnet}`, outInterface: bridge }),
    { table, chain: 'DOCKER-FORWARD', rule: within },
  ];
}

function connectedRules(
  bridge: string,
  subnet: string,
  { connected, masquerade }: Pick<BridgeOptions, 'connected' | 'masquerade'>,
): PlacedRule[] {
  const outside = { inInterface: bridge, outInterface: `!${bridge}` };
  const hidden: PlacedRule[] = [
    { table: 'nat', chain: 'DOCKER', insert: true, rule: { inInterface: bridge, target: 'RETURN' } },
    {
      table: 'nat',
      chain: 'POSTROUTING',
      insert: true,
      rule: { source: subnet, outInterface: `!${bridge}`, target: 'MASQUERADE' },
    },
  ];
  const forward = (rule: IptablesRule): PlacedRule => ({ table: 'filter', chain: 'DOCKER-FORWARD', rule });
  return [
    ...(masquerade ? hidden : []),
    {
      table: 'filter',
      chain: 'DOCKER-CT',
      rule: { outInterface: bridge, conntrack: ['RELATED', 'ESTABLISHED'], target: 'ACCEPT' },
    },
    { table: 'filter', chain: 'DOCKER-BRIDGE', rule: { outInterface: bridge, target: 'DOCKER' } },
    {
      table: 'filter',
      chain: 'DOCKER',
      rule: { inInterface: `!${bridge}`, outInterface: bridge, target: 'DROP' },
    },
    {
      table: 'filter',
      chain: 'DOCKER-ISOLATION-STAGE-1',
      rule: { ...outside, target: 'DOCKER-ISOLATION-STAGE-2' },
    },
    {
      table: 'filter',
      chain: 'DOCKER-ISOLATION-STAGE-2',
      insert: true,
      rule: { outInterface: bridge, target: 'DROP' },
    },
    ...(connected
      ? [forward({ inInterface: bridge, target: 'ACCEPT' })]
      : [
          forward({ inInterface: bridge, outInterface: bridge, target: 'DROP' }),
          forward({ inInterface: bridge, outInterface: `!${bridge}`, target: 'ACCEPT' }),
        ]),
  ];
}

/** Keeps others from reaching a container's address past its bridge. */
export const directAccessRule = (bridge: string, address: string): PlacedRule => ({
  table: 'raw',
  chain: 'PREROUTING',
  rule: { destination: `${address}/32`, inInterface: `!${bridge}`, target: 'DROP' },
});

export interface PortRule {
  bridge: string;
  protocol: string;
  hostIp: string;
  hostPort: number;
  address: string;
  port: number;
}

/** A published port's rules. */
export function portRules({ bridge, protocol, hostIp, hostPort, address, port }: PortRule): PlacedRule[] {
  const any = hostIp === '0.0.0.0' || hostIp === '';
  return [
    {
      table: 'nat',
      chain: 'DOCKER',
      rule: {
        ...(any ? {} : { destination: `${hostIp}/32` }),
        inInterface: `!${bridge}`,
        protocol,
        destinationPort: String(hostPort),
        target: 'DNAT',
        targetOptions: { 'to-destination': `${address}:${port}` },
      },
    },
    {
      table: 'filter',
      chain: 'DOCKER',
      insert: true,
      rule: {
        destination: `${address}/32`,
        inInterface: `!${bridge}`,
        outInterface: bridge,
        protocol,
        destinationPort: String(port),
        target: 'ACCEPT',
      },
    },
  ];
}

const RESOLVER_CHAINS = ['DOCKER_OUTPUT', 'DOCKER_POSTROUTING'];

/** In a container's own namespace: port 53 of 127.0.0.11 is where the daemon's socket happens to listen (libnetwork resolver_unix.go). */
export function resolverRules(ports: { udp: number; tcp: number }): PlacedRule[] {
  const destination = '127.0.0.11/32';
  const protocols = ['tcp', 'udp'] as const;
  return [
    { table: 'nat', chain: 'OUTPUT', rule: { destination, target: 'DOCKER_OUTPUT' } },
    { table: 'nat', chain: 'POSTROUTING', rule: { destination, target: 'DOCKER_POSTROUTING' } },
    ...protocols.map(
      (protocol): PlacedRule => ({
        table: 'nat',
        chain: 'DOCKER_OUTPUT',
        rule: {
          destination,
          protocol,
          destinationPort: '53',
          target: 'DNAT',
          targetOptions: { 'to-destination': `127.0.0.11:${ports[protocol]}` },
        },
      }),
    ),
    ...protocols.map(
      (protocol): PlacedRule => ({
        table: 'nat',
        chain: 'DOCKER_POSTROUTING',
        rule: {
          source: destination,
          protocol,
          sourcePort: String(ports[protocol]),
          target: 'SNAT',
          targetOptions: { 'to-source': ':53' },
        },
      }),
    ),
  ];
}

/** Rules with the chains of the resolver. */
export async function placeAll(sys: Syscalls, rules: readonly PlacedRule[]): Promise<void> {
  for (const chain of RESOLVER_CHAINS)
    try {
      await sys.netlink({ type: 'IPT_NEWCHAIN', table: 'nat', chain });
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error;
      // An earlier daemon's, whose sockets are gone.
      await sys.netlink({ type: 'IPT_FLUSH', table: 'nat', chain });
    }
  for (const rule of rules) {
    await remove(sys, rule);
    await place(sys, rule);
  }
}

export async function place(sys: Syscalls, { table, chain, rule, insert }: PlacedRule): Promise<void> {
  await sys.netlink({ type: insert ? 'IPT_INSERT' : 'IPT_APPEND', table, chain, rule });
}

export async function remove(sys: Syscalls, { table, chain, rule }: PlacedRule): Promise<void> {
  await sys.netlink({ type: 'IPT_DELETE', table, chain, rule }).catch(() => undefined);
}
