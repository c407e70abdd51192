import { concat } from '../../base/bytes.ts';
import { type Errno, isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { request } from '../../net/http/client.ts';
import { HttpError } from '../../net/http/http-error.ts';
import { lookupHost } from '../lib/resolver.ts';
import { connectAny } from '../net/connection.ts';
import { authorities, beginTls, type TlsFailure } from '../net/tls.ts';

export interface Fetched {
  status: number;
  body: Uint8Array;
}

/** What kept npm from a registry: Node's code for it, and the reason in words. */
export class FetchError extends Error {
  readonly code: string;
  readonly syscall: string | undefined;

  constructor(code: string, reason: string, syscall?: string) {
    super(reason);
    this.code = code;
    this.syscall = syscall;
  }
}

/** Where an installation of Node keeps whom it trusts; the real one has them compiled in. */
export const ROOTS = '/usr/local/lib/node_modules/npm/node_modules/@npm/roots.pem';

/** Gets a URL, through redirections. Throws `FetchError` where there is no answer. */
export async function fetchUrl(sys: Syscalls, from: string, strict: boolean): Promise<Fetched> {
  let url = new URL(from);
  for (let hop = 0; hop < 5; hop++) {
    const answer = await ask(sys, url, strict);
    if (answer.location === undefined) return answer;
    url = new URL(answer.location, url);
  }
  throw new FetchError('ERR_TOO_MANY_REDIRECTS', `maximum redirect reached at: ${from}`);
}

async function ask(sys: Syscalls, url: URL, strict: boolean): Promise<Fetched & { location?: string }> {
  const secure = url.protocol === 'https:';
  const port = Number(url.port) || (secure ? 443 : 80);
  const addresses = await lookupHost(sys, url.hostname);
  if (typeof addresses === 'string') {
    const code = addresses === 'EAI_AGAIN' ? 'EAI_AGAIN' : 'ENOTFOUND';
    throw new FetchError(code, `getaddrinfo ${code} ${url.hostname}`, 'getaddrinfo');
  }
  const connected = await connectAny(sys, addresses, port, { timeout: 30_000 });
  if (connected === 'timeout')
    throw new FetchError('ETIMEDOUT', `connect ETIMEDOUT ${addresses[0]}:${port}`, 'connect');
  if (!('fd' in connected)) throw refused(connected, `${addresses[0]}:${port}`);
  let { stream } = connected;
  try {
    if (secure) {
      const trusted = (await authorities(sys, ROOTS)) ?? [];
      const tls = await beginTls(sys, stream, { name: url.hostname, trusted, insecure: !strict });
      if (!('stream' in tls)) throw distrust(tls);
      stream = tls.stream;
    }
    const answer = await request(stream, {
      method: 'GET',
      target: url.pathname + url.search,
      host: url.host,
      headers: [
        ['User-Agent', 'npm'],
        ['Accept', 'application/json'],
        ['Connection', 'close'],
      ],
    });
    const chunks: Uint8Array[] = [];
    for (;;) {
      const chunk = await answer.body.read(1 << 16);
      if (chunk === null) break;
      chunks.push(chunk);
    }
    const location = answer.headers.get('Location');
    const moved = answer.status >= 300 && answer.status < 400 && location !== undefined;
    return { status: answer.status, body: concat(chunks), ...(moved ? { location } : {}) };
  } catch (error) {
    if (isErrno(error)) throw refused(error, `${addresses[0]}:${port}`);
    if (error instanceof HttpError) throw new FetchError('ERR_INVALID_RESPONSE', error.message);
    throw error;
  } finally {
    await stream.close().catch(() => undefined);
  }
}

const refused = (error: Errno, at: string): FetchError =>
  new FetchError(error.code, `connect ${error.code} ${at}`, 'connect');

/** A certificate that Node does not accept, by its codes. */
function distrust(failure: TlsFailure): FetchError {
  if (failure.kind !== 'certificate') return new FetchError('ECONNRESET', 'socket hang up');
  switch (failure.problems[0]?.kind) {
    case 'expired':
      return new FetchError('CERT_HAS_EXPIRED', 'certificate has expired');
    case 'not-yet-valid':
      return new FetchError('CERT_NOT_YET_VALID', 'certificate is not yet valid');
    case 'unknown-authority':
      return new FetchError('UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'unable to get local issuer certificate');
    default:
      return new FetchError(
        'ERR_TLS_CERT_ALTNAME_INVALID',
        "Hostname/IP does not match certificate's altnames",
      );
  }
}
