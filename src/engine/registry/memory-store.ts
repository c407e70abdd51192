import type { Descriptor } from '../oci/descriptor.ts';
import { type Digest, verifies } from '../oci/digest.ts';
import { parseObject } from '../oci/manifest.ts';
import {
  type BlobSource,
  BlobUnavailable,
  type RegistryIndex,
  type RegistryStore,
  type StoredManifest,
} from './store.ts';

/** An empty store that keeps all it is given in memory. */
export function memoryStore(): RegistryStore {
  return new Store({ get: (digest) => Promise.reject(new BlobUnavailable(digest, 'no such content')) });
}

/**
 * A store that begins with the repositories of `index`, whose bytes come from `source` when they are first asked for.
 * What is pushed is kept in memory beside them.
 */
export function sourcedStore(index: RegistryIndex, source: BlobSource): RegistryStore {
  const store = new Store(source);
  for (const [name, { tags, manifests, blobs }] of Object.entries(index.repositories)) {
    const repository = store.open(name);
    for (const [tag, digest] of Object.entries(tags)) repository.tags.set(tag, digest);
    for (const [digest, mediaType] of Object.entries(manifests)) repository.manifests.set(digest, mediaType);
    for (const digest of blobs) repository.blobs.add(digest);
  }
  for (const [digest, size] of Object.entries(index.sizes)) store.sizes.set(digest, size);
  return store;
}

interface Repository {
  tags: Map<string, Digest>;
  /** Media type by digest. */
  manifests: Map<Digest, string>;
  blobs: Set<Digest>;
  referrers: Map<Digest, Descriptor[]>;
}

class Store implements RegistryStore {
  readonly sizes = new Map<Digest, number>();
  readonly #content = new Map<Digest, Uint8Array>();
  readonly #repositories = new Map<string, Repository>();
  readonly #source: BlobSource;

  constructor(source: BlobSource) {
    this.#source = source;
  }

  /** The repository of this name, made when there is none: repositories begin with the first push. */
  open(name: string): Repository {
    let repository = this.#repositories.get(name);
    if (repository === undefined) {
      repository = { tags: new Map(), manifests: new Map(), blobs: new Set(), referrers: new Map() };
      this.#repositories.set(name, repository);
    }
    return repository;
  }

  repositories(): string[] {
    return [...this.#repositories.keys()].sort();
  }

  tags(repository: string): string[] | undefined {
    const tags = this.#repositories.get(repository)?.tags;
    return tags && [...tags.keys()].sort();
  }

  resolveTag(repository: string, tag: string): Digest | undefined {
    return this.#repositories.get(repository)?.tags.get(tag);
  }

  setTag(repository: string, tag: string, digest: Digest): void {
    this.open(repository).tags.set(tag, digest);
  }

  deleteTag(repository: string, tag: string): boolean {
    return this.#repositories.get(repository)?.tags.delete(tag) ?? false;
  }

  statManifest(repository: string, digest: Digest): { mediaType: string; size: number } | undefined {
    const mediaType = this.#repositories.get(repository)?.manifests.get(digest);
    return mediaType === undefined ? undefined : { mediaType, size: this.sizes.get(digest) ?? 0 };
  }

  async manifest(repository: string, digest: Digest): Promise<StoredManifest | undefined> {
    const mediaType = this.#repositories.get(repository)?.manifests.get(digest);
    return mediaType === undefined ? undefined : { mediaType, bytes: await this.#bytes(digest) };
  }

  putManifest(name: string, digest: Digest, { mediaType, bytes }: StoredManifest): void {
    const repository = this.open(name);
    repository.manifests.set(digest, mediaType);
    this.#keep(digest, bytes);
    const { subject, artifactType, config, annotations } = parseObject(bytes) as unknown as Referring;
    if (subject === undefined) return;
    const others = (repository.referrers.get(subject.digest) ?? []).filter(
      (other) => other.digest !== digest,
    );
    const referrer: Descriptor = { mediaType, digest, size: bytes.length };
    const type = artifactType ?? config?.mediaType;
    if (type !== undefined) referrer.artifactType = type;
    if (annotations !== undefined) referrer.annotations = annotations;
    repository.referrers.set(subject.digest, [...others, referrer]);
  }

  deleteManifest(name: string, digest: Digest): boolean {
    const repository = this.#repositories.get(name);
    if (!repository?.manifests.delete(digest)) return false;
    for (const [tag, target] of repository.tags) if (target === digest) repository.tags.delete(tag);
    for (const [subject, list] of repository.referrers)
      repository.referrers.set(
        subject,
        list.filter((referrer) => referrer.digest !== digest),
      );
    return true;
  }

  referrers(repository: string, subject: Digest): Descriptor[] {
    return this.#repositories.get(repository)?.referrers.get(subject) ?? [];
  }

  statBlob(repository: string, digest: Digest): number | undefined {
    return this.#repositories.get(repository)?.blobs.has(digest) ? this.sizes.get(digest) : undefined;
  }

  async blob(repository: string, digest: Digest): Promise<Uint8Array | undefined> {
    return this.statBlob(repository, digest) === undefined ? undefined : this.#bytes(digest);
  }

  putBlob(repository: string, digest: Digest, bytes: Uint8Array): void {
    this.open(repository).blobs.add(digest);
    this.#keep(digest, bytes);
  }

  mountBlob(repository: string, digest: Digest, from: string): boolean {
    if (this.statBlob(from, digest) === undefined) return false;
    this.open(repository).blobs.add(digest);
    return true;
  }

  deleteBlob(repository: string, digest: Digest): boolean {
    return this.#repositories.get(repository)?.blobs.delete(digest) ?? false;
  }

  #keep(digest: Digest, bytes: Uint8Array): void {
    this.#content.set(digest, bytes);
    this.sizes.set(digest, bytes.length);
  }

  async #bytes(digest: Digest): Promise<Uint8Array> {
    const kept = this.#content.get(digest);
    if (kept !== undefined) return kept;
    let bytes: Uint8Array;
    try {
      bytes = await this.#source.get(digest);
    } catch (error) {
      if (error instanceof BlobUnavailable) throw error;
      throw new BlobUnavailable(digest, error instanceof Error ? error.message : String(error));
    }
    if (!verifies(digest, bytes)) throw new BlobUnavailable(digest, 'content does not match its digest');
    this.#content.set(digest, bytes);
    return bytes;
  }
}

interface Referring {
  subject?: Descriptor;
  artifactType?: string;
  config?: Descriptor;
  annotations?: Record<string, string>;
}

/** A source over content that is at hand. */
export function bytesSource(content: ReadonlyMap<Digest, Uint8Array>): BlobSource {
  return {
    async get(digest) {
      const bytes = content.get(digest);
      if (bytes === undefined) throw new BlobUnavailable(digest, 'no such content');
      return bytes;
    },
  };
}
