import type { ByteReader } from '../base/byte-stream.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import { readAll } from '../net/http/body.ts';
import { HttpConnection } from '../net/http/client.ts';
import type { HttpClientResponse } from '../net/http/message.ts';
import { AlertReceived } from '../net/tls/record.ts';
import { errorText, GoError } from '../runtime/go-error.ts';
import { type Deadline, DeadlineExceeded, dial, timedStream } from './dial.ts';
import { resolveHost } from './resolve-host.ts';
import { alertText, startTls, type TlsConfiguration } from './tls.ts';
import { parseUrl, resolveUrl } from './url.ts';

export interface Request {
  method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  url: string;
  headers?: readonly (readonly [string, string])[];
  body?: Uint8Array | AsyncIterable<Uint8Array>;
}

/** A request that failed before there was an answer, as Go's url.Error tells it. */
export class UrlError extends GoError {
  /** What it failed of. */
  readonly inner: unknown;

  constructor({ method, url }: Request, inner: unknown) {
    super(`${method[0]}${method.slice(1).toLowerCase()} "${url}": ${errorText(inner)}`);
    this.inner = inner;
  }
}

/** How long a TLS handshake may take, ms (Go's Transport.TLSHandshakeTimeout as docker sets it). */
const HANDSHAKE = 10_000;
/** How often a client lets itself be sent elsewhere. */
const REDIRECTS = 10;

const USER_AGENT =
  'docker/28.5.2 go/go1.27.1 git-commit/3ef3c07c883be49a2e8097bcf6d2952fce1d70eb kernel/6.12.48 os/linux arch/amd64 UpstreamClient(Docker-Client/28.5.2 \\(linux\\))';

/** What adds credentials to a request, or fails for want of them. */
export type Authorize = (request: Request) => Promise<readonly (readonly [string, string])[]>;

/**
 * Requests to one registry and whatever it sends us to: each on a connection of its own, as docker does (DisableKeepAlives).
 * Models Go's http.Client over http.Transport.
 */
export class Transport {
  readonly #sys: Syscalls;
  readonly #tls: (host: string) => Promise<TlsConfiguration>;
  /** How the wait for an answer is told to be over; clients that trace say it differently. */
  readonly #late: string;
  /** What names stand for, asked once each. */
  readonly #addresses = new Map<string, Promise<string[]>>();

  constructor(
    sys: Syscalls,
    tls: (host: string) => Promise<TlsConfiguration>,
    late = 'net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
  ) {
    this.#sys = sys;
    this.#tls = tls;
    this.#late = late;
  }

  /** @param timeout ms until the answer's head must be there. Throws `UrlError`. */
  async send(
    request: Request,
    { authorize, timeout }: { authorize?: Authorize | undefined; timeout?: number } = {},
  ): Promise<HttpClientResponse> {
    const { host } = parseUrl(request.url);
    const deadline = timeout === undefined ? undefined : this.#sys.clock_gettime('monotonic') + timeout;
    let asked = request;
    for (let hop = 0; ; hop++) {
      let answer: HttpClientResponse;
      try {
        // Credentials are for the registry only, not for where it sends us.
        const own = parseUrl(asked.url).host === host;
        const added = (own && authorize && (await authorize(asked))) || [];
        answer = await this.#exchange({ ...asked, headers: [...(asked.headers ?? []), ...added] }, deadline);
      } catch (error) {
        throw new UrlError(asked, error);
      }
      const location = answer.headers.get('Location');
      const moved = [301, 302, 303, 307, 308].includes(answer.status) && location !== undefined;
      if (!moved || !['GET', 'HEAD'].includes(asked.method)) return answer;
      if (hop === REDIRECTS) throw new UrlError(asked, new GoError('stopped after 10 redirects'));
      await readAll(answer.body);
      asked = { ...asked, url: resolveUrl(asked.url, location) };
    }
  }

  #resolve(name: string): Promise<string[]> {
    const known = this.#addresses.get(name) ?? resolveHost(this.#sys, name);
    this.#addresses.set(name, known);
    return known;
  }

  async #exchange(request: Request, deadline: Deadline): Promise<HttpClientResponse> {
    const { scheme, host, name, port, target } = parseUrl(request.url);
    const sys = this.#sys;
    if (port > 65535) throw new GoError(`dial tcp: address ${port}: invalid port`);
    const fd = await dial(sys, await this.#resolve(name), port, deadline).catch((error: unknown) => {
      throw error instanceof DeadlineExceeded
        ? new GoError(
            'net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
          )
        : error;
    });
    const plain = timedStream(sys, fd);
    try {
      let stream: typeof plain | Awaited<ReturnType<typeof startTls>> = plain;
      if (scheme === 'https') {
        plain.deadline = sys.clock_gettime('monotonic') + HANDSHAKE;
        stream = await startTls(plain, name, await this.#tls(host), sys).catch((error: unknown) => {
          throw error instanceof DeadlineExceeded ? new GoError('net/http: TLS handshake timeout') : error;
        });
      }
      plain.deadline = deadline;
      const { method, body } = request;
      const headers: [string, string][] = [
        ['User-Agent', USER_AGENT],
        ...[...(request.headers ?? [])].map(([key, value]): [string, string] => [key, value]),
        ['Connection', 'close'],
      ];
      const answer = await new HttpConnection(stream).request({
        method,
        target,
        host,
        headers,
        ...(body === undefined ? {} : { body }),
      });
      plain.deadline = undefined;
      return { ...answer, body: closing(answer.body, () => stream.close()) };
    } catch (error) {
      await plain.close();
      if (error instanceof DeadlineExceeded) throw new GoError(this.#late);
      if (error instanceof AlertReceived) throw new GoError(alertText(error));
      throw error;
    }
  }
}

/** A body after whose end its connection is closed. */
function closing(body: ByteReader, close: () => Promise<void>): ByteReader {
  return {
    async read(max) {
      const bytes = await body.read(max);
      if (bytes === null) await close();
      return bytes;
    },
  };
}
