import { describe, expect, it } from 'vitest';
import { lesson, missing, site } from './site.ts';
import { atPrompt, type } from './terminal.ts';

describe.skipIf(missing)('the networks in the X-ray', () => {
  const { open } = site();

  it('draw what is wired to what, and follow a packet to where it arrives or is lost', async () => {
    const page = await open(`/en/${lesson}`);
    await atPrompt(page);
    const xray = page.getByRole('region', { name: 'X-ray of the machine' });
    await page.getByRole('button', { name: 'X-ray', exact: true }).click();
    await page.getByRole('tab', { name: 'Network' }).click();
    await type(page, 'docker run -qd --name web -p 8080:80 nginx; docker network create back');
    await type(page, 'docker run -qd --name db --network back busybox sleep 1000; sleep 1');
    await xray
      .getByRole('region', { name: 'bridge docker0' })
      .getByRole('region', { name: 'container web' })
      .waitFor();
    await xray.getByRole('button', { name: /0\.0\.0\.0:8080 → web:80/ }).click();
    const end = xray.getByRole('status');
    await expect.poll(() => end.textContent()).toBe('It arrives, and the answer comes back.');
    const way = xray.getByRole('region', { name: 'The way of a packet' });
    await expect
      .poll(() => way.locator('.xr-station.hook').first().textContent())
      .toContain('--to-destination 172.17.0.2:80');
    await expect.poll(() => xray.locator('.xr-device.passed').count()).toBe(4);

    // A real packet is counted; the thought of one is not.
    const door = xray.locator('.xr-door').first();
    await expect.poll(() => door.textContent()).toContain('nat rule, packets: 0');
    await type(page, "curl -s http://$(hostname -I | cut -d' ' -f1):8080 > /dev/null");
    await expect.poll(() => door.textContent()).toContain('nat rule, packets: 1');

    await way.getByRole('combobox', { name: 'From' }).selectOption({ label: 'db' });
    await way.getByRole('combobox', { name: 'To' }).selectOption({ label: 'web: ping 172.17.0.2' });
    await expect.poll(() => end.textContent()).toContain('It is lost: at PREROUTING a rule');
    await expect.poll(() => way.locator('.xr-meetings').last().textContent()).toContain('-j DROP');
    await xray.getByRole('button', { name: 'As text' }).click();
    await expect.poll(() => xray.locator('.xr-text').textContent()).toContain('end of a veth pair');
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });
});
