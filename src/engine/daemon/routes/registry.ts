import { type Credentials, readCredentials } from '../../distribution/credentials.ts';
import type { HttpResponse } from '../../net/http/message.ts';
import { isDigest } from '../../oci/digest.ts';
import {
  InvalidReference,
  parseNormalizedNamed,
  type Reference,
  trimNamed,
  withTag,
} from '../../oci/reference.ts';
import { invalidParameter, systemError } from '../error.ts';
import { parseFilters } from '../filters.ts';
import { pullImage } from '../images/pull.ts';
import { pushImage } from '../images/push.ts';
import { inspectAtRegistry } from '../registry/inspect.ts';
import { login } from '../registry/login.ts';
import { searchImages } from '../registry/search.ts';
import { type Call, json, type Route, readJsonIfAny } from '../router.ts';
import { platformFromText } from './platform.ts';
import { progressResponse } from './progress.ts';

/** What has to do with registries. */
export const registryRoutes: readonly Route[] = [
  [
    'POST',
    '/auth',
    async (call) => {
      const credentials = await readJsonIfAny<Credentials>(call);
      if (credentials === undefined) throw systemError('EOF');
      await login(call.engine, credentials);
      return json({ IdentityToken: '', Status: 'Login Succeeded' });
    },
  ],
  [
    'GET',
    '/images/search',
    async ({ engine, request, query }) => {
      const limit = query.get('limit') ?? '';
      if (!/^[+]?\d*$/.test(limit))
        throw invalidParameter(
          /^-\d+$/.test(limit)
            ? 'invalid limit specified'
            : `invalid limit specified: strconv.Atoi: parsing ${JSON.stringify(limit)}: invalid syntax`,
        );
      const found = await searchImages(engine, {
        term: query.get('term') ?? '',
        limit: Number(limit || 0),
        filters: parseFilters(query.get('filters') ?? undefined),
        credentials: readCredentials(request.headers.get('X-Registry-Auth')),
      });
      return json(found);
    },
  ],
  ['POST', '/images/:name{.+}/push', push],
  [
    'GET',
    '/distribution/:name{.+}/json',
    async ({ engine, request, params }) => {
      const credentials = readCredentials(request.headers.get('X-Registry-Auth'));
      return json(await inspectAtRegistry(engine, referenceOf(params['name']!, ''), credentials));
    },
  ],
]; // prettier-ignore

/** POST /images/create?fromImage= */
export async function pull({ engine, request, query }: Call): Promise<HttpResponse> {
  const reference = referenceOf((query.get('fromImage') ?? '').replace(/:$/, ''), query.get('tag') ?? '');
  const platform = platformFromText(query.get('platform') ?? '');
  const credentials = readCredentials(request.headers.get('X-Registry-Auth'));
  return progressResponse((report) => pullImage(engine, { reference, platform, credentials, report }));
}

/** POST /images/NAME/push. Images here are for one platform only, whichever is asked for. */
async function push({ engine, request, params, query }: Call): Promise<HttpResponse> {
  const name = params['name']!;
  const reference = referenceOf(name, query.get('tag') ?? '');
  const credentials = readCredentials(request.headers.get('X-Registry-Auth'));
  return progressResponse((report) => pushImage(engine, { reference, credentials, report }));
}

/** What is called a tag may be a digest. */
function referenceOf(name: string, tag: string): Reference {
  try {
    const named = parseNormalizedNamed(name);
    if (tag === '') return named;
    return isDigest(tag) ? { ...trimNamed(named), digest: tag } : withTag(named, tag);
  } catch (error) {
    if (error instanceof InvalidReference) throw invalidParameter(error.message);
    throw error;
  }
}
