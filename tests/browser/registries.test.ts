import { describe, expect, it } from 'vitest';
import { lesson, missing, site } from './site.ts';
import { atPrompt, type } from './terminal.ts';

describe.skipIf(missing)('the registries in the X-ray', () => {
  const { open } = site();

  it('show what a push sent, what another repository lent, and light a blob wherever it is', async () => {
    const page = await open(`/en/${lesson}`);
    await atPrompt(page);
    const xray = page.getByRole('region', { name: 'X-ray of the machine' });
    await page.getByRole('button', { name: 'X-ray', exact: true }).click();
    await page.getByRole('tab', { name: 'Registries' }).click();
    await xray.getByText('No registry runs here').waitFor();
    for (const line of [
      'docker run -d -p 5000:5000 --name reg registry:3; docker pull -q alpine',
      'docker tag alpine localhost:5000/base; docker push -q localhost:5000/base',
      'docker tag alpine localhost:5000/copy; docker push -q localhost:5000/copy',
    ])
      await type(page, line);
    const registry = xray.getByRole('region', { name: 'localhost:5000' });
    const pushes = registry.locator('.xr-pushes > li');
    await expect.poll(() => pushes.count()).toBe(2);
    expect(await pushes.first().textContent()).toContain('mounted from another repository');
    expect(await pushes.last().textContent()).not.toContain('mounted');
    await registry
      .getByRole('region', { name: 'copy', exact: true })
      .getByRole('button', { name: /^layer/ })
      .click();
    await expect.poll(() => registry.locator('.xr-stratum[aria-pressed=true]').count()).toBe(4);
    await xray.getByRole('button', { name: 'As text' }).click();
    await expect.poll(() => registry.textContent()).toContain('Push of copy:latest');
    await page.context().close();
  });
});
