import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { bytesToText } from '../lib/text.ts';

const NEWLINE = 10;
const CHUNK = 65_536;

/**
 * The lines of a file or pipe, read as they are wanted: a pager shows the first page of what another program goes on writing. A
 * last line without an end is one too, and grows.
 */
export class Lines {
  readonly name: string;
  readonly #sys: Syscalls;
  readonly #fd: number;
  readonly #lines: string[] = [];
  /** Where each line begins, in bytes; one more than there are lines when the last has its end. */
  readonly #starts: number[] = [0];
  #rest: Uint8Array = new Uint8Array(0);
  #hasEnd = true;
  ended = false;

  constructor(sys: Syscalls, fd: number, name: string) {
    this.#sys = sys;
    this.#fd = fd;
    this.name = name;
  }

  /** How many lines are known. */
  get count(): number {
    return this.#lines.length;
  }

  /** How many bytes were read. */
  get size(): number {
    return this.#starts.at(-1)! + this.#rest.length;
  }

  at(index: number): string | undefined {
    return this.#lines[index];
  }

  /** Where a line begins; the end of what was read for one that is not there. */
  startOf(index: number): number {
    return this.#starts[index] ?? this.size;
  }

  /** Reads until there are so many lines, or to the end; false if a signal came first. */
  async load(wanted: number): Promise<boolean> {
    while (this.#lines.length < wanted && !this.ended) if (!(await this.more())) return false;
    return true;
  }

  /** Reads once; false if a signal came first. At the end of a file that grows it reads again what is there then. */
  async more(): Promise<boolean> {
    let chunk: Uint8Array;
    try {
      chunk = await this.#sys.read(this.#fd, CHUNK);
    } catch (error) {
      if (isErrno(error, 'EINTR')) return false;
      throw error;
    }
    this.ended = chunk.length === 0;
    if (chunk.length > 0) this.#take(chunk);
    else if (this.#rest.length > 0 && this.#hasEnd) {
      this.#hasEnd = false;
      this.#lines.push(bytesToText(this.#rest));
    }
    return true;
  }

  #take(chunk: Uint8Array): void {
    if (!this.#hasEnd) this.#lines.pop();
    this.#hasEnd = true;
    const all = new Uint8Array(this.#rest.length + chunk.length);
    all.set(this.#rest);
    all.set(chunk, this.#rest.length);
    const base = this.#starts.at(-1)!;
    let from = 0;
    for (let end = all.indexOf(NEWLINE); end !== -1; end = all.indexOf(NEWLINE, from)) {
      this.#lines.push(bytesToText(all.subarray(from, end)));
      from = end + 1;
      this.#starts.push(base + from);
    }
    this.#rest = all.slice(from);
  }

  async close(): Promise<void> {
    if (this.#fd !== 0) await this.#sys.close(this.#fd);
  }
}
