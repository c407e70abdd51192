import { readFileSync } from 'node:fs';
import type { FileSystemTree, WebContainer, WebContainerProcess } from '@webcontainer/api';
import type { Page } from 'playwright-core';
import { standInContainer } from './stand-in.ts';

/**
 * Stands in for stackblitz.com, which is the one thing that is not the real one here: the page that `@webcontainer/api` brings in a frame,
 * speaking the protocol of that package (Comlink), and behind it processes of the Node that runs the tests.
 */
export async function standInStackBlitz(page: Page): Promise<() => void> {
  const container = await standInContainer();
  const calls = containerCalls(container);
  await page.exposeFunction('standIn', (method: keyof typeof calls, ...args: never[]) =>
    (calls[method] as (...args: never[]) => unknown)(...args),
  );
  const headers = {
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'cross-origin',
  };
  await page.route('https://stackblitz.com/**', (route) =>
    new URL(route.request().url()).pathname === '/comlink.js'
      ? route.fulfill({ headers, contentType: 'text/javascript', body: COMLINK })
      : route.fulfill({ headers, contentType: 'text/html', body: HEADLESS }),
  );
  return () => container.teardown();
}

const COMLINK = readFileSync(
  new URL('../../node_modules/@webcontainer/api/dist/vendor/index.js', import.meta.url),
  'utf8',
);

/** The page of the frame. What it is asked, it asks of the tests. */
const HEADLESS = `<!doctype html><script type="module">
import { Comlink } from '/comlink.js';
const { port1, port2 } = new MessageChannel();
const text = new TextEncoder();
const instance = {
  fs: () => Comlink.proxy({ mkdir: (path) => standIn('mkdir', path), rm: (path) => standIn('rm', path) }),
  previewScript: () => Comlink.proxy({}),
  runtimeInfo: () => ({ path: '', cwd: '' }),
  loadFiles: (tree, { mountPoints }) => standIn('mount', new TextDecoder().decode(tree), mountPoints),
  async run({ command, args, cwd, env }, _stdout, _stderr, output) {
    const process = await standIn('spawn', command, args, { cwd, env });
    const over = (async () => {
      for (let piece; (piece = await standIn('read', process)) !== null; ) await output(text.encode(piece));
      await output(null);
    })();
    return Comlink.proxy({
      onExit: standIn('exit', process),
      write: (data) => standIn('write', process, data),
      kill: () => standIn('kill', process),
      resize() {},
    });
  },
  on(event, listener) {
    if (event === 'port') (async () => { for (;;) await listener(...(await standIn('port'))); })();
    return Comlink.proxy(() => {});
  },
  setCredentials() {},
  teardown: () => standIn('teardown'),
};
Comlink.expose({ build: () => Comlink.proxy(instance) }, port1);
parent.postMessage({ type: 'init' }, '*', [port2]);
</script>`;

/** A tree of files as it goes over the wire. */
type WireTree = { d: Record<string, WireTree | { f: { c: string; b?: true } | { l: string } }> };

function treeOf({ d }: WireTree): FileSystemTree {
  const tree: FileSystemTree = {};
  for (const [name, node] of Object.entries(d)) {
    if ('d' in node) tree[name] = { directory: treeOf(node) };
    else if ('l' in node.f) tree[name] = { file: { symlink: node.f.l } };
    else tree[name] = { file: { contents: node.f.b ? Buffer.from(node.f.c, 'latin1') : node.f.c } };
  }
  return tree;
}

/** A container by calls that carry JSON. Processes have numbers. */
function containerCalls(container: WebContainer) {
  const processes: { process: WebContainerProcess; output: ReadableStreamDefaultReader<string> }[] = [];
  const ports: [number, string][] = [];
  let wake = () => {};
  container.on('port', (port, type) => {
    ports.push([port, type]);
    wake();
  });
  return {
    mkdir: (path: string) => container.fs.mkdir(path, { recursive: true }),
    rm: (path: string) => container.fs.rm(path, { recursive: true, force: true }),
    mount: (tree: string, mountPoint: string) => container.mount(treeOf(JSON.parse(tree)), { mountPoint }),
    async spawn(command: string, args: string[], options: { cwd: string; env: Record<string, string> }) {
      const process = await container.spawn(command, args, options);
      return processes.push({ process, output: process.output.getReader() }) - 1;
    },
    async read(process: number) {
      const { done, value } = await processes[process]!.output.read();
      return done ? null : value;
    },
    exit: (process: number) => processes[process]!.process.exit,
    async write(process: number, data: string) {
      const input = processes[process]!.process.input.getWriter();
      await input.write(data);
      input.releaseLock();
    },
    kill: (process: number) => processes[process]!.process.kill(),
    async port() {
      while (ports.length === 0)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      return ports.shift();
    },
    teardown: () => container.teardown(),
  };
}
