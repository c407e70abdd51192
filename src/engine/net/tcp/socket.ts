import { EMPTY } from '../../base/bytes.ts';
import { Errno, type ErrnoCode } from '../../base/errno.ts';
import type { MaybePromise } from '../../base/maybe-promise.ts';
import type { Caller } from '../../vfs/caller.ts';
import type { Readiness } from '../../vfs/file.ts';
import type { SocketAddress } from '../address.ts';
import { ByteQueue } from '../byte-queue.ts';
import {
  addressOf,
  type Endpoint,
  endpointOf,
  type InetDomain,
  showAnyone,
  showEndpoint,
  wildcard,
} from '../endpoint.ts';
import { isAny } from '../ip.ts';
import type { SocketInfo } from '../netlink.ts';
import type { Packet, TcpHeader } from '../packet.ts';
import { type ShutdownHow, Socket } from '../socket.ts';
import type { TcpLayer } from './layer.ts';
import { type Segment, SendQueue } from './send-queue.ts';
import { SocketTimer } from './timer.ts';

const RECEIVE_BUFFER = 131_072;
const SOMAXCONN = 4096;

/** tcp_syn_retries 6 with a first timeout of 1 s: ETIMEDOUT after 127 s. */
const SYN_RETRIES = 6;
const SYN_TIMEOUT = 1000;
const TIME_WAIT = 60_000;

type State =
  | 'CLOSED'
  | 'LISTEN'
  | 'SYN-SENT'
  | 'SYN-RECV'
  | 'ESTAB'
  | 'FIN-WAIT-1'
  | 'FIN-WAIT-2'
  | 'CLOSE-WAIT'
  | 'LAST-ACK'
  | 'CLOSING'
  | 'TIME-WAIT';

/**
 * A TCP socket (tcp(7), RFC 9293): handshake, window, retransmission after loss, half-close, reset.
 *
 * Simplified: sequence numbers begin at 0 and do not wrap, nothing is reordered on simulated wires so what
 * comes out of order is dropped and sent again, no congestion control, no selective acknowledgement, no urgent data.
 */
export class TcpSocket extends Socket {
  readonly domain: InetDomain;
  readonly type = 'stream';
  readonly #layer: TcpLayer;
  #state: State = 'CLOSED';
  #bound: Endpoint | undefined;
  #local: Endpoint | undefined;
  #remote: Endpoint | undefined;
  #released = false;
  #error: ErrnoCode | undefined;

  // Listening
  #backlog = 0;
  readonly #ready: TcpSocket[] = [];
  #halfOpen = 0;
  #listener: TcpSocket | undefined;

  readonly #timer: SocketTimer;
  readonly #sending: SendQueue;

  // Receiving
  readonly #received = new ByteQueue(RECEIVE_BUFFER);
  #expected = 0;
  #advertised = RECEIVE_BUFFER;
  #finReceived = false;
  #readShut = false;

  constructor(layer: TcpLayer, domain: InetDomain = 'inet', owner?: { uid: number; gid: number }) {
    super(layer.ns.stack.sockfs.newInode(owner));
    this.#layer = layer;
    this.domain = domain;
    this.#timer = new SocketTimer(layer.ns.stack.clock);
    const wire = {
      isOpen: () => this.#state !== 'CLOSED',
      transmit: (segment: Segment) => this.#transmit(segment),
      timedOut: () => this.#fail('ETIMEDOUT'),
    };
    this.#sending = new SendQueue(wire, this.#timer);
  }

  get listening(): boolean {
    return this.#state === 'LISTEN';
  }

  get timeWait(): boolean {
    return this.#state === 'TIME-WAIT';
  }

  get boundAddress(): string {
    return this.#bound?.address ?? '';
  }

  get v6only(): boolean {
    return this.options.get('IPV6_V6ONLY') === 1;
  }

  // Names ------------------------------------------------------------------------------------------------

  override bind(address: SocketAddress, caller: Caller): void {
    if (address.family === 'unix') throw new Errno('EAFNOSUPPORT');
    if (this.#bound !== undefined || this.#state !== 'CLOSED') throw new Errno('EINVAL');
    const local = endpointOf(this.domain, address);
    this.#layer.ns.checkBind(local, caller);
    this.#bound = local;
    try {
      this.#bound = { ...local, port: this.#layer.bind(this, local) };
    } catch (error) {
      this.#bound = undefined;
      throw error;
    }
  }

  getsockname(): SocketAddress {
    return addressOf(this.domain, this.#local ?? this.#bound ?? { address: wildcard(this.domain), port: 0 });
  }

  getpeername(): SocketAddress {
    if (this.#remote === undefined || this.#state === 'CLOSED' || this.#state === 'SYN-SENT')
      throw new Errno('ENOTCONN');
    return addressOf(this.domain, this.#remote);
  }

  // Opening ----------------------------------------------------------------------------------------------

  override listen(backlog = 128): void {
    if (this.#state !== 'CLOSED' && this.#state !== 'LISTEN') throw new Errno('EINVAL');
    if (this.#bound === undefined) {
      const local = { address: wildcard(this.domain), port: 0 };
      this.#bound = local;
      this.#bound = { ...local, port: this.#layer.bind(this, local) };
    }
    this.#state = 'LISTEN';
    this.#backlog = Math.min(Math.max(backlog, 0), SOMAXCONN);
  }

  override accept(caller: Caller): MaybePromise<{ socket: TcpSocket; address: SocketAddress }> {
    if (this.#state !== 'LISTEN') throw new Errno('EINVAL');
    const socket = this.#ready.shift();
    if (socket === undefined) return this.wait(caller).then(() => this.accept(caller));
    return { socket, address: addressOf(socket.domain, socket.#remote!) };
  }

  override async connect(address: SocketAddress, caller: Caller): Promise<void> {
    if (address.family === 'unix') throw new Errno('EAFNOSUPPORT');
    if (this.#state === 'SYN-SENT') throw new Errno('EALREADY');
    if (this.#state === 'LISTEN' || this.#remote !== undefined) {
      this.#throwPending();
      throw new Errno('EISCONN');
    }
    const remote = endpointOf(this.domain, address);
    // Connecting to "any address" means this machine (RFC 1122 section 3.2.1.3; Linux routes it to loopback).
    if (isAny(remote.address)) remote.address = remote.address === '::' ? '::1' : '127.0.0.1';
    const { source } = this.#layer.ns.ip.route(remote.address);
    const from = this.#bound !== undefined && !isAny(this.#bound.address) ? this.#bound.address : source;
    const port =
      this.#bound?.port ??
      this.#layer.ephemeral((candidate) => !this.#layer.has({ address: from, port: candidate }, remote));
    this.#local = { address: from, port };
    this.#layer.connect(this, this.#local, remote);
    this.#remote = remote;
    this.#state = 'SYN-SENT';
    this.#handshake(() => ({ syn: true, sequence: 0, acknowledged: 0, window: RECEIVE_BUFFER }));
    if (this.nonBlocking && this.#state === 'SYN-SENT') throw new Errno('EINPROGRESS');
    while (this.#state === 'SYN-SENT') await caller.sleep(this.changed);
    this.#throwPending();
  }

  /** Sends SYN (or SYN-ACK) until it is answered. */
  #handshake(header: () => TcpHeader, attempt = 0): void {
    const state = this.#state;
    const error = this.#layer.send(this.#local!, this.#remote!, header());
    if (this.#state !== state) return;
    if (error !== undefined) {
      this.#fail(error);
      return;
    }
    const timeout = SYN_TIMEOUT * 2 ** attempt;
    this.#timer.arm(timeout, () => {
      if (attempt >= SYN_RETRIES) this.#fail('ETIMEDOUT');
      else this.#handshake(header, attempt + 1);
    });
  }

  /** A SYN for this listening socket. */
  incoming(local: Endpoint, remote: Endpoint, syn: TcpHeader): void {
    // A full queue drops the SYN: the client tries again.
    if (this.#ready.length > this.#backlog || this.#halfOpen > SOMAXCONN) return;
    const { uid, gid } = this.inode.stat();
    const child = new TcpSocket(this.#layer, this.domain, { uid, gid });
    child.#local = local;
    child.#remote = remote;
    child.#listener = this;
    child.#state = 'SYN-RECV';
    child.#expected = syn.sequence + 1;
    child.#sending.window = syn.window;
    this.#halfOpen++;
    this.#layer.connect(child, local, remote);
    child.#handshake(() => ({ syn: true, ack: true, sequence: 0, acknowledged: 1, window: RECEIVE_BUFFER }));
  }

  // Segments ---------------------------------------------------------------------------------------------

  /** A segment of this connection has arrived. */
  segment(packet: Packet): void {
    const tcp = packet.tcp!;
    if (tcp.rst) {
      if (this.#state === 'SYN-SENT') this.#fail('ECONNREFUSED');
      else this.#fail('ECONNRESET');
      return;
    }
    if (this.#state === 'SYN-SENT') {
      if (!tcp.syn || !tcp.ack) return;
      this.#expected = tcp.sequence + 1;
      this.#sending.window = tcp.window;
      this.#timer.disarm();
      this.#state = 'ESTAB';
      this.#acknowledge();
      this.changed.wakeAll();
      return;
    }
    if (tcp.syn) {
      // Our answer to it was lost, or the acknowledgement of that.
      if (this.#state !== 'SYN-RECV') this.#acknowledge();
      return;
    }
    if (this.#state === 'SYN-RECV') {
      if (!tcp.ack || !this.#established()) return;
    }
    if (this.#state === 'CLOSED') return;
    this.#takeAcknowledgement(tcp);
    this.#takeData(packet.data, tcp);
  }

  /** The handshake is complete: the socket waits to be accepted. */
  #established(): boolean {
    this.#timer.disarm();
    const listener = this.#listener;
    this.#listener = undefined;
    if (listener !== undefined) listener.#halfOpen--;
    if (listener?.listening !== true) {
      this.#abort();
      return false;
    }
    this.#state = 'ESTAB';
    listener.#ready.push(this);
    listener.changed.wakeAll();
    return true;
  }

  #takeAcknowledgement(tcp: TcpHeader): void {
    if (!tcp.ack) return;
    this.#sending.window = tcp.window;
    this.#sending.acknowledged(tcp.acknowledged);
    if (this.#sending.finAcknowledged) {
      if (this.#state === 'FIN-WAIT-1') this.#finWait2();
      else if (this.#state === 'CLOSING') this.#enterTimeWait();
      else if (this.#state === 'LAST-ACK') {
        this.#forget();
        return;
      }
    }
    this.#sending.flush();
    this.changed.wakeAll();
  }

  #takeData(data: Uint8Array, tcp: TcpHeader): void {
    if (data.length === 0 && !tcp.fin) {
      // A probe of a closed window asks for an acknowledgement.
      if (tcp.sequence < this.#expected) this.#acknowledge();
      return;
    }
    if (tcp.sequence !== this.#expected || data.length > this.#received.room) {
      this.#acknowledge();
      return;
    }
    if (data.length > 0 && this.#released) {
      // Nobody will read this (RFC 2525 section 2.17).
      this.#layer.reset(this.#local!, this.#remote!, this.#sending.next, tcp.sequence + data.length);
      this.#forget();
      return;
    }
    if (!this.#readShut) this.#received.push(data);
    this.#expected += data.length;
    if (tcp.fin) {
      this.#expected++;
      this.#finReceived = true;
      if (this.#state === 'ESTAB') this.#state = 'CLOSE-WAIT';
      else if (this.#state === 'FIN-WAIT-1') this.#state = 'CLOSING';
      else if (this.#state === 'FIN-WAIT-2') this.#enterTimeWait();
    }
    this.#acknowledge();
    this.changed.wakeAll();
  }

  #acknowledge(): void {
    this.#advertised = this.#received.room;
    this.#layer.send(this.#local!, this.#remote!, {
      ack: true,
      sequence: this.#sending.next,
      acknowledged: this.#expected,
      window: this.#advertised,
    });
  }

  // Sending ----------------------------------------------------------------------------------------------

  write(data: Uint8Array, caller: Caller): MaybePromise<number> {
    return this.writeAll(data, (part) => this.#push(part), caller);
  }

  #push(data: Uint8Array): number {
    this.#throwPending();
    if (this.#sending.ended) throw new Errno('EPIPE');
    if (this.#state !== 'ESTAB' && this.#state !== 'CLOSE-WAIT')
      throw new Errno(this.#remote === undefined || this.#state === 'LISTEN' ? 'ENOTCONN' : 'EPIPE');
    return this.#sending.push(data);
  }

  #transmit(segment: Segment): void {
    const header = {
      ack: true,
      ...(segment.fin ? { fin: true } : {}),
      sequence: segment.sequence,
      acknowledged: this.#expected,
      window: this.#received.room,
    };
    this.#layer.send(this.#local!, this.#remote!, header, segment.data);
  }

  // Reading ----------------------------------------------------------------------------------------------

  read(max: number, caller: Caller): MaybePromise<Uint8Array> {
    if (this.#received.length > 0) {
      const bytes = this.#received.take(max);
      // Tell the sender when enough room has come back that it is worth a packet.
      const open = this.#state === 'ESTAB' || this.#state === 'FIN-WAIT-1' || this.#state === 'FIN-WAIT-2';
      if (open && this.#received.room - this.#advertised >= RECEIVE_BUFFER / 2) this.#acknowledge();
      return bytes;
    }
    this.#throwPending();
    if (this.#finReceived || this.#readShut || max === 0) return EMPTY;
    if (this.#state === 'LISTEN' || this.#remote === undefined) throw new Errno('ENOTCONN');
    if (this.#state === 'CLOSED') return EMPTY;
    return this.wait(caller).then(() => this.read(max, caller));
  }

  // Closing ----------------------------------------------------------------------------------------------

  override shutdown(how: ShutdownHow): void {
    if (this.#remote === undefined || this.#state === 'CLOSED' || this.#state === 'SYN-SENT')
      throw new Errno('ENOTCONN');
    if (how !== 'write') this.#readShut = true;
    if (how !== 'read') this.#finish();
    this.changed.wakeAll();
  }

  #finish(): void {
    if (this.#sending.ended) return;
    this.#sending.end();
    if (this.#state === 'ESTAB') this.#state = 'FIN-WAIT-1';
    else if (this.#state === 'CLOSE-WAIT') this.#state = 'LAST-ACK';
    this.#sending.flush();
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.changed.wakeAll();
    if (this.#state === 'LISTEN') {
      this.#state = 'CLOSED';
      this.#unbind();
      for (const socket of this.#ready.splice(0)) socket.#abort();
      return;
    }
    if (this.#state === 'CLOSED' || this.#state === 'SYN-SENT') {
      this.#forget();
      return;
    }
    if (this.#received.length > 0) {
      this.#abort();
      return;
    }
    this.#finish();
    if (this.#state === 'FIN-WAIT-2') this.#finWait2();
  }

  /** Ends at once with a RST. */
  #abort(): void {
    if (this.#local !== undefined && this.#remote !== undefined)
      this.#layer.reset(this.#local, this.#remote, this.#sending.next, this.#expected);
    this.#released = true;
    this.#forget();
  }

  /** Our end is closed and acknowledged. A socket that nobody holds waits no longer than tcp_fin_timeout for the peer's. */
  #finWait2(): void {
    this.#state = 'FIN-WAIT-2';
    if (this.#released) this.#timer.arm(TIME_WAIT, () => this.#forget());
  }

  #enterTimeWait(): void {
    this.#state = 'TIME-WAIT';
    this.#unbind();
    this.#timer.arm(TIME_WAIT, () => this.#forget());
    this.changed.wakeAll();
  }

  unreachable(error: ErrnoCode): void {
    // RFC 1122 section 4.2.3.9: an error about an open connection is soft; the timers decide.
    if (this.#state === 'SYN-SENT') this.#fail(error);
  }

  #fail(error: ErrnoCode): void {
    if (this.#state !== 'TIME-WAIT') this.#error = error;
    if (this.#state === 'SYN-RECV' && this.#listener !== undefined) this.#listener.#halfOpen--;
    this.#finReceived = true;
    this.#sending.clear();
    this.#forget();
  }

  #forget(): void {
    this.#timer.disarm();
    this.#state = 'CLOSED';
    this.#unbind();
    if (this.#local !== undefined && this.#remote !== undefined)
      this.#layer.disconnect(this, this.#local, this.#remote);
    this.changed.wakeAll();
  }

  #unbind(): void {
    if (this.#bound !== undefined) this.#layer.unbind(this, this.#bound.port);
  }

  // Looking ----------------------------------------------------------------------------------------------

  poll(): Readiness {
    const failed = this.#error !== undefined;
    switch (this.#state) {
      case 'LISTEN':
        return { readable: this.#ready.length > 0, writable: false, hangup: false };
      case 'SYN-SENT':
      case 'SYN-RECV':
        return { readable: false, writable: false, hangup: false };
      case 'CLOSED':
        return { readable: this.#remote !== undefined, writable: true, hangup: true };
      default:
        return {
          readable: this.#received.length > 0 || this.#finReceived || this.#readShut || failed,
          writable: failed || this.#sending.ended || this.#sending.room > 0,
          hangup: this.#finReceived && this.#sending.ended,
        };
    }
  }

  /** How `ss` shows it; undefined for a socket without a name. */
  info(): SocketInfo | undefined {
    const local = this.#local ?? this.#bound;
    if (local === undefined || this.#state === 'CLOSED') return undefined;
    const { ino, uid } = this.inode.stat();
    const listening = this.#state === 'LISTEN';
    return {
      protocol: 'tcp',
      state: this.#state,
      local: showEndpoint(local),
      peer: this.#remote === undefined ? showAnyone(this.domain) : showEndpoint(this.#remote),
      inode: this.#released ? 0 : ino,
      uid: this.#state === 'TIME-WAIT' ? 0 : uid,
      receiveQueue: listening ? this.#ready.length : this.#received.length,
      sendQueue: listening ? this.#backlog : this.#sending.length,
      ...(this.v6only ? { v6only: true } : {}),
    };
  }

  protected override available(): number {
    return this.#received.length;
  }

  #throwPending(): void {
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) throw new Errno(error);
  }
}
