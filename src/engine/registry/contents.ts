import type { Digest } from '../oci/digest.ts';
import type { Push } from './push-record.ts';
import type { StoredManifest } from './store.ts';

/** What a repository holds. */
export interface RepositoryContents {
  name: string;
  tags: ReadonlyMap<string, Digest>;
  manifests: ReadonlyMap<Digest, StoredManifest>;
  /** Bytes of each blob that belongs to it. */
  blobs: ReadonlyMap<Digest, number>;
}

/** What checks and X-ray see of a registry. */
export interface RegistryModel {
  /** The host and port by which it is named; or the port that it listens on, where only whoever publishes that knows more. */
  address: string | { port: number };
  /** Repositories that have been written to; or the directory, as the server itself sees it, in which a `FileStore` keeps them. */
  contents(): RepositoryContents[] | { root: string };
  /** Oldest first. */
  pushes: readonly Push[];
}

/** Under which name a program publishes the registries that it serves: a list of `RegistryModel`. */
export const REGISTRIES = 'registries';
