import type { Packet } from './packet.ts';

/** One direction of a connection. */
export interface Tuple {
  protocol: Packet['protocol'];
  source: string;
  sourcePort: number;
  destination: string;
  destinationPort: number;
}

/** A connection as netfilter remembers it: how its packets look before translation, and how its replies will. */
export interface Connection {
  original: Tuple;
  /** As replies arrive here. Differs from the mirrored original where nat translates. */
  reply: Tuple;
  /** A reply has been seen: from then its packets are ESTABLISHED. */
  answered: boolean;
  expires: number;
  /** Which kinds of nat have been decided (once for a connection, by its first packet). */
  decided: { destination: boolean; source: boolean };
  confirmed: boolean;
  closing?: boolean;
}

/** A packet's place in its connection. `related` packets are ICMP errors about it. */
export interface Tracked {
  connection: Connection;
  direction: 'original' | 'reply';
  related?: boolean;
}

/** An echo request bears its identifier as source port, the reply as destination port: so they mirror each other. */
export const tupleOf = ({ protocol, source, sourcePort, destination, destinationPort }: Packet): Tuple => ({
  protocol,
  source,
  sourcePort,
  destination,
  destinationPort,
});

export const mirror = (tuple: Tuple): Tuple => ({
  protocol: tuple.protocol,
  source: tuple.destination,
  sourcePort: tuple.destinationPort,
  destination: tuple.source,
  destinationPort: tuple.sourcePort,
});

/** How a packet of a connection looks after translation. */
export function translated({ connection, direction }: Tracked): Tuple {
  const other = direction === 'original' ? connection.reply : connection.original;
  return {
    protocol: other.protocol,
    source: other.destination,
    sourcePort: other.destinationPort,
    destination: other.source,
    destinationPort: other.sourcePort,
  };
}
