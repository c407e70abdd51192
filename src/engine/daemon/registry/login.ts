import type { Credentials } from '../../distribution/credentials.ts';
import { RegistryError, RegistryErrors } from '../../distribution/refusal.ts';
import { Session } from '../../distribution/session.ts';
import { Transport, UrlError } from '../../distribution/transport.ts';
import { readAll } from '../../net/http/body.ts';
import { reasonPhrase } from '../../net/http/status.ts';
import { GoError } from '../../runtime/go-error.ts';
import type { Engine } from '../engine.ts';
import { EngineError } from '../error.ts';
import type { Endpoint } from './endpoint.ts';

const TIMEOUT = 15_000;
/** Clients that trace their requests say of a late answer only this. */
const LATE = 'context deadline exceeded';

/** Whether a registry takes these credentials. Throws if not. Models moby registry/auth.go. */
export async function login(engine: Engine, credentials: Credentials): Promise<void> {
  const domain = hostOf(credentials.serveraddress ?? '');
  let failure: unknown;
  for (const endpoint of await engine.registries.endpoints(domain, false)) {
    try {
      return await loginAt(engine, endpoint, credentials);
    } catch (error) {
      if (isUnauthorized(error)) throw new EngineError(401, (error as Error).message);
      failure = error;
    }
  }
  throw failure;
}

async function loginAt(engine: Engine, endpoint: Endpoint, credentials: Credentials): Promise<void> {
  const transport = new Transport(engine.sys, (host) => engine.registries.tls(host), LATE);
  const now = () => engine.now();
  const session = await Session.open({
    base: endpoint.url,
    transport,
    credentials,
    scopes: [],
    offline: true,
    now,
  });
  const url = `${endpoint.url}/v2/`;
  const authorize = session.authorize.bind(session);
  const answer = await transport.send({ method: 'GET', url }, { authorize, timeout: TIMEOUT });
  await readAll(answer.body);
  if (answer.status !== 200)
    throw new GoError(
      `login attempt to ${url} failed with status: ${answer.status} ${reasonPhrase(answer.status)}`,
    );
}

/** The token server says no: there is no use in asking elsewhere. */
function isUnauthorized(error: unknown): boolean {
  const inner = error instanceof UrlError ? error.inner : undefined;
  const first = inner instanceof RegistryErrors ? undefined : inner;
  return first instanceof RegistryError && first.code === 'UNAUTHORIZED';
}

/** `https://index.docker.io/v1/` and `127.0.0.1:5000` alike. */
const hostOf = (address: string): string =>
  address === '' ? 'index.docker.io' : (address.replace(/^https?:\/\//, '').split('/')[0] ?? '');
