import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { lesson, missing, site } from './site.ts';
import { atPrompt, type } from './terminal.ts';

/** What the editor knows of Dockerfiles, in Monaco and in the plain field. */
describe.skipIf(missing)('help with a Dockerfile', () => {
  const { open } = site();

  async function editing(dockerfile: string, locale = 'en') {
    const page = await open(`/${locale}/${lesson}`);
    await atPrompt(page);
    // What knows Dockerfiles is not there before one is open.
    expect(page.workers()).toHaveLength(1);
    await type(page, `printf '${dockerfile}' > Dockerfile`);
    await page.locator('#tab-files').click();
    await page.getByRole('treeitem', { name: 'Dockerfile' }).click();
    await page.locator('.monaco-editor .view-lines').waitFor();
    await expect.poll(() => page.workers().length).toBeGreaterThan(1);
    return page;
  }
  const problems = (page: Page) => page.locator('.ws-problems li');
  const text = async (page: Page) =>
    (await page.locator('.view-line').allTextContents()).join('\n').replaceAll('\u00a0', ' ');

  const violations = async (page: Page) => {
    const found = await new AxeBuilder({ page }).include('#workspace').setLegacyMode().analyze();
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`);
  };

  it('completes instructions, images and tags, and explains what stands there', async () => {
    const page = await editing('# mine\\n');
    const offered = page.locator('.suggest-widget .monaco-list-row');
    await page.keyboard.press('Control+End');
    await page.keyboard.type('FRO', { delay: 60 });
    await expect.poll(() => offered.first().textContent()).toContain('FROM');
    await page.keyboard.press('Escape');
    await page.keyboard.type('M nod', { delay: 60 });
    await expect.poll(() => offered.first().textContent()).toContain('node');
    await page.keyboard.press('Enter');
    await page.keyboard.type(':', { delay: 60 });
    await expect.poll(() => offered.allTextContents()).toContain('20');
    await page.keyboard.press('Escape');
    await page.keyboard.type('20');
    await expect.poll(() => text(page)).toContain('FROM node:20');
    await page.locator('.view-line', { hasText: 'FROM' }).locator('span span').first().hover();
    await expect
      .poll(() => page.locator('.monaco-hover').first().textContent())
      .toContain('must be the first');
    expect(await page.evaluate(() => 'Buffer' in globalThis)).toBe(false);
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });

  it('finds what the build checks find, and mends it by key and by button', async () => {
    const page = await editing(
      'FROM node:20 as a\\nMAINTAINER me\\nRUN echo \u201chi\u201d\\nCMD node x.js\\n',
    );
    await expect.poll(() => problems(page).count()).toBe(5);
    await expect
      .poll(() => problems(page).first().textContent())
      .toContain("'as' and 'FROM' keywords' casing do not match");
    await expect.poll(() => page.locator('.squiggly-warning').count()).toBeGreaterThan(3);
    for (const theme of ['light', 'dark', 'contrast']) {
      await page.evaluate((theme) => {
        document.documentElement.dataset['theme'] = theme;
        document.dispatchEvent(new CustomEvent('drydock:appearance'));
      }, theme);
      expect(await violations(page)).toEqual([]);
    }
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Control+.');
    await page.getByRole('option', { name: 'Write AS' }).waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(() => text(page)).toContain('FROM node:20 AS a');
    for (const name of [/^Write LABEL/, 'Write "', 'Write "', /^Write CMD \[/]) {
      await page.getByRole('button', { name }).first().click();
      await page.waitForTimeout(500);
    }
    await expect.poll(() => problems(page).count()).toBe(0);
    await expect
      .poll(() => text(page))
      .toContain('LABEL org.opencontainers.image.authors="me"\nRUN echo "hi"\nCMD ["node", "x.js"]');
    await page.locator('.view-line').first().click();
    await page.keyboard.press('Control+z');
    await expect.poll(() => text(page)).toContain('CMD node x.js');
    await page.context().close();
  });

  it('explains instructions in Chinese to whoever reads Chinese', async () => {
    const page = await editing('FROM node:20\\n', 'zh-cn');
    await page.locator('.view-line').first().locator('span span').first().hover();
    await expect
      .poll(() => page.locator('.monaco-hover').first().textContent())
      .toContain('开始一个构建阶段');
    await page.context().close();
  });

  it('says the same in the plain field and in Chinese, with nothing for axe to find', async () => {
    const page = await editing('FROM node:20\\nENV A b\\nFOO\\n', 'zh-cn');
    await page.getByRole('button', { name: '纯文本' }).click();
    await expect.poll(() => problems(page).allTextContents()).toEqual([expect.stringContaining('错误')]);
    await page.locator('textarea.ws-plain-editor').fill('FROM node:20\nENV A b\n');
    await page.getByRole('button', { name: '改成ENV A=b' }).waitFor();
    await page.getByRole('button', { name: '第2行' }).click();
    await expect
      .poll(() =>
        page
          .locator('textarea.ws-plain-editor')
          .evaluate((field) => (field as HTMLTextAreaElement).selectionStart),
      )
      .toBe('FROM node:20\n'.length);
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: '改成ENV A=b' }).click();
    await expect
      .poll(() => page.locator('textarea.ws-plain-editor').inputValue())
      .toBe('FROM node:20\nENV A=b\n');
    await page.context().close();
  });

  it('colours instructions in lower case as those in capitals', async () => {
    const page = await editing('FROM alpine\\nrun true\\n');
    const colour = (word: string) =>
      page
        .locator('.view-line span span', { hasText: new RegExp(`^${word}$`) })
        .first()
        .getAttribute('class');
    const capitals = await colour('FROM');
    await expect.poll(() => colour('run')).toBe(capitals);
    expect(capitals).not.toBe(await page.locator('.view-line span span').nth(1).getAttribute('class'));
    await page.context().close();
  });
});
