import { describe, expect, it } from 'vitest';
import { lesson, missing, site } from './site.ts';

describe.skipIf(missing)('reading', () => {
  const { open } = site();

  describe('the language', () => {
    it('is chosen by the browser at the front door, and by the reader ever after', async () => {
      const page = await open('/', { locale: 'zh-CN' });
      await page.waitForURL('**/zh-cn/');
      await page.locator('a[data-locale=en]').click();
      await page.waitForURL('**/en/');
      await page.goto('/');
      await page.waitForURL('**/en/');
      await page.context().close();
    });

    it('is left to the reader where the browser speaks neither', async () => {
      const page = await open('/', { locale: 'fr-FR' });
      await page.getByRole('link', { name: '简体中文' }).click();
      await page.waitForURL('**/zh-cn/');
      await page.context().close();
    });

    it('keeps the place in a lesson when it is switched, by mouse and by keyboard', async () => {
      for (const press of ['click', 'Enter']) {
        const page = await open(`/en/${lesson}`);
        const nth = 3;
        // What is far off is laid out when it comes near (content-visibility), and may move the heading once more.
        const heading = page.locator('article h2').nth(nth);
        await expect
          .poll(() =>
            heading.evaluate(async (at) => {
              at.scrollIntoView({ behavior: 'instant' });
              for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
              return Math.abs(at.getBoundingClientRect().top) < 200;
            }),
          )
          .toBe(true);
        const link = page.locator('a[data-locale=zh-cn]');
        // The mouse itself, for `link.click()` scrolls the page about before it clicks.
        const box = (await link.boundingBox()) ?? { x: 0, y: 0 };
        if (press === 'click') await page.mouse.click(box.x + 5, box.y + 5);
        else {
          await link.focus();
          await page.keyboard.press('Enter');
        }
        await page.waitForURL(`**/zh-cn/${lesson}#*`);
        const anchor = decodeURIComponent(new URL(page.url()).hash.slice(1));
        expect(anchor).toBe(await page.locator('article h2').nth(nth).getAttribute('id'));
        await expect
          .poll(() =>
            page
              .locator('article h2')
              .nth(nth)
              .evaluate((at) => Math.abs(at.getBoundingClientRect().top) < 200),
          )
          .toBe(true);
        await page.context().close();
      }
    });

    it('of the text is that of the page', async () => {
      const page = await open(`/zh-cn/${lesson}`);
      expect(await page.locator('html').getAttribute('lang')).toBe('zh-Hans-CN');
      expect(await page.locator('link[hreflang=en]').getAttribute('href')).toContain(`/en/${lesson}`);
      await page.context().close();
    });
  });

  describe('a lesson', () => {
    it.each([1280, 1920])(
      'that is laid out to its end keeps the place of who has gone on, %i wide',
      async (width) => {
        const page = await open('/en/', { viewport: { width, height: 720 } });
        // From the page's own beginning, so that the workspace cannot be there first.
        await page.addInitScript(() => {
          const goOn = async () => {
            const root = document.documentElement;
            const heading = document.querySelectorAll('article h2')[3]!;
            const top = () => heading.getBoundingClientRect().top;
            const frames = async () => {
              for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
            };
            do {
              heading.scrollIntoView({ behavior: 'instant' });
              await frames();
            } while (Math.abs(top()) > 200);
            const before = top();
            const height = root.scrollHeight;
            while ('fromTop' in root.dataset) await frames();
            await frames();
            return { by: Math.abs(top() - before), grown: root.scrollHeight - height };
          };
          const gone = new Promise<void>((resolve) => {
            document.addEventListener('DOMContentLoaded', () => resolve());
          }).then(goOn);
          Object.assign(window, { gone });
        });
        await page.goto(`/en/${lesson}`);
        const { by, grown } = await page.evaluate(
          () => (window as unknown as { gone: Promise<{ by: number; grown: number }> }).gone,
        );
        expect(grown).toBeGreaterThan(100);
        expect(by).toBeLessThan(2);
        await page.context().close();
      },
    );

    it.each(['en', 'zh-cn'])(
      'is opened at a heading that is linked to, and stays there: %s',
      async (locale) => {
        const page = await open(`/${locale}/${lesson}`);
        const id = (await page.locator('article h2').nth(3).getAttribute('id')) ?? '';
        const fresh = await open(`/${locale}/${lesson}#${encodeURIComponent(id)}`);
        const top = () =>
          fresh
            .locator('article h2')
            .nth(3)
            .evaluate((heading) => heading.getBoundingClientRect().top);
        expect(await top()).toBeLessThan(200);
        expect(await top()).toBeGreaterThanOrEqual(0);
        await fresh.locator('.xterm-rows').waitFor();
        await expect.poll(() => fresh.locator('.xterm-rows').textContent()).toContain('$');
        expect(await top()).toBeLessThan(200);
        expect(await top()).toBeGreaterThanOrEqual(0);
        for (const one of [page, fresh]) await one.context().close();
      },
    );
  });

  describe('the divider', () => {
    it('moves by keyboard within its limits, and stays where it was put', async () => {
      const page = await open(`/en/${lesson}`);
      const divider = page.getByRole('separator');
      const now = async () => Number(await divider.getAttribute('aria-valuenow'));
      const share = async () => {
        const box = await page.locator('#workspace').boundingBox();
        return Math.round((100 * (box?.width ?? 0)) / (await page.evaluate(() => document.body.clientWidth)));
      };
      await divider.focus();
      await page.keyboard.press('ArrowLeft');
      expect(await now()).toBe(52);
      expect(await share()).toBe(52);
      await page.keyboard.press('End');
      expect(await now()).toBe(70);
      await page.keyboard.press('ArrowLeft');
      expect(await now()).toBe(70);
      await page.keyboard.press('Home');
      expect(await now()).toBe(28);
      await page.reload();
      expect(await share()).toBe(28);
      expect(await now()).toBe(28);
      await divider.dblclick();
      expect(await now()).toBe(50);
      await page.context().close();
    });

    it('moves by mouse', async () => {
      const page = await open(`/en/${lesson}`);
      const box = await page.getByRole('separator').boundingBox();
      if (!box) throw new Error('no divider');
      await page.mouse.move(box.x + 4, 400);
      await page.mouse.down();
      await page.mouse.move(500, 400, { steps: 3 });
      await page.mouse.up();
      expect((await page.locator('#workspace').boundingBox())?.x).toBeCloseTo(500, -1.5);
      await page.context().close();
    });
  });

  it('on a phone comes first: the workspace loads and fills the screen when it is asked for', async () => {
    const page = await open(`/en/${lesson}`, {
      viewport: { width: 390, height: 800 },
      hasTouch: true,
      isMobile: true,
    });
    await page.waitForLoadState('networkidle');
    expect(await page.locator('.xterm').count()).toBe(0);
    await page.getByRole('button', { name: 'Open the workspace' }).click();
    await page.locator('.xterm-rows').waitFor();
    expect(await page.locator('#workspace').boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 800 });
    for (const key of ['Escape', 'Tab', 'Control', 'Up', 'Down', 'Left', 'Right']) {
      expect(await page.getByRole('button', { name: key, exact: true }).isVisible()).toBe(true);
    }
    await page.getByRole('button', { name: 'Back to the text' }).click();
    expect(await page.locator('article').isVisible()).toBe(true);
    await page.context().close();
  });

  it('looks as it was chosen to look, before the first paint of the next page too', async () => {
    const page = await open('/en/', { colorScheme: 'light' });
    await page.locator('.appearance summary').click();
    await page.getByLabel('Dark', { exact: true }).check();
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await background();
    await page.goto('/en/course/');
    expect(await background()).toBe(dark);
    await page.locator('.appearance summary').click();
    await page.getByLabel('Projector').check();
    expect(await page.evaluate(() => getComputedStyle(document.body).fontSize)).toBe('20px');
    await page.context().close();
  });

  it('says whether a prediction holds', async () => {
    const page = await open(`/en/${lesson}`);
    const box = page.locator('.predict').first();
    await box.getByRole('radio').first().check();
    expect(await box.getByRole('status').textContent()).toContain('Not quite');
    await box.locator('input[data-right]').check();
    expect(await box.locator('.answer').isVisible()).toBe(true);
    await page.context().close();
  });
});
