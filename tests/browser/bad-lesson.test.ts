import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const file = 'content/en/running-containers/anatomy-of-docker-run.mdx';

describe('a build with a bad lesson', () => {
  const projects: string[] = [];
  afterEach(() => {
    for (const project of projects.splice(0)) rmSync(project, { recursive: true });
  });

  /** Builds this project with one lesson changed, and gives what the build said. */
  function build(change: (lesson: string) => string): { status: number | null; said: string } {
    const project = mkdtempSync(join(tmpdir(), 'drydock-lesson-'));
    projects.push(project);
    for (const part of ['src', 'exercises', 'public', 'package.json', 'astro.config.mjs', 'tsconfig.json']) {
      symlinkSync(join(root, part), join(project, part));
    }
    // A folder of its own, for the build keeps its cache in it.
    mkdirSync(join(project, 'node_modules'));
    for (const name of readdirSync(join(root, 'node_modules'))) {
      if (name.startsWith('.') && name !== '.bin') continue;
      symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name));
    }
    cpSync(join(root, 'content'), join(project, 'content'), { recursive: true });
    writeFileSync(join(project, file), change(readFileSync(join(project, file), 'utf8')));
    const { status, stdout, stderr } = spawnSync(
      join(root, 'node_modules/.bin/node'),
      [join(root, 'node_modules/.bin/astro'), 'build'],
      {
        cwd: project,
        encoding: 'utf8',
        env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1', NO_COLOR: '1' },
      },
    );
    return { status, said: stdout + stderr };
  }

  it('fails, and names the file and every field that is wrong', () => {
    const { status, said } = build((lesson) =>
      lesson.replace(/^minutes:.*\n/m, '').replace('- web-in-the-background', '- no-such-exercise'),
    );
    expect(status).not.toBe(0);
    expect(said).toContain(file);
    expect(said).toContain('minutes');
    expect(said).toMatch(/exercises\.0.*unknown exercise "no-such-exercise"/);
  });
});
