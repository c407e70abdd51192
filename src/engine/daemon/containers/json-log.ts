import { concat, decode, encode } from '../../base/bytes.ts';
import { parseRfc3339, rfc3339Nano } from '../../base/calendar.ts';
import { isErrno } from '../../base/errno.ts';
import { marshal } from '../../base/go-json.ts';
import { O_APPEND, O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { readText, statOf, writeAll } from '../../runtime/files.ts';
import type { Rotation } from './log-options.ts';
import type { OutputStream } from './streams.ts';

/** One line of a container's log, as the json-file driver keeps it. */
export interface LogEntry {
  log: string;
  stream: 'stdout' | 'stderr';
  /** What the log's options add. */
  attrs?: Record<string, string>;
  /** RFC 3339. */
  time: string;
}

/** Lines longer than this are kept in pieces (moby daemon/logger copier). */
const LINE_LIMIT = 16 * 1024;

/** Writes what a container says to its json-file log, line by line. */
export class JsonLog {
  readonly #sys: Syscalls;
  readonly path: string;
  readonly #rest = new Map<OutputStream, Uint8Array>();
  readonly #readers = new Set<(entries: LogEntry[]) => void>();
  #fd: number | undefined;
  #rotation: Rotation | undefined;
  #attributes: Record<string, string> | undefined;
  /** Bytes in the file, where that counts. */
  #size = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(sys: Syscalls, path: string) {
    this.#sys = sys;
    this.path = path;
  }

  /** @param rotation when its file is full; undefined where it never is @param attributes what every line tells beside */
  async open(rotation?: Rotation, attributes?: Record<string, string>): Promise<void> {
    this.#rotation = rotation;
    this.#attributes = attributes;
    this.#fd ??= await this.#sys.open(this.path, O_WRONLY | O_CREAT | O_APPEND, 0o640);
    await this.#sys.setCloexec(this.#fd, true);
    if (rotation) this.#size = (await this.#sys.fstat(this.#fd)).size;
  }

  write(stream: OutputStream, bytes: Uint8Array): Promise<void> {
    const before = this.#rest.get(stream);
    let data = before === undefined ? bytes : concat([before, bytes]);
    const lines: string[] = [];
    for (;;) {
      const end = data.indexOf(0x0a);
      if (end === -1 && data.length < LINE_LIMIT) break;
      const cut = end === -1 || end >= LINE_LIMIT ? LINE_LIMIT : end + 1;
      lines.push(decode(data.subarray(0, cut)));
      data = data.subarray(cut);
    }
    if (data.length === 0) this.#rest.delete(stream);
    else this.#rest.set(stream, data.slice());
    return lines.length === 0 ? Promise.resolve() : this.#append(stream, lines);
  }

  /** Writes what came without a last newline, and closes. */
  async close(): Promise<void> {
    for (const [stream, rest] of this.#rest) await this.#append(stream, [decode(rest)]);
    this.#rest.clear();
    await this.#writing;
    if (this.#fd !== undefined) await this.#sys.close(this.#fd);
    this.#fd = undefined;
  }

  /** What is logged so far, then `follow` hears of what comes. The returned function stops that. */
  async read(follow?: (entries: LogEntry[]) => void): Promise<{ entries: LogEntry[]; stop: () => void }> {
    // Whoever follows is entered after all that is written now, and before anything else is.
    let stop = () => {};
    const turn = this.#writing.then(() => readAll(this.#sys, this.path));
    this.#writing = turn.then(() => {
      if (follow === undefined) return;
      this.#readers.add(follow);
      stop = () => this.#readers.delete(follow);
    });
    const entries = await turn;
    await this.#writing;
    return { entries, stop: () => stop() };
  }

  #append(stream: OutputStream, lines: string[]): Promise<void> {
    const time = rfc3339Nano(this.#sys.clock_gettime());
    const attrs = this.#attributes === undefined ? {} : { attrs: this.#attributes };
    const entries = lines.map(
      (log): LogEntry => ({ log, stream: stream === 1 ? 'stdout' : 'stderr', ...attrs, time }),
    );
    const texts = entries.map((entry) => `${marshal(entry)}\n`);
    this.#writing = this.#writing.then(async () => {
      if (this.#rotation === undefined) await this.#put(texts.join(''));
      else
        for (const text of texts) {
          if (this.#size >= this.#rotation.size) await this.#rotate(this.#rotation.files);
          await this.#put(text);
        }
      for (const reader of this.#readers) reader(entries);
    });
    return this.#writing;
  }

  async #put(text: string): Promise<void> {
    if (this.#fd === undefined) return;
    const bytes = encode(text);
    this.#size += bytes.length;
    await writeAll(this.#sys, this.#fd, bytes);
  }

  /** The full file becomes `.1`, the one before `.2`; the oldest goes. Models moby loggerutils rotate. */
  async #rotate(files: number): Promise<void> {
    if (this.#fd === undefined) return;
    const sys = this.#sys;
    await sys.close(this.#fd);
    const place = (age: number) => (age === 0 ? this.path : `${this.path}.${age}`);
    for (let age = files - 1; age > 0; age--)
      await sys.rename(place(age - 1), place(age)).catch((error: unknown) => {
        if (!isErrno(error, 'ENOENT')) throw error;
      });
    this.#fd = await sys.open(this.path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o640);
    await sys.setCloexec(this.#fd, true);
    this.#size = 0;
  }
}

/** All that is kept, the oldest file first. */
async function readAll(sys: Syscalls, path: string): Promise<LogEntry[]> {
  const files = [await readEntries(sys, path)];
  for (let age = 1; (await statOf(sys, `${path}.${age}`)) !== undefined; age++)
    files.unshift(await readEntries(sys, `${path}.${age}`));
  return files.flat();
}

async function readEntries(sys: Syscalls, path: string): Promise<LogEntry[]> {
  try {
    const text = await readText(sys, path);
    return text === ''
      ? []
      : text
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as LogEntry);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  }
}

export const timeOf = (entry: LogEntry): number => parseRfc3339(entry.time) ?? 0;
