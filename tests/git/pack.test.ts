/** Packs of the real git, with objects that are differences from others. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packName, readPack, writePackIndex } from '../../src/engine/git/pack.ts';
import { hasGit, realGit } from './real-git.ts';

test.skipIf(!hasGit)(
  `a pack with deltas is read, and indexed as git index-pack does${hasGit ? '' : ' (skipped: there is no git here)'}`,
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'drydock-pack-'));
    try {
      const git = (...args: string[]) =>
        realGit(directory, '-c', 'user.name=A', '-c', 'user.email=a@b', ...args);
      await git('init', '-q');
      const lines = Array.from({ length: 4000 }, (_, i) => `line ${i * i}`);
      for (let round = 0; round < 6; round++) {
        lines.splice(round * 500, 3, `round ${round}`);
        writeFileSync(join(directory, 'file'), lines.join('\n'));
        await git('add', '.');
        await git('commit', '-qm', `round ${round}`);
      }
      const ids = (await git('rev-list', '--objects', '--all')).trim().split('\n');
      const sorted = ids.map((line) => line.slice(0, 40)).sort();
      for (const base of ['--delta-base-offset', '--no-reuse-delta']) {
        const pack = execFileSync('git', ['pack-objects', '--all', '--stdout', '-q', base], {
          cwd: directory,
          input: '',
        });
        const objects = await readPack(pack, () => Promise.reject(new Error('nothing is outside')));
        expect(objects.map(({ id }) => id).sort()).toEqual(sorted);
        expect(pack.length).toBeLessThan(60_000);
        const path = join(directory, `${packName(pack)}.pack`);
        writeFileSync(path, pack);
        await git('index-pack', path);
        const index = readFileSync(path.replace(/pack$/, 'idx'));
        expect(Buffer.compare(index, Buffer.from(writePackIndex(pack, objects)))).toBe(0);
      }
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
);
