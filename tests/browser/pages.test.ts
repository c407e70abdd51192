import { existsSync, readFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { describe, expect, it } from 'vitest';
import { dist, lesson, missing, site } from './site.ts';
import { atPrompt, type } from './terminal.ts';

const paths = !existsSync(`${dist}/sitemap.xml`)
  ? []
  : [...readFileSync(`${dist}/sitemap.xml`, 'utf8').matchAll(/<loc>([^<]+)<\/loc>/g)].map(
      ([, address]) => new URL(address as string).pathname,
    );
const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const themes = ['light', 'dark', 'contrast'] as const;

describe.skipIf(missing)('every page of the sitemap', () => {
  const { open } = site();

  it('is there', () => {
    expect(paths).toContain('/en/');
    expect(paths).toContain(`/zh-cn/${lesson}`);
  });

  for (const path of [...paths, '/', '/no-such-page/']) {
    // Two at a time, as there are two cores: each has a context, and so a process, of its own.
    describe.concurrent(path, () => {
      it(`has nothing for axe to find in any theme`, async () => {
        // The workspace is the same on every page: it is looked at beside one lesson, and on the front page. The others are
        // opened in a window in which it waits to be asked for.
        const beside = path.endsWith(lesson) || /^\/[^/]+\/$/.test(path);
        const width = beside ? 1280 : 1000;
        const page = await open(path, { viewport: { width, height: 800 }, locale: 'fr-FR' });
        await settled(page);
        const tabs = path.endsWith(lesson) ? await page.getByRole('tab').count() : 0;
        const found: string[] = [];
        // Colours are the same in both languages.
        for (const theme of path.startsWith('/zh-cn/') && !beside ? themes.slice(0, 1) : themes) {
          await choose(page, theme);
          found.push(...(await violations(page, theme)));
          for (let tab = 1; tab < tabs; tab++) {
            await page.getByRole('tab').nth(tab).click();
            await page.waitForTimeout(150);
            found.push(...(await violations(page, `${theme}, tab ${tab + 1}`, '#workspace')));
          }
          if (tabs > 0) await page.getByRole('tab').first().click();
        }
        expect(found).toEqual([]);
        await page.context().close();
      }, 120_000);

      it('fits a narrow screen and complains of nothing', async () => {
        const page = await open(path, { viewport: { width: 360, height: 740 }, locale: 'fr-FR' });
        await settled(page);
        const [width, scroll] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
        expect(scroll).toBeLessThanOrEqual(width as number);
        const complaints = page.complaints.filter(
          (text) => path !== '/no-such-page/' || !text.includes('404'),
        );
        expect(complaints).toEqual([]);
        await page.context().close();
      });
    });
  }

  it('has nothing for axe to find in the X-ray, as pictures and as text', async () => {
    for (const locale of ['en', 'zh-cn']) {
      const page = await open(`/${locale}/${lesson}`);
      await settled(page);
      await atPrompt(page);
      await type(page, 'docker run -d --name web nginx:alpine');
      await type(page, 'docker run -d -p 5000:5000 registry:3; docker tag nginx:alpine localhost:5000/web');
      await type(page, 'docker push -q localhost:5000/web');
      await type(page, "printf 'FROM nginx:alpine\\nRUN true\\n' | docker build -q -");
      await page.locator('[aria-controls="xray"]').click();
      const views = page.locator('.xr-bar [role="tab"]');
      await expect.poll(() => views.count()).toBeGreaterThan(0);
      const found: string[] = [];
      for (const theme of themes) {
        await choose(page, theme);
        for (let view = 0; view < (await views.count()); view++) {
          await views.nth(view).click();
          await page
            .locator(
              '.xr-view :is(.xr-fence, .xr-states, .xr-networks, .xr-tray, .xr-text, .xr-graph, .xr-layers, .xr-pushes, .xr-wire, .xr-trace, .xr-build)',
            )
            .first()
            .waitFor();
          found.push(...(await violations(page, `${theme}, view ${view + 1}`, '#xray')));
        }
        await page.locator('.xr-bar [aria-pressed]').click();
      }
      expect(found).toEqual([]);
      await page.context().close();
    }
  }, 120_000);

  it('sets its lines as a book does', async () => {
    const english = await open(`/en/${lesson}`, { viewport: { width: 1600, height: 900 } });
    expect(await charactersInLines(english)).toSatisfy((n: number) => n >= 60 && n <= 72);
    const chinese = await open(`/zh-cn/${lesson}`, { viewport: { width: 1600, height: 900 } });
    const em = await chinese
      .locator('article.prose > p')
      .first()
      .evaluate((text) => text.clientWidth / Number.parseFloat(getComputedStyle(text).fontSize));
    expect(em).toSatisfy((n: number) => n >= 36 && n <= 42);
  });

  it('can be read without JavaScript', async () => {
    const page = await open(`/en/${lesson}`, { javaScriptEnabled: false });
    expect(await page.locator('article h2').count()).toBeGreaterThan(2);
    await page.locator('.predict summary').first().click();
    expect(await page.locator('.predict .answer').first().isVisible()).toBe(true);
  });
});

type OpenPage = Awaited<ReturnType<ReturnType<typeof site>['open']>>;

/** Chooses a theme as the reader does. */
async function choose(page: OpenPage, theme: (typeof themes)[number]): Promise<void> {
  const menu = page.locator('.appearance');
  if ((await menu.count()) === 0) {
    await page.emulateMedia({ colorScheme: theme === 'dark' ? 'dark' : 'light' });
    return;
  }
  await menu.locator('summary').click();
  await menu.locator(`input[value=${theme}]`).check();
  await menu.locator('summary').click();
  await page.waitForTimeout(100);
}

/** What axe finds; a theme changes colours alone, so after the first one nothing else is looked at. */
async function violations(page: OpenPage, where: string, part?: string): Promise<string[]> {
  const axe = where.startsWith(themes[0])
    ? new AxeBuilder({ page }).withTags(wcag)
    : new AxeBuilder({ page }).withRules(['color-contrast', 'link-in-text-block']);
  // No page has frames of another origin, so that nothing need be put together in a page of its own.
  const result = await (part === undefined ? axe : axe.include(part)).setLegacyMode().analyze();
  return result.violations.map(
    ({ id, nodes }) => `${where}: ${id}: ${nodes.map((node) => node.html).join('\n')}`,
  );
}

/** Waits until the workspace, where there is one beside the text, shows its terminal. */
async function settled(page: OpenPage): Promise<void> {
  await page.waitForLoadState('networkidle');
  if (
    await page
      .locator('#workspace .workspace-body')
      .isVisible()
      .catch(() => false)
  ) {
    await page.locator('.xterm-rows').waitFor({ timeout: 15_000 });
  }
}

/** How many characters a full line of the text holds: the longer half of all lines, on average. */
function charactersInLines(page: OpenPage): Promise<number> {
  return page.evaluate(() => {
    const counts = [...document.querySelectorAll('article.prose > p')].flatMap((paragraph) => {
      const lines = new Map<number, number>();
      const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const text = node as Text;
        for (let at = 0; at < text.length; at++) {
          const range = document.createRange();
          range.setStart(text, at);
          range.setEnd(text, at + 1);
          const line = Math.round(range.getBoundingClientRect().bottom / 12);
          lines.set(line, (lines.get(line) ?? 0) + 1);
        }
      }
      return [...lines.values()].slice(0, -1);
    });
    const long = counts.toSorted((a, b) => b - a).slice(0, Math.ceil(counts.length / 2));
    return long.reduce((sum, count) => sum + count, 0) / long.length;
  });
}
