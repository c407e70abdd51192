// exports: URL URLSearchParams parse format resolve fileURLToPath pathToFileURL domainToASCII
const { URL, URLSearchParams } = require('internal/url');
const querystring = require('querystring');

class Url {
  protocol = null;
  slashes = null;
  auth = null;
  host = null;
  port = null;
  hostname = null;
  hash = null;
  search = null;
  query = null;
  pathname = null;
  path = null;
  href = '';
}

/** The older form of an address's parts: what is not there is null. */
exports.parse = (text, parseQuery = false) => {
  if (typeof text !== 'string') throw require('internal/errors').argumentType('url', 'of type string', text);
  const [, protocol, slashes, authority, pathname = '', search, hash] =
    /^([a-zA-Z][a-zA-Z0-9+.-]*:)?(\/\/)?((?<=\/\/)[^/?#]*)?([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(text.trim()) ??
    [];
  const url = new Url();
  url.protocol = protocol?.toLowerCase() ?? null;
  url.slashes = slashes ? true : null;
  if (authority !== undefined) {
    const [, auth, host = ''] = /^(?:(.*)@)?(.*)$/s.exec(authority);
    const [, hostname, port] = /^(\[.*\]|[^:]*)(?::(\d*))?$/.exec(host) ?? [undefined, host];
    Object.assign(url, {
      auth: auth === undefined ? null : decodeURIComponent(auth),
      host: host.toLowerCase(),
      hostname: hostname.replace(/^\[|\]$/g, '').toLowerCase(),
      port: port || null,
    });
  }
  url.hash = hash ?? null;
  url.search = search ?? (parseQuery ? '' : null);
  url.query = parseQuery ? querystring.parse((search ?? '').slice(1)) : (search?.slice(1) ?? null);
  url.pathname = pathname || (url.slashes ? '/' : null);
  url.path = url.pathname === null && search === undefined ? null : (url.pathname ?? '') + (search ?? '');
  url.href = exports.format(url);
  return url;
};

exports.format = (url) => {
  if (typeof url === 'string') return exports.parse(url).href;
  if (url instanceof URL) return url.href;
  const { protocol, auth, hostname, port, pathname, search, query, hash } = url;
  const scheme = protocol ? (protocol.endsWith(':') ? protocol : `${protocol}:`) : '';
  const host =
    url.host ??
    (hostname ? `${hostname.includes(':') ? `[${hostname}]` : hostname}${port ? `:${port}` : ''}` : '');
  const authority =
    host || url.slashes ? `//${auth ? `${encodeURIComponent(auth).replace('%3A', ':')}@` : ''}${host}` : '';
  const asked =
    search ??
    (query && typeof query === 'object' && Object.keys(query).length > 0
      ? `?${querystring.stringify(query)}`
      : '');
  return `${scheme}${authority}${pathname ?? ''}${asked && !asked.startsWith('?') ? '?' : ''}${asked}${hash ?? ''}`;
};

exports.resolve = (from, to) => {
  const base = new URL(from, 'resolve://');
  const url = new URL(to, base);
  return url.protocol === 'resolve:' ? `${url.pathname}${url.search}${url.hash}` : url.href;
};

exports.fileURLToPath = (url) => {
  const { protocol, pathname } = typeof url === 'string' ? new URL(url) : url;
  if (protocol !== 'file:')
    throw require('internal/errors').coded(
      TypeError,
      'ERR_INVALID_URL_SCHEME',
      'The URL must be of scheme file',
    );
  return decodeURIComponent(pathname);
};
exports.pathToFileURL = (path) =>
  new URL(`file://${require('path').resolve(path).split('/').map(encodeURIComponent).join('/')}`);
exports.domainToASCII = (name) => name.toLowerCase();
Object.assign(exports, { URL, URLSearchParams, Url });
