import { describe, expect, it } from 'vitest';
import { axeInThemes } from './axe.ts';
import { lesson, missing, site } from './site.ts';
import { atPrompt, type } from './terminal.ts';

const DOCKERFILE = [
  'FROM busybox AS make',
  'WORKDIR /src',
  'COPY . .',
  'RUN cat greeting > /out',
  'FROM make AS test',
  'RUN grep -q . /out',
  'FROM busybox',
  'COPY --from=make /out /greeting',
  'CMD ["cat", "/greeting"]',
];

describe.skipIf(missing)('builds in the X-ray', () => {
  const { open } = site();

  it('are drawn stage by stage; after an edit it says which file the cache missed for', async () => {
    const page = await open(`/en/${lesson}`);
    await atPrompt(page);
    const xray = page.getByRole('region', { name: 'X-ray of the machine' });
    await page.getByRole('button', { name: 'X-ray', exact: true }).click();
    await page.getByRole('tab', { name: 'Build' }).click();
    await xray.getByText('Nothing has been built yet').waitFor();
    await type(page, 'mkdir app; cd app; echo hello > greeting');
    await type(page, `printf '%s\\n' ${DOCKERFILE.map((line) => `'${line}'`).join(' ')} > Dockerfile`);
    await type(page, 'echo secret > note; echo note > .dockerignore');
    await type(page, 'docker build -q -t app .');
    const status = xray.getByRole('status');
    await expect.poll(() => status.textContent()).toMatch(/^Done in .*: 4 run, 1 not needed$/);
    await xray.getByText(/^Build context: 3 sent \(.*\), 1 left out$/).click();
    const leftOut = xray.getByRole('region', { name: 'Left out by the ignore file' });
    await expect.poll(() => leftOut.getByRole('listitem').textContent()).toBe('note by note');
    await type(page, 'docker build -q -t app .');
    await xray.getByText(/^Build context: 0 sent \(.*\), 3 known, 1 left out$/).waitFor();
    await expect.poll(() => status.textContent()).toMatch(/: 4 cached, 1 not needed$/);

    await type(page, 'echo welcome > greeting; docker build -q -t app .');
    await expect.poll(() => status.textContent()).toMatch(/: 1 cached, 3 run, 1 not needed$/);
    const make = xray.getByRole('region', { name: 'Stage make' });
    await make.getByRole('button', { name: /COPY \. \. ?run: greeting/ }).waitFor();
    const why = xray.getByRole('region', { name: 'Why it was not in the cache' });
    expect(await why.textContent()).toMatch(/Other files from the build context.*greeting content changed/);
    await xray
      .getByRole('region', { name: 'Stage test' })
      .getByRole('button', { name: /not needed/ })
      .waitFor();

    // By the keyboard: a step, and from its reason the step before it.
    await make.getByRole('button', { name: /RUN cat/ }).press('Enter');
    await why.getByRole('button', { name: /COPY/ }).press('Enter');
    await expect
      .poll(() => make.getByRole('button', { name: /COPY/ }).getAttribute('aria-pressed'))
      .toBe('true');
    expect(await axeInThemes(page, '#xray')).toEqual([]);

    // What a step made can be looked at among the layers.
    await xray.getByRole('button', { name: /COPY --from=make/ }).click();
    await xray.getByRole('button', { name: 'Look at its files' }).click();
    await xray.getByRole('button', { name: 'greeting', exact: false }).first().waitFor();
    await expect
      .poll(() => xray.locator('.xr-plate[aria-pressed="true"]').textContent())
      .toContain('COPY /out /greeting');

    await page.getByRole('tab', { name: 'Build' }).click();
    const choice = xray.getByRole('combobox', { name: 'Build' });
    await choice.selectOption({ index: 3 });
    await expect.poll(() => status.textContent()).toMatch(/: 4 run, 1 not needed$/);
    await choice.selectOption({ index: 0 });
    await xray.getByRole('button', { name: 'As text' }).click();
    await xray
      .getByRole('row', {
        name: /COPY --from=make.*takes from make.*run.*Other files from the stage make.*out/,
      })
      .waitFor();
    expect(await axeInThemes(page, '#xray')).toEqual([]);
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });

  it('are followed while they run, and show what failed', async () => {
    const page = await open(`/zh-cn/${lesson}`, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    await page.locator('.sheet-bar button').click();
    await atPrompt(page);
    await page.getByRole('button', { name: '透视', exact: true }).click();
    const xray = page.getByRole('region', { name: '透视这台机器' });
    await page.getByRole('tab', { name: '构建' }).click();
    await page.locator('.xterm-helper-textarea').focus();
    await page.keyboard.insertText(
      "printf 'FROM busybox\\nRUN sleep 3\\nRUN exit 3\\nRUN ls\\n' | docker build -q -",
    );
    await page.keyboard.press('Enter');
    await xray.getByRole('button', { name: /RUN sleep 3 ?进行中/ }).waitFor();
    await xray.getByRole('button', { name: /RUN exit 3 ?失败/ }).waitFor();
    await xray.getByRole('button', { name: /RUN ls ?没轮到/ }).waitFor();
    await xray.getByText('错误：process').waitFor();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(wide).toBe(false);
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });
});
