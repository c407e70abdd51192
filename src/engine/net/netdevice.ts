import type { Bridge } from './bridge.ts';
import type { EthernetSegment } from './ethernet-segment.ts';
import type { NetNamespace } from './net-namespace.ts';
import type { Link } from './netlink.ts';
import { type Frame, NO_MAC, wireCost } from './packet.ts';

/**
 * A network interface: it belongs to a namespace, counts what passes and knows how to put a frame on its wire.
 * Frames that come in go to the bridge it is a port of, or up the stack of its namespace.
 */
export abstract class NetDevice {
  abstract readonly kind: Link['kind'];
  name: string;
  mac: string;
  index = 0;
  mtu = 1500;
  up = false;
  namespace: NetNamespace;
  master: Bridge | undefined;
  readonly statistics = { rxBytes: 0, rxPackets: 0, txBytes: 0, txPackets: 0, rxDropped: 0, txDropped: 0 };

  constructor(namespace: NetNamespace, name: string, mac: string) {
    this.namespace = namespace;
    this.name = name;
    this.mac = mac;
  }

  /** Something is connected to the other end. */
  abstract get carrier(): boolean;

  get running(): boolean {
    return this.up && this.carrier;
  }

  /** Sends a frame that comes from the stack, or from the bridge that this is a port of. */
  transmit(frame: Frame): void {
    if (!this.running) {
      this.statistics.txDropped++;
      return;
    }
    const { packets, bytes } = wireCost(frame, this.mtu);
    this.statistics.txPackets += packets;
    this.statistics.txBytes += this.kind === 'loopback' ? bytes - 14 * packets : bytes;
    this.put(frame);
  }

  /** Puts a frame on the wire. */
  protected abstract put(frame: Frame): void;

  /** Takes a frame from the wire. */
  receive(frame: Frame): void {
    if (!this.up) return;
    this.countReceived(frame);
    if (this.master !== undefined) this.master.fromPort(this, frame);
    else this.namespace.ip.receive(this, frame);
  }

  protected countReceived(frame: Frame): void {
    const { packets, bytes } = wireCost(frame, this.mtu);
    this.statistics.rxPackets += packets;
    // A receiving device counts without the Ethernet header only on loopback and bridges; the header is off by then.
    this.statistics.rxBytes +=
      this.kind === 'loopback' || this.kind === 'bridge' ? bytes - 14 * packets : bytes;
  }

  /** The device is taken out of the world. */
  destroy(): void {
    this.up = false;
    this.master?.removePort(this);
    this.namespace.forget(this);
  }
}

export class Loopback extends NetDevice {
  readonly kind = 'loopback';
  override mtu = 65536;

  constructor(namespace: NetNamespace) {
    super(namespace, 'lo', NO_MAC);
  }

  get carrier(): boolean {
    return true;
  }

  protected put(frame: Frame): void {
    this.receive(frame);
  }
}

/** Swallows all that it is given (`ip link add type dummy`). */
export class Dummy extends NetDevice {
  readonly kind = 'dummy';

  get carrier(): boolean {
    return true;
  }

  protected put(): void {}
}

/** One end of a virtual cable, veth(4): what one end sends the other receives, in whichever namespace that is. */
export class Veth extends NetDevice {
  readonly kind = 'veth';
  peer: Veth | undefined;

  static pair(
    near: { namespace: NetNamespace; name: string; mac: string },
    far: { namespace: NetNamespace; name: string; mac: string },
  ): [Veth, Veth] {
    const a = new Veth(near.namespace, near.name, near.mac);
    const b = new Veth(far.namespace, far.name, far.mac);
    a.peer = b;
    b.peer = a;
    return [a, b];
  }

  get carrier(): boolean {
    return this.peer?.up === true;
  }

  protected put(frame: Frame): void {
    this.peer?.receive(frame);
  }

  /** Both ends go together. */
  override destroy(): void {
    const peer = this.peer;
    this.peer = undefined;
    super.destroy();
    if (peer?.peer === this) peer.destroy();
  }
}

/** A machine's network card, plugged into a segment. */
export class Ethernet extends NetDevice {
  readonly kind = 'ethernet';
  segment: EthernetSegment | undefined;

  get carrier(): boolean {
    return this.segment !== undefined;
  }

  protected put(frame: Frame): void {
    this.segment?.carry(this, frame);
  }

  override destroy(): void {
    this.segment?.unplug(this);
    super.destroy();
  }
}
