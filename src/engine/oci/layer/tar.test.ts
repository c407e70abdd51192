import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { gzipSync } from 'fflate';
import { afterAll, expect, test } from 'vitest';
import type { ByteReader } from '../../base/byte-stream.ts';
import { concat, decode, encode } from '../../base/bytes.ts';
import { contentOf, entry, InvalidLayer, type LayerEntry, layerSize } from './entry.ts';
import { gunzip, gzip } from './gzip.ts';
import { packLayer, readLayer } from './layer.ts';
import { readTar } from './tar-reader.ts';
import { TarSplit } from './tar-split.ts';
import { TarStream } from './tar-stream.ts';
import { writeTar } from './tar-writer.ts';
import { changeOf, opaqueMarker, whiteout } from './whiteout.ts';

const file = (path: string, text: string, rest: Partial<LayerEntry> = {}) =>
  entry(path, 'file', { extents: text === '' ? [] : [{ offset: 0, bytes: encode(text) }], ...rest });

const SPARSE_SIZE = 70_000_000;

const everything: LayerEntry[] = [
  entry('etc', 'directory', { mtime: 1_700_000_000_000 }),
  file('etc/hostname', 'drydock\n', { mode: 0o4755, uid: 1000, gid: 100, mtime: 1_700_000_000_123 }),
  file(`${'long/'.repeat(25)}name`, 'prefix'),
  file(`${'d'.repeat(120)}/${'f'.repeat(130)}`, 'pax path'),
  file('größe', 'utf-8', { uid: 3_000_000 }),
  entry('link', 'symlink', { linkname: 'etc/hostname' }),
  entry('far', 'symlink', { linkname: `${'x/'.repeat(80)}y` }),
  entry('hard', 'hardlink', { linkname: 'etc/hostname' }),
  entry('null', 'character', { mode: 0o666, devmajor: 1, devminor: 3 }),
  entry('sda', 'block', { devmajor: 8 }),
  entry('pipe', 'fifo'),
  file('ping', 'x', { xattrs: { 'security.capability': new Uint8Array([1, 0, 0, 2, 0, 32, 10, 0]) } }),
  entry('big', 'file', {
    size: SPARSE_SIZE,
    mode: 0o755,
    extents: [
      { offset: 0, bytes: encode('head') },
      { offset: 1_000_000, bytes: encode('middle') },
    ],
  }),
  whiteout('etc/gone'),
  opaqueMarker('etc'),
];

test('an archive reads back as it was written, and always as the same bytes', () => {
  const archive = writeTar(everything);
  expect([...readTar(archive)]).toEqual(everything);
  expect(writeTar(everything)).toEqual(archive);
  expect(archive.length % 512).toBe(0);
});

test('a binary that is nearly all holes weighs little but keeps its size', () => {
  const layer = packLayer(everything);
  expect(layer.blob.length).toBeLessThan(4000);
  expect(layer.size).toBeGreaterThan(SPARSE_SIZE);
  const { entries, diffId } = readLayer(layer.blob, layer.descriptor.mediaType);
  expect(diffId).toBe(layer.diffId);
  const big = entries.find(({ path }) => path === 'big')!;
  expect(big.size).toBe(SPARSE_SIZE);
  expect(decode(contentOf(big).subarray(1_000_000, 1_000_006))).toBe('middle');
});

test('docker counts each file once, links by their target', () => {
  expect(
    layerSize([
      file('a', '12345'),
      entry('b', 'hardlink', { linkname: 'a' }),
      entry('c', 'symlink', { linkname: 'abc' }),
    ]),
  ).toBe(8);
});

test('any entries survive the archive', () => {
  const component = fc.stringMatching(/^[a-zA-Z0-9äß_-][a-zA-Z0-9äß._-]{0,90}$/);
  const entries = fc.array(
    fc.record({
      path: fc.array(component, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/')),
      mode: fc.integer({ min: 0, max: 0o7777 }),
      uid: fc.integer({ min: 0, max: 2 ** 31 }),
      mtime: fc.integer({ min: -1e12, max: 4e12 }),
      gaps: fc.array(
        fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.uint8Array({ minLength: 1, maxLength: 700 })),
      ),
      tail: fc.integer({ min: 0, max: 9000 }),
      xattr: fc.option(fc.uint8Array({ maxLength: 30 })),
    }),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(entries, (drawn) => {
      const written = drawn.map(({ path, mode, uid, mtime, gaps, tail, xattr }) => {
        let at = 0;
        const extents = gaps.map(([gap, bytes]) => {
          const offset = at + gap;
          at = offset + bytes.length;
          return { offset, bytes };
        });
        return entry(path, 'file', {
          mode,
          uid,
          mtime,
          size: at + tail,
          extents,
          xattrs: xattr ? { 'user.x': xattr } : {},
        });
      });
      const read = [...readTar(writeTar(written))];
      expect(read.map(({ extents: _, ...rest }) => rest)).toEqual(
        written.map(({ extents: _, ...rest }) => rest),
      );
      expect(read.map(contentOf)).toEqual(written.map(contentOf));
    }),
    { numRuns: 60 },
  );
});

test('a damaged or cut archive is refused', () => {
  const archive = writeTar(everything);
  const damaged = archive.slice();
  damaged[0] = 0x7a;
  expect(() => [...readTar(damaged)]).toThrow('archive/tar: invalid tar header');
  expect(() => [...readTar(archive.subarray(0, 700))]).toThrow('unexpected EOF');
  expect(() => [...readTar(encode('hi\n'))]).toThrow('unexpected EOF');
  expect(() => gunzip(encode('not gzip'))).toThrow('gzip: invalid header');
  const packed = gzip(new Uint8Array(100_000));
  expect(() => gunzip(packed, 1000)).toThrow('more than 1000 bytes');
  expect(() => gunzip(packed.subarray(0, packed.length - 20))).toThrow(InvalidLayer);
  expect(gunzip(new Uint8Array([...gzip(encode('a')), ...gzip(encode('b'))]))).toEqual(encode('ab'));
  // A header that states a name; a member that is shorter, or longer, than it says.
  expect(gunzip(gzipSync(encode('named'), { filename: 'name', mtime: 0 }))).toEqual(encode('named'));
  for (const by of [-1, 1]) {
    const lying = packed.slice();
    lying[lying.length - 4]! += by;
    expect(() => gunzip(lying)).toThrow('unexpected EOF');
  }
});

test('whiteouts say what is gone, and no path leaves the root', () => {
  expect(changeOf(whiteout('etc/gone'))).toEqual({ kind: 'whiteout', path: 'etc/gone' });
  expect(changeOf(whiteout('gone'))).toEqual({ kind: 'whiteout', path: 'gone' });
  expect(changeOf(opaqueMarker('etc'))).toEqual({ kind: 'opaque', path: 'etc' });
  expect(changeOf(opaqueMarker(''))).toEqual({ kind: 'opaque', path: '' });
  expect(changeOf(file('.wh..wh.plnk/x', ''))?.kind).toBe('entry');
  expect(changeOf(file('.wh..wh.aufs', ''))).toBeUndefined();
  expect(changeOf(file('a/./b', 'x'))).toMatchObject({ kind: 'entry', entry: { path: 'a/b' } });
  for (const name of ['.wh.', '.wh..', '.wh...'])
    expect(() => changeOf(file(name, ''))).toThrow(InvalidLayer);
  for (const name of ['..', '../pwned', 'a/../../b'])
    expect(() => changeOf(file(name, ''))).toThrow('outside of the root');
  expect(() => changeOf(entry('a', 'hardlink', { linkname: '../victim' }))).toThrow('outside of the root');
});

const scratch = mkdtempSync(join(tmpdir(), 'drydock-tar-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const has = (command: string) => spawnSync(command, ['--version']).status === 0;
const root = process.getuid?.() === 0;

test.skipIf(!has('tar') || !root)('GNU tar unpacks what we write', () => {
  const path = join(scratch, 'ours.tar');
  const plain = everything.filter(({ type, uid }) => type !== 'block' && uid < 3_000_000);
  writeFileSync(path, writeTar(plain));
  const into = join(scratch, 'ours');
  execFileSync('mkdir', [into]);
  execFileSync('tar', ['-xpf', path, '-C', into]);
  const big = statSync(join(into, 'big'));
  expect(big.size).toBe(SPARSE_SIZE);
  expect(big.blocks * 512).toBeLessThan(1_000_000);
  expect(execFileSync('cat', [join(into, 'hard')]).toString()).toBe('drydock\n');
  const listing = execFileSync('tar', ['-tvf', path, '--numeric-owner']).toString();
  expect(listing).toContain('-rwsr-xr-x 1000/100          8');
  expect(listing).toContain('crw-rw-rw- 0/0             1,3');
  expect(listing).toContain('70000000');
});

test.skipIf(!has('tar') || !root).each(['ustar', 'pax', 'gnu', 'v7', 'oldgnu'])(
  'what GNU tar writes as %s, we read',
  (format) => {
    const tree = join(scratch, `tree-${format}`);
    const script = `mkdir -p ${tree}/d && cd ${tree} && printf hello > d/f && ln d/f d/hard && ln -s d/f soft
    printf start > sparse && truncate -s 3M sparse && printf end >> sparse`;
    execFileSync('sh', ['-c', script]);
    if (format === 'gnu' || format === 'pax' || format === 'oldgnu') {
      const long = 'n'.repeat(200);
      execFileSync('sh', ['-c', `cd ${tree} && printf long > ${long} && ln -s ${long} longlink`]);
    }
    const path = join(scratch, `${format}.tar`);
    const sparse = format === 'v7' || format === 'ustar' ? [] : ['-S'];
    execFileSync('tar', ['-cf', path, `--format=${format}`, ...sparse, '-C', tree, '.']);
    const entries = [...readTar(execFileSync('cat', [path], { maxBuffer: 1 << 24 }))];
    const byPath = new Map(entries.map((item) => [item.path, item]));
    expect(byPath.get('')?.type).toBe('directory');
    const [first, second] = [byPath.get('d/f')!, byPath.get('d/hard')!].sort((a, b) =>
      a.type.localeCompare(b.type),
    );
    expect(decode(contentOf(first!))).toBe('hello');
    expect(second).toMatchObject({ type: 'hardlink', linkname: first!.path });
    expect(byPath.get('soft')).toMatchObject({ type: 'symlink', linkname: 'd/f' });
    const data = byPath.get('sparse')!;
    expect(data.size).toBe(3 * 1024 * 1024 + 3);
    expect(decode(contentOf(data).subarray(-4))).toBe('\0end');
    if (sparse.length > 0) {
      expect(data.extents.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThan(100_000);
      expect(byPath.get('longlink')?.linkname).toBe('n'.repeat(200));
      expect(decode(contentOf(byPath.get('n'.repeat(200))!))).toBe('long');
    }
  },
);

test.skipIf(!has('tar')).each(['0.0', '0.1', '1.0'])('sparse files of PAX format %s', (version) => {
  const name = join(scratch, `sparse-${version}`);
  execFileSync('sh', ['-c', `printf a > ${name} && truncate -s 1M ${name} && printf z >> ${name}`]);
  const archive = `${name}.tar`;
  execFileSync('tar', [
    '-cSf',
    archive,
    '--format=pax',
    `--sparse-version=${version}`,
    '-C',
    scratch,
    `sparse-${version}`,
  ]);
  const [only] = [...readTar(execFileSync('cat', [archive]))];
  expect(only).toMatchObject({ path: `sparse-${version}`, size: 1024 * 1024 + 1 });
  const content = contentOf(only!);
  expect([content[0], content[1], content.at(-1)]).toEqual([0x61, 0, 0x7a]);
});

test.skipIf(!has('python3'))("Python's tarfile agrees on every field", () => {
  const path = join(scratch, 'python.tar');
  writeFileSync(path, writeTar(everything));
  const script = `import tarfile, json, sys
print(json.dumps([[m.name, m.mode, m.uid, m.gid, m.mtime, m.size, m.linkname, m.type.decode(), m.devmajor, m.devminor] for m in tarfile.open(sys.argv[1])]))`;
  const members = JSON.parse(execFileSync('python3', ['-c', script, path]).toString()) as unknown[][];
  const flag = {
    file: '0',
    hardlink: '1',
    symlink: '2',
    character: '3',
    block: '4',
    directory: '5',
    fifo: '6',
  };
  expect(members).toEqual(
    everything.map((e) => [
      e.path,
      e.mode,
      e.uid,
      e.gid,
      e.mtime / 1000,
      e.size,
      e.linkname,
      flag[e.type],
      e.devmajor,
      e.devminor,
    ]),
  );
});

/** A stream in pieces of any size. */
function inPieces(bytes: Uint8Array, sizes: readonly number[]): ByteReader {
  let at = 0;
  let next = 0;
  return {
    async read(max = 65536) {
      if (at >= bytes.length) return null;
      const size = Math.min(max, sizes[next++ % sizes.length]!);
      const piece = bytes.subarray(at, at + size);
      at += piece.length;
      return piece;
    },
  };
}

test('an archive read as a stream, however it is cut, has the same entries, and its parts make it again', async () => {
  const archive = writeTar(everything);
  const sizes = fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(sizes, async (drawn) => {
      const split = new TarSplit();
      const contents = new Map<string, Uint8Array>();
      const stream = new TarStream(inPieces(archive, drawn), split);
      const read: LayerEntry[] = [];
      for await (const { entry: found, content } of stream) {
        const chunks: Uint8Array[] = [];
        // Every other content is left unread, which must not disturb the next entry.
        if (found.extents.length > 0 || read.length % 2 === 0)
          for (let chunk = await content.read(); chunk; chunk = await content.read()) chunks.push(chunk);
        const bytes = chunks.length === 0 ? contentOf(everything[read.length]!) : concat(chunks);
        const isStreamed = found.type === 'file' && found.extents.length === 0 && found.size > 0;
        if (isStreamed) contents.set(found.path, bytes);
        read.push(isStreamed ? { ...found, extents: [{ offset: 0, bytes }] } : found);
      }
      await stream.rest();
      expect(read).toEqual(everything);
      const again = [...split.parts()].map((part) => ('path' in part ? contents.get(part.path)! : part));
      expect(concat(again)).toEqual(archive);
    }),
    { numRuns: 25 },
  );
});

test('a stream that is cut short is refused wherever it is cut', async () => {
  const archive = writeTar(everything);
  const last = archive.length - 1024;
  for (const length of [1, 511, 700, 5000, last - 100]) {
    const read = async () => {
      for await (const _ of new TarStream(inPieces(archive.subarray(0, length), [4096])));
    };
    await expect(read()).rejects.toThrow('unexpected EOF');
  }
});
