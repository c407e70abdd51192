import type { HttpResponse } from '../net/http/message.ts';
import { type Digest, InvalidDigest, parseDigest } from '../oci/digest.ts';
import { RegistryError } from './errors.ts';
import { DIGEST, NAME } from './path.ts';
import { isKnown, type RegistryContext, type Route } from './route.ts';

/** `/v2/NAME/blobs/DIGEST`: layers and configurations by their digest. */
export const blobRoute: Route = {
  pattern: new RegExp(`^/v2/${NAME}/blobs/${DIGEST}$`),
  methods: {
    GET: { needs: ['pull'], serve: getBlob },
    HEAD: { needs: ['pull'], serve: headBlob },
    DELETE: { needs: ['delete'], serve: deleteBlob },
  },
};

async function getBlob(context: RegistryContext): Promise<HttpResponse> {
  const digest = checkedDigest(context.reference);
  if (isKnown(context, `"${digest}"`) && (await context.store.statBlob(context.name, digest)) !== undefined)
    return { status: 304, headers: blobHeaders(digest) };
  const bytes = await context.store.blob(context.name, digest);
  if (bytes === undefined) throw new RegistryError('BLOB_UNKNOWN', digest);
  const range = rangeOf(context.request.headers.get('Range'), bytes.length);
  if (range === undefined) return { status: 200, headers: blobHeaders(digest), body: bytes };
  if (range === 'unsatisfiable')
    return {
      status: 416,
      headers: [
        ...blobHeaders(digest).filter(([name]) => name !== 'Content-Type'),
        ['Content-Range', `bytes */${bytes.length}`],
        ['Content-Type', 'text/plain; charset=utf-8'],
      ],
      body: 'invalid range: failed to overlap\n',
    };
  const [first, last] = range;
  return {
    status: 206,
    headers: [...blobHeaders(digest), ['Content-Range', `bytes ${first}-${last}/${bytes.length}`]],
    body: bytes.subarray(first, last + 1),
  };
}

async function headBlob({ store, name, reference }: RegistryContext): Promise<HttpResponse> {
  const digest = checkedDigest(reference);
  const size = await store.statBlob(name, digest);
  if (size === undefined) throw new RegistryError('BLOB_UNKNOWN', digest);
  return { status: 200, headers: [...blobHeaders(digest), ['Content-Length', String(size)]] };
}

async function deleteBlob({ store, name, reference }: RegistryContext): Promise<HttpResponse> {
  const digest = checkedDigest(reference);
  if (!(await store.deleteBlob(name, digest))) throw new RegistryError('BLOB_UNKNOWN');
  return { status: 202, headers: [['Content-Length', '0']] };
}

const blobHeaders = (digest: Digest): [string, string][] => [
  ['Accept-Ranges', 'bytes'],
  ['Cache-Control', 'max-age=31536000'],
  ['Content-Type', 'application/octet-stream'],
  ['Docker-Content-Digest', digest],
  ['Etag', `"${digest}"`],
];

/** A digest from a request, or the error for a wrong one. */
export function checkedDigest(text: string): Digest {
  try {
    return parseDigest(text);
  } catch (error) {
    if (error instanceof InvalidDigest) throw new RegistryError('DIGEST_INVALID', {});
    throw error;
  }
}

/** A single byte range (RFC 9110, 14.1.2); several at once are answered in full, as the RFC allows. */
function rangeOf(
  header: string | undefined,
  size: number,
): [first: number, last: number] | 'unsatisfiable' | undefined {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === undefined || (from === '' && to === '')) return undefined;
  const first = from === '' ? Math.max(size - Number(to), 0) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  return first > last ? 'unsatisfiable' : [first, last];
}
