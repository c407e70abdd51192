import type { Clock } from '../base/clock.ts';
import type { Packet } from './packet.ts';
import { type Connection, mirror, type Tracked, type Tuple, tupleOf } from './tuple.ts';

/** nf_conntrack's timeouts in ms (nf_conntrack_*_timeout*). */
const TIMEOUT = {
  tcp: { fresh: 120_000, answered: 432_000_000, closing: 120_000 },
  udp: { fresh: 30_000, answered: 120_000, closing: 120_000 },
  icmp: { fresh: 30_000, answered: 30_000, closing: 30_000 },
} as const;

/** Connection tracking of one namespace (conntrack(8)). */
export class Conntrack {
  readonly #clock: Clock;
  readonly #byTuple = new Map<string, Tracked>();
  #sweepAt = 1024;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** All live connections, for `conntrack -L` and the X-ray. */
  list(): Connection[] {
    const out: Connection[] = [];
    for (const { connection, direction } of this.#byTuple.values())
      if (direction === 'original' && connection.expires > this.#clock.now()) out.push(connection);
    return out;
  }

  /** Finds the connection of a packet, or begins one that counts once `confirm` is called. */
  track(packet: Packet): Tracked {
    const tuple = tupleOf(packet);
    const about = packet.icmp?.about;
    if (about !== undefined) {
      // The error travels against the packet it is about.
      const found = this.#find(mirror(tupleOf(about)));
      if (found !== undefined) return { ...found, related: true };
    } else {
      const found = this.#find(tuple);
      if (found !== undefined) {
        this.#refresh(found, packet);
        return found;
      }
    }
    const connection: Connection = {
      original: tuple,
      reply: mirror(tuple),
      answered: false,
      expires: this.#clock.now() + TIMEOUT[packet.protocol].fresh,
      decided: { destination: false, source: false },
      confirmed: false,
    };
    return { connection, direction: 'original' };
  }

  /** The first packet has passed all hooks: from now on others find the connection. */
  confirm(tracked: Tracked): void {
    const { connection } = tracked;
    if (connection.confirmed || tracked.related) return;
    connection.confirmed = true;
    if (this.#byTuple.size > this.#sweepAt) this.#sweep();
    this.#byTuple.set(key(connection.original), { connection, direction: 'original' });
    this.#byTuple.set(key(connection.reply), { connection, direction: 'reply' });
  }

  /** Whether replies to `tuple` would be taken for another connection's. */
  taken(reply: Tuple): boolean {
    return this.#find(reply) !== undefined;
  }

  #find(tuple: Tuple): Tracked | undefined {
    const found = this.#byTuple.get(key(tuple));
    if (found === undefined || found.connection.expires > this.#clock.now()) return found;
    this.#forget(found.connection);
    return undefined;
  }

  #refresh(tracked: Tracked, packet: Packet): void {
    const { connection } = tracked;
    const { tcp } = packet;
    if (tracked.direction === 'reply') connection.answered = true;
    if (tcp?.fin || tcp?.rst) connection.closing = true;
    // A client that takes the same port again begins a new connection with its SYN.
    if (tcp?.syn && !tcp.ack && connection.closing) connection.closing = false;
    const timeout = TIMEOUT[packet.protocol];
    connection.expires =
      this.#clock.now() +
      (connection.closing ? timeout.closing : connection.answered ? timeout.answered : timeout.fresh);
  }

  #forget(connection: Connection): void {
    this.#byTuple.delete(key(connection.original));
    this.#byTuple.delete(key(connection.reply));
  }

  #sweep(): void {
    const now = this.#clock.now();
    for (const { connection } of [...this.#byTuple.values()])
      if (connection.expires <= now) this.#forget(connection);
    this.#sweepAt = Math.max(1024, this.#byTuple.size * 2);
  }
}

const key = (t: Tuple) => `${t.protocol} ${t.source} ${t.sourcePort} ${t.destination} ${t.destinationPort}`;
