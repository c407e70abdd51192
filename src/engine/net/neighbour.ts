import type { Clock } from '../base/clock.ts';
import type { NetDevice } from './netdevice.ts';
import type { Neighbour } from './netlink.ts';
import { type Arp, BROADCAST_MAC, NO_MAC, type Packet } from './packet.ts';

/** arp(7): three questions a second apart, then the host counts as unreachable. */
const PROBES = 3;
const RETRANSMIT = 1000;
/** base_reachable_time, after which an entry is STALE until it is used again. */
const REACHABLE = 30_000;

interface Entry {
  address: string;
  device: NetDevice;
  mac: string | undefined;
  confirmed: number;
  failed: boolean;
  waiting: Packet[];
}

/** The neighbour table of a namespace: which MAC address an IP address of the local wire has. */
export class NeighbourTable {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  readonly #unreachable: (packet: Packet) => void;

  /** `unreachable` hears of packets whose next hop nobody answered for. */
  constructor(clock: Clock, unreachable: (packet: Packet) => void) {
    this.#clock = clock;
    this.#unreachable = unreachable;
  }

  list(): Neighbour[] {
    return [...this.#entries.values()].map(({ address, device, mac, confirmed }) => ({
      address,
      device: device.name,
      lladdr: mac ?? '',
      state:
        mac === undefined
          ? 'FAILED'
          : this.#clock.now() - confirmed > REACHABLE
            ? 'STALE'
            : ('REACHABLE' as const),
    }));
  }

  /** Sends a packet to a neighbour, asking for its MAC address first where it is not known. */
  send(device: NetDevice, address: string, source: string, packet: Packet): void {
    const entry = this.#entry(device, address);
    if (entry.mac !== undefined) {
      if (this.#clock.now() - entry.confirmed > REACHABLE) this.#ask(entry, source, 0, entry.mac);
      device.transmit({ source: device.mac, destination: entry.mac, packet });
      return;
    }
    entry.waiting.push(packet);
    // The first packet asks; those that follow wait with it.
    if (entry.waiting.length === 1) this.#ask(entry, source, 1, BROADCAST_MAC);
    else if (entry.waiting.length > 101) entry.waiting.shift();
  }

  /** Learns from an answer, and from a question by somebody already known. */
  learn(device: NetDevice, { operation, sender }: Arp): void {
    const known = this.#entries.get(key(device, sender.address));
    if (operation === 'request' && known === undefined) return;
    const entry = known ?? this.#entry(device, sender.address);
    entry.mac = sender.mac;
    entry.confirmed = this.#clock.now();
    for (const packet of entry.waiting.splice(0))
      device.transmit({ source: device.mac, destination: sender.mac, packet });
  }

  /** Somebody asked us: who asks is likely to be answered, so remember. */
  heard(device: NetDevice, address: string, mac: string): void {
    const entry = this.#entry(device, address);
    entry.mac = mac;
    entry.confirmed = this.#clock.now();
  }

  forget(device: NetDevice): void {
    for (const [name, entry] of this.#entries) if (entry.device === device) this.#entries.delete(name);
  }

  #entry(device: NetDevice, address: string): Entry {
    let entry = this.#entries.get(key(device, address));
    if (entry === undefined) {
      entry = { address, device, mac: undefined, confirmed: 0, failed: false, waiting: [] };
      this.#entries.set(key(device, address), entry);
    }
    return entry;
  }

  #ask(entry: Entry, source: string, probe: number, to: string): void {
    const { device, address } = entry;
    device.transmit({
      source: device.mac,
      destination: to,
      arp: {
        operation: 'request',
        sender: { mac: device.mac, address: source },
        target: { mac: NO_MAC, address },
      },
    });
    if (entry.mac !== undefined || probe === 0) return;
    this.#clock.at(this.#clock.now() + RETRANSMIT, () => {
      if (entry.mac !== undefined || entry.waiting.length === 0) return;
      if (probe < PROBES) return this.#ask(entry, source, probe + 1, to);
      for (const packet of entry.waiting.splice(0)) this.#unreachable(packet);
    });
  }
}

const key = (device: NetDevice, address: string) => `${device.index} ${address}`;
