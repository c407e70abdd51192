import type { ContainerModel } from '../../engine/daemon/model.ts';
import type { Kernel } from '../../engine/kernel/kernel.ts';
import type { Task } from '../../engine/kernel/task.ts';
import type { Digest } from '../../engine/oci/digest.ts';
import { InvalidManifest, isIndex, parseManifest } from '../../engine/oci/manifest.ts';
import { REGISTRIES, type RegistryModel, type RepositoryContents } from '../../engine/registry/contents.ts';
import type { Push } from '../../engine/registry/push-record.ts';
import type { StoredManifest } from '../../engine/registry/store.ts';
import { contentsOfFiles } from './registry-files.ts';

/** A registry with what was pushed to it: repositories, what their tags lead to, and the blobs, each kept once. */
export interface RegistryNode {
  /** How its images' names begin: `localhost:5000`, `registry.example.com`; empty where its port is not published. */
  address: string;
  /** The container that serves it. */
  container?: string;
  repositories: RepositoryNode[];
  blobs: BlobNode[];
  /** Bytes of its blobs. */
  size: number;
  /** The newest first. */
  pushes: PushNode[];
}

export interface RepositoryNode {
  name: string;
  /** Tagged ones first, in order of their tags. */
  manifests: ManifestNode[];
}

export interface ManifestNode {
  digest: Digest;
  mediaType: string;
  tags: string[];
  /** What it lists: of an image the configuration and then the layers, of an index its manifests. */
  entries: { role: 'config' | 'layer' | 'manifest'; digest: Digest; size: number }[];
}

export interface BlobNode {
  digest: Digest;
  size: number;
  /** What manifests say that it is; undefined where none needs it. */
  role: 'config' | 'layer' | undefined;
  /** Names of the repositories that have it. */
  repositories: string[];
}

export interface PushNode extends Push {
  /** Bytes of the blobs that were sent, and of those that were not. */
  sent: number;
  spared: number;
}

/** The registries of a world that run in containers or on the machine, and those elsewhere that have been pushed to. */
export function registriesView(
  here: Kernel,
  elsewhere: Kernel,
  containers: readonly ContainerModel[],
): RegistryNode[] {
  const nodes: RegistryNode[] = [];
  for (const task of here.tasks)
    for (const model of modelsOf(task)) {
      const container = containers.find(({ pid }) => pid > 0 && isInside(here, task, pid));
      nodes.push({
        ...node(addressOf(model, container), model, contentsOf(here, task, model)),
        ...(container ? { container: container.name } : {}),
      });
    }
  for (const task of elsewhere.tasks)
    for (const model of modelsOf(task)) {
      const seen = node(addressOf(model, undefined), model, contentsOf(elsewhere, task, model));
      if (seen.repositories.length > 0) nodes.push(seen);
    }
  return nodes;
}

const modelsOf = (task: Task): RegistryModel[] =>
  (task.published.get(REGISTRIES)?.() as RegistryModel[] | undefined) ?? [];

function contentsOf({ outside }: Kernel, task: Task, model: RegistryModel): RepositoryContents[] {
  const contents = model.contents();
  if (Array.isArray(contents)) return contents;
  const { root, namespace } = task;
  return contentsOfFiles({ caller: outside, root, cwd: root, namespace }, contents.root);
}

/** Whether a process sees the files of the container whose first process has this number on the machine. */
const isInside = ({ tasks }: Kernel, task: Task, pid: number): boolean =>
  [...tasks].some((first) => first.pid === pid && first.namespaces.mnt === task.namespaces.mnt);

/** The name that its images' names begin with; of a container, the port of the machine that leads to it. */
function addressOf({ address }: RegistryModel, container: ContainerModel | undefined): string {
  if (typeof address === 'string') return address;
  const published = container?.ports[`${address.port}/tcp`]?.[0]?.HostPort;
  return published === undefined ? '' : `localhost:${published}`;
}

function node(
  address: string,
  { pushes }: RegistryModel,
  contents: readonly RepositoryContents[],
): RegistryNode {
  const blobs = new Map<Digest, BlobNode>();
  for (const { name, blobs: own } of contents)
    for (const [digest, size] of own) {
      const known = blobs.get(digest) ?? { digest, size, role: undefined, repositories: [] };
      known.repositories.push(name);
      blobs.set(digest, known);
    }
  const repositories = contents
    .map(({ name, tags, manifests }): RepositoryNode => {
      const nodes = [...manifests].map(([digest, manifest]) => manifestNode(digest, manifest, tags));
      for (const { entries } of nodes)
        for (const { role, digest } of entries) {
          const blob = blobs.get(digest);
          if (blob && role !== 'manifest') blob.role = role;
        }
      return { name, manifests: nodes.sort(byTags) };
    })
    .filter(({ manifests }) => manifests.length > 0);
  return {
    address,
    repositories,
    blobs: [...blobs.values()].sort((one, other) => other.size - one.size),
    size: [...blobs.values()].reduce((sum, { size }) => sum + size, 0),
    pushes: pushes.map(pushNode).reverse(),
  };
}

function manifestNode(
  digest: Digest,
  { mediaType, bytes }: StoredManifest,
  tags: RepositoryContents['tags'],
): ManifestNode {
  const own = [...tags].filter(([, target]) => target === digest).map(([tag]) => tag);
  return { digest, mediaType, tags: own.sort(), entries: entriesOf(bytes, mediaType) };
}

function entriesOf(bytes: Uint8Array, mediaType: string): ManifestNode['entries'] {
  try {
    const document = parseManifest(bytes, mediaType);
    if (isIndex(document))
      return document.manifests.map(({ digest, size }) => ({ role: 'manifest', digest, size }));
    const { config, layers } = document;
    return [
      { role: 'config', digest: config.digest, size: config.size },
      ...layers.map(({ digest, size }) => ({ role: 'layer', digest, size }) as const),
    ];
  } catch (error) {
    // What somebody has damaged on the disk.
    if (error instanceof InvalidManifest) return [];
    throw error;
  }
}

const byTags = (one: ManifestNode, other: ManifestNode) =>
  (one.tags[0] ?? '￿') < (other.tags[0] ?? '￿') ? -1 : 1;

function pushNode(push: Push): PushNode {
  const bytes = (sent: boolean) =>
    push.blobs.reduce((sum, { size, arrival }) => sum + ((arrival === 'uploaded') === sent ? size : 0), 0);
  return { ...push, sent: bytes(true), spared: bytes(false) };
}
