import type { HttpHandler, HttpResponse } from '../../../net/http/message.ts';
import { PROJECTS } from './packages/index.ts';
import { normalized, type Wheel, wheelOf } from './wheel.ts';

/** The Python Package Index: pypi.org, of which the simple API (PEP 503, 691) and the JSON API answer, and where its files are. */
const FILES = 'https://files.pythonhosted.org';

const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';

let wheels: Map<string, Wheel[]> | undefined;

/** All packages, by project. They are made when first asked for. */
function shelf(): Map<string, Wheel[]> {
  wheels ??= new Map(
    PROJECTS.map((project) => [
      normalized(project.name),
      project.releases.map((release) => wheelOf(project, release)),
    ]),
  );
  return wheels;
}

const pathOf = ({ sha256, filename }: Wheel): string =>
  `/packages/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256.slice(4)}/${filename}`;

const html = (status: number, body: string): HttpResponse => ({
  status,
  headers: [['Content-Type', 'text/html; charset=UTF-8']],
  body,
});

const json = (value: unknown, type = 'application/json'): HttpResponse => ({
  status: 200,
  headers: [['Content-Type', type]],
  body: JSON.stringify(value),
});

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** `/simple/` and `/simple/PROJECT/`. */
function simple(name: string | undefined, asJson: boolean): HttpResponse {
  if (name === undefined) {
    const names = PROJECTS.map((project) => project.name);
    if (asJson)
      return json({ meta: { 'api-version': '1.1' }, projects: names.map((n) => ({ name: n })) }, JSON_TYPE);
    const links = names.map((n) => `    <a href="/simple/${normalized(n)}/">${n}</a>\n`);
    return html(200, `<!DOCTYPE html>\n<html>\n  <body>\n${links.join('')}  </body>\n</html>\n`);
  }
  const found = shelf().get(name);
  if (found === undefined)
    return html(
      404,
      '<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>\n',
    );
  if (asJson) {
    const files = found.map((wheel) => ({
      filename: wheel.filename,
      url: FILES + pathOf(wheel),
      hashes: { sha256: wheel.sha256 },
      'requires-python': wheel.release.python,
      size: wheel.bytes.length,
      'upload-time': wheel.release.uploaded,
      'core-metadata': true,
      yanked: false,
    }));
    const versions = found.map(({ release }) => release.version);
    return json({ meta: { 'api-version': '1.1' }, name, versions, files }, JSON_TYPE);
  }
  const links = found.map(
    (wheel) =>
      `    <a href="${FILES}${pathOf(wheel)}#sha256=${wheel.sha256}" data-requires-python="${escaped(wheel.release.python)}" data-core-metadata="true">${wheel.filename}</a><br />\n`,
  );
  return html(
    200,
    `<!DOCTYPE html>\n<html>\n  <head>\n    <meta name="pypi:repository-version" content="1.1">\n    <title>Links for ${name}</title>\n  </head>\n  <body>\n    <h1>Links for ${name}</h1>\n${links.join('')}  </body>\n</html>\n`,
  );
}

/** `/pypi/PROJECT/json` */
function described(name: string): HttpResponse {
  const found = shelf().get(normalized(name));
  const newest = found?.at(-1);
  if (found === undefined || newest === undefined) return { ...json({ message: 'Not Found' }), status: 404 };
  const { project, release } = newest;
  return json({
    info: {
      name: project.name,
      version: release.version,
      summary: project.summary,
      requires_dist: release.requires,
      requires_python: release.python,
    },
    releases: Object.fromEntries(
      found.map((wheel) => [wheel.release.version, [{ filename: wheel.filename }]]),
    ),
  });
}

function file(path: string): HttpResponse {
  const metadata = path.endsWith('.metadata');
  const wanted = metadata ? path.slice(0, -'.metadata'.length) : path;
  for (const wheel of [...shelf().values()].flat()) {
    if (pathOf(wheel) !== wanted) continue;
    const body = metadata ? wheel.metadata : wheel.bytes;
    return { status: 200, headers: [['Content-Type', 'application/octet-stream']], body };
  }
  return html(404, 'Not Found\n');
}

export const pypi: HttpHandler = async ({ method, target, headers }) => {
  if (method !== 'GET' && method !== 'HEAD')
    return { status: 405, headers: [['Allow', 'GET, HEAD']], body: '' };
  const path = target.replace(/[?#].*$/, '');
  const host = (headers.get('host') ?? '').replace(/:\d+$/, '');
  if (host === 'files.pythonhosted.org') return file(path);
  const index = /^\/simple(?:\/([^/]+))?(\/?)$/.exec(path);
  if (index) {
    const [, name, slash] = index;
    const canonical = name === undefined ? '/simple/' : `/simple/${normalized(name)}/`;
    if (slash === '' || path !== canonical)
      return { status: 301, headers: [['Location', canonical]], body: '' };
    return simple(name, (headers.get('accept') ?? '').includes(JSON_TYPE));
  }
  const project = /^\/pypi\/([^/]+)\/json$/.exec(path)?.[1];
  if (project !== undefined) return described(project);
  return html(
    404,
    '<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>\n',
  );
};
