import type { RemoteManifest, Repository } from '../../distribution/repository.ts';
import type { Digest } from '../../oci/digest.ts';

/**
 * Manifests as they were pulled, which the daemon keeps beside the images: what is here need not be fetched again. Models moby
 * distribution/manifest.go over containerd's content store.
 */
export class ManifestStore {
  readonly #kept = new Map<Digest, { manifest: RemoteManifest; sources: Set<string> }>();

  /**
   * A manifest by its digest, from here or from the registry.
   *
   * @param name the repository's, with its registry
   * @param byDigest whether somebody asked for this very digest: then the repository must really have it
   */
  async get(
    repository: Repository,
    name: string,
    digest: Digest,
    byDigest: boolean,
  ): Promise<RemoteManifest> {
    const kept = this.#kept.get(digest);
    if (
      kept !== undefined &&
      (!byDigest || kept.sources.has(name) || (await repository.hasManifest(digest)))
    ) {
      kept.sources.add(name);
      return kept.manifest;
    }
    const manifest = await repository.manifest(digest);
    this.#kept.set(manifest.digest, { manifest, sources: new Set([...(kept?.sources ?? []), name]) });
    return manifest;
  }
}
