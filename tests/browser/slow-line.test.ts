import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lesson, missing, site } from './site.ts';

/** What moved, as Chromium tells it (Layout Instability API). */
interface Shift {
  readonly value: number;
  readonly parts: readonly string[];
}

describe.skipIf(missing)('on a slow line', () => {
  const course = site();
  let server: Server;

  // The course as it comes over a line on which a page's text takes a while: in pieces, with a pause after each.
  beforeAll(async () => {
    if (missing) return;
    server = createServer(async (request, response) => {
      const answer = await fetch(course.address + request.url, {
        headers: { 'Accept-Encoding': 'identity' },
      });
      const body = Buffer.from(await answer.arrayBuffer());
      response.writeHead(answer.status, {
        'Content-Type': answer.headers.get('Content-Type') ?? '',
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
        'Cross-Origin-Resource-Policy': 'same-origin',
      });
      const text = Math.max(0, body.indexOf('<body'));
      response.write(body.subarray(0, text));
      // The header in small pieces: it is the first thing that is seen.
      for (let at = text, piece = 200; at < body.length; at += piece) {
        if (at > text + 4000) piece = 1500;
        response.write(body.subarray(at, at + piece));
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  });
  afterAll(() => {
    server?.closeAllConnections();
    server?.close();
  });

  const viewports = [
    { width: 1280, height: 800 },
    { width: 360, height: 740 },
  ];
  for (const path of ['/en/', `/en/${lesson}`, `/zh-cn/${lesson}`])
    for (const viewport of viewports)
      it(`nothing that is seen moves: ${path}, ${viewport.width} wide`, async () => {
        const page = await course.open('/no-such-page/', { viewport });
        await page.addInitScript(watchShifts);
        await page.goto(`http://localhost:${(server.address() as AddressInfo).port}${path}`);
        // The terminal, where the page has one open, is the last to come.
        const terminal = page.locator('.xterm-rows');
        if (await page.locator('#workspace .workspace-body').isVisible()) await terminal.waitFor();
        await page.waitForTimeout(300);
        const shifts = await page.evaluate(() => (window as unknown as { shifts: Shift[] }).shifts);
        expect(shifts).toEqual([]);
        await page.context().close();
      });
});

function watchShifts(): void {
  type Entry = PerformanceEntry & {
    value: number;
    sources: { node: Node | null; previousRect: unknown; currentRect: unknown }[];
  };
  const shifts: Shift[] = [];
  Object.assign(window, { shifts });
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries() as Entry[]) {
      const parts = sources.map(({ node, previousRect, currentRect }) => {
        const element = node instanceof Element ? node : node?.parentElement;
        return `${element?.tagName} .${element?.className}: ${JSON.stringify(previousRect)} → ${JSON.stringify(currentRect)}`;
      });
      shifts.push({ value, parts });
    }
  }).observe({ type: 'layout-shift', buffered: true });
}
