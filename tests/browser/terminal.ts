import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** What the terminal shows, line by line; lines that it wrapped are whole again. */
export async function screen(page: Page): Promise<string[]> {
  const rows = await page.locator('.xterm-rows > div').allTextContents();
  return rows.map((row) => row.replaceAll('\u00a0', ' ').trimEnd()).filter(Boolean);
}

/** All that the machine has said and been told, unwrapped, from the transcript beside the screen. */
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
  const after = async () => {
    const text = await shown(page);
    const at = text.lastIndexOf(mark);
    return at === -1 ? undefined : text.slice(at + mark.length);
  };
  await expect.poll(after, { timeout: 20_000 }).toMatch(/[$#]$/);
  return (await after()) ?? '';
}
let marks = 0;

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
