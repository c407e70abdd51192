/**
 * The Engine API as the docker command speaks it: version negotiation, JSON, errors in the client's words,
 * hijacked connections. Models moby `client`.
 */

import { API_VERSION } from '../api/version.ts';
import type { ByteReader, ByteStream } from '../base/byte-stream.ts';
import { decode } from '../base/bytes.ts';
import { Errno, isErrno } from '../base/errno.ts';
import { readAll } from '../net/http/body.ts';
import { HttpConnection } from '../net/http/client.ts';
import { HttpError } from '../net/http/http-error.ts';
import type { HttpClientResponse } from '../net/http/message.ts';
import type { Endpoint } from './cli.ts';
import { CliError } from './cli-error.ts';
import { BodyError } from './files/go-file.ts';

export type Query = Record<string, string | readonly string[] | undefined>;

export interface RequestOptions {
  /** Several values of one name are sent as several fields. */
  query?: Query;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is; `body` must be absent. */
  rawBody?: AsyncIterable<Uint8Array> | Uint8Array;
  headers?: Record<string, string>;
}

/** An answer with a status of 400 or more. The message is what the command prints. */
export class EngineError extends CliError {
  readonly code: number;
  constructor(message: string, code: number) {
    super(`Error response from daemon: ${message}`);
    this.code = code;
  }
}

/** An answer that breaks off, as when the engine goes in the middle of it, is the command's error. */
const toldOf = (body: ByteReader): ByteReader => ({
  async read(max) {
    try {
      return await body.read(max);
    } catch (error) {
      throw error instanceof HttpError ? new CliError(error.message) : error;
    }
  },
});

/** The engine cannot be reached. */
export class ConnectError extends CliError {}

/** What `HEAD /_ping` told. */
export interface Ping {
  apiVersion: string;
  osType: string;
  experimental: boolean;
  builderVersion: string;
}

export class EngineClient {
  #endpoint: Endpoint;
  readonly #connect: (endpoint: Endpoint) => Promise<ByteStream>;
  readonly #fixedVersion: string | undefined;
  #idle: HttpConnection[] = [];
  #ping: Promise<Ping | undefined> | undefined;
  #version = API_VERSION;
  #headers: Readonly<Record<string, string>> = {};

  /** @param fixedVersion DOCKER_API_VERSION: no negotiation */
  constructor(
    endpoint: Endpoint,
    connect: (endpoint: Endpoint) => Promise<ByteStream>,
    fixedVersion?: string,
  ) {
    this.#endpoint = endpoint;
    this.#connect = connect;
    this.#fixedVersion = fixedVersion === '' ? undefined : fixedVersion;
  }

  get endpoint(): Endpoint {
    return this.#endpoint;
  }

  /** Another engine than the one that was thought of, before anything is asked. */
  speakTo(endpoint: Endpoint): void {
    this.#endpoint = endpoint;
  }

  /** Header fields that every request shall carry (`HttpHeaders` of config.json). */
  sendAlways(headers: Readonly<Record<string, string>>): void {
    this.#headers = headers;
  }

  /** The API version in use; settled by the first request. */
  get version(): string {
    return this.#fixedVersion ?? this.#version;
  }

  /** Asks the engine who it is, once. undefined when it cannot be reached: the request that follows says why. */
  ping(): Promise<Ping | undefined> {
    this.#ping ??= this.#negotiate();
    return this.#ping;
  }

  async #negotiate(): Promise<Ping | undefined> {
    let response: HttpClientResponse;
    try {
      response = await this.#exchange('HEAD', '/_ping', {});
    } catch {
      return undefined;
    }
    const ping = {
      apiVersion: response.headers.get('Api-Version') ?? '',
      osType: response.headers.get('Ostype') ?? '',
      experimental: response.headers.get('Docker-Experimental') === 'true',
      builderVersion: response.headers.get('Builder-Version') ?? '',
    };
    const server = ping.apiVersion === '' ? '1.24' : ping.apiVersion;
    if (olderThan(server, this.#version)) this.#version = server;
    return ping;
  }

  /** Fails where the real client pings before it does anything else and reports that failure. */
  async requireEngine(): Promise<void> {
    if ((await this.ping()) !== undefined) return;
    await this.#exchange('HEAD', '/_ping', {});
  }

  /** One request; the answer's body may still be coming. Throws `EngineError` for a status of 400 or more. */
  async request(method: string, path: string, options: RequestOptions = {}): Promise<HttpClientResponse> {
    if (this.#fixedVersion === undefined) {
      if (minds(method, path, options.query ?? {})) await this.requireEngine();
      else await this.ping();
    }
    const response = await this.#exchange(
      method,
      `/v${this.version}${path}${queryText(options.query)}`,
      options,
    );
    if (response.status >= 400) throw await this.#refusal(response, method, path);
    return { ...response, body: toldOf(response.body) };
  }

  /** A request whose whole answer is JSON. */
  async json<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    return JSON.parse(await this.text(method, path, options)) as T;
  }

  /** A request whose whole answer is text. */
  async text(method: string, path: string, options: RequestOptions = {}): Promise<string> {
    return decode(await readAll((await this.request(method, path, options)).body));
  }

  /** A request of which only success matters. */
  async send(method: string, path: string, options: RequestOptions = {}): Promise<void> {
    await readAll((await this.request(method, path, options)).body);
  }

  /** POSTs and takes over the connection: bytes both ways. */
  async hijack(path: string, options: RequestOptions = {}): Promise<ByteStream> {
    if (this.#fixedVersion === undefined) await this.ping();
    const response = await this.#exchange('POST', `/v${this.version}${path}${queryText(options.query)}`, {
      ...options,
      headers: { ...options.headers, Connection: 'Upgrade', Upgrade: 'tcp' },
    });
    // The engine's reason is in the body, which the real client does not read here.
    if (response.connection === undefined)
      throw new CliError(`unable to upgrade to tcp, received ${response.status}`);
    return response.connection;
  }

  async #exchange(method: string, target: string, options: RequestOptions): Promise<HttpClientResponse> {
    const headers = Object.entries({
      'User-Agent': 'Docker-Client/28.5.2 (linux)',
      ...this.#headers,
      ...options.headers,
    });
    if (options.body !== undefined) headers.push(['Content-Type', 'application/json']);
    const body = options.body === undefined ? options.rawBody : `${JSON.stringify(options.body)}\n`;
    const message = {
      method,
      target,
      host:
        this.endpoint.kind === 'unix' ? 'api.moby.localhost' : `${this.endpoint.host}:${this.endpoint.port}`,
      headers,
      ...(body === undefined ? {} : { body }),
    };
    try {
      const connection = await this.#connection();
      const response = await connection.request(message);
      // A connection serves the next request once its answer is read; those still busy then are left alone.
      this.#idle.push(connection);
      return response;
    } catch (error) {
      throw this.#unreachable(error, method, target);
    }
  }

  async #connection(): Promise<HttpConnection> {
    const at = this.#idle.findIndex((connection) => connection.reusable);
    if (at >= 0) return this.#idle.splice(at, 1)[0]!;
    return new HttpConnection(await this.#connect(this.endpoint));
  }

  async #refusal(response: HttpClientResponse, method: string, path: string): Promise<EngineError> {
    const text = decode(await readAll(response.body)).trim();
    if (text === '')
      return new EngineError(
        `request returned ${response.status} ${response.reason} for API route and version ${method} ${path}, check if the server supports the requested API version`,
        response.status,
      );
    let message = text;
    try {
      message = (JSON.parse(text) as { message?: string }).message ?? text;
    } catch {
      // Not JSON: the text itself is the message.
    }
    return new EngineError(message.trim(), response.status);
  }

  /** The engine's address as it stands in URLs. */
  get #host(): string {
    const { endpoint } = this;
    return endpoint.kind === 'unix' ? encodeURIComponent(endpoint.path) : `${endpoint.host}:${endpoint.port}`;
  }

  #unreachable(error: unknown, method: string, target: string): unknown {
    const { url } = this.endpoint;
    const verb = method[0]! + method.slice(1).toLowerCase();
    if (error instanceof BodyError || error instanceof HttpError)
      return new ConnectError(
        `error during connect: ${verb} "http://${this.#host}${target}": ${error.message}`,
      );
    if (error instanceof Error && error.message.startsWith('dial tcp: lookup')) {
      // A name server that answers nothing is taken for a daemon that does not.
      if (/connection refused|i\/o timeout/.test(error.message))
        return new ConnectError(
          `Cannot connect to the Docker daemon at ${url}. Is the docker daemon running?`,
        );
      return new ConnectError(
        `error during connect: ${verb} "http://${this.#host}${target}": ${error.message}`,
      );
    }
    if (!(error instanceof Errno)) return error;
    const reason = lower(error.message);
    if (this.endpoint.kind === 'unix') {
      const { path } = this.endpoint;
      if (isErrno(error, 'EACCES', 'EPERM'))
        return new ConnectError(
          `permission denied while trying to connect to the Docker daemon socket at ${url}: ${verb} "http://${encodeURIComponent(path)}${target}": dial unix ${path}: connect: ${reason}`,
        );
      if (isErrno(error, 'ENOENT', 'ECONNREFUSED'))
        return new ConnectError(
          `Cannot connect to the Docker daemon at ${url}. Is the docker daemon running?`,
        );
    } else if (isErrno(error, 'ECONNREFUSED'))
      return new ConnectError(`Cannot connect to the Docker daemon at ${url}. Is the docker daemon running?`);
    const where = this.#host;
    if (isErrno(error, 'EPIPE', 'ECONNRESET'))
      return new ConnectError(`error during connect: ${verb} "http://${where}${target}": EOF`);
    const dial =
      this.endpoint.kind === 'unix'
        ? `unix ${this.endpoint.path}`
        : `tcp ${this.endpoint.host}:${this.endpoint.port}`;
    return new ConnectError(
      `error during connect: ${verb} "http://${where}${target}": dial ${dial}: connect: ${reason}`,
    );
  }
}

/** Requests of which the client minds the engine's version: that it cannot be asked for is what fails. */
const MINDS =
  /^(POST \/((containers|images|networks|volumes|build)\/prune|(containers|networks|services)\/create|containers\/[^/]+\/wait)|GET \/images\/json|\S+ \/(secrets|configs)\b.*)$/;

/** Models moby's client, where it makes sure that it has negotiated. */
const minds = (method: string, path: string, query: Query): boolean =>
  MINDS.test(`${method} ${path}`) ||
  (method === 'DELETE' && path.startsWith('/volumes/') && query['force'] !== undefined) ||
  (path.endsWith('/stop') && query['signal'] !== undefined) ||
  (path.startsWith('/images/') && path.endsWith('/json') && query['platform'] !== undefined);

const lower = (text: string) => text[0]!.toLowerCase() + text.slice(1);

/** `?a=1&b=2`, keys sorted as Go's url.Values are; absent values are left out. */
function queryText(query: Query = {}): string {
  let text = '';
  for (const name of Object.keys(query).sort()) {
    const given = query[name] ?? [];
    for (const value of typeof given === 'string' ? [given] : given)
      text += `${text === '' ? '?' : '&'}${queryEscape(name)}=${queryEscape(value)}`;
  }
  return text;
}

/** Go's url.QueryEscape. */
function queryEscape(text: string): string {
  if (/^[\w.~-]*$/.test(text)) return text;
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

function olderThan(a: string, b: string): boolean {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA < majorB || (majorA === majorB && minorA < minorB);
}
