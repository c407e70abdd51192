import type { Digest } from '../oci/digest.ts';

/**
 * Where distribution's file system driver keeps what, below `docker/registry/v2` of its directory: content once under `blobs`, and of
 * each repository only links to it. A link is a file `link` in a directory, and holds a digest. Models registry/storage/paths.go.
 */
export class Layout {
  readonly root: string;

  /** @param directory that of the driver */
  constructor(directory: string) {
    this.root = `${directory}/docker/registry/v2`;
  }

  get repositories(): string {
    return `${this.root}/repositories`;
  }

  get blobs(): string {
    return `${this.root}/blobs`;
  }

  repository = (name: string): string => `${this.repositories}/${name}`;
  tags = (name: string): string => `${this.repository(name)}/_manifests/tags`;
  tag = (name: string, tag: string): string => `${this.tags(name)}/${tag}`;
  /** The link to what a tag leads to. */
  current = (name: string, tag: string): string => `${this.tag(name, tag)}/current`;
  /** The link to something that a tag leads or has led to. */
  ever = (name: string, tag: string, digest: Digest): string =>
    `${this.tag(name, tag)}/index/${slashed(digest)}`;
  revisions = (name: string): string => `${this.repository(name)}/_manifests/revisions`;
  revision = (name: string, digest: Digest): string => `${this.revisions(name)}/${slashed(digest)}`;
  layers = (name: string): string => `${this.repository(name)}/_layers`;
  layer = (name: string, digest: Digest): string => `${this.layers(name)}/${slashed(digest)}`;
  upload = (name: string, id: string): string => `${this.repository(name)}/_uploads/${id}`;
  content = (digest: Digest): string => `${this.blobs}/${contentPath(digest)}`;
  data = (digest: Digest): string => `${this.content(digest)}/data`;
}

/** Whether a directory with these names in it is a repository's. */
export const isRepository = (names: readonly string[]): boolean =>
  names.includes('_layers') || names.includes('_manifests');

/** Where content lies, by the first two digits of its digest. */
export function contentPath(digest: Digest): string {
  const [algorithm = '', hex = ''] = digest.split(':');
  return `${algorithm}/${hex.slice(0, 2)}/${hex}`;
}

/** `sha256/0123…` */
const slashed = (digest: Digest): string => digest.replace(':', '/');
