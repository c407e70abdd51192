import type { ByteStream } from '../base/byte-stream.ts';
import { isErrno } from '../base/errno.ts';
import { waitOn } from '../base/wait-queue.ts';
import type { Caller } from '../vfs/caller.ts';
import { CapabilitySet } from '../vfs/capabilities.ts';
import { INITIAL_USER_NAMESPACE } from '../vfs/user-namespace.ts';
import type { Socket } from './socket.ts';

/**
 * A connected socket as a byte stream, for those who hold one without being a process: the world's bridges to
 * real sockets, servers of the world that are no machine, tests. Programs use `fdStream` over their system calls.
 */
export function socketStream(socket: Socket, caller: Caller = OUTSIDER): ByteStream {
  return {
    async read(max = 65536) {
      const bytes = await socket.read(max, caller);
      return bytes.length === 0 ? null : bytes;
    },
    async write(bytes) {
      await socket.write(bytes, caller);
    },
    async closeWrite() {
      try {
        socket.shutdown('write');
      } catch (error) {
        if (!isErrno(error, 'ENOTCONN')) throw error;
      }
    },
    async close() {
      socket.release();
    },
  };
}

/** A caller that no process stands behind: root of the world outside, never interrupted, reached by no signal. */
export const OUTSIDER: Caller = {
  credentials: {
    uid: 0,
    gid: 0,
    groups: [],
    capabilities: CapabilitySet.NONE,
    userns: INITIAL_USER_NAMESPACE,
  },
  umask: 0o022,
  pid: 0,
  processGroup: 0,
  session: 0,
  sleep: waitOn,
  signalGroup: () => {},
};
