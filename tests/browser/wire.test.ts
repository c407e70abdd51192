import { describe, expect, it } from 'vitest';
import { axeInThemes } from './axe.ts';
import { lesson, missing, site } from './site.ts';
import { atPrompt, shown, terminalFocused, type } from './terminal.ts';

describe.skipIf(missing)('the calls of the Engine API in the X-ray', () => {
  const { open } = site();

  it('stand under their command, open by the keyboard, and are made again in the terminal', async () => {
    const page = await open(`/en/${lesson}`);
    await atPrompt(page);
    const said = async () => (await shown(page)).replaceAll('\n', '');
    const xray = page.getByRole('region', { name: 'X-ray of the machine' });
    await page.getByRole('button', { name: 'X-ray', exact: true }).click();
    await page.getByRole('tab', { name: 'API calls' }).click();
    await xray.getByText('Nobody has asked the daemon').waitFor();
    await type(page, 'docker pull -q nginx:alpine');
    await type(page, 'docker run -d --name web nginx:alpine');
    const run = xray.getByRole('region', { name: 'docker run -d --name web nginx:alpine' });
    await run.locator('summary', { hasText: '/start' }).waitFor();
    const create = run.locator('details', { hasText: '/containers/create' }).last();
    await create.locator('summary').press('Enter');
    await expect.poll(() => create.locator('pre').first().textContent()).toContain('"Image": "nginx:alpine"');

    // What only reads is run; what changes something waits for Enter.
    await type(page, 'docker version > /dev/null');
    const version = xray.getByRole('region', { name: 'docker version' }).locator('details').last();
    await version.locator('summary').click();
    await version.getByRole('button', { name: 'Run in the terminal' }).click();
    await expect.poll(said).toContain('"ApiVersion":"1.51"');
    await create.getByRole('button', { name: 'Put into the terminal' }).click();
    await expect.poll(said).toMatch(/create\?name=web'$/);
    await terminalFocused(page);
    await page.keyboard.press('Enter');
    await expect.poll(said).toMatch(/is ?already ?in ?use ?by ?container/);
    await xray.getByRole('region', { name: /^curl .*create/ }).waitFor();

    expect(await axeInThemes(page, '#xray')).toEqual([]);
    await xray.getByRole('button', { name: 'As text' }).click();
    await expect
      .poll(() => run.textContent())
      .toMatch(/POST \/v1\.51\/containers\/create: 201, [^;]+; sent 1\.\d kB/);
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });
});
