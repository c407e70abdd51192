import type { HttpResponse } from '../net/http/message.ts';
import { type Digest, digestOf, verifies } from '../oci/digest.ts';
import {
  type Index,
  InvalidManifest,
  isIndex,
  type Manifest,
  mediaTypeOf,
  parseManifest,
} from '../oci/manifest.ts';
import { OCI } from '../oci/media-type.ts';
import { checkedDigest } from './blob.ts';
import { readBody } from './body.ts';
import { RegistryError } from './errors.ts';
import { NAME, TAG_OR_DIGEST } from './path.ts';
import { isKnown, type RegistryContext, type Route } from './route.ts';

/** `/v2/NAME/manifests/REFERENCE`: images and indexes by tag or digest. */
export const manifestRoute: Route = {
  pattern: new RegExp(`^/v2/${NAME}/manifests/${TAG_OR_DIGEST}$`),
  methods: {
    GET: { needs: ['pull'], serve: getManifest },
    HEAD: { needs: ['pull'], serve: headManifest },
    PUT: { needs: ['pull', 'push'], serve: putManifest },
    DELETE: { needs: ['delete'], serve: deleteManifest },
  },
};

const MAX_SIZE = 4 << 20;

async function getManifest(context: RegistryContext): Promise<HttpResponse> {
  const [digest] = await find(context);
  if (isKnown(context, `"${digest}"`)) return { status: 304 };
  const manifest = await context.store.manifest(context.name, digest);
  if (manifest === undefined) throw unknown(context);
  return { status: 200, headers: manifestHeaders(digest, manifest.mediaType), body: manifest.bytes };
}

async function headManifest(context: RegistryContext): Promise<HttpResponse> {
  const [digest, { mediaType, size }] = await find(context);
  return { status: 200, headers: [...manifestHeaders(digest, mediaType), ['Content-Length', String(size)]] };
}

async function putManifest(context: RegistryContext): Promise<HttpResponse> {
  const { store, name, reference, request } = context;
  const bytes = await readBody(request.body, MAX_SIZE);
  const type = request.headers.get('Content-Type')?.split(';')[0]?.trim();
  const document = parse(bytes, type);
  const byDigest = reference.includes(':');
  const digest = byDigest ? checkedDigest(reference) : digestOf(bytes);
  if (!verifies(digest, bytes)) throw new RegistryError('DIGEST_INVALID');
  const missing: RegistryError[] = [];
  for (const needed of needs(document))
    if (!(await has(needed))) missing.push(new RegistryError('MANIFEST_BLOB_UNKNOWN', needed));
  if (missing.length > 0) throw missing[0]!.and(missing.slice(1));
  await store.putManifest(name, digest, { mediaType: type ?? mediaTypeOf(document), bytes });
  if (!byDigest) await store.setTag(name, reference, digest);
  if (!isIndex(document)) context.record?.ended(name, reference, digest, document);
  const headers: [string, string][] = [
    ['Content-Length', '0'],
    ['Docker-Content-Digest', digest],
    ['Location', context.url(`/v2/${name}/manifests/${digest}`)],
  ];
  if (document.subject !== undefined) headers.push(['OCI-Subject', document.subject.digest]);
  return { status: 201, headers };

  async function has(needed: Digest): Promise<boolean> {
    const found = isIndex(document)
      ? await store.statManifest(name, needed)
      : await store.statBlob(name, needed);
    return found !== undefined;
  }
}

async function deleteManifest({ store, name, reference }: RegistryContext): Promise<HttpResponse> {
  const gone = reference.includes(':')
    ? await store.deleteManifest(name, checkedDigest(reference))
    : await store.deleteTag(name, reference);
  if (!gone) throw new RegistryError('MANIFEST_UNKNOWN');
  return { status: 202, headers: [['Content-Length', '0']] };
}

/** What must be there before a document may be: layers kept elsewhere (`urls`) and the empty blob's stand-in excepted. */
function needs(document: Manifest | Index): Digest[] {
  if (isIndex(document)) return document.manifests.map(({ digest }) => digest);
  const layers = document.layers.filter(({ urls }) => urls === undefined || urls.length === 0);
  return [document.config, ...layers].map(({ digest }) => digest);
}

function parse(bytes: Uint8Array, type: string | undefined): Manifest | Index {
  try {
    return parseManifest(bytes, type);
  } catch (error) {
    if (error instanceof InvalidManifest) throw new RegistryError('MANIFEST_INVALID', error.message);
    throw error;
  }
}

async function find(context: RegistryContext): Promise<[Digest, { mediaType: string; size: number }]> {
  const { store, name, reference, request } = context;
  const digest = reference.includes(':') ? checkedDigest(reference) : await store.resolveTag(name, reference);
  const found = digest === undefined ? undefined : await store.statManifest(name, digest);
  if (digest === undefined || found === undefined) throw unknown(context);
  if (!reference.includes(':') && !accepts(request.headers.get('Accept'), found.mediaType)) {
    const kind =
      found.mediaType === OCI.index
        ? 'OCI index'
        : found.mediaType === OCI.manifest
          ? 'OCI manifest'
          : found.mediaType;
    const plural = kind === 'OCI index' ? 'OCI indexes' : kind === 'OCI manifest' ? 'OCI manifests' : 'it';
    throw new RegistryError(
      'MANIFEST_UNKNOWN',
      undefined,
      [],
      `${kind} found, but accept header does not support ${plural}`,
    );
  }
  return [digest, found];
}

/** Whether a client can read a type. One that names none, as curl does, takes what there is. */
function accepts(header: string | undefined, type: string): boolean {
  const types = (header ?? '*/*').split(',').map((item) => item.split(';')[0]!.trim());
  return types.some((item) => item === type || item === '*/*' || item === 'application/*' || item === '');
}

function unknown({ name, reference }: RegistryContext): RegistryError {
  return new RegistryError(
    'MANIFEST_UNKNOWN',
    reference.includes(':') ? { Name: name, Revision: reference } : { Tag: reference },
  );
}

const manifestHeaders = (digest: Digest, mediaType: string): [string, string][] => [
  ['Content-Type', mediaType],
  ['Docker-Content-Digest', digest],
  ['Etag', `"${digest}"`],
];
