import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decode, encode } from '../base/bytes.ts';
import { seededRandom } from '../base/random.ts';
import { describe as describeContent } from '../oci/descriptor.ts';
import { digestOf } from '../oci/digest.ts';
import { type Index, type Manifest, serialize } from '../oci/manifest.ts';
import { DOCKER, OCI } from '../oci/media-type.ts';
import { basicAccess } from './access.ts';
import { hub } from './hub.ts';
import { bytesSource, memoryStore, shelfOf } from './memory-store.ts';
import { PushRecord } from './push-record.ts';
import { registry } from './registry.ts';
import type { RegistryIndex } from './store.ts';
import { clientOf } from './testing.ts';

const LAYER = encode('a layer');
const CONFIG = encode('{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}');
const MANIFEST: Manifest = {
  schemaVersion: 2,
  mediaType: OCI.manifest,
  config: describeContent(OCI.config, CONFIG),
  layers: [describeContent(OCI.layerGzip, LAYER)],
};
const MANIFEST_BYTES = serialize(MANIFEST);
const DIGEST = digestOf(MANIFEST_BYTES);

function fresh() {
  const store = memoryStore();
  const record = new PushRecord(() => 7);
  const send = clientOf(registry({ store, random: seededRandom('registry'), record }));
  const pushBlob = async (name: string, bytes: Uint8Array) => {
    const begun = await send('POST', `/v2/${name}/blobs/uploads/`);
    return send('PUT', `${begun.headers.get('Location')}?digest=${digestOf(bytes)}`, bytes);
  };
  const pushImage = async (name: string, tag: string) => {
    await pushBlob(name, LAYER);
    await pushBlob(name, CONFIG);
    return send('PUT', `/v2/${name}/manifests/${tag}`, MANIFEST_BYTES, { 'Content-Type': OCI.manifest });
  };
  return { store, record, send, pushBlob, pushImage };
}

describe('the record of pushes', () => {
  const arrivals = ({ pushes }: PushRecord) =>
    pushes.map(({ repository, reference, blobs }) => [
      `${repository}:${reference}`,
      ...blobs.map(({ role, arrival }) => `${role} ${arrival}`),
    ]);

  test('tells what was sent from what was there', async () => {
    const { record, send, pushImage } = fresh();
    await pushImage('a/b', 'v1');
    await send('HEAD', `/v2/a/b/blobs/${digestOf(LAYER)}`);
    await send('PUT', '/v2/a/b/manifests/v2', MANIFEST_BYTES, { 'Content-Type': OCI.manifest });
    expect(arrivals(record)).toEqual([
      ['a/b:v1', 'config uploaded', 'layer uploaded'],
      ['a/b:v2', 'config present', 'layer present'],
    ]);
    expect(record.pushes[0]).toMatchObject({
      manifest: DIGEST,
      at: 7,
      blobs: [{ size: CONFIG.length }, { size: LAYER.length }],
    });
  });

  test('tells what another repository lent, and forgets a push that never ended', async () => {
    const { record, send, pushBlob, pushImage } = fresh();
    await pushImage('a/b', 'v1');
    const mount = `/v2/c/blobs/uploads/?mount=${digestOf(LAYER)}&from=a/b`;
    expect((await send('POST', mount)).status).toBe(201);
    await pushBlob('c', CONFIG);
    await send('PUT', '/v2/c/manifests/v1', MANIFEST_BYTES, { 'Content-Type': OCI.manifest });
    await pushBlob('d', LAYER);
    await send('PUT', '/v2/d/manifests/v1', MANIFEST_BYTES, { 'Content-Type': OCI.manifest });
    expect(arrivals(record).slice(1)).toEqual([['c:v1', 'config uploaded', 'layer mounted']]);
  });
});

describe('pull', () => {
  test('the base says which API this is', async () => {
    const { send } = fresh();
    const answer = await send('GET', '/v2/');
    expect([answer.status, answer.headers.get('Docker-Distribution-Api-Version')]).toEqual([
      200,
      'registry/2.0',
    ]);
    expect((await send('GET', '/v2')).headers.get('Location')).toBe('/v2/');
    expect((await send('GET', '/v3/')).status).toBe(404);
    const wrong = await send('POST', '/v2/a/tags/list');
    expect([wrong.status, wrong.headers.get('Allow')]).toEqual([405, 'GET']);
  });

  test('a manifest by tag and by digest, with the type it was pushed with', async () => {
    const { send, pushImage } = fresh();
    const pushed = await pushImage('a/b', 'v1');
    expect([pushed.status, pushed.headers.get('Docker-Content-Digest')]).toEqual([201, DIGEST]);
    for (const reference of ['v1', DIGEST]) {
      const got = await send('GET', `/v2/a/b/manifests/${reference}`, '', { Accept: OCI.manifest });
      expect(got.bytes).toEqual(MANIFEST_BYTES);
      expect(got.headers.get('Content-Type')).toBe(OCI.manifest);
      expect(got.headers.get('Docker-Content-Digest')).toBe(DIGEST);
      const head = await send('HEAD', `/v2/a/b/manifests/${reference}`);
      expect([head.status, head.headers.get('Content-Length')]).toEqual([200, String(MANIFEST_BYTES.length)]);
    }
    const old = await send('GET', '/v2/a/b/manifests/v1', '', { Accept: DOCKER.manifest });
    expect([old.status, old.code()]).toEqual([404, 'MANIFEST_UNKNOWN']);
  });

  test('a blob, whole or a range of it', async () => {
    const { send, pushBlob } = fresh();
    await pushBlob('a', LAYER);
    const url = `/v2/a/blobs/${digestOf(LAYER)}`;
    const got = await send('GET', url);
    expect([got.status, decode(got.bytes), got.headers.get('Accept-Ranges')]).toEqual([
      200,
      'a layer',
      'bytes',
    ]);
    const part = await send('GET', url, '', { Range: 'bytes=2-' });
    expect([part.status, decode(part.bytes), part.headers.get('Content-Range')]).toEqual([
      206,
      'layer',
      'bytes 2-6/7',
    ]);
    expect((await send('GET', url, '', { Range: 'bytes=9-' })).status).toBe(416);
    expect((await send('HEAD', url)).headers.get('Content-Length')).toBe('7');
  });

  test('what is not there has its own error', async () => {
    const { send, pushImage } = fresh();
    await pushImage('a', 'v1');
    const unknown = digestOf('nothing');
    const errors = [
      ['GET', '/v2/a/manifests/v2', 404, 'MANIFEST_UNKNOWN'],
      ['GET', `/v2/a/manifests/${unknown}`, 404, 'MANIFEST_UNKNOWN'],
      ['GET', `/v2/a/blobs/${unknown}`, 404, 'BLOB_UNKNOWN'],
      ['GET', `/v2/b/blobs/${digestOf(LAYER)}`, 404, 'BLOB_UNKNOWN'],
      ['GET', '/v2/b/tags/list', 404, 'NAME_UNKNOWN'],
      ['GET', '/v2/a/blobs/sha256:abc', 400, 'DIGEST_INVALID'],
      ['PATCH', '/v2/a/blobs/uploads/no-such', 404, 'BLOB_UPLOAD_UNKNOWN'],
      ['GET', '/v2/a/tags/list?n=x', 400, 'PAGINATION_NUMBER_INVALID'],
    ] as const;
    for (const [method, target, status, code] of errors) {
      const answer = await send(method, target);
      expect([answer.status, answer.code()], target).toEqual([status, code]);
    }
    expect((await send('HEAD', '/v2/a/manifests/v2')).status).toBe(404);
    expect((await send('GET', '/v2/a/manifests/v2')).json()).toEqual({
      errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown', detail: { Tag: 'v2' } }],
    });
  });
});

describe('push', () => {
  test('in one request', async () => {
    const { send } = fresh();
    const digest = digestOf(LAYER);
    expect((await send('POST', `/v2/a/blobs/uploads/?digest=${digest}`, LAYER)).status).toBe(201);
    expect((await send('HEAD', `/v2/a/blobs/${digest}`)).status).toBe(200);
  });

  test('in chunks, each where the last ended', async () => {
    const { send } = fresh();
    const begun = await send('POST', '/v2/a/blobs/uploads/');
    expect([begun.status, begun.headers.get('Range')]).toEqual([202, '0-0']);
    const url = begun.headers.get('Location')!;
    expect(url).toMatch(/^http:\/\/registry.test\/v2\/a\/blobs\/uploads\/[0-9a-f-]{36}$/);
    const first = await send('PATCH', url, LAYER.subarray(0, 3), { 'Content-Range': '0-2' });
    expect([first.status, first.headers.get('Range')]).toEqual([202, '0-2']);
    const wrong = await send('PATCH', url, LAYER.subarray(4), { 'Content-Range': '4-6' });
    expect([wrong.status, wrong.code(), wrong.headers.get('Range')]).toEqual([416, 'RANGE_INVALID', '0-2']);
    expect((await send('GET', url)).headers.get('Range')).toBe('0-2');
    const done = await send('PUT', `${url}?digest=${digestOf(LAYER)}`, LAYER.subarray(3), {
      'Content-Range': '3-6',
    });
    expect([done.status, done.headers.get('Location')]).toEqual([
      201,
      `http://registry.test/v2/a/blobs/${digestOf(LAYER)}`,
    ]);
    expect((await send('GET', url)).code()).toBe('BLOB_UPLOAD_UNKNOWN');
    expect((await send('GET', `/v2/a/blobs/${digestOf(LAYER)}`)).bytes).toEqual(LAYER);
  });

  test('what does not match its digest is not kept', async () => {
    const { send, store } = fresh();
    const url = (await send('POST', '/v2/a/blobs/uploads/')).headers.get('Location')!;
    expect((await send('PUT', `${url}?digest=${digestOf('other')}`, LAYER)).code()).toBe('DIGEST_INVALID');
    expect(await store.repositories()).toEqual([]);
  });

  test('a blob of another repository is mounted without being sent', async () => {
    const { send, pushBlob } = fresh();
    await pushBlob('a', LAYER);
    const digest = digestOf(LAYER);
    expect((await send('POST', `/v2/b/blobs/uploads/?mount=${digest}&from=a`)).status).toBe(201);
    expect((await send('HEAD', `/v2/b/blobs/${digest}`)).status).toBe(200);
    const missing = await send('POST', `/v2/b/blobs/uploads/?mount=${digestOf('x')}&from=a`);
    expect(missing.status).toBe(202);
    expect(missing.headers.has('Location')).toBe(true);
  });

  test('a manifest needs its blobs, an index its manifests', async () => {
    const { send, pushBlob, pushImage } = fresh();
    await pushBlob('a', CONFIG);
    const early = await send('PUT', '/v2/a/manifests/v1', MANIFEST_BYTES, { 'Content-Type': OCI.manifest });
    expect([early.status, early.code()]).toEqual([400, 'MANIFEST_BLOB_UNKNOWN']);
    await pushImage('a', 'v1');
    const index: Index = {
      schemaVersion: 2,
      mediaType: OCI.index,
      manifests: [describeContent(OCI.manifest, MANIFEST_BYTES)],
    };
    const put = (document: Index) =>
      send('PUT', '/v2/a/manifests/multi', serialize(document), { 'Content-Type': OCI.index });
    expect((await put(index)).status).toBe(201);
    const broken = { ...index, manifests: [{ ...index.manifests[0]!, digest: digestOf('none') }] };
    expect((await put(broken)).code()).toBe('MANIFEST_BLOB_UNKNOWN');
  });

  test('a document that is no manifest is refused', async () => {
    const { send } = fresh();
    for (const [type, text] of [
      [OCI.manifest, 'not json'],
      [OCI.manifest, '{"schemaVersion":1}'],
      [OCI.manifest, '{"schemaVersion":2,"layers":[]}'],
      ['text/plain', '{"schemaVersion":2}'],
      [DOCKER.manifest, decode(MANIFEST_BYTES)],
    ] as const)
      expect((await send('PUT', '/v2/a/manifests/v1', text, { 'Content-Type': type })).code(), text).toBe(
        'MANIFEST_INVALID',
      );
    const wrong = await send('PUT', `/v2/a/manifests/${digestOf('x')}`, MANIFEST_BYTES, {
      'Content-Type': OCI.manifest,
    });
    expect(wrong.code()).toBe('DIGEST_INVALID');
  });
});

describe('discovery and deletion', () => {
  test('tags and repositories come in pages', async () => {
    const { send, pushImage } = fresh();
    for (const tag of ['b', 'a', 'c']) await pushImage('r', tag);
    expect((await send('GET', '/v2/r/tags/list')).json()).toEqual({ name: 'r', tags: ['a', 'b', 'c'] });
    const first = await send('GET', '/v2/r/tags/list?n=2');
    expect(first.json()['tags']).toEqual(['a', 'b']);
    expect(first.headers.get('Link')).toBe('</v2/r/tags/list?last=b&n=2>; rel="next"');
    const second = await send('GET', '/v2/r/tags/list?last=b&n=2');
    expect([second.json()['tags'], second.headers.has('Link')]).toEqual([['c'], false]);
    expect((await send('GET', '/v2/r/tags/list?n=0')).json()['tags']).toEqual([]);
    expect((await send('GET', '/v2/_catalog')).json()).toEqual({ repositories: ['r'] });
  });

  test('a tag goes alone, a manifest takes its tags with it', async () => {
    const { send, pushImage } = fresh();
    for (const tag of ['one', 'two']) await pushImage('r', tag);
    expect((await send('DELETE', '/v2/r/manifests/one')).status).toBe(202);
    expect((await send('GET', `/v2/r/manifests/${DIGEST}`)).status).toBe(200);
    expect((await send('DELETE', `/v2/r/manifests/${DIGEST}`)).status).toBe(202);
    expect((await send('DELETE', `/v2/r/manifests/${DIGEST}`)).code()).toBe('MANIFEST_UNKNOWN');
    expect((await send('GET', '/v2/r/tags/list')).json()['tags']).toEqual([]);
    const blob = `/v2/r/blobs/${digestOf(LAYER)}`;
    expect([(await send('DELETE', blob)).status, (await send('GET', blob)).status]).toEqual([202, 404]);
    expect((await send('DELETE', blob)).code()).toBe('BLOB_UNKNOWN');
  });

  test('what was attached to an image is found from it', async () => {
    const { send, pushImage } = fresh();
    await pushImage('r', 'v1');
    const signature: Manifest = {
      ...MANIFEST,
      artifactType: 'application/x.signature',
      subject: describeContent(OCI.manifest, MANIFEST_BYTES),
    };
    const put = await send('PUT', '/v2/r/manifests/sig', serialize(signature), {
      'Content-Type': OCI.manifest,
    });
    expect(put.headers.get('OCI-Subject')).toBe(DIGEST);
    const found = (await send('GET', `/v2/r/referrers/${DIGEST}`)).json()['manifests'] as {
      artifactType: string;
    }[];
    expect(found.map(({ artifactType }) => artifactType)).toEqual(['application/x.signature']);
    const filtered = await send('GET', `/v2/r/referrers/${DIGEST}?artifactType=other`);
    expect([filtered.json()['manifests'], filtered.headers.get('OCI-Filters-Applied')]).toEqual([
      [],
      'artifactType',
    ]);
  });
});

const TABLES = '../shared/conformance/distribution-api-tables.json';

test.skipIf(!existsSync(TABLES))("paths are told apart as distribution's router does", async () => {
  type Row = { RouteName: string; RequestURI: string; ExpectedURI?: string; StatusCode?: unknown };
  const tables = JSON.parse(readFileSync(TABLES, 'utf8')) as { func: string; cases: Row[] }[];
  const rows = tables.filter(({ func }) => func.startsWith('TestRouter')).flatMap(({ cases }) => cases);
  expect(rows.length).toBe(22);
  const { send } = fresh();
  const code: Record<string, string> = {
    manifest: 'MANIFEST_UNKNOWN',
    tags: 'NAME_UNKNOWN',
    blob: 'DIGEST_INVALID',
    'blob-upload-chunk': 'BLOB_UPLOAD_UNKNOWN',
  };
  for (const { RouteName, RequestURI, ExpectedURI, StatusCode } of rows) {
    let answer = await send('GET', RequestURI);
    if (ExpectedURI !== undefined) {
      expect([answer.status, answer.headers.get('Location')]).toEqual([301, ExpectedURI]);
      answer = await send('GET', ExpectedURI);
    }
    if (StatusCode !== undefined) expect(decode(answer.bytes), RequestURI).toBe('404 page not found\n');
    else if (RouteName === 'base') expect(answer.status).toBe(200);
    else if (RouteName === 'blob-upload') expect(answer.status).toBe(405);
    else expect([code[RouteName], 'DIGEST_INVALID'], RequestURI).toContain(answer.code());
  }
});

describe('access', () => {
  test('basic authentication asks for a password', async () => {
    const handler = registry({
      store: memoryStore(),
      random: seededRandom('basic'),
      access: basicAccess('Registry Realm', (user, password) => user === 'student' && password === 'secret'),
    });
    const refused = await clientOf(handler)('GET', '/v2/');
    expect([refused.status, refused.headers.get('WWW-Authenticate')]).toEqual([
      401,
      'Basic realm="Registry Realm"',
    ]);
    expect((await clientOf(handler, `Basic ${btoa('student:wrong')}`)('GET', '/v2/')).status).toBe(401);
    expect((await clientOf(handler, `Basic ${btoa('student:secret')}`)('GET', '/v2/')).status).toBe(200);
  });

  const index: RegistryIndex = {
    repositories: {
      'library/nginx': {
        tags: { latest: DIGEST },
        manifests: { [DIGEST]: OCI.manifest },
        blobs: [digestOf(LAYER), digestOf(CONFIG)],
      },
    },
    sizes: {
      [DIGEST]: MANIFEST_BYTES.length,
      [digestOf(LAYER)]: LAYER.length,
      [digestOf(CONFIG)]: CONFIG.length,
    },
  };
  const source = bytesSource(
    new Map([
      [DIGEST, MANIFEST_BYTES],
      [digestOf(CONFIG), CONFIG],
    ]),
  ); // prettier-ignore
  const dockerHub = () => {
    let now = 1_000_000;
    const made = hub({
      shelf: shelfOf(index),
      source,
      random: seededRandom('hub'),
      now: () => now,
      accounts: { student: 'secret' },
      search: [{ name: 'nginx', description: 'Official build of Nginx.', stars: 20000, official: true }],
    });
    const token = async (scope: string, login?: string) =>
      (
        await clientOf(made.auth, login && `Basic ${btoa(login)}`)(
          'GET',
          `/token?service=registry.docker.io&scope=${scope}`,
        )
      ).json()['token'] as string;
    return {
      ...made,
      token,
      advance: (ms: number) => {
        now += ms;
      },
    };
  };

  test('the Hub hands out tokens, and denies what it does not know', async () => {
    const { registry: handler, token } = dockerHub();
    const refused = await clientOf(handler)('GET', '/v2/library/nginx/manifests/latest');
    expect([refused.status, refused.code()]).toEqual([401, 'UNAUTHORIZED']);
    expect(refused.headers.get('WWW-Authenticate')).toBe(
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/nginx:pull"',
    );
    const pull = await token('repository:library/nginx:pull');
    expect(
      (await clientOf(handler, `Bearer ${pull}`)('GET', '/v2/library/nginx/manifests/latest')).bytes,
    ).toEqual(MANIFEST_BYTES);
    const nope = await token('repository:library/nope:pull');
    const denied = await clientOf(handler, `Bearer ${nope}`)('GET', '/v2/library/nope/manifests/latest');
    expect(denied.status).toBe(401);
    expect(denied.headers.get('WWW-Authenticate')).toContain('error="insufficient_scope"');
  });

  test('a user may push to their own repositories only', async () => {
    const { registry: handler, token, auth } = dockerHub();
    const own = await token('repository:student/app:pull,push', 'student:secret');
    expect((await clientOf(handler, `Bearer ${own}`)('POST', '/v2/student/app/blobs/uploads/')).status).toBe(
      202,
    );
    expect(
      (await clientOf(handler, `Bearer ${own}`)('POST', '/v2/library/nginx/blobs/uploads/')).status,
    ).toBe(401);
    const library = await token('repository:library/nginx:pull,push', 'student:secret');
    const send = clientOf(handler, `Bearer ${library}`);
    expect((await send('HEAD', `/v2/library/nginx/blobs/${digestOf(LAYER)}`)).status).toBe(200);
    expect((await send('PUT', '/v2/library/nginx/manifests/latest', MANIFEST_BYTES)).status).toBe(401);
    expect((await clientOf(auth, `Basic ${btoa('student:wrong')}`)('GET', '/token')).status).toBe(401);
  });

  test('tokens run out and cannot be forged', async () => {
    const { registry: handler, token, advance } = dockerHub();
    const pull = await token('repository:library/nginx:pull');
    const [header, , signature] = pull.split('.');
    const claims = btoa(
      JSON.stringify({
        sub: '',
        exp: 9e9,
        access: [{ type: 'repository', name: 'library/nginx', actions: ['pull', 'push'] }],
      }),
    );
    const forged = await clientOf(handler, `Bearer ${header}.${claims}.${signature}`)('GET', '/v2/');
    expect(forged.headers.get('WWW-Authenticate')).toContain('invalid_token');
    advance(301_000);
    expect(
      (await clientOf(handler, `Bearer ${pull}`)('GET', '/v2/library/nginx/manifests/latest')).status,
    ).toBe(401);
  });

  test('pulls are counted, and beyond the limit refused', async () => {
    let now = 0;
    const made = hub({
      shelf: shelfOf(index),
      source,
      random: seededRandom('hub'),
      now: () => now,
      accounts: { student: 'secret' },
      pullLimit: { anonymous: 2, account: 1, window: 60 },
    });
    const pull = async (method: string, login?: string) => {
      const auth = clientOf(made.auth, login && `Basic ${btoa(login)}`);
      const { token } = (await auth('GET', '/token?scope=repository:library/nginx:pull')).json();
      return clientOf(made.registry, `Bearer ${token}`)(method, '/v2/library/nginx/manifests/latest');
    };
    const left = async (...args: Parameters<typeof pull>) => {
      const answer = await pull(...args);
      return [answer.status, answer.headers.get('RateLimit-Remaining')];
    };
    expect(await left('HEAD')).toEqual([200, '2;w=60']);
    expect(await left('GET')).toEqual([200, '1;w=60']);
    now = 30_000;
    expect(await left('GET')).toEqual([200, '0;w=60']);
    const refused = await pull('GET');
    expect([refused.status, refused.code()]).toEqual([429, 'TOOMANYREQUESTS']);
    expect(await left('HEAD')).toEqual([200, '0;w=60']);
    expect(await left('GET', 'student:secret')).toEqual([200, '0;w=60']);
    now = 61_000;
    expect(await left('GET')).toEqual([200, '0;w=60']);
    expect(await left('GET', 'student:secret')).toEqual([429, '0;w=60']);
  });

  test('bytes that cannot be had are an error that says so', async () => {
    const { registry: handler, token } = dockerHub();
    const send = clientOf(handler, `Bearer ${await token('repository:library/nginx:pull')}`);
    const missing = await send('GET', `/v2/library/nginx/blobs/${digestOf(LAYER)}`);
    expect([missing.status, missing.code()]).toEqual([503, 'UNAVAILABLE']);
    expect(decode(missing.bytes)).toContain('no such content');
  });

  test('search finds by name', async () => {
    const { index: handler } = dockerHub();
    expect((await clientOf(handler)('GET', '/v1/search?q=ngi&n=25')).json()).toMatchObject({
      num_results: 1,
      results: [{ name: 'nginx', star_count: 20000, is_official: true, is_automated: false }],
    });
    expect((await clientOf(handler)('GET', '/v1/search?q=zzz')).json()).toMatchObject({ results: [] });
  });
});
