import { describe, expect, it } from 'vitest';
import { lesson, missing, site } from './site.ts';
import { atPrompt, frames, screen, shown, type } from './terminal.ts';

/** The workspace on the real engine: what a learner does, and what must not be lost or hang. */
describe.skipIf(missing)('the lab', () => {
  const { open } = site();

  async function atLesson(locale = 'en') {
    const page = await open(`/${locale}/${lesson}`);
    await atPrompt(page);
    return page;
  }

  it('runs the first command of the front page when Enter is pressed', async () => {
    const page = await open('/en/');
    await expect
      .poll(async () => (await screen(page)).at(-1), { timeout: 20_000 })
      .toMatch(/run hello-world$/);
    await page.locator('.xterm-helper-textarea').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => shown(page), { timeout: 20_000 }).toContain('Hello from Docker!');
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });

  it('edits a file of the machine, shows a published port, and is there again after a reload', async () => {
    const page = await atLesson();
    await type(page, 'echo from the terminal > note.txt');

    await page.getByRole('tab', { name: 'Files' }).click();
    const tree = page.getByRole('tree', { name: /Files of/ });
    await tree.getByRole('treeitem', { name: 'note.txt' }).click();
    await page.locator('.monaco-editor .view-lines').click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('from the editor\n');
    await page.keyboard.press('Control+s');
    await page.getByText('Saved /home/learner/note.txt').waitFor();
    await page.getByRole('tab', { name: 'Terminal' }).click();
    expect(await type(page, 'cat note.txt')).toContain('from the terminal\nfrom the editor');

    await type(page, 'docker run -d --name web -p 8080:80 nginx');
    await page.getByRole('tab', { name: 'Browser' }).click();
    await page.getByRole('button', { name: ':8080 web' }).click();
    await expect
      .poll(() => page.frameLocator('.ws-browser iframe').locator('body').textContent())
      .toContain('Welcome to nginx');

    await page.reload();
    await atPrompt(page);
    expect(await type(page, 'cat note.txt')).toContain('from the editor');
    expect(await type(page, "docker ps --format '{{.Names}} {{.Image}}'")).toContain('web nginx');
    expect(page.complaints).toEqual([]);

    await page.getByRole('button', { name: 'Start afresh', exact: true }).click();
    await page.getByRole('button', { name: 'Yes, start afresh' }).click();
    await atPrompt(page);
    expect(await type(page, 'docker ps -a; ls')).not.toMatch(/nginx|note/);
    await page.context().close();
  });

  it('leaves the page to the reader while a loop runs, and stops it at Ctrl-C', async () => {
    const page = await atLesson();
    await page.locator('.ws-screen').click();
    await page.keyboard.insertText('while true; do :; done');
    await page.keyboard.press('Enter');
    await frames(page, 30);
    await page.keyboard.press('Control+c');
    await atPrompt(page);
    expect(await shown(page)).toMatch(/done\n\^C\n/);
    await page.context().close();
  });

  it('brings a new shell when the old one is left', async () => {
    const page = await atLesson();
    await type(page, 'cd /tmp');
    await page.keyboard.insertText('exit');
    await page.keyboard.press('Enter');
    await expect.poll(() => shown(page)).toMatch(/logout[\s\S]*~\$$/);
    expect(await type(page, 'pwd')).toContain('/home/learner');
    await page.context().close();
  });

  it('takes a lab that does not fit this engine for what it is, and starts afresh', async () => {
    const page = await atLesson();
    await page.evaluate(
      () =>
        new Promise<void>((resolve, reject) => {
          const asked = indexedDB.open('drydock');
          asked.onerror = () => reject(asked.error);
          asked.onsuccess = () => {
            const change = asked.result.transaction('labs', 'readwrite');
            const labs = change.objectStore('labs');
            labs.openCursor().onsuccess = ({ target }) => {
              const cursor = (target as IDBRequest<IDBCursorWithValue | null>).result;
              if (cursor) cursor.update({ ...cursor.value, engine: '0.0.1' });
            };
            change.oncomplete = () => {
              asked.result.close();
              resolve();
            };
          };
        }),
    );
    await page.reload();
    const notice = page.locator('.ws-problem');
    await expect.poll(() => notice.textContent(), { timeout: 20_000 }).toContain('0.0.1');
    await atPrompt(page);
    // What the simulator says stands apart from what its machine prints.
    expect(await shown(page)).not.toContain('0.0.1');
    await page.context().close();
  });

  it('says so when the simulated Hub cannot be fetched, and asks again with the next pull', async () => {
    const page = await open('/en/about/');
    let broken = true;
    await page.route('**/hub/index.json*', (route) => (broken ? route.abort() : route.continue()));
    await page.goto(`/en/${lesson}`);
    await atPrompt(page);
    expect(await type(page, 'docker pull hello-world')).toContain('Error response from daemon');
    expect(await page.locator('.ws-problem').textContent()).toContain(
      'catalogue:hub/index could not be fetched',
    );
    broken = false;
    expect(await type(page, 'docker pull hello-world')).toContain('Downloaded newer image');
    await page.context().close();
  });

  it('stands still while the code of its programs cannot be fetched, and goes on when it can', async () => {
    const page = await open('/en/about/');
    let broken = true;
    await page.route(/_astro\/docker-[^/]*\.js/, (route) => (broken ? route.abort() : route.continue()));
    await page.goto(`/en/${lesson}`);
    await atPrompt(page);
    await page.locator('.ws-problem').waitFor({ timeout: 20_000 });
    broken = false;
    expect(await type(page, "docker version --format '{{.Server.Version}}'")).toMatch(/\n\d+\.\d+\.\d+\n/);
    await page.context().close();
  });
});
