import { isErrno } from '../../base/errno.ts';
import { O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import type { Process, Program } from '../../kernel/program.ts';
import type { Signal } from '../../kernel/signals.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import type { HttpRequest } from '../../net/http/message.ts';
import { serve } from '../../net/http/server.ts';
import { readFile, type Stdio, utility, writeAll } from '../lib/stdio.ts';
import { bytesToText, textToBytes } from '../lib/text.ts';
import { readAccounts } from '../lib/users.ts';
import { listenOn, serveConnections } from '../net/serve-connections.ts';
import { type ApacheConfig, ConfigError, type Host, readConfig } from './config.ts';
import { accessLine, errorLine, type Logs, logFile } from './log.ts';
import { respond } from './respond.ts';

const ROOT = '/usr/local/apache2';
const CONTROL: Readonly<Record<string, Signal>> = {
  stop: 'SIGTERM',
  'graceful-stop': 'SIGWINCH',
  graceful: 'SIGUSR1',
  restart: 'SIGHUP',
};

/**
 * httpd(8) with the event module: a parent that holds the sockets and children that serve files. Which directives are simulated
 * config.ts says.
 */
export const httpd = (version: string): Program =>
  utility(async (io) => {
    const { args } = io;
    const banner = `Apache/${version} (Unix)`;
    const flags = { config: 'conf/httpd.conf', single: false, test: false, modules: false, control: '' };
    const defined = new Set<string>();
    for (let i = 0; i < args.length; i++) {
      const arg = args[i] ?? '';
      if (arg === '-v') {
        io.stdout.write(`Server version: ${banner}\n`);
        return 0;
      }
      if (arg === '-t') flags.test = true;
      else if (arg === '-M') flags.modules = true;
      else if (arg === '-f') flags.config = args[++i] ?? '';
      else if (arg.startsWith('-D')) defined.add(arg.slice(2) || (args[++i] ?? ''));
      else if (arg === '-X') flags.single = true;
      else if (arg === '-k' && (args[i + 1] === 'start' || Object.hasOwn(CONTROL, args[i + 1] ?? '')))
        flags.control = args[++i] ?? '';
      else if (arg === '-k') return misused(io, 'k');
      else if (/^-[CcdeEhlLSTVw]/.test(arg)) return io.fail(`option ${arg} is not simulated in Drydock`);
      else return misused(io, arg.slice(1, 2));
    }
    const read = (sys: Syscalls) => readConfig(sys, flags.config, ROOT, defined);
    let config: ApacheConfig;
    try {
      config = await read(io.sys);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      await io.stderr.write(`${error.message}\n`);
      return 1;
    }
    if (!config.named)
      // A server that starts reads its configuration twice.
      for (let i = 0; i < (flags.test || flags.modules || flags.control !== '' ? 1 : 2); i++)
        await io.stderr.write(await unnamed(io.sys));
    if (flags.test) {
      await io.stderr.write('Syntax OK\n');
      return 0;
    }
    if (flags.modules) {
      const loaded = config.modules.map(({ name }) => ` ${name} (shared)\n`);
      io.stdout.write(
        `Loaded Modules:\n core_module (static)\n so_module (static)\n http_module (static)\n${loaded.join('')}`,
      );
      return 0;
    }
    if (flags.control !== '' && flags.control !== 'start') {
      const status = await control(io, config, flags.control);
      if (status !== 'start') return status;
    }
    const sockets = await bindAll(io.sys, config);
    if (sockets === undefined) return 1;
    const server = new Server(banner, read);
    if (flags.single || defined.has('FOREGROUND'))
      return server.run(io.process, config, sockets, 'httpd -D FOREGROUND');
    await io.sys.fork(async (child) => {
      await child.sys.setsid();
      return server.run(child, config, sockets, 'httpd');
    });
    return 0;
  });

/** What is said where no ServerName is set; the name is the address of the host. */
async function unnamed(sys: Syscalls): Promise<string> {
  const addresses = await sys.netlink({ type: 'RTM_GETADDR' });
  const own = addresses.map(({ address }) => address).find((address) => !/^127\.|:/.test(address));
  return `AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using ${own ?? '127.0.0.1'}. Set the 'ServerName' directive globally to suppress this message\n`;
}

async function misused(io: Stdio, letter: string): Promise<number> {
  await io.stderr.write(
    `httpd: illegal option -- ${letter}\nUsage: httpd [-D name] [-f file]\n             [-k start|restart|graceful|graceful-stop|stop]\n             [-v] [-t] [-M] [-X]\n`,
  );
  return 1;
}

/** Signals the server that runs; gives the status, or `start` where there is none and one is wanted. */
async function control(io: Stdio, config: ApacheConfig, name: string): Promise<number | 'start'> {
  const signal = CONTROL[name];
  const text = bytesToText(await readFile(io.sys, config.pidFile).catch(() => new Uint8Array(0))).trim();
  const running =
    signal !== undefined &&
    /^\d+$/.test(text) &&
    (await io.sys.kill(Number(text), signal).then(
      () => true,
      () => false,
    ));
  if (running) return 0;
  const stops = name.endsWith('stop');
  io.stdout.write(
    // Said at each of the two times that the configuration is read.
    stops ? 'httpd (no pid file) not running\n' : 'httpd not running, trying to start\n'.repeat(2),
  );
  return stops ? 0 : 'start';
}

interface Bound {
  fd: number;
  port: number;
}

/** A socket for each `Listen`; undefined when one cannot be had, which is then said. */
async function bindAll(sys: Syscalls, config: ApacheConfig): Promise<Bound[] | undefined> {
  const sockets: Bound[] = [];
  for (const { address, port } of config.listen) {
    try {
      sockets.push({ fd: await listenOn(sys, port, address), port });
    } catch (error) {
      if (!isErrno(error)) throw error;
      const number = { EADDRINUSE: 98, EADDRNOTAVAIL: 99 }[error.code as string] ?? 13;
      await writeAll(
        sys,
        2,
        textToBytes(
          `(${number})${error.message}: AH00072: make_sock: could not bind to address ${address.includes(':') ? `[${address}]` : address}:${port}\nno listening sockets available, shutting down\nAH00015: Unable to open logs\n`,
        ),
      );
      return undefined;
    }
  }
  return sockets;
}

/** The parent: starts children, and ends or replaces them when a signal says so. */
class Server {
  readonly #banner: string;
  readonly #read: (sys: Syscalls) => Promise<ApacheConfig>;

  constructor(banner: string, read: (sys: Syscalls) => Promise<ApacheConfig>) {
    this.#banner = banner;
    this.#read = read;
  }

  async run(
    { sys }: Process,
    first: ApacheConfig,
    sockets: readonly Bound[],
    command: string,
  ): Promise<number> {
    let config = first;
    await sys.prctl({ option: 'PR_SET_NAME', name: 'httpd' });
    const log = await logFile(sys, config.errorLog, 2);
    const notice = (module: string, text: string) =>
      writeAll(sys, log, textToBytes(errorLine(sys, module, text)));
    await writePid(sys, config.pidFile);
    let told: Signal | undefined;
    for (const signal of Object.values(CONTROL))
      await sys.sigaction(signal, () => {
        told ??= signal;
      });
    let children = new Set<number>();
    const startChild = async (logs: Logs) => {
      const now = config;
      children.add(await sys.fork((child) => serveChild(child, now, sockets, logs, this.#banner)));
    };
    const openLogs = async (): Promise<Logs> => ({
      error: log,
      access: await Promise.all(
        config.accessLogs.map(async ({ path, format }) => ({ fd: await logFile(sys, path, 1), format })),
      ),
    });
    let logs = await openLogs();
    const start = async () => {
      for (let i = 0; i < config.startServers; i++) await startChild(logs);
      await notice('mpm_event:notice', `AH00489: ${this.#banner} configured -- resuming normal operations`);
      await notice('core:notice', `AH00094: Command line: '${command}'`);
    };
    await start();
    for (;;) {
      if (told === 'SIGTERM' || told === 'SIGWINCH') {
        for (const pid of children) await sys.kill(pid, told).catch(() => {});
        while (children.size > 0) await this.#reap(sys, children);
        await notice(
          'mpm_event:notice',
          told === 'SIGTERM'
            ? 'AH00491: caught SIGTERM, shutting down'
            : 'AH00492: caught SIGWINCH, shutting down gracefully',
        );
        await sys.unlink(config.pidFile).catch(() => {});
        return 0;
      }
      if (told === 'SIGUSR1' || told === 'SIGHUP') {
        await notice(
          'mpm_event:notice',
          told === 'SIGHUP'
            ? 'AH00494: SIGHUP received.  Attempting to restart'
            : 'AH00493: SIGUSR1 received.  Doing graceful restart',
        );
        try {
          config = await this.#read(sys);
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error;
          await notice('core:error', error.message);
          return 1;
        }
        const old = children;
        children = new Set();
        for (const pid of old)
          await sys.kill(pid, told === 'SIGHUP' ? 'SIGTERM' : 'SIGWINCH').catch(() => {});
        told = undefined;
        logs = await openLogs();
        if (!config.named) await writeAll(sys, log, textToBytes(await unnamed(sys)));
        await start();
        while (old.size > 0) await this.#reap(sys, old);
      }
      const gone = await this.#reap(sys, children);
      if (gone && told === undefined) await startChild(logs);
    }
  }

  /** Waits until a child has ended or a signal came; says whether it was one of these. */
  async #reap(sys: Syscalls, children: Set<number>): Promise<boolean> {
    try {
      const ended = await sys.wait(-1);
      return ended !== undefined && children.delete(ended.pid);
    } catch (error) {
      if (!isErrno(error, 'EINTR', 'ECHILD')) throw error;
      if (error.code === 'ECHILD') children.clear();
      return false;
    }
  }
}

async function serveChild(
  { sys }: Process,
  config: ApacheConfig,
  sockets: readonly Bound[],
  logs: Logs,
  version: string,
): Promise<number> {
  await dropPrivileges(sys, config);
  let busy = 0;
  let leaving = false;
  let stopped = () => {};
  const stop = new Promise<void>((resolve) => {
    stopped = resolve;
  });
  await sys.sigaction('SIGTERM', () => stopped());
  await sys.sigaction('SIGWINCH', () => {
    leaving = true;
    if (busy === 0) stopped();
  });
  const serving = sockets.map(({ fd, port }) =>
    serveConnections(sys, fd, async (stream, peer) => {
      busy++;
      const [address, from] =
        peer.family === 'unix' ? ['', 0] : [peer.address.replace(/^::ffff:/, ''), peer.port];
      await serve(stream, async (request) => {
        const complain = (module: string, code: string, what: string, errno?: string) => {
          const before = errno === undefined ? '' : `(13)${errno}: `;
          const text = `${before}[client ${address}:${from}] ${code}: ${what}`;
          return writeAll(sys, logs.error, textToBytes(errorLine(sys, module, text)));
        };
        const around = { config, version, complain };
        const response = await respond(sys, around, hostFor(config, port, request), request);
        const sent = request.method === 'HEAD' ? 0 : response.body.length;
        for (const { fd: file, format } of logs.access)
          await writeAll(
            sys,
            file,
            textToBytes(`${accessLine(sys, format, request, address, response.status, sent)}\n`),
          );
        return response;
      });
      busy--;
      if (leaving && busy === 0) stopped();
    }),
  );
  await Promise.race([stop, ...serving]);
  return 0;
}

/** Of the virtual hosts on a port the one with the request's name, else the first; without any, the main server. */
function hostFor({ main, virtual }: ApacheConfig, port: number, request: HttpRequest): Host {
  const name = (request.headers.get('host') ?? '').replace(/:\d+$/, '').toLowerCase();
  const here = virtual.filter((host) => host.port === undefined || host.port === port);
  return here.find(({ names }) => names.includes(name)) ?? here[0] ?? main;
}

async function writePid(sys: Syscalls, path: string): Promise<void> {
  try {
    const fd = await sys.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644);
    await writeAll(sys, fd, textToBytes(`${sys.getpid()}\n`));
    await sys.close(fd);
  } catch (error) {
    if (!isErrno(error)) throw error;
  }
}

async function dropPrivileges(sys: Syscalls, { user: name }: ApacheConfig): Promise<void> {
  const user = (await readAccounts(sys)).user(name);
  if (sys.geteuid() !== 0 || user === undefined) return;
  await sys.setgroups([user.gid]);
  await sys.setgid(user.gid);
  await sys.setuid(user.uid);
}
