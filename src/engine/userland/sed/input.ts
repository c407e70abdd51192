import { isErrno } from '../../base/errno.ts';
import { O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { canonical } from '../files.ts';
import { Input, Output, type Stdio } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';

export interface InputOptions {
  /** `-i`: the suffix under which what was there is kept, '' where it is not. */
  inPlace: string | undefined;
  /** Whether `-i` edits what a link leads to, in the place of the link. */
  follows: boolean;
  /** Each file has lines of its own numbers, and a last one. */
  separate: boolean;
  gnu: boolean;
  /** The byte that ends a line. */
  delimiter: number;
}

/** A line, and whether it had an end. */
export interface Line {
  text: string;
  ended: boolean;
}

/** The files that sed reads, as one stream of lines with one of them looked at ahead; and where the result goes, which `-i` changes with each. */
export class InputFiles {
  readonly #io: Stdio;
  readonly #options: InputOptions;
  readonly #files: string[];
  #input: Input | undefined;
  #ahead: Line | undefined;
  #temporary: { path: string; to: string } | undefined;
  /** The file being read. */
  name = '-';
  /** The number of the line last taken. */
  line = 0;
  /** 0, unless a file could not be read. */
  status = 0;
  out: Output;

  constructor(io: Stdio, files: readonly string[], options: InputOptions) {
    this.#io = io;
    this.#options = options;
    this.#files = files.length === 0 ? ['-'] : [...files];
    this.out = io.stdout;
  }

  /** Whether somebody may be typing what is read. */
  get isStandardInput(): boolean {
    return this.#input?.fd === 0;
  }

  /** The next line; undefined at the end of all input. */
  async next(): Promise<Line | undefined> {
    const line = await this.#read();
    if (line !== undefined) this.line++;
    return line;
  }

  /** Whether no line follows. */
  async isLast(): Promise<boolean> {
    if (this.#ahead) return false;
    // Within one file only, when files are edited separately.
    if (this.#options.separate) {
      const bytes = await this.#input?.bytesUntil(this.#options.delimiter);
      if (bytes === undefined) return true;
      this.#ahead = this.#lineOf(bytes);
      return false;
    }
    this.#ahead = await this.#read();
    return this.#ahead === undefined;
  }

  /** With -i, what a `q` leaves unread stays in the file. */
  async drain(): Promise<void> {
    if (this.#options.inPlace === undefined) return;
    const end = String.fromCharCode(this.#options.delimiter);
    if (this.#ahead) await this.out.write(this.#ahead.text + (this.#ahead.ended ? end : ''));
    this.#ahead = undefined;
    for (;;) {
      const chunk = await this.#input!.read();
      if (chunk.length === 0) return;
      await this.out.write(chunk);
    }
  }

  /** Ends the file being read: with -i, what was written takes its place. */
  async finishFile(): Promise<void> {
    const { sys } = this.#io;
    if (this.#input && this.#input.fd !== 0) await sys.close(this.#input.fd);
    this.#input = undefined;
    if (!this.#temporary) return;
    const { path, to } = this.#temporary;
    await this.out.flush();
    await sys.close(this.out.fd);
    this.out = this.#io.stdout;
    this.#temporary = undefined;
    const { inPlace } = this.#options;
    if (inPlace) await sys.rename(to, inPlace.includes('*') ? inPlace.replaceAll('*', to) : to + inPlace);
    await sys.rename(path, to);
  }

  async #read(): Promise<Line | undefined> {
    if (this.#ahead) {
      const line = this.#ahead;
      this.#ahead = undefined;
      return line;
    }
    for (;;) {
      if (!this.#input && !(await this.#open())) return undefined;
      const bytes = await this.#bytes(this.#input!);
      if (bytes !== undefined) return this.#lineOf(bytes);
      await this.finishFile();
    }
  }

  async #bytes(input: Input): Promise<Uint8Array | undefined> {
    const { gnu, inPlace } = this.#options;
    try {
      return await input.bytesUntil(this.#options.delimiter);
    } catch (error) {
      if (!isErrno(error)) throw error;
      this.status = await this.#io.fail(
        !gnu
          ? `read error: ${error.message}`
          : error.code === 'EISDIR' && inPlace !== undefined
            ? `couldn't edit ${this.name}: not a regular file`
            : `read error on ${this.name}: ${error.message}`,
        gnu ? 2 : 1,
      );
      return undefined;
    }
  }

  #lineOf(bytes: Uint8Array): Line {
    const ended = bytes.at(-1) === this.#options.delimiter;
    return { text: bytesToText(ended ? bytes.subarray(0, -1) : bytes), ended };
  }

  async #open(): Promise<boolean> {
    const { sys } = this.#io;
    const { inPlace, follows, separate, gnu } = this.#options;
    for (;;) {
      const given = this.#files.shift();
      if (given === undefined) return false;
      const name = follows && inPlace !== undefined ? await canonical(sys, given, 'any') : given;
      this.name = name;
      try {
        if (name === '-' && inPlace === undefined) this.#input = this.#io.stdin;
        else {
          this.#input = new Input(sys, await sys.open(name, 0));
          if (inPlace !== undefined) await this.#writeBeside(name);
        }
        if (separate) this.line = 0;
        return true;
      } catch (error) {
        if (!isErrno(error)) throw error;
        this.#input = undefined;
        this.status = await this.#io.fail(
          gnu ? `can't read ${name}: ${error.message}` : `${name}: ${error.message}`,
          gnu ? 2 : 1,
        );
      }
    }
  }

  async #writeBeside(name: string): Promise<void> {
    const { sys } = this.#io;
    const { mode } = await sys.stat(name);
    const path = `${name.slice(0, name.lastIndexOf('/') + 1)}sed${sys.getpid()}.tmp`;
    this.out = new Output(sys, await sys.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode & 0o777));
    this.#temporary = { path, to: name };
  }
}
