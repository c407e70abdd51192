import { readdir, readFile, writeFile } from 'node:fs/promises';
import type { AstroIntegration } from 'astro';
import type { LabMethods } from '../lab/protocol.ts';
import { BESIDE } from '../workspace/beside.ts';

/**
 * Starts a page's workspace while the page is still being read: the head says which files it will want, so that they come beside
 * each other and not one after the other, and starts the lab's worker and tells it which lab to boot, which it then does while the
 * text is laid out.
 * Where the workspace is a sheet that nobody may open, nothing of it is fetched.
 *
 * Only the build knows the names of the files. `astro dev` goes without: the page's script does all of it itself.
 */
export function workspaceAhead(): AstroIntegration {
  return {
    name: 'drydock-workspace-ahead',
    hooks: {
      'astro:build:done': async ({ dir, logger }) => {
        const code = new Map<string, string>();
        for (const name of await readdir(new URL('_astro/', dir)))
          if (name.endsWith('.js'))
            code.set(`/_astro/${name}`, await readFile(new URL(`_astro/${name}`, dir), 'utf8'));
        const pages = (await readdir(dir, { recursive: true })).filter((name) => name.endsWith('.html'));
        let touched = 0;
        for (const name of pages) {
          const page = new URL(name.replaceAll('\\', '/'), dir);
          const html = await readFile(page, 'utf8');
          if (!html.includes('id="workspace"')) continue;
          await writeFile(page, withWorkspaceAhead(html, code));
          touched++;
        }
        logger.info(`${touched} pages start their workspace from the head`);
      },
    },
  };
}

/**
 * A page whose head begins its workspace. Throws if the page's scripts are not as the build has made them so far.
 *
 * @param code the site's scripts by path
 */
export function withWorkspaceAhead(html: string, code: ReadonlyMap<string, string>): string {
  const scripts = [...html.matchAll(/<script type="module" src="([^"]+)"/g)].map(([, path = '']) => path);
  const loader = scripts.map((path) => code.get(path) ?? '').find((text) => text.includes('new Worker('));
  const worker = /new Worker\([`"']([^`"']+)/.exec(loader ?? '')?.[1];
  const late = /__vite__mapDeps=.*?\[("[^\]]*)\]/.exec(loader ?? '')?.[1]?.match(/[^",]+/g);
  if (!worker || !late) throw new Error('the script that loads the workspace is not as expected');
  const early = new Set(scripts.flatMap((path) => [...importsOf(path, code)]));
  for (const path of scripts) early.delete(path);
  const links = [
    ...[...early].map((path) => `<link rel="modulepreload" href="${path}">`),
    ...late
      .map((path) => `/${path}`)
      .filter((path) => !early.has(path))
      .map((path) =>
        path.endsWith('.css')
          ? `<link rel="preload" as="style" crossorigin href="${path}" media="${BESIDE}">`
          : `<link rel="modulepreload" href="${path}" media="${BESIDE}">`,
      ),
  ];
  const pane = /<section[^>]* id="workspace"[^>]*>/.exec(html)?.[0] ?? '';
  const data = (name: string) => new RegExp(` data-${name}="([^"]*)"`).exec(pane)?.[1];
  const lab = data('lab');
  if (!lab) throw new Error('the workspace of a page names no lab');
  const start = startWorker(
    worker,
    lab,
    data('scenario'),
    data('exercises')?.split(' ').filter(Boolean) ?? [],
  );
  // Before the first style sheet: a script after one waits for it.
  return html
    .replace('<script>', () => `<script>${start}</script><script>`)
    .replace('</head>', `${links.join('')}</head>`);
}

/** A script and all that it imports at once. */
function importsOf(path: string, code: ReadonlyMap<string, string>, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const [, name] of (code.get(path) ?? '').matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+\.js)"/g))
    importsOf(`/_astro/${name}`, code, seen);
  return seen;
}

/**
 * Starts the worker, whose name says what to prepare: the lab that `labAtFirst` (workspace/place.ts) will name. Text, for the head has
 * no modules. If the worker's code cannot be had, the page's script finds no worker and tries for itself.
 */
function startWorker(
  url: string,
  lab: string,
  scenario: string | undefined,
  exercises: readonly string[],
): string {
  const own: LabMethods['prepare'][0] = scenario === undefined ? { lab } : { lab, scenario };
  const remembered = `let p;try{p=sessionStorage.getItem('drydock.place.${lab}')}catch{}`;
  const first = `${JSON.stringify(exercises)}.includes(p)?{lab:p}:${JSON.stringify(own)}`;
  const [before, choice] = exercises.length === 0 ? ['', JSON.stringify(own)] : [remembered, first];
  const worker = `new Worker('${url}',{type:'module',name:JSON.stringify(${choice})})`;
  return `if(matchMedia('${BESIDE}').matches){${before}(window.drydockWorker=${worker}).onerror=()=>{delete window.drydockWorker}}`;
}
