import type { MaybePromise } from '../base/maybe-promise.ts';
import type { WaitQueue } from '../base/wait-queue.ts';
import type { Caller } from './caller.ts';
import type { DirectoryEntry, Inode } from './inode.ts';
import type { Path } from './path.ts';
import type { TerminalAttributes, WindowSize } from './tty/attributes.ts';

/** SEEK_SET, SEEK_CUR, SEEK_END, and the next data or hole at or after an offset: SEEK_DATA, SEEK_HOLE. */
export type SeekFrom = 'set' | 'current' | 'end' | 'data' | 'hole';

/** What poll(2) reports. */
export interface Readiness {
  readable: boolean;
  writable: boolean;
  /** The other end is gone. */
  hangup: boolean;
}

/** ioctl(2) requests that the simulated kernel knows, by the names of the header files. */
export type Ioctl =
  | { request: 'TCGETS' }
  | { request: 'TCSETS'; attributes: TerminalAttributes; flush?: boolean }
  | { request: 'TIOCGWINSZ' }
  | { request: 'TIOCSWINSZ'; size: WindowSize }
  | { request: 'TIOCGPGRP' }
  | { request: 'TIOCSPGRP'; processGroup: number }
  | { request: 'TIOCSCTTY' }
  | { request: 'TIOCNOTTY' }
  | { request: 'TIOCGPTN' }
  | { request: 'FIONREAD' }
  /** Of namespaces (ioctl_ns(2)): descriptors of the owner and the parent; kind and owner's user id. */
  | { request: 'NS_GET_USERNS' | 'NS_GET_PARENT' | 'NS_GET_NSTYPE' | 'NS_GET_OWNER_UID' };

/**
 * An open file description (open(2)): what several descriptors, also of several processes, may share.
 * The kernel counts the descriptors and calls `release` when the last is closed.
 *
 * `read` gives an empty array at the end of the file. Calls that cannot go on sleep through `caller.sleep`
 * unless the description is non-blocking: then they throw EAGAIN.
 */
export interface OpenFile {
  /** The inode behind it; pipes, sockets and terminals have one too, on pipefs, sockfs or devpts. */
  readonly inode: Inode;
  /** Where it was opened by name; the VFS sets it. Absent for pipes and sockets. */
  path?: Path;
  readonly readable: boolean;
  readonly writable: boolean;
  append: boolean;
  nonBlocking: boolean;
  /** How the descriptor shows in /proc/PID/fd: a path, `pipe:[1234]`, `socket:[99]`, `/dev/pts/0`. */
  describe(): string;
  read(max: number, caller: Caller): MaybePromise<Uint8Array>;
  write(data: Uint8Array, caller: Caller): MaybePromise<number>;
  /** Positioned access; throws ESPIPE where there is no position. */
  pread(position: number, max: number): Uint8Array;
  pwrite(position: number, data: Uint8Array): number;
  seek(offset: number, from: SeekFrom): number;
  /** Directory stream: all entries at once, with `.` and `..` first. */
  readdir(caller: Caller): DirectoryEntry[];
  ioctl(call: Ioctl, caller: Caller): unknown;
  poll(): Readiness;
  /** Woken whenever what `poll` reports may have changed. */
  readonly changed: WaitQueue;
  /** Lets go of what it holds; whoever closes a file that was opened by name calls `close` of open.ts. */
  release(): void;
}
