import type { ByteStream } from '../../base/byte-stream.ts';
import { calendar, MONTHS } from '../../base/calendar.ts';
import { isErrno } from '../../base/errno.ts';
import { O_APPEND, O_CREAT, O_WRONLY } from '../../kernel/fcntl.ts';
import type { Process } from '../../kernel/program.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import type { SocketAddress } from '../../net/address.ts';
import { readAll } from '../../net/http/body.ts';
import { HttpConnection } from '../../net/http/client.ts';
import type { HttpRequest, HttpResponse } from '../../net/http/message.ts';
import { httpDate, serve } from '../../net/http/server.ts';
import { reasonPhrase } from '../../net/http/status.ts';
import { lookupHost } from '../lib/resolver.ts';
import { type Stdio, writeAll } from '../lib/stdio.ts';
import { textToBytes } from '../lib/text.ts';
import { readAccounts } from '../lib/users.ts';
import { connectAny, parseUrl } from './connection.ts';
import { ConfigError, type Location, type NginxConfig, readConfig, type Server } from './nginx-config.ts';
import { listenOn, serveConnections } from './serve-connections.ts';
import { staticFile } from './static-file.ts';
import { netProgram } from './tool.ts';

const CONFIG = '/etc/nginx/nginx.conf';

/**
 * nginx: a master that holds the sockets and workers that serve. Files, index, `return`, `proxy_pass` to
 * plain HTTP; the configuration as far as nginx-config.ts reads it.
 */
export const nginx = netProgram(async (io) => {
  const { args, sys } = io;
  const version = `nginx/${io.env.get('NGINX_VERSION') ?? '1.25.3'}`;
  const flags = { config: CONFIG, test: false, daemon: true, signal: undefined as string | undefined };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '-v' || arg === '-V') {
      await io.stderr.write(`nginx version: ${version}\n`);
      return 0;
    }
    if (arg === '-t' || arg === '-T') flags.test = true;
    else if (arg === '-q') continue;
    else if (arg === '-c') flags.config = args[++i] ?? '';
    else if (arg === '-g') {
      if (/daemon\s+off\s*;/.test(args[++i] ?? '')) flags.daemon = false;
    } else if (arg === '-s') flags.signal = args[++i];
    else return io.fail(`invalid option: "${arg.replace(/^-/, '')}"`);
  }
  if (flags.signal !== undefined) return signalMaster(io, flags.signal);
  const emergency = async (text: string) => {
    await io.stderr.write(`${logTime(sys)} [emerg] ${sys.getpid()}#${sys.getpid()}: ${text}\n`);
    return 1;
  };
  let config: NginxConfig;
  try {
    config = await readConfig(sys, flags.config);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (flags.test) {
      await io.stderr.write(
        `nginx: [emerg] ${error.message}\nnginx: configuration file ${flags.config} test failed\n`,
      );
      return 1;
    }
    await emergency(error.message);
    await io.stderr.write(`nginx: [emerg] ${error.message}\n`);
    return 1;
  }
  if (flags.test) {
    await io.stderr.write(
      `nginx: the configuration file ${flags.config} syntax is ok\nnginx: configuration file ${flags.config} test is successful\n`,
    );
    return 0;
  }
  const sockets = new Map<string, number>();
  for (const { address, port } of config.servers.flatMap((server) => server.listen)) {
    const name = `${address.includes(':') ? `[${address}]` : address}:${port}`;
    if (sockets.has(name)) continue;
    try {
      sockets.set(name, await bindOne(sys, address, port));
    } catch (error) {
      if (!isErrno(error)) throw error;
      const number = error.code === 'EADDRINUSE' ? 98 : error.code === 'EACCES' ? 13 : 99;
      await emergency(`bind() to ${name} failed (${number}: ${error.message})`);
      await io.stderr.write(`nginx: [emerg] bind() to ${name} failed (${number}: ${error.message})\n`);
      return 1;
    }
  }
  const run = (process: Process) => new Master(process, config, [...sockets.values()], version).run();
  if (!flags.daemon) return run(io.process);
  await sys.fork(async (child) => {
    await child.sys.setsid();
    return run(child);
  });
  return 0;
});

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

async function signalMaster(io: Stdio, name: string): Promise<number> {
  const signals = { stop: 'SIGTERM', quit: 'SIGQUIT', reload: 'SIGHUP', reopen: 'SIGUSR1' } as const;
  if (!(name in signals)) return io.fail(`invalid option: "-s ${name}"`);
  try {
    const fd = await io.sys.open('/run/nginx.pid', 0);
    const text = String.fromCharCode(...(await io.sys.read(fd, 32)));
    await io.sys.kill(Number(text), signals[name as keyof typeof signals]);
    return 0;
  } catch (error) {
    if (!isErrno(error)) throw error;
    return io.fail(`[error] open() "/run/nginx.pid" failed (2: ${error.message})`);
  }
}

class Master {
  readonly #process: Process;
  readonly #sys: Syscalls;
  readonly #config: NginxConfig;
  readonly #sockets: readonly number[];
  readonly #version: string;
  #errorLog = 2;
  #accessLog = 1;

  constructor(process: Process, config: NginxConfig, sockets: readonly number[], version: string) {
    this.#process = process;
    this.#sys = process.sys;
    this.#config = config;
    this.#sockets = sockets;
    this.#version = version;
  }

  async run(): Promise<number> {
    const sys = this.#sys;
    this.#errorLog = await logFile(sys, this.#config.errorLog, 2);
    this.#accessLog = this.#config.accessLog === 'off' ? -1 : await logFile(sys, this.#config.accessLog, 1);
    await sys.prctl({ option: 'PR_SET_NAME', name: 'nginx' });
    const { release } = await sys.uname();
    const { soft, hard } = await sys.getrlimit('nofile');
    await this.#notice('using the "epoll" event method');
    await this.#notice(this.#version);
    await this.#notice('built by gcc 12.2.0 (Debian 12.2.0-14) ');
    await this.#notice(`OS: Linux ${release}`);
    await this.#notice(`getrlimit(RLIMIT_NOFILE): ${soft}:${hard}`);
    await this.#writePid();
    let ending: 'SIGQUIT' | 'SIGTERM' | undefined;
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const)
      await sys.sigaction(signal, () => {
        ending ??= signal === 'SIGQUIT' ? 'SIGQUIT' : 'SIGTERM';
      });
    await this.#notice('start worker processes');
    const workers: number[] = [];
    for (let i = 0; i < this.#config.workers; i++) {
      const pid = await sys.fork((child) => this.#worker(child));
      workers.push(pid);
      await this.#notice(`start worker process ${pid}`);
    }
    let told = false;
    while (workers.length > 0) {
      if (ending !== undefined && !told) {
        told = true;
        const [number, name] = ending === 'SIGQUIT' ? [3, 'SIGQUIT'] : [15, 'SIGTERM'];
        await this.#notice(
          `signal ${number} (${name}) received, ${ending === 'SIGQUIT' ? 'shutting down' : 'exiting'}`,
        );
        for (const pid of workers) await sys.kill(pid, ending);
      }
      try {
        const ended = await sys.wait(-1);
        if (ended === undefined) continue;
        workers.splice(workers.indexOf(ended.pid), 1);
        const how =
          ended.status.kind === 'exited'
            ? `exited with code ${ended.status.code}`
            : `exited on signal ${ended.status.kind === 'signaled' ? ended.status.signal : ''}`;
        await this.#notice('signal 17 (SIGCHLD) received');
        await this.#notice(`worker process ${ended.pid} ${how}`);
        if (ending === undefined) {
          const pid = await sys.fork((child) => this.#worker(child));
          workers.push(pid);
          await this.#notice(`start worker process ${pid}`);
        }
      } catch (error) {
        if (!isErrno(error, 'EINTR')) throw error;
      }
    }
    await this.#notice('exit');
    return 0;
  }

  async #writePid(): Promise<void> {
    try {
      const fd = await this.#sys.open('/run/nginx.pid', O_WRONLY | O_CREAT, 0o644);
      await writeAll(this.#sys, fd, textToBytes(`${this.#sys.getpid()}\n`));
      await this.#sys.close(fd);
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
  }

  async #worker(child: Process): Promise<number> {
    const { sys } = child;
    await this.#dropPrivileges(sys);
    let stopped = () => {};
    const stop = new Promise<void>((resolve) => {
      stopped = resolve;
    });
    let busy = 0;
    let quitting = false;
    await sys.sigaction('SIGTERM', () => stopped());
    await sys.sigaction('SIGINT', () => stopped());
    await sys.sigaction('SIGQUIT', () => {
      quitting = true;
      if (busy === 0) stopped();
    });
    const serving = this.#sockets.map((fd) =>
      serveConnections(sys, fd, async (stream, peer) => {
        busy++;
        await this.#connection(sys, stream, peer);
        busy--;
        if (quitting && busy === 0) stopped();
      }),
    );
    await Promise.race([stop, ...serving]);
    await this.#notice(quitting ? 'gracefully shutting down' : 'exiting', sys.getpid());
    if (quitting) await this.#notice('exiting', sys.getpid());
    await this.#notice('exit', sys.getpid());
    return 0;
  }

  /** Workers of a root master run as the configured user. */
  async #dropPrivileges(sys: Syscalls): Promise<void> {
    const user = (await readAccounts(sys)).user(this.#config.user ?? 'nginx');
    if (sys.geteuid() !== 0 || user === undefined) return;
    await sys.setgroups([user.gid]);
    await sys.setgid(user.gid);
    await sys.setuid(user.uid);
  }

  #connection(sys: Syscalls, stream: ByteStream, peer: SocketAddress): Promise<void> {
    return serve(stream, async (request) => {
      const response = await this.#respond(sys, request);
      await this.#access(
        sys,
        request,
        response,
        peer.family === 'unix' ? 'unix:' : peer.address.replace(/^::ffff:/, ''),
      );
      return response;
    });
  }

  async #respond(sys: Syscalls, request: HttpRequest): Promise<HttpResponse> {
    const host = (request.headers.get('host') ?? '').replace(/:\d+$/, '').toLowerCase();
    const server =
      this.#config.servers.find((candidate) => candidate.names.includes(host)) ?? this.#config.servers[0]!;
    const path = request.target.replace(/[?#].*$/, '');
    const location = locationFor(server, path);
    const returns = location?.returns ?? server.returns;
    if (returns !== undefined) return this.#returned(sys, returns);
    if (location?.proxyPass !== undefined) return this.#proxy(sys, location.proxyPass, request);
    if (request.method !== 'GET' && request.method !== 'HEAD') return this.#page(sys, 405);
    const root = location?.alias ?? location?.root ?? server.root;
    const below =
      location?.alias === undefined ? request.target : `/${request.target.slice(location.prefix.length)}`;
    const found = await staticFile(sys, root, below, location?.index ?? server.index);
    if (found.kind === 'directory')
      return this.#page(sys, 301, [['Location', `http://${request.headers.get('host') ?? host}${path}/`]]);
    if (found.kind !== 'file') {
      await this.#complain(
        sys,
        found.kind === 'missing'
          ? `open() "${root}${path}" failed (2: No such file or directory)`
          : `directory index of "${root}${path}" is forbidden`,
        request,
      );
      return this.#page(sys, found.kind === 'missing' ? 404 : 403);
    }
    const { stat, content } = found;
    const etag = `"${Math.floor(stat.mtime / 1000).toString(16)}-${content.length.toString(16)}"`;
    const head = this.#head(sys, this.#typeOf(found.path), content.length);
    const dated: [string, string][] = [...head, ['Last-Modified', httpDate(stat.mtime)], ['ETag', etag]];
    if (request.headers.get('if-none-match') === etag) return { status: 304, headers: dated };
    return { status: 200, headers: [...dated, ['Accept-Ranges', 'bytes']], body: content };
  }

  #head(sys: Syscalls, type: string, length: number): [string, string][] {
    return [
      ['Server', this.#version],
      ['Date', httpDate(sys.clock_gettime())],
      ['Content-Type', type],
      ['Content-Length', String(length)],
    ];
  }

  #page(sys: Syscalls, status: number, more: [string, string][] = []): HttpResponse {
    const title = `${status} ${PAGE_TITLES[status] ?? reasonPhrase(status)}`;
    const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>${this.#version}</center>\r\n</body>\r\n</html>\r\n`;
    return { status, headers: [...this.#head(sys, 'text/html', body.length), ...more], body };
  }

  #returned(sys: Syscalls, { status, text }: NonNullable<Location['returns']>): HttpResponse {
    if (status >= 300 && status < 400) return this.#page(sys, status, [['Location', text]]);
    if (text === '' && status >= 400) return this.#page(sys, status);
    const body = textToBytes(text.replaceAll('\\n', '\n'));
    return { status, headers: this.#head(sys, this.#config.defaultType, body.length), body };
  }

  async #proxy(sys: Syscalls, upstream: string, request: HttpRequest): Promise<HttpResponse> {
    const url = parseUrl(upstream);
    const addresses = url === undefined ? 'EAI_NONAME' : await lookupHost(sys, url.host);
    if (url === undefined || typeof addresses === 'string') return this.#page(sys, 502);
    const connected = await connectAny(sys, addresses, url.port);
    if (connected === 'timeout' || connected instanceof Error) {
      const reason = connected === 'timeout' ? 'Connection timed out' : connected.message;
      await this.#complain(sys, `connect() failed (111: ${reason}) while connecting to upstream`, request);
      return this.#page(sys, 502);
    }
    try {
      const headers = [...request.headers].filter(
        ([name]) => !/^(host|connection|content-length|transfer-encoding|expect)$/i.test(name),
      );
      const body = await readAll(request.body);
      const answer = await new HttpConnection(connected.stream).request({
        method: request.method,
        target: url.target === '/' ? request.target : url.target,
        host: url.host,
        headers: [...headers, ['Connection', 'close']],
        ...(body.length > 0 ? { body } : {}),
      });
      const content = await readAll(answer.body);
      const kept = [...answer.headers].filter(
        ([name]) => !/^(server|date|connection|content-length|transfer-encoding)$/i.test(name),
      );
      const [server, date] = this.#head(sys, '', 0);
      return {
        status: answer.status,
        reason: answer.reason,
        headers: [server!, date!, ...kept],
        body: content,
      };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return this.#page(sys, 502);
    } finally {
      await connected.stream.close();
    }
  }

  #typeOf(path: string): string {
    return this.#config.types.get(/\.([^./]+)$/.exec(path)?.[1] ?? '') ?? this.#config.defaultType;
  }

  /** A line of the access log, in the `main` format of the image. */
  async #access(sys: Syscalls, request: HttpRequest, response: HttpResponse, peer: string): Promise<void> {
    if (this.#accessLog < 0) return;
    const { headers } = request;
    const length =
      request.method === 'HEAD' || response.body === undefined ? 0 : (response.body as Uint8Array).length;
    const line = `${peer} - - [${accessTime(sys)}] "${request.method} ${request.target} HTTP/1.1" ${response.status} ${length} "${headers.get('referer') ?? '-'}" "${headers.get('user-agent') ?? '-'}" "${headers.get('x-forwarded-for') ?? '-'}"\n`;
    await writeAll(sys, this.#accessLog, textToBytes(line));
  }

  async #complain(sys: Syscalls, what: string, request: HttpRequest): Promise<void> {
    const host = request.headers.get('host') ?? '';
    const pid = sys.getpid();
    const line = `${logTime(sys)} [error] ${pid}#${pid}: *1 ${what}, request: "${request.method} ${request.target} HTTP/1.1", host: "${host}"\n`;
    await writeAll(sys, this.#errorLog, textToBytes(line));
  }

  async #notice(text: string, pid = this.#process.sys.getpid()): Promise<void> {
    await writeAll(
      this.#sys,
      this.#errorLog,
      textToBytes(`${logTime(this.#sys)} [notice] ${pid}#${pid}: ${text}\n`),
    );
  }
}

const PAGE_TITLES: Record<number, string> = {
  302: 'Found',
  405: 'Not Allowed',
  503: 'Service Temporarily Unavailable',
};

/** The exact location, else the longest prefix. */
function locationFor(server: Server, path: string): Location | undefined {
  const exact = server.locations.find((location) => location.exact && location.prefix === path);
  if (exact !== undefined) return exact;
  return server.locations
    .filter((location) => !location.exact && path.startsWith(location.prefix))
    .sort((a, b) => b.prefix.length - a.prefix.length)[0];
}

/** The log's descriptor; the image links its logs to /dev/stdout and /dev/stderr. */
async function logFile(sys: Syscalls, path: string, fallback: number): Promise<number> {
  if (path === '/dev/stdout') return 1;
  if (path === '/dev/stderr' || path === 'stderr') return 2;
  try {
    const target = await sys.readlink(path).catch(() => '');
    if (target === '/dev/stdout') return 1;
    if (target === '/dev/stderr') return 2;
    return await sys.open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644);
  } catch (error) {
    if (isErrno(error)) return fallback;
    throw error;
  }
}

const two = (value: number) => String(value).padStart(2, '0');

function logTime(sys: Syscalls): string {
  const t = calendar(sys.clock_gettime());
  return `${t.year}/${two(t.month)}/${two(t.day)} ${two(t.hour)}:${two(t.minute)}:${two(t.second)}`;
}

function accessTime(sys: Syscalls): string {
  const t = calendar(sys.clock_gettime());
  return `${two(t.day)}/${MONTHS[t.month - 1]}/${t.year}:${two(t.hour)}:${two(t.minute)}:${two(t.second)} +0000`;
}
