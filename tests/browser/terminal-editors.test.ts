import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { lesson, missing, site } from './site.ts';
import { atPrompt, type } from './terminal.ts';

/** vi, nano and code in the terminal open the editor beside it, and whoever closes it is back at the prompt. */
describe.skipIf(missing)('editors that are typed in the terminal', () => {
  const { open } = site();
  const inEditor = (page: Page) =>
    page.evaluate(() => document.activeElement?.closest('.monaco-editor, .ws-plain-editor') !== null);
  const inTerminal = (page: Page) =>
    page.evaluate(() => document.activeElement?.className === 'xterm-helper-textarea');
  const enter = async (page: Page, line: string) => {
    await page.locator('.xterm-helper-textarea').focus();
    await page.keyboard.insertText(line);
    await page.keyboard.press('Enter');
  };

  it('take the focus there and back, and are not asked again by a reload', async () => {
    const page = await open(`/en/${lesson}`);
    await atPrompt(page);
    await enter(page, 'nano note.txt');
    await page.getByRole('tab', { name: 'note.txt, new, not on the machine yet' }).waitFor();
    await expect.poll(() => inEditor(page)).toBe(true);
    await page.keyboard.type('from the editor');
    await page.keyboard.press('Control+s');
    await page.getByText('Saved /home/learner/note.txt').waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await expect.poll(() => inTerminal(page)).toBe(true);
    await page.keyboard.type('cat note.txt\n');
    await atPrompt(page);
    expect(await type(page, 'wc note.txt')).toContain('0  3 15 note.txt');
    await page.reload();
    await atPrompt(page);
    await page.waitForTimeout(500);
    await expect
      .poll(() => page.getByRole('tab', { name: 'Terminal' }).getAttribute('aria-selected'))
      .toBe('true');
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });

  it('open several files, a line of one, and folders', async () => {
    const page = await open(`/en/${lesson}`);
    await atPrompt(page);
    await type(page, 'mkdir -p app; seq 50 > app/a; seq 9 > app/b');
    await enter(page, 'code app/a -g app/b:7');
    await page.getByRole('tab', { name: 'b', exact: true }).waitFor();
    await expect
      .poll(() => page.locator('.monaco-editor .line-numbers.active-line-number').textContent())
      .toBe('7');
    await page.getByRole('button', { name: 'To the terminal' }).click();
    await expect.poll(() => inTerminal(page)).toBe(true);
    await enter(page, 'code app');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('role')))
      .toBe('treeitem');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('app');
    await page.context().close();
  });

  it('have root’s rights with sudo, and no others without', async () => {
    const page = await open(`/en/${lesson}`);
    await atPrompt(page);
    await page.evaluate(() => localStorage.setItem('drydock.plain-editor', 'yes'));
    await enter(page, 'sudo vi /etc/docker/daemon.json');
    await page.locator('textarea.ws-plain-editor').fill('{}\n');
    await page.keyboard.press('Control+s');
    await page.getByText('Saved /etc/docker/daemon.json').waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await atPrompt(page);
    expect(await type(page, 'ls -l /etc/docker')).toMatch(/root root 3 .* daemon.json/);
    await enter(page, 'vi /etc/hosts');
    await page.locator('textarea.ws-plain-editor').fill('x');
    await page.keyboard.press('Control+s');
    await page.getByText('Not saved: /etc/hosts: Permission denied').waitFor();
    await page.context().close();
  });

  it('say so where the editor cannot see the file', async () => {
    const page = await open(`/en/${lesson}`);
    await atPrompt(page);
    const said = await type(page, 'docker run -it --rm busybox vi /etc/passwd');
    expect(said.replaceAll('\n', '')).toContain('not those of a container');
    await page.context().close();
  });
});
