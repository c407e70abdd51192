import { contains, parseIp, parsePrefix } from './ip.ts';
import type { NetDevice } from './netdevice.ts';
import type { IptablesRule } from './netlink.ts';
import type { Packet } from './packet.ts';
import type { Tracked } from './tuple.ts';

/** Where a packet is when a rule looks at it. */
export interface Position {
  packet: Packet;
  inDevice: NetDevice | undefined;
  outDevice: NetDevice | undefined;
}

/**
 * Whether all matches of a rule hold for a packet.
 * @param isLocal whether an address is one of the namespace's own
 */
export function matches(
  rule: IptablesRule,
  { packet, inDevice, outDevice }: Position,
  isLocal: (address: string) => boolean,
): boolean {
  return (
    (rule.protocol === undefined ||
      rule.protocol === 'all' ||
      negatable(rule.protocol, (value) => value === packet.protocol)) &&
    (rule.source === undefined || negatable(rule.source, (value) => within(value, packet.source))) &&
    (rule.destination === undefined ||
      negatable(rule.destination, (value) => within(value, packet.destination))) &&
    (rule.inInterface === undefined || negatable(rule.inInterface, (value) => named(value, inDevice))) &&
    (rule.outInterface === undefined || negatable(rule.outInterface, (value) => named(value, outDevice))) &&
    (rule.destinationPort === undefined ||
      negatable(rule.destinationPort, (value) => inRange(value, packet.destinationPort))) &&
    (rule.sourcePort === undefined ||
      negatable(rule.sourcePort, (value) => inRange(value, packet.sourcePort))) &&
    (rule.destinationType === undefined ||
      isLocal(packet.destination) === (rule.destinationType === 'LOCAL')) &&
    (rule.conntrack === undefined || rule.conntrack.some((state) => inState(state, packet.tracked)))
  );
}

/** `! value` holds where `value` does not. */
function negatable(text: string, holds: (value: string) => boolean): boolean {
  return text.startsWith('!') ? !holds(text.slice(1).trim()) : holds(text);
}

function within(prefix: string, address: string): boolean {
  const range = parsePrefix(prefix);
  const ip = parseIp(address);
  return range !== undefined && ip !== undefined && contains(range, ip);
}

/** `br-+` is any device whose name begins with `br-`. */
function named(pattern: string, device: NetDevice | undefined): boolean {
  const name = device?.name ?? '';
  return pattern.endsWith('+') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function inRange(range: string, port: number): boolean {
  return range.split(',').some((part) => {
    const [low, high] = part.split(':');
    return port >= Number(low || 0) && port <= Number(high ?? low ?? 0);
  });
}

function inState(state: 'NEW' | 'ESTABLISHED' | 'RELATED' | 'DNAT', tracked: Tracked | undefined): boolean {
  if (tracked === undefined) return false;
  const { connection, direction, related } = tracked;
  if (state === 'RELATED') return related === true;
  if (state === 'DNAT')
    return (
      connection.reply.source !== connection.original.destination ||
      connection.reply.sourcePort !== connection.original.destinationPort
    );
  if (related) return false;
  const established = connection.answered || direction === 'reply';
  return state === 'ESTABLISHED' ? established : !established;
}
