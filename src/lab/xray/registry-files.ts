import { isErrno } from '../../engine/base/errno.ts';
import type { Digest } from '../../engine/oci/digest.ts';
import { InvalidManifest, mediaTypeOf, parseManifest } from '../../engine/oci/manifest.ts';
import type { RepositoryContents } from '../../engine/registry/contents.ts';
import { isRepository, Layout } from '../../engine/registry/layout.ts';
import type { StoredManifest } from '../../engine/registry/store.ts';
import { type LookupContext, walk } from '../../engine/vfs/namei.ts';
import { FileProblem } from '../file-access.ts';
import { contentOf, namesIn } from '../files.ts';

/**
 * What a registry keeps in files, read from outside, by no process: laid out as `FileStore` does it.
 * @param root the directory of its driver, as `at` sees it
 */
export function contentsOfFiles(at: LookupContext, root: string): RepositoryContents[] {
  const layout = new Layout(root);
  const found: RepositoryContents[] = [];
  const visit = (path: string): void => {
    const names = namesIn(at, layout.repository(path));
    if (isRepository(names)) found.push(repositoryAt(at, layout, path.slice(0, -1)));
    for (const name of names) if (!name.startsWith('_')) visit(`${path}${name}/`);
  };
  visit('');
  return found.sort((one, other) => (one.name < other.name ? -1 : 1));
}

function repositoryAt(at: LookupContext, layout: Layout, name: string): RepositoryContents {
  const link = (directory: string) => text(at, `${directory}/link`);
  const digestsIn = (directory: string): Digest[] =>
    namesIn(at, directory).flatMap((algorithm) =>
      namesIn(at, `${directory}/${algorithm}`)
        .filter((hex) => link(`${directory}/${algorithm}/${hex}`) !== undefined)
        .map((hex) => `${algorithm}:${hex}`),
    );
  const tags = new Map<string, Digest>();
  for (const tag of namesIn(at, layout.tags(name))) {
    const digest = link(layout.current(name, tag));
    if (digest !== undefined) tags.set(tag, digest);
  }
  const manifests = new Map<Digest, StoredManifest>();
  for (const digest of digestsIn(layout.revisions(name))) {
    const bytes = content(at, layout.data(digest));
    if (bytes !== undefined) manifests.set(digest, { mediaType: typeOf(bytes), bytes });
  }
  const blobs = new Map(
    digestsIn(layout.layers(name)).map((digest) => [digest, sizeOf(at, layout.data(digest))]),
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
