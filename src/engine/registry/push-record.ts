import type { Digest } from '../oci/digest.ts';
import type { Manifest } from '../oci/manifest.ts';

/**
 * How a blob came to be where a manifest needs it: its bytes travelled, another repository of the registry had them and they
 * were mounted, or the repository had them before.
 */
export type Arrival = 'uploaded' | 'mounted' | 'present';

export interface PushedBlob {
  digest: Digest;
  /** Bytes, as the manifest has it. */
  size: number;
  role: 'config' | 'layer';
  arrival: Arrival;
}

/** One image that was pushed: what its manifest needs, and how that came. */
export interface Push {
  repository: string;
  /** The tag or digest that it was pushed as. */
  reference: string;
  manifest: Digest;
  /** ms since the epoch. */
  at: number;
  /** The configuration first, then the layers, the lowest first. */
  blobs: PushedBlob[];
}

/** How many pushes are remembered. */
const KEPT = 20;

/**
 * What a registry saw of the pushes to it, for whoever looks into it. A push is no request of its own: it is all that happened to
 * blobs of a repository until a manifest came that needs them.
 */
export class PushRecord {
  readonly #arrivals = new Map<string, Map<Digest, Arrival>>();
  readonly #pushes: Push[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Oldest first. */
  get pushes(): readonly Push[] {
    return this.#pushes;
  }

  /** A blob was sent or mounted. */
  arrived(repository: string, digest: Digest, arrival: Arrival): void {
    const known = this.#arrivals.get(repository) ?? new Map<Digest, Arrival>();
    this.#arrivals.set(repository, known.set(digest, arrival));
  }

  /** A manifest was taken, and with it ends a push. */
  ended(repository: string, reference: string, manifest: Digest, { config, layers }: Manifest): void {
    const arrivals = this.#arrivals.get(repository);
    const blob =
      (role: PushedBlob['role']) =>
      ({ digest, size }: Manifest['config']): PushedBlob => ({
        digest,
        size,
        role,
        arrival: arrivals?.get(digest) ?? 'present',
      });
    const blobs = [blob('config')(config), ...layers.map(blob('layer'))];
    for (const { digest } of blobs) arrivals?.delete(digest);
    this.#pushes.push({ repository, reference, manifest, at: this.#now(), blobs });
    if (this.#pushes.length > KEPT) this.#pushes.shift();
  }
}
