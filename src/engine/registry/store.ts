import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';

/** A manifest or index as it was pushed: its exact bytes and the type it came with. */
export interface StoredManifest {
  mediaType: string;
  bytes: Uint8Array;
}

/**
 * What a registry keeps: repositories with tags, manifests and blobs. A blob belongs to the repositories that
 * pushed or mounted it; the bytes are kept once. Every implementation passes the suite in `store.test.ts`.
 */
export interface RegistryStore {
  /** Names of all repositories, sorted. */
  repositories(): Promise<string[]>;
  /** Tags of a repository, the newest first; undefined when nothing has ever been tagged there. */
  tags(repository: string): Promise<string[] | undefined>;
  resolveTag(repository: string, tag: string): Promise<Digest | undefined>;
  setTag(repository: string, tag: string, digest: Digest): Promise<void>;
  /** Says whether there was such a tag. */
  deleteTag(repository: string, tag: string): Promise<boolean>;

  /** Size and type of a manifest, without fetching it. */
  statManifest(repository: string, digest: Digest): Promise<{ mediaType: string; size: number } | undefined>;
  /** Throws `BlobUnavailable` when its bytes cannot be had. */
  manifest(repository: string, digest: Digest): Promise<StoredManifest | undefined>;
  putManifest(repository: string, digest: Digest, manifest: StoredManifest): Promise<void>;
  /** Removes a manifest and every tag that points to it. */
  deleteManifest(repository: string, digest: Digest): Promise<boolean>;
  /** Manifests whose `subject` is the given digest. */
  referrers(repository: string, subject: Digest): Promise<Descriptor[]>;

  /** Size of a blob that the repository has. */
  statBlob(repository: string, digest: Digest): Promise<number | undefined>;
  /** Throws `BlobUnavailable` when its bytes cannot be had. */
  blob(repository: string, digest: Digest): Promise<Uint8Array | undefined>;
  putBlob(repository: string, digest: Digest, bytes: Uint8Array): Promise<void>;
  /** Lets a repository have what another has already; says whether that one had it. */
  mountBlob(repository: string, digest: Digest, from: string): Promise<boolean>;
  deleteBlob(repository: string, digest: Digest): Promise<boolean>;

  /** Begins an upload: an empty blob on its way in, by a name of its own. */
  beginUpload(repository: string, id: string): Promise<void>;
  /** How much of an upload is there; undefined when there is no such upload. */
  statUpload(repository: string, id: string): Promise<number | undefined>;
  appendUpload(repository: string, id: string, bytes: Uint8Array): Promise<void>;
  /** Ends an upload, which becomes a blob of the repository if its content has the digest; says whether it has. */
  commitUpload(repository: string, id: string, digest: Digest): Promise<boolean>;
  /** Drops an upload and what has come of it. */
  cancelUpload(repository: string, id: string): Promise<void>;
}

/** Where bytes come from when they are first asked for: an asset of the site, or a recipe built on the spot. */
export interface BlobSource {
  get(digest: Digest): Promise<Uint8Array>;
}

/** What the store knows of cannot be had now: the bytes behind a digest, or what is in a repository. */
export class BlobUnavailable extends Error {
  override name = 'BlobUnavailable';

  constructor(what: string, reason: string) {
    super(`${what}: ${reason}`);
  }
}

/** Repositories that a store begins with. */
export interface Shelf {
  /** Names of all of them. */
  names: readonly string[];
  /** A table of contents with at least the repository of this name. */
  read(name: string): Promise<RegistryIndex>;
}

/** The table of contents of a set of repositories: all but the bytes. Plain JSON. */
export interface RegistryIndex {
  repositories: Record<string, RepositoryIndex>;
  /** Size of everything that any repository has, manifests included. */
  sizes: Record<Digest, number>;
}

export interface RepositoryIndex {
  tags: Record<string, Digest>;
  /** Media type by digest. */
  manifests: Record<Digest, string>;
  blobs: Digest[];
}
