import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** What the terminal shows, row by row. */
export async function screen(page: Page): Promise<string[]> {
  const rows = await page.locator('.xterm-rows > div').allTextContents();
  return rows.map((row) => row.replaceAll('\u00a0', ' ').trimEnd()).filter(Boolean);
}

/** All that the terminal shows; a line that is too long for it stands in several. */
export const shown = async (page: Page): Promise<string> => (await screen(page)).join('\n');

export async function atPrompt(page: Page): Promise<void> {
  await expect.poll(async () => (await screen(page)).at(-1) ?? '', { timeout: 20_000 }).toMatch(/[$#]$/);
}

/** Types a line into the terminal and waits until the prompt is back; gives what the line printed and nothing else. */
export async function type(page: Page, line: string): Promise<string> {
  const mark = `#${++marks}`;
  await page.locator('.xterm-helper-textarea').focus();
  await page.keyboard.insertText(`${line} ${mark}`);
  await page.keyboard.press('Enter');
  // The mark itself may stand in two rows.
  const marked = new RegExp([...mark].join('\\n?'), 'g');
  const after = async () => {
    const text = await shown(page);
    const found = [...text.matchAll(marked)].at(-1);
    return found && text.slice(found.index + found[0].length);
  };
  await expect.poll(after, { timeout: 20_000 }).toMatch(/[$#]$/);
  return (await after()) ?? '';
}
let marks = 0;

/** Waits until what is typed goes to the terminal. */
export const terminalFocused = (page: Page): Promise<void> =>
  expect.poll(() => page.evaluate(() => document.activeElement?.className)).toBe('xterm-helper-textarea');

/** Waits until the page has drawn that many frames: it does not while a script of its own keeps it busy. */
export function frames(page: Page, count: number): Promise<void> {
  return page.evaluate(
    (count) =>
      new Promise<void>((resolve) => {
        const frame = () => (count-- > 0 ? requestAnimationFrame(frame) : resolve());
        frame();
      }),
    count,
  );
}
