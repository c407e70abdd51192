import type { Container } from '../containers/container.ts';
import { systemError } from '../error.ts';

/** Where ports that nobody chose come from (net.ipv4.ip_local_port_range). */
const EPHEMERAL = { first: 32768, last: 60999 };

/** A port of the host that is wanted: any where `first` is 0, else one of a range. */
export interface WantedPort {
  protocol: 'tcp' | 'udp';
  hostIp: string;
  first: number;
  last: number;
}

interface HeldPort {
  protocol: string;
  hostIp: string;
  hostPort: number;
}

/** Which ports of the host are whose (moby libnetwork/portallocator). */
export class PortAllocator {
  readonly #containers: () => readonly Container[];
  #lastEphemeral = EPHEMERAL.first - 1;
  /** Ranges that were chosen from go on from the last one given, too. */
  readonly #lastOfRange = new Map<string, number>();

  constructor(containers: () => readonly Container[]) {
    this.#containers = containers;
  }

  /**
   * The port to take; those that other containers hold are refused at once.
   *
   * @param own those that the asker has taken before
   */
  choose({ protocol, hostIp, first, last }: WantedPort, own: readonly HeldPort[] = []): number {
    const isFree = (port: number) => this.#holder(protocol, hostIp, port, own) === undefined;
    if (first === 0) {
      for (let port = EPHEMERAL.first; port <= EPHEMERAL.last; port++)
        if (isFree(port) && this.#takeEphemeral(port)) return port;
      throw systemError('all ports are allocated');
    }
    const range = `${hostIp} ${protocol} ${first}-${last}`;
    const begin = this.#lastOfRange.get(range) ?? last;
    for (let at = 1; at <= last - first + 1; at++) {
      const port = first + ((begin - first + at) % (last - first + 1));
      if (!isFree(port)) continue;
      this.#lastOfRange.set(range, port);
      return port;
    }
    const shown = this.#holder(protocol, hostIp, first, own)?.hostIp ?? hostIp;
    if (first !== last)
      throw systemError(`Bind for ${shown}:${first}-${last} failed: all ports are allocated`);
    throw systemError(`Bind for ${shown}:${first} failed: port is already allocated`);
  }

  /** Who holds it. */
  #holder(protocol: string, hostIp: string, port: number, own: readonly HeldPort[]): HeldPort | undefined {
    const any = (ip: string) => ip === '0.0.0.0' || ip === '::' || ip === '';
    const isV6 = (ip: string) => ip.includes(':');
    const clashes = (held: HeldPort) =>
      held.protocol === protocol &&
      held.hostPort === port &&
      isV6(held.hostIp) === isV6(hostIp) &&
      (any(held.hostIp) || any(hostIp) || held.hostIp === hostIp);
    const held = this.#containers().flatMap(({ sandbox }): readonly HeldPort[] => sandbox?.ports ?? []);
    return [...own, ...held].find(clashes);
  }

  /** Ephemeral ports go on from the last one given. */
  #takeEphemeral(port: number): boolean {
    if (port <= this.#lastEphemeral && this.#lastEphemeral < EPHEMERAL.last) return false;
    this.#lastEphemeral = port;
    return true;
  }
}
