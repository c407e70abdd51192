import { Bridge } from '../../../engine/net/bridge.ts';
import { isLoopback } from '../../../engine/net/ip.ts';
import { type NetDevice, Veth } from '../../../engine/net/netdevice.ts';

/** What becomes of a frame that leaves by a device for a neighbour. */
export type LinkWay =
  /** The devices that it passes, the one that it leaves by first, the one that receives it last. */
  | { is: 'reached'; devices: NetDevice[] }
  /** Out to other machines by a network card. */
  | { is: 'outside'; devices: NetDevice[] }
  /** Nobody has the address, or a device on the way carries nothing. */
  | { is: 'lost'; device: NetDevice; why: 'device-down' | 'no-neighbour' };

/**
 * The way of a frame over veth pairs and bridges to the device that answers for an address, as ARP would find it: the neighbour
 * table says nothing of an address that nobody has asked for yet.
 */
export function linkWay(device: NetDevice, address: string): LinkWay {
  if (!device.running) return { is: 'lost', device, why: 'device-down' };
  const way = out(device, address, new Set());
  if (way) return way;
  return { is: 'lost', device, why: 'no-neighbour' };
}

/** Depth first over the ports of bridges: an address that two have is the first's who answers. */
function out(device: NetDevice, address: string, seen: Set<NetDevice>): LinkWay | undefined {
  if (seen.has(device) || !device.running) return undefined;
  seen.add(device);
  if (device.kind === 'ethernet') return { is: 'outside', devices: [device] };
  if (device instanceof Veth) return before(device, device.peer && into(device.peer, address, seen));
  return device instanceof Bridge ? before(device, throughPorts(device, device, address, seen)) : undefined;
}

/** Received by a device: what it is a port of takes it, or its own namespace. */
function into(device: NetDevice, address: string, seen: Set<NetDevice>): LinkWay | undefined {
  if (seen.has(device) || !device.up) return undefined;
  seen.add(device);
  const bridge = device.master;
  if (bridge === undefined)
    return answers(device, address) ? { is: 'reached', devices: [device] } : undefined;
  if (!bridge.up) return undefined;
  if (answers(bridge, address)) return { is: 'reached', devices: [device, bridge] };
  seen.add(bridge);
  return before(device, before(bridge, throughPorts(bridge, device, address, seen)));
}

/** Ports with a card come last: what is here answers before the world does. */
function throughPorts(bridge: Bridge, from: NetDevice, address: string, seen: Set<NetDevice>) {
  const ports = [...bridge.ports].filter((port) => port !== from);
  const ways = ports.map((port) => out(port, address, seen)).filter((way) => way !== undefined);
  return ways.find(({ is }) => is === 'reached') ?? ways[0];
}

function before(device: NetDevice, way: LinkWay | undefined): LinkWay | undefined {
  if (way === undefined || way.is === 'lost') return way;
  return { ...way, devices: [device, ...way.devices] };
}

/** A namespace answers ARP on each of its devices for all its addresses but the loopback's. */
const answers = ({ namespace }: NetDevice, address: string) =>
  namespace.isLocal(address) && !isLoopback(address);
