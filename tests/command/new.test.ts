import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

/** A copy of the sources, which may be written to. */
const root = mkdtempSync(join(tmpdir(), 'drydock-new-'));
cpSync('src', join(root, 'src'), { recursive: true });
for (const name of ['biome.json', 'package.json', 'tsconfig.json', 'node_modules', 'scripts'])
  symlinkSync(resolve(name), join(root, name));
afterAll(() => rmSync(root, { recursive: true }));

function drydock(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'src/node/bin.mjs'), ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('a new image is in the catalogue and in the search, runs as it was made, and is well written', () => {
  const files = [
    'src/engine/images/hub/tea-pot.ts',
    'src/engine/images/hub/recipes.ts',
    'src/engine/images/search.ts',
  ];
  expect(drydock('new', 'image', 'ada/tea_pot')).toEqual({
    status: 0,
    stdout: `${files.join('\n')}\n`,
    stderr: '',
  });
  writeFileSync(
    join(root, 'script'),
    'docker pull -q ada/tea_pot\ndocker run --rm ada/tea_pot\ndocker search --format "{{.Name}}" ada/\n',
  );
  expect(drydock('run', 'script').stdout).toMatch(
    /docker\.io\/ada\/tea_pot:latest\n[\s\S]*^hello from tea-pot\n[\s\S]*^ada\/tea_pot\n/m,
  );
  const biome = spawnSync('node_modules/.bin/biome', ['ci', ...files], {
    cwd: root,
  });
  expect({ status: biome.status, said: biome.stderr.toString() }).toMatchObject({ status: 0 });
});

test('a name that no variable can have is none of its', () => {
  expect(drydock('new', 'image', '7zip').status).toBe(0);
  writeFileSync(join(root, 'script'), 'docker run --rm 7zip\n');
  expect(drydock('run', 'script').stdout).toBe('hello from 7zip\n');
});

test('what is no name, or there already, is refused', () => {
  for (const [name, words] of [
    ['Tea', 'Tea: expected the name of a repository on Docker Hub: nginx, or owner/name'],
    ['../tea', '../tea: expected the name of a repository on Docker Hub: nginx, or owner/name'],
    ['nginx', 'src/engine/images/hub/nginx.ts is there already'],
  ])
    expect(drydock('new', 'image', name!)).toEqual({ status: 2, stdout: '', stderr: `drydock: ${words}\n` });
  expect(drydock('new', 'container', 'tea').stderr).toContain('new container: expected image');
  expect(drydock('new', 'image').stderr).toContain('expected 2 arguments');
});
