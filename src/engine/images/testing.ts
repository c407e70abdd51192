import { decode } from '../base/bytes.ts';
import { decodeExecutable } from '../base/executable.ts';
import type { Digest } from '../oci/digest.ts';
import { type ImageConfig, parseImageConfig } from '../oci/image-config.ts';
import { contentOf, type LayerEntry, layerSize } from '../oci/layer/entry.ts';
import { readLayer } from '../oci/layer/layer.ts';
import { isIndex, type Manifest, parseManifest } from '../oci/manifest.ts';
import { choosePlatform, parsePlatform } from '../oci/platform.ts';
import type { Catalogue } from './build.ts';

/** An image of a catalogue, read back from what a registry would serve. Not for use outside tests. */
export interface Image {
  manifest: Manifest;
  config: ImageConfig;
  diffIds: Digest[];
  layers: LayerEntry[][];
  /** By path, upper layers over lower. */
  files: Map<string, LayerEntry>;
  size: number;
}

/** `name` as docker takes it: `nginx` is `library/nginx`. */
export function image(catalogue: Catalogue, name: string, tag: string, platform = 'linux/amd64'): Image {
  const repository = name.includes('/') ? name : `library/${name}`;
  const { index, blobs } = catalogue.repository(repository);
  const digest = index.repositories[repository]?.tags[tag];
  if (digest === undefined) throw new Error(`no ${name}:${tag}`);
  let document = parseManifest(blobs.get(digest)!);
  if (isIndex(document)) {
    const chosen = choosePlatform(document.manifests, parsePlatform(platform))!;
    document = parseManifest(blobs.get(chosen.digest)!, chosen.mediaType);
  }
  const manifest = document as Manifest;
  const config = parseImageConfig(blobs.get(manifest.config.digest)!);
  const read = manifest.layers.map((layer) => readLayer(blobs.get(layer.digest)!, layer.mediaType));
  const layers = read.map(({ entries }) => entries);
  return {
    manifest,
    config,
    diffIds: read.map(({ diffId }) => diffId),
    layers,
    files: new Map(layers.flat().map((entry) => [entry.path, entry])),
    size: layers.reduce((sum, entries) => sum + layerSize(entries), 0),
  };
}

/** What runs when the file of an image is executed. */
export function programAt(files: Map<string, LayerEntry>, path: string): string | undefined {
  const found = files.get(path);
  const file = found?.type === 'hardlink' ? files.get(found.linkname) : found;
  return decodeExecutable(file?.extents[0]?.bytes ?? new Uint8Array());
}

export const textAt = (files: Map<string, LayerEntry>, path: string): string =>
  decode(contentOf(files.get(path)!));
