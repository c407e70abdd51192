import type { Random } from '../base/random.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from '../net/http/message.ts';
import { type Access, type AccessPolicy, openAccess } from './access.ts';
import { blobRoute } from './blob.ts';
import { uploadRoute, uploadsRoute } from './blob-upload.ts';
import { catalogRoute } from './catalog.ts';
import { errorResponse, RegistryError } from './errors.ts';
import { manifestRoute } from './manifest.ts';
import type { PushRecord } from './push-record.ts';
import { referrersRoute } from './referrers.ts';
import { JSON_TYPE, type RegistryContext, type Route } from './route.ts';
import { BlobUnavailable, type RegistryStore } from './store.ts';
import { tagsRoute } from './tags.ts';
import { originOf } from './url.ts';

export interface RegistryOptions {
  store: RegistryStore;
  /** Names uploads. */
  random: Random;
  /** Who may do what; everyone everything by default. */
  access?: AccessPolicy;
  /** Methods that are refused whoever asks: DELETE where deletion is off, all that writes in a mirror. */
  disabled?: readonly ('POST' | 'PATCH' | 'PUT' | 'DELETE')[];
  /** Tags are listed in order; distribution before 3.0 lists them as its storage holds them, and all at once. */
  tagOrder?: 'lexical' | 'stored';
  /** Whether it is served under TLS. */
  tls?: boolean;
  /** Where it notes what was pushed. */
  record?: PushRecord;
}

/**
 * Repository names contain slashes, so paths are told apart by patterns, the name greedy, as distribution's own router does.
 * A trie of path components cannot.
 */
const ROUTES: readonly Route[] = [
  catalogRoute,
  tagsRoute,
  manifestRoute,
  uploadsRoute,
  uploadRoute,
  blobRoute,
  referrersRoute,
];

/** An OCI distribution server (distribution-spec 1.1): `(request) => response` over a store. */
export function registry(options: RegistryOptions): HttpHandler {
  const {
    store,
    random,
    access = openAccess,
    disabled = [],
    tagOrder = 'lexical',
    tls = false,
    record,
  } = options;
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
    // Whoever checks whether anything lives here.
    if (path === '/') return { status: 200, headers: [['Cache-Control', 'no-cache']], body: '' };
    if (path === '/v2') return movedTo('/v2/');
    const clean = cleanPath(path);
    if (clean !== path) return movedTo(clean);
    if (path === '/v2/') {
      await access.check(request, []);
      return { status: 200, headers: [JSON_TYPE], body: '{}' };
    }
    for (const { pattern, methods } of ROUTES) {
      const match = pattern.exec(path);
      if (match === null) continue;
      const { name = '', reference = '' } = match.groups ?? {};
      const endpoint = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined;
      if (endpoint === undefined)
        return {
          status: 405,
          headers: [...TEXT_HEADERS, ['Allow', Object.keys(methods).join(', ')]],
          body: 'Method not allowed\n',
        };
      await access.check(
        request,
        endpoint.needs.map((action) => accessTo(name, action)),
      );
      if (disabled.some((method) => method === request.method)) throw new RegistryError('UNSUPPORTED');
      const { scheme, host } = originOf(request.headers, tls);
      const context: RegistryContext = {
        store,
        random,
        record,
        request,
        query,
        name,
        reference,
        tagOrder,
        url: (target) => `${scheme}://${host}${target}`,
        may: (other) =>
          access.check(request, [other]).then(
            () => true,
            () => false,
          ),
      };
      return endpoint.serve(context);
    }
    return { status: 404, headers: TEXT_HEADERS, body: '404 page not found\n' };
  }
}

const COMMON_HEADERS = [
  ['Docker-Distribution-Api-Version', 'registry/2.0'],
  ['X-Content-Type-Options', 'nosniff'],
] as const;

const TEXT_HEADERS: readonly (readonly [string, string])[] = [['Content-Type', 'text/plain; charset=utf-8']];

const movedTo = (path: string): HttpResponse => ({
  status: 301,
  headers: [
    ['Content-Type', 'text/html; charset=utf-8'],
    ['Location', path],
  ],
  body: `<a href="${path}">Moved Permanently</a>.\n\n`,
});

const accessTo = (name: string, action: Access['action']): Access =>
  name === '' ? { type: 'registry', name: 'catalog', action } : { type: 'repository', name, action };

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The path without `.`, `..` and doubled slashes, to which Go's routers send those who ask for another. */
function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}${path.endsWith('/') && parts.length > 0 ? '/' : ''}`;
}
