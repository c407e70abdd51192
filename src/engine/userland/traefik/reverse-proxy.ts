import type { ContainerSummary } from '../../api/containers.ts';
import { rfc3339Nano } from '../../base/calendar.ts';
import { Errno } from '../../base/errno.ts';
import { readAll } from '../../net/http/body.ts';
import { HttpConnection } from '../../net/http/client.ts';
import type { HttpRequest, HttpResponse } from '../../net/http/message.ts';
import type { Stdio } from '../lib/stdio.ts';
import { connectAny } from '../net/connection.ts';
import { askDocker, NoDaemon } from '../net/docker-socket.ts';
import { type Routes, routesOf } from './routes.ts';

export type Log = (level: 'INF' | 'WRN' | 'ERR', text: string) => Promise<void>;

/** `2026-11-21T08:00:02Z` */
export const stamp = (now: number) => rfc3339Nano(Math.floor(now / 1000) * 1000);

export class ReverseProxy {
  readonly #io: Stdio;
  readonly #options: ReadonlyMap<string, string>;
  readonly #log: Log;
  /** Which server of a service is next. */
  readonly #turns = new Map<string, number>();

  constructor(io: Stdio, options: ReadonlyMap<string, string>, log: Log) {
    this.#io = io;
    this.#options = options;
    this.#log = log;
  }

  async answer(request: HttpRequest, peer: string): Promise<HttpResponse> {
    const host = (request.headers.get('host') ?? '').replace(/:\d+$/, '').toLowerCase();
    const path = request.target.replace(/[?#].*$/s, '');
    const { routers, services } = await this.#routes();
    const router = routers.find(({ matches }) => matches({ host, path, method: request.method }));
    const servers = router && services.get(router.service);
    if (servers === undefined) return NOT_FOUND;
    const turn = this.#turns.get(router!.service) ?? 0;
    this.#turns.set(router!.service, turn + 1);
    const response = await this.#forward(request, peer, servers[turn % servers.length]!);
    if (this.#isOn('accesslog'))
      await this.#io.stdout.write(
        `${peer} - - "${request.method} ${request.target} HTTP/1.1" ${response.status} "${router!.name}@docker"\n`,
      );
    return response;
  }

  async #forward(
    request: HttpRequest,
    peer: string,
    { address, port }: { address: string; port: number },
  ): Promise<HttpResponse> {
    const { sys } = this.#io;
    const connected = await connectAny(sys, [address], port, { timeout: 30_000 });
    if (connected === 'timeout') return plain(504, 'Gateway Timeout');
    if (connected instanceof Errno) return plain(502, 'Bad Gateway');
    try {
      const host = request.headers.get('host') ?? address;
      const body = await readAll(request.body);
      const theirs = [...request.headers].filter(
        ([name]) =>
          !/^(host|connection|content-length|transfer-encoding|expect|x-forwarded-.*|x-real-ip)$/i.test(name),
      );
      const answer = await new HttpConnection(connected.stream).request({
        method: request.method,
        target: request.target,
        host,
        headers: [
          ...theirs,
          ['X-Forwarded-For', peer],
          ['X-Forwarded-Host', host],
          ['X-Forwarded-Port', /:(\d+)$/.exec(host)?.[1] ?? '80'],
          ['X-Forwarded-Proto', 'http'],
          ['X-Forwarded-Server', (await sys.uname()).nodename],
          ['X-Real-Ip', peer],
        ],
        ...(body.length > 0 ? { body } : {}),
      });
      return {
        status: answer.status,
        headers: [...answer.headers].filter(([name]) => !/^(connection|transfer-encoding)$/i.test(name)),
        body: await readAll(answer.body),
      };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return plain(502, 'Bad Gateway');
    } finally {
      await connected.stream.close();
    }
  }

  #isOn(name: string): boolean {
    return (this.#options.get(name) ?? 'false') !== 'false';
  }

  /**
   * The entry point `traefik` on port 8080: what `--ping` answers there, the API that `--api.insecure` opens, and a page of our own where
   * the real one has its dashboard.
   */
  async inner({ target }: HttpRequest): Promise<HttpResponse> {
    const path = target.replace(/[?#].*$/s, '');
    if (path === '/ping' && this.#isOn('ping')) return plain(200, 'OK');
    if (!this.#isOn('api.insecure')) return NOT_FOUND;
    const { routers, services } = await this.#routes();
    const listed = routers.map(({ name, rule, service, priority }) => ({
      rule,
      service,
      priority,
      status: 'enabled',
      name: `${name}@docker`,
      provider: 'docker',
    }));
    switch (path) {
      case '/':
        return { status: 302, headers: [['Location', '/dashboard/']], body: '' };
      case '/api/http/routers':
        return json(listed);
      case '/api/http/services':
        return json(
          [...services].map(([name, servers]) => ({
            loadBalancer: {
              servers: servers.map(({ address, port }) => ({ url: `http://${address}:${port}` })),
            },
            status: 'enabled',
            name: `${name}@docker`,
            provider: 'docker',
          })),
        );
      case '/dashboard/':
        return page(
          'Traefik',
          `<table><tr><th>Rule</th><th>Service</th><th>Servers</th></tr>${routers
            .map(({ rule, service }) => {
              const servers = (services.get(service) ?? []).map(({ address, port }) => `${address}:${port}`);
              return `<tr><td>${escaped(rule)}</td><td>${escaped(service)}</td><td>${servers.join(', ')}</td></tr>`;
            })
            .join('')}</table>`,
        );
      default:
        return NOT_FOUND;
    }
  }

  async #routes(): Promise<Routes> {
    const none: Routes = { routers: [], services: new Map(), problems: [], warnings: [] };
    // Any option of the provider turns it on.
    const given = [...this.#options.keys()].some((name) => name.startsWith('providers.docker'));
    if (!given || this.#options.get('providers.docker') === 'false') return none;
    const path = (this.#options.get('providers.docker.endpoint') ?? 'unix:///var/run/docker.sock').replace(
      'unix://',
      '',
    );
    try {
      const containers = await askDocker<ContainerSummary[]>(
        this.#io.sys,
        '/v1.24/containers/json?limit=0',
        path,
      );
      const routes = routesOf(containers, {
        exposedByDefault: this.#options.get('providers.docker.exposedbydefault') !== 'false',
        network: this.#options.get('providers.docker.network'),
      });
      for (const warning of routes.warnings) await this.#log('WRN', `${warning} providerName=docker`);
      for (const problem of routes.problems) await this.#log('ERR', `error="${problem}" providerName=docker`);
      return routes;
    } catch (error) {
      if (!(error instanceof NoDaemon)) throw error;
      await this.#log(
        'ERR',
        `Failed to retrieve information of the docker client and server host error="${error.message}" providerName=docker`,
      );
      return none;
    }
  }
}

const plain = (status: number, body: string): HttpResponse => ({
  status,
  headers: [['Content-Type', 'text/plain; charset=utf-8']],
  body,
});

const NOT_FOUND: HttpResponse = {
  status: 404,
  headers: [
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['X-Content-Type-Options', 'nosniff'],
  ],
  body: '404 page not found\n',
};

const json = (value: object): HttpResponse => ({
  status: 200,
  headers: [['Content-Type', 'application/json']],
  body: `${JSON.stringify(value)}\n`,
});

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const page = (title: string, body: string): HttpResponse => ({
  status: 200,
  headers: [['Content-Type', 'text/html; charset=utf-8']],
  body: `<!DOCTYPE html>\n<title>${title}</title>\n<style>body { font-family: sans-serif; margin: 2em } td, th { text-align: left; padding: 0.2em 1em 0.2em 0 }</style>\n<h1>${title}</h1>\n${body}\n`,
});
