import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { courseServer } from '../../scripts/serve.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** The built site. */
export const dist = process.env['DRYDOCK_DIST'] ?? `${root}dist`;
const chromiumPath = process.env['DRYDOCK_CHROMIUM'] || '/usr/bin/chromium';

/** Why the browser tests cannot run here, or nothing. A site that is not built is no reason: it fails. */
export const missing = existsSync(chromiumPath)
  ? undefined
  : 'no Chromium: install it (Debian: apt install chromium)';
if (missing) console.warn(`browser tests are skipped: ${missing}`);

/** The lesson that the tests read. */
export const lesson = 'running-containers/anatomy-of-docker-run/';

export interface Site {
  readonly address: string;
  /** A page of its own, with nothing remembered; what it complains of in the console is kept in `complaints`. */
  open(path: string, options?: BrowserContextOptions): Promise<Page & { complaints: string[] }>;
}

/** Serves the built site as `npm start` does, beside a browser, for the tests of one file. */
export function site(): Site {
  let browser: Browser;
  let server: Server;
  let address = '';

  beforeAll(async () => {
    if (missing) return;
    if (!existsSync(`${dist}/index.html`)) throw new Error(`no site in ${dist}: npm run build`);
    server = courseServer(dist);
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    address = `http://localhost:${(server.address() as AddressInfo).port}`;
    browser = await chromium.launch({ executablePath: chromiumPath });
  });
  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
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
      page.setDefaultTimeout(15_000);
      const complaints: string[] = [];
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(String(error)));
      await page.goto(path);
      return Object.assign(page, { complaints });
    },
  };
}
