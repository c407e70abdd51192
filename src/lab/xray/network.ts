import type { Kernel } from '../../engine/kernel/kernel.ts';
import type { NetNamespace } from '../../engine/net/net-namespace.ts';
import type {
  IptablesRule,
  IptablesTable,
  Link,
  NetlinkReply,
  NetlinkRequest,
  Route,
  SocketInfo,
} from '../../engine/net/netlink.ts';

export interface InterfaceView extends Omit<Link, 'statistics'> {
  /** With their prefixes: `10.0.0.1/24`. */
  addresses: string[];
}

/** A network namespace: what `ip`, `iptables` and `ss` show in it. */
export interface NetworkView {
  interfaces: InterfaceView[];
  routes: Route[];
  rules: { table: IptablesTable; chain: string; rule: IptablesRule }[];
  /** What becomes of a packet that no rule of a chain decides on; none before the machine has netfilter. */
  policies: { table: IptablesTable; chain: string; policy: 'ACCEPT' | 'DROP' }[];
  sockets: SocketInfo[];
}

const TABLES: readonly IptablesTable[] = ['filter', 'nat'];

/** What is configured in a network namespace of a machine. */
export function networkView({ outside }: Kernel, net: NetNamespace): NetworkView {
  const get = <R extends NetlinkRequest>(request: R): NetlinkReply<R> =>
    net.netlink(request, outside, () => net);
  const addresses = get({ type: 'RTM_GETADDR' });
  const chains = TABLES.flatMap((table) =>
    (net.netfilter?.list(table) ?? []).map((chain) => ({ table, ...chain })),
  );
  return {
    interfaces: get({ type: 'RTM_GETLINK' }).map(({ statistics: _, ...link }) => ({
      ...link,
      addresses: addresses
        .filter((address) => address.link === link.name)
        .map(({ address, prefix }) => `${address}/${prefix}`),
    })),
    routes: get({ type: 'RTM_GETROUTE' }),
    rules: chains.flatMap(({ table, name, rules }) =>
      rules.map(({ packets: _, bytes: __, ...rule }) => ({ table, chain: name, rule })),
    ),
    policies: chains.flatMap(({ table, name, policy }) => (policy ? [{ table, chain: name, policy }] : [])),
    sockets: get({ type: 'SOCK_DIAG' }),
  };
}
