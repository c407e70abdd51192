import { afterEach, expect, test, vi } from 'vitest';
import { labAtFirst } from '../workspace/place.ts';
import { withWorkspaceAhead } from './workspace-ahead.ts';

const page =
  '<html><head><script>paint()</script><link rel="stylesheet" href="/_astro/a.css"></head><body><section class="workspace" id="workspace" data-lab="L4.1" data-scenario="bare" data-exercises="one two"></section><script type="module" src="/_astro/Workspace.js"></script></body></html>';
const code = new Map([
  [
    '/_astro/Workspace.js',
    'const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=["_astro/mount.js","_astro/helper.js","_astro/mount.css"])))=>i.map(i=>d[i]);import{t as e}from"./helper.js";function w(e){return new Worker(`/_astro/worker-1.js`,{type:`module`,name:e?.name})}',
  ],
  ['/_astro/helper.js', 'import"./other.js";'],
]);

test('the head names what the workspace needs, and starts its worker before any style sheet can hold that up', () => {
  const html = withWorkspaceAhead(page, code);
  const head = html.slice(0, html.indexOf('</head>'));
  expect(head.indexOf("new Worker('/_astro/worker-1.js'")).toBeGreaterThan(0);
  expect(head.indexOf('new Worker')).toBeLessThan(head.indexOf('<link'));
  expect(head.match(/<link rel="(?:modulepreload|preload)[^>]*>/g)).toEqual([
    '<link rel="modulepreload" href="/_astro/helper.js">',
    '<link rel="modulepreload" href="/_astro/other.js">',
    '<link rel="modulepreload" href="/_astro/mount.js" media="(min-width: 64rem)">',
    '<link rel="preload" as="style" crossorigin href="/_astro/mount.css" media="(min-width: 64rem)">',
  ]);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

test.each([null, 'two', 'another'])(
  'the worker prepares the lab that the page opens first: the place left was %s',
  (place) => {
    const told: unknown[] = [];
    const window = {};
    class Worker {
      constructor(_url: string, { name }: { name: string }) {
        told.push(JSON.parse(name));
      }
    }
    vi.stubGlobal('sessionStorage', {
      getItem: (key: string) => (key === 'drydock.place.L4.1' ? place : null),
    });
    const start = /<script>(.*?)<\/script>/.exec(withWorkspaceAhead(page, code))?.[1] ?? '';
    new Function('window', 'matchMedia', 'Worker', start)(window, () => ({ matches: true }), Worker);
    const options = {
      lab: 'L4.1',
      scenario: 'bare',
      exercises: ['one', 'two'],
      typed: undefined,
      locale: 'en',
    } as const;
    expect(told).toEqual([labAtFirst({ ...options, exercises: [...options.exercises] })]);
    expect(window).toHaveProperty('drydockWorker');
  },
);

test('a build in which the worker cannot be found fails', () => {
  expect(() => withWorkspaceAhead(page, new Map())).toThrow('not as expected');
});
