import { decode } from '../base/bytes.ts';
import { readAll } from '../net/http/body.ts';
import { GoError } from '../runtime/go-error.ts';
import { encodeBase64 } from '../userland/lib/base64.ts';
import { type Challenge, challengesOf } from './challenge.ts';
import type { Credentials } from './credentials.ts';
import { refusalOf } from './refusal.ts';
import type { Request, Transport } from './transport.ts';
import { withParameters } from './url.ts';

/** The registry wants a user and a password, and there are none (distribution auth.ErrNoBasicAuthCredentials). */
export class NoCredentials extends GoError {
  constructor() {
    super('no basic auth credentials');
  }
}

/** How long docker waits for the answer to a ping and to a request for a token, ms. */
const TIMEOUT = 15_000;
const CLIENT_ID = 'docker';
/** Tokens are held to last at least so long, seconds. */
const SHORTEST = 60;

export interface SessionOptions {
  /** Scheme, host and, for a mirror, path; without a slash at its end. */
  base: string;
  transport: Transport;
  credentials: Credentials;
  /** What a token is asked for: `repository:library/nginx:pull`. */
  scopes: readonly string[];
  /** A login wants a token that outlasts it. */
  offline?: boolean;
  now: () => number;
}

/** One who has asked a registry how it wants to be asked. Models distribution's endpointAuthorizer over docker's ping. */
export class Session {
  readonly #options: SessionOptions;
  readonly #challenges: readonly Challenge[];
  #token: { text: string; expires: number } | undefined;

  private constructor(options: SessionOptions, challenges: readonly Challenge[]) {
    this.#options = options;
    this.#challenges = challenges;
  }

  /** `GET /v2/`: is it there, and how does it want to be asked? */
  static async open(options: SessionOptions): Promise<Session> {
    const { base, transport } = options;
    const answer = await transport.send({ method: 'GET', url: `${base}/v2/` }, { timeout: TIMEOUT });
    await readAll(answer.body);
    return new Session(options, answer.status === 401 ? challengesOf(answer.headers) : []);
  }

  /** The Authorization field for a request to the registry. Throws for want of credentials, or when no token is given. */
  async authorize(request: Request): Promise<[string, string][]> {
    const bearer = this.#challenges.find(({ scheme }) => scheme === 'bearer');
    if (bearer !== undefined) return [['Authorization', `Bearer ${await this.#tokenFor(bearer, request)}`]];
    if (!this.#challenges.some(({ scheme }) => scheme === 'basic')) return [];
    const basic = basicOf(this.#options.credentials);
    if (basic === undefined) throw new NoCredentials();
    return [['Authorization', basic]];
  }

  async #tokenFor({ parameters }: Challenge, { url }: Request): Promise<string> {
    const { scopes, now } = this.#options;
    // Mounting a blob reads another repository, too.
    const from = new URLSearchParams(url.split('?')[1] ?? '').get('from');
    const also = from === null ? [] : [`repository:${from}:pull`].filter((scope) => !scopes.includes(scope));
    if (also.length === 0 && this.#token !== undefined && this.#token.expires > now())
      return this.#token.text;
    const { text, lifetime } = await this.#fetchToken(parameters, [...scopes, ...also]);
    if (also.length === 0) this.#token = { text, expires: now() + Math.max(lifetime, SHORTEST) * 1000 };
    return text;
  }

  async #fetchToken(
    { realm, service }: Challenge['parameters'],
    scopes: readonly string[],
  ): Promise<{ text: string; lifetime: number }> {
    if (realm === undefined) throw new GoError('no realm specified for token auth challenge');
    const { transport, credentials, offline } = this.#options;
    const parameters: [string, string][] = scopes.map((scope) => ['scope', scope]);
    if (service !== undefined && service !== '') parameters.push(['service', service]);
    if (offline) parameters.push(['offline_token', 'true'], ['client_id', CLIENT_ID]);
    const basic = basicOf(credentials);
    if (basic !== undefined) parameters.push(['account', credentials.username ?? '']);
    const headers: [string, string][] = basic === undefined ? [] : [['Authorization', basic]];
    const url = withParameters(realm, parameters);
    const answer = await transport.send({ method: 'GET', url, headers }, { timeout: TIMEOUT });
    if (answer.status >= 400) throw await refusalOf(answer);
    const body = JSON.parse(decode(await readAll(answer.body))) as Record<string, unknown>;
    const text = body['access_token'] || body['token'];
    if (typeof text !== 'string' || text === '')
      throw new GoError('authorization server did not include a token in the response');
    return { text, lifetime: Number(body['expires_in'] ?? 0) };
  }
}

function basicOf({ username = '', password = '' }: Credentials): string | undefined {
  if (username === '' || password === '') return undefined;
  return `Basic ${encodeBase64(new TextEncoder().encode(`${username}:${password}`))}`;
}
