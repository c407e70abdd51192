import type { Filters } from '../../api/filters.ts';
import type { SearchResult } from '../../api/images.ts';
import { decode } from '../../base/bytes.ts';
import type { Credentials } from '../../distribution/credentials.ts';
import { Transport } from '../../distribution/transport.ts';
import { queryEscape } from '../../distribution/url.ts';
import { readAll } from '../../net/http/body.ts';
import type { HttpClientResponse } from '../../net/http/message.ts';
import { encodeBase64 } from '../../userland/lib/base64.ts';
import type { Engine } from '../engine.ts';
import { EngineError, invalidParameter } from '../error.ts';
import { booleanFilter, checkFilters } from '../filters.ts';

interface SearchOptions {
  term: string;
  limit: number;
  filters: Filters;
  credentials: Credentials;
}

const INDEX = 'https://index.docker.io';
const DEFAULT_LIMIT = 25;
const LATE = 'context deadline exceeded';

/** Asks Docker Hub's index, or another registry's that has one. Models moby registry/search.go. */
export async function searchImages(engine: Engine, options: SearchOptions): Promise<SearchResult[]> {
  const { filters, term, credentials } = options;
  checkFilters(filters, ['is-automated', 'is-official', 'stars']);
  const automated = booleanFilter(filters, 'is-automated');
  if (automated) return [];
  const official = booleanFilter(filters, 'is-official');
  const stars = filters.values('stars').map((text) => {
    if (!/^[+-]?\d+$/.test(text))
      throw invalidParameter(
        `invalid filter 'stars=${text}': strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`,
      );
    return Number(text);
  });
  if (term.includes('://'))
    throw invalidParameter(`invalid repository name: repository name (${term}) should not have a scheme`);
  const limit = options.limit === 0 ? DEFAULT_LIMIT : options.limit;
  const { index, name } = splitTerm(term);
  const transport = new Transport(engine.sys, (host) => engine.registries.tls(host), LATE);
  const base = index === 'docker.io' ? INDEX : await findIndex(engine, transport, index);
  if (limit < 1 || limit > 100) throw invalidParameter(`limit ${limit} is outside the range of [1, 100]`);
  const answer = await transport.send({
    method: 'GET',
    url: `${base}/v1/search?q=${queryEscape(index === 'docker.io' ? name.replace(/^library\//, '') : name)}&n=${limit}`,
    headers: [['X-Docker-Token', 'true'], ...basic(credentials)],
  });
  const results = await readResults(answer);
  return results
    .filter(({ is_official }) => official === undefined || is_official === official)
    .filter(({ star_count }) => star_count >= Math.max(0, ...stars))
    .map((result) => ({ ...result, is_automated: false }));
}

async function readResults(answer: HttpClientResponse): Promise<SearchResult[]> {
  const text = decode(await readAll(answer.body));
  if (answer.status !== 200) throw new EngineError(500, `Unexpected status code ${answer.status}`);
  try {
    return (JSON.parse(text) as { results?: SearchResult[] }).results ?? [];
  } catch {
    throw new EngineError(500, 'error decoding registry search results: invalid JSON');
  }
}

/** Where a registry that is not Docker Hub may have an index: asked by HTTPS, then, if it may be, by HTTP. */
async function findIndex(engine: Engine, transport: Transport, host: string): Promise<string> {
  const ping = async (scheme: string): Promise<unknown> => {
    try {
      await readAll((await transport.send({ method: 'GET', url: `${scheme}://${host}/v1/_ping` })).body);
      return undefined;
    } catch (error) {
      return error;
    }
  };
  const failure = await ping('https');
  if (failure === undefined) return `https://${host}`;
  if (await engine.registries.isSecure(host))
    throw invalidParameter(
      `invalid registry endpoint https://${host}/v1/: ${(failure as Error).message}. If this private registry supports only HTTP or HTTPS with an unknown CA certificate, please add \`--insecure-registry ${host}\` to the daemon's arguments. In the case of HTTPS, if you have access to the registry's CA certificate, no need for the flag; simply place the CA certificate at /etc/docker/certs.d/${host}/ca.crt`,
    );
  const second = await ping('http');
  if (second === undefined) return `http://${host}`;
  throw invalidParameter(
    `invalid registry endpoint "http://${host}/v1/". HTTPS attempt: ${(failure as Error).message}. HTTP attempt: ${(second as Error).message}`,
  );
}

/** `host/name` asks that host; anything else Docker Hub. */
function splitTerm(term: string): { index: string; name: string } {
  const slash = term.indexOf('/');
  const first = term.slice(0, slash);
  if (slash === -1 || !(/[.:]/.test(first) || first === 'localhost'))
    return { index: 'docker.io', name: term };
  return { index: first === 'index.docker.io' ? 'docker.io' : first, name: term.slice(slash + 1) };
}

function basic({ username = '', password = '' }: Credentials): [string, string][] {
  if (username === '') return [];
  return [['Authorization', `Basic ${encodeBase64(new TextEncoder().encode(`${username}:${password}`))}`]];
}
