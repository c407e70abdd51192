import { describe, expect, it } from 'vitest';
import { lesson, missing, site } from './site.ts';
import { atPrompt, frames, screen, shown, type } from './terminal.ts';

describe.skipIf(missing)('a machine that is given too much to do', () => {
  const { open } = site();

  it('leaves the page to the reader, takes Ctrl-C, and is of use again', async () => {
    const page = await open(`/en/${lesson}`);
    await atPrompt(page);
    const enter = async (line: string) => {
      await page.locator('.xterm-helper-textarea').focus();
      await page.keyboard.insertText(line);
      await page.keyboard.press('Enter');
    };
    await enter('dd if=/dev/zero of=/dev/null bs=1M');
    await frames(page, 20);
    await page.keyboard.press('Control+c');
    await expect.poll(() => shown(page)).toMatch(/records out/);
    await atPrompt(page);

    await enter(':(){ :|:& };:');
    await frames(page, 20);
    // A menu of the page opens while the bomb goes on.
    await page.locator('.appearance summary').click();
    expect(await page.locator('.appearance form').isVisible()).toBe(true);
    await page.locator('.appearance summary').click();
    await enter('kill -9 -1');
    // The shell of the terminal is gone with all the others, and a new one comes.
    await expect.poll(async () => (await screen(page)).at(-1), { timeout: 45_000 }).toMatch(/\$$/);
    expect(await type(page, 'echo $((6*7))')).toContain('42');
    expect(page.complaints).toEqual([]);
    await page.context().close();
  }, 90_000);
});
