import type { MaybePromise } from '../base/maybe-promise.ts';
import type { Syscalls } from './syscalls.ts';

/**
 * The code of an executable. It runs as a coroutine, sees the machine only through `process.sys`, and its
 * result is the exit status (0 to 255). A killed program is not unwound: its pending call never settles, and
 * the kernel releases what it held. So a program must keep nothing outside the kernel that needs releasing,
 * or say so with `process.onExit`.
 */
export type Program = (process: Process) => Promise<number>;

/** What a running program is handed: its arguments, its environment and the one door to the kernel. */
export interface Process {
  readonly sys: Syscalls;
  readonly argv: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  /**
   * Charges `microseconds` of CPU time and, when the time slice is used up, gives way to others. Every loop
   * that makes no system calls must call it: `const pause = process.work(1); if (pause) await pause;`.
   * This is what keeps Ctrl-C working, the page alive and `cpu.max` true.
   */
  work(microseconds: number): MaybePromise<void>;
  /** Runs once when the process ends in whatever way: releases what lives outside the kernel. Must not make system calls. */
  onExit(release: () => void): void;
  /**
   * Shows a read-only model of the program's state to the windows on the world (checks, X-ray) under a name.
   * It is no door: nothing in the simulated machine can see it.
   */
  publish(name: string, model: () => unknown): void;
  /** Who connected to a unix socket that the program has accepted: for what it publishes, and for nothing else. */
  peerOf(fd: number): Peer | undefined;
}

/** A process as it was when it connected. */
export interface Peer {
  pid: number;
  argv: readonly string[];
  /** When it was started, ms: together with the PID this names it for good. */
  startTime: number;
}

/** The programs that executables can name (base/executable.ts). */
export type ProgramTable = ReadonlyMap<string, Program>;

/** Where a kernel finds the code of an executable: at once, or when it has been fetched. undefined if there is none of that name. */
export interface ProgramSource {
  get(name: string): MaybePromise<Program | undefined>;
}
