import type { ByteStream } from '../../base/byte-stream.ts';
import { concat, EMPTY, encode } from '../../base/bytes.ts';
import { calendar, MONTHS, WEEKDAYS } from '../../base/calendar.ts';
import type { Clock } from '../../base/clock.ts';
import { isErrno } from '../../base/errno.ts';
import { BodyReader, declaredFraming, encodeChunk, LAST_CHUNK, NO_BODY } from './body.ts';
import { encodeHead, HEADER_LIMIT, hasToken, type RequestHead, readRequestHead } from './head.ts';
import { HttpError } from './http-error.ts';
import { type HttpHandler, HttpHeaders, type HttpRequest, type HttpResponse } from './message.ts';
import { isBodiless, reasonPhrase } from './status.ts';
import { WireReader } from './wire-reader.ts';

export interface ServeOptions {
  /** Request line and fields together, in bytes; beyond it 431. Default 1 MiB, as Go's. */
  headerLimit?: number;
  /** With a clock each answer carries a Date field. */
  clock?: Pick<Clock, 'now'>;
  /** Hears of what a handler, its body or its hijack threw; the connection is ended in any case. */
  onError?: (error: unknown) => void;
}

/** How much of a body that the handler left unread is read away to keep the connection (Go's 256 KiB). */
const DRAIN_LIMIT = 256 << 10;

/**
 * Serves HTTP/1.1 on a connection (RFC 9112) until either side ends it: requests one after another in order,
 * each answered before the next is read. Resolves when the connection is closed or has been hijacked and the
 * hijacker has returned; it never rejects.
 *
 * Follows Go's net/http where clients can tell: `100 Continue` is sent when the handler first reads, a body left unread is read
 * away up to 256 KiB, and a client's half-close does not stop an answer under way.
 */
export async function serve(
  stream: ByteStream,
  handler: HttpHandler,
  options: ServeOptions = {},
): Promise<void> {
  const wire = new WireReader(stream);
  try {
    while (await serveOne(stream, wire, handler, options));
  } catch (error) {
    if (error instanceof HttpError) await refuse(stream, error).catch(() => {});
    else if (!isErrno(error, 'EPIPE', 'ECONNRESET')) options.onError?.(error);
    await stream.close().catch(() => {});
  }
}

/** One exchange; says whether another may follow. */
async function serveOne(
  stream: ByteStream,
  wire: WireReader,
  handler: HttpHandler,
  options: ServeOptions,
): Promise<boolean> {
  const head = await readRequestHead(wire, options.headerLimit ?? HEADER_LIMIT);
  if (head === undefined) {
    await stream.close();
    return false;
  }
  normaliseTarget(head);
  if (head.minor === 1 && head.headers.get('Host') === undefined)
    throw new HttpError('MALFORMED', 'missing required Host header');

  let answered = false;
  const expectsContinue = head.minor === 1 && hasToken(head.headers, 'Expect', '100-continue');
  let continued = !expectsContinue;
  let leave = () => {};
  const gone = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const body = new BodyReader(wire, declaredFraming(head.headers) ?? NO_BODY, {
    onFirstRead: async () => {
      if (continued || answered) return;
      continued = true;
      await stream.write(encodeHead('HTTP/1.1 100 Continue', []));
    },
    onEnd: () => void watchForLeaving(wire, leave, () => answered),
  });
  const request: HttpRequest = {
    method: head.method,
    target: head.target,
    headers: head.headers,
    body,
    gone,
  };

  let response: HttpResponse;
  try {
    response = await handler(request);
  } catch (error) {
    options.onError?.(error);
    response = {
      status: 500,
      headers: [
        ['Content-Type', 'text/plain; charset=utf-8'],
        ['Connection', 'close'],
      ],
      body: 'Internal Server Error\n',
    };
  }
  if (response.hijack !== undefined) {
    answered = true;
    // What a request carries is not yet what the two will say to each other.
    await drain(body);
    await hijack(stream, wire, response, options);
    return false;
  }
  const keepAlive =
    (continued || body.finished) &&
    !hasToken(head.headers, 'Connection', 'close') &&
    (head.minor === 1 || hasToken(head.headers, 'Connection', 'keep-alive'));
  const kept = await answer(stream, head, response, keepAlive, options);
  answered = true;
  if (kept && (await drain(body))) return true;
  await stream.close();
  return false;
}

/** Resolves `gone` when the client ends its side while its answer is still under way. Bytes that come instead stay buffered. */
async function watchForLeaving(wire: WireReader, leave: () => void, answered: () => boolean): Promise<void> {
  if (wire.buffered > 0) return;
  try {
    if (!(await wire.fill()) && !answered()) leave();
  } catch {
    if (!answered()) leave();
  }
}

/** Absolute-form (`GET http://host/path`) becomes origin-form, its authority the Host (RFC 9112 section 3.2.2). */
function normaliseTarget(head: RequestHead): void {
  if (head.target.startsWith('/') || head.method === 'CONNECT') return;
  if (head.target === '*' && head.method === 'OPTIONS') return;
  const [, authority, rest] = /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/([^/?#]*)([^#]*)/.exec(head.target) ?? [];
  if (authority === undefined || rest === undefined)
    throw new HttpError('MALFORMED', `invalid URI for request`);
  head.headers.set('Host', authority.slice(authority.lastIndexOf('@') + 1));
  head.target = rest.startsWith('/') ? rest : `/${rest}`;
}

/** Writes a whole answer, streamed bodies piece by piece; says whether the connection may go on. */
async function answer(
  stream: ByteStream,
  head: RequestHead,
  response: HttpResponse,
  keepAlive: boolean,
  options: ServeOptions,
): Promise<boolean> {
  const headers = new HttpHeaders(response.headers);
  const known = typeof response.body === 'string' ? encode(response.body) : response.body;
  const silent = head.method === 'HEAD' || isBodiless(response.status);
  let keep = keepAlive && !hasToken(headers, 'Connection', 'close');
  let chunk = false;
  headers.delete('Transfer-Encoding');
  if (isBodiless(response.status)) {
    headers.delete('Content-Length');
  } else if (!headers.has('Content-Length')) {
    if (known === undefined || known instanceof Uint8Array) {
      // Of a HEAD without a body nothing is known about what GET would send.
      if (known !== undefined || head.method !== 'HEAD')
        headers.set('Content-Length', String(known?.length ?? 0));
    } else if (head.minor === 1) {
      chunk = true;
      headers.append('Transfer-Encoding', 'chunked');
    } else if (head.method !== 'HEAD') {
      keep = false;
    }
  }
  if (!keep && head.minor === 1 && !hasToken(headers, 'Connection', 'close'))
    headers.set('Connection', 'close');
  if (keep && head.minor === 0) headers.set('Connection', 'keep-alive');
  if (options.clock !== undefined && !headers.has('Date'))
    headers.append('Date', httpDate(options.clock.now()));
  const start = encodeHead(statusLine(response), headers);

  if (known === undefined || known instanceof Uint8Array) {
    await stream.write(silent || known === undefined ? start : concat([start, known]));
    return keep;
  }
  await stream.write(start);
  if (silent) return keep;
  // What waits for an answer's first sign (the client of `docker wait`) has the head before the first piece exists.
  for await (const piece of known)
    if (piece.length > 0) await stream.write(chunk ? encodeChunk(piece) : piece);
  if (chunk) await stream.write(LAST_CHUNK);
  return keep;
}

async function hijack(
  stream: ByteStream,
  wire: WireReader,
  response: HttpResponse,
  options: ServeOptions,
): Promise<void> {
  await stream.write(encodeHead(statusLine(response), response.headers ?? []));
  const connection: ByteStream = {
    read: (max) => wire.read(max),
    write: (bytes) => stream.write(bytes),
    closeWrite: () => stream.closeWrite(),
    close: () => stream.close(),
  };
  try {
    await response.hijack!(connection);
  } catch (error) {
    if (!isErrno(error, 'EPIPE', 'ECONNRESET')) options.onError?.(error);
    await stream.close().catch(() => {});
  }
}

async function drain(body: BodyReader): Promise<boolean> {
  let left = DRAIN_LIMIT;
  while (!body.finished) {
    const bytes = await body.read();
    left -= bytes?.length ?? 0;
    if (left < 0) return false;
  }
  return true;
}

/** Go's answers to what it cannot read as a request. */
async function refuse(stream: ByteStream, error: HttpError): Promise<void> {
  if (error.code === 'EOF' || error.code === 'UNEXPECTED_EOF') return;
  const [status, detail] =
    error.code === 'TOO_LARGE'
      ? [431, '']
      : error.code === 'UNSUPPORTED'
        ? error.message.startsWith('unsupported transfer')
          ? [501, ': unsupported transfer encoding']
          : [505, ': unsupported protocol version']
        : [400, error.message.startsWith('missing') ? `: ${error.message}` : ''];
  const line = `${status} ${reasonPhrase(status as number)}`;
  const head = encodeHead(`HTTP/1.1 ${line}`, [
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Connection', 'close'],
  ]);
  await stream.write(concat([head, encode(`${line}${detail}`), EMPTY]));
}

const statusLine = (response: HttpResponse) =>
  `HTTP/1.1 ${response.status} ${response.reason ?? reasonPhrase(response.status)}`;

/** IMF-fixdate (RFC 9110 section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`. */
export function httpDate(ms: number): string {
  const time = calendar(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${WEEKDAYS[time.weekday]}, ${two(time.day)} ${MONTHS[time.month - 1]} ${time.year} ${two(time.hour)}:${two(time.minute)}:${two(time.second)} GMT`;
}
