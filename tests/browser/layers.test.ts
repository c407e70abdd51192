import { describe, expect, it } from 'vitest';
import { encode } from '../../src/engine/base/bytes.ts';
import { digestOf, hexOf } from '../../src/engine/oci/digest.ts';
import { entry } from '../../src/engine/oci/layer/entry.ts';
import { writeTar } from '../../src/engine/oci/layer/tar-writer.ts';
import { whiteout } from '../../src/engine/oci/layer/whiteout.ts';
import { lesson, missing, site } from './site.ts';
import { atPrompt, type } from './terminal.ts';

const file = (path: string, content: Uint8Array) =>
  entry(path, 'file', { extents: [{ offset: 0, bytes: content }] });

/** What `docker save` writes of an image whose second layer edits one file and deletes a heavy one. */
function saved(): Uint8Array {
  const layers = [
    writeTar([file('etc/motd', encode('one\ntwo\n')), file('heavy', new Uint8Array(3_000_000))]),
    writeTar([file('etc/motd', encode('one\nTWO\n')), whiteout('heavy')]),
  ];
  const config = encode(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      rootfs: { type: 'layers', diff_ids: layers.map((layer) => digestOf(layer)) },
      history: [{ created_by: 'COPY . /' }, { created_by: 'RUN rm /heavy' }],
    }),
  );
  const path = (bytes: Uint8Array) => `blobs/sha256/${hexOf(digestOf(bytes))}`;
  const manifest = [{ Config: path(config), RepoTags: ['mine:1'], Layers: layers.map(path) }];
  return writeTar([
    ...[config, ...layers].map((bytes) => file(path(bytes), bytes)),
    file('manifest.json', encode(JSON.stringify(manifest))),
  ]);
}

describe.skipIf(missing)('the layers in the X-ray', () => {
  const { open } = site();

  const atLayers = async (...lines: string[]) => {
    const page = await open(`/en/${lesson}`);
    await atPrompt(page);
    for (const line of lines) await type(page, line);
    await page.getByRole('button', { name: 'X-ray', exact: true }).click();
    await page.getByRole('tab', { name: 'Layers' }).click();
    return { page, xray: page.getByRole('region', { name: 'X-ray of the machine' }) };
  };

  it('show what a container has written over its image, and what differs', async () => {
    const { page, xray } = await atLayers(
      'docker run -d --name web nginx:alpine',
      'docker exec web rm /etc/motd',
      "docker exec web sed -i '$a guest:x:405' /etc/passwd",
    );
    await xray.getByLabel('Layers of').selectOption({ label: 'web' });
    await expect.poll(() => xray.locator('.xr-plate').first().textContent()).toContain('own layer');
    await expect.poll(() => xray.locator('.xr-file.removed').textContent()).toContain('motd');
    await xray.locator('.xr-file.changed', { hasText: 'passwd' }).click();
    await expect
      .poll(() => xray.locator('.xr-file-detail pre .added').textContent())
      .toContain('+guest:x:405');
    // The machine goes on, and the view with it.
    await type(page, 'docker exec web touch /srv/new');
    await expect.poll(() => xray.locator('.xr-file.added', { hasText: 'new' }).count()).toBe(1);
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });

  it('are those of an archive of the reader’s own, too, which never leaves the browser', async () => {
    const { page, xray } = await atLayers();
    const asked: string[] = [];
    page.on('request', (request) => request.method() !== 'GET' && asked.push(request.url()));
    const choose = xray.locator('input[type=file]');
    await choose.setInputFiles({
      name: 'mine.tar',
      mimeType: 'application/x-tar',
      buffer: Buffer.from(saved()),
    });
    await xray.getByText('mine.tar is open').waitFor();
    await expect.poll(() => xray.locator('.xr-plate').first().textContent()).toContain('RUN rm /heavy');
    await xray.getByText(/3 MB of 3 MB cannot be seen/).click();
    await xray.getByRole('button', { name: '/heavy', exact: true }).click();
    await expect
      .poll(() => xray.locator('.xr-history').textContent())
      .toMatch(/Layer 1 added.*Layer 2 removed/);
    await xray.locator('.xr-file.changed', { hasText: 'motd' }).click();
    await expect.poll(() => xray.locator('.xr-file-detail pre').textContent()).toContain('-two\n+TWO');

    // One that is cut short changes nothing of what is open.
    await choose.setInputFiles({
      name: 'half.tar',
      mimeType: 'application/x-tar',
      buffer: Buffer.from(saved().slice(0, 2_000_000)),
    });
    await expect.poll(() => xray.getByRole('alert').textContent()).toContain('half.tar ends too early');
    await expect.poll(() => xray.locator('.xr-plate').first().textContent()).toContain('RUN rm /heavy');
    expect(asked).toEqual([]);
    await page.context().close();
  });

  it('are lit where images share them, and a tag that moves is said to', async () => {
    const { page, xray } = await atLayers(
      'docker pull -q nginx:alpine',
      'docker pull -q alpine',
      'docker tag alpine base:1',
    );
    await page.getByRole('tab', { name: 'Images' }).click();
    const shared = xray.locator('.xr-stratum', { hasText: 'in 2 images' });
    await expect.poll(() => shared.count()).toBe(2);
    await shared.first().click();
    await expect.poll(() => xray.locator('.xr-stratum[aria-pressed=true]').count()).toBe(2);
    await type(page, 'docker tag nginx:alpine base:1');
    await expect.poll(() => xray.locator('.xr-tag.fresh').textContent()).toBe('base:1 moved here');
    await xray.getByRole('button', { name: 'As text' }).click();
    await expect.poll(() => xray.locator('.xr-text').textContent()).toContain('base:1 (moved here)');
    await page.context().close();
  });
});
