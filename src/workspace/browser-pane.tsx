import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { PageResponse, PublishedPort } from '../lab/protocol.ts';
import type { PaneProps } from './controls.ts';
import { MarkedText } from './marked-text.tsx';
import { mediaType, plainDocument, selfContained } from './page-document.ts';
import { fill, type WorkspaceWords } from './words/index.ts';

type Shown =
  | { is: 'nothing' }
  | { is: 'page'; url: string; html: string }
  | { is: 'failure'; words: string; detail: string };

/** A browser on the machine: pages come through the simulated network and are shown in a frame of their own. */
export function BrowserPane({ session, words }: PaneProps) {
  const address = useSignal('http://localhost:8080/');
  const status = useSignal('');
  const shown = useSignal<Shown>({ is: 'nothing' });
  const ports = useSignal<PublishedPort[]>([]);
  const frame = useRef<HTMLIFrameElement>(null);
  const visit = useRef(0);
  const stage = session.stage.value;
  const changes = session.changes.value;

  useEffect(() => {
    if (stage.is !== 'ready') return;
    session.call('browser.ports').then(
      (list) => {
        ports.value = list;
      },
      () => {},
    );
  }, [stage.is, changes]);

  const go = async (typed: string) => {
    const url = addressOf(typed);
    if (!url) {
      shown.value = { is: 'failure', words: fill(words.browserBadAddress, { url: typed }), detail: '' };
      return;
    }
    const mine = ++visit.current;
    address.value = url.href;
    status.value = fill(words.browserLoading, { url: url.href });
    const next = await load(url).catch(
      (error: Error): Shown => ({ is: 'failure', words: words.problem, detail: error.message }),
    );
    if (mine !== visit.current) return;
    shown.value = next;
    status.value = '';
  };
  const load = async (url: URL): Promise<Shown> => {
    let at = url;
    for (let redirects = 0; redirects < 10; redirects++) {
      const response = await session.call('browser.fetch', { method: 'GET', url: at.href });
      if ('failure' in response)
        return {
          is: 'failure',
          words: inBrowserWords(response.failure, at, words),
          detail: response.failure,
        };
      const location = response.headers.find(([name]) => name.toLowerCase() === 'location')?.[1];
      if (response.status >= 300 && response.status < 400 && location) {
        at = new URL(location, at);
        continue;
      }
      address.value = at.href;
      return { is: 'page', url: at.href, html: await documentOf(response, at) };
    }
    return { is: 'failure', words: words.browserFailed, detail: 'Maximum (10) redirects followed' };
  };
  const documentOf = (response: PageResponse, url: URL) => {
    const type = mediaType(response.headers);
    if (type !== 'text/html' && type !== 'application/xhtml+xml') return plainDocument(type, response.body);
    return selfContained(new TextDecoder().decode(response.body), url.href, async (part) => {
      const found = await session.call('browser.fetch', { method: 'GET', url: part });
      return 'failure' in found || found.status !== 200 ? undefined : found;
    });
  };
  // The frame runs no script; its links are followed here, through the simulated network.
  const onFrameLoad = () => {
    const page = frame.current?.contentDocument;
    const base = shown.value.is === 'page' ? shown.value.url : undefined;
    if (!page || !base) return;
    page.addEventListener('click', (event) => {
      const link = (event.target as Element | null)?.closest?.('a[href]');
      if (!link) return;
      const href = link.getAttribute('href') ?? '';
      if (href.startsWith('#')) return;
      event.preventDefault();
      void go(new URL(href, base).href);
    });
    page.addEventListener('submit', (event) => event.preventDefault());
  };

  return (
    <div class="ws-browser">
      <form
        class="ws-row"
        onSubmit={(event) => {
          event.preventDefault();
          void go(address.value);
        }}
      >
        <button
          type="button"
          class="ws-tool ws-go"
          aria-label={words.reload}
          title={words.reload}
          onClick={() => void go(address.value)}
        >
          ⟳
        </button>
        <input
          type="text"
          inputMode="url"
          aria-label={words.address}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          value={address.value}
          onInput={(event) => {
            address.value = event.currentTarget.value;
          }}
        />
        <button type="submit" class="ws-tool ws-go">
          {words.go}
        </button>
      </form>
      {ports.value.length > 0 && (
        <p class="ws-ports">
          {words.browserPorts}
          {ports.value.map(({ port, container }) => (
            <button
              key={port}
              type="button"
              class="ws-tool"
              onClick={() => void go(`http://localhost:${port}/`)}
            >
              :{port} <small>{container}</small>
            </button>
          ))}
        </p>
      )}
      <p class="ws-status" role="status">
        {status.value}
      </p>
      {shown.value.is === 'page' && (
        <iframe
          ref={frame}
          sandbox="allow-same-origin"
          title={fill(words.browserFrame, { url: shown.value.url })}
          srcdoc={shown.value.html}
          onLoad={onFrameLoad}
        />
      )}
      {shown.value.is === 'failure' && (
        <div class="ws-nopage" role="alert">
          <p>{shown.value.words}</p>
          {shown.value.detail && <code>{shown.value.detail}</code>}
        </div>
      )}
      {shown.value.is === 'nothing' && (
        <div class="ws-nopage">
          <MarkedText text={ports.value.length > 0 ? words.browserChoose : words.browserEmpty} />
        </div>
      )}
    </div>
  );
}

/** What was typed as an address: a bare `localhost:8080` gets its scheme. */
export function addressOf(typed: string): URL | undefined {
  const text = typed.trim();
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  return url && /^https?:$/.test(url.protocol) && url.hostname ? url : undefined;
}

/** A failure in the words of a browser; the network's own words stand below it. */
function inBrowserWords(failure: string, url: URL, words: WorkspaceWords): string {
  const host = url.host;
  if (/refused|could ?n[o']t connect|failed to connect/i.test(failure))
    return fill(words.browserRefused, { host });
  if (/resolve|no such host|bad address/i.test(failure))
    return fill(words.browserNoHost, { host: url.hostname });
  if (/timed? ?out/i.test(failure)) return fill(words.browserTimeout, { host });
  return words.browserFailed;
}
