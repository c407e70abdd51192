import type { Errno } from '../../../base/errno.ts';
import type { Syscalls } from '../../../kernel/syscalls.ts';
import { GAI_TEXT } from '../../lib/resolver.ts';
import { type Fetched, type FetchFailure, fetchUrl } from '../../net/fetch-url.ts';

/** What kept pip from the index, in the words of its HTTP library. */
export class Unreachable extends Error {}

const TIMEOUT = 15_000;

/** Gets a URL of the index. `roots`: the file of those who are trusted, where those are not the system's. Throws `Unreachable`. */
export async function fetchFrom(
  sys: Syscalls,
  url: string,
  accept: string,
  roots: string | undefined,
): Promise<Fetched> {
  const answer = await fetchUrl(sys, url, {
    headers: [
      ['User-Agent', 'pip'],
      ['Accept', accept],
    ],
    roots,
    timeout: TIMEOUT,
  });
  if ('kind' in answer) throw new Unreachable(inRequestsWords(answer));
  return answer;
}

const NEW_CONNECTION = 'Failed to establish a new connection: ';

function inRequestsWords(failure: FetchFailure): string {
  switch (failure.kind) {
    case 'lookup': {
      const number = failure.failure === 'EAI_AGAIN' ? -3 : -2;
      return `${NEW_CONNECTION}[Errno ${number}] ${GAI_TEXT[failure.failure]}`;
    }
    case 'timeout':
      return 'connection timed out. (connect timeout=15)';
    case 'connection':
      return `${NEW_CONNECTION}[Errno ${NUMBERS[failure.error.code] ?? 5}] ${failure.error.message}`;
    case 'tls':
      return '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate';
    case 'answer':
      return failure.message;
    case 'redirects':
      return 'Exceeded 30 redirects.';
  }
}

const NUMBERS: Partial<Record<Errno['code'], number>> = {
  ECONNREFUSED: 111,
  ENETUNREACH: 101,
  EHOSTUNREACH: 113,
  ETIMEDOUT: 110,
};
