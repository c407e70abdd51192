import { describe, expect, it } from 'vitest';
import { lesson, missing, site } from './site.ts';
import { atPrompt, type } from './terminal.ts';

describe.skipIf(missing)('the states of containers in the X-ray', () => {
  const { open } = site();

  it('draw the path that a container takes while one types, as a picture and as text', async () => {
    const page = await open(`/en/${lesson}`);
    await atPrompt(page);
    const xray = page.getByRole('region', { name: 'X-ray of the machine' });
    await page.getByRole('button', { name: 'X-ray', exact: true }).click();
    await page.getByRole('tab', { name: 'States' }).click();
    await xray.getByText('There is no container yet').waitFor();
    await type(page, 'docker run -d --name web busybox sleep 1000; docker pause web');
    await xray.getByRole('img', { name: 'web is now: paused' }).waitFor();
    await expect.poll(() => xray.locator('.xr-way.taken').count()).toBe(3);
    await type(page, 'docker unpause web; docker kill web');
    await xray.getByRole('img', { name: 'web is now: exited' }).waitFor();
    await xray.getByRole('button', { name: /exit code 137/ }).click();
    await expect.poll(() => xray.locator('.xr-way.lit text').first().textContent()).toBe('die');
    await expect.poll(() => xray.locator('.xr-cause.taken').allTextContents()).toEqual(['kill ×1']);

    // Another happens last, and is shown; the first is shown again when it is asked for.
    await type(page, 'docker create --name plan busybox');
    await xray.getByRole('img', { name: 'plan is now: created' }).waitFor();
    await type(page, 'docker rm web');
    const choice = xray.getByRole('combobox', { name: 'Container' });
    await choice.selectOption({
      label: (await choice.locator('option', { hasText: 'web' }).textContent()) ?? '',
    });
    await xray.getByRole('img', { name: 'web is now: removed' }).waitFor();
    await xray.getByRole('button', { name: 'As text' }).click();
    await expect
      .poll(() => xray.locator('.xr-text').textContent())
      .toContain('running → exited, die: taken as number 5 of the path');
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });
});
