import type { Syscalls } from '../../kernel/syscalls.ts';
import { writeAll } from '../../runtime/files.ts';
import { Deferred } from '../deferred.ts';

export type OutputStream = 1 | 2;

/** Who hears what a process writes. Throwing takes the listener off. */
export type OutputListener = (stream: OutputStream, bytes: Uint8Array) => void | Promise<void>;

/** A process' standard streams at the daemon's end: one in, many out (moby container/stream). */
export class Streams {
  readonly #listeners = new Set<OutputListener>();
  #stdin = new Deferred<number | undefined>();
  #writing: Promise<void> = Promise.resolve();
  #ended = new Deferred();
  #sys: Syscalls | undefined;
  #copying: Promise<void> = Promise.resolve();

  /** Adds a listener; the returned function takes it off. */
  listen(listener: OutputListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when the output of the run under way, or of the next, is through. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Resolves when nothing more comes of the run that has begun last. */
  drained(): Promise<void> {
    return this.#copying;
  }

  /** Begins a run: copies from the output descriptors to all listeners until both end. */
  begin(
    sys: Syscalls,
    fds: { stdin?: number | undefined; outputs: readonly (readonly [OutputStream, number])[] },
  ): void {
    this.#sys = sys;
    this.#stdin.resolve(fds.stdin);
    const run = this.#ended;
    this.#copying = Promise.all(fds.outputs.map(([stream, fd]) => this.#copy(sys, stream, fd))).then(
      async () => {
        this.#ended = new Deferred();
        await this.closeStdin();
        this.#stdin = new Deferred<number | undefined>();
        run.resolve();
      },
    );
  }

  /** A run that never came to be: listeners wait no longer. */
  abort(): void {
    const run = this.#ended;
    this.#ended = new Deferred();
    run.resolve();
  }

  /** Writes to the process' standard input, waiting for the process where it is not yet there. */
  async writeStdin(bytes: Uint8Array): Promise<void> {
    const fd = await this.#stdin.promise;
    if (fd === undefined) return;
    const turn = this.#writing.then(() => writeAll(this.#sys!, fd, bytes));
    this.#writing = turn.catch(() => undefined);
    await turn;
  }

  async closeStdin(): Promise<void> {
    if (!this.#stdin.settled) return;
    const fd = await this.#stdin.promise;
    this.#stdin = new Deferred<number | undefined>();
    this.#stdin.resolve(undefined);
    if (fd !== undefined) await this.#sys!.close(fd);
  }

  /** Ends the input as soon as there is a process to have it ended. */
  async endStdin(): Promise<void> {
    await this.#stdin.promise;
    await this.#writing;
    await this.closeStdin();
  }

  async #copy(sys: Syscalls, stream: OutputStream, fd: number): Promise<void> {
    for (;;) {
      const bytes = await sys.read(fd, 1 << 15);
      if (bytes.length === 0) break;
      for (const listener of [...this.#listeners]) {
        try {
          await listener(stream, bytes);
        } catch {
          this.#listeners.delete(listener);
        }
      }
    }
    await sys.close(fd);
  }
}
