import { describe, expect, it } from 'vitest';
import { axeInThemes } from './axe.ts';
import { lesson, missing, site } from './site.ts';
import { atPrompt, type } from './terminal.ts';

describe.skipIf(missing)('the trace in the X-ray', () => {
  const { open } = site();

  it('catches the commands that come, from the client to the kernel, folded, and nothing when it is closed', async () => {
    const page = await open(`/en/${lesson}`);
    await atPrompt(page);
    const xray = page.getByRole('region', { name: 'X-ray of the machine' });
    await type(page, 'docker pull -q alpine');
    await page.getByRole('button', { name: 'X-ray', exact: true }).click();
    await page.getByRole('tab', { name: 'Trace' }).click();
    await xray.getByText('Recording. Type a docker command').waitFor();
    await type(page, 'docker run -d --name web -m 64m alpine sleep 1000');
    const run = xray.locator('.xr-run', { hasText: 'docker run -d --name web' });
    const init = run.locator('.xr-step', { has: page.locator('.xr-kind.hostname') });
    await init.locator('summary').first().press('Enter');
    await expect.poll(() => init.textContent()).toContain('pivot_root(".", ".") = 0');
    await init.getByText('prctl × ').click();
    await expect.poll(() => init.textContent()).toContain('prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN) = 0');
    await expect.poll(() => init.textContent()).toMatch(/PID \d+, inside 1.*\d+ more: newfstatat \d+/s);

    expect(await axeInThemes(page, '#xray')).toEqual([]);
    await xray.getByRole('button', { name: 'As text' }).click();
    await expect
      .poll(() => run.textContent())
      .toContain('namespaces: clone(child_stack=NULL, flags=CLONE_NEWNS|');

    await page.getByRole('tab', { name: 'Processes' }).click();
    await type(page, 'docker kill web');
    await page.getByRole('tab', { name: 'Trace' }).click();
    await run.waitFor();
    await type(page, 'docker rm web');
    await xray.locator('.xr-run', { hasText: 'docker rm web' }).waitFor();
    await expect.poll(() => xray.locator('.xr-run', { hasText: 'docker kill' }).count()).toBe(0);
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });
});
