import { decode } from '../../base/bytes.ts';
import { uuid } from '../../base/uuid.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import {
  type HttpHandler,
  HttpHeaders,
  type HttpRequest,
  type HttpResponse,
} from '../../net/http/message.ts';
import { toHex } from '../../oci/digest.ts';
import { basicCredentials } from '../../registry/access.ts';
import { type Fields, goDuration, type Log } from './log.ts';

export interface LoggedOptions {
  log: Log;
  accessLog: boolean;
  /** The realm of HTTP basic authentication, if one has to log in. */
  realm: string | undefined;
}

/**
 * Tells in the log what comes of every request from one peer.
 * Models distribution registry/handlers/app.go and gorilla's CombinedLoggingHandler.
 */
export function logged(
  sys: Syscalls,
  handler: HttpHandler,
  peer: { address: string; port: number },
  { log, accessLog, realm }: LoggedOptions,
): HttpHandler {
  return async (request) => {
    const started = sys.clock_gettime('monotonic');
    const response = await handler(request);
    const path = request.target.replace(/\?.*$/, '');
    if (path.startsWith('/v2/'))
      await tell(request, response, path, goDuration(sys.clock_gettime('monotonic') - started));
    if (accessLog)
      await log.access({
        address: peer.address,
        user: undefined,
        request: `${request.method} ${request.target} HTTP/1.1`,
        status: response.status,
        written: writtenBy(response),
        referrer: request.headers.get('Referer') ?? '',
        agent: request.headers.get('User-Agent') ?? '',
      });
    return response;
  };

  async function tell(request: HttpRequest, response: HttpResponse, path: string, duration: string) {
    const vars = variablesIn(path);
    const about: Fields = {
      'http.request.contenttype': request.headers.get('Content-Type'),
      'http.request.host': request.headers.get('Host'),
      'http.request.id': uuid(toHex(sys.getrandom(16))),
      'http.request.method': request.method,
      'http.request.remoteaddr': `${peer.address}:${peer.port}`,
      'http.request.uri': request.target,
      'http.request.useragent': request.headers.get('User-Agent'),
    };
    const user = basicCredentials(request.headers.get('Authorization'))?.user;
    if (realm !== undefined) {
      if (response.status === 401) {
        const reason = user === undefined ? 'invalid authorization credential' : 'authentication failure';
        if (user !== undefined)
          await log.write('error', `error authenticating user "${user}": ${reason}`, { ...about, ...vars });
        const challenge = `basic authentication challenge for realm "${realm}": ${reason}`;
        await log.write('warn', `error authorizing context: ${challenge}`, { ...about, ...vars });
        return;
      }
      await log.write('info', 'authorized request', { ...about, ...vars });
    }
    const done: Fields = {
      ...about,
      'http.response.contenttype': new HttpHeaders(response.headers).get('Content-Type'),
      'http.response.duration': duration,
      'http.response.status': String(response.status),
      'http.response.written': String(writtenBy(response)),
    };
    if (response.status < 400) await log.write('info', 'response completed', done);
    for (const { code, message, detail } of errorsIn(response))
      await log.write('error', 'response completed with error', {
        ...done,
        ...vars,
        'auth.user.name': realm === undefined ? undefined : user,
        'err.code': code.toLowerCase().replaceAll('_', ' '),
        'err.message': message,
        'err.detail': detail === undefined || detail === null ? undefined : goText(detail),
      });
  }
}

/** What a path says, by the names that distribution's routes have for it. */
function variablesIn(path: string): Fields {
  const [, name, rest = ''] =
    /^\/v2\/(.+?)\/(tags\/list|(?:manifests|blobs|referrers)\/.*)$/.exec(path) ?? [];
  const [, kind, , value] = /^(\w+)\/(uploads\/)?(.*)$/.exec(rest) ?? [];
  if (kind === 'manifests') return { 'vars.name': name, 'vars.reference': value };
  if (rest.startsWith('blobs/uploads/')) return { 'vars.name': name, 'vars.uuid': value || undefined };
  if (kind === 'blobs' || kind === 'referrers') return { 'vars.name': name, 'vars.digest': value };
  return { 'vars.name': name };
}

function writtenBy({ body }: HttpResponse): number {
  return typeof body === 'string' || body instanceof Uint8Array ? body.length : 0;
}

interface Refusal {
  code: string;
  message: string;
  detail?: unknown;
}

function errorsIn({ status, body }: HttpResponse): Refusal[] {
  if (status < 400 || (typeof body !== 'string' && !(body instanceof Uint8Array))) return [];
  try {
    const { errors } = JSON.parse(typeof body === 'string' ? body : decode(body)) as { errors?: Refusal[] };
    return errors ?? [];
  } catch {
    // Not every error is told in JSON: there are paths that lead nowhere.
    return [];
  }
}

/** A value as Go's %v writes it. */
function goText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${pairs.map(([key, inner]) => `${key}:${goText(inner)}`).join(' ')}]`;
}
