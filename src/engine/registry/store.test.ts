import { expect, test } from 'vitest';
import { encode } from '../base/bytes.ts';
import { type Digest, digestOf } from '../oci/digest.ts';
import { OCI } from '../oci/media-type.ts';
import { bytesSource, memoryStore, sourcedStore } from './memory-store.ts';
import { BlobUnavailable, type RegistryIndex, type RegistryStore } from './store.ts';

const BYTES = encode('{"schemaVersion":2}');
const DIGEST = digestOf(BYTES);
const index: RegistryIndex = {
  repositories: {
    base: { tags: { latest: DIGEST }, manifests: { [DIGEST]: OCI.manifest }, blobs: [DIGEST] },
  },
  sizes: { [DIGEST]: BYTES.length },
};

function filled(): RegistryStore {
  const store = memoryStore();
  store.putBlob('base', DIGEST, BYTES);
  store.putManifest('base', DIGEST, { mediaType: OCI.manifest, bytes: BYTES });
  store.setTag('base', 'latest', DIGEST);
  return store;
}

const sourced = () => sourcedStore(index, bytesSource(new Map([[DIGEST, BYTES]])));

test.each([
  ['in memory', filled],
  ['over a source', sourced],
])('the store %s', async (_, make) => {
  const store = make();
  expect(store.repositories()).toEqual(['base']);
  expect(store.tags('base')).toEqual(['latest']);
  expect(store.tags('none')).toBeUndefined();
  expect(store.resolveTag('base', 'latest')).toBe(DIGEST);
  expect(store.statManifest('base', DIGEST)).toEqual({ mediaType: OCI.manifest, size: BYTES.length });
  expect(await store.manifest('base', DIGEST)).toEqual({ mediaType: OCI.manifest, bytes: BYTES });
  expect([store.statBlob('base', DIGEST), store.statBlob('none', DIGEST)]).toEqual([BYTES.length, undefined]);
  expect(await store.blob('base', DIGEST)).toEqual(BYTES);
  expect(await store.blob('none', DIGEST)).toBeUndefined();

  expect(store.mountBlob('other', DIGEST, 'none')).toBe(false);
  expect(store.mountBlob('other', DIGEST, 'base')).toBe(true);
  expect(await store.blob('other', DIGEST)).toEqual(BYTES);
  expect([store.deleteBlob('base', DIGEST), store.deleteBlob('base', DIGEST)]).toEqual([true, false]);
  expect(await store.blob('base', DIGEST)).toBeUndefined();
  expect(await store.blob('other', DIGEST)).toEqual(BYTES);

  const more = encode('more');
  store.putBlob('other', digestOf(more), more);
  expect(await store.blob('other', digestOf(more))).toEqual(more);
  store.setTag('base', 'v1', DIGEST);
  expect(store.tags('base')).toEqual(['latest', 'v1']);
  expect([store.deleteTag('base', 'v1'), store.deleteTag('base', 'v1')]).toEqual([true, false]);
  expect(store.deleteManifest('base', DIGEST)).toBe(true);
  expect(store.tags('base')).toEqual([]);
});

test('bytes are fetched once, and not believed when they are others', async () => {
  const asked: Digest[] = [];
  const store = (bytes: () => Uint8Array) =>
    sourcedStore(index, {
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
