import { isErrno } from '../../engine/base/errno.ts';
import type { Digest } from '../../engine/oci/digest.ts';
import { InvalidManifest, mediaTypeOf, parseManifest } from '../../engine/oci/manifest.ts';
import type { RepositoryContents } from '../../engine/registry/contents.ts';
import { contentPath } from '../../engine/registry/file-store.ts';
import type { StoredManifest } from '../../engine/registry/store.ts';
import { type LookupContext, walk } from '../../engine/vfs/namei.ts';
import { contentOf, FileProblem, namesIn } from '../files.ts';

/**
 * What a registry keeps in files, read from outside, by no process: the layout is that of `FileStore`.
 * @param root the directory of its driver, as `at` sees it
 */
export function contentsOfFiles(at: LookupContext, root: string): RepositoryContents[] {
  const base = `${root}/docker/registry/v2`;
  const found: RepositoryContents[] = [];
  const visit = (path: string): void => {
    const names = namesIn(at, `${base}/repositories/${path}`);
    if (names.some((name) => name === '_layers' || name === '_manifests'))
      found.push(repositoryAt(at, base, path.slice(0, -1)));
    for (const name of names) if (!name.startsWith('_')) visit(`${path}${name}/`);
  };
  visit('');
  return found.sort((one, other) => (one.name < other.name ? -1 : 1));
}

function repositoryAt(at: LookupContext, base: string, name: string): RepositoryContents {
  const directory = `${base}/repositories/${name}`;
  const link = (path: string) => text(at, `${directory}/${path}/link`);
  const digestsIn = (path: string): Digest[] =>
    namesIn(at, `${directory}/${path}`).flatMap((algorithm) =>
      namesIn(at, `${directory}/${path}/${algorithm}`)
        .filter((hex) => link(`${path}/${algorithm}/${hex}`) !== undefined)
        .map((hex) => `${algorithm}:${hex}`),
    );
  const tags = new Map<string, Digest>();
  for (const tag of namesIn(at, `${directory}/_manifests/tags`)) {
    const digest = link(`_manifests/tags/${tag}/current`);
    if (digest !== undefined) tags.set(tag, digest);
  }
  const manifests = new Map<Digest, StoredManifest>();
  for (const digest of digestsIn('_manifests/revisions')) {
    const bytes = content(at, `${base}/blobs/${contentPath(digest)}/data`);
    if (bytes !== undefined) manifests.set(digest, { mediaType: typeOf(bytes), bytes });
  }
  const blobs = new Map(
    digestsIn('_layers').map((digest) => [digest, sizeOf(at, `${base}/blobs/${contentPath(digest)}/data`)]),
  );
  return { name, tags, manifests, blobs };
}

/** Empty for what somebody has damaged. */
function typeOf(bytes: Uint8Array): string {
  try {
    return mediaTypeOf(parseManifest(bytes));
  } catch (error) {
    if (error instanceof InvalidManifest) return '';
    throw error;
  }
}

const text = (at: LookupContext, path: string): string | undefined => {
  const bytes = content(at, path);
  return bytes && new TextDecoder().decode(bytes);
};

function content(at: LookupContext, path: string): Uint8Array | undefined {
  try {
    return contentOf(at, path);
  } catch (error) {
    if (error instanceof FileProblem) return undefined;
    throw error;
  }
}

function sizeOf(at: LookupContext, path: string): number {
  try {
    return walk(at, path).dentry.inode.stat().size;
  } catch (error) {
    if (isErrno(error)) return 0;
    throw error;
  }
}
