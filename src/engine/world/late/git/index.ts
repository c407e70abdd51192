import { readAll } from '../../../net/http/body.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from '../../../net/http/message.ts';
import { gunzip } from '../../../oci/layer/gzip.ts';
import { type Repository, type RepositoryFiles, type Stored, storeOf } from './history.ts';
import { REPOSITORIES } from './repositories.ts';
import { answer, capabilities } from './upload-pack.ts';

/** github.com: repositories over HTTP as git asks for them (gitprotocol-http(5)), and a page for each. */
export function gitHost(files: RepositoryFiles): HttpHandler {
  const stores = new Map<string, Promise<Stored>>();
  const open = (repository: Repository): Promise<Stored> => {
    const known = stores.get(repository.path) ?? storeOf(repository, files);
    stores.set(repository.path, known);
    return known;
  };
  return async (request) => {
    const { pathname, searchParams } = new URL(request.target, 'https://github.com');
    const [, path = '', rest = ''] = /^\/([^/]+\/[^/]+?)(?:\.git)?(\/.*)?$/.exec(pathname) ?? [];
    const repository = REPOSITORIES.find((one) => one.path.toLowerCase() === path.toLowerCase());
    if (rest === '/info/refs') {
      const service = searchParams.get('service');
      if (service === 'git-receive-pack' || repository === undefined) return WHO_ARE_YOU;
      if (service !== 'git-upload-pack' || !speaksVersion2(request)) return text(403, UPGRADE);
      return git('advertisement', capabilities());
    }
    if (rest === '/git-upload-pack' && request.method === 'POST') {
      if (repository === undefined) return WHO_ARE_YOU;
      if (!speaksVersion2(request)) return text(403, UPGRADE);
      const sent = await readAll(request.body);
      const body = request.headers.get('Content-Encoding') === 'gzip' ? gunzip(sent) : sent;
      return git('result', await answer(await open(repository), body));
    }
    if (repository === undefined || rest.length > 1) return text(404, 'Not Found');
    return page(repository, await open(repository));
  };
}

const UPGRADE = 'Please upgrade your git client.\n';

const speaksVersion2 = ({ headers }: HttpRequest): boolean =>
  /(?:^|:)version=2(?:$|:)/.test(headers.get('Git-Protocol') ?? '');

/** A repository that is not there may be one that only its owner sees. */
const WHO_ARE_YOU: HttpResponse = {
  status: 401,
  headers: [
    ['Content-Type', 'text/plain; charset=UTF-8'],
    ['WWW-Authenticate', 'Basic realm="GitHub"'],
  ],
  body: 'Repository not found.',
};

const git = (what: 'advertisement' | 'result', body: Uint8Array): HttpResponse => ({
  status: 200,
  headers: [
    ['Content-Type', `application/x-git-upload-pack-${what}`],
    ['Cache-Control', 'no-cache, max-age=0, must-revalidate'],
  ],
  body,
});

const text = (status: number, body: string): HttpResponse => ({
  status,
  headers: [['Content-Type', 'text/plain; charset=utf-8']],
  body,
});

/** What a browser is shown. */
async function page({ path, description }: Repository, { head, refs }: Stored): Promise<HttpResponse> {
  const names = [...refs.keys()].map((name) => name.replace(/^refs\/(?:heads|tags)\//, ''));
  return {
    status: 200,
    headers: [['Content-Type', 'text/html; charset=utf-8']],
    body: `<!doctype html>
<title>${path}: ${description}</title>
<h1>${path}</h1>
<p>${description}</p>
<p>Branches and tags: ${names.join(', ')}. The default branch is ${head.replace('refs/heads/', '')}.</p>
<pre>git clone https://github.com/${path}.git</pre>
`,
  };
}
