import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServedWorld, serveWorld } from '../served-world.ts';
import { Compose, findCompose } from './client.ts';
import { type ComposeStep, comparable } from './steps.ts';

const client = findCompose();
const recorded = readFileSync(fileURLToPath(new URL('./recording.jsonl', import.meta.url)), 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as ComposeStep);

describe.skipIf(client === undefined)(
  `docker compose${client ? '' : ' (skipped: no docker 28 with compose 2 found)'} with three services against drydock serve`,
  () => {
    let served: ServedWorld;
    let compose: Compose;

    beforeAll(async () => {
      served = await serveWorld(['busybox:1.36']);
      compose = new Compose(client!, served.directory, served.dockerHost);
    });
    afterAll(() => served?.stop());

    test.for(recorded.map((step) => [step.cmd, step] as const))('%s', async ([cmd, step]) => {
      expect(comparable(await compose.run(cmd))).toEqual(comparable(step));
    });
  },
);
