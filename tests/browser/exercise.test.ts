import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { en } from '../../src/workspace/words/en.ts';
import { zhCn } from '../../src/workspace/words/zh-cn.ts';
import { lesson, missing, site } from './site.ts';
import { atPrompt, screen, shown } from './terminal.ts';

/** The exercise from its first sentence to its last tick, as each hand would do it. */
describe.skipIf(missing)('the exercise', () => {
  const { open } = site();
  const languages = { en, 'zh-cn': zhCn };

  for (const [locale, words] of Object.entries(languages)) {
    it(`is finished with the mouse, ${locale}`, async () => {
      const page = await open(`/${locale}/${lesson}`);
      await atPrompt(page);
      await page.locator('[data-exercise="web-in-the-background"]').click();
      await page.getByRole('button', { name: words.checkAll }).click();
      // What was expected, what was found, and where to look: three tasks, none done.
      await expect.poll(() => page.locator('.ws-task.not-yet').count()).toBe(3);
      expect(await page.locator('.ws-report dd').first().textContent()).not.toBe('');
      await page
        .getByRole('button', { name: new RegExp(`^${words.hintMore.split('{')[0]}`) })
        .first()
        .click();
      expect(await page.locator('.ws-hints').count()).toBe(1);

      await page.getByRole('tab', { name: words.terminal }).click();
      await atPrompt(page);
      await page.locator('.ws-screen').click();
      await solve(page);
      await page.getByRole('tab', { name: words.tasks }).click();
      await page.getByRole('button', { name: words.checkAll }).click();
      await expect.poll(() => page.locator('.ws-task.done').count()).toBe(3);
      expect(await page.locator('.ws-verdict').textContent()).toContain(words.allDone);
      expect(page.complaints).toEqual([]);
      await page.context().close();
    });
  }

  it('is finished with the keyboard alone', async () => {
    const page = await open(`/en/${lesson}`);
    await atPrompt(page);
    const begin = page.locator('[data-exercise="web-in-the-background"]');
    await tabTo(page, begin);
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toBe('tab-tasks');
    await page.getByRole('button', { name: en.checkAll }).waitFor();
    await page.keyboard.press('Home');
    await expect.poll(() => focused(page)).toBe('tab-terminal');
    await atPrompt(page);
    await tabTo(page, page.locator('.xterm-helper-textarea'));
    await solve(page);
    await page.keyboard.press('F6');
    await page.keyboard.press('End');
    await expect.poll(() => focused(page)).toBe('tab-tasks');
    await tabTo(page, page.getByRole('button', { name: en.checkAll }));
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.ws-task.done').count()).toBe(3);
    await page.context().close();
  });

  it('recognises a known mistake and says what happened', async () => {
    const page = await open(`/en/${lesson}`);
    await atPrompt(page);
    await page.locator('[data-exercise="web-in-the-background"]').click();
    await page.getByRole('tab', { name: en.terminal }).click();
    await atPrompt(page);
    await page.locator('.ws-screen').click();
    await line(page, 'docker run -d -p 8080:80 nginx --name web', /\$$/);
    await page.getByRole('tab', { name: en.tasks }).click();
    await page.getByRole('button', { name: `${en.check}: Task 1` }).click();
    await expect
      .poll(() => page.locator('.ws-mistake').textContent())
      .toContain('told to run a program called --name');
    expect(await page.locator('.ws-task.done').count()).toBe(0);
    await page.context().close();
  });
});

/** Types what solves all three tasks; the terminal has the focus. */
async function solve(page: Page): Promise<void> {
  await line(page, 'docker run -d --name web -p 8080:80 nginx', /[0-9a-f]{40}[\s\S]*\$$/);
  await line(page, 'docker run -it --rm ubuntu:24.04 bash', /root@[0-9a-f]+:\/#$/);
  await line(page, 'exit', /exit\n\S*\$$/);
  await line(page, "sed -i 's/LANGUAGE/-e LANGUAGE/' line.sh", /line\.sh\n\S*\$$/);
  await line(page, 'sh line.sh', /sh line\.sh[\s\S]*[0-9a-f]{40}[\s\S]*\$$/);
}

async function line(page: Page, text: string, until: RegExp): Promise<void> {
  await page.keyboard.insertText(text);
  await expect.poll(async () => (await screen(page)).join('')).toContain(text.slice(-12));
  await page.keyboard.press('Enter');
  await expect.poll(() => shown(page), { timeout: 20_000 }).toMatch(until);
}

const focused = (page: Page) => page.evaluate(() => document.activeElement?.id);

/** Presses Tab until the element has the focus. */
async function tabTo(page: Page, target: ReturnType<Page['locator']>): Promise<void> {
  for (let presses = 0; presses < 200; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the Tab key never reaches ${target}`);
}
