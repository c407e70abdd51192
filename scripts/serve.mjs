// Serves the built course: `node scripts/serve.mjs [--port N] [--dir dist]`. Precompressed files where the browser takes
// them, hashed files cached for ever, and the headers that isolate the page (shared memory with its workers).
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.xml': 'application/xml',
  '.txt': 'text/plain; charset=utf-8',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
};
const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

/** A server of the folder `dir`. */
export function courseServer(dir) {
  const root = resolve(dir);
  return createServer((request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD' }).end();
      return;
    }
    const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
    const asked = join(root, decoded(pathname));
    if (asked !== root && !asked.startsWith(root + sep)) {
      response.writeHead(400).end();
      return;
    }
    if (isDirectory(asked) && !pathname.endsWith('/')) {
      response.writeHead(308, { Location: `${pathname}/${search}` }).end();
      return;
    }
    const wanted = pathname.endsWith('/') ? join(asked, 'index.html') : asked;
    if (isFile(wanted)) send(request, response, 200, wanted, pathname);
    else if (isFile(join(root, '404.html'))) send(request, response, 404, join(root, '404.html'), pathname);
    else response.writeHead(404).end();
  });
}

function send(request, response, status, file, pathname) {
  const { size, mtimeMs } = statSync(file);
  const etag = `"${size.toString(36)}-${Math.floor(mtimeMs).toString(36)}"`;
  const hashed = /^\/(_astro|hub\/blobs)\//.test(pathname);
  const headers = {
    ...HEADERS,
    'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
    'Cache-Control': status === 200 && hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    ETag: etag,
    Vary: 'Accept-Encoding',
  };
  if (status === 200 && request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  const accepts = String(request.headers['accept-encoding'] ?? '');
  const brotli = /\bbr\b/.test(accepts) && isFile(`${file}.br`);
  const gzip = !brotli && /\bgzip\b/.test(accepts) && size > 1024 && isFile(`${file}.br`);
  if (brotli || gzip) headers['Content-Encoding'] = brotli ? 'br' : 'gzip';
  if (!gzip) headers['Content-Length'] = brotli ? statSync(`${file}.br`).size : size;
  response.writeHead(status, headers);
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const bytes = createReadStream(brotli ? `${file}.br` : file);
  bytes.on('error', () => response.destroy());
  (gzip ? bytes.pipe(createGzip()) : bytes).pipe(response);
}

/** A path that is no valid escape names nothing. */
function decoded(pathname) {
  try {
    return decodeURIComponent(pathname).replaceAll('\0', '');
  } catch {
    return pathname;
  }
}

const isFile = (path) => existsSync(path) && statSync(path).isFile();
const isDirectory = (path) => existsSync(path) && statSync(path).isDirectory();

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '4321' }, dir: { type: 'string', default: 'dist' } },
  });
  if (!isFile(join(values.dir, 'index.html'))) {
    process.stderr.write(`drydock: ${values.dir} holds no built course: npm run build\n`);
    process.exit(1);
  }
  const server = courseServer(values.dir);
  server.on('error', (error) => {
    const busy = error.code === 'EADDRINUSE';
    process.stderr.write(
      `drydock: ${busy ? `port ${values.port} is in use: is the course being served already?` : error.message}\n`,
    );
    process.exit(1);
  });
  server.listen(Number(values.port), 'localhost', () => {
    process.stdout.write(`drydock: the course is at http://localhost:${server.address().port}/\n`);
  });
}
