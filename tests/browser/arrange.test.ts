import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { en } from '../../src/workspace/words/en.ts';
import { missing, site } from './site.ts';
import { atPrompt, shown, terminalFocused } from './terminal.ts';

const LESSON = '/en/building-images/anatomy-of-a-dockerfile/';
const LINES = [
  'FROM alpine:3.22',
  'LABEL org.opencontainers.image.authors="Ada"',
  'ENV PLACE=Turku',
  'WORKDIR /app',
  'COPY hello.sh .',
  'RUN chmod +x hello.sh',
  'USER nobody',
  'CMD ["./hello.sh"]',
];

/** A file that is put in order line by line, and cards that are sorted: with keys alone. */
describe.skipIf(missing)('lines to be put in order', () => {
  const { open } = site();
  const button = (page: Page, act: string, line: string) =>
    page.getByRole('button', { name: `${act}: ${line}`, exact: true });

  it('are moved with keys, written and tried on the machine', async () => {
    const page = await open(LESSON);
    await atPrompt(page);
    await page.locator('[data-exercise="a-first-image-of-your-own"]').click();
    await page.locator('.ws-arrange').waitFor();
    // The first two the wrong way round, to be moved.
    for (const line of [LINES[1], LINES[0], ...LINES.slice(2)] as string[]) {
      await button(page, en.arrangeAdd, line).focus();
      await page.keyboard.press('Enter');
      await expect.poll(() => focusedName(page)).toBe(`${en.arrangeRemove}: ${line}`);
    }
    await button(page, en.arrangeUp, LINES[0]!).focus();
    await page.keyboard.press('Enter');
    // At the top there is no way up any more: the focus goes on to a button that can be pressed.
    await expect.poll(() => focusedName(page)).toBe(`${en.arrangeDown}: ${LINES[0]}`);
    await expect.poll(() => page.locator('.ws-arrange ol code').allTextContents()).toEqual(LINES);
    await page.getByRole('button', { name: en.arrangeWrite }).click();
    await page.locator('.ws-arrange').getByRole('button', { name: en.lookRun }).click();
    await terminalFocused(page);
    await page.keyboard.press('Enter');
    await expect.poll(() => shown(page), { timeout: 20_000 }).toContain('says nobody.');
    await page.getByRole('tab', { name: en.tasks }).click();
    await page.getByRole('button', { name: en.checkAll }).click();
    await expect.poll(() => page.locator('.ws-task.done').count()).toBe(1);
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });

  it('are no harder than cards, which say of each whether it is in its place', async () => {
    const page = await open(LESSON);
    const box = page.locator('.sort');
    // The sign of a verdict is part of a card's name, too.
    const pick = (card: string, bin: string) =>
      box
        .getByRole('group', { name: new RegExp(`\\b${card}$`) })
        .getByRole('radio', { name: bin, exact: true })
        .check();
    await pick('RUN', 'files');
    await pick('USER', 'files');
    await box.getByRole('button').click();
    await expect.poll(() => box.getByRole('status').textContent()).toBe('1 of 12 are in their place.');
    await expect.poll(() => box.locator('.says:visible').count()).toBe(1);
    await pick('USER', 'a setting');
    await expect.poll(() => box.locator('.says:visible').count()).toBe(0);
    await box.getByRole('button').click();
    await expect.poll(() => box.getByRole('status').textContent()).toBe('2 of 12 are in their place.');
    await page.context().close();
  });
});

const focusedName = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
