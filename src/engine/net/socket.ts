import { Errno, isErrno } from '../base/errno.ts';
import type { MaybePromise } from '../base/maybe-promise.ts';
import { WaitQueue } from '../base/wait-queue.ts';
import type { Caller } from '../vfs/caller.ts';
import type { Ioctl, OpenFile, Readiness } from '../vfs/file.ts';
import type { DirectoryEntry, Inode } from '../vfs/inode.ts';
import type { SocketAddress, SocketDomain, SocketType } from './address.ts';

/** Socket options that are kept (socket(7), ip(7)); 0 is off. */
export type SocketOptions = Map<string, number>;

export interface Datagram {
  data: Uint8Array;
  address: SocketAddress;
  /** Time to live of the packet that brought it (IP_RECVTTL); what `ping` prints. */
  ttl?: number;
}

export type ShutdownHow = 'read' | 'write' | 'both';

/**
 * A socket as an open file description (socket(7)). Protocols override what they can do; the rest fails as
 * Linux fails it. Every call that may have to wait takes the caller who sleeps.
 */
export abstract class Socket implements OpenFile {
  abstract readonly domain: SocketDomain;
  abstract readonly type: SocketType;
  readonly inode: Inode;
  readonly readable = true;
  readonly writable = true;
  append = false;
  nonBlocking = false;
  readonly changed = new WaitQueue();
  readonly options: SocketOptions = new Map();

  constructor(inode: Inode) {
    this.inode = inode;
  }

  abstract read(max: number, caller: Caller): MaybePromise<Uint8Array>;
  abstract write(data: Uint8Array, caller: Caller): MaybePromise<number>;
  abstract poll(): Readiness;
  /** The last descriptor is closed: the connection ends, names and ports become free. Sleepers wake. */
  abstract release(): void;
  abstract getsockname(): SocketAddress;
  abstract getpeername(): SocketAddress;

  bind(_address: SocketAddress, _caller: Caller): void {
    throw new Errno('EOPNOTSUPP');
  }

  listen(_backlog?: number): void {
    throw new Errno('EOPNOTSUPP');
  }

  accept(_caller: Caller): MaybePromise<{ socket: Socket; address: SocketAddress }> {
    throw new Errno('EOPNOTSUPP');
  }

  connect(_address: SocketAddress, _caller: Caller): MaybePromise<void> {
    throw new Errno('EOPNOTSUPP');
  }

  /** sendto(2): without an address to the connected peer. */
  sendto(data: Uint8Array, address: SocketAddress | undefined, caller: Caller): MaybePromise<number> {
    if (address !== undefined) throw new Errno('EISCONN');
    return this.write(data, caller);
  }

  async recvfrom(max: number, caller: Caller): Promise<Datagram> {
    return { data: await this.read(max, caller), address: this.getpeername() };
  }

  shutdown(_how: ShutdownHow): void {
    throw new Errno('EOPNOTSUPP');
  }

  setsockopt(option: string, value: number): void {
    this.options.set(option, value);
  }

  describe(): string {
    return `socket:[${this.inode.ino}]`;
  }

  pread(_position: number, _max: number): Uint8Array {
    throw new Errno('ESPIPE');
  }

  pwrite(_position: number, _data: Uint8Array): number {
    throw new Errno('ESPIPE');
  }

  seek(): number {
    throw new Errno('ESPIPE');
  }

  readdir(): DirectoryEntry[] {
    throw new Errno('ENOTDIR');
  }

  ioctl(call: Ioctl, _caller: Caller): unknown {
    if (call.request === 'FIONREAD') return this.available();
    throw new Errno('ENOTTY');
  }

  /** How many bytes a read would give at once. */
  protected available(): number {
    return 0;
  }

  /** Sleeps until the socket changes; fails with EAGAIN on a non-blocking socket. */
  protected wait(caller: Caller): Promise<void> {
    if (this.nonBlocking) throw new Errno('EAGAIN');
    return caller.sleep(this.changed);
  }

  /**
   * Writes all of `data` by `push`, which takes as much as there is room for, and waits between: write(2) of a blocking socket. What was
   * taken before a signal counts, or before there was no room for one that does not block.
   */
  protected writeAll(
    data: Uint8Array,
    push: (part: Uint8Array) => number,
    caller: Caller,
  ): MaybePromise<number> {
    const taken = push(data);
    return taken === data.length ? taken : this.#writeRest(data, taken, push, caller);
  }

  async #writeRest(
    data: Uint8Array,
    from: number,
    push: (part: Uint8Array) => number,
    caller: Caller,
  ): Promise<number> {
    let at = from;
    try {
      while (at < data.length) {
        await this.wait(caller);
        at += push(data.subarray(at));
      }
    } catch (error) {
      if (at > 0 && isErrno(error, 'EINTR', 'EAGAIN')) return at;
      throw error;
    }
    return at;
  }
}
