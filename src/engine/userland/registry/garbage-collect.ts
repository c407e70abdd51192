import type { Digest } from '../../oci/digest.ts';
import { isIndex, parseManifest } from '../../oci/manifest.ts';
import type { FileStore } from '../../registry/file-store.ts';
import { contentPath } from '../../registry/layout.ts';

export interface CollectOptions {
  dryRun: boolean;
  /** Manifests that no tag leads to go as well. */
  untagged: boolean;
  say(line: string): Promise<void>;
  log(message: string): Promise<void>;
}

/** Deletes content that no manifest needs. Models distribution registry/storage/garbagecollect.go. */
export async function collectGarbage(store: FileStore, options: CollectOptions): Promise<void> {
  const { dryRun, untagged, say, log } = options;
  const marked = new Set<Digest>();
  const doomed: { repository: string; digest: Digest }[] = [];
  for (const repository of await store.repositories()) {
    await say(repository);
    const tagged = new Set<Digest>();
    for (const tag of (await store.tags(repository)) ?? [])
      tagged.add((await store.resolveTag(repository, tag)) ?? '');
    for (const digest of await store.revisions(repository)) {
      if (untagged && !tagged.has(digest)) {
        await say(`manifest eligible for deletion: ${digest}`);
        doomed.push({ repository, digest });
        continue;
      }
      await say(`${repository}: marking manifest ${digest} `);
      marked.add(digest);
      const manifest = await store.manifest(repository, digest);
      if (manifest === undefined) continue;
      for (const needed of needs(manifest.mediaType, manifest.bytes)) {
        marked.add(needed);
        await say(`${repository}: marking blob ${needed}`);
      }
    }
  }
  const all = await store.contents();
  const garbage = all.filter((digest) => !marked.has(digest));
  await say(
    `\n${marked.size} blobs marked, ${garbage.length} blobs and ${doomed.length} manifests eligible for deletion`,
  );
  for (const { repository, digest } of doomed) if (!dryRun) await store.deleteManifest(repository, digest);
  for (const digest of garbage) {
    await say(`blob eligible for deletion: ${digest}`);
    if (dryRun) continue;
    await log(`Deleting blob: /docker/registry/v2/blobs/${contentPath(digest)}`);
    await store.deleteContent(digest);
  }
}

function needs(mediaType: string, bytes: Uint8Array): Digest[] {
  const document = parseManifest(bytes, mediaType);
  if (isIndex(document)) return document.manifests.map(({ digest }) => digest);
  return [document.config, ...document.layers].map(({ digest }) => digest);
}
