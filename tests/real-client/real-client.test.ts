import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ScriptRunner } from '../../src/lab/script.ts';
import { openWorld } from '../../src/node/node-host.ts';
import { difference } from '../oracle/diff.ts';
import { normaliser } from '../oracle/names.ts';
import { findDockers, runReal } from './real-docker.ts';
import { type ServedWorld, serveWorld } from './served-world.ts';
import { IMAGES, STEPS } from './steps.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
const dockers = findDockers();
const why = dockers.length === 0 ? 'no such client found' : hasPython ? '' : 'no python3 for terminals';

describe.skipIf(why !== '').each(why === '' ? dockers : [{ path: '', version: '28.x' }])(
  `the real docker client $version${why && ` (skipped: ${why})`} against drydock serve`,
  (docker) => {
    let served: ServedWorld;
    let where: { cwd: string; env: NodeJS.ProcessEnv };
    const ours = new ScriptRunner(openWorld('oracle'));
    const real = normaliser();
    const own = normaliser();

    beforeAll(async () => {
      served = await serveWorld(IMAGES);
      await ours.prepare(IMAGES);
      where = { cwd: served.directory, env: clientEnvironment(served, docker.path) };
    });
    afterAll(() => served?.stop());

    test.for(STEPS.map((step) => [step.cmd, step] as const))('%s', async ([, step]) => {
      // Both run even if they differ, so that later steps find what earlier ones left.
      const [byReal, byOwn] = [await runReal(step, where), await ours.run(step)];
      expect(difference(real.step(byReal), own.step(byOwn))).toBeUndefined();
    });
  },
);

/** An environment in which `docker` is the client that was found and knows of no other engine or configuration. */
function clientEnvironment({ directory, dockerHost }: ServedWorld, docker: string): NodeJS.ProcessEnv {
  const { PATH, LANG } = process.env;
  mkdirSync(join(directory, 'bin'));
  if (docker.startsWith('/')) spawnSync('ln', ['-s', docker, join(directory, 'bin', 'docker')]);
  return {
    PATH: `${join(directory, 'bin')}:${PATH}`,
    LANG: LANG ?? 'C.UTF-8',
    HOME: directory,
    TERM: 'xterm-256color',
    DOCKER_HOST: dockerHost,
    DOCKER_CONFIG: join(directory, 'config'),
    DOCKER_CLI_HINTS: 'false',
  };
}
