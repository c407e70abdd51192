import { concat } from '../../../base/bytes.ts';
import { type Errno, isErrno } from '../../../base/errno.ts';
import type { Syscalls } from '../../../kernel/syscalls.ts';
import { request } from '../../../net/http/client.ts';
import { HttpError } from '../../../net/http/http-error.ts';
import { GAI_TEXT, lookupHost } from '../../lib/resolver.ts';
import { connectAny } from '../../net/connection.ts';
import { authorities, beginTls } from '../../net/tls.ts';

export interface Fetched {
  status: number;
  type: string;
  body: Uint8Array;
}

/** What kept pip from the index, in the words of its HTTP library. */
export class Unreachable extends Error {}

const NEW_CONNECTION = 'Failed to establish a new connection: ';

/** Gets a URL, through redirections. `roots`: the file of those who are trusted, where those are not the system's. */
export async function fetchUrl(
  sys: Syscalls,
  from: string,
  accept: string,
  roots: string | undefined,
): Promise<Fetched> {
  let url = new URL(from);
  for (let hop = 0; hop < 5; hop++) {
    const secure = url.protocol === 'https:';
    const port = Number(url.port) || (secure ? 443 : 80);
    const addresses = await lookupHost(sys, url.hostname);
    if (typeof addresses === 'string')
      throw new Unreachable(
        `${NEW_CONNECTION}[Errno ${addresses === 'EAI_AGAIN' ? -3 : -2}] ${GAI_TEXT[addresses]}`,
      );
    const connected = await connectAny(sys, addresses, port, { timeout: 15_000 });
    if (connected === 'timeout') throw new Unreachable('connection timed out. (connect timeout=15)');
    if (!('fd' in connected)) throw new Unreachable(`${NEW_CONNECTION}${told(connected)}`);
    let { stream } = connected;
    try {
      if (secure) {
        const trusted = (await authorities(sys, roots)) ?? [];
        const tls = await beginTls(sys, stream, { name: url.hostname, trusted, insecure: false });
        if (!('stream' in tls))
          throw new Unreachable(
            '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate',
          );
        stream = tls.stream;
      }
      const answer = await request(stream, {
        method: 'GET',
        target: url.pathname + url.search,
        host: url.host,
        headers: [
          ['User-Agent', 'pip'],
          ['Accept', accept],
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
      if (answer.status >= 300 && answer.status < 400 && location !== undefined) {
        url = new URL(location, url);
        continue;
      }
      return { status: answer.status, type: answer.headers.get('Content-Type') ?? '', body: concat(chunks) };
    } catch (error) {
      if (error instanceof HttpError || isErrno(error)) throw new Unreachable(error.message);
      throw error;
    } finally {
      await stream.close().catch(() => undefined);
    }
  }
  throw new Unreachable('Exceeded 30 redirects.');
}

const NUMBERS: Partial<Record<Errno['code'], number>> = {
  ECONNREFUSED: 111,
  ENETUNREACH: 101,
  EHOSTUNREACH: 113,
  ETIMEDOUT: 110,
};

const told = (error: Errno): string => `[Errno ${NUMBERS[error.code] ?? 5}] ${error.message}`;
