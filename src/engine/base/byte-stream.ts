/** One direction of a byte stream, read. */
export interface ByteReader {
  /** At least one byte, at most `max`; null at the end of the stream. */
  read(max?: number): Promise<Uint8Array | null>;
}

/** A connection seen from one end: what TCP and unix stream sockets, pipes pairs and hijacked HTTP give. */
export interface ByteStream extends ByteReader {
  /** Resolves when all is accepted by the peer's buffer. Throws `Errno` EPIPE or ECONNRESET when nobody reads any more. */
  write(bytes: Uint8Array): Promise<void>;
  /** Half-close: the peer reads the end, this end may go on reading (shutdown(2) with SHUT_WR). */
  closeWrite(): Promise<void>;
  close(): Promise<void>;
}

/** Reads what comes in pieces. */
export function readerOf(pieces: AsyncIterable<Uint8Array>): ByteReader {
  const iterator = pieces[Symbol.asyncIterator]();
  let held: Uint8Array = new Uint8Array(0);
  return {
    async read(max = Number.POSITIVE_INFINITY) {
      while (held.length === 0) {
        const { done, value } = await iterator.next();
        if (done) return null;
        held = value;
      }
      const bytes = held.subarray(0, max);
      held = held.subarray(bytes.length);
      return bytes;
    },
  };
}
