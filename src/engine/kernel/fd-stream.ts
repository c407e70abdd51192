import type { ByteStream } from '../base/byte-stream.ts';
import { Errno, isErrno } from '../base/errno.ts';
import type { Syscalls } from './syscalls.ts';

/** A descriptor of the calling process as a byte stream; `close` closes it. An interrupted call is taken up again. */
export function fdStream(sys: Syscalls, fd: number): ByteStream {
  let closed = false;
  return {
    async read(max = 65536) {
      if (closed) return null;
      const bytes = await again(() => sys.read(fd, max));
      return bytes.length === 0 ? null : bytes;
    },
    async write(bytes) {
      if (closed) throw new Errno('EPIPE');
      for (let at = 0; at < bytes.length; ) {
        const rest = at === 0 ? bytes : bytes.subarray(at);
        at += await again(() => sys.write(fd, rest));
      }
    },
    async closeWrite() {
      if (closed) return;
      try {
        await sys.shutdown(fd, 'write');
      } catch (error) {
        // A pipe has no other half; a peer that has gone needs no goodbye.
        if (!isErrno(error, 'ENOTSOCK', 'ENOTCONN')) throw error;
      }
    },
    async close() {
      if (closed) return;
      closed = true;
      await sys.close(fd);
    },
  };
}

async function again<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!isErrno(error, 'EINTR')) throw error;
    }
  }
}
