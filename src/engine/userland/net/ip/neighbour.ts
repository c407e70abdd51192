import type { IpCommand } from './command.ts';
import { is, keywords } from './keywords.ts';

/** `ip neigh`: who is known on the links, and by which hardware address (ip-neighbour(8)). */
export async function neighbours(ip: IpCommand, verb = 'show', args: readonly string[]): Promise<number> {
  if (!is(verb, 'show', 'list'))
    return ip.say(`${ip.busybox ? 'ip: ' : ''}"neigh ${verb}" is not modelled`, 1);
  const { dev } = keywords(args, ['dev'], 'dev');
  for (const entry of await ip.io.sys.netlink({ type: 'RTM_GETNEIGH' })) {
    if (dev !== undefined && entry.device !== dev) continue;
    const device = dev === undefined ? `dev ${entry.device} ` : '';
    const mac = entry.lladdr === '' ? '' : `lladdr ${entry.lladdr} `;
    const used = ip.busybox ? ' used 0/0/0 probes 0 ' : '';
    ip.io.stdout.write(`${entry.address} ${device}${mac}${used}${entry.state} \n`);
  }
  return 0;
}
