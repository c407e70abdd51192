import { isErrno } from '../../../base/errno.ts';
import { O_CREAT, O_TRUNC, O_WRONLY } from '../../../kernel/fcntl.ts';
import type { Process } from '../../../kernel/program.ts';
import type { Syscalls } from '../../../kernel/syscalls.ts';
import { writeAll } from '../../lib/stdio.ts';
import { textToBytes } from '../../lib/text.ts';
import { listenOn } from '../serve-connections.ts';
import type { NginxConfig } from './config.ts';
import { ConfigError } from './directives.ts';
import { Logs } from './log.ts';
import { type Listening, listenName, worker } from './worker.ts';

/** The signals that end it, and what it tells its workers then: SIGINT and SIGTERM are one to it. */
const ENDINGS = {
  SIGINT: { number: 2, doing: 'exiting', tell: 'SIGTERM' },
  SIGQUIT: { number: 3, doing: 'shutting down', tell: 'SIGQUIT' },
  SIGTERM: { number: 15, doing: 'exiting', tell: 'SIGTERM' },
} as const;

/** Opens what the configuration listens on, keeping what is open already. Throws ConfigError when a bind fails. */
export async function openSockets(
  sys: Syscalls,
  config: NginxConfig,
  open: readonly Listening[] = [],
): Promise<Listening[]> {
  const sockets: Listening[] = [];
  for (const one of config.servers.flatMap((server) => server.listen)) {
    const name = listenName(one);
    if (sockets.some((socket) => socket.name === name)) continue;
    try {
      const fd =
        open.find((socket) => socket.name === name)?.fd ?? (await bindOne(sys, one.address, one.port));
      sockets.push({ fd, name, port: one.port });
    } catch (error) {
      if (!isErrno(error)) throw error;
      for (const { fd } of sockets) if (!open.some((socket) => socket.fd === fd)) await sys.close(fd);
      const number = error.code === 'EADDRINUSE' ? 98 : error.code === 'EACCES' ? 13 : 99;
      throw new ConfigError(`bind() to ${name} failed (${number}: ${error.message})`);
    }
  }
  return sockets;
}

/** An IPv4 wildcard and an IPv6 one may stand side by side: nginx sets IPV6_V6ONLY. */
async function bindOne(sys: Syscalls, address: string, port: number): Promise<number> {
  if (!address.includes(':')) return listenOn(sys, port, address);
  const fd = await sys.socket('inet6', 'stream');
  await sys.setsockopt(fd, 'SO_REUSEADDR', 1);
  await sys.setsockopt(fd, 'IPV6_V6ONLY', 1);
  await sys.bind(fd, { family: 'inet6', address, port });
  await sys.listen(fd, 511);
  return fd;
}

/** The master (nginx.org, "Controlling nginx"): holds the sockets, keeps workers running, reads its configuration anew on SIGHUP. */
export class Master {
  readonly #sys: Syscalls;
  readonly #version: string;
  readonly #read: (sys: Syscalls) => Promise<NginxConfig>;
  #config: NginxConfig;
  #sockets: readonly Listening[];
  #logs!: Logs;
  readonly #workers = new Set<number>();
  /** Workers of an older configuration, on their way out. */
  readonly #leaving = new Set<number>();

  constructor(
    process: Process,
    config: NginxConfig,
    sockets: readonly Listening[],
    version: string,
    read: (sys: Syscalls) => Promise<NginxConfig>,
  ) {
    this.#sys = process.sys;
    this.#config = config;
    this.#sockets = sockets;
    this.#version = version;
    this.#read = read;
  }

  async run(): Promise<number> {
    const sys = this.#sys;
    this.#logs = await Logs.open(sys, this.#config);
    await sys.prctl({ option: 'PR_SET_NAME', name: 'nginx' });
    const { release } = await sys.uname();
    const { soft, hard } = await sys.getrlimit('nofile');
    await this.#notice('using the "epoll" event method');
    await this.#notice(this.#version);
    await this.#notice('built by gcc 12.2.0 (Debian 12.2.0-14) ');
    await this.#notice(`OS: Linux ${release}`);
    await this.#notice(`getrlimit(RLIMIT_NOFILE): ${soft}:${hard}`);
    await this.#writePid();
    let ending: keyof typeof ENDINGS | undefined;
    let reload = false;
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const)
      await sys.sigaction(signal, () => {
        ending ??= signal;
      });
    await sys.sigaction('SIGHUP', () => {
      reload = true;
    });
    await this.#startWorkers();
    let told = false;
    while (this.#workers.size + this.#leaving.size > 0) {
      if (ending !== undefined && !told) {
        told = true;
        const { number, doing, tell } = ENDINGS[ending];
        await this.#notice(`signal ${number} (${ending}) received, ${doing}`);
        for (const pid of [...this.#workers, ...this.#leaving]) await sys.kill(pid, tell);
      }
      if (reload && ending === undefined) {
        reload = false;
        await this.#reconfigure();
      }
      try {
        const ended = await sys.wait(-1);
        if (ended === undefined) continue;
        const { pid, status } = ended;
        await this.#notice('signal 17 (SIGCHLD) received');
        await this.#notice(
          `worker process ${pid} ${status.kind === 'exited' ? `exited with code ${status.code}` : `exited on signal ${status.kind === 'signaled' ? status.signal : ''}`}`,
        );
        this.#leaving.delete(pid);
        if (this.#workers.delete(pid) && ending === undefined) await this.#startWorker();
      } catch (error) {
        if (!isErrno(error, 'EINTR')) throw error;
      }
    }
    await this.#notice('exit');
    await sys.unlink(this.#config.pid).catch(() => {});
    return 0;
  }

  /** A configuration that cannot be used is logged, and the old one stays. */
  async #reconfigure(): Promise<void> {
    const sys = this.#sys;
    await this.#notice('signal 1 (SIGHUP) received, reconfiguring');
    await this.#notice('reconfiguring');
    let config: NginxConfig;
    let sockets: readonly Listening[];
    try {
      config = await this.#read(sys);
      sockets = await openSockets(sys, config, this.#sockets);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      await this.#logs.write(sys, 'emerg', error.message);
      return;
    }
    const logs = await Logs.open(sys, config);
    await this.#logs.close(sys);
    for (const { fd } of this.#sockets) if (!sockets.some((socket) => socket.fd === fd)) await sys.close(fd);
    this.#logs = logs;
    this.#config = config;
    this.#sockets = sockets;
    await this.#notice('using the "epoll" event method');
    const old = [...this.#workers];
    this.#workers.clear();
    await this.#startWorkers();
    for (const pid of old) {
      this.#leaving.add(pid);
      await sys.kill(pid, 'SIGQUIT');
    }
  }

  async #startWorkers(): Promise<void> {
    await this.#notice('start worker processes');
    for (let i = 0; i < this.#config.workers; i++) await this.#startWorker();
  }

  async #startWorker(): Promise<void> {
    const config = this.#config;
    const sockets = this.#sockets;
    const logs = this.#logs;
    const pid = await this.#sys.fork((child) => worker(child, config, sockets, logs, this.#version));
    this.#workers.add(pid);
    await this.#notice(`start worker process ${pid}`);
  }

  async #writePid(): Promise<void> {
    try {
      const fd = await this.#sys.open(this.#config.pid, O_WRONLY | O_CREAT | O_TRUNC, 0o644);
      await writeAll(this.#sys, fd, textToBytes(`${this.#sys.getpid()}\n`));
      await this.#sys.close(fd);
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
  }

  #notice(text: string): Promise<void> {
    return this.#logs.notice(this.#sys, text);
  }
}
