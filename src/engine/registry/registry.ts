import type { Random } from '../base/random.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from '../net/http/message.ts';
import { type Access, type AccessPolicy, openAccess } from './access.ts';
import { blobRoute } from './blob.ts';
import { type Upload, uploadRoute, uploadsRoute } from './blob-upload.ts';
import { catalogRoute } from './catalog.ts';
import { errorResponse, RegistryError } from './errors.ts';
import { manifestRoute } from './manifest.ts';
import { referrersRoute } from './referrers.ts';
import { json, type Route } from './route.ts';
import { BlobUnavailable, type RegistryStore } from './store.ts';
import { tagsRoute } from './tags.ts';

export interface RegistryOptions {
  store: RegistryStore;
  /** Names uploads. */
  random: Random;
  /** Who may do what; everyone everything by default. */
  access?: AccessPolicy;
}

const base: Route = {
  pattern: /^\/v2\/$/,
  methods: { GET: { needs: [], serve: () => json({}) }, HEAD: { needs: [], serve: () => json({}) } },
};

/**
 * Repository names contain slashes, so paths are told apart by patterns, the name greedy, as distribution's own router does.
 * A trie of path components cannot.
 */
const ROUTES: readonly Route[] = [
  base,
  catalogRoute,
  tagsRoute,
  manifestRoute,
  uploadsRoute,
  uploadRoute,
  blobRoute,
  referrersRoute,
];

/** An OCI distribution server (distribution-spec 1.1): `(request) => response` over a store. */
export function registry({ store, random, access = openAccess }: RegistryOptions): HttpHandler {
  const uploads = new Map<string, Upload>();
  return async (request) => {
    const response = await answer(request);
    return { ...response, headers: [...COMMON_HEADERS, ...(response.headers ?? [])] };
  };

  async function answer(request: HttpRequest): Promise<HttpResponse> {
    try {
      return await route(request);
    } catch (error) {
      if (error instanceof RegistryError) return errorResponse(error);
      if (error instanceof BlobUnavailable)
        return errorResponse(new RegistryError('UNAVAILABLE', error.message));
      throw error;
    }
  }

  async function route(request: HttpRequest): Promise<HttpResponse> {
    const question = request.target.indexOf('?');
    const rawPath = question === -1 ? request.target : request.target.slice(0, question);
    const query = new URLSearchParams(question === -1 ? '' : request.target.slice(question + 1));
    const path = decodePath(rawPath);
    if (path === '/v2') return { status: 301, headers: [['Location', '/v2/']] };
    for (const { pattern, methods } of ROUTES) {
      const match = pattern.exec(path);
      if (match === null) continue;
      const { name = '', reference = '' } = match.groups ?? {};
      const endpoint = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined;
      if (endpoint === undefined)
        throw new RegistryError('UNSUPPORTED', undefined, [['Allow', Object.keys(methods).join(', ')]]);
      const accesses = endpoint.needs.map((action) => accessTo(name, action));
      access.check(request, accesses);
      const may = (other: Access) => {
        try {
          access.check(request, [other]);
          return true;
        } catch {
          return false;
        }
      };
      return endpoint.serve({ store, random, request, query, name, reference, uploads, may });
    }
    return {
      status: 404,
      headers: [['Content-Type', 'text/plain; charset=utf-8']],
      body: '404 page not found\n',
    };
  }
}

const COMMON_HEADERS = [
  ['Docker-Distribution-Api-Version', 'registry/2.0'],
  ['X-Content-Type-Options', 'nosniff'],
] as const;

const accessTo = (name: string, action: Access['action']): Access =>
  name === '' ? { type: 'registry', name: 'catalog', action } : { type: 'repository', name, action };

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
