import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Descriptor } from '../oci/descriptor.ts';
import { type Digest, digestOf } from '../oci/digest.ts';
import { createdBy, parseImageConfig } from '../oci/image-config.ts';
import { readLayer } from '../oci/layer/layer.ts';
import { type Index, isIndex, type Manifest, parseManifest, serialize } from '../oci/manifest.ts';
import { isSchema1Type } from '../oci/media-type.ts';
import { imageSpecJudges, noSchemas } from '../oci/testing.ts';
import { Catalogue } from './build.ts';
import { hostEntries } from './host.ts';
import { hubRecipes } from './hub/recipes.ts';
import { oracleRecipes } from './oracle.ts';
import { image, programAt, textAt } from './testing.ts';

const hub = new Catalogue(hubRecipes);
const oracle = new Catalogue(oracleRecipes);

/** Every repository of a catalogue. */
const repositories = (catalogue: Catalogue) =>
  catalogue.names.map((name) => ({ name, ...catalogue.repository(name) }));

test('the same recipes give the same bytes', () => {
  expect(repositories(new Catalogue(oracleRecipes))).toEqual(repositories(oracle));
  const some = new Catalogue(hubRecipes.filter(({ repository }) => repository === 'library/nginx'));
  expect(some.repository('library/nginx')).toEqual(hub.repository('library/nginx'));
});

describe.each([
  ['hub', hub],
  ['oracle', oracle],
] as const)('the catalogue %s', (_, catalogue) => {
  test('every blob has its digest and its size, and every tag leads to one', () => {
    for (const { name, index, blobs } of repositories(catalogue)) {
      for (const [digest, bytes] of blobs)
        expect([digestOf(bytes), index.sizes[digest]]).toEqual([digest, bytes.length]);
      const { tags, manifests, blobs: own } = index.repositories[name]!;
      for (const digest of [...Object.values(tags), ...Object.keys(manifests), ...own])
        expect(blobs.has(digest)).toBe(true);
    }
  });

  test('history, layers and their digests agree', () => {
    // Most layers are those of many images.
    const diffIds = new Map<Digest, Digest>();
    const diffId = ({ digest, mediaType }: Descriptor, blobs: ReadonlyMap<Digest, Uint8Array>) => {
      const known = diffIds.get(digest) ?? readLayer(blobs.get(digest)!, mediaType).diffId;
      diffIds.set(digest, known);
      return known;
    };
    for (const { name, index, blobs } of repositories(catalogue))
      for (const [digest, type] of Object.entries(index.repositories[name]!.manifests)) {
        if (isSchema1Type(type)) continue;
        const document = parseManifest(blobs.get(digest)!);
        if (isIndex(document)) continue;
        const config = parseImageConfig(blobs.get(document.config.digest)!);
        expect(createdBy(config), name).toHaveLength(document.layers.length);
        expect(document.layers.map((layer) => diffId(layer, blobs))).toEqual(config.rootfs.diff_ids);
      }
  });
});

test('a file of a layer has a header of one block: no fraction of a second needs another', () => {
  const { manifest } = image(oracle, 'alpine', '3.18');
  const { blobs } = oracle.repository('library/alpine');
  const tar = gunzipSync(blobs.get(manifest.layers.at(-1)!.digest)!);
  // As `docker save` of the recorded engine lists that layer.
  expect(tar.length).toBe(3584);
});

test('the whole Hub travels light', () => {
  const blobs = new Map(repositories(hub).flatMap(({ blobs }) => [...blobs]));
  expect([...blobs.values()].reduce((sum, blob) => sum + blob.length, 0)).toBeLessThan(4_000_000);
});

test.each([
  ['hello-world', 'latest', 10_072],
  ['busybox', '1.36', 4_261_502],
  ['busybox', 'latest', 4_428_560],
  ['alpine', '3.20', 7_797_760],
  ['alpine', 'latest', 8_321_550],
  ['ubuntu', '24.04', 78_118_240],
  ['nginx', '1.27', 192_103_007],
  ['nginx', 'latest', 192_003_007],
  ['nginx', 'alpine', 52_824_557],
])('%s:%s keeps its size, on both platforms', (name, tag, size) => {
  for (const platform of ['linux/amd64', 'linux/arm64'])
    expect(image(hub, name, tag, platform).size, platform).toBe(size);
});

test('what an image runs is in it', () => {
  const commands = [
    ['hello-world', 'latest', 'hello', 'hello-world'],
    ['busybox', 'latest', 'bin/sh', 'busybox'],
    ['alpine', 'latest', 'bin/busybox', 'busybox-alpine'],
    ['ubuntu', 'latest', 'usr/bin/bash', 'bash'],
    ['ubuntu', 'latest', 'usr/bin/ls', 'ls'],
    ['nginx', 'latest', 'usr/sbin/nginx', 'nginx'],
    ['nginx', 'alpine', 'usr/sbin/nginx', 'nginx'],
  ] as const;
  for (const [name, tag, path, program] of commands) {
    expect(programAt(image(hub, name, tag).files, path), path).toBe(program);
    // The arm64 image holds binaries that this machine cannot run.
    expect(programAt(image(hub, name, tag, 'linux/arm64').files, path), path).toBeUndefined();
  }
  expect(image(hub, 'alpine', '3.22').files.get('bin/sh')?.linkname).toBe('/bin/busybox');
  expect(image(hub, 'busybox', '1.36').files.get('bin/ls')).toMatchObject({
    type: 'hardlink',
    linkname: 'bin/[',
    mode: 0o755,
  });
  expect(image(hub, 'ubuntu', 'latest').files.get('bin')).toMatchObject({
    type: 'symlink',
    linkname: 'usr/bin',
  });
});

test('nginx is configured as the official image is', () => {
  const { config, files, layers } = image(hub, 'nginx', '1.29');
  expect(config.config).toMatchObject({
    Entrypoint: ['/docker-entrypoint.sh'],
    Cmd: ['nginx', '-g', 'daemon off;'],
    ExposedPorts: { '80/tcp': {} },
    StopSignal: 'SIGQUIT',
  });
  expect(config.config?.Env).toContain('NGINX_VERSION=1.29.3');
  expect(layers).toHaveLength(7);
  expect(textAt(files, 'docker-entrypoint.sh')).toMatch(/^#!\/bin\/sh\n/);
  expect(files.get('docker-entrypoint.sh')?.mode).toBe(0o755);
  expect(textAt(files, 'usr/share/nginx/html/index.html')).toContain('<title>Welcome to nginx!</title>');
  expect(files.get('var/log/nginx/access.log')).toMatchObject({ type: 'symlink', linkname: '/dev/stdout' });
  expect(textAt(files, 'etc/passwd')).toContain('\nnginx:x:101:101:');
  const shared = (tag: string) => image(hub, 'nginx', tag).manifest.layers[0]!.digest;
  expect(shared('alpine')).toBe(image(hub, 'alpine', 'latest').manifest.layers[0]!.digest);
  expect(shared('1.27')).not.toBe(shared('1.29'));
});

test('directories keep their modes in every layer that names them', () => {
  const { layers } = image(hub, 'nginx', 'latest');
  const modes = new Map<string, Set<number>>();
  for (const entry of layers.flat())
    if (entry.type === 'directory')
      modes.set(entry.path, (modes.get(entry.path) ?? new Set()).add(entry.mode));
  expect([...modes].filter(([, found]) => found.size > 1)).toEqual([]);
});

test('the recordings’ images are as their table says', () => {
  const nginx = image(oracle, 'nginx', '1.25');
  expect(nginx.config.config).toMatchObject({
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'NGINX_VERSION=1.25.3'],
    Cmd: ['httpd', '-f', '-v', '-p', '80', '-h', '/usr/share/nginx/html'],
    Labels: { maintainer: 'lab' },
  });
  expect(nginx.config.history?.map(({ created_by }) => created_by).slice(1, 5)).toEqual([
    '/bin/sh -c #(nop)  CMD ["sh"]',
    '/bin/sh -c #(nop)  LABEL maintainer=lab',
    '/bin/sh -c #(nop)  ENV NGINX_VERSION=1.25.3',
    '/bin/sh -c mkdir -p /usr/share/nginx/html /etc/nginx',
  ]);
  expect(nginx.layers).toHaveLength(3);
  expect(textAt(image(oracle, 'alpine', '3.18').files, 'etc/alpine-release')).toBe('3.18.6\n');
  expect(image(oracle, 'redis', '7').config.config).toMatchObject({
    Volumes: { '/data': {} },
    WorkingDir: '/data',
  });
  expect(oracle.names).toHaveLength(5);
});

test("the learner's machine has Docker and the GNU utilities", () => {
  const entries = hostEntries({ hostname: 'vm', installed: 0 });
  const files = new Map(entries.map((entry) => [entry.path, entry]));
  for (const name of [
    'bash',
    'dash',
    'ls',
    'ps',
    'curl',
    'ip',
    'ping',
    'docker',
    'dockerd',
    'containerd',
    'containerd-shim-runc-v2',
    'runc',
  ])
    expect(programAt(files, `usr/bin/${name}`), name).toBe(name);
  expect(files.get('usr/bin/sh')?.linkname).toBe('dash');
  expect(textAt(files, 'etc/hostname')).toBe('vm\n');
  expect(textAt(files, 'etc/group')).toContain('\ndocker:x:999:\n');
  expect(files.get('usr/bin/sudo')?.mode).toBe(0o4755);
  const seen = new Set(['']);
  for (const { path } of entries) {
    expect(seen.has(path.slice(0, Math.max(path.lastIndexOf('/'), 0))), path).toBe(true);
    seen.add(path);
  }
});

test.skipIf(noSchemas)("every document validates against the image-spec's schemas", () => {
  const { manifest, index, config } = imageSpecJudges();
  let checked = 0;
  const judge = (wrong: (bytes: Uint8Array) => string, bytes: Uint8Array) => {
    expect(wrong(bytes)).toBe('');
    checked++;
  };
  for (const { name, index: contents, blobs } of repositories(hub))
    for (const [digest, type] of Object.entries(contents.repositories[name]!.manifests)) {
      if (isSchema1Type(type)) continue;
      const document: Manifest | Index = parseManifest(blobs.get(digest)!);
      judge(isIndex(document) ? index : manifest, blobs.get(digest)!);
      if (!isIndex(document)) judge(config, blobs.get(document.config.digest)!);
    }
  expect(checked).toBeGreaterThan(40);
  expect(manifest(serialize({ schemaVersion: 2, config: {}, layers: [] }))).not.toBe('');
});
