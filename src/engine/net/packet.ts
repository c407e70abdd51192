import type { Random } from '../base/random.ts';
import type { Tracked } from './tuple.ts';

/** An IP packet. Addresses are in canonical text. What it carries beyond its ports only its two ends look into. */
export interface Packet {
  protocol: 'tcp' | 'udp' | 'icmp';
  source: string;
  destination: string;
  /** An echo request's identifier stands here, a reply's in `destinationPort`; the other is 0. */
  sourcePort: number;
  destinationPort: number;
  ttl: number;
  data: Uint8Array;
  tcp?: TcpHeader;
  icmp?: IcmpHeader;
  /** The connection it belongs to in the namespace that it is passing through. */
  tracked?: Tracked;
}

export interface TcpHeader {
  syn?: boolean;
  ack?: boolean;
  fin?: boolean;
  rst?: boolean;
  sequence: number;
  acknowledged: number;
  window: number;
}

/** Error messages carry the packet that they are about. */
export interface IcmpHeader {
  type: 'echo-request' | 'echo-reply' | 'unreachable' | 'time-exceeded';
  code?: 'net' | 'host' | 'port' | 'admin' | 'ttl';
  sequence?: number;
  about?: Packet;
}

/** Resolving a next hop to a MAC address (RFC 826; for IPv6 it stands in for neighbour discovery). */
export interface Arp {
  operation: 'request' | 'reply';
  sender: { mac: string; address: string };
  target: { mac: string; address: string };
}

export interface Frame {
  source: string;
  destination: string;
  packet?: Packet;
  arp?: Arp;
}

export const BROADCAST_MAC = 'ff:ff:ff:ff:ff:ff';
export const NO_MAC = '00:00:00:00:00:00';

/** A locally administered unicast address, as the kernel gives virtual devices (eth_random_addr). */
export function randomMac(random: Random): string {
  const bytes = random.bytes(6);
  bytes[0] = (bytes[0]! & 0xfe) | 0x02;
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

const HEADERS = { tcp: 52, udp: 28, icmp: 28 } as const;

/** The length of a packet in its IP header. */
export const packetLength = (packet: Packet): number => HEADERS[packet.protocol] + packet.data.length;

/**
 * How many frames of a device's MTU a frame stands for, and their bytes: TCP hands down up to 64 KiB at once and
 * the device cuts it (segmentation offload), and the counters show what went over the wire.
 */
export function wireCost(frame: Frame, mtu: number): { packets: number; bytes: number } {
  if (frame.packet === undefined) return { packets: 1, bytes: 42 };
  const header = HEADERS[frame.packet.protocol];
  const length = frame.packet.data.length;
  const packets = Math.max(1, Math.ceil(length / Math.max(1, mtu - header)));
  return { packets, bytes: length + packets * (header + 14) };
}
