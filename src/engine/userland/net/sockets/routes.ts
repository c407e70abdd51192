import { formatIp, parsePrefix } from '../../../net/ip.ts';
import type { Route } from '../../../net/netlink.ts';

/** The IPv4 routes in the old form. */
export function routeTable(
  routes: readonly Route[],
  { form, numeric, stars }: { form: 'route' | 'netstat'; numeric: boolean; stars: boolean },
): string {
  let out = 'Kernel IP routing table\n';
  out +=
    form === 'route'
      ? 'Destination     Gateway         Genmask         Flags Metric Ref    Use Iface\n'
      : 'Destination     Gateway         Genmask         Flags   MSS Window  irtt Iface\n';
  for (const { destination, gateway, device, metric = 0 } of routes) {
    const prefix = parsePrefix(destination);
    if (prefix === undefined || prefix.family === 'inet6') continue;
    const mask = formatIp({
      family: 'inet',
      bits: ((1n << BigInt(prefix.length)) - 1n) << BigInt(32 - prefix.length),
    });
    const flags = `U${gateway === undefined ? '' : 'G'}${prefix.length === 32 ? 'H' : ''}`;
    const name = prefix.length === 0 && !numeric ? 'default' : formatIp(prefix);
    const via = gateway ?? (stars && !numeric ? '*' : '0.0.0.0');
    const head = `${name.padEnd(15)} ${via.padEnd(15)} ${mask.padEnd(15)} `;
    const rest =
      form === 'route'
        ? `${flags.padEnd(5)} ${String(metric).padEnd(6)} 0        0`
        : `${flags.padEnd(5)}     0 0          0`;
    out += `${head}${rest} ${device}\n`;
  }
  return out;
}
