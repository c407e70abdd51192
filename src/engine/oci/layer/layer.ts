import { type Descriptor, describe } from '../descriptor.ts';
import { type Digest, digestOf } from '../digest.ts';
import { DOCKER, layerCompression, OCI } from '../media-type.ts';
import { detectCompression } from './compression.ts';
import { InvalidLayer, type LayerEntry, layerSize } from './entry.ts';
import { gunzip, gzip } from './gzip.ts';
import { readTar } from './tar-reader.ts';
import { writeTar } from './tar-writer.ts';

/** A layer packed for a registry. */
export interface PackedLayer {
  /** The gzipped archive, and what a manifest says of it. */
  blob: Uint8Array;
  descriptor: Descriptor;
  /** The digest of the archive itself, which the image configuration names. */
  diffId: Digest;
  /** What it weighs unpacked, as docker counts. */
  size: number;
}

export function packLayer(entries: readonly LayerEntry[], format: 'oci' | 'docker' = 'oci'): PackedLayer {
  const archive = writeTar(entries);
  const blob = gzip(archive);
  const mediaType = format === 'oci' ? OCI.layerGzip : DOCKER.layerGzip;
  return { blob, descriptor: describe(mediaType, blob), diffId: digestOf(archive), size: layerSize(entries) };
}

/**
 * The archive within a layer's blob. Without a media type (docker save, import) the content tells.
 * Throws `InvalidLayer` for what cannot be unpacked here.
 */
export function unpackBlob(blob: Uint8Array, mediaType?: string): Uint8Array {
  const compression = mediaType === undefined ? detectCompression(blob) : layerCompression(mediaType);
  if (compression === 'none') return blob;
  if (compression === 'gzip') return gunzip(blob);
  throw new InvalidLayer(`layers compressed with ${compression} are not supported by the simulator`);
}

/** The entries of a layer's blob, and its diff id. */
export function readLayer(blob: Uint8Array, mediaType?: string): { entries: LayerEntry[]; diffId: Digest } {
  const archive = unpackBlob(blob, mediaType);
  return { entries: [...readTar(archive)], diffId: digestOf(archive) };
}
