import { broadcast as broadcastOf, formatIp, parsePrefix } from '../../../net/ip.ts';
import type { IpCommand } from './command.ts';
import { is, keywords, only } from './keywords.ts';
import { show } from './show.ts';

/** `ip address`: shows, adds, deletes and flushes addresses of devices (ip-address(8)). */
export async function address(ip: IpCommand, verb = 'show', args: readonly string[]): Promise<number> {
  if (is(verb, 'show', 'list', 'lst')) return show(ip, 'address', args);
  if (is(verb, 'add', 'delete')) {
    const { dev, local, brd, broadcast, label, scope } = keywords(
      args,
      ['dev', 'local', 'brd', 'broadcast', 'label', 'scope'],
      'local',
    );
    if (dev === undefined)
      return ip.say(
        ip.busybox ? 'ip: "dev" argument is required' : 'Not enough information: "dev" argument is required.',
        ip.busybox ? 1 : 255,
      );
    const prefix = parsePrefix(local ?? '');
    if (local === undefined || prefix === undefined)
      return ip.busybox
        ? ip.say(`ip: invalid argument '${local ?? ''}' to 'ip address'`, 1)
        : ip.say(`Error: any valid prefix is expected rather than "${local ?? ''}".`, 1);
    const address = local.split('/')[0]!;
    only('label', label, dev);
    only('scope', scope, /^(127\.|::1)/.test(address) ? 'host' : 'global');
    const everyone = brd ?? broadcast;
    only('broadcast', everyone, '+', formatIp(broadcastOf(prefix)));
    const where = { name: dev, address, prefix: prefix.length };
    return is(verb, 'add')
      ? ip.change({ type: 'RTM_NEWADDR', ...where, broadcast: everyone !== undefined }, dev)
      : ip.change({ type: 'RTM_DELADDR', ...where }, dev);
  }
  if (is(verb, 'flush')) {
    const { dev } = keywords(args, ['dev'], 'dev');
    for (const address of await ip.io.sys.netlink({ type: 'RTM_GETADDR' }))
      if (address.link === dev)
        await ip.change({
          type: 'RTM_DELADDR',
          name: dev,
          address: address.address,
          prefix: address.prefix,
        });
    return 0;
  }
  return ip.busybox ? ip.usage() : ip.say(`Command "${verb}" is unknown, try "ip address help".`, 255);
}
