import type { Repository } from '../../distribution/repository.ts';
import type { Digest } from '../../oci/digest.ts';
import type { RegistryStore, StoredManifest } from '../../registry/store.ts';

/**
 * A store that has what another registry has: what is asked for is fetched from there once and kept (distribution, "Registry as
 * a pull through cache"). Tags are looked up there each time, for they move; when it cannot be reached, what is kept serves.
 *
 * @param open opens a repository of the other registry
 */
export function proxyStore(local: RegistryStore, open: (name: string) => Promise<Repository>): RegistryStore {
  const ask = async <T>(
    name: string,
    question: (remote: Repository) => Promise<T>,
  ): Promise<T | undefined> => {
    try {
      return await question(await open(name));
    } catch (error) {
      if (error instanceof Error) return undefined;
      throw error;
    }
  };
  const fetchManifest = async (name: string, digest: Digest): Promise<StoredManifest | undefined> => {
    const kept = await local.manifest(name, digest);
    if (kept !== undefined) return kept;
    const remote = await ask(name, (repository) => repository.manifest(digest));
    if (remote === undefined) return undefined;
    const manifest = { mediaType: remote.type, bytes: remote.bytes };
    await local.putManifest(name, digest, manifest);
    return manifest;
  };
  const methods: Partial<RegistryStore> = {
    async tags(name) {
      return (await ask(name, (remote) => remote.tags())) ?? local.tags(name);
    },
    async resolveTag(name, tag) {
      const found = await ask(name, (remote) => remote.resolve(tag));
      if (found === undefined) return local.resolveTag(name, tag);
      if ((await fetchManifest(name, found.digest)) === undefined) return undefined;
      await local.setTag(name, tag, found.digest);
      return found.digest;
    },
    async statManifest(name, digest) {
      const manifest = await fetchManifest(name, digest);
      return manifest && { mediaType: manifest.mediaType, size: manifest.bytes.length };
    },
    manifest: fetchManifest,
    async statBlob(name, digest) {
      return (await local.statBlob(name, digest)) ?? ask(name, (remote) => remote.statBlob(digest));
    },
    async blob(name, digest) {
      const kept = await local.blob(name, digest);
      if (kept !== undefined) return kept;
      const bytes = await ask(name, (remote) => remote.blob(digest));
      if (bytes !== undefined) await local.putBlob(name, digest, bytes);
      return bytes;
    },
  };
  return new Proxy(local, {
    get: (target, key) => {
      const own = methods[key as keyof RegistryStore];
      if (own !== undefined) return own;
      const value = target[key as keyof RegistryStore];
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
