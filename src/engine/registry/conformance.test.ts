/**
 * The conformance suite of the OCI distribution specification: its cases by name, read from where it is kept, each with what
 * it does and expects.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { encode } from '../base/bytes.ts';
import { seededRandom } from '../base/random.ts';
import { describe as describeContent } from '../oci/descriptor.ts';
import { digestOf } from '../oci/digest.ts';
import { OCI } from '../oci/media-type.ts';
import { memoryStore } from './memory-store.ts';
import { registry } from './registry.ts';
import { type Answer, clientOf } from './testing.ts';

const TABLE = '../shared/conformance/distribution-spec-v1.0.1-conformance-cases.json';
const PREFIX = 'OCI Distribution Conformance Tests ';

const send = clientOf(registry({ store: memoryStore(), random: seededRandom('conformance') }));
const NAME = 'conformance/one';
const OTHER = 'conformance/other';
const OCTETS = { 'Content-Type': 'application/octet-stream' };

const layer = encode('a layer, as far as a registry can tell');
const blobA = encode('streamed in one piece');
const blobB = encode('sent in two chunks');
const absent = digestOf('nobody has pushed this');

/** A configuration and a manifest for each part of the suite, so that none finds what another left. */
const images = ['pull', 'push', 'discovery', 'management'].map((author) => {
  const config = encode(
    JSON.stringify({ architecture: 'amd64', os: 'linux', author, rootfs: { type: 'layers' } }),
  );
  const manifest = encode(
    JSON.stringify({
      schemaVersion: 2,
      config: describeContent(OCI.config, config),
      layers: [describeContent(OCI.layerGzip, layer)],
    }),
  );
  return { config, manifest, digest: digestOf(manifest) };
});
const [pull, push, discovery, management] = images as [Image, Image, Image, Image];
type Image = (typeof images)[number];

/** Where the answer says that one should go on. */
const locationOf = (answer: Answer): string => {
  const location = answer.headers.get('Location');
  expect(location).toBeTruthy();
  return location!;
};
const withDigest = (location: string, bytes: Uint8Array) =>
  `${location}${location.includes('?') ? '&' : '?'}digest=${digestOf(bytes)}`;
const begin = (name = NAME) => send('POST', `/v2/${name}/blobs/uploads/`, '', { 'Content-Length': '0' });
const blob = (method: string, digest: string) => send(method, `/v2/${NAME}/blobs/${digest}`);
const manifest = (method: string, reference: string, accept = OCI.manifest) =>
  send(method, `/v2/${NAME}/manifests/${reference}`, '', { Accept: accept });
const putManifest = (reference: string, bytes: Uint8Array | string) =>
  send('PUT', `/v2/${NAME}/manifests/${reference}`, bytes, { 'Content-Type': OCI.manifest });
const tags = async (query = '') =>
  ((await send('GET', `/v2/${NAME}/tags/list${query}`)).json()['tags'] ?? []) as string[];

async function pushBlob(bytes: Uint8Array): Promise<Answer> {
  return send('PUT', withDigest(locationOf(await begin()), bytes), bytes, OCTETS);
}
const pushes = (bytes: Uint8Array) => async () => expect((await pushBlob(bytes)).status).toBe(201);
const deletes = (path: string) => async () => expect((await send('DELETE', path)).status).toBe(202);
const deletesBlob = (bytes: Uint8Array) => deletes(`/v2/${NAME}/blobs/${digestOf(bytes)}`);
const answers = (status: number, ask: () => Promise<Answer>) => async () => {
  const answer = await ask();
  expect(answer.status).toBe(status);
  return answer;
};

/** What one case leaves for the next. */
let last: Answer;
let tagged = 0;

/** The cases, in the suite's order. `null`: it runs only where the registry is populated in another way. */
const CASES: Readonly<Record<string, (() => Promise<unknown>) | null>> = {
  'Pull Setup Populate registry with test blob': pushes(pull.config),
  'Pull Setup Populate registry with test layer': pushes(layer),
  'Pull Setup Populate registry with test manifest': async () =>
    expect((await putManifest('tagtest0', pull.manifest)).status).toBe(201),
  'Pull Setup Get the name of a tag': async () => expect(await tags()).toEqual(['tagtest0']),
  'Pull Setup Get tag name from environment': null,
  'Pull Pull blobs HEAD request to nonexistent blob should result in 404 response': answers(404, () =>
    blob('HEAD', absent),
  ),
  'Pull Pull blobs HEAD request to existing blob should yield 200': async () => {
    const answer = await blob('HEAD', digestOf(pull.config));
    expect([answer.status, answer.headers.get('Docker-Content-Digest')]).toEqual([
      200,
      digestOf(pull.config),
    ]);
    expect(answer.headers.get('Content-Length')).toBe(String(pull.config.length));
  },
  'Pull Pull blobs GET nonexistent blob should result in 404 response': answers(404, () =>
    blob('GET', absent),
  ),
  'Pull Pull blobs GET request to existing blob URL should yield 200': async () =>
    expect((await blob('GET', digestOf(pull.config))).bytes).toEqual(pull.config),
  'Pull Pull manifests HEAD request to nonexistent manifest should return 404': answers(404, () =>
    manifest('HEAD', '.INVALID_MANIFEST_NAME'),
  ),
  'Pull Pull manifests HEAD request to manifest path (digest) should yield 200 response': async () => {
    const answer = await manifest('HEAD', pull.digest);
    expect([answer.status, answer.headers.get('Docker-Content-Digest')]).toEqual([200, pull.digest]);
  },
  'Pull Pull manifests HEAD request to manifest path (tag) should yield 200 response': async () => {
    const answer = await manifest('HEAD', 'tagtest0');
    expect([answer.status, answer.headers.get('Docker-Content-Digest')]).toEqual([200, pull.digest]);
  },
  'Pull Pull manifests GET nonexistent manifest should return 404': answers(404, () =>
    manifest('GET', '.INVALID_MANIFEST_NAME'),
  ),
  'Pull Pull manifests GET request to manifest path (digest) should yield 200 response': answers(200, () =>
    manifest('GET', pull.digest),
  ),
  'Pull Pull manifests GET request to manifest path (tag) should yield 200 response': async () =>
    expect((await manifest('GET', 'tagtest0')).bytes).toEqual(pull.manifest),
  'Pull Error codes 400 response body should contain OCI-conforming JSON message': async () => {
    const answer = await putManifest('sha256:totallywrong', 'blablabla');
    expect([400, 404]).toContain(answer.status);
    if (answer.status === 400) expect(answer.code()).toMatch(/^(MANIFEST|DIGEST|TAG)_INVALID$/);
  },
  'Pull Teardown Delete manifest created in setup': deletes(`/v2/${NAME}/manifests/${pull.digest}`),
  'Pull Teardown Delete config blob created in setup': deletesBlob(pull.config),
  'Pull Teardown Delete layer blob created in setup': deletesBlob(layer),

  'Push Blob Upload Streamed PATCH request with blob in body should yield 202 response': async () => {
    last = await send('PATCH', locationOf(await begin()), blobA, OCTETS);
    expect(last.status).toBe(202);
  },
  'Push Blob Upload Streamed PUT request to session URL with digest should yield 201 response': async () => {
    const answer = await send('PUT', withDigest(locationOf(last), blobA), '', OCTETS);
    expect(answer.status).toBe(201);
    expect((await send('GET', locationOf(answer))).bytes).toEqual(blobA);
  },
  'Push Blob Upload Monolithic GET nonexistent blob should result in 404 response': answers(404, () =>
    blob('GET', absent),
  ),
  'Push Blob Upload Monolithic POST request with digest and blob should yield a 201 or 202': async () => {
    last = await send('POST', withDigest(`/v2/${NAME}/blobs/uploads/`, push.config), push.config, OCTETS);
    expect(last.status).toBe(201);
    locationOf(last);
  },
  'Push Blob Upload Monolithic GET request to blob URL from prior request should yield 200 or 404 based on response code':
    answers(200, () => blob('GET', digestOf(push.config))),
  'Push Blob Upload Monolithic POST request should yield a session ID': async () => {
    last = await begin();
    expect(last.status).toBe(202);
  },
  'Push Blob Upload Monolithic PUT upload of a blob should yield a 201 Response': async () => {
    const answer = await send('PUT', withDigest(locationOf(last), push.config), push.config, OCTETS);
    expect(answer.status).toBe(201);
    locationOf(answer);
  },
  'Push Blob Upload Monolithic GET request to existing blob should yield 200 response': answers(200, () =>
    blob('GET', digestOf(push.config)),
  ),
  'Push Blob Upload Monolithic PUT upload of a layer blob should yield a 201 Response': pushes(layer),
  'Push Blob Upload Monolithic GET request to existing layer should yield 200 response': answers(200, () =>
    blob('GET', digestOf(layer)),
  ),
  'Push Blob Upload Chunked Out-of-order blob upload should return 416': async () => {
    const range = { ...OCTETS, 'Content-Range': `3-${blobB.length - 1}` };
    const answer = await send('PATCH', locationOf(await begin()), blobB.subarray(3), range);
    expect(answer.status).toBe(416);
  },
  'Push Blob Upload Chunked PATCH request with first chunk should return 202': async () => {
    const range = { ...OCTETS, 'Content-Range': '0-2' };
    last = await send('PATCH', locationOf(await begin()), blobB.subarray(0, 3), range);
    expect([last.status, last.headers.get('Range')]).toEqual([202, '0-2']);
  },
  'Push Blob Upload Chunked PUT request with final chunk should return 201': async () => {
    const range = { ...OCTETS, 'Content-Range': `3-${blobB.length - 1}` };
    const answer = await send('PUT', withDigest(locationOf(last), blobB), blobB.subarray(3), range);
    expect(answer.status).toBe(201);
    expect((await send('GET', locationOf(answer))).bytes).toEqual(blobB);
  },
  "Push Cross-Repository Blob Mount POST request to mount another repository's blob should return 201 or 202":
    async () => {
      last = await send('POST', `/v2/${OTHER}/blobs/uploads/?mount=${digestOf(blobA)}&from=${NAME}`);
      expect(last.status).toBe(201);
      expect(locationOf(last)).toContain(OTHER);
    },
  'Push Cross-Repository Blob Mount GET request to test digest within cross-mount namespace should return 200':
    async () => expect((await send('GET', locationOf(last))).bytes).toEqual(blobA),
  'Push Cross-Repository Blob Mount Cross-mounting of nonexistent blob should yield session id': async () => {
    const answer = await send('POST', `/v2/${OTHER}/blobs/uploads/?mount=${absent}&from=${NAME}`);
    expect(answer.status).toBe(202);
    expect(locationOf(answer)).toContain('/blobs/uploads/');
  },
  'Push Manifest Upload GET nonexistent manifest should return 404': answers(404, () =>
    manifest('GET', '.INVALID_MANIFEST_NAME'),
  ),
  'Push Manifest Upload PUT should accept a manifest upload': async () => {
    for (const tag of ['test0', 'test1', 'test2', 'test3']) {
      const answer = await putManifest(tag, push.manifest);
      expect(answer.status).toBe(201);
      locationOf(answer);
    }
  },
  'Push Manifest Upload Registry should accept a manifest upload with no layers': async () => {
    const empty = { schemaVersion: 2, config: describeContent(OCI.config, push.config), layers: [] };
    expect((await putManifest('emptylayer', JSON.stringify(empty))).status).toBe(201);
  },
  'Push Manifest Upload GET request to manifest URL (digest) should yield 200 response': answers(200, () =>
    manifest('GET', push.digest),
  ),
  'Push Teardown Delete manifest created in tests': deletes(`/v2/${NAME}/manifests/${push.digest}`),
  'Push Teardown Delete config blob created in tests': deletesBlob(push.config),
  'Push Teardown Delete layer blob created in setup': deletesBlob(layer),

  'Content Discovery Setup Populate registry with test blob': pushes(discovery.config),
  'Content Discovery Setup Populate registry with test layer': pushes(layer),
  'Content Discovery Setup Populate registry with test tags': async () => {
    for (const tag of ['test3', 'test1', 'test0', 'test2'])
      expect((await putManifest(tag, discovery.manifest)).status).toBe(201);
  },
  'Content Discovery Setup Populate registry with test tags (no push)': null,
  'Content Discovery Test content discovery endpoints GET request to list tags should yield 200 response':
    async () => expect(await tags()).toEqual(['emptylayer', 'test0', 'test1', 'test2', 'test3']),
  'Content Discovery Test content discovery endpoints GET number of tags should be limitable by `n` query parameter':
    async () => expect(await tags('?n=2')).toEqual(['emptylayer', 'test0']),
  'Content Discovery Test content discovery endpoints GET start of tag is set by `last` query parameter':
    async () => expect(await tags('?n=2&last=test0')).toEqual(['test1', 'test2']),
  'Content Discovery Teardown Delete created manifest & associated tags': async () => {
    await deletes(`/v2/${NAME}/manifests/${discovery.digest}`)();
    expect(await tags()).toEqual(['emptylayer']);
  },
  'Content Discovery Teardown Delete config blob created in tests': deletesBlob(discovery.config),
  'Content Discovery Teardown Delete layer blob created in setup': deletesBlob(layer),

  'Content Management Setup Populate registry with test config blob': pushes(management.config),
  'Content Management Setup Populate registry with test layer': pushes(layer),
  'Content Management Setup Populate registry with test tag': async () =>
    expect((await putManifest('tagtest0', management.manifest)).status).toBe(201),
  'Content Management Setup Check how many tags there are before anything gets deleted': async () => {
    tagged = (await tags()).length;
    expect(tagged).toBe(2);
  },
  'Content Management Manifest delete DELETE request to manifest tag should return 202, unless tag deletion is disallowed (400/405)':
    answers(202, () => manifest('DELETE', 'tagtest0')),
  'Content Management Manifest delete DELETE request to manifest (digest) should yield 202 response unless already deleted':
    answers(202, () => manifest('DELETE', management.digest)),
  'Content Management Manifest delete GET request to deleted manifest URL should yield 404 response, unless delete is disallowed':
    answers(404, () => manifest('GET', management.digest)),
  'Content Management Manifest delete GET request to tags list should reflect manifest deletion': async () =>
    expect((await tags()).length).toBe(tagged - 1),
  'Content Management Blob delete DELETE request to blob URL should yield 202 response': async () => {
    await deletesBlob(management.config)();
    await deletesBlob(layer)();
  },
  'Content Management Blob delete GET request to deleted blob URL should yield 404 response': answers(
    404,
    () => blob('GET', digestOf(management.config)),
  ),
};

const found = existsSync(TABLE);

describe.skipIf(!found)(
  `the conformance suite${found ? '' : ' (skipped: its cases are not at hand)'}`,
  () => {
    const names = found
      ? (JSON.parse(readFileSync(TABLE, 'utf8')) as { cases: { name: string }[] }).cases.map(({ name }) =>
          name.slice(PREFIX.length),
        )
      : [];

    test('has the cases that are told here, and no others', () => {
      expect(names.length).toBe(62);
      expect(Object.keys(CASES)).toEqual(names);
    });

    for (const name of names) {
      const run = CASES[name];
      test.skipIf(run === null)(
        `${name}${run === null ? ' (skipped: the registry is populated here)' : ''}`,
        () => run?.(),
      );
    }
  },
);
