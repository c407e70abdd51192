import { GoError } from '../runtime/go-error.ts';

/** A URL taken apart as far as a request needs it. */
export interface Url {
  scheme: 'http' | 'https';
  /** With the port where one is given: the Host field. */
  host: string;
  /** Without port and brackets. */
  name: string;
  port: number;
  /** Path and query. */
  target: string;
}

export function parseUrl(url: string): Url {
  const match = /^(https?):\/\/(\[[^\]]+\]|[^/:?]+)(?::(\d+))?([/?].*)?$/.exec(url);
  if (match === null) throw new GoError(`parse "${url}": invalid URL`);
  const [, scheme, name = '', port, target = '/'] = match;
  return {
    scheme: scheme as Url['scheme'],
    host: port === undefined ? name : `${name}:${port}`,
    name: name.replace(/^\[|\]$/g, ''),
    port: port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port),
    target: target.startsWith('/') ? target : `/${target}`,
  };
}

/** Where a Location field leads, seen from the URL that was asked. */
export function resolveUrl(base: string, location: string): string {
  if (/^[a-z]+:\/\//i.test(location)) return location;
  const { scheme, host, target } = parseUrl(base);
  const origin = `${scheme}://${host}`;
  if (location.startsWith('//')) return `${scheme}:${location}`;
  if (location.startsWith('/')) return origin + location;
  return `${origin}${target.replace(/\?.*$/, '').replace(/[^/]*$/, '')}${location}`;
}

/** A URL with a parameter added to its query, values escaped as Go's url.Values does. */
export function withParameters(url: string, parameters: readonly (readonly [string, string])[]): string {
  const [path = '', query = ''] = url.split('?');
  const all = [...new URLSearchParams(query), ...parameters].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  if (all.length === 0) return path;
  return `${path}?${all.map(([key, value]) => `${queryEscape(key)}=${queryEscape(value)}`).join('&')}`;
}

/** Go's url.QueryEscape. */
export const queryEscape = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
