import type { MaybePromise } from '../base/maybe-promise.ts';
import { UnixSocket } from '../net/unix-socket.ts';
import { Door } from './door.ts';
import type { Pid } from './pid.ts';
import type { Peer, Process } from './program.ts';
import type { Syscalls } from './syscalls.ts';
import type { Task } from './task.ts';

/**
 * The program that a task runs now: what execve(2) replaces. It is what the program is handed as its
 * `process`. Once `gone`, none of its calls settles any more and its coroutine is left to the collector.
 */
export class Image implements Process {
  readonly task: Task;
  readonly argv: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly sys: Syscalls;
  gone = false;
  /** Its threads beside the first. */
  readonly threads: Pid[] = [];
  /** What the program shows to the windows on the world. */
  readonly published = new Map<string, () => unknown>();
  readonly #releases: (() => void)[] = [];

  constructor(task: Task, argv: readonly string[], env: ReadonlyMap<string, string>) {
    this.task = task;
    this.argv = argv;
    this.env = env;
    this.sys = new Door(this) as unknown as Syscalls;
  }

  // Arrow functions: programs take these out of their `process`.
  readonly work = (microseconds: number): MaybePromise<void> => {
    if (this.gone) return new Promise(() => {});
    const { task } = this;
    if (task.spendUser(microseconds) || task.held) return this.pause();
  };

  readonly onExit = (release: () => void): void => {
    if (this.gone) release();
    else this.#releases.push(release);
  };

  readonly publish = (name: string, model: () => unknown): void => {
    if (!this.gone) this.published.set(name, model);
  };

  readonly peerOf = (fd: number): Peer | undefined => {
    const socket = this.task.fds.get(fd);
    if (!(socket instanceof UnixSocket)) return undefined;
    for (const { pid, startTime, image } of this.task.kernel.tasks)
      if (pid === socket.peerPid) return { pid, argv: image.argv, startTime };
    return undefined;
  };

  /** Gives way, then waits until the task is neither stopped nor frozen. Never settles if it dies meanwhile. */
  async pause(): Promise<void> {
    const { task } = this;
    if (task.mustGiveWay) await task.giveWay();
    while (task.held) await task.whenReleased();
    if (this.gone) await new Promise(() => {});
  }

  /** Ends the program's life, in whatever way. */
  end(): void {
    if (this.gone) return;
    this.gone = true;
    this.published.clear();
    for (const release of this.#releases.splice(0).reverse()) release();
  }
}
