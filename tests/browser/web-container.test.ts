import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { cases } from '../javascript-host/contract.ts';
import { standInStackBlitz } from '../javascript-host/stackblitz.ts';
import { lesson, missing, site } from './site.ts';
import { atPrompt, type } from './terminal.ts';

/** Where Node.js runs: the setting, and what becomes of it. */
describe.skipIf(missing)('the WebContainer', () => {
  const { open } = site();
  const choose = (page: Page, name: RegExp) => page.getByRole('dialog').getByRole('radio', { name }).click();
  const status = (page: Page) => page.getByRole('dialog').getByRole('status');

  async function atSetting(locale = 'en') {
    const page = await open(`/${locale}/${lesson}`);
    await atPrompt(page);
    await page.getByRole('button', { name: 'Node.js' }).click();
    await page.getByRole('dialog').waitFor();
    return page;
  }

  it('is off, and its absence is found within seconds and said; programs go on with the embedded interpreter', async () => {
    for (const [locale, radio, said] of [
      ['en', /StackBlitz/, /There is no WebContainer here: stackblitz\.com cannot be reached\./],
      ['zh-cn', /StackBlitz/, /这里没有WebContainer：连不上stackblitz\.com。/],
    ] as const) {
      const page = await atSetting(locale);
      const loaded: string[] = [];
      page.on('request', (request) => loaded.push(request.url()));
      expect(await page.getByRole('dialog').getByRole('radio').first().isChecked()).toBe(true);
      const { violations } = await new AxeBuilder({ page })
        .include('.ws-javascript')
        .setLegacyMode()
        .analyze();
      expect(violations.map(({ id }) => id)).toEqual([]);
      // No stand-in: the network is what it is here.
      await choose(page, radio);
      await expect.poll(() => status(page).textContent(), { timeout: 8000 }).toMatch(said);
      expect(await page.getByRole('dialog').getByRole('radio').first().isChecked()).toBe(true);
      expect(loaded.filter((url) => !url.startsWith('http://localhost'))).toHaveLength(1);
      await page.keyboard.press('Escape');
      const line = 'docker run --rm node:24-alpine node -p 6*7';
      expect(await type(page, line)).toContain('42');
      await page.context().close();
    }
  });

  it('says so where the site is sent without the headers that isolate it', async () => {
    const page = await open('/en/about/');
    await page.route(`**/${lesson}`, async (route) => {
      const response = await route.fetch();
      const headers = Object.fromEntries(
        Object.entries(response.headers()).filter(([name]) => !name.startsWith('cross-origin-')),
      );
      await route.fulfill({ response, headers });
    });
    await page.goto(`/en/${lesson}`);
    await atPrompt(page);
    await page.getByRole('button', { name: 'Node.js' }).click();
    await choose(page, /StackBlitz/);
    await expect.poll(() => status(page).textContent()).toContain('without the headers COOP and COEP');
    await page.context().close();
  });

  it('keeps the contract of a JavaScript host, with a stand-in for stackblitz.com', {
    timeout: 240_000,
  }, async () => {
    const page = await open('/en/about/');
    const close = await standInStackBlitz(page);
    await page.goto(`/en/${lesson}`);
    await atPrompt(page);
    await page.getByRole('button', { name: 'Node.js' }).click();
    await choose(page, /StackBlitz/);
    await expect.poll(() => status(page).textContent()).toContain('run in the WebContainer');
    await page.keyboard.press('Escape');
    await type(page, 'docker pull -q node:24-alpine');
    for (const { name, files, line, shows } of cases) {
      await type(page, 'rm -rf app');
      for (const [path, content] of Object.entries(files)) {
        const at = `app/${path}`;
        const text = Buffer.from(content).toString('base64');
        await type(page, `mkdir -p ${at.replace(/\/[^/]*$/, '')}; echo ${text} | base64 -d > ${at}`);
      }
      expect(await type(page, line), name).toMatch(shows);
    }
    // A version that no image has: that of the Node which stands in.
    await type(page, 'echo "console.log(process.version)" > app/app.js');
    expect(await type(page, 'docker run --rm -v $PWD/app:/app -w /app node:20-alpine node app.js')).toContain(
      process.version,
    );
    await page.getByRole('button', { name: 'Node.js' }).click();
    await choose(page, /interpreter of this course/);
    await page.keyboard.press('Escape');
    expect(await type(page, 'docker run --rm -v $PWD/app:/app -w /app node:20-alpine node app.js')).toMatch(
      /v20\./,
    );
    expect(page.complaints).toEqual([]);
    close();
    await page.context().close();
  });
});
