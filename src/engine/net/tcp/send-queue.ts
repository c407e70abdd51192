import { EMPTY } from '../../base/bytes.ts';
import { ByteQueue } from '../byte-queue.ts';
import type { SocketTimer } from './timer.ts';

const SEND_BUFFER = 262_144;
/** The most that one segment carries before the device cuts it. */
const SEGMENT = 65_160;
/** tcp_retries2 15 with a first timeout of 200 ms doubling to 120 s: about 924 s. */
const RETRIES = 15;
const FIRST_TIMEOUT = 200;
const LONGEST_TIMEOUT = 120_000;

/** A piece of the stream on its way. A FIN takes a sequence number of its own. */
export interface Segment {
  sequence: number;
  data: Uint8Array;
  fin: boolean;
}

const length = (segment: Segment) => segment.data.length + (segment.fin ? 1 : 0);

/** What a queue sends by. Simulated wires deliver at once: an answer may have come, and ended the connection, when a call returns. */
export interface Wire {
  isOpen(): boolean;
  /** Sends a segment, with the acknowledgement that is due. */
  transmit(segment: Segment): void;
  /** Nobody has acknowledged anything for too long. */
  timedOut(): void;
}

/**
 * The sending half of a connection (RFC 9293 section 3.3.1, the send sequence variables): what waits to be sent, what is sent and not
 * acknowledged, the peer's window, and sending again after a loss.
 */
export class SendQueue {
  readonly #wire: Wire;
  readonly #timer: SocketTimer;
  readonly #unsent = new ByteQueue(SEND_BUFFER);
  readonly #unacknowledged: Segment[] = [];
  #inFlight = 0;
  #window = 0;
  #ended = false;
  #finSent = false;
  #flushing = false;
  #retries = 0;
  /** SND.NXT. The SYN has number 0. */
  next = 1;

  constructor(wire: Wire, timer: SocketTimer) {
    this.#wire = wire;
    this.#timer = timer;
  }

  /** Bytes that the peer has not acknowledged. */
  get length(): number {
    return this.#unsent.length + this.#inFlight;
  }

  get room(): number {
    return Math.max(0, SEND_BUFFER - this.length);
  }

  /** Nothing more will be pushed. */
  get ended(): boolean {
    return this.#ended;
  }

  get finAcknowledged(): boolean {
    return this.#finSent && this.#unacknowledged.length === 0;
  }

  /** How much the peer takes (SND.WND). */
  set window(bytes: number) {
    this.#window = bytes;
  }

  /** Takes as much as there is room for, and gives how much that was. */
  push(data: Uint8Array): number {
    const part = data.length <= this.room ? data : data.subarray(0, this.room);
    this.#unsent.push(part);
    this.flush();
    return part.length;
  }

  /** A FIN goes out when all is sent: at the next `flush`. */
  end(): void {
    this.#ended = true;
  }

  clear(): void {
    this.#unsent.clear();
  }

  /** The peer has everything below `sequence`. */
  acknowledged(sequence: number): void {
    let some = false;
    while (this.#unacknowledged.length > 0) {
      const first = this.#unacknowledged[0]!;
      if (first.sequence + length(first) > sequence) break;
      this.#unacknowledged.shift();
      this.#inFlight -= first.data.length;
      some = true;
    }
    if (!some) return;
    this.#retries = 0;
    this.#timer.disarm();
  }

  /** Sends what the peer's window allows. */
  flush(): void {
    if (this.#flushing || !this.#wire.isOpen()) return;
    this.#flushing = true;
    while (this.#unsent.length > 0 && this.#inFlight < this.#window) {
      const size = Math.min(SEGMENT, this.#window - this.#inFlight);
      this.#send({ sequence: this.next, data: this.#unsent.take(size), fin: false });
    }
    if (this.#ended && !this.#finSent && this.#unsent.length === 0 && this.#wire.isOpen()) {
      this.#finSent = true;
      this.#send({ sequence: this.next, data: EMPTY, fin: true });
    }
    this.#flushing = false;
    const owing = this.#unacknowledged.length > 0 || this.#unsent.length > 0;
    if (owing && !this.#timer.armed && this.#wire.isOpen()) this.#expect();
  }

  #send(segment: Segment): void {
    this.#unacknowledged.push(segment);
    this.#inFlight += segment.data.length;
    this.next += length(segment);
    this.#wire.transmit(segment);
  }

  /** Waits for an acknowledgement; sends again when none comes, and gives up in the end. */
  #expect(): void {
    const timeout = Math.min(FIRST_TIMEOUT * 2 ** this.#retries, LONGEST_TIMEOUT);
    this.#timer.arm(timeout, () => {
      if (this.#unacknowledged.length === 0) this.#probe();
      else if (this.#retries++ >= RETRIES) this.#wire.timedOut();
      else this.#sendAgain();
    });
  }

  /** The window is closed: asks whether it has opened, for as long as somebody answers. */
  #probe(): void {
    if (this.#unsent.length === 0) return;
    this.#wire.transmit({ sequence: this.next - 1, data: EMPTY, fin: false });
    this.#retries = Math.min(this.#retries + 1, RETRIES);
    if (!this.#timer.armed && this.#unsent.length > 0) this.#expect();
  }

  #sendAgain(): void {
    for (const segment of [...this.#unacknowledged])
      if (this.#unacknowledged.includes(segment)) this.#wire.transmit(segment);
    if (!this.#timer.armed && this.#unacknowledged.length > 0) this.#expect();
  }
}
