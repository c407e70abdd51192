import { expect, test } from 'vitest';
import { encode } from '../base/bytes.ts';
import { bootTestMachine } from '../kernel/testing.ts';
import { type Digest, digestOf } from '../oci/digest.ts';
import { OCI } from '../oci/media-type.ts';
import { FileStore } from './file-store.ts';
import { bytesSource, memoryStore, shelfOf, sourcedStore } from './memory-store.ts';
import { BlobUnavailable, type RegistryIndex, type RegistryStore } from './store.ts';

const BYTES = encode('{"schemaVersion":2}');
const DIGEST = digestOf(BYTES);
const index: RegistryIndex = {
  repositories: {
    base: { tags: { latest: DIGEST }, manifests: { [DIGEST]: OCI.manifest }, blobs: [DIGEST] },
  },
  sizes: { [DIGEST]: BYTES.length },
};

async function filled(store: RegistryStore): Promise<RegistryStore> {
  await store.putBlob('base', DIGEST, BYTES);
  await store.putManifest('base', DIGEST, { mediaType: OCI.manifest, bytes: BYTES });
  await store.setTag('base', 'latest', DIGEST);
  return store;
}

const sourced = () => sourcedStore(shelfOf(index), bytesSource(new Map([[DIGEST, BYTES]])));

/** Within a program: files are reached by system calls. */
async function inFiles(check: (store: RegistryStore) => Promise<void>): Promise<void> {
  const machine = bootTestMachine({
    programs: {
      check: async ({ sys }) => {
        await check(await filled(new FileStore(sys, '/registry')));
        return 0;
      },
    },
  });
  await machine.run(['check']);
}

test.each<[string, (check: (store: RegistryStore) => Promise<void>) => Promise<void>]>([
  ['in memory', async (check) => check(await filled(memoryStore()))],
  ['over a source', (check) => check(sourced())],
  ['in files', inFiles],
])('the store %s', (_, on) => on(contract));

async function contract(store: RegistryStore): Promise<void> {
  expect(await store.repositories()).toEqual(['base']);
  expect(await store.tags('base')).toEqual(['latest']);
  expect(await store.tags('none')).toBeUndefined();
  expect(await store.resolveTag('base', 'latest')).toBe(DIGEST);
  expect(await store.statManifest('base', DIGEST)).toEqual({ mediaType: OCI.manifest, size: BYTES.length });
  expect(await store.manifest('base', DIGEST)).toEqual({ mediaType: OCI.manifest, bytes: BYTES });
  expect([await store.statBlob('base', DIGEST), await store.statBlob('none', DIGEST)]).toEqual([
    BYTES.length,
    undefined,
  ]);
  expect(await store.blob('base', DIGEST)).toEqual(BYTES);
  expect(await store.blob('none', DIGEST)).toBeUndefined();

  expect(await store.mountBlob('other', DIGEST, 'none')).toBe(false);
  expect(await store.mountBlob('other', DIGEST, 'base')).toBe(true);
  expect(await store.blob('other', DIGEST)).toEqual(BYTES);
  expect([await store.deleteBlob('base', DIGEST), await store.deleteBlob('base', DIGEST)]).toEqual([
    true,
    false,
  ]);
  expect(await store.blob('base', DIGEST)).toBeUndefined();
  expect(await store.blob('other', DIGEST)).toEqual(BYTES);

  const more = encode('more');
  await store.putBlob('other', digestOf(more), more);
  expect(await store.blob('other', digestOf(more))).toEqual(more);
  await store.setTag('base', 'v1', DIGEST);
  expect((await store.tags('base'))?.sort()).toEqual(['latest', 'v1']);
  expect([await store.deleteTag('base', 'v1'), await store.deleteTag('base', 'v1')]).toEqual([true, false]);
  expect(await store.deleteManifest('base', DIGEST)).toBe(true);
  expect(await store.tags('base')).toEqual([]);

  const word = encode('uploaded');
  await store.beginUpload('new', 'one');
  expect(await store.repositories()).not.toContain('new');
  expect([await store.statUpload('new', 'one'), await store.statUpload('other', 'one')]).toEqual([
    0,
    undefined,
  ]);
  await store.appendUpload('new', 'one', word.subarray(0, 3));
  expect(await store.statUpload('new', 'one')).toBe(3);
  await store.appendUpload('new', 'one', word.subarray(3));
  expect(await store.commitUpload('new', 'one', digestOf(word))).toBe(true);
  expect([await store.statUpload('new', 'one'), await store.blob('new', digestOf(word))]).toEqual([
    undefined,
    word,
  ]);
  expect(await store.repositories()).toEqual(expect.arrayContaining(['new', 'other']));
  expect(await store.tags('new')).toBeUndefined();
  await store.beginUpload('new', 'two');
  expect(await store.commitUpload('new', 'two', digestOf(word))).toBe(false);
  await store.beginUpload('new', 'three');
  await store.cancelUpload('new', 'three');
  expect([await store.statUpload('new', 'two'), await store.statUpload('new', 'three')]).toEqual([
    undefined,
    undefined,
  ]);

  const about = encode(
    JSON.stringify({
      schemaVersion: 2,
      artifactType: 'text/x',
      subject: { mediaType: OCI.manifest, digest: DIGEST, size: BYTES.length },
    }),
  );
  await store.putManifest('new', digestOf(about), { mediaType: OCI.manifest, bytes: about });
  const listed = {
    mediaType: OCI.manifest,
    digest: digestOf(about),
    size: about.length,
    artifactType: 'text/x',
  };
  expect(await store.referrers('new', DIGEST)).toEqual([listed]);
  expect(await store.referrers('other', DIGEST)).toEqual([]);
  await store.deleteManifest('new', digestOf(about));
  expect(await store.referrers('new', DIGEST)).toEqual([]);
}

test('the newest tag comes first in memory', async () => {
  const store = await filled(memoryStore());
  await store.setTag('base', 'v1', DIGEST);
  expect(await store.tags('base')).toEqual(['v1', 'latest']);
});

test('bytes are fetched once, and not believed when they are others', async () => {
  const asked: Digest[] = [];
  const store = (bytes: () => Uint8Array) =>
    sourcedStore(shelfOf(index), {
      get: async (digest) => {
        asked.push(digest);
        return bytes();
      },
    });
  const good = store(() => BYTES);
  expect(asked).toEqual([]);
  await good.blob('base', DIGEST);
  await good.manifest('base', DIGEST);
  expect(asked).toEqual([DIGEST]);
  await expect(store(() => encode('evil')).blob('base', DIGEST)).rejects.toThrow('does not match its digest');
  const dead = store(() => {
    throw new Error('no route to host');
  });
  await expect(dead.manifest('base', DIGEST)).rejects.toThrow(BlobUnavailable);
  await expect(dead.manifest('base', DIGEST)).rejects.toThrow('no route to host');
});

test('a repository is read when it is first asked for, once, and again when it could not be read', async () => {
  const asked: string[] = [];
  let offline = true;
  const store = sourcedStore(
    {
      names: ['base', 'empty'],
      read: async (name) => {
        asked.push(name);
        if (offline) throw new Error('no route to host');
        return index;
      },
    },
    bytesSource(new Map([[DIGEST, BYTES]])),
  );
  expect([await store.repositories(), asked]).toEqual([['base', 'empty'], []]);
  await expect(store.tags('base')).rejects.toThrow(BlobUnavailable);
  offline = false;
  expect(await Promise.all([store.tags('base'), store.resolveTag('base', 'latest')])).toEqual([
    ['latest'],
    DIGEST,
  ]);
  expect(await store.tags('other')).toBeUndefined();
  expect(await store.mountBlob('other', DIGEST, 'base')).toBe(true);
  expect(asked).toEqual(['base', 'base']);
  expect(await store.repositories()).toEqual(['base', 'empty', 'other']);
});
