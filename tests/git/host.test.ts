/** Debian's git against the simulated host of repositories. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasGit, realGit, serveHost } from './real-git.ts';

describe.skipIf(!hasGit)(`a real git${hasGit ? '' : ' (skipped: there is none here)'}`, () => {
  let host: Awaited<ReturnType<typeof serveHost>>;
  let directory: string;
  beforeAll(async () => {
    host = await serveHost();
    directory = mkdtempSync(join(tmpdir(), 'drydock-git-'));
  });
  afterAll(() => {
    host.close();
    rmSync(directory, { recursive: true });
  });

  test('clones, and finds nothing wrong', async () => {
    await realGit(directory, 'clone', '-q', `${host.url}/ruanyf/koa-demos.git`);
    const clone = join(directory, 'koa-demos');
    expect(await realGit(clone, 'fsck', '--strict', '--full')).toBe('');
    expect(await realGit(clone, 'status', '-sb')).toBe('## master...origin/master\n');
    expect(await realGit(clone, 'log', '--format=%an %ad %s', '--date=short')).toBe(
      [
        'Drydock 2017-09-03 Say what each program shows',
        'Robin Mate 2017-08-21 Middleware and bodies',
        'Drydock 2017-08-09 Kinds of answers, routes, files',
        'Drydock 2017-08-07 A first server\n',
      ].join('\n'),
    );
    expect(readFileSync(join(clone, 'demos/02.js'), 'utf8')).toContain("ctx.body = 'Hello World'");
    const [hashed, kept] = await Promise.all([
      realGit(clone, 'hash-object', 'demos/01.js'),
      realGit(clone, 'rev-parse', 'HEAD:demos/01.js'),
    ]);
    expect(hashed).toBe(kept);
  });

  test('knows branches and tags, shallow histories, and what came since', async () => {
    const url = `${host.url}/drydock-course/greeter`;
    const refs = await realGit(directory, 'ls-remote', '--symref', url);
    expect(refs.replace(/[0-9a-f]{40}/g, 'ID')).toBe(
      [
        'ref: refs/heads/main\tHEAD',
        'ID\tHEAD',
        'ID\trefs/heads/main',
        'ID\trefs/heads/polite',
        'ID\trefs/tags/v1',
        'ID\trefs/tags/v1^{}\n',
      ].join('\n'),
    );
    await realGit(directory, 'clone', '-q', '--depth', '1', '--branch', 'v1', url, 'shallow');
    const shallow = join(directory, 'shallow');
    expect(await realGit(shallow, 'ls-files')).toBe('Dockerfile\nREADME.md\ngreeting.txt\nhello.sh\n');
    await realGit(directory, 'clone', '-q', '--depth', '1', url, 'deepened');
    const deepened = join(directory, 'deepened');
    expect(await realGit(deepened, 'rev-list', '--count', 'HEAD')).toBe('1\n');
    await realGit(deepened, 'fetch', '-q', '--depth', '2');
    expect(await realGit(deepened, 'rev-list', '--count', 'HEAD')).toBe('2\n');
    await realGit(deepened, 'fetch', '-q', '--unshallow', 'origin', '+refs/heads/*:refs/remotes/origin/*');
    expect(await realGit(deepened, 'rev-list', '--count', 'origin/polite')).toBe('3\n');
    expect(await realGit(deepened, 'fsck', '--strict')).toBe('');
  });

  test('is told what is not there', async () => {
    await expect(realGit(directory, 'clone', `${host.url}/nobody/nothing.git`)).rejects.toThrow(
      /could not read Username for 'http:\/\/127\.0\.0\.1:\d+': terminal prompts disabled/,
    );
    await realGit(directory, 'clone', '-q', '--depth', '1', `${host.url}/ruanyf/koa-demos`, 'one');
    const unknown = '1'.repeat(40);
    await expect(realGit(join(directory, 'one'), 'fetch', 'origin', unknown)).rejects.toThrow(
      `upload-pack: not our ref ${unknown}`,
    );
  });
});
