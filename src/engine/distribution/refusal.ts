import { decode } from '../base/bytes.ts';
import { readAll } from '../net/http/body.ts';
import type { HttpClientResponse } from '../net/http/message.ts';
import { challengesOf } from './challenge.ts';

/** One error that a registry told of (distribution-spec, "Error Codes"). Models distribution errcode.Error. */
export class RegistryError extends Error {
  override readonly name: string = 'RegistryError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code.toLowerCase().replaceAll('_', ' ')}: ${message}`);
    this.code = code;
  }
}

/** Several at once, as they come in an answer's body. Models errcode.Errors. */
export class RegistryErrors extends Error {
  override readonly name = 'RegistryErrors';
  readonly all: readonly RegistryError[];

  constructor(all: readonly RegistryError[]) {
    super(
      all.length === 1 ? all[0]!.message : `errors:\n${all.map(({ message }) => `${message}\n`).join('')}`,
    );
    this.all = all;
  }
}

/** An answer that tells nothing that a registry would tell. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
}

/** A blob that the registry has not. */
export class BlobUnknown extends RegistryError {
  override readonly name = 'BlobUnknown';

  constructor() {
    super('', '');
    this.message = 'unknown blob';
  }
}

const DENIED = 'requested access to the resource is denied';
const MESSAGES: Readonly<Record<string, string>> = {
  UNAUTHORIZED: 'authentication required',
  DENIED,
};

/** What went wrong with a request whose answer is no success. Models distribution client.HandleErrorResponse. */
export async function refusalOf(answer: HttpClientResponse): Promise<Error> {
  const { status, reason, headers } = answer;
  const body = decode(await readAll(answer.body));
  if (status < 400 || status >= 500)
    return new UnexpectedAnswer(`received unexpected HTTP status: ${status} ${reason}`);
  const told = errorsIn(body, status, headers.get('Content-Type'));
  for (const { scheme, parameters } of challengesOf(headers)) {
    // What the token is not good for is told in the challenge (RFC 6750, section 3).
    const code = { invalid_token: 'UNAUTHORIZED', insufficient_scope: 'DENIED' }[parameters['error'] ?? ''];
    if (scheme !== 'bearer' || code === undefined) continue;
    const first = new RegistryError(code, parameters['error_description'] ?? MESSAGES[code]!);
    return new RegistryErrors([
      first,
      ...(told instanceof RegistryErrors ? told.all : [told as RegistryError]),
    ]);
  }
  if (told instanceof UnexpectedAnswer && status === 401)
    return new RegistryError('UNAUTHORIZED', MESSAGES['UNAUTHORIZED']!);
  return told;
}

function errorsIn(body: string, status: number, type: string | undefined): Error {
  if (!/^application\/(vnd\.api\+)?json\b/.test(type ?? '')) return plain(status, body);
  let document: { details?: unknown; errors?: { code?: string; message?: string }[] };
  try {
    document = JSON.parse(body);
  } catch {
    return unexpected(status, body, 'invalid character in the body');
  }
  if (typeof document.details === 'string' && document.details !== '') return plain(status, document.details);
  const errors = document.errors ?? [];
  if (errors.length === 0) return unexpected(status, body, 'no error details found in HTTP response body');
  return new RegistryErrors(
    errors.map(({ code = 'UNKNOWN', message }) => new RegistryError(code, message ?? MESSAGES[code] ?? '')),
  );
}

const unexpected = (status: number, body: string, why: string) =>
  new UnexpectedAnswer(`error parsing HTTP ${status} response body: ${why}: ${JSON.stringify(body)}`);

function plain(status: number, text: string): RegistryError {
  const code = { 401: 'UNAUTHORIZED', 403: 'DENIED', 429: 'TOOMANYREQUESTS' }[status] ?? 'UNKNOWN';
  return new RegistryError(code, text);
}
