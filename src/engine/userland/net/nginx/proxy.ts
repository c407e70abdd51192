import { Errno } from '../../../base/errno.ts';
import type { Syscalls } from '../../../kernel/syscalls.ts';
import { readAll } from '../../../net/http/body.ts';
import { HttpConnection } from '../../../net/http/client.ts';
import { connectAny } from '../connection.ts';
import type { Location, Upstream } from './config.ts';
import { expand, type Passage } from './variables.ts';

export interface Proxied {
  status: number;
  reason: string;
  headers: [string, string][];
  body: Uint8Array;
}

/** Which server of an upstream is next: each has its turn (round robin), in each worker by itself. */
const turns = new WeakMap<Upstream, number>();

/**
 * Hands a request on to a server of the upstream (ngx_http_proxy_module); one that cannot be reached is passed over for the
 * next. Gives the status of the failure when none answers; `failed` hears of each.
 */
export async function proxy(
  sys: Syscalls,
  location: Location & { proxy: Upstream },
  passage: Passage,
  failed: (what: string) => Promise<void>,
): Promise<Proxied | 502 | 504> {
  const { proxy: upstream, settings } = location;
  const { request } = passage;
  const start = turns.get(upstream) ?? 0;
  turns.set(upstream, (start + 1) % upstream.servers.length);
  const order = [...upstream.servers.slice(start), ...upstream.servers.slice(0, start)];
  const target = targetOf(location, passage);
  const body = await readAll(request.body);
  let status: 502 | 504 = 502;
  for (const { address, port } of order) {
    const connected = await connectAny(sys, [address], port, { timeout: settings.connectTimeout });
    const where = `while connecting to upstream, client: ${passage.peer}, server: ${passage.serverName}, request: "${request.method} ${request.target} HTTP/1.1", upstream: "http://${address}:${port}${target}"`;
    if (connected === 'timeout' || connected instanceof Errno) {
      status = connected === 'timeout' ? 504 : 502;
      const reason =
        connected === 'timeout'
          ? '110: Connection timed out'
          : `${numberOf(connected.code)}: ${connected.message}`;
      await failed(
        connected === 'timeout'
          ? `upstream timed out (${reason}) ${where}`
          : `connect() failed (${reason}) ${where}`,
      );
      continue;
    }
    try {
      const fields = sentFields(location, { ...passage, proxyHost: upstream.host });
      const host = fields.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? upstream.host;
      const answer = await new HttpConnection(connected.stream).request({
        method: request.method,
        target,
        host,
        headers: fields.filter(([name]) => name.toLowerCase() !== 'host'),
        ...(body.length > 0 ? { body } : {}),
      });
      return {
        status: answer.status,
        reason: answer.reason,
        headers: [...answer.headers].filter(
          ([name]) => !/^(server|date|connection|content-length|transfer-encoding)$/i.test(name),
        ),
        body: await readAll(answer.body),
      };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      await failed(
        `upstream prematurely closed connection while reading response header from upstream, client: ${passage.peer}, server: ${passage.serverName}, request: "${request.method} ${request.target} HTTP/1.1", upstream: "http://${address}:${port}${target}"`,
      );
      return 502;
    } finally {
      await connected.stream.close();
    }
  }
  return status;
}

/** The path of proxy_pass stands for the location's prefix. */
function targetOf({ proxy: upstream, text }: Location & { proxy: Upstream }, passage: Passage): string {
  if (upstream.uri === undefined) return passage.request.target;
  const path = encodeURI(upstream.uri + passage.uri.slice(text.length));
  return passage.args === '' ? path : `${path}?${passage.args}`;
}

/** The client's fields with those of proxy_set_header in place of theirs; an empty value takes a field away. */
function sentFields({ settings }: Location, passage: Passage): [string, string][] {
  const set = new Map([
    ['host', ['Host', '$proxy_host']],
    ['connection', ['Connection', 'close']],
  ]);
  for (const { name, value } of settings.proxyHeaders) set.set(name.toLowerCase(), [name, value]);
  const ours = [...set.values()].map(([name, value]): [string, string] => [name!, expand(value!, passage)]);
  const theirs = [...passage.request.headers].filter(
    ([name]) =>
      !set.has(name.toLowerCase()) &&
      !/^(content-length|transfer-encoding|expect|keep-alive|upgrade)$/i.test(name),
  );
  return [...ours.filter(([, value]) => value !== ''), ...theirs];
}

const numberOf = (code: string) =>
  ({ ECONNREFUSED: 111, EHOSTUNREACH: 113, ENETUNREACH: 101 })[code as 'ECONNREFUSED'] ?? 5;
