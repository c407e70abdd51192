import { Errno } from '../base/errno.ts';
import { contains, formatPrefix, type IpAddress, network, type Prefix, parseIp, parsePrefix } from './ip.ts';
import type { Route } from './netlink.ts';

/** A route as it is kept: its destination also as a number. */
interface Entry {
  prefix: Prefix;
  route: Route;
}

/** The main routing table of a namespace: longest prefix first, then the smallest metric, then the elder. */
export class RouteTable {
  readonly #entries: Entry[] = [];

  /** In the order of the kernel's trie: by address, then by length (fib_trie_table_dump). */
  list(): Route[] {
    return this.#entries
      .toSorted(
        ({ prefix: a }, { prefix: b }) =>
          Number(a.family === 'inet6') - Number(b.family === 'inet6') ||
          (a.bits < b.bits ? -1 : a.bits > b.bits ? 1 : a.length - b.length),
      )
      .map(({ route }) => ({ ...route }));
  }

  /** RTM_NEWROUTE: EEXIST if the same destination with the same metric is there, ENETUNREACH if no link leads to the gateway. */
  add(route: Route): void {
    const prefix = this.#prefix(route);
    if (prefix.bits !== network(prefix).bits) throw new Errno('EINVAL');
    if (this.#entries.some((entry) => same(entry, prefix, route))) throw new Errno('EEXIST');
    if (route.gateway !== undefined) {
      const gateway = parseIp(route.gateway);
      if (gateway === undefined) throw new Errno('EINVAL');
      const link = this.lookup(gateway);
      if (link === undefined || link.gateway !== undefined || link.device !== route.device)
        throw new Errno('ENETUNREACH');
    }
    const destination = prefix.length === 0 ? 'default' : formatPrefix(prefix);
    this.#entries.push({ prefix, route: { ...route, destination } });
    this.#entries.sort(
      (a, b) => b.prefix.length - a.prefix.length || (a.route.metric ?? 0) - (b.route.metric ?? 0),
    );
  }

  /** RTM_DELROUTE: fields that are not given match anything; ESRCH if nothing matches. */
  remove(route: Partial<Route> & { destination: string }): void {
    const prefix = this.#prefix(route);
    const at = this.#entries.findIndex(
      (entry) =>
        entry.prefix.family === prefix.family &&
        entry.prefix.bits === prefix.bits &&
        entry.prefix.length === prefix.length &&
        (!route.device || route.device === entry.route.device) &&
        (route.gateway === undefined || route.gateway === entry.route.gateway) &&
        (route.metric === undefined || route.metric === (entry.route.metric ?? 0)) &&
        (route.source === undefined || route.source === entry.route.source),
    );
    if (at < 0) throw new Errno('ESRCH');
    this.#entries.splice(at, 1);
  }

  removeWhere(matches: (route: Route) => boolean): void {
    for (let i = this.#entries.length - 1; i >= 0; i--)
      if (matches(this.#entries[i]!.route)) this.#entries.splice(i, 1);
  }

  lookup(destination: IpAddress): Route | undefined {
    return this.#entries.find(({ prefix }) => contains(prefix, destination))?.route;
  }

  #prefix(route: Partial<Route> & { destination: string }): Prefix {
    const family = route.gateway?.includes(':') || route.source?.includes(':') ? 'inet6' : 'inet';
    const prefix = parsePrefix(route.destination, family);
    if (prefix === undefined) throw new Errno('EINVAL');
    return prefix;
  }
}

const same = (entry: Entry, prefix: Prefix, route: Route) =>
  entry.prefix.family === prefix.family &&
  entry.prefix.bits === prefix.bits &&
  entry.prefix.length === prefix.length &&
  (entry.route.metric ?? 0) === (route.metric ?? 0);
