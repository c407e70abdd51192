import { concat } from '../base/bytes.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { type Digest, verifies } from '../oci/digest.ts';
import type { RepositoryContents } from './contents.ts';
import { referrerOf } from './referrer.ts';
import {
  type BlobSource,
  BlobUnavailable,
  type RegistryIndex,
  type RegistryStore,
  type Shelf,
  type StoredManifest,
} from './store.ts';

/** A store whose content can be looked at without asking it. */
export interface MemoryStore extends RegistryStore {
  /** The repositories that have been written to, by name. */
  contents(): RepositoryContents[];
}

/** An empty store that keeps all it is given in memory. */
export function memoryStore(): MemoryStore {
  return new Store(EMPTY_SHELF, NO_SOURCE);
}

/**
 * A store that begins with the repositories of a shelf. What is in them, and the bytes from `source`, comes when it is first asked
 * for. What is pushed is kept in memory beside them.
 *
 * @param sharedBlobs every repository has the blobs of all
 */
export function sourcedStore(shelf: Shelf, source: BlobSource, sharedBlobs = false): MemoryStore {
  return new Store(shelf, source, sharedBlobs);
}

/** An empty store beside another, every repository of which has the blobs that any of the other's has. */
export function storeBeside(other: RegistryStore): MemoryStore {
  return new SharingStore(other);
}

/** A shelf over a table of contents that is at hand. */
export function shelfOf(index: RegistryIndex): Shelf {
  return { names: Object.keys(index.repositories), read: async () => index };
}

const EMPTY_SHELF: Shelf = { names: [], read: async () => ({ repositories: {}, sizes: {} }) };

const NO_SOURCE: BlobSource = {
  get: (digest) => Promise.reject(new BlobUnavailable(digest, 'no such content')),
};

interface Repository {
  /** Absent until something is tagged. */
  tags: Map<string, Digest> | undefined;
  /** Media type by digest. */
  manifests: Map<Digest, string>;
  blobs: Set<Digest>;
  referrers: Map<Digest, Descriptor[]>;
  /** What has come of each upload. */
  uploads: Map<string, Uint8Array[]>;
}

const emptyRepository = (): Repository => ({
  tags: undefined,
  manifests: new Map(),
  blobs: new Set(),
  referrers: new Map(),
  uploads: new Map(),
});

class Store implements MemoryStore {
  readonly #sizes = new Map<Digest, number>();
  readonly #content = new Map<Digest, Uint8Array>();
  readonly #repositories = new Map<string, Repository>();
  readonly #written = new Set<string>();
  readonly #source: BlobSource;
  readonly #shelf: Shelf;
  readonly #sharedBlobs: boolean;
  /** Repositories of the shelf that are still to be read, each with its reading once that has begun. */
  readonly #unread: Map<string, Promise<void> | undefined>;

  constructor(shelf: Shelf, source: BlobSource, sharedBlobs = false) {
    this.#shelf = shelf;
    this.#sharedBlobs = sharedBlobs;
    this.#source = source;
    this.#unread = new Map(shelf.names.map((name) => [name, undefined]));
  }

  async #find(name: string): Promise<Repository | undefined> {
    if (this.#unread.has(name)) {
      const reading = this.#unread.get(name) ?? this.#read(name);
      this.#unread.set(name, reading);
      await reading;
    }
    return this.#repositories.get(name);
  }

  /** Takes a repository from the shelf. When it cannot be had now, the next to ask tries again. */
  async #read(name: string): Promise<void> {
    let index: RegistryIndex;
    try {
      index = await this.#shelf.read(name);
    } catch (error) {
      this.#unread.set(name, undefined);
      throw new BlobUnavailable(name, error instanceof Error ? error.message : String(error));
    }
    const { tags = {}, manifests = {}, blobs = [] } = index.repositories[name] ?? {};
    const repository = emptyRepository();
    repository.tags = new Map(Object.entries(tags));
    for (const [digest, mediaType] of Object.entries(manifests)) repository.manifests.set(digest, mediaType);
    for (const digest of blobs) repository.blobs.add(digest);
    for (const digest of [...repository.manifests.keys(), ...blobs])
      this.#sizes.set(digest, index.sizes[digest] ?? 0);
    this.#repositories.set(name, repository);
    this.#unread.delete(name);
  }

  /** The repository of this name, made when there is none: repositories begin with the first push. */
  async #open(name: string): Promise<Repository> {
    this.#written.add(name);
    let repository = await this.#find(name);
    if (repository === undefined) {
      repository = emptyRepository();
      this.#repositories.set(name, repository);
    }
    return repository;
  }

  contents(): RepositoryContents[] {
    return [...this.#written].sort().map((name) => {
      const { tags = new Map(), manifests, blobs } = this.#repositories.get(name) ?? emptyRepository();
      return {
        name,
        tags: new Map(tags),
        manifests: new Map(
          [...manifests].map(([digest, mediaType]) => {
            return [digest, { mediaType, bytes: this.#content.get(digest) ?? new Uint8Array(0) }];
          }),
        ),
        blobs: new Map([...blobs].map((digest) => [digest, this.#sizes.get(digest) ?? 0])),
      };
    });
  }

  async repositories(): Promise<string[]> {
    const filled = [...this.#repositories].filter(
      ([, { blobs, manifests }]) => blobs.size > 0 || manifests.size > 0,
    );
    return [...this.#unread.keys(), ...filled.map(([name]) => name)].sort();
  }

  async tags(repository: string): Promise<string[] | undefined> {
    const tags = (await this.#find(repository))?.tags;
    return tags && [...tags.keys()].reverse();
  }

  async resolveTag(repository: string, tag: string): Promise<Digest | undefined> {
    return (await this.#find(repository))?.tags?.get(tag);
  }

  async setTag(name: string, tag: string, digest: Digest): Promise<void> {
    const repository = await this.#open(name);
    repository.tags ??= new Map();
    repository.tags.set(tag, digest);
  }

  async deleteTag(repository: string, tag: string): Promise<boolean> {
    return (await this.#find(repository))?.tags?.delete(tag) ?? false;
  }

  async statManifest(repository: string, digest: Digest) {
    const mediaType = (await this.#find(repository))?.manifests.get(digest);
    return mediaType === undefined ? undefined : { mediaType, size: this.#sizes.get(digest) ?? 0 };
  }

  async manifest(repository: string, digest: Digest): Promise<StoredManifest | undefined> {
    const mediaType = (await this.#find(repository))?.manifests.get(digest);
    return mediaType === undefined ? undefined : { mediaType, bytes: await this.#bytes(digest) };
  }

  async putManifest(name: string, digest: Digest, manifest: StoredManifest): Promise<void> {
    const repository = await this.#open(name);
    repository.manifests.set(digest, manifest.mediaType);
    this.#keep(digest, manifest.bytes);
    const referrer = referrerOf(digest, manifest);
    if (referrer === undefined) return;
    const { subject, descriptor } = referrer;
    const others = (repository.referrers.get(subject) ?? []).filter((other) => other.digest !== digest);
    repository.referrers.set(subject, [...others, descriptor]);
  }

  async deleteManifest(name: string, digest: Digest): Promise<boolean> {
    const repository = await this.#find(name);
    if (!repository?.manifests.delete(digest)) return false;
    for (const [tag, target] of repository.tags ?? []) if (target === digest) repository.tags?.delete(tag);
    for (const [subject, list] of repository.referrers)
      repository.referrers.set(
        subject,
        list.filter((referrer) => referrer.digest !== digest),
      );
    return true;
  }

  async referrers(repository: string, subject: Digest): Promise<Descriptor[]> {
    return (await this.#find(repository))?.referrers.get(subject) ?? [];
  }

  async statBlob(repository: string, digest: Digest): Promise<number | undefined> {
    return (await this.#has(repository, digest)) ? this.#sizes.get(digest) : undefined;
  }

  async blob(repository: string, digest: Digest): Promise<Uint8Array | undefined> {
    return (await this.#has(repository, digest)) ? this.#bytes(digest) : undefined;
  }

  async putBlob(repository: string, digest: Digest, bytes: Uint8Array): Promise<void> {
    (await this.#open(repository)).blobs.add(digest);
    this.#keep(digest, bytes);
  }

  async mountBlob(repository: string, digest: Digest, from: string): Promise<boolean> {
    if (!(await this.#has(from, digest))) return false;
    (await this.#open(repository)).blobs.add(digest);
    return true;
  }

  async deleteBlob(repository: string, digest: Digest): Promise<boolean> {
    return (await this.#find(repository))?.blobs.delete(digest) ?? false;
  }

  async beginUpload(repository: string, id: string): Promise<void> {
    (await this.#open(repository)).uploads.set(id, []);
  }

  async statUpload(repository: string, id: string): Promise<number | undefined> {
    return (await this.#find(repository))?.uploads.get(id)?.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  async appendUpload(repository: string, id: string, bytes: Uint8Array): Promise<void> {
    (await this.#find(repository))?.uploads.get(id)?.push(bytes);
  }

  async commitUpload(repository: string, id: string, digest: Digest): Promise<boolean> {
    const bytes = concat((await this.#find(repository))?.uploads.get(id) ?? []);
    await this.cancelUpload(repository, id);
    if (!verifies(digest, bytes)) return false;
    await this.putBlob(repository, digest, bytes);
    return true;
  }

  async cancelUpload(repository: string, id: string): Promise<void> {
    (await this.#find(repository))?.uploads.delete(id);
  }

  async #has(repository: string, digest: Digest): Promise<boolean> {
    if (!this.#sharedBlobs) return (await this.#find(repository))?.blobs.has(digest) ?? false;
    for (const name of await this.repositories())
      if ((await this.#find(name))?.blobs.has(digest)) return true;
    return false;
  }

  #keep(digest: Digest, bytes: Uint8Array): void {
    this.#content.set(digest, bytes);
    this.#sizes.set(digest, bytes.length);
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

/**
 * Registries that do not tell repositories apart where blobs are concerned: those that the recordings were made with had
 * seen the same pushes before.
 */
class SharingStore extends Store {
  readonly #other: RegistryStore;

  constructor(other: RegistryStore) {
    super(EMPTY_SHELF, NO_SOURCE);
    this.#other = other;
  }

  override async statBlob(repository: string, digest: Digest): Promise<number | undefined> {
    const own = await super.statBlob(repository, digest);
    return own ?? this.#fromOther((name) => this.#other.statBlob(name, digest));
  }

  override async blob(repository: string, digest: Digest): Promise<Uint8Array | undefined> {
    if ((await super.statBlob(repository, digest)) !== undefined) return super.blob(repository, digest);
    return this.#fromOther((name) => this.#other.blob(name, digest));
  }

  async #fromOther<T>(ask: (repository: string) => Promise<T | undefined>): Promise<T | undefined> {
    for (const name of await this.#other.repositories()) {
      const found = await ask(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }
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
