import type { ByteStream } from '../../../base/byte-stream.ts';
import type { Process } from '../../../kernel/program.ts';
import type { Syscalls } from '../../../kernel/syscalls.ts';
import type { SocketAddress } from '../../../net/address.ts';
import type { HttpRequest, HttpResponse } from '../../../net/http/message.ts';
import { serve } from '../../../net/http/server.ts';
import { readAccounts } from '../../lib/users.ts';
import { serveConnections } from '../serve-connections.ts';
import type { NginxConfig, Server } from './config.ts';
import type { Logs } from './log.ts';
import { respond } from './respond.ts';
import { expand, type Passage } from './variables.ts';

/** A listening socket, by what `listen` calls it. */
export interface Listening {
  fd: number;
  name: string;
  port: number;
}

/** `0.0.0.0:80`, `[::]:80`. */
export const listenName = ({ address, port }: { address: string; port: number }): string =>
  `${address.includes(':') ? `[${address}]` : address}:${port}`;

/** A worker: serves connections until it is told to stop; at once, or when those that it has are served. */
export async function worker(
  { sys }: Process,
  config: NginxConfig,
  sockets: readonly Listening[],
  logs: Logs,
  version: string,
): Promise<number> {
  await dropPrivileges(sys, config);
  let stopped = () => {};
  const stop = new Promise<void>((resolve) => {
    stopped = resolve;
  });
  let busy = 0;
  let quitting = false;
  let connections = 0;
  await sys.sigaction('SIGTERM', () => stopped());
  await sys.sigaction('SIGINT', () => stopped());
  await sys.sigaction('SIGQUIT', () => {
    quitting = true;
    if (busy === 0) stopped();
  });
  const serving = sockets.map((socket) =>
    serveConnections(sys, socket.fd, async (stream, peer) => {
      busy++;
      await connection(stream, peer, socket, ++connections);
      busy--;
      if (quitting && busy === 0) stopped();
    }),
  );
  await Promise.race([stop, ...serving]);
  if (quitting) await logs.notice(sys, 'gracefully shutting down');
  await logs.notice(sys, 'exiting');
  await logs.notice(sys, 'exit');
  return 0;

  function connection(
    stream: ByteStream,
    peer: SocketAddress,
    socket: Listening,
    number: number,
  ): Promise<void> {
    const from = peer.family === 'unix' ? 'unix:' : peer.address.replace(/^::ffff:/, '');
    return serve(stream, (request) => answer(request, from, socket, number));
  }

  async function answer(
    request: HttpRequest,
    peer: string,
    socket: Listening,
    number: number,
  ): Promise<HttpResponse> {
    const server = serverFor(config, socket, request);
    const [path = '', args = ''] = request.target.replace(/#.*$/, '').split(/\?(.*)/s);
    const passage: Passage = {
      request,
      uri: decoded(path),
      args,
      peer,
      port: socket.port,
      serverName: server.names[0] ?? '',
      documentRoot: server.settings.root,
      proxyHost: '',
      now: sys.clock_gettime(),
      status: 0,
      sent: 0,
      captures: [],
    };
    const complain = (what: string) =>
      logs.write(
        sys,
        'error',
        `*${number} ${what}${what.includes(', client: ') ? '' : `, client: ${peer}, server: ${passage.serverName}, request: "${request.method} ${request.target} HTTP/1.1"`}, host: "${request.headers.get('host') ?? ''}"`,
      );
    const { settings, ...response } = await respond(sys, { config, version, complain }, server, passage);
    const { accessLog } = settings;
    if (accessLog !== 'off') {
      const body = request.method === 'HEAD' ? undefined : (response.body as Uint8Array | undefined);
      const done = { ...passage, request, status: response.status, sent: body?.length ?? 0 };
      await logs.access(sys, accessLog.path, expand(accessLog.format, done, '-'));
    }
    return response;
  }
}

/** Of the servers on a socket the one with the request's name, else the default one (nginx.org, "How nginx processes a request"). */
function serverFor(config: NginxConfig, socket: Listening, request: HttpRequest): Server {
  const host = (request.headers.get('host') ?? '').replace(/:\d+$/, '').toLowerCase();
  const here = config.servers.filter(({ listen }) => listen.some((one) => listenName(one) === socket.name));
  return (
    here.find(({ names }) => names.includes(host)) ??
    here.find(({ names }) => names.some((name) => wildcard(name, host))) ??
    here.find(({ listen }) => listen.some((one) => one.default && listenName(one) === socket.name)) ??
    here[0]!
  );
}

/** `*.example.org`, `.example.org`, `www.example.*`, `~pattern`. */
function wildcard(name: string, host: string): boolean {
  if (name.startsWith('~')) return new RegExp(name.slice(1)).test(host);
  if (name.startsWith('*.')) return host.endsWith(name.slice(1));
  if (name.startsWith('.')) return host === name.slice(1) || host.endsWith(name);
  return name.endsWith('.*') && host.startsWith(name.slice(0, -1));
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Workers of a root master run as the configured user. */
async function dropPrivileges(sys: Syscalls, config: NginxConfig): Promise<void> {
  const user = (await readAccounts(sys)).user(config.user ?? 'nginx');
  if (sys.geteuid() !== 0 || user === undefined) return;
  await sys.setgroups([user.gid]);
  await sys.setgid(user.gid);
  await sys.setuid(user.uid);
}
