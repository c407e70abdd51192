import { encode } from '../base/bytes.ts';
import { parseRfc3339 } from '../base/calendar.ts';
import type { Machine } from '../base/executable.ts';
import { type Descriptor, describe } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { ExecutionConfig, History, ImageConfig } from '../oci/image-config.ts';
import { type PackedLayer, packLayer } from '../oci/layer/layer.ts';
import { type Index, type Manifest, serialize, serializeAsDocker } from '../oci/manifest.ts';
import { DOCKER, OCI } from '../oci/media-type.ts';
import { serializeSchema1 } from '../oci/schema1.ts';
import type { RegistryIndex, RepositoryIndex } from '../registry/store.ts';
import type { Architecture, LayerContext, Recipe, Step } from './recipe.ts';
import { type Tree, treeEntries } from './tree.ts';

/** One repository: its table of contents, and the bytes by digest. */
export interface Contents {
  index: RegistryIndex;
  blobs: Map<Digest, Uint8Array>;
}

/**
 * Images built from recipes, a repository at a time when it is first asked for. The same recipes always give the same bytes and so
 * the same digests.
 */
export class Catalogue {
  readonly #recipes = new Map<string, Recipe[]>();
  readonly #built = new Map<string, Contents>();
  readonly #builder = new Builder();

  constructor(recipes: readonly Recipe[]) {
    for (const recipe of recipes) {
      const others = this.#recipes.get(recipe.repository) ?? [];
      this.#recipes.set(recipe.repository, [...others, recipe]);
    }
  }

  /** Names of the repositories, sorted. */
  get names(): string[] {
    return [...this.#recipes.keys()].sort();
  }

  repository(name: string): Contents {
    let contents = this.#built.get(name);
    if (contents === undefined) {
      contents = this.#builder.repository(name, this.#recipes.get(name) ?? []);
      this.#built.set(name, contents);
    }
    return contents;
  }

  /** The bytes of a digest, of whatever repository it is. */
  blob(digest: Digest): Uint8Array | undefined {
    for (const { blobs } of this.#built.values()) if (blobs.has(digest)) return blobs.get(digest);
    return this.names
      .map((name) => this.repository(name).blobs.get(digest))
      .find((blob) => blob !== undefined);
  }

  /**
   * What is kept of it under a key: `blob:DIGEST`; `catalogue:NAME/index`, the names as JSON; `catalogue:NAME/REPOSITORY`, a
   * repository's table of contents as JSON. Throws if there is nothing.
   */
  fetch(key: string): Uint8Array {
    const [, kind, name = ''] = /^(\w+):(.*)$/s.exec(key) ?? [];
    if (kind === 'catalogue') {
      const [, repository = ''] = /^[^/]*\/(.*)$/s.exec(name) ?? [];
      return encode(JSON.stringify(repository === 'index' ? this.names : this.repository(repository).index));
    }
    const blob = kind === 'blob' ? this.blob(name) : undefined;
    if (blob === undefined) throw new Error(`${key}: no such blob`);
    return blob;
  }
}

const MACHINE: Record<Architecture, Machine> = { amd64: 'x86_64', arm64: 'aarch64' };

interface Layer {
  tree: Tree;
  packed: PackedLayer;
}

class Builder {
  /** Layers that several images share are packed once; those of two builds of one line are two. */
  readonly #layers = new Map<NonNullable<Step['files']>, Map<string, Layer>>();

  repository(name: string, recipes: readonly Recipe[]): Contents {
    const repository = new RepositoryContents(name);
    for (const recipe of recipes) {
      repository.tag(recipe.tags, this.#top(recipe, repository).digest);
    }
    return repository;
  }

  /** The document that the tags lead to. */
  #top(recipe: Recipe, repository: RepositoryContents): Descriptor {
    switch (recipe.format) {
      case 'schema1':
        return this.#schema1(recipe, repository);
      case 'docker':
        return this.#image(recipe, repository, 'amd64');
      default:
        return repository.document(OCI.index, serialize(this.#index(recipe, repository)));
    }
  }

  #schema1(recipe: Recipe, repository: RepositoryContents): Descriptor {
    const layers = this.#stack(allSteps(recipe), 'amd64', 'docker').map(({ blob, descriptor }) =>
      repository.blob(descriptor.mediaType, blob),
    );
    const bytes = serializeSchema1({
      name: recipe.repository,
      tag: recipe.tags[0]!,
      architecture: 'amd64',
      fsLayers: layers.map(({ digest }) => ({ blobSum: digest })).reverse(),
      history: layers.map(() => ({ v1Compatibility: JSON.stringify({ created: recipe.created }) })),
    });
    return repository.document(DOCKER.manifestSchema1Signed, bytes);
  }

  #index(recipe: Recipe, repository: RepositoryContents): Index {
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

  #image(recipe: Recipe, repository: RepositoryContents, architecture: Architecture): Descriptor {
    const format = recipe.format === 'docker' ? 'docker' : 'oci';
    const types = format === 'oci' ? OCI : DOCKER;
    const steps = allSteps(recipe);
    const layers = this.#stack(steps, architecture, format);
    const config = serialize(configOf(recipe, steps, layers, architecture));
    const manifest: Manifest = {
      schemaVersion: 2,
      mediaType: types.manifest,
      config: repository.blob(types.config, config),
      layers: layers.map(({ blob, descriptor }) => repository.blob(descriptor.mediaType, blob)),
    };
    const bytes = format === 'docker' ? serializeAsDocker(manifest) : serialize(manifest);
    return repository.document(types.manifest, bytes);
  }

  /** The layers of all steps that have files, the lowest first. */
  #stack(steps: readonly DatedStep[], architecture: Architecture, format: 'oci' | 'docker'): PackedLayer[] {
    const layers: PackedLayer[] = [];
    const below: Tree = {};
    for (const { files, created } of steps) {
      if (files === undefined) continue;
      const { tree, packed } = this.#layer(files, created, { architecture, below }, format);
      layers.push(packed);
      Object.assign(below, tree);
    }
    return layers;
  }

  #layer(
    files: NonNullable<Step['files']>,
    created: string,
    context: LayerContext,
    format: 'oci' | 'docker',
  ): Layer {
    const { architecture, below } = context;
    const layers = this.#layers.get(files) ?? new Map<string, Layer>();
    this.#layers.set(files, layers);
    const key = `${architecture} ${created}`;
    let layer = layers.get(key);
    if (layer === undefined) {
      const tree = typeof files === 'function' ? files(context) : files;
      const entries = treeEntries(tree, writtenAt(created), MACHINE[architecture], below);
      layer = { tree, packed: packLayer(entries, format) };
      layers.set(key, layer);
    }
    return layer;
  }
}

class RepositoryContents implements Contents {
  readonly index: RegistryIndex;
  readonly blobs = new Map<Digest, Uint8Array>();
  readonly #own: RepositoryIndex = { tags: {}, manifests: {}, blobs: [] };

  constructor(name: string) {
    this.index = { repositories: { [name]: this.#own }, sizes: {} };
  }

  tag(names: readonly string[], digest: Digest): void {
    for (const name of names) this.#own.tags[name] = digest;
  }

  document(mediaType: string, bytes: Uint8Array): Descriptor {
    const descriptor = describe(mediaType, bytes);
    this.#own.manifests[descriptor.digest] = mediaType;
    this.#keep(descriptor, bytes);
    return descriptor;
  }

  blob(mediaType: string, bytes: Uint8Array): Descriptor {
    const descriptor = describe(mediaType, bytes);
    if (!this.#own.blobs.includes(descriptor.digest)) this.#own.blobs.push(descriptor.digest);
    this.#keep(descriptor, bytes);
    return descriptor;
  }

  #keep({ digest, size }: Descriptor, bytes: Uint8Array): void {
    this.blobs.set(digest, bytes);
    this.index.sizes[digest] = size;
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

/**
 * As a Dockerfile adds up: environment and labels to those of the base, everything else in place of it; a new entry point takes the
 * base's command with it. The fields stand in the order in which BuildKit writes them.
 */
function execution({ from, config = {} }: Recipe): ExecutionConfig {
  const base = from === undefined ? {} : execution(from);
  const { Cmd, ...rest } = base;
  const all: ExecutionConfig = {
    ...rest,
    ...(Cmd === undefined || config.Entrypoint !== undefined ? {} : { Cmd }),
    ...config,
    ...(base.Env || config.Env ? { Env: environment(base.Env, config.Env) } : {}),
    ...(base.Labels || config.Labels ? { Labels: { ...base.Labels, ...config.Labels } } : {}),
  };
  return Object.fromEntries(ORDER.filter((key) => key in all).map((key) => [key, all[key]]));
}

const ORDER = [
  'User',
  'ExposedPorts',
  'Env',
  'Entrypoint',
  'Cmd',
  'Volumes',
  'WorkingDir',
  'Labels',
  'StopSignal',
  'ArgsEscaped',
  'Healthcheck',
  'OnBuild',
  'Shell',
] as const satisfies readonly (keyof ExecutionConfig)[];

/** A variable that is set again keeps its place. */
function environment(base: readonly string[] = [], own: readonly string[] = []): string[] {
  const variables = new Map<string, string>();
  for (const variable of [...base, ...own]) variables.set(variable.slice(0, variable.indexOf('=')), variable);
  return [...variables.values()];
}

function historyOf({ created, createdBy, comment, files }: DatedStep): History {
  return {
    created,
    created_by: createdBy,
    ...(comment === undefined ? {} : { comment }),
    ...(files === undefined ? { empty_layer: true } : {}),
  };
}

/** Builders cut the times of files to whole seconds, so that they fit a header without extensions. */
const writtenAt = (created: string): number => Math.floor(parseInstant(created) / 1000) * 1000;

function parseInstant(time: string): number {
  const ms = parseRfc3339(time);
  if (ms === undefined) throw new RangeError(`not a time: ${time}`);
  return ms;
}
