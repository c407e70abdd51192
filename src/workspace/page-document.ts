/** Fetches one address through the simulated network. */
export type Fetch = (url: string) => Promise<{ headers: [string, string][]; body: Uint8Array } | undefined>;

const mostParts = 30;

/** The media type of a response, in lower case, without its parameters. */
export function mediaType(headers: readonly [string, string][]): string {
  const value = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? 'text/plain';
  return (value.split(';')[0] ?? '').trim().toLowerCase();
}

/**
 * A fetched HTML page as a document that can be shown in a frame without reaching the real network: its style sheets
 * and pictures are fetched through the simulated one and put inside; scripts do not run.
 */
export async function selfContained(html: string, url: string, fetch: Fetch): Promise<string> {
  const page = new DOMParser().parseFromString(html, 'text/html');
  for (const element of page.querySelectorAll('script, base, meta[http-equiv], iframe, object, embed'))
    element.remove();
  const parts = [...page.querySelectorAll<HTMLElement>('link[rel~="stylesheet"][href], img[src]')].slice(
    0,
    mostParts,
  );
  await Promise.all(
    parts.map(async (part) => {
      const address = new URL(part.getAttribute(part.tagName === 'IMG' ? 'src' : 'href') ?? '', url);
      if (!/^https?:$/.test(address.protocol)) return;
      const found = await fetch(address.href);
      if (!found) return part.removeAttribute(part.tagName === 'IMG' ? 'src' : 'href');
      if (part.tagName === 'IMG') {
        part.setAttribute('src', dataUrl(mediaType(found.headers), found.body));
      } else {
        const style = page.createElement('style');
        style.textContent = new TextDecoder().decode(found.body);
        part.replaceWith(style);
      }
    }),
  );
  const policy = page.createElement('meta');
  policy.httpEquiv = 'Content-Security-Policy';
  policy.content = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'";
  page.head.prepend(policy);
  return `<!doctype html>${page.documentElement.outerHTML}`;
}

/** A response that is no HTML page, as a browser shows it: text as text, a picture as a picture. */
export function plainDocument(type: string, body: Uint8Array): string {
  if (type.startsWith('image/')) return `<!doctype html><img alt="" src="${dataUrl(type, body)}">`;
  const text = new TextDecoder().decode(body).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<!doctype html><meta name="color-scheme" content="light dark"><pre style="white-space:pre-wrap">${text}</pre>`;
}

function dataUrl(type: string, body: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < body.length; at += 8192)
    binary += String.fromCharCode(...body.subarray(at, at + 8192));
  return `data:${type};base64,${btoa(binary)}`;
}
