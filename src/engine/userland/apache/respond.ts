import type { Syscalls } from '../../kernel/syscalls.ts';
import type { HttpRequest, HttpResponse } from '../../net/http/message.ts';
import { httpDate } from '../../net/http/server.ts';
import { reasonPhrase } from '../../net/http/status.ts';
import { textToBytes } from '../lib/text.ts';
import { staticFile } from '../net/static-file.ts';
import type { ApacheConfig, Host } from './config.ts';

export interface Around {
  config: ApacheConfig;
  /** `Apache/2.4.71 (Unix)` */
  version: string;
  /** Writes to the error log. */
  complain(module: string, code: string, what: string, errno?: 'Permission denied'): Promise<void>;
}

/** The answer to a request, as the core, alias, dir and autoindex modules give it. */
export async function respond(
  sys: Syscalls,
  around: Around,
  host: Host,
  request: HttpRequest,
): Promise<HttpResponse & { body: Uint8Array }> {
  const { config, complain } = around;
  const path = request.target.replace(/[?#].*$/s, '');
  const name = request.headers.get('host') ?? host.names[0] ?? 'localhost';
  const head: [string, string][] = [
    ['Date', httpDate(sys.clock_gettime())],
    ['Server', config.fullToken ? around.version : 'Apache'],
  ];
  const redirected = host.redirects.find(({ prefix }) => below(path, prefix) !== undefined);
  if (redirected) {
    const { status, to, prefix } = redirected;
    if (status === 410)
      return page(
        410,
        'The requested resource is no longer available on this server and there is no forwarding address.\nPlease remove all references to this resource.',
      );
    return moved(status, to + (below(path, prefix) ?? ''));
  }
  if (request.method === 'OPTIONS')
    return { status: 200, headers: [...head, ALLOW, ['Content-Length', '0']], body: new Uint8Array(0) };
  if (!METHODS.includes(request.method)) {
    await complain(
      'core:error',
      'AH00135',
      `Invalid method in request ${request.method} ${request.target} HTTP/1.1`,
    );
    return page(501, `${request.method} not supported for current URL.<br />\n`, [ALLOW]);
  }
  if (!['GET', 'HEAD', 'POST'].includes(request.method))
    return page(405, `The requested method ${request.method} is not allowed for this URL.`, [ALLOW]);
  const alias = host.aliases.find(({ prefix }) => below(path, prefix) !== undefined);
  const root = alias?.path ?? host.documentRoot;
  const rest = alias ? (below(path, alias.prefix) ?? '') : path;
  const place = `${root.replace(/\/+$/, '')}${decoded(rest)}`;
  const rules = rulesFor(config, place);
  const last = place.slice(place.lastIndexOf('/') + 1);
  if (!rules.granted || config.hidden.some((pattern) => pattern.test(last))) {
    await complain('authz_core:error', 'AH01630', `client denied by server configuration: ${place}`);
    return page(403, "You don't have permission to access this resource.");
  }
  const found = await staticFile(sys, root, rest || '/', host.index);
  if (found.kind === 'directory') return moved(301, `http://${name}${path}/`);
  if (found.kind === 'file') {
    const { stat, content } = found;
    const etag = `"${content.length.toString(16)}-${Math.round(stat.mtime * 1000).toString(16)}"`;
    const validators: [string, string][] = [
      ['Last-Modified', httpDate(stat.mtime)],
      ['ETag', etag],
    ];
    if (request.headers.get('if-none-match') === etag)
      return { status: 304, headers: [...head, ...validators], body: new Uint8Array(0) };
    const type = config.types.get(/\.([^./]+)$/.exec(found.path)?.[1] ?? '');
    return {
      status: 200,
      headers: [
        ...head,
        ...validators,
        ['Accept-Ranges', 'bytes'],
        ['Content-Length', String(content.length)],
        ...(type === undefined ? [] : [['Content-Type', type] as [string, string]]),
      ],
      body: content,
    };
  }
  if (found.kind === 'missing') return page(404, 'The requested URL was not found on this server.');
  if (!place.endsWith('/')) {
    await complain(
      'core:error',
      'AH00132',
      `file permissions deny server access: ${place}`,
      'Permission denied',
    );
    return page(403, "You don't have permission to access this resource.");
  }
  const listing = rules.indexes ? await indexOf(sys, place, path) : undefined;
  if (listing !== undefined) return html(200, listing, [], 'text/html;charset=ISO-8859-1');
  await complain(
    'autoindex:error',
    'AH01276',
    `Cannot serve directory ${place}: No matching DirectoryIndex (${host.index.join(',')}) found, and server-generated directory index forbidden by Options directive`,
  );
  return page(403, "You don't have permission to access this resource.");

  function html(
    status: number,
    text: string,
    more: [string, string][] = [],
    type = 'text/html; charset=iso-8859-1',
  ) {
    const body = textToBytes(text);
    return {
      status,
      headers: [
        ...head,
        ...more,
        ['Content-Length', String(body.length)] as [string, string],
        ['Content-Type', type] as [string, string],
      ],
      body,
    };
  }

  function moved(status: number, to: string) {
    return page(status, `The document has moved <a href="${to}">here</a>.`, [['Location', to]]);
  }

  async function page(status: number, text: string, more: [string, string][] = []) {
    const own = host.errorDocuments.get(status);
    if (own?.startsWith('/')) {
      const file = await staticFile(sys, host.documentRoot, own, []);
      if (file.kind === 'file') return html(status, String.fromCharCode(...file.content), more, 'text/html');
    } else if (own !== undefined) return html(status, own, more);
    const title = TITLES[status] ?? reasonPhrase(status);
    return html(
      status,
      `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">\n<html><head>\n<title>${status} ${title}</title>\n</head><body>\n<h1>${title}</h1>\n<p>${text}</p>\n</body></html>\n`,
      more,
    );
  }
}

const METHODS =
  'GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK'.split(
    ' ',
  );

const ALLOW: [string, string] = ['Allow', 'GET,POST,OPTIONS,HEAD,TRACE'];

const TITLES: Readonly<Record<number, string>> = { 302: 'Found' };

/** What is left of a path below a prefix; undefined where it is not below it. */
function below(path: string, prefix: string): string | undefined {
  if (prefix === '' || !path.startsWith(prefix)) return undefined;
  const rest = path.slice(prefix.length);
  return rest === '' || prefix.endsWith('/') || rest.startsWith('/') ? rest : undefined;
}

/** The `<Directory>` sections of a path, each more special one over the others. */
function rulesFor({ directories }: ApacheConfig, place: string): { granted: boolean; indexes: boolean } {
  const rules = { granted: true, indexes: false };
  const around = directories
    .filter(({ path }) => path === '/' || place === path || place.startsWith(`${path}/`))
    .sort((one, other) => one.path.length - other.path.length);
  for (const { granted, indexes } of around) {
    rules.granted = granted ?? rules.granted;
    rules.indexes = indexes ?? rules.indexes;
  }
  return rules;
}

async function indexOf(sys: Syscalls, place: string, path: string): Promise<string | undefined> {
  const fd = await sys.open(place, 0).catch(() => undefined);
  if (fd === undefined) return undefined;
  const entries = await sys.getdents(fd);
  await sys.close(fd);
  const names = entries
    .filter(({ name }) => !name.startsWith('.'))
    .map(({ name, type }) => ((type & 0o170000) === 0o040000 ? `${name}/` : name))
    .sort();
  const parent =
    path === '/' ? [] : [`<li><a href="${path.replace(/[^/]+\/?$/, '')}"> Parent Directory</a></li>\n`];
  const items = names.map((name) => `<li><a href="${encodeURI(name)}"> ${name}</a></li>\n`);
  return `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">\n<html>\n <head>\n  <title>Index of ${path.replace(/(?<=.)\/$/, '')}</title>\n </head>\n <body>\n<h1>Index of ${path.replace(/(?<=.)\/$/, '')}</h1>\n<ul>${[...parent, ...items].join('')}</ul>\n</body></html>\n`;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
