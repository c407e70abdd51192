import {
  type BuildMessage,
  CHECK_ID,
  FILES_ID,
  IMAGE_ID,
  type NamedContext,
  TRACE_ID,
} from '../../api/build.ts';
import { REQUEST_ID } from '../../api/build-requests.ts';
import type { UlimitSetting } from '../../api/containers.ts';
import { Filters } from '../../api/filters.ts';
import type { ProgressMessage } from '../../api/progress.ts';
import { decode, encode } from '../../base/bytes.ts';
import type { PlanOptions, StepLimits } from '../../builder/plan/context.ts';
import type { Credentials } from '../../distribution/credentials.ts';
import type { HttpResponse } from '../../net/http/message.ts';
import { normalizePlatform } from '../../oci/platform.ts';
import {
  InvalidReference,
  parseNormalizedNamed,
  type Reference,
  referenceString,
} from '../../oci/reference.ts';
import { decodeBase64, encodeBase64 } from '../../userland/lib/base64.ts';
import { newBuildId } from '../../userland/lib/build-id.ts';
import { build } from '../build/build.ts';
import type { CacheImport } from '../build/cache-transfer/import.ts';
import type { AskedOutput } from '../build/output.ts';
import { prune as pruneCache } from '../build/prune.ts';
import { BuildError, type BuildRequest } from '../build/request.ts';
import { answer, check } from '../build/subrequests.ts';
import { classicBuild } from '../classic-builder/builder.ts';
import { NonZeroExit } from '../classic-builder/step-containers.ts';
import { Deferred } from '../deferred.ts';
import { invalidParameter, notModelled, systemError } from '../error.ts';
import { parseFilters } from '../filters.ts';
import { Feed, jsonLine } from '../lines.ts';
import { type Call, flag, json, numberOf, type Route } from '../router.ts';
import { untilFilter } from '../until.ts';
import { platformFromText } from './platform.ts';
import { progressResponse } from './progress.ts';

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
  const version = call.query.get('version') || '1';
  if (version === '1') return classic(call);
  if (version !== '2') throw systemError(`invalid version ${version}`);
  const feed = new Feed<BuildMessage>();
  const cancelled = new Promise<void>((resolve) => {
    feed.onAbandon = resolve;
  });
  const asked = call.query.get('call');
  const { engine, query } = call;
  const request = readRequest(call, {
    tell: (aux) => {
      record?.statuses.push(aux);
      feed.push({ id: TRACE_ID, aux });
    },
    send: (output, bytes) => feed.push({ id: FILES_ID, aux: { output, data: encodeBase64(bytes) } }),
    cancelled,
  });
  const ref = query.get('buildid') || newBuildId(engine.sys);
  const record = asked === null ? engine.buildHistory.begin(ref, attributesOf(query)) : undefined;
  const done = async () => {
    if (asked === 'lint') feed.push({ id: CHECK_ID, aux: await check(engine, request) });
    else if (asked !== null) feed.push({ id: REQUEST_ID, aux: await answer(engine, request, asked) });
    else {
      const { id, materials } = await build(engine, request);
      const Attachments = id === undefined ? [] : [{ Digest: id, Type: IMAGE_TYPE }];
      record?.end(engine.now(), { Materials: materials, Attachments });
      if (id !== undefined) feed.push({ id: IMAGE_ID, aux: { ID: id } });
    }
  };
  done()
    .catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      const source = error instanceof BuildError && error.source ? { source: error.source } : {};
      const failure = {
        Code: UNKNOWN,
        Message: message,
        ...(source.source ? { Source: source.source } : {}),
      };
      record?.end(engine.now(), { Error: failure, Materials: [], Attachments: [] });
      feed.push({ errorDetail: { message, ...source }, error: message });
    })
    .finally(() => feed.end());
  return { status: 200, headers: [['Content-Type', 'application/json']], body: lines(feed) };
}

/** The type of an image's configuration. */
const IMAGE_TYPE = 'application/vnd.docker.container.image.v1+json';
/** What gRPC calls a failure of which it knows no more. */
const UNKNOWN = 2;

/** What BuildKit's frontend would have been told. */
function attributesOf(query: URLSearchParams): Record<string, string> {
  const out: Record<string, string> = {};
  const set = (name: string, value: string | null) => {
    if (value) out[name] = value;
  };
  set('filename', query.get('dockerfile'));
  set('dockerfilekey', query.get('dockerfilekey'));
  set('target', query.get('target'));
  set('platform', query.get('platform'));
  set('force-network-mode', query.get('networkmode'));
  set('shm-size', query.get('shmsize'));
  set('cgroup-parent', query.get('cgroupparent'));
  const limits = listOf<UlimitSetting>(query, 'ulimits');
  set('ulimit', limits.map(({ Name, Soft, Hard }) => `${Name}=${Soft}:${Hard}`).join(','));
  set(
    'add-hosts',
    query
      .getAll('extrahosts')
      .map((host) => host.replace(':', '='))
      .join(','),
  );
  set('image-resolve-mode', flag(query, 'pull') ? 'pull' : 'local');
  set('no-cache', query.getAll('nocachefilter').join(','));
  if (flag(query, 'nocache')) out['no-cache'] = '';
  const remote = query.get('remote') ?? '';
  if (remote !== '' && remote !== 'client-session') out['context'] = remote;
  for (const [name, value] of Object.entries(map(query, 'buildargs'))) out[`build-arg:${name}`] = value;
  for (const [name, value] of Object.entries(map(query, 'labels'))) out[`label:${name}`] = value;
  return out;
}

/** What was there before BuildKit; `q` keeps all but the image's id to itself. */
function classic({ engine, query, request }: Call): Promise<HttpResponse> {
  if (isAsked(query.get('securityopt')))
    throw invalidParameter('security options are not supported on linux');
  for (const name of ['squash', 'cachefrom', 'isolation', 'session'])
    if (isAsked(query.get(name))) throw notModelled(`POST /build with ${name}`);
  const number = (name: string) => numberOf(query, name) ?? 0;
  const cancelled = new Deferred<void>();
  return progressResponse(
    async (send) => {
      const kept: ProgressMessage[] = [];
      const isQuiet = flag(query, 'q');
      try {
        const id = await classicBuild(engine, {
          body: request.body,
          remote: query.get('remote') ?? '',
          dockerfile: query.get('dockerfile') || 'Dockerfile',
          names: query.getAll('t').map(nameOf),
          target: query.get('target') ?? '',
          buildArgs: new Map(Object.entries(map<string | null>(query, 'buildargs'))),
          labels: map(query, 'labels'),
          platform: platformFromText(query.get('platform') ?? ''),
          pull: flag(query, 'pull'),
          noCache: flag(query, 'nocache'),
          remove: flag(query, 'forcerm') || !query.get('rm') || flag(query, 'rm'),
          forceRemove: flag(query, 'forcerm'),
          hostConfig: {
            NetworkMode: query.get('networkmode') || 'default',
            ExtraHosts: query.getAll('extrahosts'),
            CgroupParent: query.get('cgroupparent') ?? '',
            CpuShares: number('cpushares'),
            CpuPeriod: number('cpuperiod'),
            CpuQuota: number('cpuquota'),
            CpusetCpus: query.get('cpusetcpus') ?? '',
            CpusetMems: query.get('cpusetmems') ?? '',
            Memory: number('memory'),
            MemorySwap: number('memswap'),
            ShmSize: number('shmsize'),
            Ulimits: Object.values(map<UlimitSetting>(query, 'ulimits')),
            LogConfig: { Type: 'none', Config: {} },
          },
          credentials: credentialsFrom(request.headers.get('X-Registry-Config')),
          send: isQuiet ? (message) => kept.push(message) : send,
          cancelled: cancelled.promise,
        });
        if (isQuiet) send({ stream: `${id}\n` });
      } catch (error) {
        for (const message of kept) send(message);
        if (!(error instanceof NonZeroExit)) throw error;
        const { message, status: code } = error;
        send({ errorDetail: { code, message }, error: message });
      }
    },
    { onAbandon: () => cancelled.resolve() },
  );
}

/** Whether a parameter says anything but "nothing". */
const isAsked = (value: string | null): boolean => !['', '0', 'false', 'null', '[]'].includes(value ?? '');

async function* lines(feed: Feed<BuildMessage>): AsyncGenerator<Uint8Array> {
  for await (const message of feed) yield jsonLine(message, '\r\n');
}

function readRequest(
  { request, query, engine }: Call,
  sinks: Pick<BuildRequest, 'tell' | 'send' | 'cancelled'>,
): BuildRequest {
  const remote = query.get('remote') ?? '';
  const platformText = query.get('platform') ?? '';
  const asked = platformFromText(platformText);
  const filters = query.getAll('nocachefilter');
  const own = { os: 'linux', architecture: engine.host.uname.machine === 'aarch64' ? 'arm64' : 'amd64' };
  const plan: PlanOptions = {
    target: query.get('target') ?? '',
    buildArgs: map(query, 'buildargs'),
    labels: map(query, 'labels'),
    platform: asked === undefined ? own : normalizePlatform(asked),
    isPlatformAsked: asked !== undefined,
    network: networkOf(query.get('networkmode') ?? ''),
    contexts: new Map(listOf<NamedContext>(query, 'contexts').map((one) => [one.name, one])),
    limits: limitsOf(query),
    // A filter that names nothing leaves nothing of the cache.
    noCache: flag(query, 'nocache') || (filters.length > 0 && filters.join(',') === ''),
    noCacheFilter: filters.join(',').split(','),
  };
  return {
    context: remote === 'client-session' ? 'client' : remote === '' ? 'archive' : { url: remote },
    body: request.body,
    sharedKey: query.get('session') ?? '',
    dockerfile: query.get('dockerfile') || 'Dockerfile',
    outputs: outputsOf(query),
    cacheImports: listOf<CacheImport>(query, 'cacheimports'),
    isCacheInline: flag(query, 'cacheinline'),
    plan,
    pull: flag(query, 'pull'),
    credentials: credentialsFrom(request.headers.get('X-Registry-Config')),
    extraHosts: query.getAll('extrahosts'),
    secrets: new Map(Object.entries(map(query, 'secrets'))),
    ...sinks,
  };
}

function limitsOf(query: URLSearchParams): StepLimits {
  const cgroupParent = query.get('cgroupparent');
  const shmSize = numberOf(query, 'shmsize');
  const ulimits = listOf<UlimitSetting>(query, 'ulimits');
  return {
    ...(cgroupParent ? { cgroupParent } : {}),
    ...(shmSize ? { shmSize } : {}),
    ...(ulimits.length > 0 ? { ulimits } : {}),
  };
}

/** What is to be made of it: an image, unless something else is asked for. */
function outputsOf(query: URLSearchParams): AskedOutput[] {
  const names = query.getAll('t').map(nameOf).map(referenceString);
  if (query.has('outputs')) return listOf<AskedOutput>(query, 'outputs');
  return [{ Type: 'moby', Attrs: { name: names.join(',') } }];
}

function listOf<T>(query: URLSearchParams, name: string): T[] {
  try {
    return JSON.parse(query.get(name) || '[]') as T[];
  } catch (error) {
    throw invalidParameter(`error reading ${name}: ${(error as Error).message}`);
  }
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

function map<T = string>(query: URLSearchParams, name: string): Record<string, T> {
  const text = query.get(name);
  if (text === null || text === '') return {};
  try {
    return (JSON.parse(text) ?? {}) as Record<string, T>;
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

/** POST /build/prune. Models moby builder-next, toBuildkitPruneInfo. */
async function prune({ engine, query }: Call): Promise<HttpResponse> {
  const filters = parseFilters(query.get('filters') ?? undefined);
  const failed = (why: string) => systemError(`failed to prune build cache: ${why}`);
  for (const key of filters.keys())
    if (![...CACHE_FIELDS, ...OTHER_FIELDS].includes(key))
      throw invalidParameter(`failed to prune build cache: invalid filter '${key}'`);
  const conditions: string[] = [];
  for (const field of CACHE_FIELDS) {
    const values = filters.values(field);
    if (values.length > 1) throw failed('filters expect only one value');
    if (values.length === 1) conditions.push(`${field}${field === 'id' ? '~=' : '=='}${values[0]}`);
  }
  const gone = await pruneCache(engine, {
    all: flag(query, 'all'),
    filter: [conditions.join(',')],
    keepDuration: unusedFor(engine, filters),
    maxUsedSpace: numberOf(query, 'max-used-space') ?? 0,
    minFreeSpace: numberOf(query, 'min-free-space') ?? 0,
    reservedSpace: numberOf(query, 'reserved-space') ?? numberOf(query, 'keep-storage') ?? 0,
  });
  const freed = gone.reduce((sum, { Size }) => sum + Size, 0);
  return json({
    CachesDeleted: gone.length === 0 ? null : gone.map(({ ID }) => ID),
    SpaceReclaimed: freed,
  });
}

/** What filters may say of records here. */
const CACHE_FIELDS = ['id', 'parent', 'type', 'description', 'inuse', 'shared', 'private'];
/** What they may name besides; records have no labels. */
const OTHER_FIELDS = ['until', 'unused-for', 'label', 'label!'];

/** How long records must not have been used, ns; 0 where it does not matter. */
function unusedFor(engine: Call['engine'], filters: Filters): number {
  const [key] = ['until', 'unused-for'].filter((one) => filters.values(one).length > 0);
  if (key === undefined) return 0;
  try {
    const limit = untilFilter(new Filters([['until', filters.values(key)[0]!]]), engine.now());
    return (engine.now() - limit!) * 1e6;
  } catch (error) {
    throw systemError(
      `failed to prune build cache: "${key}" filter expects a duration (e.g., '24h') or a timestamp: ${(error as Error).message}`,
    );
  }
}
