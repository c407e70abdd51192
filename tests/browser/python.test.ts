import { describe, expect, it } from 'vitest';
import { lesson, missing, site } from './site.ts';
import { atPrompt, shown } from './terminal.ts';

describe.skipIf(missing)('Python', () => {
  const { open } = site();

  it('runs in a container, is loaded at its first use, and is interrupted', async () => {
    const page = await open(`/en/${lesson}`);
    const loaded: string[] = [];
    page.on('request', (request) => loaded.push(request.url()));
    await atPrompt(page);
    const text = () => shown(page);
    const interpreter = () => loaded.some((url) => /\/python-[\w-]+\.js$/.test(url));
    await page.locator('.ws-screen').click();
    await page.keyboard.type('echo ready\n');
    await expect.poll(text).toContain('\nready');
    expect(interpreter()).toBe(false);
    await page.keyboard.type(
      'docker run --rm -it python:3.14-slim python -c \'print(6 * 7, "answers")\nwhile True: pass\'\n',
    );
    await expect.poll(text, { timeout: 60_000 }).toContain('42 answers');
    expect(interpreter()).toBe(true);
    await page.keyboard.press('Control+C');
    await expect.poll(text).toContain('KeyboardInterrupt');
    await page.keyboard.type('echo "and goes $((1+1)) on"\n');
    await expect.poll(text).toContain('and goes 2 on');
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });
});
