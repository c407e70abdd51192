import type { ByteStream } from '../base/byte-stream.ts';
import { Errno, isErrno } from '../base/errno.ts';
import type { Syscalls } from './syscalls.ts';

/** A descriptor of the calling process as a byte stream; `close` closes it. An interrupted call is taken up again. */
export function fdStream(sys: Syscalls, fd: number): ByteStream {
  let closed = false;
  return {
    async read(max = 65536) {
      for (;;) {
        if (closed) return null;
        try {
          const bytes = await sys.read(fd, max);
          return bytes.length === 0 ? null : bytes;
        } catch (error) {
          if (!isErrno(error, 'EINTR')) throw error;
        }
      }
    },
    async write(bytes) {
      for (let at = 0; at < bytes.length; ) {
        if (closed) throw new Errno('EPIPE');
        try {
          at += await sys.write(fd, at === 0 ? bytes : bytes.subarray(at));
        } catch (error) {
          if (!isErrno(error, 'EINTR')) throw error;
        }
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
