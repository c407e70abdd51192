import { TrieRouter } from 'hono/router/trie-router';
import { decode } from '../base/bytes.ts';
import { readAll } from '../net/http/body.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from '../net/http/message.ts';
import type { Engine } from './engine.ts';
import { describeError, invalidParameter } from './error.ts';
import { ENGINE } from './identity.ts';

/** What a route's handler is given. */
export interface Call {
  engine: Engine;
  request: HttpRequest;
  /** Parts of the path. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
}

export type RouteHandler = (call: Call) => Promise<HttpResponse>;

/** A resource's routes: method, path, handler. */
export type Route = readonly [method: string, path: string, handler: RouteHandler];

/** Header fields of every answer. */
const SERVER_HEADERS: readonly [string, string][] = [
  ['Api-Version', ENGINE.apiVersion],
  ['Docker-Experimental', 'false'],
  ['Ostype', ENGINE.os],
  ['Server', `Docker/${ENGINE.version} (${ENGINE.os})`],
];

const NO_QUERY = new URLSearchParams();

/** The Engine API: finds the route, versioned (`/v1.51/…`) or not, and turns errors into answers. */
export function engineApi(engine: Engine, routes: readonly Route[]): HttpHandler {
  // One for each method: a router tries the patterns of all methods before it looks at the request's.
  const routers = new Map<string, TrieRouter<RouteHandler>>();
  for (const [method, path, handler] of routes) {
    const router = routers.get(method) ?? new TrieRouter();
    routers.set(method, router);
    router.add(method, path, handler);
  }
  return async (request) => {
    const at = request.target.indexOf('?');
    const full = at === -1 ? request.target : request.target.slice(0, at);
    const [, version, rest = full] = /^\/v(\d+(?:\.\d+)*)(\/.*)$/.exec(full) ?? [];
    const complaint = version === undefined ? undefined : versionComplaint(version);
    if (complaint) return answer({ ...complaint, status: 400 });
    const path = rest.includes('%') ? decodePath(rest) : rest;
    const match = routers.get(request.method)?.match(request.method, path)[0][0];
    if (match === undefined) return { ...json({ message: 'page not found' }, 404) };
    const [handler, params] = match;
    const query = at === -1 ? NO_QUERY : new URLSearchParams(request.target.slice(at + 1));
    try {
      return answer(await handler({ engine, request, params: params as Record<string, string>, query }));
    } catch (error) {
      const { status, message } = describeError(error);
      if (status === 304) return answer({ status });
      return answer(json({ message }, status));
    }
  };
}

export function json(value: unknown, status = 200): HttpResponse {
  return { status, headers: [['Content-Type', 'application/json']], body: `${JSON.stringify(value)}\n` };
}

export const noContent = (): HttpResponse => ({ status: 204 });

/** The request's JSON body; nothing at all is an object without fields (moby httputils.ReadJSON). */
export async function readJson<T extends object>(call: Call): Promise<T> {
  return (await readJsonIfAny<T>(call)) ?? ({} as T);
}

/** The same, undefined where there is none. */
export async function readJsonIfAny<T>({ request }: Call): Promise<T | undefined> {
  const type = request.headers.get('Content-Type');
  const text = decode(await readAll(request.body));
  if (text !== '' && !/^application\/json\b/i.test(type ?? ''))
    throw invalidParameter(
      type === undefined || type === ''
        ? 'malformed Content-Type header (): mime: no media type'
        : `unsupported Content-Type header (${type}): must be 'application/json'`,
    );
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw invalidParameter(`invalid JSON: ${error instanceof Error ? error.message : error}`);
  }
}

/** Go's httputils.BoolValue: anything but these is true. */
export function flag(query: URLSearchParams, name: string): boolean {
  const value = (query.get(name) ?? '').trim().toLowerCase();
  return !['', '0', 'no', 'false', 'none'].includes(value);
}

export function numberOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (!/^-?\d+$/.test(text))
    throw invalidParameter(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

function answer(response: HttpResponse): HttpResponse {
  return { ...response, headers: [...SERVER_HEADERS, ...(response.headers ?? [])] };
}

function versionComplaint(version: string): Pick<HttpResponse, 'headers' | 'body'> | undefined {
  const minor = (text: string) => Number(text.split('.')[1] ?? 0) + Number(text.split('.')[0]) * 1000;
  if (minor(version) < minor(ENGINE.minApiVersion))
    return {
      headers: [['Content-Type', 'text/plain; charset=utf-8']],
      body: `client version ${version} is too old. Minimum supported API version is ${ENGINE.minApiVersion}, please upgrade your client to a newer version\n`,
    };
  if (minor(version) <= minor(ENGINE.apiVersion)) return undefined;
  return json({
    message: `client version ${version} is too new. Maximum supported API version is ${ENGINE.apiVersion}`,
  });
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
