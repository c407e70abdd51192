import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = process.env['DRYDOCK_DIST'] ?? `${root}dist`;
const chromiumPath = process.env['DRYDOCK_CHROMIUM'] || '/usr/bin/chromium';

/** Why the browser tests cannot run here, or nothing. */
export const missing = !existsSync(chromiumPath)
  ? 'no Chromium: install it (Debian: apt install chromium)'
  : !existsSync(`${dist}/index.html`)
    ? 'the site is not built: npm run build'
    : undefined;
if (missing) console.warn(`browser tests are skipped: ${missing}`);

/** The lesson that the tests read. */
export const lesson = 'running-containers/anatomy-of-docker-run/';

export interface Site {
  readonly address: string;
  /** A page of its own, with nothing remembered; what it complains of in the console is kept in `complaints`. */
  open(path: string, options?: BrowserContextOptions): Promise<Page & { complaints: string[] }>;
}

/** Serves the built site as `astro preview` does, beside a browser, for the tests of one file. */
export function site(): Site {
  let browser: Browser;
  let server: ChildProcess;
  let address = '';

  beforeAll(async () => {
    if (missing) return;
    const port = await freePort();
    address = `http://localhost:${port}`;
    server = spawn(
      `${root}node_modules/.bin/node`,
      [`${root}node_modules/.bin/astro`, 'preview', '--port', String(port), '--outDir', dist],
      {
        cwd: root,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1' },
      },
    );
    browser = await chromium.launch({ executablePath: chromiumPath });
    await answering(address, server);
  });
  afterAll(async () => {
    await browser?.close();
    server?.kill();
  });

  return {
    get address() {
      return address;
    },
    async open(path, options = {}) {
      const context = await browser.newContext({
        baseURL: address,
        viewport: { width: 1280, height: 800 },
        ...options,
      });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(String(error)));
      await page.goto(path);
      return Object.assign(page, { complaints });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, 'localhost', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

async function answering(address: string, server: ChildProcess): Promise<void> {
  const said: string[] = [];
  server.stdout?.on('data', (data) => said.push(String(data)));
  server.stderr?.on('data', (data) => said.push(String(data)));
  for (let tries = 0; tries < 300; tries++) {
    if (server.exitCode !== null) break;
    const answer = await fetch(address).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`astro preview did not answer at ${address}:\n${said.join('')}`);
}
