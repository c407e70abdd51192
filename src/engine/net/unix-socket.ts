import { EMPTY } from '../base/bytes.ts';
import { Errno, type ErrnoCode } from '../base/errno.ts';
import type { MaybePromise } from '../base/maybe-promise.ts';
import type { Caller } from '../vfs/caller.ts';
import type { Readiness } from '../vfs/file.ts';
import type { SocketAddress } from './address.ts';
import { ByteQueue } from './byte-queue.ts';
import type { SocketInfo } from './netlink.ts';
import { type ShutdownHow, Socket } from './socket.ts';
import type { SockFs } from './sockfs.ts';

/** net.core.wmem_default: how much may wait unread before a writer sleeps. */
const BUFFER_SIZE = 212_992;

/** net.core.somaxconn */
const SOMAXCONN = 4096;

/**
 * A stream socket of the unix domain (unix(7)). Binding it to a path is the kernel's affair: it makes the S_IFSOCK inode,
 * remembers this socket with it and calls `bound`; to connect, it looks the inode up, checks write permission
 * and calls `connectTo` with the socket it finds there.
 */
export class UnixSocket extends Socket {
  readonly domain = 'unix';
  readonly type = 'stream';
  readonly #sockfs: SockFs;
  readonly #table: UnixTable;
  #path = '';
  #state: 'unconnected' | 'listening' | 'connected' | 'closed' = 'unconnected';
  #backlog = 0;
  readonly #waiting: UnixSocket[] = [];
  #peer: UnixSocket | undefined;
  /** The name of the peer outlives it. */
  #peerPath = '';
  /** Of a socket that was accepted: the process that connected (SO_PEERCRED of socket(7)). */
  peerPid = 0;
  readonly #received = new ByteQueue(BUFFER_SIZE);
  #readShut = false;
  #writeShut = false;
  #error: ErrnoCode | undefined;

  constructor(sockfs: SockFs, table: UnixTable = new Set(), owner?: { uid: number; gid: number }) {
    super(sockfs.newInode(owner));
    this.#sockfs = sockfs;
    this.#table = table;
    table.add(this);
  }

  /** Whether connections are accepted here; the state `ss -x` shows as LISTEN. */
  get listening(): boolean {
    return this.#state === 'listening';
  }

  get connected(): boolean {
    return this.#state === 'connected' && this.#peer !== undefined;
  }

  /** The kernel has put the socket into the file system under this path (as it was given to bind(2)). */
  bound(path: string): void {
    if (this.#path !== '') throw new Errno('EINVAL');
    this.#path = path;
  }

  override listen(backlog = 128): void {
    if (this.#state === 'connected' || this.#path === '') throw new Errno('EINVAL');
    this.#state = 'listening';
    this.#backlog = Math.min(Math.max(backlog, 0), SOMAXCONN);
    this.changed.wakeAll();
  }

  /** Connects to a listening socket: ECONNREFUSED if nobody listens there, EAGAIN if its queue is full and this one must not wait. */
  async connectTo(listener: UnixSocket, caller: Caller): Promise<void> {
    if (this.#state === 'connected') throw new Errno('EISCONN');
    if (this.#state !== 'unconnected') throw new Errno('EINVAL');
    while (listener.#state === 'listening' && listener.#waiting.length > listener.#backlog) {
      if (this.nonBlocking) throw new Errno('EAGAIN');
      await caller.sleep(listener.changed);
    }
    if (listener.#state !== 'listening') throw new Errno('ECONNREFUSED');
    const { uid, gid } = listener.inode.stat();
    const served = new UnixSocket(this.#sockfs, listener.#table, { uid, gid });
    served.#path = listener.#path;
    served.peerPid = caller.pid;
    join(this, served);
    listener.#waiting.push(served);
    listener.changed.wakeAll();
  }

  override accept(caller: Caller): MaybePromise<{ socket: UnixSocket; address: SocketAddress }> {
    if (this.#state !== 'listening') throw new Errno('EINVAL');
    const socket = this.#waiting.shift();
    if (socket === undefined) return this.wait(caller).then(() => this.accept(caller));
    this.changed.wakeAll();
    return { socket, address: socket.getpeername() };
  }

  /** socketpair(2) */
  static pair(sockfs: SockFs, table: UnixTable = new Set()): [UnixSocket, UnixSocket] {
    const pair: [UnixSocket, UnixSocket] = [new UnixSocket(sockfs, table), new UnixSocket(sockfs, table)];
    join(...pair);
    return pair;
  }

  read(max: number, caller: Caller): MaybePromise<Uint8Array> {
    if (this.#state === 'unconnected' || this.#state === 'listening') throw new Errno('EINVAL');
    if (this.#received.length > 0) {
      const bytes = this.#received.take(max);
      this.#peer?.changed.wakeAll();
      return bytes;
    }
    this.#throwPending();
    if (max === 0 || this.#readShut || this.#peer === undefined || this.#peer.#writeShut) return EMPTY;
    return this.wait(caller).then(() => this.read(max, caller));
  }

  write(data: Uint8Array, caller: Caller): MaybePromise<number> {
    return this.writeAll(data, (part) => this.#push(part), caller);
  }

  #push(data: Uint8Array): number {
    if (this.#state === 'unconnected' || this.#state === 'listening') throw new Errno('ENOTCONN');
    if (this.#writeShut || this.#peer === undefined || this.#peer.#readShut) throw new Errno('EPIPE');
    const queue = this.#peer.#received;
    const part = data.length <= queue.room ? data : data.subarray(0, queue.room);
    queue.push(part);
    if (part.length > 0) this.#peer.changed.wakeAll();
    return part.length;
  }

  override shutdown(how: ShutdownHow): void {
    if (this.#state !== 'connected') throw new Errno('ENOTCONN');
    if (how !== 'write') this.#readShut = true;
    if (how !== 'read') this.#writeShut = true;
    this.changed.wakeAll();
    this.#peer?.changed.wakeAll();
  }

  poll(): Readiness {
    if (this.#state === 'listening')
      return { readable: this.#waiting.length > 0, writable: false, hangup: false };
    if (this.#state === 'unconnected') return { readable: false, writable: true, hangup: true };
    const peer = this.#peer;
    const ended = peer === undefined || peer.#writeShut || this.#readShut;
    return {
      readable: this.#received.length > 0 || ended,
      writable: peer === undefined || peer.#received.room > 0,
      hangup: peer === undefined || (peer.#writeShut && this.#writeShut),
    };
  }

  release(): void {
    if (this.#state === 'closed') return;
    const unread = this.#received.length > 0;
    this.#state = 'closed';
    this.#table.delete(this);
    for (const socket of this.#waiting.splice(0)) {
      if (socket.#peer !== undefined) socket.#peer.#error = 'ECONNRESET';
      socket.release();
    }
    const peer = this.#peer;
    this.#peer = undefined;
    this.#received.clear();
    if (peer !== undefined) {
      // af_unix.c, unix_release_sock: the peer hears of a reset if what it sent was never read.
      if (unread) peer.#error = 'ECONNRESET';
      peer.#peer = undefined;
      peer.changed.wakeAll();
    }
    this.changed.wakeAll();
  }

  /** As unix_diag tells of it (sock_diag(7)). */
  info(): SocketInfo {
    const { ino, uid } = this.inode.stat();
    const isListener = this.#state === 'listening';
    return {
      protocol: 'unix',
      state: isListener ? 'LISTEN' : this.connected ? 'ESTAB' : 'UNCONN',
      local: this.#path,
      peer: '',
      inode: ino,
      peerInode: this.#peer?.inode.stat().ino ?? 0,
      uid,
      receiveQueue: isListener ? this.#waiting.length : this.#received.length,
      sendQueue: isListener ? this.#backlog : 0,
    };
  }

  getsockname(): SocketAddress {
    return { family: 'unix', path: this.#path };
  }

  getpeername(): SocketAddress {
    if (this.#state !== 'connected') throw new Errno('ENOTCONN');
    return { family: 'unix', path: this.#peerPath };
  }

  protected override available(): number {
    return this.#received.length;
  }

  #throwPending(): void {
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) throw new Errno(error);
  }

  /** Makes two unconnected sockets the ends of one connection. */
  static join(a: UnixSocket, b: UnixSocket): void {
    a.#peer = b;
    b.#peer = a;
    a.#peerPath = b.#path;
    b.#peerPath = a.#path;
    a.#state = 'connected';
    b.#state = 'connected';
  }
}

const join = UnixSocket.join;

/** The sockets of one network namespace that are not closed, for who asks which there are. */
export type UnixTable = Set<UnixSocket>;

/** A socket that the kernel finds with an S_IFSOCK inode. */
export type UnixListener = UnixSocket;

/** A new connection to a listening socket, as the kernel's connect(2) makes it. */
export async function connectUnix(
  listener: UnixListener,
  sockfs: SockFs,
  caller: Caller,
): Promise<UnixSocket> {
  const socket = new UnixSocket(sockfs);
  await socket.connectTo(listener, caller);
  return socket;
}
