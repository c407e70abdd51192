import { calendar, MONTHS } from '../../../base/calendar.ts';
import type { HttpRequest } from '../../../net/http/message.ts';
import { ConfigError, type Directive } from './directives.ts';

/** One request on its way: what variables tell of. */
export interface Passage {
  request: HttpRequest;
  /** The path, decoded, as rewriting and internal redirects have left it. */
  uri: string;
  args: string;
  peer: string;
  /** The port that the connection came to. */
  port: number;
  serverName: string;
  documentRoot: string;
  proxyHost: string;
  now: number;
  status: number;
  sent: number;
  captures: readonly string[];
}

/** nginx' variables by name ("Embedded Variables" of ngx_http_core_module and of the proxy and log modules). */
const VARIABLES: Record<string, (passage: Passage) => string | undefined> = {
  args: ({ args }) => args,
  query_string: ({ args }) => args,
  is_args: ({ args }) => (args === '' ? '' : '?'),
  body_bytes_sent: ({ sent }) => String(sent),
  content_length: ({ request }) => request.headers.get('content-length'),
  content_type: ({ request }) => request.headers.get('content-type'),
  document_root: ({ documentRoot }) => documentRoot,
  document_uri: ({ uri }) => uri,
  host: ({ request, serverName }) =>
    request.headers.get('host')?.replace(/:\d+$/, '').toLowerCase() || serverName,
  proxy_add_x_forwarded_for: ({ request, peer }) =>
    [request.headers.get('x-forwarded-for'), peer].filter((part) => part !== undefined).join(', '),
  proxy_host: ({ proxyHost }) => proxyHost,
  remote_addr: ({ peer }) => peer,
  remote_user: () => undefined,
  request: ({ request }) => `${request.method} ${request.target} HTTP/1.1`,
  request_filename: ({ documentRoot, uri }) => documentRoot + uri,
  request_method: ({ request }) => request.method,
  request_uri: ({ request }) => request.target,
  scheme: () => 'http',
  server_name: ({ serverName }) => serverName,
  server_port: ({ port }) => String(port),
  server_protocol: () => 'HTTP/1.1',
  status: ({ status }) => String(status),
  time_iso8601: ({ now }) => iso(now),
  time_local: ({ now }) => local(now),
  uri: ({ uri }) => uri,
};

const REFERENCE = /\$(?:\{(\w+)\}|(\w+))/g;

/** Puts values in the places of `$name` and `${name}`; what has none becomes `absent`. */
export function expand(text: string, passage: Passage, absent = ''): string {
  return text.replace(REFERENCE, (_whole, braced?: string, bare?: string) => {
    const name = (braced ?? bare)!;
    return variable(name, passage) || absent;
  });
}

function variable(name: string, passage: Passage): string | undefined {
  if (/^\d+$/.test(name)) return passage.captures[Number(name)];
  const field = /^http_(.+)$/.exec(name)?.[1];
  if (field !== undefined) return passage.request.headers.get(field.replaceAll('_', '-'));
  const argument = /^arg_(.+)$/.exec(name)?.[1];
  if (argument !== undefined)
    return passage.args
      .split('&')
      .find((pair) => pair.startsWith(`${argument}=`))
      ?.slice(argument.length + 1);
  return VARIABLES[name]?.(passage);
}

/** Refuses a text of the configuration that names a variable which there is not. */
export function checkVariables(text: string, directive: Directive): void {
  for (const [, braced, bare] of text.matchAll(REFERENCE)) {
    const name = (braced ?? bare)!;
    if (!(name in VARIABLES) && !/^(\d+|http_.+|arg_.+)$/.test(name))
      throw new ConfigError(`unknown "${name}" variable`, directive);
  }
}

const two = (value: number) => String(value).padStart(2, '0');

function local(now: number): string {
  const t = calendar(now);
  return `${two(t.day)}/${MONTHS[t.month - 1]}/${t.year}:${two(t.hour)}:${two(t.minute)}:${two(t.second)} +0000`;
}

function iso(now: number): string {
  const t = calendar(now);
  return `${t.year}-${two(t.month)}-${two(t.day)}T${two(t.hour)}:${two(t.minute)}:${two(t.second)}+00:00`;
}
