import type { Random } from '../base/random.ts';
import type { HttpRequest, HttpResponse } from '../net/http/message.ts';
import type { Access } from './access.ts';
import type { PushRecord } from './push-record.ts';
import type { RegistryStore } from './store.ts';

/** What a route works on. */
export interface RegistryContext {
  readonly store: RegistryStore;
  readonly random: Random;
  readonly record: PushRecord | undefined;
  readonly request: HttpRequest;
  readonly query: URLSearchParams;
  /** The repository; empty where the path names none. */
  readonly name: string;
  /** The last part of the path: tag or digest, or the upload's id. */
  readonly reference: string;
  readonly tagOrder: 'lexical' | 'stored';
  /** Whether the sender may do this too; for mounting from another repository. */
  may(access: Access): Promise<boolean>;
  /** The whole URL of a path here, for Location fields. */
  url(path: string): string;
}

/** One path of the API with what each method does and needs. */
export interface Route {
  readonly pattern: RegExp;
  readonly methods: Readonly<Record<string, Endpoint>>;
}

export interface Endpoint {
  /** What the sender must be allowed to do. */
  readonly needs: readonly Access['action'][];
  serve(context: RegistryContext): Promise<HttpResponse> | HttpResponse;
}

export const JSON_TYPE = ['Content-Type', 'application/json; charset=utf-8'] as const;

/** A 200 with a JSON document. */
export function json(document: unknown, headers: readonly (readonly [string, string])[] = []): HttpResponse {
  return { status: 200, headers: [JSON_TYPE, ...headers], body: `${JSON.stringify(document)}\n` };
}

/** Whether the client has this content already and says so (RFC 9110, 13.1.2). */
export const isKnown = ({ request }: RegistryContext, etag: string): boolean =>
  (request.headers.get('If-None-Match') ?? '')
    .split(',')
    .some((given) => [etag, '*'].includes(given.trim().replace(/^W\//, '')));
