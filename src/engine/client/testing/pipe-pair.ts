/** Two ends of one connection in memory. For tests only. */
import type { ByteStream } from '../../base/byte-stream.ts';
import { Errno } from '../../base/errno.ts';

interface Direction {
  chunks: Uint8Array[];
  ended: boolean;
  wake: (() => void) | undefined;
}

export function pipePair(): [ByteStream, ByteStream] {
  const direction = (): Direction => ({ chunks: [], ended: false, wake: undefined });
  const [forth, back] = [direction(), direction()];
  return [end(back, forth), end(forth, back)];
}

function end(incoming: Direction, outgoing: Direction): ByteStream {
  const finish = (direction: Direction) => {
    direction.ended = true;
    direction.wake?.();
  };
  return {
    async read(max = 65536) {
      for (;;) {
        const chunk = incoming.chunks.shift();
        if (chunk !== undefined) {
          if (chunk.length > max) incoming.chunks.unshift(chunk.subarray(max));
          return chunk.subarray(0, max);
        }
        if (incoming.ended) return null;
        await new Promise<void>((resolve) => {
          incoming.wake = resolve;
        });
      }
    },
    async write(bytes) {
      if (outgoing.ended) throw new Errno('EPIPE');
      if (bytes.length > 0) outgoing.chunks.push(bytes.slice());
      outgoing.wake?.();
    },
    async closeWrite() {
      finish(outgoing);
    },
    async close() {
      finish(outgoing);
      finish(incoming);
    },
  };
}
