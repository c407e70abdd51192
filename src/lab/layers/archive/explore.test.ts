import { describe, expect, test } from 'vitest';
import { concat, decode, encode } from '../../../engine/base/bytes.ts';
import { digestOf, hexOf } from '../../../engine/oci/digest.ts';
import { entry, type LayerEntry } from '../../../engine/oci/layer/entry.ts';
import { gzip } from '../../../engine/oci/layer/gzip.ts';
import { writeTar } from '../../../engine/oci/layer/tar-writer.ts';
import { whiteout } from '../../../engine/oci/layer/whiteout.ts';
import { OCI } from '../../../engine/oci/media-type.ts';
import { LayerStack } from '../layer-stack.ts';
import { exploreArchive } from './explore.ts';
import { Allowance } from './limits.ts';

const file = (path: string, text: string | Uint8Array) =>
  entry(path, 'file', { extents: [{ offset: 0, bytes: typeof text === 'string' ? encode(text) : text }] });
const json = (value: unknown) => encode(JSON.stringify(value));
const blobPath = (bytes: Uint8Array) => `blobs/sha256/${hexOf(digestOf(bytes))}`;

const LAYERS: LayerEntry[][] = [
  [entry('etc', 'directory'), file('etc/motd', 'hello\n'), file(`deep/${'long-name-'.repeat(20)}`, 'x')],
  [entry('etc', 'directory'), whiteout('etc/motd'), file('é', 'accent'), file('big', new Uint8Array(70_000))],
];
const archives = LAYERS.map((entries) => writeTar(entries));

const config = (layers: readonly Uint8Array[]) =>
  json({
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => digestOf(layer)) },
    history: [
      { created_by: 'ADD rootfs' },
      { created_by: 'ENV A=1', empty_layer: true },
      { created_by: 'RUN rm /etc/motd' },
    ],
  });

type Part = [path: string, content: Uint8Array];
const tarOf = (parts: readonly Part[]) => writeTar(parts.map(([path, content]) => file(path, content)));
const blobOf = (bytes: Uint8Array) => new Blob([bytes as BlobPart]);

/** As `docker save` writes since version 25. */
function saved(layers = archives): Part[] {
  const document = config(archives);
  return [
    ...layers.map((layer, i): Part => [blobPath(archives[i] as Uint8Array), layer]),
    [blobPath(document), document],
    [
      'manifest.json',
      json([{ Config: blobPath(document), RepoTags: ['demo:1'], Layers: archives.map(blobPath) }]),
    ],
  ];
}

/** As it wrote before. */
function oldSaved(): Part[] {
  const document = config(archives);
  const id = `${hexOf(digestOf(document))}.json`;
  return [
    ...archives.map((layer, i): Part => [`layer${i}/layer.tar`, layer]),
    [id, document],
    [
      'manifest.json',
      json([{ Config: id, RepoTags: null, Layers: archives.map((_, i) => `layer${i}/layer.tar`) }]),
    ],
  ];
}

/** An OCI layout, its layers compressed, its manifest behind an index of platforms. */
function layout(pack: (layer: Uint8Array) => Uint8Array = gzip): Part[] {
  const document = config(archives);
  const packed = archives.map(pack);
  const describe = (mediaType: string, bytes: Uint8Array) => ({
    mediaType,
    digest: digestOf(bytes),
    size: bytes.length,
  });
  const manifest = json({
    schemaVersion: 2,
    config: describe(OCI.config, document),
    layers: packed.map((layer) => describe(OCI.layerGzip, layer)),
  });
  const platforms = json({
    schemaVersion: 2,
    mediaType: OCI.index,
    manifests: [
      describe(OCI.manifest, manifest),
      { ...describe(OCI.manifest, encode('elsewhere')), platform: { os: 'linux', architecture: 'arm64' } },
    ],
  });
  const index = json({
    schemaVersion: 2,
    manifests: [
      {
        ...describe(OCI.index, platforms),
        annotations: { 'org.opencontainers.image.ref.name': 'demo:oci' },
      },
    ],
  });
  return [
    ['oci-layout', json({ imageLayoutVersion: '1.0.0' })],
    ['index.json', index],
    ...[document, manifest, platforms, ...packed].map((bytes): Part => [blobPath(bytes), bytes]),
  ];
}

const explored = (parts: readonly Part[]) => exploreArchive(blobOf(tarOf(parts)));
const problem = (kind: string, detail?: string) =>
  expect.objectContaining({ name: 'ArchiveProblem', kind, ...(detail === undefined ? {} : { detail }) });

describe('an archive of images', () => {
  test.each([
    ['docker save', saved(), ['demo:1']],
    ['docker save of old', oldSaved(), []],
    ['an OCI layout', layout(), ['demo:oci']],
    ['an OCI layout of several gzip members', layout(inMembers), ['demo:oci']],
  ])('%s: names, layers with what made them, files and their contents', async (_, parts, names) => {
    const [image, ...more] = await explored(parts);
    expect(more).toEqual([]);
    expect(image?.names).toEqual(names);
    const stack = new LayerStack(image?.layers ?? []);
    expect(stack.layers).toEqual([
      { createdBy: 'ADD rootfs', digest: digestOf(archives[0]!), size: 7, added: 2, changed: 0, removed: 0 },
      {
        createdBy: 'RUN rm /etc/motd',
        digest: digestOf(archives[1]!),
        size: 70_006,
        added: 2,
        changed: 0,
        removed: 1,
      },
    ]);
    expect(decode((await stack.file(0, 'etc/motd')?.read?.()) as Uint8Array)).toBe('hello\n');
    expect(decode((await stack.file(1, 'é')?.read?.()) as Uint8Array)).toBe('accent');
    expect(stack.history(`deep/${'long-name-'.repeat(20)}`)).toHaveLength(1);
  });

  test('the same, compressed as a whole', async () => {
    const [image] = await exploreArchive(blobOf(gzip(tarOf(saved()))));
    expect(new LayerStack(image?.layers ?? []).size).toBe(70_013);
    await expect(exploreArchive(blobOf(gzip(tarOf(saved())).slice(0, -20)))).rejects.toEqual(problem('cut'));
  });

  test('tells how far it is', async () => {
    const heard: number[] = [];
    await exploreArchive(blobOf(tarOf(saved())), (bytes) => heard.push(bytes));
    expect(heard.at(-1)).toBe(archives[0]!.length + archives[1]!.length);
  });
});

describe('what is refused', () => {
  test('something that is no archive of images', async () => {
    await expect(exploreArchive(blobOf(encode('a holiday picture'.repeat(100))))).rejects.toEqual(
      problem('foreign'),
    );
    await expect(explored([['notes.txt', encode('hello')]])).rejects.toEqual(problem('foreign'));
    await expect(exploreArchive(new Blob([]))).rejects.toEqual(problem('foreign'));
  });

  test('an archive cut short, wherever it is cut', async () => {
    const whole = tarOf(saved());
    // The last kilobyte is the end mark.
    for (const end of [700, 5000, whole.length - 1024 - 300]) {
      const cut = exploreArchive(blobOf(whole.slice(0, end)));
      await expect(cut).rejects.toEqual(expect.objectContaining({ name: 'ArchiveProblem' }));
    }
    const packed = layout((layer) => gzip(layer).slice(0, -9));
    await expect(explored(packed)).rejects.toEqual(problem('cut'));
  });

  test('a layer that is not what its name and the configuration say', async () => {
    const other = writeTar([file('etc/motd', 'other\n')]);
    await expect(explored(saved([archives[0]!, other]))).rejects.toEqual(
      problem('digest', blobPath(archives[1]!)),
    );
  });

  test('a configuration that is not what its name says', async () => {
    const parts = saved().map(([path, content]): Part => {
      const same = path !== blobPath(config(archives));
      return [path, same ? content : json({ ...JSON.parse(decode(content)), author: 'somebody else' })];
    });
    await expect(explored(parts)).rejects.toEqual(problem('digest', blobPath(config(archives))));
  });

  test('a part that is missing', async () => {
    const gone = blobPath(archives[1]!);
    await expect(explored(saved().filter(([path]) => path !== gone))).rejects.toEqual(
      problem('missing', gone),
    );
  });

  test.each(['../outside', 'a/../../outside'])('a path that leaves its layer: %s', async (path) => {
    const layer = writeTar([file(path, 'x')]);
    const document = json({
      architecture: 'amd64',
      os: 'linux',
      rootfs: { type: 'layers', diff_ids: [digestOf(layer)] },
    });
    const list = json([{ Config: 'c.json', RepoTags: [], Layers: ['l.tar'] }]);
    const parts: Part[] = [
      ['c.json', document],
      ['l.tar', layer],
      ['manifest.json', list],
    ];
    await expect(explored(parts)).rejects.toEqual(problem('escape', path));
  });

  test('more than is read here: bytes, and files', async () => {
    const blob = blobOf(tarOf(layout()));
    await expect(exploreArchive(blob, undefined, new Allowance(50_000))).rejects.toEqual(problem('bomb'));
    await expect(exploreArchive(blob, undefined, new Allowance(1 << 30, 3))).rejects.toEqual(problem('bomb'));
  });

  test('layers compressed with zstd', async () => {
    const zstd = layout((layer) => concat([new Uint8Array([0x28, 0xb5, 0x2f, 0xfd]), layer.slice(0, 100)]));
    await expect(explored(zstd)).rejects.toEqual(problem('compression'));
  });

  test.each([['{"not":"a list"}'], ['[null]'], ['[{"Config":"c","Layers":[1]}]'], ['not json']])(
    'a manifest.json of %s',
    async (text) => {
      await expect(explored([['manifest.json', encode(text)]])).rejects.toEqual(
        problem('damaged', 'manifest.json'),
      );
    },
  );
});

/** The same bytes in two gzip members, as images made to be fetched in parts have them. */
function inMembers(layer: Uint8Array): Uint8Array {
  const half = layer.length >> 1;
  return concat([gzip(layer.slice(0, half)), gzip(layer.slice(half))]);
}
