import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { encode } from '../base/bytes.ts';
import { digestOf } from './digest.ts';
import { chainId, chainIds, createdBy, parseImageConfig } from './image-config.ts';
import { isIndex, mediaTypeOf, parseManifest } from './manifest.ts';
import { DOCKER, isLayerType, layerCompression, OCI } from './media-type.ts';
import { choosePlatform, formatPlatform, parsePlatform } from './platform.ts';

const TABLES = '../shared/conformance/image-spec-tables.json';

test('chain ids fold the diff ids from the bottom', () => {
  const ab = digestOf('sha256:a sha256:b');
  expect(chainIds(['sha256:a', 'sha256:b', 'sha256:c'])).toEqual([
    'sha256:a',
    ab,
    digestOf(`${ab} sha256:c`),
  ]);
  expect(chainIds([])).toEqual([]);
  expect(chainId(['sha256:a'])).toBe('sha256:a');
});

test('history tells which line made which layer', () => {
  const config = {
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers' as const, diff_ids: ['a', 'b'] },
  };
  const history = [{ created_by: 'ADD' }, { created_by: 'CMD', empty_layer: true }, { created_by: 'RUN' }];
  expect(createdBy({ ...config, history })).toEqual(['ADD', 'RUN']);
  expect(createdBy({ ...config, history: history.slice(1) })).toEqual([]);
});

test('media types', () => {
  for (const type of [OCI.layer, OCI.layerGzip, OCI.layerZstd, DOCKER.layerGzip, DOCKER.foreignLayerGzip])
    expect(isLayerType(type), type).toBe(true);
  expect(isLayerType(OCI.config)).toBe(false);
  expect([OCI.layer, OCI.layerGzip, OCI.layerZstd, DOCKER.layerGzip].map(layerCompression)).toEqual([
    'none',
    'gzip',
    'zstd',
    'gzip',
  ]);
});

test('platforms by all their names, and the manifest a machine takes', () => {
  const of = (text: string) => formatPlatform(parsePlatform(text));
  expect(
    ['linux', 'arm64', 'aarch64', 'linux/x86_64', 'linux/arm', 'linux/arm/v6', 'linux/arm64/v8'].map(of),
  ).toEqual([
    'linux/amd64',
    'linux/arm64',
    'linux/arm64',
    'linux/amd64',
    'linux/arm',
    'linux/arm/v6',
    'linux/arm64/v8',
  ]);
  expect(() => of('nonsense')).toThrow(
    '"nonsense": unknown operating system or architecture: invalid argument',
  );
  expect(() => of('linux/amd64/v1/x')).toThrow('cannot parse platform specifier');
  expect(() => of('linux/a b')).toThrow('is an invalid component');
  const manifests = ['unknown/unknown', 'linux/arm/v6', 'linux/amd64', 'linux/arm64/v8'].map((platform) => {
    const [os, architecture, variant] = platform.split('/') as [string, string, string?];
    return {
      mediaType: OCI.manifest,
      digest: platform,
      size: 1,
      platform: { os, architecture, ...(variant ? { variant } : {}) },
    };
  });
  const chosen = (text: string) => choosePlatform(manifests, parsePlatform(text))?.digest;
  expect(['linux/amd64', 'linux/arm64', 'linux/arm/v7', 'linux/s390x'].map(chosen)).toEqual([
    'linux/amd64',
    'linux/arm64/v8',
    'linux/arm/v6',
    undefined,
  ]);
});

describe.skipIf(!existsSync(TABLES))("the image-spec's own good and bad documents", () => {
  type Table = { file: string; func: string; cases: ({ fail?: boolean } & Record<string, string>)[] };
  const tables: Table[] = existsSync(TABLES) ? JSON.parse(readFileSync(TABLES, 'utf8')) : [];
  const judge = (func: string, field: string, parse: (bytes: Uint8Array) => unknown) => {
    const table = tables.find((one) => one.func === func)!;
    expect(table.cases.length).toBeGreaterThan(8);
    for (const row of table.cases) {
      const bytes = encode(row[field]!);
      if (row.fail && !noLayers(row[field]!)) expect(() => parse(bytes), row[field]).toThrow();
      else expect(() => parse(bytes), row[field]).not.toThrow();
    }
  };

  // The schema of image-spec 1.0 wants a layer; the distribution-spec's suite wants manifests without one accepted.
  const noLayers = (document: string) => /"layers": \[\s*\]/.test(document);

  test('manifests', () => judge('TestManifest', 'manifest', (bytes) => parseManifest(bytes, OCI.manifest)));
  test('indexes', () => judge('TestImageIndex', 'imageIndex', (bytes) => parseManifest(bytes, OCI.index)));
  test('configurations', () => judge('TestConfig', 'config', parseImageConfig));
  test('descriptors', () =>
    judge('TestDescriptor', 'descriptor', (bytes) => {
      const config = { mediaType: OCI.config, digest: digestOf(''), size: 0 };
      return parseManifest(
        encode(
          `{"schemaVersion":2,"config":${JSON.stringify(config)},"layers":[${new TextDecoder().decode(bytes)}]}`,
        ),
      );
    }));

  test("what Docker's schema 2 wrote reads the same", () => {
    for (const { func, cases } of tables.filter(({ func }) => func.startsWith('TestBackwardsCompatibility')))
      for (const row of cases) {
        const document = row['manifest'] ?? row['manifestlist'] ?? row['imageIndex'];
        const parsed = document === undefined ? undefined : parseManifest(encode(document));
        if (parsed) expect(mediaTypeOf(parsed), func).toBe(isIndex(parsed) ? DOCKER.index : DOCKER.manifest);
        if (row['config'] !== undefined) expect(digestOf(row['config'])).toBe(row['digest']);
        if (row['config'] !== undefined) expect(parseImageConfig(encode(row['config'])).os).toBe('linux');
      }
  });
});
