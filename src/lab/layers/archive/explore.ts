import { decode } from '../../../engine/base/bytes.ts';
import { type Digest, digestOf, isDigest } from '../../../engine/oci/digest.ts';
import {
  createdBy,
  type ImageConfig,
  InvalidImageConfig,
  parseImageConfig,
} from '../../../engine/oci/image-config.ts';
import { isGzip } from '../../../engine/oci/layer/gzip.ts';
import { safePath } from '../../../engine/oci/layer/whiteout.ts';
import { InvalidManifest, isIndex, parseManifest } from '../../../engine/oci/manifest.ts';
import { isLayerType } from '../../../engine/oci/media-type.ts';
import type { LayerContent } from '../layer-change.ts';
import { BlobSource, chunksOf } from './byte-source.ts';
import { type ReadLayer, readLayerBlob, unpack } from './layer-blob.ts';
import { Allowance, LARGEST_ARCHIVE } from './limits.ts';
import { ArchiveProblem, asProblem } from './problem.ts';
import { scanTar } from './tar-scan.ts';

/** An image of an archive, its layers read. */
export interface ArchivedImage {
  /** The names that it goes by in the archive. */
  names: string[];
  /** The digest of its configuration. */
  id: Digest;
  config: ImageConfig;
  layers: LayerContent[];
}

/** What names an image in an archive: paths of its configuration and its layers there. */
interface Listed {
  names: string[];
  config: string;
  layers: string[];
}

/** A document is no larger than this. */
const MOST_DOCUMENT = 4 << 20;

/**
 * The images in an archive as `docker save` writes it, old or new, or of an OCI layout (image-layout.md), in a tar. Every part whose
 * name tells its digest is held to it, and every layer to the configuration. A layer of several images is read once. `progress` hears
 * how many bytes of `blob` have been read. Throws `ArchiveProblem`.
 */
export async function exploreArchive(
  blob: Blob,
  progress: (bytes: number) => void = () => {},
  allowance = new Allowance(),
): Promise<ArchivedImage[]> {
  if (blob.size > LARGEST_ARCHIVE) throw new ArchiveProblem('large', String(LARGEST_ARCHIVE >> 20));
  const parts = await partsOf(await uncompressed(blob, allowance));
  let seen = 0;
  const passed = (bytes: number) => {
    seen += bytes;
    progress(seen);
  };
  const read = new Map<string, Promise<ReadLayer>>();
  const layer = (path: string) => {
    const known = read.get(path) ?? readLayerBlob(partAt(parts, path), path, allowance, passed);
    read.set(path, known);
    return known;
  };
  const images: ArchivedImage[] = [];
  for (const listed of await imagesIn(parts)) images.push(await imageOf(listed, parts, layer));
  return images;
}

/** `docker save | gzip`: unpacked as a whole, since its parts are read in an order of their own. */
async function uncompressed(blob: Blob, allowance: Allowance): Promise<Blob> {
  if (!isGzip(new Uint8Array(await blob.slice(0, 3).arrayBuffer()))) return blob;
  const chunks: BlobPart[] = [];
  try {
    for await (const chunk of unpack(chunksOf(blob))) {
      allowance.bytes(chunk.length, '');
      chunks.push(chunk as BlobPart);
    }
  } catch (error) {
    throw asProblem(error, '');
  }
  return new Blob(chunks);
}

type Parts = ReadonlyMap<string, Blob>;

/** The files of the archive, none of them read. Links, which old `docker save` made to layers that repeat, lead to what they mean. */
async function partsOf(blob: Blob): Promise<Parts> {
  const parts = new Map<string, Blob>();
  const links: [path: string, target: string][] = [];
  try {
    for await (const { entry, at, stored } of scanTar(new BlobSource(blob))) {
      const { path, type, linkname } = entry;
      const name = safePath(path);
      if (type === 'file') parts.set(name, blob.slice(at, at + stored));
      else if (type === 'hardlink') links.push([name, safePath(linkname)]);
      else if (type === 'symlink')
        links.push([name, safePath(`${name.slice(0, name.lastIndexOf('/') + 1)}${linkname}`)]);
    }
  } catch (error) {
    const problem = asProblem(error, '');
    // Something else altogether: its first bytes are no header.
    if (parts.size === 0 && problem instanceof ArchiveProblem && problem.kind === 'damaged')
      throw new ArchiveProblem('foreign');
    throw problem;
  }
  for (const [path, target] of links) {
    const meant = parts.get(target);
    if (meant) parts.set(path, meant);
  }
  return parts;
}

function partAt(parts: Parts, path: string): Blob {
  const part = parts.get(path);
  if (!part) throw new ArchiveProblem('missing', path);
  return part;
}

async function documentAt(parts: Parts, path: string): Promise<Uint8Array> {
  const part = partAt(parts, path);
  if (part.size > MOST_DOCUMENT) throw new ArchiveProblem('damaged', path);
  const bytes = new Uint8Array(await part.arrayBuffer());
  const stated = digestIn(path);
  if (stated !== undefined && digestOf(bytes) !== stated) throw new ArchiveProblem('digest', path);
  return bytes;
}

/** The digest that a path tells: `blobs/sha256/HEX`, or in older archives `HEX.json`. */
function digestIn(path: string): Digest | undefined {
  const hex = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(path)?.[1] ?? /^([0-9a-f]{64})\.json$/.exec(path)?.[1];
  return hex === undefined ? undefined : `sha256:${hex}`;
}

function imagesIn(parts: Parts): Promise<Listed[]> {
  if (parts.has('manifest.json')) return savedImages(parts);
  if (parts.has('index.json')) return layoutImages(parts);
  throw new ArchiveProblem('foreign');
}

/** `manifest.json`, which only `docker save` writes and `docker load` reads. */
async function savedImages(parts: Parts): Promise<Listed[]> {
  const bytes = await documentAt(parts, 'manifest.json');
  let list: unknown;
  try {
    list = JSON.parse(decode(bytes));
  } catch {
    throw new ArchiveProblem('damaged', 'manifest.json');
  }
  const isText = (value: unknown): value is string => typeof value === 'string';
  if (!Array.isArray(list)) throw new ArchiveProblem('damaged', 'manifest.json');
  return list.map((one: { Config?: unknown; RepoTags?: unknown; Layers?: unknown } | null): Listed => {
    const { Config: config, RepoTags: names, Layers: layers } = one ?? {};
    if (!isText(config) || !Array.isArray(layers) || !layers.every(isText))
      throw new ArchiveProblem('damaged', 'manifest.json');
    return { names: Array.isArray(names) ? names.filter(isText) : [], config, layers };
  });
}

/** The manifests that an OCI layout's index leads to, through further indexes too. */
async function layoutImages(parts: Parts): Promise<Listed[]> {
  const listed: Listed[] = [];
  const visited = new Set<string>();
  const visit = async (path: string, names: string[], mediaType?: string): Promise<void> => {
    if (visited.has(path)) return;
    visited.add(path);
    const document = manifestIn(await documentAt(parts, path), path, mediaType);
    if (isIndex(document)) {
      for (const { digest, mediaType: type, annotations } of document.manifests) {
        const name =
          annotations?.['io.containerd.image.name'] ?? annotations?.['org.opencontainers.image.ref.name'];
        const at = pathOf(digest);
        // An index may name platforms that the layout does not hold.
        if (parts.has(at)) await visit(at, name === undefined ? names : [name], type);
      }
    } else if (document.layers.every(({ mediaType: type }) => isLayerType(type)))
      listed.push({
        names,
        config: pathOf(document.config.digest),
        layers: document.layers.map(({ digest }) => pathOf(digest)),
      });
  };
  await visit('index.json', []);
  return listed;
}

function manifestIn(bytes: Uint8Array, path: string, mediaType?: string) {
  try {
    return parseManifest(bytes, mediaType);
  } catch (error) {
    if (error instanceof InvalidManifest) throw new ArchiveProblem('damaged', `${path}: ${error.message}`);
    throw error;
  }
}

const pathOf = (digest: Digest): string => (isDigest(digest) ? `blobs/${digest.replace(':', '/')}` : digest);

async function imageOf(
  { names, config: path, layers: paths }: Listed,
  parts: Parts,
  layer: (path: string) => Promise<ReadLayer>,
): Promise<ArchivedImage> {
  const bytes = await documentAt(parts, path);
  const config = configIn(bytes, path);
  const made = createdBy(config);
  const { diff_ids: diffIds } = config.rootfs;
  if (diffIds.length !== paths.length)
    throw new ArchiveProblem('damaged', `${path}: ${diffIds.length} diff_ids, ${paths.length} layers`);
  const layers: LayerContent[] = [];
  for (const [index, at] of paths.entries()) {
    const { digest, diffId, changes } = await layer(at);
    const stated = digestIn(at);
    if (diffId !== diffIds[index] || (stated !== undefined && stated !== digest))
      throw new ArchiveProblem('digest', at);
    const line = made[index];
    layers.push({ digest: diffId, changes, ...(line === undefined ? {} : { createdBy: line }) });
  }
  return { names, id: digestOf(bytes), config, layers };
}

function configIn(bytes: Uint8Array, path: string): ImageConfig {
  try {
    return parseImageConfig(bytes);
  } catch (error) {
    if (error instanceof InvalidImageConfig || error instanceof InvalidManifest)
      throw new ArchiveProblem('damaged', `${path}: ${error.message}`);
    throw error;
  }
}
