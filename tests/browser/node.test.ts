import { describe, expect, it } from 'vitest';
import { lesson, missing, site } from './site.ts';
import { atPrompt, shown } from './terminal.ts';

describe.skipIf(missing)('Node', () => {
  const { open } = site();

  it('runs in a container with a package from npm, is loaded at its first use, and is interrupted', async () => {
    const page = await open(`/en/${lesson}`);
    const loaded: string[] = [];
    page.on('request', (request) => loaded.push(request.url()));
    await atPrompt(page);
    const text = () => shown(page);
    const asked = (part: RegExp) => loaded.some((url) => part.test(url));
    await page.locator('.ws-screen').click();
    await page.keyboard.type('echo ready\n');
    await expect.poll(text).toContain('\nready');
    expect(asked(/\.wasm$|node-library|npm-packages/)).toBe(false);
    const script =
      'npm install ms && node -e "console.log(require(\\"ms\\")(60000), process.version); for (;;);"';
    await page.keyboard.type(`docker run --rm --init -it node:24-alpine sh -c '${script}'\n`);
    await expect.poll(text, { timeout: 60_000 }).toContain('1m v24.');
    await expect(text()).resolves.toContain('added 1 package');
    expect(asked(/\.wasm$/)).toBe(true);
    await page.keyboard.press('Control+C');
    await page.keyboard.type('echo "and goes $((1+1)) on"\n');
    await expect.poll(text).toContain('and goes 2 on');
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });
});
