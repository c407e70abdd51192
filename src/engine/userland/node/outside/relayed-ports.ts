import { type Errno, isErrno } from '../../../base/errno.ts';
import type { Syscalls } from '../../../kernel/syscalls.ts';
import { writeAll } from '../../lib/stdio.ts';
import type { Order } from './messages.ts';

/** An order without the number of its run. */
export type Relayed =
  Extract<Order, { connection: number }> extends infer One
    ? One extends Order
      ? Omit<One, 'run'>
      : never
    : never;

const CHUNK = 65_536;

/**
 * The ports of a program that runs outside, as sockets of its simulated process: whoever connects there is handed on byte for byte.
 * Several calls of the process wait at the same time, as those of threads do.
 */
export class RelayedPorts {
  readonly #sys: Syscalls;
  readonly #send: (order: Relayed) => void;
  /** Descriptors by port. */
  readonly #listening = new Map<number, number>();
  /** Descriptors of connections, and how many of their two directions are open. */
  readonly #connections = new Map<number, { fd: number; open: number; written: Promise<void> }>();
  #count = 0;

  constructor(sys: Syscalls, send: (order: Relayed) => void) {
    this.#sys = sys;
    this.#send = send;
  }

  /** Listens at a port as the program does. Gives what is in the way. */
  async open(port: number): Promise<Errno | undefined> {
    if (this.#listening.has(port)) return undefined;
    const sys = this.#sys;
    const fd = await sys.socket('inet6', 'stream');
    try {
      await sys.setsockopt(fd, 'SO_REUSEADDR', 1);
      await sys.bind(fd, { family: 'inet6', address: '::', port });
      await sys.listen(fd, 511);
    } catch (error) {
      await sys.close(fd);
      if (isErrno(error)) return error;
      throw error;
    }
    this.#listening.set(port, fd);
    void this.#accept(fd, port);
    return undefined;
  }

  async close(port: number): Promise<void> {
    const fd = this.#listening.get(port);
    if (fd === undefined) return;
    this.#listening.delete(port);
    // Whoever waits in accept(2) hears of it.
    await quiet(this.#sys.shutdown(fd, 'both'));
    await this.#sys.close(fd);
  }

  /** Bytes of the program for a connection. */
  write(connection: number, data: Uint8Array): void {
    const one = this.#connections.get(connection);
    if (one) one.written = one.written.then(() => quiet(writeAll(this.#sys, one.fd, data)));
  }

  /** The program has no more to send there. */
  end(connection: number): void {
    const one = this.#connections.get(connection);
    if (!one) return;
    one.written = one.written.then(async () => {
      await quiet(this.#sys.shutdown(one.fd, 'write'));
      await this.#over(connection);
    });
  }

  async #accept(fd: number, port: number): Promise<void> {
    for (;;) {
      let taken: number;
      try {
        taken = (await this.#sys.accept(fd)).fd;
      } catch (error) {
        if (isErrno(error)) return;
        throw error;
      }
      const connection = ++this.#count;
      this.#connections.set(connection, { fd: taken, open: 2, written: Promise.resolve() });
      this.#send({ is: 'connect', connection, port });
      void this.#read(connection, taken);
    }
  }

  async #read(connection: number, fd: number): Promise<void> {
    try {
      for (;;) {
        const data = await this.#sys.read(fd, CHUNK);
        if (data.length === 0) break;
        this.#send({ is: 'data', connection, data });
      }
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
    this.#send({ is: 'end', connection });
    await this.#over(connection);
  }

  /** One direction is over. */
  async #over(connection: number): Promise<void> {
    const one = this.#connections.get(connection);
    if (!one || --one.open > 0) return;
    this.#connections.delete(connection);
    await this.#sys.close(one.fd);
  }
}

/** Waits; that the other side is gone is no matter. */
async function quiet(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isErrno(error)) throw error;
  }
}
