import { encodeFrame } from '../../api/stdcopy.ts';
import type { ByteStream } from '../../base/byte-stream.ts';
import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { EscapeKeys } from './escape-keys.ts';
import type { OutputStream, Streams } from './streams.ts';

/** What a client wants of a process' streams. */
export interface AttachOptions {
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
  tty: boolean;
  /** Ends the process' input when the client ends its own. */
  closeStdin: boolean;
  detachKeys: string;
}

/** How much output may wait for a slow client before the process has to. */
const BACKLOG = 64;

/**
 * A client's hold on a process' streams. It listens from the moment it is made, so that nothing is lost between the answer and the
 * hijack of the connection.
 */
export class Attachment {
  readonly #streams: Streams;
  readonly #options: AttachOptions;
  readonly #queue: Uint8Array[] = [];
  readonly #stop: () => void;
  #ended = false;
  #wake: (() => void) | undefined;
  #room: (() => void) | undefined;

  /** Ends by itself when `ended` resolves: the end of the streams, unless more may have to be said. */
  constructor(streams: Streams, options: AttachOptions, ended: Promise<void> = streams.ended) {
    this.#streams = streams;
    this.#options = options;
    this.#stop = streams.listen((stream, bytes) => this.#hear(stream, bytes));
    void ended.then(() => this.end());
  }

  /** Puts something in front of the output: a log's replay, an error. */
  say(stream: OutputStream, bytes: Uint8Array): void {
    this.#queue.push(this.#options.tty ? bytes : encodeFrame(stream, bytes));
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#stop();
    this.#wake?.();
    this.#room?.();
  }

  /** Serves the connection until the process ends, the client detaches or goes. Says whether it detached. */
  async serve(_sys: Syscalls, connection: ByteStream): Promise<boolean> {
    let detached = false;
    const input = this.#options.stdin ? this.#copyInput(connection) : undefined;
    void input?.then((escaped) => {
      if (!escaped) return;
      detached = true;
      this.end();
    });
    try {
      for (;;) {
        while (this.#queue.length > 0) {
          await connection.write(this.#queue.shift()!);
          this.#room?.();
        }
        if (this.#ended) break;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = undefined;
      }
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
    this.end();
    await connection.close().catch(() => undefined);
    return detached;
  }

  /** Copies what the client types; true when it typed the keys to detach. */
  async #copyInput(connection: ByteStream): Promise<boolean> {
    const { tty, closeStdin, detachKeys } = this.#options;
    const escapeKeys = tty ? new EscapeKeys(detachKeys) : undefined;
    try {
      for (let bytes = await connection.read(); bytes !== null; bytes = await connection.read()) {
        const { pass, escaped } = escapeKeys?.take(bytes) ?? { pass: bytes, escaped: false };
        if (pass.length > 0) await this.#streams.writeStdin(pass);
        if (escaped) return true;
      }
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
    if (closeStdin && !tty) await this.#streams.endStdin();
    return false;
  }

  async #hear(stream: OutputStream, bytes: Uint8Array): Promise<void> {
    const { stdout, stderr } = this.#options;
    if (!(stream === 1 ? stdout : stderr) || this.#ended) return;
    this.say(stream, bytes);
    while (this.#queue.length > BACKLOG && !this.#ended)
      await new Promise<void>((resolve) => {
        this.#room = resolve;
      });
  }
}
