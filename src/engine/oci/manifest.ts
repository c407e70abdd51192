import { decode, encode } from '../base/bytes.ts';
import type { Descriptor } from './descriptor.ts';
import { InvalidDigest, parseDigest, UnsupportedDigest } from './digest.ts';
import { isIndexType, isManifestType, OCI } from './media-type.ts';

/** One image for one platform (image-spec manifest.md; Docker's schema 2 has the same shape). */
export interface Manifest {
  schemaVersion: 2;
  mediaType?: string;
  artifactType?: string;
  config: Descriptor;
  layers: Descriptor[];
  subject?: Descriptor;
  annotations?: Record<string, string>;
}

/** Several images under one name, by platform (image-spec image-index.md; Docker: manifest list). */
export interface Index {
  schemaVersion: 2;
  mediaType?: string;
  artifactType?: string;
  manifests: Descriptor[];
  subject?: Descriptor;
  annotations?: Record<string, string>;
}

/** A document that is not what its media type says. */
export class InvalidManifest extends Error {
  override name = 'InvalidManifest';
}

export const isIndex = (document: Manifest | Index): document is Index => 'manifests' in document;

/**
 * Reads a manifest or an index, told apart by `mediaType` (the Content-Type it came with, or the descriptor's),
 * by the document's own, or at last by its fields. Checks every field that anything here relies on.
 */
export function parseManifest(bytes: Uint8Array, mediaType?: string): Manifest | Index {
  const document = parseObject(bytes);
  const own = document['mediaType'];
  if (own !== undefined && typeof own !== 'string') throw new InvalidManifest('mediaType must be a string');
  if (own !== undefined && mediaType !== undefined && own !== mediaType)
    throw new InvalidManifest(`mediaType in manifest should be '${mediaType}' not '${own}'`);
  if (document['schemaVersion'] !== 2)
    throw new InvalidManifest(
      `unrecognized manifest schema version ${JSON.stringify(document['schemaVersion'])}`,
    );
  const type = mediaType ?? own ?? ('manifests' in document ? OCI.index : OCI.manifest);
  if (isIndexType(type)) return checkIndex(document);
  if (isManifestType(type)) return checkManifest(document);
  throw new InvalidManifest(`unsupported manifest media type ${type}`);
}

/** The media type a manifest goes by when it is served. */
export const mediaTypeOf = (document: Manifest | Index): string =>
  document.mediaType ?? (isIndex(document) ? OCI.index : OCI.manifest);

/** The one serialisation of a document: JSON without spaces, keys as they stand. */
export const serialize = (document: unknown): Uint8Array => encode(JSON.stringify(document));

/** A manifest as docker writes it when it pushes: indented by three, each descriptor's size before its digest. */
export function serializeAsDocker({ mediaType, config, layers }: Manifest): Uint8Array {
  const ordered = ({ mediaType: type, size, digest }: Descriptor) => ({ mediaType: type, size, digest });
  const document = { schemaVersion: 2, mediaType, config: ordered(config), layers: layers.map(ordered) };
  return encode(JSON.stringify(document, undefined, 3));
}

function checkManifest(document: Record<string, unknown>): Manifest {
  if ('manifests' in document) throw new InvalidManifest('unexpected field "manifests" in an image manifest');
  if (document['layers'] === undefined && 'fsLayers' in document)
    throw new InvalidManifest('schema 1 manifests are not supported');
  checkDescriptor(document['config'], 'config');
  checkList(document['layers'], 'layers');
  checkCommon(document);
  return document as unknown as Manifest;
}

function checkIndex(document: Record<string, unknown>): Index {
  for (const field of ['config', 'layers'])
    if (field in document) throw new InvalidManifest(`unexpected field "${field}" in an image index`);
  checkList(document['manifests'], 'manifests');
  for (const descriptor of document['manifests'] as Descriptor[]) {
    const { platform } = descriptor;
    if (platform !== undefined && !(isString(platform?.os) && isString(platform?.architecture)))
      throw new InvalidManifest('platform needs os and architecture');
  }
  checkCommon(document);
  return document as unknown as Index;
}

function checkCommon(document: Record<string, unknown>): void {
  if (document['subject'] !== undefined) checkDescriptor(document['subject'], 'subject');
  const annotations = document['annotations'];
  if (annotations !== undefined && !isTextMap(annotations))
    throw new InvalidManifest('annotations must map names to strings');
}

function checkList(value: unknown, where: string): void {
  if (!Array.isArray(value)) throw new InvalidManifest(`${where} must be a list of descriptors`);
  value.forEach((descriptor, i) => {
    checkDescriptor(descriptor, `${where}[${i}]`);
  });
}

const MEDIA_TYPE =
  /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}(\s*;.*)?$/;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function checkDescriptor(value: unknown, where: string): void {
  if (!isObject(value)) throw new InvalidManifest(`${where} must be a descriptor`);
  const { mediaType, digest, size } = value;
  if (!isString(mediaType) || !MEDIA_TYPE.test(mediaType))
    throw new InvalidManifest(`${where}: invalid mediaType`);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw new InvalidManifest(`${where}: size must be a whole number`);
  if (!isString(digest)) throw new InvalidManifest(`${where}: digest must be a string`);
  const { urls, annotations, artifactType, data } = value;
  if (data !== undefined && !(isString(data) && BASE64.test(data)))
    throw new InvalidManifest(`${where}: data must be base64`);
  if (artifactType !== undefined && !(isString(artifactType) && MEDIA_TYPE.test(artifactType)))
    throw new InvalidManifest(`${where}: invalid artifactType`);
  if (urls !== undefined && !(Array.isArray(urls) && urls.every(isUri)))
    throw new InvalidManifest(`${where}: urls must be a list of URIs`);
  if (annotations !== undefined && !isTextMap(annotations))
    throw new InvalidManifest(`${where}: annotations must map names to strings`);
  checkDigest(digest, where);
}

function checkDigest(digest: string, where: string): void {
  try {
    parseDigest(digest);
  } catch (error) {
    // A document may well name content that is hashed in a way nobody here knows; fetching it is what fails then.
    if (error instanceof UnsupportedDigest) return;
    if (error instanceof InvalidDigest) throw new InvalidManifest(`${where}: ${error.message}`);
    throw error;
  }
}

/** Parses bytes that must be a JSON object. */
export function parseObject(bytes: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(decode(bytes));
  } catch {
    throw new InvalidManifest('document is not JSON');
  }
  if (!isObject(value)) throw new InvalidManifest('document is not a JSON object');
  return value;
}

const isString = (value: unknown): value is string => typeof value === 'string';

const isUri = (value: unknown): boolean => isString(value) && /^[a-z][a-z0-9+.-]*:./i.test(value);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTextMap = (value: unknown): boolean => isObject(value) && Object.values(value).every(isString);
