import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encode } from '../../src/engine/base/bytes.ts';
import { contentOf, entry, type LayerEntry } from '../../src/engine/oci/layer/entry.ts';
import { readTar } from '../../src/engine/oci/layer/tar-reader.ts';
import { writeTar } from '../../src/engine/oci/layer/tar-writer.ts';
import { type ServedWorld, serveWorld } from '../real-client/served-world.ts';
import { archiveOf, type Documents, file } from './archive-of.ts';
import { type Answer, type Docker, realEngine } from './engine.ts';

const engine = realEngine();
const why = typeof engine === 'string' ? engine : '';
if (why) console.warn(`archives are not exchanged with a real engine: ${why}`);

/** No other image of the engine has such a name. */
const OURS = `drydock-${process.pid}`;
const HOLE = 20_000_000;

const tree: LayerEntry[] = [
  entry('etc', 'directory', { mtime: 1_700_000_000_000 }),
  file('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\n', {
    mode: 0o600,
    uid: 12,
    gid: 34,
    mtime: 1_700_000_000_000,
  }),
  entry('etc/hard', 'hardlink', { linkname: 'etc/passwd', mode: 0o600, uid: 12, gid: 34 }),
  entry('etc/soft', 'symlink', { linkname: '/etc/passwd' }),
  entry('dev', 'directory'),
  entry('dev/null', 'character', { mode: 0o666, devmajor: 1, devminor: 3 }),
  entry('pipe', 'fifo'),
  file(`${'long/'.repeat(30)}name`, 'x'),
  file('empty', ''),
  file('bin/tool', encode('\x7fELF'), {
    mode: 0o4755,
    xattrs: {
      'security.capability': new Uint8Array([1, 0, 0, 2, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    },
  }),
];
const base = writeTar(tree);
const second = writeTar([
  entry('etc', 'directory'),
  file('etc/.wh.hard', '', { mode: 0 }),
  entry('dev', 'directory'),
  file('dev/.wh..wh..opq', '', { mode: 0 }),
  file('new', 'new'),
]);
const one = writeTar([file('a', 'x')]);

describe.skipIf(why !== '')(`archives and a real engine${why && ` (skipped: ${why})`}`, () => {
  let served: ServedWorld;
  let real: Docker;
  let ours: Docker;
  const scratch = mkdtempSync(join(tmpdir(), 'drydock-archives-'));

  beforeAll(async () => {
    if (typeof engine === 'string') return;
    served = await serveWorld(['busybox', 'nginx']);
    real = engine.docker;
    ours = engine.clientOf(served.dockerHost);
  });
  afterAll(async () => {
    const left =
      real?.(['images', '-q', '--filter', `reference=${OURS}*`])
        .stdout.toString()
        .split('\n') ?? [];
    for (const id of new Set(left.filter(Boolean))) real(['rmi', '-f', id]);
    await served?.stop();
    rmSync(scratch, { recursive: true });
  });

  const spoilt = (spoil: (documents: Documents) => void, layers = [one]) =>
    archiveOf(`${OURS}:bad`, layers, spoil);
  const manifestOf = ({ manifest }: Documents) => (manifest as Record<string, unknown>[])[0]!;
  const withManifest = (text: string) =>
    spoilt((documents) => {
      documents.manifest = text;
    });
  const whole = archiveOf(`${OURS}:whole`, [base, second]);

  const ARCHIVES: [what: string, archive: Uint8Array, ...flags: string[]][] = [
    ['a good one', whole],
    ['the same again', whole],
    ['a name that was another image', archiveOf(`${OURS}:whole`, [base])],
    ['no name', archiveOf(undefined, [writeTar([file('nameless', OURS)])])],
    ['gzip', gzipSync(archiveOf(`${OURS}:gz`, [base]))],
    ['gzip that is cut', gzipSync(whole).subarray(0, 900)],
    ['another architecture', spoilt(({ config }) => Object.assign(config, { architecture: 'arm64', variant: 'v8' }))],
    ['another architecture than asked for', whole, '--platform', 'linux/s390x'],
    ['the platform asked for', whole, '--platform', 'linux/amd64'],
    ['no platform', whole, '--platform', 'nonsense'],
    ['a leading ..', archiveOf(`${OURS}:bad`, [writeTar([file('../out', 'x')])])],
    ['.. on the way', archiveOf(`${OURS}:bad`, [writeTar([file('a/../../out', 'x')])])],
    ['.. in the archive itself', archiveOf(`${OURS}:bad`, [one], undefined, [file('../../out', 'x')])],
    ['a hard link to the outside', archiveOf(`${OURS}:bad`, [writeTar([entry('h', 'hardlink', { linkname: '../../etc/passwd' })])])],
    ['a hard link to nothing', archiveOf(`${OURS}:bad`, [writeTar([entry('h', 'hardlink', { linkname: 'nosuch' })])])],
    ['a link that climbs out', archiveOf(`${OURS}:bad`, [writeTar([entry('l', 'symlink', { linkname: '../../../etc' }), file('l/passwd', 'x')])])],
    ['a file on the way', archiveOf(`${OURS}:bad`, [writeTar([file('a', 'x'), file('a/b', 'x')])])],
    ['a whiteout below a file', archiveOf(`${OURS}:bad`, [writeTar([file('a', 'x'), file('a/.wh.b', '')])])],
    ['a whiteout below a file of a lower layer', archiveOf(`${OURS}:bad`, [writeTar([file('a', 'x')]), writeTar([file('a/.wh.b', '')])])],
    ['a whiteout without a name', archiveOf(`${OURS}:bad`, [writeTar([file('.wh.', '')])])],
    ['a wrong digest', spoilt(({ config }) => Object.assign(config, { rootfs: { type: 'layers', diff_ids: [`sha256:${'0'.repeat(64)}`] } }))],
    ['more layers than it has', spoilt((documents) => Object.assign(manifestOf(documents), { Layers: [] }))],
    ['no rootfs', spoilt(({ config }) => delete config['rootfs'])],
    ['another system', spoilt(({ config }) => Object.assign(config, { os: 'windows' }))],
    ['no configuration', spoilt((documents) => Object.assign(manifestOf(documents), { Config: 'nosuch' }))],
    ['a configuration outside', spoilt((documents) => Object.assign(manifestOf(documents), { Config: '../../../../../../../../etc/passwd' }))],
    ['a missing layer', spoilt((documents) => Object.assign(manifestOf(documents), { Layers: ['nosuch'] }), [writeTar([file(OURS, 'x')])])],
    ['a bad name', spoilt((documents) => Object.assign(manifestOf(documents), { RepoTags: ['Bad:name'] }))],
    ['a name without tag', spoilt((documents) => Object.assign(manifestOf(documents), { RepoTags: ['untagged'] }))],
    ['a manifest that is no JSON', withManifest('{nope')],
    ['a manifest that is null', withManifest('null')],
    ['a manifest that is an object', withManifest('{}')],
    ['a manifest with a number', withManifest('[{"Config":1}]')],
    ['a manifest with a list in it', withManifest('[[]]')],
    ['a manifest whose tags are a word', withManifest('[{"RepoTags":"a"}]')],
    ['a manifest whose layers are numbers', withManifest('[{"Layers":["a",2]}]')],
    ['an empty manifest', withManifest('[]')],
    ['a manifest of nothing', withManifest('')],
    ['a manifest that stops', withManifest('[{"Config":')],
    ['a configuration that is no JSON', spoilt((documents) => Object.assign(documents, { config: 'nope' }))],
    ['a configuration that is a list', spoilt((documents) => Object.assign(documents, { config: '[]' }))],
    ['a configuration whose name is a number', spoilt(({ config }) => Object.assign(config, { author: 1 }))],
    ['a layer that is cut', archiveOf(`${OURS}:bad`, [base.subarray(0, 3000)])],
    ['a layer that is no archive', archiveOf(`${OURS}:bad`, [encode('no archive at all. '.repeat(60))])],
    ['an empty layer', archiveOf(`${OURS}:emptylayer`, [new Uint8Array(0)])],
    ['no layers', archiveOf(`${OURS}:nolayers`, [])],
    ['an archive that is cut', whole.subarray(0, 5000)],
    ['something else', encode('hi\n')],
    ['nothing', new Uint8Array(0)],
    ['an OCI layout without manifest.json', writeTar([entry('blobs', 'directory'), file('oci-layout', '{}')])],
  ]; // biome-ignore format: a table

  test.for(ARCHIVES)('docker load: %s', ([, archive, ...flags]) => {
    const answers = [real(['load', ...flags], archive), ours(['load', ...flags], archive)];
    expect(shown(answers[1]!)).toEqual(shown(answers[0]!));
  });

  test.for([
    [`${OURS}:whole`],
    [OURS],
    [`${OURS}:whole`, `${OURS}:gz`, `${OURS}:whole`],
    [`${OURS}:nolayers`],
    [`${OURS}:nosuch`],
    ['nosuch'],
    ['Bad'],
    ['0'.repeat(64)],
    ['--platform', 'linux/s390x', `${OURS}:whole`],
    ['--platform', 'nonsense', `${OURS}:whole`],
  ])('docker save %s', (args) => {
    const [theirs, own] = [real(['save', ...args]), ours(['save', ...args])];
    expect({ ...shown(own), stdout: '' }).toEqual({ ...shown(theirs), stdout: '' });
    expect(members(own.stdout)).toEqual(members(theirs.stdout));
  });

  test('a real engine takes our images as they are, big sparse programs too, and runs by their configuration', () => {
    const saved = ours(['save', 'nginx', 'busybox']);
    expect(saved.status).toBe(0);
    // Under names of our own, so that nothing of the engine is touched.
    const renamed = renamedTo(OURS, saved.stdout);
    expect(shown(real(['load'], renamed)).stdout).toBe(
      `Loaded image: ${OURS}/nginx:latest\nLoaded image: ${OURS}/busybox:latest\n`,
    );
    const format = '{{json .Config}} {{json .RootFS}} {{.Architecture}} {{.Os}} {{.Created}}';
    for (const name of ['nginx', 'busybox'])
      expect(real(['inspect', '-f', format, `${OURS}/${name}`]).stdout.toString()).toBe(
        ours(['inspect', '-f', format, name]).stdout.toString(),
      );
    const id = real(['create', `${OURS}/busybox`])
      .stdout.toString()
      .trim();
    const files = new Map([...readTar(real(['export', id]).stdout)].map((one) => [one.path, one]));
    real(['rm', id]);
    expect(files.get('bin/busybox')?.size).toBeGreaterThan(1_000_000);
    expect([...contentOf(files.get('bin/busybox')!).subarray(0, 4)]).toEqual([0x7f, 0x45, 0x4c, 0x46]);
  });

  test('what came from outside is kept and shown, and running it says what the simulator cannot do', ({
    skip,
  }) => {
    const saved = real(['save', 'busybox:1.35']);
    if (saved.status !== 0) return skip('the engine has no busybox:1.35');
    expect(shown(ours(['load'], saved.stdout)).stdout).toBe('Loaded image: busybox:1.35\n');
    const run = (name: string, ...args: string[]) => shown(ours(['run', '--rm', '-i', name, ...args]));
    expect(run('busybox:1.35', 'ls')).toEqual({
      status: 126,
      stdout: '',
      stderr:
        'ls: a foreign binary, which the simulator cannot execute: it runs its own simulated programs only\n',
    });
    const [container] = shown(ours(['create', 'busybox:1.35'])).stdout.split('\n');
    const files = (docker: Docker, id: string) => readTar(docker(['export', id]).stdout);
    expect([...files(ours, container!)].find(({ path }) => path === 'bin/busybox')?.size).toBeGreaterThan(
      500_000,
    );
  });

  test('a saved image is an OCI layout that umoci and skopeo read', ({ skip }) => {
    const has = (tool: string) => spawnSync(tool, ['--version']).status === 0;
    if (!has('umoci') || !has('skopeo')) return skip('umoci or skopeo is not installed');
    const layout = join(scratch, 'layout');
    mkdirSync(layout);
    execFileSync('tar', ['-xC', layout], { input: ours(['save', `${OURS}:whole`]).stdout });
    const config = JSON.parse(
      execFileSync('skopeo', ['inspect', '--config', `oci:${layout}:whole`]).toString(),
    );
    expect(config).toMatchObject({ architecture: 'amd64', config: { Labels: { by: 'drydock' } } });
    const bundle = join(scratch, 'bundle');
    execFileSync('umoci', ['unpack', '--image', `${layout}:whole`, bundle], { stdio: 'pipe' });
    expect(execFileSync('cat', [join(bundle, 'rootfs/new')]).toString()).toBe('new');
    expect(() => execFileSync('ls', [join(bundle, 'rootfs/etc/hard')], { stdio: 'pipe' })).toThrow();
  });

  test('what skopeo makes of an OCI layout loads as well', ({ skip }) => {
    if (spawnSync('skopeo', ['--version']).status !== 0) return skip('skopeo is not installed');
    const layout = join(scratch, 'layout2');
    mkdirSync(layout);
    execFileSync('tar', ['-xC', layout], { input: ours(['save', `${OURS}:whole`]).stdout });
    const archive = join(scratch, 'archive.tar');
    execFileSync('skopeo', ['copy', '-q', `oci:${layout}:whole`, `docker-archive:${archive}:${OURS}:skopeo`]);
    for (const docker of [real, ours])
      expect(shown(docker(['load', '-i', archive])).stdout).toBe(`Loaded image: ${OURS}:skopeo\n`);
  });

  test('a file of a layer that was changed behind the engine is not given away as the layer', () => {
    const path = ours(['inspect', '-f', '{{.GraphDriver.Data.UpperDir}}', `${OURS}:gz`])
      .stdout.toString()
      .trim();
    const mount = [
      'run',
      '--rm',
      '-v',
      `${path}:/layer`,
      'busybox',
      'sh',
      '-c',
      'echo changed >/layer/etc/passwd',
    ];
    expect(ours(mount).status).toBe(0);
    expect(shown(ours(['save', '-o', join(scratch, 'x.tar'), `${OURS}:gz`])).stderr).toBe(
      'Error response from daemon: file integrity checksum failed for "etc/passwd"\n',
    );
  });

  test('a sparse file of any size travels as a sparse file', () => {
    const bytes = encode('the end');
    const sparse = entry('sparse', 'file', { size: HOLE, extents: [{ offset: HOLE - bytes.length, bytes }] });
    const archive = archiveOf(`${OURS}:sparse`, [writeTar([sparse])]);
    for (const docker of [real, ours])
      expect(shown(docker(['load'], archive)).stdout).toBe(`Loaded image: ${OURS}:sparse\n`);
    const size = '{{.Size}}';
    expect(ours(['inspect', '-f', size, `${OURS}:sparse`]).stdout.toString()).toBe(
      real(['inspect', '-f', size, `${OURS}:sparse`]).stdout.toString(),
    );
    expect(ours(['save', `${OURS}:sparse`]).stdout.length).toBeLessThan(100_000);
    writeFileSync(join(scratch, 'sparse.tar'), archive);
    expect(ours(['load', '-i', join(scratch, 'sparse.tar')]).status).toBe(0);
  });
});

/** What is printed, with the names of temporary files and the engines' own directories taken out. */
function shown({ status, stdout, stderr }: Answer): { status: number; stdout: string; stderr: string } {
  const text = (raw: string) =>
    raw
      .replace(/(docker-(?:import|export)-)\d+/g, '$1N')
      .replace(/\/[\w/.-]*?(?=\/(?:tmp\/docker-|image\/overlay2))/g, 'ROOT');
  return { status, stdout: text(stdout.toString()), stderr: text(stderr) };
}

/** The members of an archive, but for the time at which the directory of blobs was written, and for the order of Go's maps. */
function members(archive: Uint8Array): unknown[] {
  return [...readTar(archive)].map((one) => {
    const text = Buffer.from(contentOf(one)).toString();
    const mtime = one.path === 'blobs/sha256' ? 0 : one.mtime;
    return { ...one, mtime, extents: one.path.endsWith('.json') ? listed(JSON.parse(text)) : text };
  });
}

/** The images of manifest.json or index.json, each as its text, in order. */
function listed(document: unknown[] | { manifests: unknown[] }): string[] {
  const items = Array.isArray(document) ? document : document.manifests;
  return items.map((item) => JSON.stringify(item)).sort();
}

/** The archive with its images' names below `prefix`; the index, which docker does not read, stays as it is. */
function renamedTo(prefix: string, archive: Uint8Array): Uint8Array {
  const found = [...readTar(archive)].map((one) => {
    if (one.path !== 'manifest.json') return one;
    const items = JSON.parse(Buffer.from(contentOf(one)).toString()) as { RepoTags: string[] }[];
    for (const item of items) item.RepoTags = item.RepoTags.map((tag) => `${prefix}/${tag}`);
    return file(one.path, JSON.stringify(items));
  });
  return writeTar(found);
}
