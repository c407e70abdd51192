import type { Clock } from '../base/clock.ts';
import type { Ethernet } from './netdevice.ts';
import { BROADCAST_MAC, type Frame, wireCost } from './packet.ts';

export interface SegmentOptions {
  /** One way, in ms. Default 0.1: a local network. */
  latency?: number;
  /** Bytes a millisecond that each card may send; unlimited by default. */
  bandwidth?: number;
}

/** A wire between the machines of a world: a switch with all cards plugged in. */
export class EthernetSegment {
  readonly #clock: Clock;
  readonly #cards = new Set<Ethernet>();
  readonly #busyUntil = new Map<Ethernet, number>();
  latency: number;
  bandwidth: number;
  /** A cut wire carries nothing: the fault of a world without a network. */
  cut = false;

  constructor(clock: Clock, options: SegmentOptions = {}) {
    this.#clock = clock;
    this.latency = options.latency ?? 0.1;
    this.bandwidth = options.bandwidth ?? Number.POSITIVE_INFINITY;
  }

  plug(card: Ethernet): void {
    card.segment?.unplug(card);
    card.segment = this;
    this.#cards.add(card);
  }

  unplug(card: Ethernet): void {
    this.#cards.delete(card);
    this.#busyUntil.delete(card);
    card.segment = undefined;
  }

  carry(from: Ethernet, frame: Frame): void {
    if (this.cut) return;
    const now = this.#clock.now();
    const sending = wireCost(frame, from.mtu).bytes / this.bandwidth;
    const sent = Math.max(now, this.#busyUntil.get(from) ?? 0) + sending;
    this.#busyUntil.set(from, sent);
    this.#clock.at(sent + this.latency, () => {
      for (const card of this.#cards)
        if (card !== from && (frame.destination === BROADCAST_MAC || frame.destination === card.mac))
          card.receive(copy(frame));
    });
  }
}

/** Each receiver may rewrite its packet (nat, time to live). */
export function copy(frame: Frame): Frame {
  return frame.packet === undefined ? frame : { ...frame, packet: { ...frame.packet, tracked: undefined } };
}
