// Size budgets of the built course, brotli: fails where one is exceeded. `node scripts/budgets.mjs`
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const lesson = 'en/running-containers/anatomy-of-docker-run/index.html';
const sizes = new Map();

/** Bytes of a file of the built site, compressed. */
function size(file) {
  if (!sizes.has(file)) sizes.set(file, brotliCompressSync(readFileSync(dist + file)).length);
  return sizes.get(file);
}

/** The one built file of a name, without its hash: what a page loads has a dot before it, what a worker loads a hyphen. */
function built(name, extension = 'js', mark = '.') {
  const pattern = new RegExp(`^${name.replaceAll('.', '\\.')}\\${mark}[\\w-]{8}\\.${extension}$`);
  const found = readdirSync(`${dist}_astro`).filter((file) => pattern.test(file));
  if (found.length !== 1)
    throw new Error(`${found.length} files match ${name}.*.${extension} in dist/_astro: expected one`);
  return `_astro/${found[0]}`;
}

/** A script with all that it imports at once; what it imports later does not count. */
function withImports(file, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  const code = readFileSync(dist + file, 'utf8');
  for (const [, name] of code.matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+\.js)"/g))
    withImports(`_astro/${name}`, seen);
  return seen;
}

const html = readFileSync(dist + lesson, 'utf8');
const scripts = [...html.matchAll(/<script type="module" src="\/([^"]+)"/g)].map(([, file]) => file);
const inline = [...html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
  ([, code]) => code,
);
const reading = new Set(scripts.flatMap((file) => [...withImports(file)]));
const styles = [...html.matchAll(/<link rel="stylesheet" href="\/([^"]+)"/g)].map(([, file]) => file);

const mount = withImports(built('mount'));
// The one that the head starts: a view may bring a worker of its own, of the same name.
const lab = /new Worker\('\/([^']+)'/.exec(html)?.[1];
if (lab === undefined) throw new Error('the head of a lesson starts no worker');
const worker = withImports(lab);
const prompt = new Set([...mount, ...worker, built('mount', 'css')]);
for (const file of reading) prompt.delete(file);

const late = new Set(['utilities', 'docker'].flatMap((part) => [...withImports(built(part, 'js', '-'))]));
for (const file of worker) late.delete(file);
/** What a program adds that is loaded by itself. */
const alone = (part) =>
  [...withImports(built(part, 'js', '-'))].filter((file) => !worker.has(file) && !late.has(file));

const total = (files) => [...files].reduce((sum, file) => sum + size(file), 0);
const nodeBytes =
  total(new Set([...alone('node'), ...alone('node-library')])) +
  size(built('emscripten-module', 'wasm', '-'));
/** On request alone: the setting, what carries programs to a WebContainer, and the package that boots one. */
const webContainer = [...withImports(built('setting')), ...withImports(built('dist'))].filter(
  (file) => !mount.has(file),
);
const readingBytes = total(reading) + (inline.length ? brotliCompressSync(inline.join('\n')).length : 0);
const all = readingBytes + total(styles) + size(lesson) + total(prompt);

const rows = [
  ['reading page, JavaScript before the workspace', readingBytes, 40_000],
  ['workspace to a usable prompt, with the page itself', all, 283_000],
  ['  of it the lab’s worker', total(worker)],
  ['  of it terminal and panes', total(mount)],
  ['programs that are loaded after the prompt', total(late), 460_000],
  ['  jq', total(alone('jq')), 25_000],
  ['  strace', total(alone('strace')), 20_000],
  ['  git', total(alone('git-program')), 35_000],
  ['  the files of its repositories', total(alone('repository-files')), 10_000],
  ['  Node, with its interpreter and its library', nodeBytes, 500_000],
  ['  the WebContainer, on request', total(webContainer), 12_000],
  ["  npm's packages", total(alone('npm-packages')), 20_000],
  ['  Python, with its interpreter', total(alone('python')), 320_000],
  ['  the Python Package Index', total(alone('pypi')), 25_000],
];
let failed = false;
for (const [name, bytes, budget] of rows) {
  const over = budget !== undefined && bytes > budget;
  failed ||= over;
  const limit = budget === undefined ? '' : `of ${(budget / 1000).toFixed(0)} kB${over ? '  EXCEEDED' : ''}`;
  process.stdout.write(`${name.padEnd(52)} ${(bytes / 1000).toFixed(1).padStart(7)} kB  ${limit}\n`);
}
process.exit(failed ? 1 : 0);
