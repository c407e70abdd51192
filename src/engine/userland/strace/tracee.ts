import type { CallFormat } from './format.ts';

/** A call that a tracee is in, as far as it has been written. */
export interface OpenCall {
  readonly tracee: Tracee;
  readonly format: CallFormat;
  /** The call's name in Linux. */
  readonly name: string;
  readonly args: readonly unknown[];
  /** When it was entered, in ms since the epoch. */
  readonly entered: number;
  /** What is written on the way in. */
  readonly text: string;
  /** Goes on with a call that a signal interrupted (restart_syscall(2)). */
  readonly restarted: boolean;
}

/** A process that is traced. */
export class Tracee {
  readonly pid: number;
  /** It was there before (`-p`), and is to live on. */
  readonly attached: boolean;
  /** It has not begun the program that it is for: what it does is strace's own. */
  hidden: boolean;
  /** The calls that it is in; several where a program makes them at once. */
  readonly calls = new Map<number, OpenCall>();
  /** The call, by its name in Linux, that waits to be restarted after a signal. */
  interrupted: string | undefined;
  /** What the last call gave: what a signal's handler returns to. */
  returned = '0';
  /** The number of the call that it last entered. */
  number = 0;
  /** CPU time in the kernel up to the end of its last call, in ms. */
  systemTime = 0;

  constructor(pid: number, { attached = false, hidden = false } = {}) {
    this.pid = pid;
    this.attached = attached;
    this.hidden = hidden;
  }
}
