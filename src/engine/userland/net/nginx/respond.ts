import type { Syscalls } from '../../../kernel/syscalls.ts';
import type { HttpResponse } from '../../../net/http/message.ts';
import { httpDate } from '../../../net/http/server.ts';
import { reasonPhrase } from '../../../net/http/status.ts';
import { S_IFDIR, S_IFMT } from '../../../vfs/inode.ts';
import { textToBytes } from '../../lib/text.ts';
import { staticFile } from '../static-file.ts';
import type { Location, NginxConfig, RewriteStep, Server, Settings, Upstream } from './config.ts';
import { proxy } from './proxy.ts';
import { expand, type Passage } from './variables.ts';

export interface Around {
  config: NginxConfig;
  version: string;
  /** Writes what went wrong to the error log. */
  complain(what: string): Promise<void>;
}

type Answer = HttpResponse & { headers: [string, string][]; settings: Settings };

/** The answer to a request, and by which settings it was given. */
export async function respond(
  sys: Syscalls,
  around: Around,
  server: Server,
  passage: Passage,
): Promise<Answer> {
  const answer = await new Exchange(sys, around, server, passage).run();
  const { settings } = answer;
  for (const { name, value, always } of settings.addHeaders)
    if (always || [200, 201, 204, 206, 301, 302, 303, 304, 307, 308].includes(answer.status)) {
      const text = expand(value, passage);
      if (text !== '') answer.headers.push([name, text]);
    }
  return answer;
}

class Exchange {
  readonly #sys: Syscalls;
  readonly #around: Around;
  readonly #server: Server;
  readonly #passage: Passage;
  #location: Location | undefined;
  #redirects = 0;
  /** Set while an error page is fetched. */
  #error: number | undefined;

  constructor(sys: Syscalls, around: Around, server: Server, passage: Passage) {
    this.#sys = sys;
    this.#around = around;
    this.#server = server;
    this.#passage = passage;
  }

  get #settings(): Settings {
    return this.#location?.settings ?? this.#server.settings;
  }

  async run(): Promise<Answer> {
    const early = await this.#steps(this.#server.steps);
    return typeof early === 'object' ? early : this.#locate();
  }

  /** Finds the location of the path and lets it answer. */
  async #locate(): Promise<Answer> {
    if (this.#redirects > 10) {
      await this.#around.complain(
        `rewrite or internal redirection cycle while internally redirecting to "${this.#passage.uri}"`,
      );
      return this.#page(500);
    }
    this.#location = locationFor(this.#server, this.#passage);
    if (this.#location?.internal && this.#redirects === 0) return this.#fail(404);
    return this.#enter();
  }

  async #enter(): Promise<Answer> {
    const location = this.#location;
    this.#passage.documentRoot = location?.alias ?? this.#settings.root;
    const early = await this.#steps(location?.steps ?? []);
    if (early === 'again') return this.#redirect(this.#passage.uri);
    if (early !== undefined) return early;
    if (
      Number(this.#passage.request.headers.get('content-length') ?? 0) > (this.#settings.maxBody || Infinity)
    ) {
      await this.#around.complain('client intended to send too large body');
      return this.#fail(413);
    }
    const tried = await this.#tryFiles(location === undefined ? this.#server.tryFiles : location.tryFiles);
    if (tried !== undefined) return tried;
    if (location?.proxy !== undefined) return this.#proxied(location as Location & { proxy: Upstream });
    return this.#file();
  }

  #redirect(uri: string): Promise<Answer> {
    const [path, args] = uri.split('?');
    this.#passage.uri = path!;
    if (args !== undefined) this.#passage.args = args;
    this.#redirects++;
    if (!uri.startsWith('@')) return this.#locate();
    this.#location = this.#server.locations.find(({ modifier, text }) => modifier === '@' && text === uri);
    if (this.#location !== undefined) return this.#enter();
    return this.#around.complain(`could not find named location "${uri}"`).then(() => this.#page(500));
  }

  /** `return` and `rewrite` in their order: an answer, or `again` when the path is to find its location anew. */
  async #steps(steps: readonly RewriteStep[]): Promise<Answer | 'again' | undefined> {
    let changed = false;
    for (const step of steps) {
      if (step.kind === 'return') return this.#returned(step.status, expand(step.text, this.#passage));
      const match = step.pattern.exec(this.#passage.uri);
      if (match === null) continue;
      const to = expand(step.to, { ...this.#passage, captures: match });
      this.#passage.captures = match;
      const kept =
        this.#passage.args === '' || to.endsWith('?')
          ? ''
          : `${to.includes('?') ? '&' : '?'}${this.#passage.args}`;
      const whole = to.replace(/\?$/, '') + kept;
      if (step.flag === 'redirect' || step.flag === 'permanent' || /^https?:\/\//.test(to))
        return this.#page(step.flag === 'permanent' ? 301 : 302, [['Location', this.#absolute(whole)]]);
      const [path, args = ''] = whole.split('?');
      this.#passage.uri = path!;
      this.#passage.args = args;
      if (step.flag === 'break') return undefined;
      changed = true;
      if (step.flag === 'last') break;
    }
    return changed ? 'again' : undefined;
  }

  #returned(status: number, text: string): Answer | Promise<Answer> {
    if ([301, 302, 303, 307, 308].includes(status))
      return this.#page(status, [['Location', this.#absolute(text)]]);
    if (text === '' && status >= 400) return this.#fail(status);
    const body = textToBytes(text.replaceAll('\\n', '\n'));
    return this.#answer(status, this.#typeOf(this.#passage.uri), body);
  }

  #absolute(target: string): string {
    if (!target.startsWith('/')) return target;
    return `http://${this.#passage.request.headers.get('host') ?? this.#passage.serverName}${target}`;
  }

  /** try_files: the first that exists, else where the last word leads. */
  async #tryFiles(words: readonly string[] | undefined): Promise<Answer | undefined> {
    if (words === undefined || this.#error !== undefined) return undefined;
    for (const word of words.slice(0, -1)) {
      const path = expand(word, this.#passage);
      const stat = await this.#sys
        .stat(this.#passage.documentRoot + this.#below(path))
        .catch(() => undefined);
      const directory = stat !== undefined && (stat.mode & S_IFMT) === S_IFDIR;
      if (stat === undefined || directory !== path.endsWith('/')) continue;
      this.#passage.uri = path;
      return undefined;
    }
    const last = words.at(-1)!;
    if (/^=\d+$/.test(last)) return this.#fail(Number(last.slice(1)));
    return this.#redirect(expand(last, this.#passage));
  }

  /** The path below the root; an alias takes the place of the location's prefix. */
  #below(uri: string): string {
    return this.#location?.alias === undefined
      ? uri
      : `/${uri.slice(this.#location.text.length)}`.replace(/^\/+/, '/');
  }

  async #file(): Promise<Answer> {
    const { request, uri, documentRoot } = this.#passage;
    if (request.method !== 'GET' && request.method !== 'HEAD') return this.#fail(405);
    const found = await staticFile(
      this.#sys,
      documentRoot,
      encodeURI(this.#below(uri)),
      this.#settings.index,
    );
    if (found.kind === 'directory') return this.#page(301, [['Location', this.#absolute(`${uri}/`)]]);
    if (found.kind !== 'file') {
      const path = documentRoot.replace(/\/+$/, '') + this.#below(uri);
      await this.#around.complain(
        found.kind === 'missing'
          ? `open() "${path}" failed (2: No such file or directory)`
          : `directory index of "${path}" is forbidden`,
      );
      return this.#fail(found.kind === 'missing' ? 404 : 403);
    }
    const { stat, content } = found;
    const modified = httpDate(stat.mtime);
    const etag = `"${Math.floor(stat.mtime / 1000).toString(16)}-${content.length.toString(16)}"`;
    const known = request.headers.get('if-none-match');
    const unchanged =
      known === undefined ? request.headers.get('if-modified-since') === modified : known === etag;
    if (unchanged && this.#error === undefined) {
      const answer = this.#answer(304, '', new Uint8Array(0), [
        ['Last-Modified', modified],
        ['ETag', etag],
      ]);
      return { ...answer, headers: answer.headers.filter(([name]) => !name.startsWith('Content-')) };
    }
    const range = this.#error === undefined ? request.headers.get('range') : undefined;
    const validators: [string, string][] = [
      ['Last-Modified', modified],
      ['ETag', etag],
    ];
    const type = this.#typeOf(found.path);
    const [, first, end] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
    // Several ranges at once are not modelled; a server may answer them with the whole (RFC 9110 section 14.2).
    if (first === undefined || end === undefined || first + end === '')
      return this.#answer(200, type, content, [...validators, ['Accept-Ranges', 'bytes']]);
    const from = first === '' ? Math.max(0, content.length - Number(end)) : Number(first);
    const to = first === '' || end === '' ? content.length - 1 : Math.min(Number(end), content.length - 1);
    if (from > to) return this.#page(416, [['Content-Range', `bytes */${content.length}`]]);
    return this.#answer(206, type, content.subarray(from, to + 1), [
      ...validators,
      ['Content-Range', `bytes ${from}-${to}/${content.length}`],
    ]);
  }

  async #proxied(location: Location & { proxy: Upstream }): Promise<Answer> {
    const answer = await proxy(this.#sys, location, this.#passage, (what) => this.#around.complain(what));
    if (typeof answer === 'number') return this.#fail(answer);
    const { proxy: upstream, text } = location;
    const base = `http://${upstream.host}${upstream.uri ?? '/'}`;
    const headers = answer.headers.map(([name, value]): [string, string] =>
      // What points at the upstream points at us (proxy_redirect default).
      name.toLowerCase() === 'location' && value.startsWith(base)
        ? [name, this.#absolute((upstream.uri === undefined ? '/' : text) + value.slice(base.length))]
        : [name, value],
    );
    const [serverField, date] = this.#answer(200, '', new Uint8Array(0)).headers;
    return {
      status: answer.status,
      reason: answer.reason,
      headers: [serverField!, date!, ...headers],
      body: answer.body,
      settings: location.settings,
    };
  }

  /** Answers with an error: by its error_page where one is set, and no other error led here. */
  async #fail(status: number): Promise<Answer> {
    const page =
      this.#error === undefined
        ? this.#settings.errorPages.find(({ statuses }) => statuses.includes(status))
        : undefined;
    if (page === undefined) return this.#page(status);
    const uri = expand(page.uri, this.#passage);
    if (/^https?:\/\//.test(uri))
      return this.#page(typeof page.answer === 'number' ? page.answer : 302, [['Location', uri]]);
    this.#error = status;
    this.#passage.request = {
      ...this.#passage.request,
      method: this.#passage.request.method === 'HEAD' ? 'HEAD' : 'GET',
    };
    const answer = await this.#redirect(uri);
    const final = page.answer === 'own' ? answer.status : (page.answer ?? status);
    return answer.status === 200 || page.answer !== undefined ? { ...answer, status: final } : answer;
  }

  #answer(status: number, type: string, body: Uint8Array, more: [string, string][] = []): Answer {
    return {
      status,
      headers: [
        ['Server', this.#name],
        ['Date', httpDate(this.#sys.clock_gettime())],
        ['Content-Type', type],
        ['Content-Length', String(body.length)],
        ...more,
      ],
      body,
      settings: this.#settings,
    };
  }

  #page(status: number, more: [string, string][] = []): Answer {
    const title = `${status} ${PAGE_TITLES[status] ?? reasonPhrase(status)}`;
    const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>${this.#name}</center>\r\n</body>\r\n</html>\r\n`;
    return this.#answer(status, 'text/html', textToBytes(body), more);
  }

  get #name(): string {
    return this.#settings.serverTokens ? this.#around.version : 'nginx';
  }

  #typeOf(path: string): string {
    return this.#around.config.types.get(/\.([^./]+)$/.exec(path)?.[1] ?? '') ?? this.#settings.defaultType;
  }
}

/** Where nginx' own words for a status are not the usual ones. */
const PAGE_TITLES: Record<number, string> = {
  302: 'Found',
  405: 'Not Allowed',
  413: 'Request Entity Too Large',
  416: 'Requested Range Not Satisfiable',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

/** The exact location; else the first pattern that matches, unless the longest prefix forbids it (`^~`); else that prefix. */
function locationFor({ locations }: Server, passage: Passage): Location | undefined {
  const { uri } = passage;
  const exact = locations.find(({ modifier, text }) => modifier === '=' && text === uri);
  if (exact !== undefined) return exact;
  const longest = locations
    .filter(({ modifier, text }) => (modifier === '' || modifier === '^~') && uri.startsWith(text))
    .sort((a, b) => b.text.length - a.text.length)[0];
  if (longest?.modifier === '^~') return longest;
  for (const location of locations) {
    const match = location.pattern?.exec(uri);
    if (!match) continue;
    passage.captures = match;
    return location;
  }
  return longest;
}
