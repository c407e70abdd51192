import type { ByteStream } from '../base/byte-stream.ts';
import { Errno } from '../base/errno.ts';
import type { SocketAddress } from '../net/address.ts';
import { UnixSocket } from '../net/unix-socket.ts';
import { walk } from '../vfs/namei.ts';
import type { Machine } from './machine.ts';

/**
 * Connects to a socket of a machine as something outside would: by a cable into its own network, or, to a unix socket, as root.
 * Rejects with `Errno` as connect(2) does.
 */
export async function connect(machine: Machine, address: SocketAddress): Promise<ByteStream> {
  const { kernel } = machine;
  const { outside } = kernel;
  const socket = kernel.namespaces.net.net.socket(address.family, 'stream', outside);
  try {
    if (address.family !== 'unix') await socket.connect(address, outside);
    else {
      const { inode } = walk(kernel.context, address.path).dentry;
      if (!(inode.socket instanceof UnixSocket && socket instanceof UnixSocket))
        throw new Errno('ECONNREFUSED');
      await socket.connectTo(inode.socket, outside);
    }
  } catch (error) {
    socket.release();
    throw error;
  }
  let closed = false;
  return {
    async read(max = 65536) {
      const bytes = closed ? [] : await socket.read(max, outside);
      return bytes.length === 0 ? null : (bytes as Uint8Array);
    },
    async write(bytes) {
      for (let at = 0; at < bytes.length; ) {
        if (closed) throw new Errno('EPIPE');
        at += await socket.write(at === 0 ? bytes : bytes.subarray(at), outside);
      }
    },
    async closeWrite() {
      if (!closed) socket.shutdown('write');
    },
    async close() {
      if (closed) return;
      closed = true;
      socket.release();
    },
  };
}

/** What a connection from outside hears. */
export interface Listener {
  /** No more comes before the promise that this may give is settled, in the world's time. */
  onData(bytes: Uint8Array): void | Promise<void>;
  /** The peer has ended its direction. */
  onEnd(): void;
  /** The connection could not be made, or broke. */
  onError(error: Errno): void;
}

/** A connection into a machine in the manner of platforms that call back. */
export interface Connection {
  /** Settles, in the world's time, when the machine has taken the bytes. */
  write(bytes: Uint8Array): Promise<void>;
  /** Half-close. */
  end(): void;
  /** Drops both directions. */
  destroy(): void;
}

/** Connects, and reports what happens. Whoever uses it calls `world.touch()` after each call from outside the world. */
export function dial(machine: Machine, address: SocketAddress, listener: Listener): Connection {
  const connected = connect(machine, address);
  let destroyed = false;
  const fail = (error: unknown) => {
    if (!(error instanceof Errno)) throw error;
    if (!destroyed) listener.onError(error);
    destroyed = true;
  };
  const receive = async (stream: ByteStream) => {
    for (;;) {
      const bytes = await stream.read();
      if (destroyed) return;
      if (bytes === null) return listener.onEnd();
      await listener.onData(bytes);
    }
  };
  connected.then(receive).catch(fail);
  let sending: Promise<unknown> = connected.catch(() => undefined);
  const then = (act: (stream: ByteStream) => Promise<void>): Promise<void> => {
    const done = sending.then(() => connected).then(act);
    sending = done.catch(() => undefined);
    return done.catch(fail);
  };
  return {
    write: (bytes) => then((stream) => (destroyed ? Promise.resolve() : stream.write(bytes))),
    end: () => void then((stream) => stream.closeWrite()),
    destroy() {
      destroyed = true;
      void then((stream) => stream.close());
    },
  };
}
