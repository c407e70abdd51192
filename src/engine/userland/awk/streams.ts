import { isErrno } from '../../base/errno.ts';
import { O_APPEND, O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { shellStatus, spawn, waitFor } from '../lib/spawn.ts';
import { Input, Output, type Stdio } from '../lib/stdio.ts';

interface Stream {
  input?: Input;
  output?: Output;
  fd: number;
  /** The command at the other end. */
  pid?: number;
}

/** The files and commands that an awk program reads from and writes to, by the text that names them. */
export class Streams {
  readonly #io: Stdio;
  readonly #open = new Map<string, Stream>();

  constructor(io: Stdio) {
    this.#io = io;
  }

  async writer(kind: '>' | '>>' | '|', name: string): Promise<Output> {
    const known = this.#open.get(name);
    if (known?.output) return known.output;
    if (kind !== '|' && (name === '/dev/stdout' || name === '-')) return this.#io.stdout;
    if (kind !== '|' && name === '/dev/stderr') return this.#io.stderr;
    const { sys } = this.#io;
    let stream: Stream;
    if (kind === '|') {
      await this.#io.stdout.flush();
      const [read, write] = await sys.pipe(true);
      const pid = await spawn(this.#io.process, ['/bin/sh', '-c', name], { fds: new Map([[0, read]]) });
      await sys.close(read);
      stream = { fd: write, pid, output: new Output(sys, write) };
    } else {
      const fd = await sys.open(name, O_WRONLY | O_CREAT | (kind === '>' ? O_TRUNC : O_APPEND), 0o666);
      stream = { fd, output: new Output(sys, fd) };
    }
    this.#open.set(name, stream);
    return stream.output!;
  }

  /** Undefined when the file cannot be opened. */
  async reader(kind: 'file' | 'command', name: string): Promise<Input | undefined> {
    const known = this.#open.get(name);
    if (known?.input) return known.input;
    if (kind === 'file' && (name === '-' || name === '/dev/stdin')) return this.#io.stdin;
    const { sys } = this.#io;
    let stream: Stream;
    if (kind === 'command') {
      await this.flush();
      const [read, write] = await sys.pipe(true);
      const pid = await spawn(this.#io.process, ['/bin/sh', '-c', name], { fds: new Map([[1, write]]) });
      await sys.close(write);
      stream = { fd: read, pid, input: new Input(sys, read) };
    } else {
      try {
        const fd = await sys.open(name, 0);
        stream = { fd, input: new Input(sys, fd) };
      } catch (error) {
        if (isErrno(error)) return undefined;
        throw error;
      }
    }
    this.#open.set(name, stream);
    return stream.input;
  }

  async flush(): Promise<void> {
    await this.#io.stdout.flush();
    for (const { output } of this.#open.values()) await output?.flush();
  }

  /** -1 when nothing of that name is open. */
  async close(name: string): Promise<number> {
    const stream = this.#open.get(name);
    if (!stream) return -1;
    this.#open.delete(name);
    await stream.output?.flush();
    await this.#io.sys.close(stream.fd);
    return stream.pid === undefined ? 0 : shellStatus(await waitFor(this.#io.sys, stream.pid));
  }

  async closeAll(): Promise<void> {
    await this.#io.stdout.flush();
    for (const name of [...this.#open.keys()]) await this.close(name);
  }
}
