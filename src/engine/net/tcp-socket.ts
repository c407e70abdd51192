import { EMPTY } from '../base/bytes.ts';
import type { Timer } from '../base/clock.ts';
import { Errno, type ErrnoCode, isErrno } from '../base/errno.ts';
import type { MaybePromise } from '../base/maybe-promise.ts';
import type { Caller } from '../vfs/caller.ts';
import type { Readiness } from '../vfs/file.ts';
import type { SocketAddress } from './address.ts';
import { ByteQueue } from './byte-queue.ts';
import { isAny, unmapped } from './ip.ts';
import type { SocketInfo } from './netlink.ts';
import type { Packet, TcpHeader } from './packet.ts';
import { type ShutdownHow, Socket } from './socket.ts';
import type { Endpoint, TcpLayer } from './tcp-layer.ts';

const SEND_BUFFER = 262_144;
const RECEIVE_BUFFER = 131_072;
/** The most that one segment carries before the device cuts it. */
const SEGMENT = 65_160;
const SOMAXCONN = 4096;

/** tcp_syn_retries 6 with a first timeout of 1 s: ETIMEDOUT after 127 s. */
const SYN_RETRIES = 6;
const SYN_TIMEOUT = 1000;
/** tcp_retries2 15 with a first timeout of 200 ms doubling to 120 s: about 924 s. */
const RETRIES = 15;
const FIRST_TIMEOUT = 200;
const LONGEST_TIMEOUT = 120_000;
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

interface Segment {
  sequence: number;
  data: Uint8Array;
  fin: boolean;
}

const length = (segment: Segment) => segment.data.length + (segment.fin ? 1 : 0);

/**
 * A TCP socket (tcp(7), RFC 9293): handshake, window, retransmission after loss, half-close, reset.
 *
 * Simplified: sequence numbers begin at 0 and do not wrap, nothing is reordered on simulated wires so what
 * comes out of order is dropped and sent again, no congestion control, no selective acknowledgement, no urgent data.
 */
export class TcpSocket extends Socket {
  readonly domain: 'inet' | 'inet6';
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

  // Sending
  readonly #unsent = new ByteQueue(SEND_BUFFER);
  readonly #unacknowledged: Segment[] = [];
  #inFlight = 0;
  #next = 0;
  #window = 0;
  #finWanted = false;
  #finSent = false;
  #writeShut = false;
  #flushing = false;
  #timer: Timer | undefined;
  #retries = 0;

  // Receiving
  readonly #received = new ByteQueue(RECEIVE_BUFFER);
  #expected = 0;
  #advertised = RECEIVE_BUFFER;
  #finReceived = false;
  #readShut = false;

  constructor(layer: TcpLayer, domain: 'inet' | 'inet6' = 'inet', owner?: { uid: number; gid: number }) {
    super(layer.ns.stack.sockfs.newInode(owner));
    this.#layer = layer;
    this.domain = domain;
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
    const local = { address: this.#canonical(address.address), port: address.port };
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
    return this.#address(this.#local ?? this.#bound ?? { address: this.#wildcard(), port: 0 });
  }

  getpeername(): SocketAddress {
    if (this.#remote === undefined || this.#state === 'CLOSED' || this.#state === 'SYN-SENT')
      throw new Errno('ENOTCONN');
    return this.#address(this.#remote);
  }

  // Opening ----------------------------------------------------------------------------------------------

  override listen(backlog = 128): void {
    if (this.#state !== 'CLOSED' && this.#state !== 'LISTEN') throw new Errno('EINVAL');
    if (this.#bound === undefined) {
      const local = { address: this.#wildcard(), port: 0 };
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
    return { socket, address: socket.#address(socket.#remote!) };
  }

  override async connect(address: SocketAddress, caller: Caller): Promise<void> {
    if (address.family === 'unix') throw new Errno('EAFNOSUPPORT');
    if (this.#state === 'SYN-SENT') throw new Errno('EALREADY');
    if (this.#state === 'LISTEN' || this.#remote !== undefined) {
      this.#throwPending();
      throw new Errno('EISCONN');
    }
    let target = this.#canonical(address.address);
    // Connecting to "any address" means this machine (RFC 1122 section 3.2.1.3; Linux routes it to loopback).
    if (isAny(target)) target = target === '::' ? '::1' : '127.0.0.1';
    const remote = { address: target, port: address.port };
    const { source } = this.#layer.ns.ip.route(target);
    const from = this.#bound !== undefined && !isAny(this.#bound.address) ? this.#bound.address : source;
    const port =
      this.#bound?.port ??
      this.#layer.ephemeral((candidate) => !this.#layer.has({ address: from, port: candidate }, remote));
    this.#local = { address: from, port };
    this.#layer.connect(this, this.#local, remote);
    this.#remote = remote;
    this.#state = 'SYN-SENT';
    this.#next = 1;
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
    this.#arm(timeout, () => {
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
    child.#window = syn.window;
    child.#next = 1;
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
      this.#window = tcp.window;
      this.#disarm();
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
    this.#disarm();
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
    this.#window = tcp.window;
    let acknowledged = false;
    while (this.#unacknowledged.length > 0) {
      const first = this.#unacknowledged[0]!;
      if (first.sequence + length(first) > tcp.acknowledged) break;
      this.#unacknowledged.shift();
      this.#inFlight -= first.data.length;
      acknowledged = true;
    }
    if (acknowledged) {
      this.#retries = 0;
      this.#disarm();
    }
    if (this.#finSent && this.#unacknowledged.length === 0) {
      if (this.#state === 'FIN-WAIT-1') this.#finWait2();
      else if (this.#state === 'CLOSING') this.#enterTimeWait();
      else if (this.#state === 'LAST-ACK') {
        this.#forget();
        return;
      }
    }
    this.#flush();
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
      this.#layer.reset(this.#local!, this.#remote!, this.#next, tcp.sequence + data.length);
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
      sequence: this.#next,
      acknowledged: this.#expected,
      window: this.#advertised,
    });
  }

  // Sending ----------------------------------------------------------------------------------------------

  write(data: Uint8Array, caller: Caller): MaybePromise<number> {
    const taken = this.#push(data);
    return taken === data.length ? taken : this.#writeRest(data, taken, caller);
  }

  async #writeRest(data: Uint8Array, from: number, caller: Caller): Promise<number> {
    let at = from;
    try {
      while (at < data.length) {
        await this.wait(caller);
        at += this.#push(data.subarray(at));
      }
    } catch (error) {
      if (at > 0 && isErrno(error, 'EINTR', 'EAGAIN')) return at;
      throw error;
    }
    return at;
  }

  #push(data: Uint8Array): number {
    this.#throwPending();
    if (this.#writeShut) throw new Errno('EPIPE');
    if (this.#state !== 'ESTAB' && this.#state !== 'CLOSE-WAIT')
      throw new Errno(this.#remote === undefined || this.#state === 'LISTEN' ? 'ENOTCONN' : 'EPIPE');
    const room = Math.max(0, SEND_BUFFER - this.#unsent.length - this.#inFlight);
    const part = data.length <= room ? data : data.subarray(0, room);
    this.#unsent.push(part);
    this.#flush();
    return part.length;
  }

  /** Sends what the peer's window allows. */
  #flush(): void {
    if (this.#flushing || this.#state === 'CLOSED') return;
    this.#flushing = true;
    while (this.#unsent.length > 0 && this.#inFlight < this.#window) {
      const size = Math.min(SEGMENT, this.#window - this.#inFlight);
      this.#send({ sequence: this.#next, data: this.#unsent.take(size), fin: false });
    }
    if (this.#finWanted && !this.#finSent && this.#unsent.length === 0 && this.#isOpen()) {
      this.#finSent = true;
      this.#send({ sequence: this.#next, data: EMPTY, fin: true });
    }
    this.#flushing = false;
    const owing = this.#unacknowledged.length > 0 || this.#unsent.length > 0;
    if (owing && this.#timer === undefined && this.#isOpen()) this.#expect();
  }

  /** Asked again after sending: an answer may have come, and ended it, meanwhile. */
  #isOpen(): boolean {
    return this.#state !== 'CLOSED';
  }

  #send(segment: Segment): void {
    this.#unacknowledged.push(segment);
    this.#inFlight += segment.data.length;
    this.#next += length(segment);
    this.#transmit(segment);
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

  /** Waits for an acknowledgement; sends again when none comes, and gives up in the end. */
  #expect(): void {
    const timeout = Math.min(FIRST_TIMEOUT * 2 ** this.#retries, LONGEST_TIMEOUT);
    this.#arm(timeout, () => {
      if (this.#unacknowledged.length === 0) {
        if (this.#unsent.length === 0) return;
        // The window is closed: ask whether it has opened, for as long as somebody answers.
        this.#layer.send(this.#local!, this.#remote!, {
          ack: true,
          sequence: this.#next - 1,
          acknowledged: this.#expected,
          window: this.#received.room,
        });
        this.#retries = Math.min(this.#retries + 1, RETRIES);
        if (this.#timer === undefined && this.#unsent.length > 0) this.#expect();
        return;
      }
      if (this.#retries++ >= RETRIES) return this.#fail('ETIMEDOUT');
      for (const segment of [...this.#unacknowledged])
        if (this.#unacknowledged.includes(segment)) this.#transmit(segment);
      if (this.#timer === undefined && this.#unacknowledged.length > 0) this.#expect();
    });
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
    if (this.#writeShut) return;
    this.#writeShut = true;
    this.#finWanted = true;
    if (this.#state === 'ESTAB') this.#state = 'FIN-WAIT-1';
    else if (this.#state === 'CLOSE-WAIT') this.#state = 'LAST-ACK';
    this.#flush();
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
      this.#layer.reset(this.#local, this.#remote, this.#next, this.#expected);
    this.#released = true;
    this.#forget();
  }

  /** Our end is closed and acknowledged. A socket that nobody holds waits no longer than tcp_fin_timeout for the peer's. */
  #finWait2(): void {
    this.#state = 'FIN-WAIT-2';
    if (this.#released) this.#arm(TIME_WAIT, () => this.#forget());
  }

  #enterTimeWait(): void {
    this.#state = 'TIME-WAIT';
    this.#unbind();
    this.#arm(TIME_WAIT, () => this.#forget());
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
    this.#unsent.clear();
    this.#forget();
  }

  #forget(): void {
    this.#disarm();
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
          writable: failed || this.#writeShut || SEND_BUFFER - this.#unsent.length - this.#inFlight > 0,
          hangup: this.#finReceived && this.#writeShut,
        };
    }
  }

  /** How `ss` shows it; undefined for a socket without a name. */
  info(): SocketInfo | undefined {
    const local = this.#local ?? this.#bound;
    if (local === undefined || this.#state === 'CLOSED') return undefined;
    const { ino, uid } = this.inode.stat();
    const shown = ({ address, port }: Endpoint) =>
      `${address.includes(':') ? `[${address}]` : address}:${port === 0 ? '*' : port}`;
    const any = this.domain === 'inet6' ? '[::]:*' : '0.0.0.0:*';
    const listening = this.#state === 'LISTEN';
    return {
      protocol: 'tcp',
      state: this.#state,
      local: shown(local),
      peer: this.#remote === undefined ? any : shown(this.#remote),
      inode: this.#released ? 0 : ino,
      uid: this.#state === 'TIME-WAIT' ? 0 : uid,
      receiveQueue: listening ? this.#ready.length : this.#received.length,
      sendQueue: listening ? this.#backlog : this.#unsent.length + this.#inFlight,
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

  #arm(ms: number, fire: () => void): void {
    this.#disarm();
    const { clock } = this.#layer.ns.stack;
    this.#timer = clock.at(clock.now() + ms, () => {
      this.#timer = undefined;
      fire();
    });
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #wildcard(): string {
    return this.domain === 'inet6' ? '::' : '0.0.0.0';
  }

  #canonical(address: string): string {
    const plain = address === '' ? this.#wildcard() : unmapped(address);
    if (this.domain === 'inet' && plain.includes(':')) throw new Errno('EAFNOSUPPORT');
    return plain;
  }

  /** How this socket's domain names an endpoint: an IPv6 socket sees IPv4 peers as `::ffff:a.b.c.d`. */
  #address({ address, port }: Endpoint): SocketAddress {
    const mapped = this.domain === 'inet6' && !address.includes(':') ? `::ffff:${address}` : address;
    return { family: this.domain, address: mapped, port };
  }
}
