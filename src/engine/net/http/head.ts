import { encode } from '../../base/bytes.ts';
import { HttpError } from './http-error.ts';
import { HttpHeaders } from './message.ts';
import type { WireReader } from './wire-reader.ts';

/** Go's http.DefaultMaxHeaderBytes. */
export const HEADER_LIMIT = 1 << 20;

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

export interface RequestHead {
  method: string;
  target: string;
  /** 0 for HTTP/1.0, 1 for HTTP/1.1. */
  minor: number;
  headers: HttpHeaders;
}

export interface ResponseHead {
  status: number;
  reason: string;
  minor: number;
  headers: HttpHeaders;
}

/** Reads a request line and its fields (RFC 9112 section 3); undefined when the stream ends before the first byte. */
export async function readRequestHead(
  wire: WireReader,
  limit = HEADER_LIMIT,
): Promise<RequestHead | undefined> {
  let line = await wire.readLine(limit);
  // RFC 9112 section 2.2: a server ignores an empty line or two before the request line.
  if (line === '') line = await wire.readLine(limit);
  if (line === undefined) return undefined;
  const [, method, target, version] = /^(\S+) (\S+) (HTTP\/\d\.\d)$/.exec(line) ?? [];
  if (method === undefined || target === undefined || version === undefined || !TOKEN.test(method))
    throw new HttpError('MALFORMED', `malformed HTTP request ${JSON.stringify(line.slice(0, 200))}`);
  if (!version.startsWith('HTTP/1.')) throw new HttpError('UNSUPPORTED', 'unsupported protocol version');
  const headers = await readFields(wire, limit - line.length);
  return { method, target, minor: version === 'HTTP/1.0' ? 0 : 1, headers };
}

/** Reads a status line and its fields (RFC 9112 section 4). */
export async function readResponseHead(wire: WireReader, limit = HEADER_LIMIT): Promise<ResponseHead> {
  const line = await wire.readLine(limit);
  if (line === undefined) throw new HttpError('EOF', 'EOF');
  const [, minor, status, reason] = /^HTTP\/1\.(\d) (\d{3})(?: (.*))?$/.exec(line) ?? [];
  if (status === undefined)
    throw new HttpError('MALFORMED', `malformed HTTP response ${JSON.stringify(line.slice(0, 200))}`);
  const headers = await readFields(wire, limit - line.length);
  return { status: Number(status), reason: reason ?? '', minor: Number(minor), headers };
}

/** Header fields (or the trailer after a chunked body) up to the empty line. */
export async function readFields(wire: WireReader, limit = HEADER_LIMIT): Promise<HttpHeaders> {
  const fields: [string, string][] = [];
  let left = limit;
  for (;;) {
    const most = Math.max(left, 0);
    // A head mostly arrives as one: its lines are taken without waiting for each.
    const line = wire.takeLine(most) ?? (await wire.readLine(most));
    if (line === undefined) throw new HttpError('UNEXPECTED_EOF', 'unexpected EOF');
    if (line === '') return new HttpHeaders(fields);
    left -= line.length + 2;
    if (isBlank(line[0])) {
      // Obsolete line folding (RFC 9112 section 5.2): part of the value before it.
      const last = fields.at(-1);
      if (last === undefined) throw new HttpError('MALFORMED', `malformed MIME header initial line: ${line}`);
      last[1] = `${last[1]} ${line.trim()}`.trim();
      continue;
    }
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    if (colon < 1 || !TOKEN.test(name))
      throw new HttpError('MALFORMED', `malformed MIME header line: ${line}`);
    const value = withoutBlanks(line, colon + 1);
    if (value.includes('\0')) throw new HttpError('MALFORMED', 'invalid header value');
    fields.push([name, value]);
  }
}

/** The rest of a line from `start` on without the spaces and tabs around it (RFC 9112 section 5.1). */
function withoutBlanks(line: string, start: number): string {
  let from = start;
  let to = line.length;
  while (from < to && isBlank(line[from])) from++;
  while (from < to && isBlank(line[to - 1])) to--;
  return line.slice(from, to);
}

const isBlank = (character: string | undefined) => character === ' ' || character === '\t';

/** A start line with its fields as bytes, the empty line included. Line breaks in values cannot smuggle fields: they become spaces. */
export function encodeHead(startLine: string, headers: Iterable<readonly [string, string]>): Uint8Array {
  let out = `${startLine}\r\n`;
  for (const [name, value] of headers) out += `${name}: ${value.replace(/[\r\n]+/g, ' ')}\r\n`;
  return encode(`${out}\r\n`);
}

/** Whether a list field such as `Connection: keep-alive, Upgrade` holds a token, without case. */
export function hasToken(headers: HttpHeaders, name: string, token: string): boolean {
  const value = headers.get(name);
  return value?.split(',').some((part) => part.trim().toLowerCase() === token) ?? false;
}
