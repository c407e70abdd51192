import { concat } from '../../base/bytes.ts';
import { type Errno, isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { request } from '../../net/http/client.ts';
import { HttpError } from '../../net/http/http-error.ts';
import { type LookupFailure, lookupHost } from '../lib/resolver.ts';
import { connectAny } from './connection.ts';
import { authorities, beginTls, type TlsFailure } from './tls.ts';

export interface Fetched {
  status: number;
  type: string;
  body: Uint8Array;
  /** Where it was, after all redirections. */
  url: string;
}

/** What kept a program from an answer. Each has its own words for it. `at`: the address and port that it was after. */
export type FetchFailure =
  | { kind: 'lookup'; failure: LookupFailure; host: string }
  | { kind: 'timeout'; at: string }
  | { kind: 'connection'; error: Errno; at: string }
  | { kind: 'tls'; failure: TlsFailure }
  | { kind: 'answer'; message: string }
  | { kind: 'redirects' };

export interface FetchOptions {
  headers: readonly (readonly [string, string])[];
  /** The file of the authorities that are trusted, where those are not the system's. */
  roots?: string | undefined;
  /** Goes on although something is wrong with a certificate. */
  insecure?: boolean;
  /** What is sent with POST; without it the method is GET. */
  body?: Uint8Array | undefined;
  /** ms to wait for a connection. */
  timeout: number;
}

const REDIRECTS = 5;

/** Gets a URL as programs do that install packages: a connection for each request, through redirections, whole. */
export async function fetchUrl(
  sys: Syscalls,
  from: string,
  options: FetchOptions,
): Promise<Fetched | FetchFailure> {
  let url = new URL(from);
  for (let hop = 0; hop < REDIRECTS; hop++) {
    const answer = await ask(sys, url, options);
    if ('kind' in answer || answer.location === undefined) return answer;
    url = new URL(answer.location, url);
  }
  return { kind: 'redirects' };
}

async function ask(
  sys: Syscalls,
  url: URL,
  { headers, roots, insecure = false, body, timeout }: FetchOptions,
): Promise<(Fetched & { location?: string }) | FetchFailure> {
  const secure = url.protocol === 'https:';
  const port = Number(url.port) || (secure ? 443 : 80);
  const addresses = await lookupHost(sys, url.hostname);
  if (typeof addresses === 'string') return { kind: 'lookup', failure: addresses, host: url.hostname };
  const at = `${addresses[0]}:${port}`;
  const connected = await connectAny(sys, addresses, port, { timeout });
  if (connected === 'timeout') return { kind: 'timeout', at };
  if (!('fd' in connected)) return { kind: 'connection', error: connected, at };
  let { stream } = connected;
  try {
    if (secure) {
      const trusted = (await authorities(sys, roots)) ?? [];
      const tls = await beginTls(sys, stream, { name: url.hostname, trusted, insecure });
      if (!('stream' in tls)) return { kind: 'tls', failure: tls };
      stream = tls.stream;
    }
    const answer = await request(stream, {
      method: body === undefined ? 'GET' : 'POST',
      target: url.pathname + url.search,
      host: url.host,
      ...(body === undefined ? {} : { body }),
      headers: [...headers.map(([name, value]): [string, string] => [name, value]), ['Connection', 'close']],
    });
    const chunks: Uint8Array[] = [];
    for (;;) {
      const chunk = await answer.body.read(1 << 16);
      if (chunk === null) break;
      chunks.push(chunk);
    }
    const location = answer.headers.get('Location');
    const moved = answer.status >= 300 && answer.status < 400 && location !== undefined;
    const type = answer.headers.get('Content-Type') ?? '';
    return {
      status: answer.status,
      type,
      body: concat(chunks),
      url: url.href,
      ...(moved ? { location } : {}),
    };
  } catch (error) {
    if (isErrno(error)) return { kind: 'connection', error, at };
    if (error instanceof HttpError) return { kind: 'answer', message: error.message };
    throw error;
  } finally {
    await stream.close().catch(() => undefined);
  }
}
