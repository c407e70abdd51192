import type { HttpHeaders } from '../net/http/message.ts';

/** Where a registry is reached, as its Location fields say it. */
export interface Origin {
  scheme: 'http' | 'https';
  /** With the port where it is not the scheme's own. */
  host: string;
}

/**
 * Where a request was sent to, by its Host field and what proxies before the server tell of it (RFC 7239, and the older
 * X-Forwarded fields). Models distribution's NewURLBuilderFromRequest.
 */
export function originOf(headers: HttpHeaders, tls: boolean): Origin {
  let scheme = tls ? 'https' : 'http';
  let host = headers.get('Host') ?? '';
  const forwarded = headers.get('Forwarded');
  if (forwarded !== undefined) {
    const pairs = firstElement(forwarded);
    scheme = pairs.get('proto') ?? scheme;
    host = pairs.get('host') ?? host;
  } else {
    const proto = headers.get('X-Forwarded-Proto');
    if (proto !== undefined && proto !== '') scheme = proto;
    const named = headers.get('X-Forwarded-Host');
    if (named !== undefined && named !== '') host = named.split(',')[0]!.trim();
  }
  return { scheme: scheme === 'https' ? 'https' : 'http', host };
}

/** The pairs of the first element of a Forwarded field; none where it is malformed. */
function firstElement(text: string): Map<string, string> {
  const pairs = new Map<string, string>();
  const pair = /\s*([^=;,\s"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;,"\s]+))\s*(;|,|$)/y;
  for (;;) {
    const [whole, key, quoted, plain, end] = pair.exec(text) ?? [];
    if (whole === undefined || key === undefined) return new Map();
    pairs.set(key.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain!);
    if (end !== ';' || pair.lastIndex >= text.length) return pairs;
  }
}
