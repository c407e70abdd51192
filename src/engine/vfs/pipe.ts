import { EMPTY } from '../base/bytes.ts';
import { Errno } from '../base/errno.ts';
import type { MaybePromise } from '../base/maybe-promise.ts';
import { WaitQueue } from '../base/wait-queue.ts';
import type { Caller } from './caller.ts';
import type { Ioctl, OpenFile, Readiness } from './file.ts';
import type { Inode, OpenFlags } from './inode.ts';
import { pathName } from './path.ts';
import { StreamFile } from './stream-file.ts';

/** How much a pipe holds before writers sleep (pipe(7)). */
export const PIPE_CAPACITY = 65536;
/** Writes up to this size are never split by others'. */
export const PIPE_BUF = 4096;

/** A buffer between writers and readers (pipe(7)). */
export class Pipe {
  readonly chunks: Uint8Array[] = [];
  length = 0;
  readers = 0;
  writers = 0;
  /** How often each end was opened: an opener of a FIFO has met the other end even if it is gone again. */
  readersEver = 0;
  writersEver = 0;
  /** Woken at every change: bytes came, space came, an end was opened or closed. */
  readonly changed = new WaitQueue();
  /** Made by pipe(2): opened again by its name in /proc or /dev/fd, it waits for nobody. */
  readonly anonymous: boolean;

  constructor(anonymous = false) {
    this.anonymous = anonymous;
  }

  wake(): void {
    if (!this.changed.empty) this.changed.wakeAll();
  }

  /** Takes up to `max` bytes out. */
  take(max: number): Uint8Array {
    const first = this.chunks[0]!;
    if (first.length >= max || this.chunks.length === 1) return this.#shift(max);
    const out = new Uint8Array(Math.min(max, this.length));
    let at = 0;
    while (at < out.length) {
      const chunk = this.#shift(out.length - at);
      out.set(chunk, at);
      at += chunk.length;
    }
    return out;
  }

  put(data: Uint8Array): void {
    this.chunks.push(data);
    this.length += data.length;
  }

  #shift(max: number): Uint8Array {
    const first = this.chunks[0]!;
    if (first.length <= max) {
      this.chunks.shift();
      this.length -= first.length;
      return first;
    }
    this.chunks[0] = first.subarray(max);
    this.length -= max;
    return first.subarray(0, max);
  }
}

/** pipe(2): the read end and the write end. `inode` is the pipe's own, on pipefs. */
export function openPipe(inode: Inode): [OpenFile, OpenFile] {
  const pipe = new Pipe(true);
  inode.pipe = pipe;
  return [
    new PipeFile(inode, pipe, { read: true, write: false, nonBlocking: false }),
    new PipeFile(inode, pipe, { read: false, write: true, nonBlocking: false }),
  ];
}

/** One end of a pipe, or with both flags a FIFO opened for reading and writing. */
export class PipeFile extends StreamFile {
  readonly #pipe: Pipe;

  constructor(inode: Inode, pipe: Pipe, flags: Pick<OpenFlags, 'read' | 'write' | 'nonBlocking'>) {
    super(inode, flags, pipe.changed);
    this.#pipe = pipe;
    if (flags.read) {
      pipe.readers++;
      pipe.readersEver++;
    }
    if (flags.write) {
      pipe.writers++;
      pipe.writersEver++;
    }
  }

  override describe(): string {
    return this.path === undefined ? `pipe:[${this.inode.ino}]` : pathName(this.path);
  }

  read(max: number, caller: Caller): MaybePromise<Uint8Array> {
    if (!this.readable) throw new Errno('EBADF');
    if (max === 0) return EMPTY;
    const pipe = this.#pipe;
    if (pipe.length > 0) {
      const data = pipe.take(max);
      pipe.wake();
      return data;
    }
    if (pipe.writers === 0) return EMPTY;
    if (this.nonBlocking) throw new Errno('EAGAIN');
    return this.#waitAndRead(max, caller);
  }

  async #waitAndRead(max: number, caller: Caller): Promise<Uint8Array> {
    const pipe = this.#pipe;
    while (pipe.length === 0 && pipe.writers > 0) await caller.sleep(pipe.changed);
    return this.read(max, caller);
  }

  write(data: Uint8Array, caller: Caller): MaybePromise<number> {
    if (!this.writable) throw new Errno('EBADF');
    if (data.length === 0) return 0;
    const pipe = this.#pipe;
    if (pipe.readers === 0) throw new Errno('EPIPE');
    const space = PIPE_CAPACITY - pipe.length;
    if (data.length <= space) {
      // A copy: the writer may use its buffer again.
      pipe.put(data.slice());
      pipe.wake();
      return data.length;
    }
    if (this.nonBlocking) {
      if (space === 0 || data.length <= PIPE_BUF) throw new Errno('EAGAIN');
      pipe.put(data.slice(0, space));
      pipe.wake();
      return space;
    }
    return this.#waitAndWrite(data, caller);
  }

  async #waitAndWrite(data: Uint8Array, caller: Caller): Promise<number> {
    const pipe = this.#pipe;
    let written = 0;
    while (written < data.length) {
      if (pipe.readers === 0) {
        if (written > 0) return written;
        throw new Errno('EPIPE');
      }
      const space = PIPE_CAPACITY - pipe.length;
      const needed = data.length <= PIPE_BUF ? data.length : 1;
      if (space >= needed) {
        const part = data.slice(written, written + space);
        pipe.put(part);
        written += part.length;
        pipe.wake();
        continue;
      }
      try {
        await caller.sleep(pipe.changed);
      } catch (error) {
        // A signal after some bytes have gone: the count says how many.
        if (written > 0) return written;
        throw error;
      }
    }
    return written;
  }

  override ioctl(call: Ioctl, caller: Caller): unknown {
    return call.request === 'FIONREAD' ? this.#pipe.length : super.ioctl(call, caller);
  }

  poll(): Readiness {
    const { length, readers, writers } = this.#pipe;
    return {
      readable: this.readable && (length > 0 || writers === 0),
      writable: this.writable && (PIPE_CAPACITY - length >= PIPE_BUF || readers === 0),
      hangup: (this.readable && writers === 0) || (this.writable && readers === 0),
    };
  }

  override release(): void {
    const pipe = this.#pipe;
    if (this.readable) pipe.readers--;
    if (this.writable) pipe.writers--;
    // What nobody can read any more is gone.
    if (pipe.readers === 0 && pipe.writers === 0) {
      pipe.chunks.length = 0;
      pipe.length = 0;
    }
    pipe.wake();
  }
}
