import { type BuildMessage, IMAGE_ID, TRACE_ID } from '../../api/build.ts';
import { decode, encode } from '../../base/bytes.ts';
import type { PlanOptions } from '../../builder/plan/context.ts';
import type { Credentials } from '../../distribution/credentials.ts';
import type { HttpResponse } from '../../net/http/message.ts';
import { normalizePlatform } from '../../oci/platform.ts';
import { InvalidReference, parseNormalizedNamed, type Reference } from '../../oci/reference.ts';
import { decodeBase64 } from '../../userland/lib/base64.ts';
import { BuildError, type BuildRequest, build } from '../build/build.ts';
import type { CacheRecord } from '../build/cache.ts';
import { invalidParameter, notModelled } from '../error.ts';
import { parseFilters } from '../filters.ts';
import { Feed, jsonLine } from '../lines.ts';
import { type Call, flag, json, type Route } from '../router.ts';
import { untilFilter } from '../until.ts';
import { platformFromText } from './platform.ts';

/** Images from Dockerfiles, and the cache that building leaves. */
export const buildRoutes: readonly Route[] = [
  ['POST', '/build/prune', prune],
  ['POST', '/build', buildRoute],
];

/**
 * POST /build. With `version=2` BuildKit builds. The answer tells of it in `aux` of messages called `moby.buildkit.trace`, here as JSON
 * where the real daemon has a protobuf message in base64; and where a real client offers its files over a session, ours sends them as
 * one archive (`remote=client-session`).
 */
async function buildRoute(call: Call): Promise<HttpResponse> {
  if (call.query.get('version') !== '2') throw notModelled('the classic builder');
  const feed = new Feed<BuildMessage>();
  const cancelled = new Promise<void>((resolve) => {
    feed.onAbandon = resolve;
  });
  const request = readRequest(call, {
    tell: (aux) => feed.push({ id: TRACE_ID, aux }),
    cancelled,
  });
  build(call.engine, request)
    .then((id) => feed.push({ id: IMAGE_ID, aux: { ID: id } }))
    .catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      const source = error instanceof BuildError && error.source ? { source: error.source } : {};
      feed.push({ errorDetail: { message, ...source }, error: message });
    })
    .finally(() => feed.end());
  return { status: 200, headers: [['Content-Type', 'application/json']], body: lines(feed) };
}

async function* lines(feed: Feed<BuildMessage>): AsyncGenerator<Uint8Array> {
  for await (const message of feed) yield jsonLine(message, '\r\n');
}

function readRequest(
  { request, query, engine }: Call,
  sinks: Pick<BuildRequest, 'tell' | 'cancelled'>,
): BuildRequest {
  const remote = query.get('remote') ?? '';
  const platformText = query.get('platform') ?? '';
  const asked = platformFromText(platformText);
  const own = { os: 'linux', architecture: engine.host.uname.machine === 'aarch64' ? 'arm64' : 'amd64' };
  const plan: PlanOptions = {
    target: query.get('target') ?? '',
    buildArgs: map(query, 'buildargs'),
    labels: map(query, 'labels'),
    platform: asked === undefined ? own : normalizePlatform(asked),
    isPlatformAsked: asked !== undefined,
    network: networkOf(query.get('networkmode') ?? ''),
    noCache: flag(query, 'nocache'),
    noCacheFilter: query.getAll('nocachefilter'),
  };
  return {
    context: remote === 'client-session' ? 'client' : remote === '' ? 'archive' : { url: remote },
    body: request.body,
    dockerfile: query.get('dockerfile') || 'Dockerfile',
    names: query.getAll('t').map(nameOf),
    plan,
    pull: flag(query, 'pull'),
    credentials: credentialsFrom(request.headers.get('X-Registry-Config')),
    extraHosts: query.getAll('extrahosts'),
    secrets: new Map(Object.entries(map(query, 'secrets'))),
    ...sinks,
  };
}

function nameOf(text: string): Reference {
  try {
    return parseNormalizedNamed(text);
  } catch (error) {
    if (error instanceof InvalidReference) throw invalidParameter(error.message);
    throw error;
  }
}

function networkOf(mode: string): PlanOptions['network'] {
  if (mode === '' || mode === 'default') return 'default';
  if (mode === 'none' || mode === 'host') return mode;
  throw invalidParameter(`network mode ${JSON.stringify(mode)} not supported by buildkit`);
}

function map(query: URLSearchParams, name: string): Record<string, string> {
  const text = query.get(name);
  if (text === null || text === '') return {};
  try {
    return JSON.parse(text) as Record<string, string>;
  } catch (error) {
    throw invalidParameter(`error reading ${name}: ${(error as Error).message}`);
  }
}

/** The credentials of all registries that the client knows, by their addresses. */
function credentialsFrom(header: string | undefined): (domain: string) => Credentials {
  const text = decode(decodeBase64(encode(header ?? ''), true).bytes);
  const all = (text === '' ? {} : JSON.parse(text)) as Record<string, Credentials>;
  return (domain) => all[domain === 'docker.io' ? 'https://index.docker.io/v1/' : domain] ?? {};
}

/** POST /build/prune */
async function prune({ engine, query }: Call): Promise<HttpResponse> {
  const filters = parseFilters(query.get('filters') ?? undefined);
  const limit = untilFilter(filters, engine.now());
  const ids = filters.values('id');
  const matches = ({ id, lastUsedAt }: CacheRecord) =>
    (limit === undefined || lastUsedAt < limit) &&
    (ids.length === 0 || ids.some((asked) => id.startsWith(asked)));
  const gone = await engine.buildCache.prune(flag(query, 'all'), matches);
  return json({ CachesDeleted: gone.ids.length === 0 ? null : gone.ids, SpaceReclaimed: gone.freed });
}
