import { EMPTY } from '../../base/bytes.ts';
import { Errno } from '../../base/errno.ts';
import type { MaybePromise } from '../../base/maybe-promise.ts';
import { WaitQueue } from '../../base/wait-queue.ts';
import type { Caller } from '../caller.ts';
import type { Ioctl, Readiness } from '../file.ts';
import type { Inode, OpenFlags } from '../inode.ts';
import { StreamFile } from '../stream-file.ts';
import type { TerminalAttributes, WindowSize } from './attributes.ts';
import { LineDiscipline } from './line-discipline.ts';

/** What terminals need of the rest of the kernel. */
export interface TerminalSurroundings {
  /** Sends a signal to every member of a process group, by its number in the initial PID namespace. */
  signalGroup(processGroup: number, signal: string): void;
  /** The controlling terminal of each session that has one (credentials(7)). */
  readonly controllingTerminals: Map<number, Terminal>;
}

/** A terminal as programs see it: the side that a shell reads and writes (tty(4), tty_ioctl(4)). */
export class Terminal {
  /** `pts/0`, as ps shows it. */
  readonly name: string;
  readonly rdev: number;
  readonly discipline = new LineDiscipline();
  size: WindowSize = { columns: 0, rows: 0 };
  /** The session that it controls, and the process group in its foreground. */
  session: number | undefined = undefined;
  foreground: number | undefined = undefined;
  /** The other side is gone: nothing more comes, nothing more is shown. */
  hungUp = false;
  /** How many open files programs have on it. */
  opened = 0;
  readonly changed = new WaitQueue();
  /** The other side: takes what is shown; false when it has no room for it just now. */
  readonly screen: {
    show(bytes: Uint8Array): void;
    readonly hasRoom: boolean;
    flush(): void;
    closed(): void;
  };
  readonly #kernel: TerminalSurroundings;
  /** Echo of what was typed after Ctrl-S. */
  #heldEcho: Uint8Array[] = [];
  /** Typed while the buffer was full. */
  #backlog: Uint8Array[] = [];

  constructor(name: string, rdev: number, kernel: TerminalSurroundings, screen: Terminal['screen']) {
    this.name = name;
    this.rdev = rdev;
    this.#kernel = kernel;
    this.screen = screen;
  }

  /** Takes what was typed at the other side. What the buffer has no room for waits, but a key that signals is never behind it. */
  type(bytes: Uint8Array): void {
    if (this.hungUp || bytes.length === 0) return;
    const isFull = this.#backlog.length > 0 || this.discipline.held + bytes.length > BUFFER;
    const signalKey = isFull ? this.#findSignalKey(bytes) : -1;
    if (signalKey !== -1) {
      // It would drop what was typed before it anyway.
      this.#backlog = [];
      this.discipline.flush();
      this.#accept(bytes.subarray(signalKey));
    } else {
      this.#backlog.push(bytes.slice());
      this.#refill();
    }
    this.changed.wakeAll();
  }

  resize(size: WindowSize): void {
    if (size.columns === this.size.columns && size.rows === this.size.rows) return;
    this.size = { columns: size.columns, rows: size.rows };
    if (this.foreground !== undefined) this.#kernel.signalGroup(this.foreground, 'SIGWINCH');
  }

  /** The other side is gone: readers get the end, the session is told. */
  hangup(): void {
    if (this.hungUp) return;
    this.hungUp = true;
    const { session, foreground } = this;
    if (session !== undefined) {
      this.#leave(session);
      for (const group of new Set([session, foreground ?? session])) {
        this.#kernel.signalGroup(group, 'SIGHUP');
        this.#kernel.signalGroup(group, 'SIGCONT');
      }
    }
    this.changed.wakeAll();
  }

  /** The session's leader has ended: the terminal is free, and its foreground is told. */
  sessionEnded(): void {
    const { session, foreground } = this;
    if (session === undefined) return;
    this.#leave(session);
    if (foreground !== undefined) {
      this.#kernel.signalGroup(foreground, 'SIGHUP');
      this.#kernel.signalGroup(foreground, 'SIGCONT');
    }
  }

  /** Opens it for a program; it becomes the controlling terminal of a session leader that has none (open(2), O_NOCTTY). */
  open(inode: Inode, flags: OpenFlags, caller: Caller): TerminalFile {
    if (this.hungUp) throw new Errno('EIO');
    const isLeader = caller.pid === caller.session;
    if (!flags.noctty && isLeader && this.session === undefined) {
      if (!this.#kernel.controllingTerminals.has(caller.session)) this.#control(caller);
    }
    return new TerminalFile(this, inode, flags);
  }

  read(max: number, caller: Caller, nonBlocking: boolean): MaybePromise<Uint8Array> {
    if (this.hungUp || max === 0) return EMPTY;
    if (!this.#isBackground(caller)) {
      const data = this.discipline.take(max);
      if (data !== undefined) {
        if (this.discipline.held <= UNTHROTTLE) this.#refill();
        return data;
      }
      const { icanon, vmin } = this.discipline.attributes;
      if (!icanon && vmin === 0) return EMPTY;
      if (nonBlocking) throw new Errno('EAGAIN');
    } else this.#stopBackground(caller, 'SIGTTIN', 'EIO');
    return this.#waitAndRead(max, caller, nonBlocking);
  }

  async #waitAndRead(max: number, caller: Caller, nonBlocking: boolean): Promise<Uint8Array> {
    await caller.sleep(this.changed);
    return this.read(max, caller, nonBlocking);
  }

  write(data: Uint8Array, caller: Caller, nonBlocking: boolean): MaybePromise<number> {
    if (this.hungUp) throw new Errno('EIO');
    const mustStop = this.discipline.attributes.tostop && this.#isBackground(caller);
    if (!mustStop || !mayStop(caller, 'SIGTTOU')) {
      if (!this.discipline.stopped && this.screen.hasRoom) {
        this.screen.show(this.discipline.output(data));
        return data.length;
      }
      if (nonBlocking) throw new Errno('EAGAIN');
    } else this.#kernel.signalGroup(caller.processGroup, 'SIGTTOU');
    return this.#waitAndWrite(data, caller, nonBlocking);
  }

  async #waitAndWrite(data: Uint8Array, caller: Caller, nonBlocking: boolean): Promise<number> {
    await caller.sleep(this.changed);
    return this.write(data, caller, nonBlocking);
  }

  ioctl(call: Ioctl, caller: Caller): unknown {
    switch (call.request) {
      case 'TCGETS':
        return { ...this.discipline.attributes };
      case 'TCSETS':
        return this.#asForeground(caller, () => this.#setAttributes(call.attributes, call.flush));
      case 'TIOCGWINSZ':
        return { ...this.size };
      case 'TIOCSWINSZ':
        return this.resize(call.size);
      case 'TIOCGPGRP':
        if (this.session !== caller.session || this.foreground === undefined) throw new Errno('ENOTTY');
        return this.foreground;
      case 'TIOCSPGRP':
        if (this.session !== caller.session) throw new Errno('ENOTTY');
        return this.#asForeground(caller, () => {
          this.foreground = call.processGroup;
          this.changed.wakeAll();
        });
      case 'TIOCSCTTY':
        if (caller.pid !== caller.session) throw new Errno('EPERM');
        if (this.session === caller.session) return undefined;
        if (this.session !== undefined || this.#kernel.controllingTerminals.has(caller.session)) {
          throw new Errno('EPERM');
        }
        return this.#control(caller);
      case 'TIOCNOTTY':
        if (this.session !== caller.session) throw new Errno('ENOTTY');
        if (caller.pid === caller.session) this.sessionEnded();
        return undefined;
      case 'FIONREAD':
        return this.discipline.available;
      default:
        throw new Errno('ENOTTY');
    }
  }

  poll(): Readiness {
    if (this.hungUp) return { readable: true, writable: true, hangup: true };
    const writable = this.screen.hasRoom && !this.discipline.stopped;
    return { readable: this.discipline.canRead, writable, hangup: false };
  }

  released(): void {
    if (--this.opened === 0) this.screen.closed();
  }

  #control(caller: Caller): void {
    this.session = caller.session;
    this.foreground = caller.processGroup;
    this.#kernel.controllingTerminals.set(caller.session, this);
  }

  #leave(session: number): void {
    this.#kernel.controllingTerminals.delete(session);
    this.session = undefined;
    this.foreground = undefined;
  }

  #setAttributes(attributes: TerminalAttributes, flush: boolean | undefined): void {
    // What there was room for came while the old settings held.
    this.#refill();
    this.discipline.setAttributes(attributes, flush);
    this.#refill();
    this.changed.wakeAll();
  }

  #accept(bytes: Uint8Array): void {
    const { echo, signals } = this.discipline.input(bytes);
    if (signals.length > 0) {
      this.#heldEcho = [];
      this.screen.flush();
    }
    if (echo.length > 0) this.#heldEcho.push(echo);
    if (!this.discipline.stopped) {
      for (const each of this.#heldEcho) this.screen.show(each);
      this.#heldEcho = [];
    }
    if (this.foreground === undefined) return;
    for (const signal of signals) this.#kernel.signalGroup(this.foreground, signal);
  }

  /** Takes from the backlog what there is room for now. */
  #refill(): void {
    while (this.#backlog.length > 0 && this.discipline.held < BUFFER) {
      const first = this.#backlog[0]!;
      const room = Math.max(1, BUFFER - this.discipline.held);
      if (first.length <= room) this.#backlog.shift();
      else this.#backlog[0] = first.subarray(room);
      this.#accept(first.subarray(0, room));
    }
  }

  #findSignalKey(bytes: Uint8Array): number {
    const { isig, vintr, vquit, vsusp } = this.discipline.attributes;
    if (!isig) return -1;
    return bytes.findIndex((byte) => byte !== 0 && (byte === vintr || byte === vquit || byte === vsusp));
  }

  /** Whether the caller is of the session, but not of the group in the foreground. */
  #isBackground(caller: Caller): boolean {
    return (
      this.session === caller.session &&
      this.foreground !== undefined &&
      caller.processGroup !== this.foreground
    );
  }

  #stopBackground(caller: Caller, signal: 'SIGTTIN' | 'SIGTTOU', otherwise: 'EIO'): void {
    if (!mayStop(caller, signal)) throw new Errno(otherwise);
    this.#kernel.signalGroup(caller.processGroup, signal);
  }

  /** What changes the terminal waits until its caller is in the foreground, unless SIGTTOU cannot stop it (tcsetattr(3)). */
  #asForeground(caller: Caller, act: () => void): MaybePromise<void> {
    if (!this.#isBackground(caller) || !mayStop(caller, 'SIGTTOU')) return act();
    this.#kernel.signalGroup(caller.processGroup, 'SIGTTOU');
    return caller.sleep(this.changed).then(() => this.#asForeground(caller, act));
  }
}

/** A terminal opened by a program. */
export class TerminalFile extends StreamFile {
  readonly terminal: Terminal;

  constructor(terminal: Terminal, inode: Inode, flags: OpenFlags) {
    super(inode, flags, terminal.changed);
    this.terminal = terminal;
    terminal.opened++;
  }

  override describe(): string {
    return this.path === undefined ? `/dev/${this.terminal.name}` : super.describe();
  }

  read(max: number, caller: Caller): MaybePromise<Uint8Array> {
    if (!this.readable) throw new Errno('EBADF');
    return this.terminal.read(max, caller, this.nonBlocking);
  }

  write(data: Uint8Array, caller: Caller): MaybePromise<number> {
    if (!this.writable) throw new Errno('EBADF');
    return this.terminal.write(data, caller, this.nonBlocking);
  }

  override ioctl(call: Ioctl, caller: Caller): unknown {
    return this.terminal.ioctl(call, caller);
  }

  poll(): Readiness {
    return this.terminal.poll();
  }

  override release(): void {
    this.terminal.released();
  }
}

/** How much may wait to be read (N_TTY_BUF_SIZE). */
const BUFFER = 4096;
/** With so little left, more is taken (TTY_THRESHOLD_UNTHROTTLE). */
const UNTHROTTLE = 128;

/** Whether a job-control signal would stop the caller: not if it ignores or blocks it, or nobody could continue it. */
const mayStop = (caller: Caller, signal: 'SIGTTIN' | 'SIGTTOU') =>
  caller.mayStop?.(signal) ?? signal === 'SIGTTIN';
