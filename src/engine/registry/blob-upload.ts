import { concat } from '../base/bytes.ts';
import type { Random } from '../base/random.ts';
import type { HttpResponse } from '../net/http/message.ts';
import { type Digest, isDigest, verifies } from '../oci/digest.ts';
import { checkedDigest } from './blob.ts';
import { readBody } from './body.ts';
import { RegistryError } from './errors.ts';
import { NAME, UPLOAD_ID } from './path.ts';
import type { RegistryContext, Route } from './route.ts';

/** A blob on its way in. */
export interface Upload {
  readonly id: string;
  readonly repository: string;
  chunks: Uint8Array[];
  size: number;
}

/** `/v2/NAME/blobs/uploads/`: begins an upload, mounts a blob of another repository, or takes a whole blob at once. */
export const uploadsRoute: Route = {
  pattern: new RegExp(`^/v2/${NAME}/blobs/uploads/?$`),
  methods: { POST: { needs: ['pull', 'push'], serve: beginUpload } },
};

/** `/v2/NAME/blobs/uploads/ID`: an upload under way. */
export const uploadRoute: Route = {
  pattern: new RegExp(`^/v2/${NAME}/blobs/uploads/${UPLOAD_ID}$`),
  methods: {
    GET: { needs: ['pull', 'push'], serve: (context) => progress(uploadOf(context), 204) },
    PATCH: { needs: ['pull', 'push'], serve: appendChunk },
    PUT: { needs: ['pull', 'push'], serve: completeUpload },
    DELETE: { needs: ['pull', 'push'], serve: cancelUpload },
  },
};

async function beginUpload(context: RegistryContext): Promise<HttpResponse> {
  const { store, name, query, random, uploads } = context;
  const mount = query.get('mount');
  const from = query.get('from');
  if (mount !== null && from !== null && isDigest(mount)) {
    const allowed = context.may({ type: 'repository', name: from, action: 'pull' });
    if (allowed && store.mountBlob(name, mount, from)) return created(name, mount);
  }
  const digest = query.get('digest');
  const body = await readBody(context.request.body);
  if (digest !== null) return keep(context, checkedDigest(digest), body);
  const upload: Upload = { id: uuid(random), repository: name, chunks: [], size: 0 };
  uploads.set(upload.id, upload);
  return progress(upload, 202);
}

async function appendChunk(context: RegistryContext): Promise<HttpResponse> {
  const upload = uploadOf(context);
  await append(context, upload);
  return progress(upload, 202);
}

async function completeUpload(context: RegistryContext): Promise<HttpResponse> {
  const upload = uploadOf(context);
  const given = context.query.get('digest');
  if (given === null) throw new RegistryError('DIGEST_INVALID', 'digest missing');
  const digest = checkedDigest(given);
  await append(context, upload);
  // Right or wrong, the upload is over: a client begins anew.
  context.uploads.delete(upload.id);
  return keep(context, digest, concat(upload.chunks));
}

function cancelUpload(context: RegistryContext): HttpResponse {
  const { id } = uploadOf(context);
  context.uploads.delete(id);
  return { status: 204, headers: [['Docker-Upload-Uuid', id]] };
}

/** Takes the body in; a chunk that says where it belongs must follow on what is there. */
async function append({ request }: RegistryContext, upload: Upload): Promise<void> {
  const range = request.headers.get('Content-Range');
  const [, first, last] = /^(?:bytes[ =])?(\d+)-(\d+)(?:\/.*)?$/.exec(range ?? '') ?? [];
  if (range !== undefined && (first === undefined || Number(first) !== upload.size)) {
    await readBody(request.body);
    throw new RegistryError('RANGE_INVALID', undefined, uploadHeaders(upload));
  }
  const chunk = await readBody(request.body);
  if (last !== undefined && Number(last) - Number(first) + 1 !== chunk.length)
    throw new RegistryError('SIZE_INVALID', undefined, uploadHeaders(upload));
  if (chunk.length === 0) return;
  upload.chunks.push(chunk);
  upload.size += chunk.length;
}

function keep({ store, name }: RegistryContext, digest: Digest, bytes: Uint8Array): HttpResponse {
  if (!verifies(digest, bytes))
    throw new RegistryError('DIGEST_INVALID', { Digest: digest, Reason: 'content does not match digest' });
  store.putBlob(name, digest, bytes);
  return created(name, digest);
}

function uploadOf({ uploads, name, reference }: RegistryContext): Upload {
  const upload = uploads.get(reference);
  if (upload?.repository !== name) throw new RegistryError('BLOB_UPLOAD_UNKNOWN', {});
  return upload;
}

const created = (name: string, digest: Digest): HttpResponse => ({
  status: 201,
  headers: [
    ['Content-Length', '0'],
    ['Docker-Content-Digest', digest],
    ['Location', `/v2/${name}/blobs/${digest}`],
  ],
});

const progress = (upload: Upload, status: number): HttpResponse => ({
  status,
  headers: [...(status === 204 ? [] : [['Content-Length', '0'] as const]), ...uploadHeaders(upload)],
});

const uploadHeaders = ({ id, repository, size }: Upload): [string, string][] => [
  ['Docker-Upload-Uuid', id],
  ['Location', `/v2/${repository}/blobs/uploads/${id}`],
  ['Range', `0-${Math.max(size - 1, 0)}`],
];

/** A random UUID, version 4. */
function uuid(random: Random): string {
  const hex = random.hex(32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
