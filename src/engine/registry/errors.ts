import type { HttpResponse } from '../net/http/message.ts';

/** Error codes of a registry with their status and text (distribution-spec, "Error Codes"; texts of distribution/distribution). */
const ERRORS = {
  UNKNOWN: [500, 'unknown error'],
  UNSUPPORTED: [405, 'The operation is unsupported.'],
  UNAUTHORIZED: [401, 'authentication required'],
  DENIED: [403, 'requested access to the resource is denied'],
  UNAVAILABLE: [503, 'service unavailable'],
  TOOMANYREQUESTS: [429, 'too many requests'],
  DIGEST_INVALID: [400, 'provided digest did not match uploaded content'],
  SIZE_INVALID: [400, 'provided length did not match content length'],
  RANGE_INVALID: [416, 'invalid content range'],
  NAME_INVALID: [400, 'invalid repository name'],
  NAME_UNKNOWN: [404, 'repository name not known to registry'],
  TAG_INVALID: [400, 'manifest tag did not match URI'],
  MANIFEST_UNKNOWN: [404, 'manifest unknown'],
  MANIFEST_INVALID: [400, 'manifest invalid'],
  MANIFEST_BLOB_UNKNOWN: [400, 'blob unknown to registry'],
  BLOB_UNKNOWN: [404, 'blob unknown to registry'],
  BLOB_UPLOAD_UNKNOWN: [404, 'blob upload unknown to registry'],
  BLOB_UPLOAD_INVALID: [404, 'blob upload invalid'],
  PAGINATION_NUMBER_INVALID: [400, 'invalid number of results requested'],
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** What a handler throws to be answered with an error document. */
export class RegistryError extends Error {
  override name = 'RegistryError';
  readonly code: ErrorCode;
  readonly detail: unknown;
  readonly headers: readonly (readonly [string, string])[];
  readonly #others: RegistryError[] = [];

  constructor(
    code: ErrorCode,
    detail?: unknown,
    headers: readonly (readonly [string, string])[] = [],
    text?: string,
  ) {
    super(text ?? ERRORS[code][1]);
    this.code = code;
    this.detail = detail;
    this.headers = headers;
  }

  /** The same refusal with more of its kind, told in one answer. */
  and(others: readonly RegistryError[]): RegistryError {
    this.#others.push(...others);
    return this;
  }

  /** All that the answer tells. */
  get all(): readonly RegistryError[] {
    return [this, ...this.#others];
  }

  get status(): number {
    return ERRORS[this.code][0];
  }
}

/** `{"errors":[{"code":…,"message":…,"detail":…}]}`, as every client parses it. */
export function errorResponse(error: RegistryError): HttpResponse {
  const errors = error.all.map(({ code, message, detail }) => ({
    code,
    message,
    ...(detail === undefined ? {} : { detail }),
  }));
  const headers = [['Content-Type', 'application/json; charset=utf-8'] as const, ...error.headers];
  return { status: error.status, headers, body: `${JSON.stringify({ errors })}\n` };
}
