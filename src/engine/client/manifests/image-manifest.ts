/** A manifest as `docker manifest` keeps and shows it. Models docker/cli `cli/manifest/types`. */
import { decode } from '../../base/bytes.ts';
import { marshal } from '../../base/go-json.ts';
import type { Digest } from '../../oci/digest.ts';
import type { Manifest } from '../../oci/manifest.ts';
import { OCI } from '../../oci/media-type.ts';
import { type Platform, platformOf } from '../../oci/platform.ts';
import { parseNamed, type Reference, referenceString } from '../../oci/reference.ts';
import { decodeBase64Bytes, encodeBase64Bytes } from '../base64.ts';
import { marshalInOrder, parseJson } from '../format/json.ts';
import { GoMap } from '../go-template/value.ts';

/** Which of Go's two types holds the document. */
type Kind = 'SchemaV2Manifest' | 'OCIManifest';

/** The manifest of one image, with where it is and what it is for. */
export interface ImageManifest {
  ref: Reference;
  mediaType: string;
  digest: Digest;
  size: number;
  platform: Platform | undefined;
  /** As it came from the registry. */
  raw: Uint8Array;
  kind: Kind;
  /** The same document, its white space as it is at hand. */
  document: string;
}

/** Makes one of what a registry gave. */
export function imageManifest(
  ref: Reference,
  { bytes, type, digest }: { bytes: Uint8Array; type: string; digest: Digest },
  platform: Platform,
): ImageManifest {
  const kind = type === OCI.manifest ? 'OCIManifest' : 'SchemaV2Manifest';
  return {
    ref,
    mediaType: type,
    digest,
    size: bytes.length,
    platform: platformOf(platform),
    raw: bytes,
    kind,
    document: decode(bytes),
  };
}

/** The digests of all that the manifest refers to, its configuration first. */
export function blobsOf({ document }: ImageManifest): Digest[] {
  const { config, layers } = JSON.parse(document) as Manifest;
  return [config, ...layers].map(({ digest }) => digest);
}

/** As Go's json.Marshal writes it, in one line. */
export function toJson({
  ref,
  mediaType,
  digest,
  size,
  platform,
  raw,
  kind,
  document,
}: ImageManifest): string {
  const descriptor = { mediaType, digest, size, ...(platform === undefined ? {} : { platform }) };
  const members = [
    `"Ref":${marshal(referenceString(ref))}`,
    `"Descriptor":${marshal(descriptor)}`,
    ...(raw.length === 0 ? [] : [`"Raw":"${encodeBase64Bytes(raw)}"`]),
    `"${kind}":${escapeHtml(marshalInOrder(parseJson(document)))}`,
  ];
  return `{${members.join(',')}}`;
}

/** Reads what `toJson` wrote. Throws `Error` for what is no such thing. */
export function fromJson(text: string): ImageManifest {
  const root = parseJson(text);
  const stored = JSON.parse(text) as {
    Ref: string;
    Descriptor: { mediaType: string; digest: Digest; size: number; platform?: Platform };
    Raw?: string;
  } & Record<Kind, unknown>;
  const kind = (['SchemaV2Manifest', 'OCIManifest'] as const).find((one) => stored?.[one] != null);
  const document = root instanceof GoMap && kind !== undefined ? root.entries.get(kind) : undefined;
  if (kind === undefined || document === undefined)
    throw new Error(`${stored?.Ref ?? '<nil>'} has no payload`);
  const { mediaType = '', digest, size = 0, platform } = stored.Descriptor;
  return {
    ref: parseNamed(stored.Ref),
    mediaType,
    digest,
    size,
    platform: platform && platformOf(platform),
    raw: decodeBase64Bytes(stored.Raw ?? ''),
    kind,
    document: marshalInOrder(document),
  };
}

const escapeHtml = (json: string): string =>
  json.replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);
