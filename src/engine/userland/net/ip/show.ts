import type { Link, LinkAddress } from '../../../net/netlink.ts';
import type { IpCommand } from './command.ts';
import { keywords } from './keywords.ts';
import { namedNamespaces } from './netns-switch.ts';

/** Lists devices, and with `address` what addresses they have. */
export async function show(
  ip: IpCommand,
  what: 'link' | 'address',
  args: readonly string[],
): Promise<number> {
  const { sys } = ip.io;
  const flags = args.filter((word) => word === 'up');
  const { dev, master, type } = keywords(
    args.filter((word) => word !== 'up'),
    ['dev', 'master', 'type'],
    'dev',
  );
  const links = await sys.netlink({ type: 'RTM_GETLINK' });
  const all = await sys.netlink({ type: 'RTM_GETADDR' });
  if (dev !== undefined && !links.some((link) => link.name === dev))
    return ip.busybox
      ? ip.say(`ip: can't find device '${dev}'`, 1)
      : ip.say(`Device "${dev}" does not exist.`, 1);
  const { family } = ip.style;
  const names = await namespaceNames(ip, links);
  for (const link of links) {
    if (dev !== undefined && link.name !== dev) continue;
    if (flags.length > 0 && !link.up) continue;
    if (master !== undefined && link.master !== master) continue;
    if (type !== undefined && link.kind !== type) continue;
    const addresses = all.filter(
      (address) => address.link === link.name && (family ?? address.family) === address.family,
    );
    if (what === 'address' && family !== undefined && addresses.length === 0) continue;
    ip.io.stdout.write(device(ip, link, links, names, what === 'address' ? addresses : undefined));
  }
  return 0;
}

/** The names in /run/netns of the namespaces that peers are in, by their numbers. */
async function namespaceNames(ip: IpCommand, links: readonly Link[]): Promise<ReadonlyMap<number, string>> {
  const names = new Map<number, string>();
  if (ip.busybox || links.every(({ peerNetns }) => peerNetns === undefined)) return names;
  for (const name of await namedNamespaces(ip.io.sys)) {
    const id = await ip.netnsId(name);
    if (id >= 0) names.set(id, name);
  }
  return names;
}

function device(
  ip: IpCommand,
  link: Link,
  links: readonly Link[],
  names: ReadonlyMap<number, string>,
  addresses: readonly LinkAddress[] | undefined,
): string {
  const { oneline, brief, statistics, family } = ip.style;
  const name = nameOf(link, links);
  const state = operState(link);
  const flags = flagsOf(link, links, ip.busybox);
  if (brief) {
    const left = `${name.padEnd(16)} ${state.padEnd(14)} `;
    if (addresses === undefined) return `${left}${link.address} ${flags} \n`;
    return `${left}${addresses.map((a) => `${a.address}/${a.prefix} `).join('')}\n`;
  }
  const end = oneline ? '\\' : '\n';
  let out = '';
  if (!oneline || addresses === undefined) {
    out += `${link.index}: ${name}: ${flags} mtu ${link.mtu} qdisc ${qdisc(link)} `;
    if (link.master !== undefined) out += `master ${link.master} `;
    if (!ip.busybox) out += `state ${state} ${addresses === undefined ? 'mode DEFAULT ' : ''}group default `;
    // A veth that was born in another namespace than it is in has no queue there to speak of.
    if (!ip.busybox || link.kind !== 'veth' || link.peerNetns === undefined) out += 'qlen 1000';
    if (ip.busybox || family === undefined || addresses === undefined) {
      if (!(addresses !== undefined && family !== undefined)) {
        const kind = link.kind === 'loopback' ? 'loopback' : 'ether';
        const brd = link.kind === 'loopback' ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff';
        out += `${end}    link/${kind} ${link.address} brd ${brd}`;
        const name = names.get(link.peerNetns ?? -1);
        if (name !== undefined) out += ` link-netns ${name}`;
        else if (link.peerNetns !== undefined && !ip.busybox) out += ` link-netnsid ${link.peerNetns}`;
      }
    }
    out += '\n';
    if (statistics) out += counters(link);
  }
  for (const address of addresses ?? []) {
    out += oneline ? `${link.index}: ${link.name}    ` : '    ';
    const brd = address.broadcast === undefined ? '' : ` brd ${address.broadcast}`;
    const label = address.family === 'inet' ? address.link : '';
    out += `${address.family} ${address.address}/${address.prefix}${brd} scope ${address.scope} ${address.secondary ? 'secondary ' : ''}${label}`;
    out += `${end}       valid_lft forever preferred_lft forever\n`;
  }
  return out;
}

/** `eth0@if7` for a peer elsewhere, `v0@v1` for one in sight. */
export function nameOf(link: Link, links: readonly Link[]): string {
  if (link.peerIndex === undefined) return link.name;
  const peer =
    link.peerNetns === undefined ? links.find((other) => other.index === link.peerIndex) : undefined;
  return `${link.name}@${peer?.name ?? `if${link.peerIndex}`}`;
}

/** `<BROADCAST,MULTICAST,UP,LOWER_UP>`, as iproute2 or BusyBox finds them. */
export function flagsOf(link: Link, links: readonly Link[], busybox = false): string {
  const flags =
    link.kind === 'loopback'
      ? ['LOOPBACK']
      : link.kind === 'dummy'
        ? ['BROADCAST', 'NOARP']
        : ['BROADCAST', 'MULTICAST'];
  if (link.up && !link.running) flags.unshift('NO-CARRIER');
  if (link.up) flags.push('UP');
  if (link.running) flags.push('LOWER_UP');
  if (link.peerIndex !== undefined) {
    // BusyBox looks the peer's index up among its own devices, wherever the peer is.
    const peer = links.find((other) => other.index === link.peerIndex);
    const asks = busybox || link.peerNetns === undefined;
    if (asks && !(peer?.up ?? false)) flags.push('M-DOWN');
  }
  return `<${flags.join(',')}>`;
}

function operState(link: Link): string {
  if (link.kind === 'loopback' || link.kind === 'dummy') return link.up ? 'UNKNOWN' : 'DOWN';
  if (link.running) return 'UP';
  return link.up && link.kind === 'veth' ? 'LOWERLAYERDOWN' : 'DOWN';
}

const qdisc = (link: Link) =>
  !link.up && link.kind !== 'ethernet' ? 'noop' : link.kind === 'ethernet' ? 'pfifo_fast' : 'noqueue';

function counters({ statistics: s }: Link): string {
  const row = (...values: (number | string)[]) =>
    `    ${[13, 7, 6, 7, 7, 7]
      .map((width, i) => String(values[i]).padStart(width))
      .join(' ')
      .slice(3)} \n`;
  return (
    `    RX:  bytes packets errors dropped  missed   mcast           \n${row(s.rxBytes, s.rxPackets, 0, s.rxDropped, 0, 0)}` +
    `    TX:  bytes packets errors dropped carrier collsns           \n${row(s.txBytes, s.txPackets, 0, s.txDropped, 0, 0)}`
  );
}
