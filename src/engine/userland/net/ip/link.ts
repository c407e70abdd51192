import { isErrno } from '../../../base/errno.ts';
import { O_RDONLY } from '../../../kernel/fcntl.ts';
import type { NetlinkRequest, NetnsReference } from '../../../net/netlink.ts';
import { Exit } from '../../lib/stdio.ts';
import { type IpCommand, NETNS_DIRECTORY } from './command.ts';
import { is, keywords } from './keywords.ts';
import { show } from './show.ts';

/** `ip link`: shows, makes, sets and deletes devices (ip-link(8)). */
export async function link(ip: IpCommand, verb = 'show', args: readonly string[]): Promise<number> {
  if (is(verb, 'show', 'list', 'lst')) return show(ip, 'link', args);
  if (is(verb, 'set')) return linkSet(ip, args);
  if (ip.busybox) return ip.usage();
  if (is(verb, 'add')) return linkAdd(ip, args);
  if (is(verb, 'delete')) {
    const { dev } = keywords(args, ['dev', 'type'], 'dev');
    return ip.change({ type: 'RTM_DELLINK', name: dev ?? '' }, dev);
  }
  return ip.say(`Command "${verb}" is unknown, try "ip link help".`, 255);
}

async function linkAdd(ip: IpCommand, args: readonly string[]): Promise<number> {
  const at = args.indexOf('type');
  const kind = args[at + 1];
  const { name, dev, netns } = keywords(at < 0 ? args : args.slice(0, at), ['name', 'dev', 'netns'], 'dev');
  // Without a name the kernel finds one: veth0, bridge0, …
  const own = name ?? dev;
  const named = {
    ...(own === undefined ? {} : { name: own }),
    ...(netns === undefined ? {} : { netns: await netnsReference(ip, netns) }),
  };
  if (at < 0 || kind === undefined) return ip.say('Not enough information: "type" argument is required', 255);
  if (kind === 'bridge' || kind === 'dummy') return ip.change({ type: 'RTM_NEWLINK', ...named, kind });
  if (kind !== 'veth') return ip.say('Error: Unknown device type.', 2);
  const words = args.slice(at + 2);
  if (words.length > 0 && words.shift() !== 'peer')
    return ip.say(
      `veth: unknown command "${args[at + 2]}"?\nUsage: ip link <options> type veth [peer <options>]`,
      255,
    );
  const peer = keywords(words, ['name', 'netns'], 'name');
  const far = peer.netns === undefined ? {} : { netns: await netnsReference(ip, peer.netns) };
  return ip.change({
    type: 'RTM_NEWLINK',
    ...named,
    kind: 'veth',
    peer: { ...(peer.name === undefined ? {} : { name: peer.name }), ...far },
  });
}

/** A network namespace by its name in /run/netns, by the path of its file, or by a process in it. */
async function netnsReference(ip: IpCommand, text: string): Promise<NetnsReference> {
  const path = text.includes('/') ? text : `${NETNS_DIRECTORY}/${text}`;
  try {
    return { fd: await ip.io.sys.open(path, O_RDONLY) };
  } catch (error) {
    if (!isErrno(error)) throw error;
    if (/^\d+$/.test(text)) return { pid: Number(text) };
    throw new Exit(await ip.say(`Error: argument "${text}" is wrong: Invalid "netns" value\n`, 255));
  }
}

/** BusyBox sets each by an ioctl, whose name is all that it says of a failure. */
function ioctlOf(request: NetlinkRequest): string {
  const change = request.type === 'RTM_SETLINK' ? request.change : {};
  if ('mtu' in change) return 'SIOCSIFMTU';
  if ('name' in change) return 'SIOCSIFNAME';
  return 'SIOCSIFFLAGS';
}

async function linkSet(ip: IpCommand, args: readonly string[]): Promise<number> {
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
      change({ netns: await netnsReference(ip, args[++i] ?? '') });
    } else if (name === undefined) name = word;
    else if (ip.busybox) return ip.usage();
    else return ip.say(`Error: either "dev" is duplicate, or "${word}" is a garbage.`, 255);
  }
  if (name === undefined) return ip.say('Not enough information: "dev" argument is required.', 255);
  for (const request of changes) {
    const status = await ip.change({ ...request, name } as NetlinkRequest, name, ioctlOf(request));
    if (status !== 0) return status;
    if (request.type === 'RTM_SETLINK' && request.change.name !== undefined) name = request.change.name;
  }
  return 0;
}
