import { concat } from '../../base/bytes.ts';
import { type Errno, isErrno } from '../../base/errno.ts';
import type { MaybePromise } from '../../base/maybe-promise.ts';
import type { Process, Program } from '../../kernel/program.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { type Heap, heapOf, MemoryExhausted } from './heap.ts';
import { NotSimulated } from './not-simulated.ts';
import { bytesToText, textToBytes } from './text.ts';

/** Buffered input and output over file descriptors (stdio(3)), and the frame most programs live in. */

const BUFFER = 65536;
const NEWLINE = 10;
const EMPTY = new Uint8Array(0);

/** Writes all of `data`, however often the kernel takes only a part. */
export async function writeAll(sys: Syscalls, fd: number, data: Uint8Array): Promise<void> {
  let at = 0;
  while (at < data.length) {
    try {
      at += await sys.write(fd, at === 0 ? data : data.subarray(at));
    } catch (error) {
      if (!isErrno(error, 'EINTR')) throw error;
    }
  }
}

/** Reads to the end of the file. */
export async function readAll(sys: Syscalls, fd: number): Promise<Uint8Array> {
  const chunks = new Chunks(sys);
  for (;;) {
    const chunk = await sys.read(fd, BUFFER);
    if (chunk.length === 0) return chunks.all();
    const told = chunks.push(chunk);
    if (told) await told;
  }
}

/** Pieces of what will be one: they count as memory of the program while they are gathered. */
class Chunks {
  readonly #heap: Heap;
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  constructor(sys: Syscalls) {
    this.#heap = heapOf(sys);
  }

  get empty(): boolean {
    return this.#chunks.length === 0;
  }

  push(chunk: Uint8Array): Promise<void> | undefined {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    return this.#heap.keep(chunk.length);
  }

  /** All in one. What becomes of it is the program's business, and so is what it weighs. */
  async all(): Promise<Uint8Array> {
    const told = this.#heap.free(this.#length);
    if (told) await told;
    return concat(this.#chunks);
  }
}

/** The whole content of a file. */
export async function readFile(sys: Syscalls, path: string): Promise<Uint8Array> {
  const fd = await sys.open(path, 0);
  try {
    return await readAll(sys, fd);
  } finally {
    await sys.close(fd);
  }
}

/** A buffered reader. One descriptor should have one reader: what it has buffered, nobody else sees. */
export class Input {
  readonly #sys: Syscalls;
  readonly fd: number;
  #buffer: Uint8Array = EMPTY;
  #at = 0;
  #ended = false;

  constructor(sys: Syscalls, fd: number) {
    this.#sys = sys;
    this.fd = fd;
  }

  /** At most `max` bytes, at least one; none at the end. */
  async read(max = BUFFER): Promise<Uint8Array> {
    if (this.#at === this.#buffer.length) await this.#fill();
    const chunk = this.#buffer.subarray(this.#at, this.#at + max);
    this.#at += chunk.length;
    return chunk;
  }

  /** Exactly `count` bytes unless the file ends first. */
  async readExactly(count: number): Promise<Uint8Array> {
    const chunks = new Chunks(this.#sys);
    let left = count;
    while (left > 0) {
      const chunk = await this.read(left);
      if (chunk.length === 0) break;
      const told = chunks.push(chunk);
      if (told) await told;
      left -= chunk.length;
    }
    return chunks.all();
  }

  async readAll(): Promise<Uint8Array> {
    const chunks = new Chunks(this.#sys);
    for (;;) {
      const chunk = await this.read();
      if (chunk.length === 0) return chunks.all();
      const told = chunks.push(chunk);
      if (told) await told;
    }
  }

  /**
   * The next line without its end, as text that loses nothing (text.ts); undefined at the end of the file. Answers
   * at once when the line is buffered: `const next = input.line(); const text = next instanceof Promise ? await next : next;`.
   */
  line(end = NEWLINE): MaybePromise<string | undefined> {
    const bytes = this.bytesUntil(end);
    return bytes instanceof Promise ? bytes.then((all) => lineText(all, end)) : lineText(bytes, end);
  }

  /** The bytes up to and with `delimiter`; the last piece may lack it; undefined at the end of the file. */
  bytesUntil(delimiter: number): MaybePromise<Uint8Array | undefined> {
    const end = this.#buffer.indexOf(delimiter, this.#at);
    if (end === -1) return this.#bytesAcross(delimiter);
    const bytes = this.#buffer.subarray(this.#at, end + 1);
    this.#at = end + 1;
    return bytes;
  }

  /** All remaining lines, without their ends. */
  async *lines(end = NEWLINE): AsyncGenerator<string, void> {
    for (;;) {
      const next = this.line(end);
      const text = next instanceof Promise ? await next : next;
      if (text === undefined) return;
      yield text;
    }
  }

  async #bytesAcross(delimiter: number): Promise<Uint8Array | undefined> {
    const chunks = new Chunks(this.#sys);
    for (;;) {
      if (this.#at === this.#buffer.length) await this.#fill();
      if (this.#ended) return chunks.empty ? undefined : chunks.all();
      const end = this.#buffer.indexOf(delimiter, this.#at);
      const stop = end === -1 ? this.#buffer.length : end + 1;
      const told = chunks.push(this.#buffer.subarray(this.#at, stop));
      this.#at = stop;
      if (told) await told;
      if (end !== -1) return chunks.all();
    }
  }

  async #fill(): Promise<void> {
    for (;;) {
      try {
        this.#buffer = await this.#sys.read(this.fd, BUFFER);
        break;
      } catch (error) {
        if (!isErrno(error, 'EINTR')) throw error;
      }
    }
    this.#at = 0;
    // A terminal's end of file (Ctrl-D) is an end for this reader, as for stdio.
    this.#ended = this.#buffer.length === 0;
  }
}

function lineText(bytes: Uint8Array | undefined, end: number): string | undefined {
  if (bytes === undefined) return undefined;
  return bytesToText(bytes.at(-1) === end ? bytes.subarray(0, -1) : bytes);
}

/** When what was written goes to the kernel: at once, at each line's end, or when 64 kB are gathered. */
export type Buffering = 'none' | 'line' | 'full';

/** Writing to a stream has failed: a program ends with it, whatever it was at. */
export class OutputError extends Error {
  readonly errno: Errno;

  constructor(errno: Errno) {
    super(errno.message);
    this.errno = errno;
  }
}

/** A buffered writer. `write` answers at once while the buffer takes it; await it when it gives a promise. */
export class Output {
  readonly #sys: Syscalls;
  readonly fd: number;
  buffering: Buffering;
  #text = '';
  #chunks: Uint8Array[] = [];
  #length = 0;

  constructor(sys: Syscalls, fd: number, buffering: Buffering = 'full') {
    this.#sys = sys;
    this.fd = fd;
    this.buffering = buffering;
  }

  write(data: string | Uint8Array): MaybePromise<void> {
    if (typeof data === 'string') {
      this.#text += data;
      this.#length += data.length;
    } else {
      this.#settleText();
      this.#chunks.push(data);
      this.#length += data.length;
    }
    if (this.#length >= BUFFER || this.buffering === 'none') return this.flush();
    if (
      this.buffering === 'line' &&
      (typeof data === 'string' ? data.includes('\n') : data.includes(NEWLINE))
    )
      return this.flush();
  }

  /** Hands all to the kernel. */
  async flush(): Promise<void> {
    this.#settleText();
    if (this.#chunks.length === 0) return;
    const data = concat(this.#chunks);
    this.#chunks = [];
    this.#length = 0;
    try {
      await writeAll(this.#sys, this.fd, data);
    } catch (error) {
      throw isErrno(error) ? new OutputError(error) : error;
    }
  }

  #settleText(): void {
    if (this.#text === '') return;
    this.#chunks.push(textToBytes(this.#text));
    this.#text = '';
  }
}

/** What a utility works with: its process, its arguments without its name, and the three standard streams. */
export interface Stdio {
  readonly process: Process;
  readonly sys: Syscalls;
  readonly env: ReadonlyMap<string, string>;
  /** The last component of argv[0]: what error messages begin with. */
  readonly name: string;
  /** argv without argv[0]. */
  readonly args: readonly string[];
  readonly stdin: Input;
  /** Line-buffered on a terminal, else fully buffered; flushed when the program returns. */
  readonly stdout: Output;
  readonly stderr: Output;
  /** Prints `NAME: MESSAGE` on standard error (standard output is flushed first). Gives `status`, so that one can `return io.fail('…')`. */
  fail(message: string, status?: number): Promise<number>;
}

/** Thrown inside a `utility` to end it at once with a status (exit(3)). */
export class Exit extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`exit ${status}`);
    this.status = status;
  }
}

/**
 * Makes a program of a function that uses standard streams: sets them up, flushes at the end, ends with 1 and a message
 * when writing fails; or with the program's own status of failure.
 * @example export const whoami = utility(async (io) => { io.stdout.write('root\n'); return 0; });
 */
export function utility(body: (io: Stdio) => Promise<number>, failure = 1): Program {
  return async (process) => {
    const { sys } = process;
    const name = (process.argv[0] ?? '').replace(/^.*\//, '');
    const terminal = await sys.isatty(1).catch(() => false);
    const stdout = new Output(sys, 1, terminal ? 'line' : 'full');
    const stderr = new Output(sys, 2, 'none');
    const io: Stdio = {
      process,
      sys,
      env: process.env,
      name,
      args: process.argv.slice(1),
      stdin: new Input(sys, 0),
      stdout,
      stderr,
      async fail(message, status = 1) {
        await stdout.flush();
        await stderr.write(`${name}: ${message}\n`);
        return status;
      },
    };
    const cannotWrite = async (error: OutputError): Promise<number> => {
      try {
        await stderr.write(`${name}: write error: ${error.message}\n`);
      } catch (again) {
        // Standard error may be what cannot be written to.
        if (!(again instanceof OutputError)) throw again;
      }
      return failure;
    };
    let status: number;
    try {
      status = await body(io);
    } catch (error) {
      if (error instanceof Exit) status = error.status;
      else if (error instanceof OutputError) return cannotWrite(error);
      else if (error instanceof MemoryExhausted) status = await io.fail('memory exhausted', failure);
      else if (error instanceof NotSimulated) status = await io.fail(error.message, failure);
      else if (isErrno(error)) {
        await stderr.write(`${name}: ${error.message}\n`);
        return 1;
      } else throw error;
    }
    try {
      await stdout.flush();
    } catch (error) {
      if (!(error instanceof OutputError)) throw error;
      return cannotWrite(error);
    }
    return status;
  };
}
