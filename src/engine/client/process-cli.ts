/** The docker command's view of its machine, made of the process's system calls. */
import type { ByteStream } from '../base/byte-stream.ts';
import { concat, encode } from '../base/bytes.ts';
import { isErrno } from '../base/errno.ts';
import { Repository } from '../distribution/repository.ts';
import { resolveHost } from '../distribution/resolve-host.ts';
import { hostTls, systemRoots } from '../distribution/tls.ts';
import { Transport } from '../distribution/transport.ts';
import { O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY } from '../kernel/fcntl.ts';
import { fdStream } from '../kernel/fd-stream.ts';
import type { Process } from '../kernel/program.ts';
import type { Signal } from '../kernel/signals.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import { raw, type TerminalAttributes, type WindowSize } from '../vfs/tty/attributes.ts';
import type { Cli, Endpoint, RepositoryAddress } from './cli.ts';
import type { EngineClient } from './engine-client.ts';
import { makeDirectories } from './files/directories.ts';
import { TERMINATION, type Termination } from './termination.ts';

/** Connects to an engine's socket through the process's kernel. */
export function connector(process: Process): (endpoint: Endpoint) => Promise<ByteStream> {
  const { sys } = process;
  return async (endpoint) => {
    const domain = endpoint.kind === 'unix' ? 'unix' : 'inet';
    const fd = await sys.socket(domain, 'stream');
    try {
      if (endpoint.kind === 'unix') await sys.connect(fd, { family: 'unix', path: endpoint.path });
      else {
        const [address = endpoint.host] =
          endpoint.host === 'localhost' ? ['127.0.0.1'] : await resolveHost(sys, endpoint.host);
        await sys.connect(fd, { family: 'inet', address, port: endpoint.port });
      }
    } catch (error) {
      await sys.close(fd);
      throw error;
    }
    return fdStream(sys, fd);
  };
}

async function openRepository(sys: Syscalls, at: RepositoryAddress): Promise<Repository> {
  const { scheme, domain, path, actions, insecure, credentials } = at;
  const roots = await systemRoots(sys);
  return Repository.open(
    {
      base: `${scheme}://${domain === 'docker.io' ? 'registry-1.docker.io' : domain}`,
      transport: new Transport(sys, (host) => hostTls(sys, host, !insecure, roots)),
      credentials,
      scopes: [`repository:${path}:${actions}`],
      now: () => sys.clock_gettime(),
    },
    path,
  );
}

/** `termination` hears SIGINT and SIGTERM for as long as the command lives. */
export async function processCli(
  process: Process,
  engine: EngineClient,
  termination: Termination,
): Promise<Cli> {
  const { sys } = process;
  const [stdin, stdout, stderr] = [fdStream(sys, 0), fdStream(sys, 1), fdStream(sys, 2)];
  const terminal = { stdin: await isatty(0), stdout: await isatty(1), stderr: await isatty(2) };

  async function isatty(fd: number): Promise<boolean> {
    try {
      return await sys.isatty(fd);
    } catch {
      return false;
    }
  }

  async function writeFile(path: string, bytes: Uint8Array, mode: number): Promise<void> {
    const fd = await sys.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
    const file = fdStream(sys, fd);
    await file.write(bytes);
    await file.close();
  }

  return {
    engine,
    sys,
    stdin,
    terminal,
    env: (name) => process.env.get(name),
    out: (text) => stdout.write(encode(text)),
    err: (text) => stderr.write(encode(text)),
    outBytes: (bytes) => stdout.write(bytes),
    errBytes: (bytes) => stderr.write(bytes),
    connect: connector(process),
    openRepository: (at) => openRepository(sys, at),
    now: () => sys.clock_gettime('realtime'),
    sleep: async (ms) => {
      try {
        await sys.nanosleep(ms);
      } catch (error) {
        if (!isErrno(error, 'EINTR')) throw error;
      }
    },
    cwd: () => sys.getcwd(),
    pause: () => process.work(20),
    async windowSize(stream) {
      if (!(stream === 0 ? terminal.stdin : terminal.stdout)) return undefined;
      return (await sys.ioctl(stream, { request: 'TIOCGWINSZ' })) as WindowSize;
    },
    async rawMode() {
      if (!terminal.stdin) return async () => {};
      const before = (await sys.ioctl(0, { request: 'TCGETS' })) as TerminalAttributes;
      await sys.ioctl(0, { request: 'TCSETS', attributes: raw(before) });
      return termination.before(async () => {
        await sys.ioctl(0, { request: 'TCSETS', attributes: before });
      });
    },
    async hideInput() {
      if (!terminal.stdin) return async () => {};
      const before = (await sys.ioctl(0, { request: 'TCGETS' })) as TerminalAttributes;
      const attributes = { ...before, echo: false };
      await sys.ioctl(0, { request: 'TCSETS', attributes });
      return termination.before(async () => {
        await sys.ioctl(0, { request: 'TCSETS', attributes: before });
      });
    },
    async onSignals(signals, handler) {
      const call = (signal: Signal) => handler(signal);
      const own = signals.filter((signal) => !TERMINATION.includes(signal));
      for (const signal of own) await sys.sigaction(signal, call, { restart: true });
      const stop = TERMINATION.filter((signal) => signals.includes(signal)).map((signal) =>
        termination.also(signal, call),
      );
      return async () => {
        for (const end of stop) end();
        for (const signal of own) await sys.sigaction(signal, 'default');
      };
    },
    onTermination(what) {
      termination.at = what;
    },
    async readFile(path) {
      const fd = await sys.open(path, O_RDONLY);
      try {
        const chunks: Uint8Array[] = [];
        for (;;) {
          const chunk = await sys.read(fd, 65536);
          if (chunk.length === 0) return concat(chunks);
          chunks.push(chunk);
        }
      } finally {
        await sys.close(fd);
      }
    },
    writeFile,
    async replaceFile(path, bytes) {
      const directory = path.slice(0, path.lastIndexOf('/')) || '/';
      await makeDirectories(sys, directory, 0o700);
      const old = await sys.stat(path).catch(() => undefined);
      const beside = `${path}${sys.getrandom(4).join('')}`;
      await writeFile(beside, bytes, 0o600);
      if (old !== undefined) {
        await sys.chmod(beside, old.mode & 0o7777);
        // Who may not give files away keeps what is theirs.
        await sys.chown(beside, old.uid, old.gid).catch(() => undefined);
      }
      await sys.rename(beside, path);
    },
    async exists(path) {
      try {
        await sys.stat(path);
        return true;
      } catch {
        return false;
      }
    },
    remove: (path) => sys.unlink(path),
  };
}
