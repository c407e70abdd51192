import { encode } from '../base/bytes.ts';
import { parseRfc3339 } from '../base/calendar.ts';
import type { Machine } from '../base/executable.ts';
import { type Descriptor, describe } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { ExecutionConfig, History, ImageConfig } from '../oci/image-config.ts';
import { type PackedLayer, packLayer } from '../oci/layer/layer.ts';
import { type Index, type Manifest, serialize } from '../oci/manifest.ts';
import { DOCKER, OCI } from '../oci/media-type.ts';
import type { RegistryIndex, RepositoryIndex } from '../registry/store.ts';
import type { Architecture, Recipe, Step } from './recipe.ts';
import { type Tree, treeEntries } from './tree.ts';

/** Everything that a registry serves: its table of contents, and the bytes by digest. */
export interface Catalogue {
  index: RegistryIndex;
  blobs: Map<Digest, Uint8Array>;
}

/** What is kept of a catalogue under a key: `blob:DIGEST`, or `catalogue:NAME` for its table of contents, as JSON. Throws if nothing is. */
export function fetchFrom({ index, blobs }: Catalogue, key: string): Uint8Array {
  if (key.startsWith('catalogue:')) return encode(JSON.stringify(index));
  const blob = blobs.get(key.replace(/^blob:/, '') as Digest);
  if (blob === undefined) throw new Error(`${key}: no such blob`);
  return blob;
}

/** Builds images from recipes. The same recipes always give the same bytes and so the same digests. */
export function buildCatalogue(recipes: readonly Recipe[]): Catalogue {
  const builder = new Builder();
  for (const recipe of recipes) builder.add(recipe);
  return builder.catalogue;
}

const MACHINE: Record<Architecture, Machine> = { amd64: 'x86_64', arm64: 'aarch64' };

class Builder {
  readonly catalogue: Catalogue = { index: { repositories: {}, sizes: {} }, blobs: new Map() };
  /** Layers that several images share are packed once. */
  readonly #layers = new Map<Tree | NonNullable<Step['files']>, Map<Architecture, PackedLayer>>();

  add(recipe: Recipe): void {
    const repository = this.#repository(recipe.repository);
    const top =
      recipe.format === 'docker'
        ? this.#image(recipe, repository, 'amd64')
        : this.#document(repository, OCI.index, this.#index(recipe, repository));
    for (const tag of recipe.tags) repository.tags[tag] = top.digest;
  }

  #index(recipe: Recipe, repository: RepositoryIndex): Index {
    const amd64 = this.#image(recipe, repository, 'amd64');
    const arm64 = this.#image(recipe, repository, 'arm64');
    return {
      schemaVersion: 2,
      mediaType: OCI.index,
      manifests: [
        { ...amd64, platform: { architecture: 'amd64', os: 'linux' } },
        { ...arm64, platform: { architecture: 'arm64', os: 'linux', variant: 'v8' } },
      ],
    };
  }

  #image(recipe: Recipe, repository: RepositoryIndex, architecture: Architecture): Descriptor {
    const format = recipe.format ?? 'oci';
    const types = format === 'oci' ? OCI : DOCKER;
    const steps = allSteps(recipe);
    const layers = steps
      .filter(({ files }) => files !== undefined)
      .map((step) => this.#layer(step, architecture, format));
    const config = serialize(configOf(recipe, steps, layers, architecture));
    const manifest: Manifest = {
      schemaVersion: 2,
      mediaType: types.manifest,
      config: this.#blob(repository, types.config, config),
      layers: layers.map(({ blob, descriptor }) => this.#blob(repository, descriptor.mediaType, blob)),
    };
    return this.#document(repository, types.manifest, manifest);
  }

  #layer({ files, created }: DatedStep, architecture: Architecture, format: 'oci' | 'docker'): PackedLayer {
    const packed = this.#layers.get(files!) ?? new Map<Architecture, PackedLayer>();
    this.#layers.set(files!, packed);
    let layer = packed.get(architecture);
    if (layer === undefined) {
      const tree = typeof files === 'function' ? files(architecture) : files!;
      layer = packLayer(treeEntries(tree, parseInstant(created), MACHINE[architecture]), format);
      packed.set(architecture, layer);
    }
    return layer;
  }

  #repository(name: string): RepositoryIndex {
    const { repositories } = this.catalogue.index;
    repositories[name] ??= { tags: {}, manifests: {}, blobs: [] };
    return repositories[name];
  }

  #document(repository: RepositoryIndex, mediaType: string, document: Manifest | Index): Descriptor {
    const bytes = serialize(document);
    const descriptor = describe(mediaType, bytes);
    repository.manifests[descriptor.digest] = mediaType;
    this.#keep(descriptor, bytes);
    return descriptor;
  }

  #blob(repository: RepositoryIndex, mediaType: string, bytes: Uint8Array): Descriptor {
    const descriptor = describe(mediaType, bytes);
    if (!repository.blobs.includes(descriptor.digest)) repository.blobs.push(descriptor.digest);
    this.#keep(descriptor, bytes);
    return descriptor;
  }

  #keep({ digest, size }: Descriptor, bytes: Uint8Array): void {
    this.catalogue.blobs.set(digest, bytes);
    this.catalogue.index.sizes[digest] = size;
  }
}

type DatedStep = Step & { created: string };

/** The steps from the bottom image up, each with its own date. */
function allSteps(recipe: Recipe): DatedStep[] {
  const below = recipe.from === undefined ? [] : allSteps(recipe.from);
  return [...below, ...recipe.steps.map((step) => ({ ...step, created: step.created ?? recipe.created }))];
}

function configOf(
  recipe: Recipe,
  steps: readonly DatedStep[],
  layers: readonly PackedLayer[],
  architecture: Architecture,
): ImageConfig {
  return {
    created: recipe.created,
    ...(recipe.author === undefined ? {} : { author: recipe.author }),
    ...(recipe.dockerVersion === undefined ? {} : { docker_version: recipe.dockerVersion }),
    architecture,
    ...(architecture === 'arm64' ? { variant: 'v8' } : {}),
    os: 'linux',
    config: execution(recipe),
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: steps.map(historyOf),
  };
}

/** As a Dockerfile adds up: environment and labels to those of the base, everything else in place of it. */
function execution({ from, config = {} }: Recipe): ExecutionConfig {
  if (from === undefined) return config;
  const base = execution(from);
  return {
    ...base,
    ...config,
    ...(base.Env || config.Env ? { Env: [...(base.Env ?? []), ...(config.Env ?? [])] } : {}),
    ...(base.Labels || config.Labels ? { Labels: { ...base.Labels, ...config.Labels } } : {}),
  };
}

function historyOf({ created, createdBy, comment, files }: DatedStep): History {
  return {
    created,
    created_by: createdBy,
    ...(comment === undefined ? {} : { comment }),
    ...(files === undefined ? { empty_layer: true } : {}),
  };
}

function parseInstant(time: string): number {
  const ms = parseRfc3339(time);
  if (ms === undefined) throw new RangeError(`not a time: ${time}`);
  return ms;
}
