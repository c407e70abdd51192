import { copy } from './ethernet-segment.ts';
import { NetDevice } from './netdevice.ts';
import { BROADCAST_MAC, type Frame } from './packet.ts';

/**
 * A bridge: a switch inside the kernel whose ports are devices, and itself a device of its namespace. It learns
 * behind which port each address lives and floods what it does not know.
 *
 * Simplified: no spanning tree, no VLANs, and bridged frames do not pass netfilter (bridge-nf-call-iptables).
 */
export class Bridge extends NetDevice {
  readonly kind = 'bridge';
  readonly ports = new Set<NetDevice>();
  readonly #learned = new Map<string, NetDevice>();

  get carrier(): boolean {
    for (const port of this.ports) if (port.running) return true;
    return false;
  }

  addPort(port: NetDevice): void {
    port.master?.removePort(port);
    port.master = this;
    this.ports.add(port);
  }

  removePort(port: NetDevice): void {
    if (!this.ports.delete(port)) return;
    port.master = undefined;
    for (const [mac, behind] of this.#learned) if (behind === port) this.#learned.delete(mac);
  }

  /** The forwarding table (`bridge fdb`): address → port. */
  learned(): ReadonlyMap<string, NetDevice> {
    return this.#learned;
  }

  fromPort(port: NetDevice, frame: Frame): void {
    if (!this.up) return;
    this.#learned.set(frame.source, port);
    if (frame.destination === this.mac) {
      this.#upward(frame);
      return;
    }
    if (frame.destination === BROADCAST_MAC) this.#upward(copy(frame));
    this.#forward(frame, port);
  }

  protected put(frame: Frame): void {
    this.#forward(frame, undefined);
  }

  #upward(frame: Frame): void {
    this.countReceived(frame);
    this.namespace.ip.receive(this, frame);
  }

  #forward(frame: Frame, from: NetDevice | undefined): void {
    const known = this.#learned.get(frame.destination);
    if (known !== undefined) {
      if (known !== from) known.transmit(frame);
      return;
    }
    for (const port of [...this.ports]) if (port !== from && port.running) port.transmit(copy(frame));
  }

  override destroy(): void {
    for (const port of [...this.ports]) this.removePort(port);
    super.destroy();
  }
}
