import { concat, decode } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import { fdStream } from '../../kernel/fd-stream.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { readAll } from '../../net/http/body.ts';
import { HttpConnection } from '../../net/http/client.ts';
import type { HttpClientResponse } from '../../net/http/message.ts';
import { type Digest, digestOf } from '../../oci/digest.ts';
import { DOCKER, OCI } from '../../oci/media-type.ts';
import { errorText, GoError } from '../../runtime/go-error.ts';
import { resolveHost } from '../resolve-host.ts';

/** What an answer of a registry or its token server that is no success says (distribution-spec, "Error Codes"). */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly status: number;
  readonly codes: readonly string[];

  constructor(status: number, message: string, codes: readonly string[]) {
    super(message);
    this.status = status;
    this.codes = codes;
  }
}

export interface Credentials {
  username?: string;
  password?: string;
}

const MANIFEST_TYPES = [DOCKER.manifest, DOCKER.index, OCI.index, OCI.manifest];

/** Where Docker Hub's names live. */
const HUB = { domain: 'docker.io', host: 'registry-1.docker.io' } as const;

/**
 * One repository on a registry (distribution-spec). `https` is kept in every URL and message; inside the world the
 * connection is plain HTTP to the same port, for TLS is not modelled.
 */
export class Repository {
  readonly #sys: Syscalls;
  readonly #base: string;
  readonly #name: string;
  readonly #credentials: Credentials;
  readonly #connections = new Connections();
  #authorization: string | undefined;

  constructor(sys: Syscalls, domain: string, name: string, credentials: Credentials, insecure: boolean) {
    this.#sys = sys;
    this.#base = `${insecure ? 'http' : 'https'}://${domain === HUB.domain ? HUB.host : domain}`;
    this.#name = name;
    this.#credentials = credentials;
  }

  /** `GET /v2/`: is it a registry, and how does it want to be asked? */
  async ping(): Promise<void> {
    const answer = await this.#send('GET', `${this.#base}/v2/`, []);
    await readAll(answer.body);
    if (answer.status !== 401) return;
    const challenge = answer.headers.get('WWW-Authenticate') ?? '';
    if (/^basic/i.test(challenge)) {
      const { username, password } = this.#credentials;
      if (username !== undefined) this.#authorization = `Basic ${base64(`${username}:${password ?? ''}`)}`;
    } else if (/^bearer/i.test(challenge)) this.#authorization = await this.#fetchToken(challenge);
  }

  async manifest(reference: string): Promise<{ bytes: Uint8Array; type: string; digest: Digest }> {
    const answer = await this.#get(`manifests/${reference}`, [['Accept', MANIFEST_TYPES.join(', ')]]);
    const bytes = await readAll(answer.body);
    return { bytes, type: answer.headers.get('Content-Type') ?? '', digest: digestOf(bytes) };
  }

  /** A blob, told about as it comes. */
  async blob(digest: Digest, progress: (current: number) => void = () => {}): Promise<Uint8Array> {
    const answer = await this.#get(`blobs/${digest}`, []);
    const chunks: Uint8Array[] = [];
    let current = 0;
    for (
      let chunk = await answer.body.read(1 << 18);
      chunk !== null;
      chunk = await answer.body.read(1 << 18)
    ) {
      chunks.push(chunk);
      current += chunk.length;
      progress(current);
    }
    return concat(chunks);
  }

  async tags(): Promise<string[]> {
    const answer = await this.#get('tags/list', []);
    return (JSON.parse(decode(await readAll(answer.body))) as { tags: string[] | null }).tags ?? [];
  }

  close(): Promise<void> {
    return this.#connections.closeAll();
  }

  async #get(path: string, headers: [string, string][]): Promise<HttpClientResponse> {
    const url = `${this.#base}/v2/${this.#name}/${path}`;
    const answer = await this.#send('GET', url, headers);
    if (answer.status < 300) return answer;
    throw await refusal(answer);
  }

  async #fetchToken(challenge: string): Promise<string> {
    const field = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? '';
    const scope = encodeURIComponent(`repository:${this.#name}:pull`);
    const url = `${field('realm')}?scope=${scope}&service=${encodeURIComponent(field('service'))}`;
    const { username, password } = this.#credentials;
    const login: [string, string][] =
      username === undefined ? [] : [['Authorization', `Basic ${base64(`${username}:${password ?? ''}`)}`]];
    const answer = await this.#send('GET', url, login, false);
    if (answer.status >= 300) throw await refusal(answer);
    const { token, access_token } = JSON.parse(decode(await readAll(answer.body)));
    return `Bearer ${token ?? access_token}`;
  }

  async #send(
    method: string,
    url: string,
    headers: [string, string][],
    authorize = true,
    redirects = 5,
  ): Promise<HttpClientResponse> {
    const { host, name, port, target } = splitUrl(url);
    const sent: [string, string][] = [['User-Agent', 'docker/28.5.2'], ...headers];
    if (authorize && this.#authorization !== undefined) sent.push(['Authorization', this.#authorization]);
    try {
      const answer = await this.#connections.request(this.#sys, name, port, {
        method,
        target,
        host,
        headers: sent,
      });
      const location = answer.headers.get('Location');
      if (answer.status < 300 || answer.status >= 400 || location === undefined || redirects === 0)
        return answer;
      await readAll(answer.body);
      const next = location.startsWith('/') ? url.slice(0, url.length - target.length) + location : location;
      // Credentials are for the registry only, not for where it sends us.
      return this.#send(method, next, headers, authorize && splitUrl(next).host === host, redirects - 1);
    } catch (error) {
      if (error instanceof RegistryError || error instanceof GoUrlError) throw error;
      throw new GoUrlError(`Get "${url}": ${errorText(error)}`);
    }
  }
}

/** A request that found nobody to answer, as Go's url.Error tells it. */
export class GoUrlError extends GoError {}

/** Kept connections by host and port. */
class Connections {
  readonly #idle = new Map<string, HttpConnection[]>();

  async request(
    sys: Syscalls,
    host: string,
    port: number,
    message: Parameters<HttpConnection['request']>[0],
  ): Promise<HttpClientResponse> {
    const key = `${host}:${port}`;
    const pool = this.#idle.get(key) ?? [];
    this.#idle.set(key, pool);
    const index = pool.findIndex((connection) => connection.reusable);
    const kept = index === -1 ? undefined : pool.splice(index, 1)[0];
    const connection = kept ?? new HttpConnection(fdStream(sys, await dial(sys, host, port)));
    const answer = await connection.request(message);
    pool.push(connection);
    return answer;
  }

  async closeAll(): Promise<void> {
    for (const connection of [...this.#idle.values()].flat()) await connection.stream.close();
    this.#idle.clear();
  }
}

/** Resolves and connects, with the error texts of Go's net.Dial. */
async function dial(sys: Syscalls, host: string, port: number): Promise<number> {
  if (port > 65535) throw new GoError(`dial tcp: address ${port}: invalid port`);
  const addresses = await resolveHost(sys, host);
  let failure: unknown;
  for (const address of addresses) {
    const fd = await sys.socket(address.includes(':') ? 'inet6' : 'inet', 'stream');
    try {
      await sys.setCloexec(fd, true);
      await sys.connect(fd, { family: address.includes(':') ? 'inet6' : 'inet', address, port });
      return fd;
    } catch (error) {
      await sys.close(fd);
      if (!isErrno(error)) throw error;
      const where = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
      failure ??= new GoError(`dial tcp ${where}: connect: ${errorText(error)}`);
    }
  }
  throw failure;
}

async function refusal(answer: HttpClientResponse): Promise<RegistryError> {
  const text = decode(await readAll(answer.body));
  let errors: { code?: string; message?: string }[] = [];
  try {
    errors = (JSON.parse(text) as { errors?: typeof errors }).errors ?? [];
  } catch {
    // Not every server that is asked is a registry.
  }
  // The registry says in the challenge that the token does not reach so far (RFC 6750); Go's client puts that first.
  const challenge = answer.headers.get('WWW-Authenticate') ?? '';
  if (answer.status === 401 && /^bearer/i.test(challenge) && challenge.includes('error="insufficient_scope"'))
    return new RegistryError(401, 'denied: requested access to the resource is denied', ['DENIED']);
  const message =
    errors.length === 0
      ? `received unexpected HTTP status: ${answer.status} ${answer.reason}`
      : errors
          .map(({ code = '', message: m = '' }) => `${code.toLowerCase().replaceAll('_', ' ')}: ${m}`)
          .join('\n');
  return new RegistryError(
    answer.status,
    message,
    errors.map(({ code = '' }) => code),
  );
}

function splitUrl(url: string): { host: string; name: string; port: number; target: string } {
  const match = /^(https?):\/\/(\[[^\]]+\]|[^/:]+)(?::(\d+))?(\/.*)?$/.exec(url);
  if (match === null) throw new GoError(`parse "${url}": invalid URL`);
  const [, scheme, name = '', port, target = '/'] = match;
  return {
    host: port === undefined ? name : `${name}:${port}`,
    name: name.replace(/^\[|\]$/g, ''),
    port: port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port),
    target,
  };
}

const base64 = (text: string): string => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const bytes = new TextEncoder().encode(text);
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (let j = 0; j < 4; j++) out += i + j > bytes.length ? '=' : alphabet[(group >> (18 - 6 * j)) & 63];
  }
  return out;
};
