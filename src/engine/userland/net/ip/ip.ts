import { isErrno } from '../../base/errno.ts';
import { parsePrefix } from '../../net/ip.ts';
import type { Link, LinkAddress, NetlinkRequest, Route } from '../../net/netlink.ts';
import { Exit, type Stdio } from '../lib/stdio.ts';
import { BUSYBOX, type Flavour } from '../utility.ts';
import { netProgram } from './tool.ts';

/** ip(8) of iproute2, and BusyBox' ip: link, address, route, neigh, and netns list. */
export const ip = netProgram(async (io, flavour) => {
  const command = new IpCommand(io, flavour);
  return command.run();
});

const OBJECTS = ['address', 'route', 'link', 'neighbour', 'netns'] as const;

interface Style {
  oneline: boolean;
  brief: boolean;
  statistics: boolean;
  family: 'inet' | 'inet6' | undefined;
}

class IpCommand {
  readonly #io: Stdio;
  readonly #busybox: boolean;
  readonly #style: Style = { oneline: false, brief: false, statistics: false, family: undefined };

  constructor(io: Stdio, flavour: Flavour) {
    this.#io = io;
    this.#busybox = flavour === 'busybox';
  }

  async run(): Promise<number> {
    const args = [...this.#io.args];
    while (args[0]?.startsWith('-')) await this.#option(args.shift()!, args);
    const [object, verb, ...rest] = args;
    if (object === undefined || object === 'help') return this.#usage(object === 'help' ? 0 : 255);
    const found = OBJECTS.find(
      (name) => name.startsWith(object.toLowerCase()) || (name === 'neighbour' && object === 'neighbor'),
    );
    switch (found) {
      case 'link':
        return this.#link(verb, rest);
      case 'address':
        return this.#address(verb, rest);
      case 'route':
        return this.#route(verb, rest);
      case 'neighbour':
        return this.#neighbours(verb, rest);
      case 'netns':
        if (this.#busybox) return this.#usage(1);
        return this.#netns(verb);
      default:
        if (this.#busybox) return this.#usage(1);
        return this.#say(`Object "${object}" is unknown, try "ip help".`, 1);
    }
  }

  async #option(option: string, args: string[]): Promise<void> {
    const style = this.#style;
    const name = option.replace(/^--?/, '');
    if (name === '4') style.family = 'inet';
    else if (name === '6') style.family = 'inet6';
    else if (name === 'o' || name === 'oneline') style.oneline = true;
    else if (!this.#busybox && (name === 'br' || name === 'brief')) style.brief = true;
    else if (!this.#busybox && /^s(t(a(t(s|istics)?)?)?)?$/.test(name)) style.statistics = true;
    else if (!this.#busybox && /^(c|color(=.*)?|N|n(umeric)?|d(etails)?)$/.test(name)) return;
    else if (name === 'f' || name === 'family') style.family = args.shift() === 'inet6' ? 'inet6' : 'inet';
    else if (!this.#busybox && (name === 'V' || name === 'Version')) {
      this.#io.stdout.write('ip utility, iproute2-6.1.0\n');
      throw new Exit(0);
    } else if (this.#busybox) {
      throw new Exit(await this.#usage(1));
    } else throw new Exit(await this.#say(`Option "${option}" is unknown, try "ip -help".`, 255));
  }

  // link -------------------------------------------------------------------------------------------------

  async #link(verb = 'show', args: readonly string[]): Promise<number> {
    if (is(verb, 'show', 'list', 'lst')) return this.#show('link', args);
    if (is(verb, 'set')) return this.#linkSet(args);
    if (this.#busybox) return this.#usage(1);
    if (is(verb, 'add')) return this.#linkAdd(args);
    if (is(verb, 'delete')) {
      const { dev } = keywords(args, ['dev', 'type'], 'dev');
      return this.#change({ type: 'RTM_DELLINK', name: dev ?? '' }, dev);
    }
    return this.#say(`Command "${verb}" is unknown, try "ip link help".`, 255);
  }

  async #linkAdd(args: readonly string[]): Promise<number> {
    const at = args.indexOf('type');
    const kind = args[at + 1];
    const { name, dev } = keywords(at < 0 ? args : args.slice(0, at), ['name', 'dev'], 'dev');
    const link = name ?? dev;
    if (at < 0 || kind === undefined)
      return this.#say('Not enough information: "type" argument is required', 255);
    if (link === undefined) return this.#say('Not enough information: "dev" argument is required.', 255);
    if (kind === 'bridge' || kind === 'dummy') return this.#change({ type: 'RTM_NEWLINK', name: link, kind });
    if (kind !== 'veth') return this.#say('Error: Unknown device type.', 2);
    const peer = keywords(
      args.slice(at + 2).filter((word) => word !== 'peer'),
      ['name', 'netns'],
    );
    if (peer.name === undefined) return this.#say('ip: a veth needs "peer name NAME" here', 255);
    const pid = peer.netns === undefined ? {} : { pid: Number(peer.netns) };
    return this.#change({ type: 'RTM_NEWLINK', name: link, kind: 'veth', peer: { name: peer.name, ...pid } });
  }

  async #linkSet(args: readonly string[]): Promise<number> {
    let name: string | undefined;
    const changes: NetlinkRequest[] = [];
    const change = (what: Extract<NetlinkRequest, { type: 'RTM_SETLINK' }>['change']) =>
      changes.push({ type: 'RTM_SETLINK', name: '', change: what });
    for (let i = 0; i < args.length; i++) {
      const word = args[i]!;
      if (word === 'up' || word === 'down') change({ up: word === 'up' });
      else if (word === 'nomaster') change({ master: '' });
      else if (word === 'dev') name = args[++i];
      else if (word === 'mtu') change({ mtu: Number(args[++i]) });
      else if (word === 'name') change({ name: args[++i]! });
      else if (word === 'address') change({ address: args[++i]! });
      else if (word === 'master') change({ master: args[++i]! });
      else if (word === 'netns') {
        const target = args[++i] ?? '';
        if (!/^\d+$/.test(target))
          return this.#say(`Error: argument "${target}" is wrong: Invalid "netns" value`, 255);
        change({ netnsPid: Number(target) });
      } else if (name === undefined) name = word;
      else if (this.#busybox) return this.#usage(1);
      else return this.#say(`Error: either "dev" is duplicate, or "${word}" is a garbage.`, 255);
    }
    if (name === undefined) return this.#say('Not enough information: "dev" argument is required.', 255);
    for (const request of changes) {
      // BusyBox looks the device up, then sets flags by ioctl.
      const status = await this.#change({ ...request, name } as NetlinkRequest, name, 'SIOCSIFFLAGS');
      if (status !== 0) return status;
      if (request.type === 'RTM_SETLINK' && request.change.name !== undefined) name = request.change.name;
    }
    return 0;
  }

  // address ----------------------------------------------------------------------------------------------

  async #address(verb = 'show', args: readonly string[]): Promise<number> {
    if (is(verb, 'show', 'list', 'lst')) return this.#show('address', args);
    if (is(verb, 'add', 'delete')) {
      const { dev, local, brd, broadcast } = keywords(
        args,
        ['dev', 'local', 'brd', 'broadcast', 'label', 'scope', 'peer'],
        'local',
      );
      if (dev === undefined)
        return this.#say(
          this.#busybox
            ? 'ip: "dev" argument is required'
            : 'Not enough information: "dev" argument is required.',
          this.#busybox ? 1 : 255,
        );
      const prefix = parsePrefix(local ?? '');
      if (local === undefined || prefix === undefined)
        return this.#busybox
          ? this.#say(`ip: invalid argument '${local ?? ''}' to 'ip address'`, 1)
          : this.#say(`Error: any valid prefix is expected rather than "${local ?? ''}".`, 1);
      const address = local.split('/')[0]!;
      const where = { name: dev, address, prefix: prefix.length };
      return is(verb, 'add')
        ? this.#change({ type: 'RTM_NEWADDR', ...where, broadcast: (brd ?? broadcast) === '+' }, dev)
        : this.#change({ type: 'RTM_DELADDR', ...where }, dev);
    }
    if (is(verb, 'flush')) {
      const { dev } = keywords(args, ['dev'], 'dev');
      for (const address of await this.#io.sys.netlink({ type: 'RTM_GETADDR' }))
        if (address.link === dev)
          await this.#change({
            type: 'RTM_DELADDR',
            name: dev,
            address: address.address,
            prefix: address.prefix,
          });
      return 0;
    }
    return this.#busybox
      ? this.#usage(1)
      : this.#say(`Command "${verb}" is unknown, try "ip address help".`, 255);
  }

  /** Lists devices, and with `address` what addresses they have. */
  async #show(what: 'link' | 'address', args: readonly string[]): Promise<number> {
    const { sys } = this.#io;
    const flags = args.filter((word) => word === 'up');
    const { dev, master, type } = keywords(
      args.filter((word) => word !== 'up'),
      ['dev', 'master', 'type'],
      'dev',
    );
    const links = await sys.netlink({ type: 'RTM_GETLINK' });
    const all = await sys.netlink({ type: 'RTM_GETADDR' });
    if (dev !== undefined && !links.some((link) => link.name === dev))
      return this.#busybox
        ? this.#say(`ip: can't find device '${dev}'`, 1)
        : this.#say(`Device "${dev}" does not exist.`, 1);
    const { family } = this.#style;
    for (const link of links) {
      if (dev !== undefined && link.name !== dev) continue;
      if (flags.length > 0 && !link.up) continue;
      if (master !== undefined && link.master !== master) continue;
      if (type !== undefined && link.kind !== type) continue;
      const addresses = all.filter(
        (address) => address.link === link.name && (family ?? address.family) === address.family,
      );
      if (what === 'address' && family !== undefined && addresses.length === 0) continue;
      this.#io.stdout.write(this.#device(link, links, what === 'address' ? addresses : undefined));
    }
    return 0;
  }

  #device(link: Link, links: readonly Link[], addresses: readonly LinkAddress[] | undefined): string {
    const { oneline, brief, statistics, family } = this.#style;
    const name = `${link.name}${this.#at(link, links)}`;
    const state = operState(link);
    const flags = this.#flags(link, links);
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
      if (!this.#busybox)
        out += `state ${state} ${addresses === undefined ? 'mode DEFAULT ' : ''}group default `;
      // A veth that was born in another namespace than it is in has no queue there to speak of.
      if (!this.#busybox || link.kind !== 'veth' || link.peerNetns === undefined) out += 'qlen 1000';
      if (this.#busybox || family === undefined || addresses === undefined) {
        if (!(addresses !== undefined && family !== undefined)) {
          const kind = link.kind === 'loopback' ? 'loopback' : 'ether';
          const brd = link.kind === 'loopback' ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff';
          out += `${end}    link/${kind} ${link.address} brd ${brd}`;
          if (link.peerNetns !== undefined && !this.#busybox) out += ` link-netnsid ${link.peerNetns}`;
        }
      }
      out += '\n';
      if (statistics) out += counters(link);
    }
    for (const address of addresses ?? []) {
      out += oneline ? `${link.index}: ${link.name}    ` : '    ';
      const brd = address.broadcast === undefined ? '' : ` brd ${address.broadcast}`;
      const label = address.family === 'inet' ? address.link : '';
      out += `${address.family} ${address.address}/${address.prefix}${brd} scope ${address.scope} ${label}`;
      out += `${end}       valid_lft forever preferred_lft forever\n`;
    }
    return out;
  }

  /** `eth0@if7` for a peer elsewhere, `v0@v1` for one in sight. */
  #at(link: Link, links: readonly Link[]): string {
    if (link.peerIndex === undefined) return '';
    const peer =
      link.peerNetns === undefined ? links.find((other) => other.index === link.peerIndex) : undefined;
    return `@${peer?.name ?? `if${link.peerIndex}`}`;
  }

  #flags(link: Link, links: readonly Link[]): string {
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
      const asks = this.#busybox || link.peerNetns === undefined;
      if (asks && !(peer?.up ?? false)) flags.push('M-DOWN');
    }
    return `<${flags.join(',')}>`;
  }

  // route ------------------------------------------------------------------------------------------------

  async #route(verb = 'show', args: readonly string[]): Promise<number> {
    const { sys, stdout } = this.#io;
    if (is(verb, 'show', 'list', 'lst')) {
      const { dev, to, via } = keywords(args, ['dev', 'to', 'via', 'table', 'proto', 'exact'], 'to');
      for (const route of await sys.netlink({ type: 'RTM_GETROUTE' })) {
        if (route.destination.includes(':') !== (this.#style.family === 'inet6')) continue;
        if (dev !== undefined && route.device !== dev) continue;
        if (via !== undefined && route.gateway !== via) continue;
        if (to !== undefined && route.destination !== to) continue;
        stdout.write(`${this.#routeLine(route, dev !== undefined)}\n`);
      }
      return 0;
    }
    if (is(verb, 'get')) {
      const { to } = keywords(args, ['to', 'from', 'dev', 'oif'], 'to');
      try {
        const [route] = await sys.netlink({ type: 'RTM_GETROUTE', destination: to ?? '' });
        if (route !== undefined) stdout.write(this.#got(route));
        return 0;
      } catch (error) {
        if (!isErrno(error)) throw error;
        if (error.code === 'EINVAL')
          return this.#say(`Error: any valid prefix is expected rather than "${to ?? ''}".`, 1);
        return this.#say(`${this.#busybox ? 'ip: ' : ''}RTNETLINK answers: ${error.message}`, 2);
      }
    }
    if (is(verb, 'add', 'append', 'change', 'replace', 'delete')) {
      const { to, via, dev, src, metric, scope } = keywords(
        args,
        ['to', 'via', 'dev', 'src', 'metric', 'scope', 'proto', 'table'],
        'to',
      );
      if (to === undefined || parsePrefix(to) === undefined)
        return this.#busybox
          ? this.#say(`ip: invalid argument '${to ?? ''}' to 'ip route'`, 1)
          : this.#say(`Error: any valid prefix is expected rather than "${to ?? ''}".`, 1);
      const route = {
        destination: to,
        gateway: via,
        source: src,
        metric: metric === undefined ? undefined : Number(metric),
        scope: scope as Route['scope'],
      };
      if (is(verb, 'delete'))
        return this.#change({ type: 'RTM_DELROUTE', route: { ...route, device: dev } }, dev);
      return this.#change(
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
        if (dev === undefined || route.device === dev) await this.#change({ type: 'RTM_DELROUTE', route });
      return 0;
    }
    return this.#busybox
      ? this.#usage(1)
      : this.#say(`Command "${verb}" is unknown, try "ip route help".`, 255);
  }

  #routeLine(route: Route, deviceGiven: boolean): string {
    let out = `${route.destination} `;
    if (route.gateway !== undefined) out += `via ${route.gateway} `;
    if (!deviceGiven || !this.#busybox) out += `dev ${route.device} `;
    if (this.#busybox) {
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

  #got(route: Route): string {
    const local = route.scope === 'host';
    const via = route.gateway === undefined ? '' : `via ${route.gateway} `;
    if (this.#busybox)
      return `${local ? 'local ' : ''}${route.destination} ${via}dev ${route.device}  src ${route.source} \n`;
    const uid = this.#io.sys.geteuid();
    return `${local ? 'local ' : ''}${route.destination} ${via}dev ${route.device} src ${route.source} uid ${uid} \n    cache ${local ? '<local> ' : ''}\n`;
  }

  // neigh, netns -----------------------------------------------------------------------------------------

  async #neighbours(verb = 'show', args: readonly string[]): Promise<number> {
    if (!is(verb, 'show', 'list'))
      return this.#say(`${this.#busybox ? 'ip: ' : ''}"neigh ${verb}" is not modelled`, 1);
    const { dev } = keywords(args, ['dev'], 'dev');
    for (const entry of await this.#io.sys.netlink({ type: 'RTM_GETNEIGH' })) {
      if (dev !== undefined && entry.device !== dev) continue;
      const device = dev === undefined ? `dev ${entry.device} ` : '';
      const mac = entry.lladdr === '' ? '' : `lladdr ${entry.lladdr} `;
      const used = this.#busybox ? ' used 0/0/0 probes 0 ' : '';
      this.#io.stdout.write(`${entry.address} ${device}${mac}${used}${entry.state} \n`);
    }
    return 0;
  }

  /** Named namespaces are the files of /run/netns. */
  async #netns(verb = 'list'): Promise<number> {
    const { sys, stdout } = this.#io;
    if (!is(verb, 'list', 'show'))
      return this.#say(`"ip netns ${verb}" is not modelled; see unshare(1) and nsenter(1)`, 1);
    try {
      const fd = await sys.open('/run/netns', 0o200000);
      for (const { name } of await sys.getdents(fd))
        if (name !== '.' && name !== '..') stdout.write(`${name}\n`);
      await sys.close(fd);
    } catch (error) {
      if (!isErrno(error, 'ENOENT')) throw error;
    }
    return 0;
  }

  // ------------------------------------------------------------------------------------------------------

  /** Sends a change; says what failed as each ip says it. */
  async #change(request: NetlinkRequest, device?: string, ioctl?: string): Promise<number> {
    const { sys } = this.#io;
    if (device !== undefined) {
      const links = await sys.netlink({ type: 'RTM_GETLINK' });
      if (!links.some((link) => link.name === device)) {
        if (!this.#busybox) return this.#say(`Cannot find device "${device}"`, 1);
        return ioctl === undefined
          ? this.#say(`ip: can't find device '${device}'`, 1)
          : this.#say('ip: SIOCGIFFLAGS: No such device', 1);
      }
    }
    try {
      await sys.netlink(request);
      return 0;
    } catch (error) {
      if (!isErrno(error)) throw error;
      if (this.#busybox)
        return ioctl === undefined
          ? this.#say(`ip: RTNETLINK answers: ${error.message}`, 2)
          : this.#say(`ip: ${ioctl}: ${error.message}`, 1);
      if (request.type === 'RTM_NEWADDR' && error.code === 'EEXIST')
        return this.#say('Error: ipv4: Address already assigned.', 2);
      if (request.type === 'RTM_DELADDR' && error.code === 'EADDRNOTAVAIL')
        return this.#say('Error: ipv4: Address not found.', 2);
      if (request.type === 'RTM_NEWROUTE' && error.code === 'ENETUNREACH')
        return this.#say('Error: Nexthop has invalid gateway.', 2);
      if (request.type === 'RTM_NEWROUTE' && error.code === 'EINVAL')
        return this.#say('Error: Invalid prefix for given prefix length.', 2);
      if (request.type === 'RTM_NEWROUTE' && error.code === 'ENETDOWN')
        return this.#say('Error: Device for nexthop is not up.', 2);
      return this.#say(`RTNETLINK answers: ${error.message}`, 2);
    }
  }

  async #say(message: string, status: number): Promise<number> {
    await this.#io.stdout.flush();
    await this.#io.stderr.write(`${message}\n`);
    return status;
  }

  async #usage(status: number): Promise<number> {
    if (!this.#busybox) return this.#say(USAGE, status);
    return this.#say(
      `${BUSYBOX.banner}\n\nUsage: ip [OPTIONS] address|route|link|tunnel|neigh|rule [ARGS]`,
      1,
    );
  }
}

const USAGE = `Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }
where  OBJECT := { address | link | neigh | netns | route }
       OPTIONS := { -V[ersion] | -s[tatistics] | -f[amily] { inet | inet6 } | -4 | -6 | -o[neline] | -br[ief] }`;

/** Whether a word abbreviates one of the commands. */
const is = (word: string, ...commands: string[]) =>
  word !== '' && commands.some((command) => command.startsWith(word));

/** Words in pairs, `dev eth0 via 10.0.0.1`; one that is no keyword is the value of `bare`. */
function keywords<K extends string>(
  args: readonly string[],
  names: readonly K[],
  bare?: K,
): Partial<Record<K, string>> {
  const out: Partial<Record<K, string>> = {};
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    if ((names as readonly string[]).includes(word)) out[word as K] = args[++i] ?? '';
    else if (bare !== undefined && out[bare] === undefined) out[bare] = word;
    else throw new Exit(255);
  }
  return out;
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
