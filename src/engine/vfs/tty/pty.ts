import { EMPTY } from '../../base/bytes.ts';
import { Errno } from '../../base/errno.ts';
import type { MaybePromise } from '../../base/maybe-promise.ts';
import type { Caller } from '../caller.ts';
import type { Ioctl, Readiness } from '../file.ts';
import type { Inode, OpenFlags } from '../inode.ts';
import { PIPE_CAPACITY, Pipe } from '../pipe.ts';
import { StreamFile } from '../stream-file.ts';
import type { WindowSize } from './attributes.ts';
import { Terminal, type TerminalSurroundings } from './terminal.ts';

/** The master side of a pseudoterminal, held by the world outside: a window with a keyboard. All calls are synchronous. */
export interface PtyMaster {
  readonly terminal: Terminal;
  /** Types. */
  write(data: Uint8Array): void;
  resize(size: WindowSize): void;
  /** The window is closed. */
  hangup(): void;
}

/** A pseudoterminal whose master is outside: `onOutput` is called at once with whatever is shown, `onClosed` when no program has it open any more. */
export function outsidePty(
  name: string,
  rdev: number,
  kernel: TerminalSurroundings,
  outside: { onOutput(bytes: Uint8Array): void; onClosed?(): void },
): PtyMaster {
  const terminal = new Terminal(name, rdev, kernel, {
    show: (bytes) => outside.onOutput(bytes),
    hasRoom: true,
    flush: () => {},
    closed: () => outside.onClosed?.(),
  });
  return {
    terminal,
    write: (data) => terminal.type(data),
    resize: (size) => terminal.resize(size),
    hangup: () => terminal.hangup(),
  };
}

/** The master side held by a program: what opening /dev/ptmx gives (pts(4)). */
export class PtyMasterFile extends StreamFile {
  readonly terminal: Terminal;
  readonly index: number;
  readonly #shown = new Pipe();
  readonly #onRelease: () => void;
  /** A program had the other side open, and none has now. */
  #left = false;

  constructor(
    inode: Inode,
    flags: OpenFlags,
    slave: { name: string; rdev: number; index: number },
    kernel: TerminalSurroundings,
    onRelease: () => void,
  ) {
    super(inode, flags);
    this.index = slave.index;
    this.#onRelease = onRelease;
    const pipe = this.#shown;
    const wake = () => this.changed.wakeAll();
    this.terminal = new Terminal(slave.name, slave.rdev, kernel, {
      show: (bytes) => {
        pipe.put(bytes.slice());
        wake();
      },
      get hasRoom() {
        return pipe.length < PIPE_CAPACITY;
      },
      flush: () => {
        pipe.chunks.length = 0;
        pipe.length = 0;
      },
      closed: () => {
        this.#left = true;
        wake();
      },
    });
  }

  read(max: number, caller: Caller): MaybePromise<Uint8Array> {
    if (max === 0) return EMPTY;
    if (this.#shown.length > 0) {
      const data = this.#shown.take(max);
      this.terminal.changed.wakeAll();
      return data;
    }
    if (this.#hasNobody) throw new Errno('EIO');
    if (this.nonBlocking) throw new Errno('EAGAIN');
    return this.#waitAndRead(max, caller);
  }

  async #waitAndRead(max: number, caller: Caller): Promise<Uint8Array> {
    while (this.#shown.length === 0 && !this.#hasNobody) await caller.sleep(this.changed);
    return this.read(max, caller);
  }

  write(data: Uint8Array): number {
    this.terminal.type(data);
    return data.length;
  }

  override ioctl(call: Ioctl, caller: Caller): unknown {
    if (call.request === 'TIOCGPTN') return this.index;
    if (call.request === 'FIONREAD') return this.#shown.length;
    if (call.request === 'TIOCGPGRP') return this.terminal.foreground ?? 0;
    if (call.request === 'TCSETS') return this.terminal.discipline.setAttributes(call.attributes, call.flush);
    return this.terminal.ioctl(call, caller);
  }

  poll(): Readiness {
    const hangup = this.#hasNobody;
    return { readable: this.#shown.length > 0 || hangup, writable: true, hangup };
  }

  override release(): void {
    this.terminal.hangup();
    this.#onRelease();
  }

  get #hasNobody(): boolean {
    return this.#left && this.terminal.opened === 0;
  }
}
