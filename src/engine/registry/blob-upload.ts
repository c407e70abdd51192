import { uuid } from '../base/uuid.ts';
import type { HttpResponse } from '../net/http/message.ts';
import { type Digest, isDigest } from '../oci/digest.ts';
import { checkedDigest } from './blob.ts';
import { readBody } from './body.ts';
import { RegistryError } from './errors.ts';
import { NAME, UPLOAD_ID } from './path.ts';
import type { RegistryContext, Route } from './route.ts';

/** `/v2/NAME/blobs/uploads/`: begins an upload, mounts a blob of another repository, or takes a whole blob at once. */
export const uploadsRoute: Route = {
  pattern: new RegExp(`^/v2/${NAME}/blobs/uploads/?$`),
  methods: { POST: { needs: ['pull', 'push'], serve: beginUpload } },
};

/** `/v2/NAME/blobs/uploads/ID`: an upload under way. */
export const uploadRoute: Route = {
  pattern: new RegExp(`^/v2/${NAME}/blobs/uploads/${UPLOAD_ID}$`),
  methods: {
    GET: { needs: ['pull', 'push'], serve: (context) => progress(context, 204) },
    HEAD: { needs: ['pull', 'push'], serve: (context) => progress(context, 204) },
    PATCH: { needs: ['pull', 'push'], serve: appendChunk },
    PUT: { needs: ['pull', 'push'], serve: completeUpload },
    DELETE: { needs: ['pull', 'push'], serve: cancelUpload },
  },
};

async function beginUpload(context: RegistryContext): Promise<HttpResponse> {
  const { store, name, query, random } = context;
  const mount = query.get('mount');
  const from = query.get('from');
  if (mount !== null && from !== null && isDigest(mount)) {
    const allowed = await context.may({ type: 'repository', name: from, action: 'pull' });
    if (allowed && (await store.mountBlob(name, mount, from))) {
      context.record?.arrived(name, mount, 'mounted');
      return created(context, mount);
    }
  }
  const digest = query.get('digest');
  const id = uuid(random.hex(32));
  await store.beginUpload(name, id);
  if (digest === null) return progress(context, 202, id);
  await append(context, id);
  return commit(context, id, digest);
}

async function appendChunk(context: RegistryContext): Promise<HttpResponse> {
  await append(context, context.reference);
  return progress(context, 202);
}

async function completeUpload(context: RegistryContext): Promise<HttpResponse> {
  const digest = context.query.get('digest');
  await sizeOf(context, context.reference);
  if (digest === null) throw new RegistryError('DIGEST_INVALID', 'digest missing');
  await append(context, context.reference);
  return commit(context, context.reference, digest);
}

async function cancelUpload(context: RegistryContext): Promise<HttpResponse> {
  const { store, name, reference } = context;
  await sizeOf(context, reference);
  await store.cancelUpload(name, reference);
  return { status: 204, headers: [['Docker-Upload-Uuid', reference]] };
}

/** Takes the body in as it comes, so that what has come of a broken push stays; a chunk that says where it belongs must follow on what is there. */
async function append(context: RegistryContext, id: string): Promise<void> {
  const { store, name, request } = context;
  const size = await sizeOf(context, id);
  const range = request.headers.get('Content-Range');
  const [, first, last] = /^(?:bytes[ =])?(\d+)-(\d+)(?:\/.*)?$/.exec(range ?? '') ?? [];
  if (range !== undefined && (first === undefined || Number(first) !== size)) {
    await readBody(request.body);
    throw new RegistryError('RANGE_INVALID', undefined, await uploadHeaders(context, id));
  }
  if (last === undefined) {
    for (let chunk = await request.body.read(); chunk !== null; chunk = await request.body.read())
      await store.appendUpload(name, id, chunk);
    return;
  }
  const chunk = await readBody(request.body);
  if (Number(last) - Number(first) + 1 !== chunk.length)
    throw new RegistryError('SIZE_INVALID', undefined, await uploadHeaders(context, id));
  await store.appendUpload(name, id, chunk);
}

/** Right or wrong, the upload is over then: a client begins anew. */
async function commit(context: RegistryContext, id: string, given: string): Promise<HttpResponse> {
  const { store, name } = context;
  let digest: Digest;
  try {
    digest = checkedDigest(given);
  } catch (error) {
    await store.cancelUpload(name, id);
    throw error instanceof RegistryError
      ? new RegistryError('DIGEST_INVALID', 'digest parsing failed')
      : error;
  }
  if (!(await store.commitUpload(name, id, digest)))
    throw new RegistryError('DIGEST_INVALID', { Digest: digest, Reason: 'content does not match digest' });
  context.record?.arrived(name, digest, 'uploaded');
  return created(context, digest);
}

async function sizeOf({ store, name }: RegistryContext, id: string): Promise<number> {
  const size = await store.statUpload(name, id);
  if (size === undefined) throw new RegistryError('BLOB_UPLOAD_UNKNOWN', {});
  return size;
}

const created = ({ name, url }: RegistryContext, digest: Digest): HttpResponse => ({
  status: 201,
  headers: [
    ['Content-Length', '0'],
    ['Docker-Content-Digest', digest],
    ['Location', url(`/v2/${name}/blobs/${digest}`)],
  ],
});

async function progress(
  context: RegistryContext,
  status: number,
  id = context.reference,
): Promise<HttpResponse> {
  const headers = await uploadHeaders(context, id);
  return { status, headers: status === 204 ? headers : [['Content-Length', '0'], ...headers] };
}

async function uploadHeaders(context: RegistryContext, id: string): Promise<[string, string][]> {
  const size = await sizeOf(context, id);
  return [
    ['Docker-Upload-Uuid', id],
    ['Location', context.url(`/v2/${context.name}/blobs/uploads/${id}`)],
    ['Range', `0-${Math.max(size - 1, 0)}`],
  ];
}
