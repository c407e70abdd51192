import { pack } from '../../archive/pack.ts';
import { encode } from '../../base/bytes.ts';
import { parseRfc3339 } from '../../base/calendar.ts';
import { inOrder, marshal } from '../../base/go-json.ts';
import { O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { describe } from '../../oci/descriptor.ts';
import { type Digest, digestOf, hexOf } from '../../oci/digest.ts';
import { chainIds } from '../../oci/image-config.ts';
import { OCI } from '../../oci/media-type.ts';
import { formatPlatform, type Platform, samePlatform } from '../../oci/platform.ts';
import {
  familiarName,
  familiarString,
  InvalidReference,
  isNameOnly,
  parseAnyReference,
  type Reference,
  referenceString,
  tagNameOnly,
} from '../../oci/reference.ts';
import { mkdirAll, removeAll, writeAll, writeFile } from '../../runtime/files.ts';
import type { Engine } from '../engine.ts';
import { type EngineError, invalidParameter, notFound, systemError } from '../error.ts';
import { makeTemporary } from '../temporary.ts';
import { V1_BELOW, type V1Image, v1IdContent, v1ImageOf, writeV1 } from './image-document.ts';
import type { Image } from './image-store.ts';
import { chain } from './layer-store.ts';

/**
 * GET /images/get: images as one archive, an OCI layout that also has what older readers look for. Models moby image/tarexport/save.go:
 * all is laid out in a directory first, so whatever fails does so before the first byte.
 */
export async function saveImages(
  engine: Engine,
  names: readonly string[],
  platform: Platform | undefined,
): Promise<AsyncGenerator<Uint8Array>> {
  const images = chooseImages(engine, names, platform);
  const directory = await makeTemporary(engine, 'docker-export-');
  try {
    await new Saving(engine, directory).save(images);
  } catch (error) {
    await removeAll(engine.sys, directory);
    throw error;
  }
  return (async function* () {
    try {
      yield* pack(engine.sys, directory);
    } finally {
      await removeAll(engine.sys, directory);
    }
  })();
}

/** An image and the tags that it is to be saved under. */
interface Chosen {
  readonly image: Image;
  readonly tags: Reference[];
}

function chooseImages(engine: Engine, names: readonly string[], platform: Platform | undefined): Chosen[] {
  const chosen = new Map<Digest, Chosen>();
  const add = (id: Digest, reference?: Reference) => {
    const image = engine.images.byId(id);
    if (image === undefined) throw notStored(engine, id);
    if (platform !== undefined && !samePlatform(platformOf(image), platform))
      throw systemError(`no suitable export target found for platform ${formatPlatform(platform)}`);
    const entry = chosen.get(id) ?? { image, tags: [] };
    chosen.set(id, entry);
    if (reference === undefined || reference.digest !== undefined) return;
    const tagged = tagNameOnly(reference);
    if (!entry.tags.some((tag) => referenceString(tag) === referenceString(tagged))) entry.tags.push(tagged);
  };
  for (const name of names) {
    const reference = parse(name);
    if (!('path' in reference)) add(reference.digest);
    else if (familiarName(reference) === 'sha256') add(engine.images.search(name).id);
    else if (isNameOnly(reference)) {
      const found = engine.images.inRepository(reference);
      for (const { id, reference: tag } of found) add(id, tag);
      if (found.length === 0) add(engine.images.search(name).id);
    } else {
      const id = engine.images.lookup(reference);
      if (id === undefined) throw notFound('reference does not exist');
      add(id, reference);
    }
  }
  return [...chosen.values()];
}

function parse(name: string): ReturnType<typeof parseAnyReference> {
  try {
    return parseAnyReference(name);
  } catch (error) {
    if (error instanceof InvalidReference) throw invalidParameter(error.message);
    throw error;
  }
}

const platformOf = ({ config: { os, architecture, variant } }: Image): Platform => ({
  os,
  architecture,
  ...(variant === undefined ? {} : { variant }),
});

function notStored({ root }: Engine, id: Digest): EngineError {
  const path = `${root}/image/overlay2/imagedb/content/${id.replace(':', '/')}`;
  return notFound(`failed to get digest ${id}: open ${path}: no such file or directory`);
}

/** What manifest.json says of an image. */
interface ManifestItem {
  Config: string;
  RepoTags: string[] | null;
  Layers: string[];
  Parent?: Digest;
  LayerSources: Record<Digest, LayerDescriptor>;
}

interface LayerDescriptor {
  mediaType: string;
  size: number;
  digest: Digest;
}

const blobPath = (digest: Digest): string => `blobs/${digest.replace(':', '/')}`;

class Saving {
  readonly #engine: Engine;
  readonly #directory: string;
  readonly #layers = new Map<Digest, LayerDescriptor>();

  constructor(engine: Engine, directory: string) {
    this.#engine = engine;
    this.#directory = directory;
  }

  async save(chosen: readonly Chosen[]): Promise<void> {
    const items: ManifestItem[] = [];
    const manifests: object[] = [];
    const repositories: Record<string, Record<string, string>> = {};
    for (const { image, tags } of chosen) {
      const layers = await this.#saveImage(image);
      const manifest = await this.#saveManifest(image, layers);
      for (const tag of tags) {
        const name = familiarName(tag);
        repositories[name] = { ...repositories[name], [tag.tag!]: hexOf(layers.at(-1)!.digest) };
        manifests.push({
          ...manifest,
          annotations: {
            'io.containerd.image.name': referenceString(tag),
            'org.opencontainers.image.ref.name': tag.tag,
          },
        });
      }
      if (manifests.length === 0) manifests.push(manifest);
      const parent = chosen.some(({ image: { id } }) => id === image.parent) ? image.parent : undefined;
      items.push({
        Config: blobPath(image.id),
        RepoTags: tags.length === 0 ? null : tags.map(familiarString),
        Layers: layers.map(({ digest }) => blobPath(digest)),
        ...(parent === undefined ? {} : { Parent: parent }),
        LayerSources: inOrder(Object.fromEntries(layers.map((layer) => [layer.digest, layer]))),
      });
      const labels = image.config.config?.Labels ?? {};
      this.#engine.events.log('image', 'save', image.id, { ...labels, name: image.id });
    }
    const sorted = Object.entries(repositories).map(([name, tags]) => [name, inOrder(tags)]);
    if (sorted.length > 0)
      await this.#write('repositories', `${marshal(inOrder(Object.fromEntries(sorted)))}\n`, 0);
    await this.#write('manifest.json', `${marshal(items)}\n`, 0);
    await this.#write('oci-layout', '{"imageLayoutVersion": "1.0.0"}', 0);
    await this.#write('index.json', marshal({ schemaVersion: 2, mediaType: OCI.index, manifests }), 0);
  }

  async #saveManifest(image: Image, layers: readonly LayerDescriptor[]): Promise<object> {
    const content = encode(
      marshal({
        schemaVersion: 2,
        mediaType: OCI.manifest,
        config: { mediaType: OCI.config, digest: image.id, size: image.raw.length },
        layers: layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
      }),
    );
    const descriptor = describe(OCI.manifest, content);
    await this.#write(blobPath(descriptor.digest), content, 0);
    return descriptor;
  }

  /** Lays out the configuration and the layers, with the documents that images of the first format had of each layer. */
  async #saveImage(image: Image): Promise<LayerDescriptor[]> {
    const { sys, layers } = this.#engine;
    const stack = chain(image.top).reverse();
    // The engine's own words for an image without layers (moby image/tarexport/save.go): it cannot either.
    if (stack.length === 0) throw systemError('empty export - not implemented');
    const created = Math.max(0, parseRfc3339(image.config.created ?? '') ?? 0);
    const ids = chainIds(stack.map(({ diffId }) => diffId));
    const out: LayerDescriptor[] = [];
    let parent: Digest | undefined;
    await mkdirAll(sys, `${this.#directory}/blobs/sha256`);
    for (const [i, layer] of stack.entries()) {
      const v1: V1Image = i === stack.length - 1 ? v1ImageOf(image.raw) : V1_BELOW;
      const id = digestOf(v1IdContent(v1, ids[i]!, parent));
      const document = writeV1({
        ...v1,
        id: hexOf(id),
        ...(parent === undefined ? {} : { parent: hexOf(parent) }),
        ...(image.config.os === '' ? {} : { os: image.config.os }),
      });
      await this.#write(blobPath(digestOf(document)), document, created);
      parent = id;
      const saved = this.#layers.get(layer.diffId);
      // The engine forgets to give up what it holds of a layer that it has saved already: that layer outlives its last image.
      if (saved !== undefined) layers.hold(layer.chainId);
      out.push(saved ?? (await this.#saveLayer(layer.diffId, layers.archive(layer), created)));
    }
    await this.#write(blobPath(image.id), image.raw, created);
    await sys.utimens(`${this.#directory}/blobs`, { atime: created, mtime: created });
    return out;
  }

  async #saveLayer(
    diffId: Digest,
    archive: AsyncIterable<Uint8Array>,
    created: number,
  ): Promise<LayerDescriptor> {
    const { sys } = this.#engine;
    const path = `${this.#directory}/${blobPath(diffId)}`;
    const fd = await sys.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644);
    let size = 0;
    try {
      for await (const bytes of archive) {
        await writeAll(sys, fd, bytes);
        size += bytes.length;
      }
    } finally {
      await sys.close(fd);
    }
    await sys.utimens(path, { atime: created, mtime: created });
    const descriptor = { mediaType: OCI.layer, size, digest: diffId };
    this.#layers.set(diffId, descriptor);
    return descriptor;
  }

  /** Writes a file with the time that it is to have in the archive. */
  async #write(name: string, content: string | Uint8Array, time: number): Promise<void> {
    const path = `${this.#directory}/${name}`;
    await writeFile(this.#engine.sys, path, content);
    await this.#engine.sys.utimens(path, { atime: time, mtime: time });
  }
}
