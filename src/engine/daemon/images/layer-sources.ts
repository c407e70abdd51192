import { encode } from '../../base/bytes.ts';
import type { Credentials } from '../../distribution/credentials.ts';
import { type Digest, digestOf } from '../../oci/digest.ts';

/** Where a layer has been seen packed: under which digest, in which repository, and whose login saw it. */
export interface LayerSource {
  digest: Digest;
  /** `docker.io/library/nginx` */
  repository: string;
  /** A mark of the credentials, empty where the layer was pulled. */
  seenBy: string;
}

/** How many sources of one layer are remembered. */
const MOST = 50;

/**
 * What pulls and pushes teach about layers: the digests under which registries keep them. By it a push knows what it need not
 * send, and a pull what it has already. Models moby distribution/metadata.
 */
export class LayerSources {
  readonly #byDiffId = new Map<Digest, LayerSource[]>();
  readonly #byDigest = new Map<Digest, Digest>();

  /** The oldest first. */
  of(diffId: Digest): readonly LayerSource[] {
    return this.#byDiffId.get(diffId) ?? [];
  }

  diffIdOf(digest: Digest): Digest | undefined {
    return this.#byDigest.get(digest);
  }

  add(diffId: Digest, source: LayerSource): void {
    const others = this.of(diffId).filter((known) => !same(known, source));
    this.#byDiffId.set(diffId, [...others, source].slice(-MOST));
    this.#byDigest.set(source.digest, diffId);
  }

  remove(source: LayerSource): void {
    const diffId = this.#byDigest.get(source.digest);
    if (diffId === undefined) return;
    this.#byDiffId.set(
      diffId,
      this.of(diffId).filter((known) => !same(known, source)),
    );
  }
}

const same = (a: LayerSource, b: LayerSource) =>
  a.digest === b.digest && a.repository === b.repository && a.seenBy === b.seenBy;

/** A mark by which the same credentials are known again. */
export function markOf({ username, password, auth, identitytoken, registrytoken }: Credentials): string {
  return digestOf(encode(JSON.stringify([username, password, auth, identitytoken, registrytoken])));
}
