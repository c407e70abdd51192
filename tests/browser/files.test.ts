import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { unzipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { lesson, missing, site } from './site.ts';
import { atPrompt, type } from './terminal.ts';

/** The files of the machine: the tree, the tabs, the editor and its plain form. */
describe.skipIf(missing)('the files of the machine', () => {
  const { open } = site();

  /** At the files, in a lab that holds a project. */
  async function atFiles(locale = 'en', options = {}) {
    const page = await open(`/${locale}/${lesson}`, options);
    await atPrompt(page);
    await type(page, 'mkdir -p app/src; echo FROM scratch > app/Dockerfile; echo 1 > app/src/index.js');
    await page.locator('#tab-files').click();
    const tree = page.getByRole('tree');
    await tree.getByRole('treeitem', { name: 'app', exact: true }).waitFor();
    return { page, tree };
  }
  const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent);
  const field = (page: Page) => page.locator('textarea.ws-plain-editor');

  it('are gone through by keyboard, and opened in tabs', async () => {
    const { page, tree } = await atFiles();
    await tree.locator('[tabindex="0"]').focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => focused(page)).toBe('app');
    await page.keyboard.press('ArrowRight');
    await tree.getByRole('treeitem', { name: 'src' }).waitFor();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => focused(page)).toBe('src');
    await page.keyboard.press('d');
    await expect.poll(() => focused(page)).toBe('Dockerfile');
    await page.keyboard.press('Enter');
    await page.locator('.monaco-editor .view-lines').waitFor();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.closest('.monaco-editor') !== null))
      .toBe(true);
    await tree.getByRole('treeitem', { name: 'src' }).click();
    await tree.getByRole('treeitem', { name: 'index.js' }).click();
    const tabs = page.getByRole('tablist', { name: 'Open files' }).getByRole('tab');
    await expect.poll(() => tabs.allTextContents()).toEqual(['Dockerfile', 'index.js']);
    await tabs.nth(1).focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => tabs.nth(0).getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('Delete');
    await expect.poll(() => tabs.allTextContents()).toEqual(['index.js']);
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });

  it('are made, renamed and deleted, and all that is there again after a reload', async () => {
    const { page, tree } = await atFiles();
    await tree.getByRole('treeitem', { name: 'app', exact: true }).click();
    await page.getByRole('button', { name: 'New file' }).click();
    await page.getByRole('textbox', { name: /new file in \/home\/learner\/app/ }).fill('compose.yml');
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: 'compose.yml' }).waitFor();
    await page.getByRole('button', { name: 'New folder' }).click();
    await page.getByRole('textbox').first().fill('lib');
    await page.keyboard.press('Enter');
    await tree.getByRole('treeitem', { name: 'lib' }).waitFor();
    await tree.getByRole('treeitem', { name: 'Dockerfile' }).focus();
    await tree.getByRole('treeitem', { name: 'Dockerfile' }).click();
    await tree.getByRole('treeitem', { name: 'Dockerfile' }).focus();
    await page.keyboard.press('F2');
    await page.getByRole('textbox', { name: 'New name of Dockerfile' }).fill('Containerfile');
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: 'Containerfile' }).waitFor();
    await tree.getByRole('treeitem', { name: 'src' }).focus();
    await tree.getByRole('treeitem', { name: 'src' }).click();
    await page.keyboard.press('Delete');
    await page.getByRole('button', { name: 'Keep it' }).click();
    await tree.getByRole('treeitem', { name: 'src' }).focus();
    await page.keyboard.press('Delete');
    await page.getByRole('button', { name: 'Delete it' }).click();
    await page.getByText('Deleted /home/learner/app/src').waitFor();
    await page.locator('#tab-terminal').click();
    expect(await type(page, 'ls app')).toContain('Containerfile  compose.yml  lib');
    await page.reload();
    await atPrompt(page);
    expect(await type(page, 'ls app')).toContain('Containerfile  compose.yml  lib');
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });

  it('are not lost when they change on the machine meanwhile, nor with the page', async () => {
    const { page, tree } = await atFiles();
    await page.locator('#tab-terminal').click();
    await type(page, 'echo one > note.txt');
    await page.locator('#tab-files').click();
    await tree.getByRole('treeitem', { name: 'note.txt' }).click();
    await page.getByRole('button', { name: 'Plain text' }).click();
    await field(page).fill('mine\n');
    await page.getByRole('tab', { name: 'note.txt, changed, not saved yet' }).waitFor();
    await page.locator('#tab-terminal').click();
    await type(page, 'echo theirs > note.txt');
    await page.locator('#tab-files').click();
    await page.getByRole('alert').getByText('has changed on the machine').waitFor();
    await page.keyboard.press('Control+s');

    await page.reload();
    await atPrompt(page);
    expect(await type(page, 'cat note.txt')).toContain('theirs');
    await page.locator('#tab-files').click();
    await page.getByRole('tab', { name: 'note.txt, changed, not saved yet' }).click();
    await expect.poll(() => field(page).inputValue()).toBe('mine\n');
    await page.getByRole('button', { name: 'Take the machine’s' }).click();
    await expect.poll(() => field(page).inputValue()).toBe('theirs\n');
    await field(page).fill('mine at last\n');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved /home/learner/note.txt').waitFor();
    await page.locator('#tab-terminal').click();
    expect(await type(page, 'cat note.txt')).toContain('mine at last');
    await page.context().close();
  });

  it('are asked about before changes are thrown away', async () => {
    const { page, tree } = await atFiles();
    await tree.getByRole('treeitem', { name: 'app', exact: true }).click();
    await tree.getByRole('treeitem', { name: 'Dockerfile' }).click();
    await page.getByRole('button', { name: 'Plain text' }).click();
    await field(page).fill('FROM alpine\n');
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await page.getByRole('button', { name: 'Go on editing' }).click();
    await expect.poll(() => field(page).inputValue()).toBe('FROM alpine\n');
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await page.getByRole('button', { name: 'Save and close' }).click();
    await expect.poll(() => field(page).count()).toBe(0);
    await page.locator('#tab-terminal').click();
    expect(await type(page, 'cat app/Dockerfile')).toContain('FROM alpine');
    await page.context().close();
  });

  it('come up from the reader’s disk and go down to it', async () => {
    const { page, tree } = await atFiles();
    await tree.getByRole('treeitem', { name: 'app', exact: true }).click();
    await expect.poll(() => focused(page)).toBe('app');
    await page.locator('.ws-tree-tools input[type=file]').setInputFiles([
      { name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from([0x89, 0x50, 0, 1]) },
      { name: 'run.sh', mimeType: 'text/plain', buffer: Buffer.from('#!/bin/sh\necho hi\n') },
    ]);
    await page.getByText('Uploaded 2 to /home/learner/app').waitFor();
    await page.locator('#tab-terminal').click();
    await type(page, 'cd app; chmod +x run.sh; ./run.sh');
    expect(await type(page, 'wc -c logo.png')).toContain('4 logo.png');
    await page.locator('#tab-files').click();
    await tree.getByRole('treeitem', { name: 'app', exact: true }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    const given = await download;
    expect(given.suggestedFilename()).toBe('app.zip');
    const zip = unzipSync(readFileSync(await given.path()));
    expect(Object.keys(zip)).toContain('app/src/index.js');
    expect([...(zip['app/logo.png'] ?? [])]).toEqual([0x89, 0x50, 0, 1]);
    await page.context().close();
  });

  it('come up when they are dropped on a folder, with what is in them; what is too large is named', async () => {
    const { page, tree } = await atFiles();
    const disk = await mkdtemp(join(tmpdir(), 'drydock-drop-'));
    await mkdir(join(disk, 'site/css'), { recursive: true });
    await writeFile(join(disk, 'site/index.html'), '<p>hello');
    await writeFile(join(disk, 'site/css/a.css'), 'p {}');
    await writeFile(join(disk, 'site/film.bin'), new Uint8Array((4 << 20) + 1));
    await writeFile(join(disk, 'note.txt'), 'dropped');
    await page.locator('#tab-terminal').click();
    await type(page, 'echo mine > app/note.txt');
    await page.locator('#tab-files').click();
    const row = await tree.getByRole('treeitem', { name: 'app', exact: true }).boundingBox();
    if (!row) throw new Error('no row');
    const devtools = await page.context().newCDPSession(page);
    const files = ['site', 'note.txt'].map((name) => join(disk, name));
    for (const step of ['dragEnter', 'dragOver', 'drop'] as const) {
      await devtools.send('Input.dispatchDragEvent', {
        type: step,
        x: row.x + 40,
        y: row.y + 8,
        data: { items: [], files, dragOperationsMask: 1 },
      });
      if (step === 'dragOver') await expect.poll(() => tree.locator('.dropping').textContent()).toBe('app');
    }
    await page.getByRole('button', { name: 'Keep it' }).click();
    await page.getByText('Uploaded 2 to /home/learner/app · site/film.bin is too large').waitFor();
    await tree.getByRole('treeitem', { name: 'site' }).waitFor();
    await page.locator('#tab-terminal').click();
    expect(await type(page, 'cd app; cat note.txt site/index.html site/css/a.css; ls site')).toMatch(
      /^\s*mine\n<p>hellop \{\}css {2}index\.html\n/,
    );
    // A lab's uploads are part of it.
    await page.reload();
    await atPrompt(page);
    expect(await type(page, 'cat ~/app/site/css/a.css')).toContain('p {}');
    expect(page.complaints).toEqual([]);
    await rm(disk, { recursive: true });
    await page.context().close();
  });

  it('are edited in a plain field on a phone, in Chinese too', async () => {
    const page = await open(`/zh-cn/${lesson}`, {
      viewport: { width: 390, height: 800 },
      hasTouch: true,
      isMobile: true,
    });
    await page.locator('.sheet-bar button').click();
    await atPrompt(page);
    await type(page, 'echo FROM scratch > Dockerfile');
    await page.locator('#tab-files').click();
    await page.getByRole('treeitem', { name: 'Dockerfile' }).click();
    await expect.poll(() => field(page).inputValue()).toBe('FROM scratch\n');
    await expect.poll(() => page.locator('.monaco-editor').count()).toBe(0);
    const [width, scroll] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
    expect(scroll).toBeLessThanOrEqual(width as number);
    await page.getByRole('button', { name: '纯文本' }).click();
    await page.locator('.monaco-editor').first().waitFor();
    await page.context().close();
  });

  it('have nothing for axe to find, in either editor', async () => {
    for (const locale of ['en', 'zh-cn']) {
      const { page, tree } = await atFiles(locale);
      await tree.getByRole('treeitem', { name: 'app', exact: true }).click();
      await tree.getByRole('treeitem', { name: 'Dockerfile' }).click();
      await page.locator('.monaco-editor .view-lines').waitFor();
      await page.keyboard.type('# ');
      const found: string[] = [];
      const look = async () => {
        const { violations } = await new AxeBuilder({ page }).include('#workspace').setLegacyMode().analyze();
        found.push(
          ...violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`),
        );
      };
      await look();
      await page.locator('.ws-editor [aria-pressed]').click();
      await page.locator('.ws-tree-tools button').first().click();
      await look();
      expect(found).toEqual([]);
      await page.context().close();
    }
  });
});
