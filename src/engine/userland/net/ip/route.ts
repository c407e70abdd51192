import { isErrno } from '../../../base/errno.ts';
import { parsePrefix } from '../../../net/ip.ts';
import type { Route } from '../../../net/netlink.ts';
import type { IpCommand } from './command.ts';
import { is, keywords, only } from './keywords.ts';

/** `ip route`: shows, asks and changes the routing table (ip-route(8)). */
export async function route(ip: IpCommand, verb = 'show', args: readonly string[]): Promise<number> {
  const { sys, stdout } = ip.io;
  if (is(verb, 'show', 'list', 'lst')) {
    const { dev, to, via, table, proto, scope } = keywords(
      args,
      ['dev', 'to', 'via', 'table', 'proto', 'scope'],
      'to',
    );
    only('table', table, 'main', '254');
    for (const route of await sys.netlink({ type: 'RTM_GETROUTE' })) {
      if (route.destination.includes(':') !== (ip.style.family === 'inet6')) continue;
      if (dev !== undefined && route.device !== dev) continue;
      if (via !== undefined && route.gateway !== via) continue;
      if (to !== undefined && route.destination !== to) continue;
      if (proto !== undefined && (route.protocol ?? 'boot') !== proto) continue;
      if (scope !== undefined && (route.scope ?? 'global') !== scope) continue;
      stdout.write(`${routeLine(ip, route, dev !== undefined)}\n`);
    }
    return 0;
  }
  if (is(verb, 'get')) {
    const { to } = keywords(args, ['to'], 'to');
    try {
      const [route] = await sys.netlink({ type: 'RTM_GETROUTE', destination: to ?? '' });
      if (route !== undefined) stdout.write(got(ip, route));
      return 0;
    } catch (error) {
      if (!isErrno(error)) throw error;
      if (error.code === 'EINVAL')
        return ip.say(`Error: any valid prefix is expected rather than "${to ?? ''}".`, 1);
      return ip.say(`${ip.busybox ? 'ip: ' : ''}RTNETLINK answers: ${error.message}`, 2);
    }
  }
  if (is(verb, 'add', 'append', 'change', 'replace', 'delete')) {
    const { to, via, dev, src, metric, scope, proto, table } = keywords(
      args,
      ['to', 'via', 'dev', 'src', 'metric', 'scope', 'proto', 'table'],
      'to',
    );
    only('table', table, 'main', '254');
    only('proto', proto, 'boot', 'static', 'dhcp', 'kernel');
    if (to === undefined || parsePrefix(to) === undefined)
      return ip.busybox
        ? ip.say(`ip: invalid argument '${to ?? ''}' to 'ip route'`, 1)
        : ip.say(`Error: any valid prefix is expected rather than "${to ?? ''}".`, 1);
    const route = {
      destination: to,
      gateway: via,
      source: src,
      metric: metric === undefined ? undefined : Number(metric),
      scope: scope as Route['scope'],
      protocol: proto as Route['protocol'],
    };
    if (is(verb, 'delete')) return ip.change({ type: 'RTM_DELROUTE', route: { ...route, device: dev } }, dev);
    return ip.change(
      {
        type: 'RTM_NEWROUTE',
        route: { ...route, device: dev ?? '' },
        replace: is(verb, 'replace', 'change'),
      },
      dev,
    );
  }
  if (is(verb, 'flush')) {
    const { dev } = keywords(args, ['dev'], 'dev');
    for (const route of await sys.netlink({ type: 'RTM_GETROUTE' }))
      if (dev === undefined || route.device === dev) await ip.change({ type: 'RTM_DELROUTE', route });
    return 0;
  }
  return ip.busybox ? ip.usage() : ip.say(`Command "${verb}" is unknown, try "ip route help".`, 255);
}

function routeLine(ip: IpCommand, route: Route, deviceGiven: boolean): string {
  let out = `${route.destination} `;
  if (route.gateway !== undefined) out += `via ${route.gateway} `;
  if (!deviceGiven || !ip.busybox) out += `dev ${route.device} `;
  if (ip.busybox) {
    if (route.scope === 'link') out += 'scope link ';
    if (route.source !== undefined) out += ` src ${route.source} `;
  } else {
    if (route.protocol !== undefined && route.protocol !== 'boot') out += `proto ${route.protocol} `;
    if (route.scope !== undefined && route.scope !== 'global') out += `scope ${route.scope} `;
    if (route.source !== undefined) out += `src ${route.source} `;
  }
  if (route.metric) out += `metric ${route.metric} `;
  return out;
}

function got(ip: IpCommand, route: Route): string {
  const local = route.scope === 'host';
  const via = route.gateway === undefined ? '' : `via ${route.gateway} `;
  if (ip.busybox)
    return `${local ? 'local ' : ''}${route.destination} ${via}dev ${route.device}  src ${route.source} \n`;
  const uid = ip.io.sys.geteuid();
  return `${local ? 'local ' : ''}${route.destination} ${via}dev ${route.device} src ${route.source} uid ${uid} \n    cache ${local ? '<local> ' : ''}\n`;
}
