import type { Random } from '../base/random.ts';
import type { HttpRequest, HttpResponse } from '../net/http/message.ts';
import type { Access } from './access.ts';
import type { Upload } from './blob-upload.ts';
import type { RegistryStore } from './store.ts';

/** What a route works on. */
export interface RegistryContext {
  readonly store: RegistryStore;
  readonly random: Random;
  readonly request: HttpRequest;
  readonly query: URLSearchParams;
  /** The repository; empty where the path names none. */
  readonly name: string;
  /** The last part of the path: tag or digest, or the upload's id. */
  readonly reference: string;
  readonly uploads: Map<string, Upload>;
  /** Whether the sender may do this too; for mounting from another repository. */
  may(access: Access): boolean;
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

/** A 200 with a JSON document. */
export function json(document: unknown, headers: readonly (readonly [string, string])[] = []): HttpResponse {
  return {
    status: 200,
    headers: [['Content-Type', 'application/json'], ...headers],
    body: JSON.stringify(document),
  };
}
