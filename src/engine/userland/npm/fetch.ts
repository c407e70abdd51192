import type { Syscalls } from '../../kernel/syscalls.ts';
import { type Fetched, type FetchFailure, fetchUrl } from '../net/fetch-url.ts';

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
const ROOTS = '/usr/local/lib/node_modules/npm/node_modules/@npm/roots.pem';

const TIMEOUT = 30_000;

/** Gets a URL of a registry. Throws `FetchError` where there is no answer. `strict`: whether a certificate must be sound. */
export async function fetchFrom(sys: Syscalls, url: string, strict: boolean): Promise<Fetched> {
  const answer = await fetchUrl(sys, url, {
    headers: [
      ['User-Agent', 'npm'],
      ['Accept', 'application/json'],
    ],
    roots: ROOTS,
    insecure: !strict,
    timeout: TIMEOUT,
  });
  if ('kind' in answer) throw inNodesWords(answer, url);
  return answer;
}

function inNodesWords(failure: FetchFailure, url: string): FetchError {
  switch (failure.kind) {
    case 'lookup': {
      const code = failure.failure === 'EAI_AGAIN' ? 'EAI_AGAIN' : 'ENOTFOUND';
      return new FetchError(code, `getaddrinfo ${code} ${failure.host}`, 'getaddrinfo');
    }
    case 'timeout':
      return new FetchError('ETIMEDOUT', `connect ETIMEDOUT ${failure.at}`, 'connect');
    case 'connection': {
      const { code } = failure.error;
      return new FetchError(code, `connect ${code} ${failure.at}`, 'connect');
    }
    case 'tls':
      return distrust(failure);
    case 'answer':
      return new FetchError('ERR_INVALID_RESPONSE', failure.message);
    case 'redirects':
      return new FetchError('ERR_TOO_MANY_REDIRECTS', `maximum redirect reached at: ${url}`);
  }
}

/** A certificate that Node does not accept, by its codes. */
function distrust({ failure }: FetchFailure & { kind: 'tls' }): FetchError {
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
