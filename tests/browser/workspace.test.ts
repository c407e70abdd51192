import { describe, expect, it } from 'vitest';
import { lesson, missing, site } from './site.ts';
import { atPrompt, frames, screen, type } from './terminal.ts';

describe.skipIf(missing)('the workspace', () => {
  const { open } = site();

  it('brings a terminal that answers', async () => {
    const page = await open(`/en/${lesson}`);
    await atPrompt(page);
    await page.locator('.ws-screen').click();
    await page.keyboard.type('echo ahoy\n');
    await expect.poll(() => screen(page)).toContain('ahoy');
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });

  it('lets the keyboard out of the terminal, and through the tabs', async () => {
    const page = await open(`/en/${lesson}`);
    await atPrompt(page);
    const focused = () =>
      page.evaluate(() => document.activeElement?.id || document.activeElement?.className);
    for (const way of ['F6', 'Control+Shift+M']) {
      await page.locator('.ws-screen').click();
      expect(await focused()).toBe('xterm-helper-textarea');
      await page.keyboard.press('Tab');
      expect(await focused()).toBe('xterm-helper-textarea');
      await page.keyboard.press(way);
      expect(await focused()).toBe('tab-terminal');
    }
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe('tab-files');
    expect(await page.getByRole('tabpanel', { name: 'Files' }).isVisible()).toBe(true);
    await page.keyboard.press('End');
    expect(await focused()).toBe('tab-tasks');
    await page.context().close();
  });

  it('runs a command of the text with one click', async () => {
    const page = await open(`/en/${lesson}`);
    await atPrompt(page);
    const block = page.locator('.console').first();
    const command = (await block.locator('[data-command]').first().textContent()) ?? '';
    const button = block.locator('[data-run]').first();
    expect(await button.getAttribute('aria-label')).toMatch(/^Run on \w+: /);
    await button.click();
    await expect.poll(async () => (await screen(page)).join('\n')).toContain(`$ ${command}`);
    await expect.poll(() => block.getByRole('status').textContent()).toContain('Sent to the terminal');
    await page.context().close();
  });

  it('has the first command typed on the front page, waiting for Enter', async () => {
    const page = await open('/en/');
    await expect.poll(async () => (await screen(page)).at(-1)).toMatch(/\$ docker run hello-world$/);
    await page.context().close();
  });

  it('is read as a log, with a heading for each command, and written in a plain field', async () => {
    const page = await open(`/zh-cn/${lesson}`);
    await atPrompt(page);
    await page.getByRole('button', { name: '文本模式' }).click();
    const field = page.getByRole('textbox', { name: '命令' });
    await field.fill('echo 你好');
    await field.press('Enter');
    const log = page.getByRole('log');
    await log.getByRole('heading', { name: 'echo 你好' }).waitFor();
    await expect.poll(() => log.locator('pre').last().textContent()).toMatch(/^你好/);
    await page.context().close();
  });

  it('takes ten megabytes pasted without standing still, and stops when told to', async () => {
    const page = await open(`/en/${lesson}`);
    await atPrompt(page);
    await page.locator('.ws-screen').click();
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.setData('text', '# lorem ipsum\n'.repeat(750_000));
      document.activeElement?.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
      );
    });
    const stop = page.getByRole('button', { name: 'Stop pasting' });
    await stop.waitFor();
    await frames(page, 30);
    await stop.click();
    await expect.poll(() => stop.count()).toBe(0);
    await page.context().close();
  });

  it('opens a file in the editor when asked to, and not before', async () => {
    const page = await open(`/en/${lesson}`);
    await atPrompt(page);
    const scripts = () =>
      page.evaluate(
        () =>
          performance.getEntriesByType('resource').filter(({ name }) => /monaco|editor/.test(name)).length,
      );
    expect(await scripts()).toBe(0);
    await page.getByRole('tab', { name: 'Files' }).click();
    const tree = page.getByRole('tree', { name: /Files of/ });
    await tree.getByRole('treeitem', { name: '/', exact: true }).click();
    await tree.getByRole('treeitem', { name: 'etc', exact: true }).click();
    await tree.locator('.file').first().click();
    await page.locator('.monaco-editor .view-lines').waitFor({ timeout: 15_000 });
    expect(await scripts()).toBeGreaterThan(0);
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });

  it('says in a browser’s words that nothing listens on a port', async () => {
    const page = await open(`/en/${lesson}`);
    await atPrompt(page);
    await page.getByRole('tab', { name: 'Browser' }).click();
    await page.getByRole('textbox', { name: 'Address' }).fill('localhost:9');
    await page.getByRole('textbox', { name: 'Address' }).press('Enter');
    await expect
      .poll(() => page.locator('.ws-nopage').textContent())
      .toContain('localhost:9 refused to connect');
    await page.context().close();
  });
});

describe.skipIf(missing)('the X-ray', () => {
  const { open } = site();

  it('shows a container behind a fence of its own, and says so in words', async () => {
    const page = await open(`/en/${lesson}`);
    await atPrompt(page);
    await type(page, 'docker run -d --name web -m 64m nginx');
    await page.getByRole('button', { name: 'X-ray', exact: true }).click();
    const xray = page.getByRole('region', { name: 'X-ray of the machine' });
    const web = xray.getByRole('region', { name: 'container web' });
    await expect.poll(() => web.locator('.xr-cell').first().textContent()).toMatch(/nginx \d+→ 1 inside/);
    await web.locator('.xr-cell').first().click();
    await expect
      .poll(() => xray.locator('.xr-detail tr').allTextContents())
      .toContainEqual(expect.stringMatching(/^pid\d+its own$/));
    await xray.getByRole('button', { name: 'As text' }).click();
    await expect
      .poll(() => xray.textContent())
      .toMatch(/web, container, with its own cgroup, ipc, mnt, net, pid, uts:nginx, PID \d+ → 1, user 0/);
    await page.context().close();
  });

  it('has meters that move while a container is busy', async () => {
    const page = await open(`/en/${lesson}`);
    await atPrompt(page);
    await type(page, 'docker run -d --name busy -m 64m alpine sh -c "while :; do :; done"');
    await page.getByRole('button', { name: 'X-ray', exact: true }).click();
    const xray = page.getByRole('region', { name: 'X-ray of the machine' });
    await page.getByRole('tab', { name: 'Processes' }).focus();
    for (const _ of ['States', 'Cgroups']) await page.keyboard.press('ArrowRight');
    const tray = xray.locator('.xr-tray', { hasText: 'busy' });
    await expect.poll(() => tray.locator('.xr-meter').nth(1).textContent()).toMatch(/CPU(0\.9|1\.0)/);
    await expect.poll(() => tray.locator('.xr-meter').nth(0).textContent()).toMatch(/of 64 MiB/);
    await page.context().close();
  });

  it('is opened, moved, and closed by keyboard', async () => {
    const page = await open(`/en/${lesson}`);
    await atPrompt(page);
    const button = page.getByRole('button', { name: 'X-ray', exact: true });
    await button.focus();
    await page.keyboard.press('Enter');
    const separator = page.getByRole('separator', { name: 'Height of the X-ray' });
    await separator.focus();
    const height = () => separator.getAttribute('aria-valuenow');
    await expect.poll(height).toBe('50');
    await page.keyboard.press('ArrowUp');
    await expect.poll(height).toBe('52');
    await button.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => separator.count()).toBe(0);
    await page.context().close();
  });

  it('keeps its tabs in sight on a phone, however little it leaves of the terminal', async () => {
    for (const viewport of [
      { width: 390, height: 800 },
      { width: 800, height: 390 },
    ]) {
      const page = await open(`/en/${lesson}`, { viewport, hasTouch: true, isMobile: true });
      await page.getByRole('button', { name: 'Open the workspace' }).click();
      await atPrompt(page);
      await page.getByRole('button', { name: 'X-ray', exact: true }).click();
      const tabs = page.getByRole('tablist', { name: 'Views of the X-ray' }).getByRole('tab');
      const covered = () =>
        tabs.evaluateAll((all) =>
          all
            .filter((tab) => {
              const { x, y, width, height } = tab.getBoundingClientRect();
              return document.elementFromPoint(x + width / 2, y + height / 2) !== tab;
            })
            .map((tab) => tab.textContent),
        );
      const keys = page.getByRole('group', { name: 'Keys for the terminal' });
      if (viewport.height === 800) expect(await keys.isVisible()).toBe(true);
      expect(await covered()).toEqual([]);
      await page.getByRole('separator', { name: 'Height of the X-ray' }).press('End');
      await expect.poll(() => keys.isVisible()).toBe(false);
      expect(await covered()).toEqual([]);
      await page.context().close();
    }
  });
});
