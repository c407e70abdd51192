/** `docker manifest`, which asks registries itself: the real client against a served registry, and ours against the same. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { INTERNET } from '../../src/engine/world/internet.ts';
import { ScriptRunner, type StepResult } from '../../src/lab/script.ts';
import { openWorld } from '../../src/node/node-host.ts';
import { difference } from '../oracle/diff.ts';
import { findDockers, runReal } from './real-docker.ts';
import { type ServedWorld, serveWorld } from './served-world.ts';

// Those before took a registry on a loopback address as insecure where it was pushed to.
const dockers = findDockers().filter(({ version }) => version.startsWith('28.5'));
const why = dockers.length === 0 ? ' (skipped: no such client found)' : '';

/** Two of hello-world's, for two architectures. */
const DIGESTS = `$(docker manifest inspect --insecure $R/library/hello-world | sed -n 's/.*"digest": "\\(.*\\)",/\\1/p')`;

/** `$R` is the registry; the same images are on both. */
const STEPS = [
  'docker manifest',
  'docker manifest create --help; docker manifest annotate --help; docker manifest push --help; docker manifest rm --help',
  'docker manifest create a; docker manifest rm; docker manifest push; docker manifest annotate a',
  'docker manifest create A b; docker manifest create a B; docker manifest annotate A b; docker manifest annotate a B; docker manifest push A',
  'docker manifest inspect --insecure $R/library/hello-world; docker manifest inspect --insecure -v $R/library/hello-world',
  'docker manifest inspect --insecure $R/library/ubuntu:15.10; docker manifest inspect -v --insecure $R/library/ubuntu:15.10',
  'docker manifest inspect $R/library/alpine; docker manifest inspect --insecure $R/library/nosuch',
  'docker manifest create $R/list:1 $R/library/ubuntu:15.10',
  'docker manifest create --insecure $R/list:1 $R/library/alpine',
  'docker manifest create --insecure $R/list:1 $R/library/ubuntu:15.10 $R/library/nosuch; cd ~/.docker; find . -type f',
  'docker manifest create --insecure $R/list:1 $R/library/node:8.4',
  'docker manifest create --insecure --amend $R/list:1 $R/library/node:8.4',
  'cd ~/.docker; find . -exec stat -c "%A %n" {} + | sort',
  'docker manifest inspect $R/list:1; docker manifest inspect -v $R/list:1',
  'docker manifest inspect $R/list:1 $R/library/node:8.4; docker manifest inspect -v $R/list:1 $R/library/node:8.4',
  'docker manifest inspect $R/list:1 $R/library/alpine; docker manifest inspect $R/nosuch $R/library/alpine',
  'docker manifest annotate $R/list:1 $R/library/alpine --os linux; docker manifest annotate $R/nosuch $R/library/alpine',
  'docker manifest annotate $R/list:1 $R/library/node:8.4 --arch nosuch; docker manifest annotate $R/list:1 $R/library/node:8.4 --os linux --arch nosuch',
  'docker manifest annotate $R/list:1 $R/library/node:8.4 --os linux --arch arm64 --variant v8 --os-features a,b,a --os-version 9',
  'docker manifest annotate --os-features c,a $R/list:1 $R/library/node:8.4; cat ~/.docker/manifests/*/*node-8.4',
  'docker manifest inspect $R/list:1; docker manifest inspect -v $R/list:1',
  'docker manifest push $R/list:1; docker manifest push $R/nosuch',
  'docker manifest push --insecure $R/list:1',
  'docker manifest rm $R/list:1; docker manifest inspect --insecure $R/list:1; ls -A ~/.docker/manifests',
  'docker manifest rm $R/list:1 B $R/nosuch',
  // Of its own repository: nothing has to be brought there.
  `for d in ${DIGESTS}; do docker manifest create -a --insecure $R/library/hello-world:two $R/library/hello-world@$d; done`,
  'docker manifest push -p --insecure $R/library/hello-world:two; docker manifest inspect --insecure $R/library/hello-world:two',
  'docker manifest push -p --insecure $R/library/hello-world:two',
  `set -- ${DIGESTS}; docker manifest create --insecure $R/other $R/library/hello-world@$2; docker manifest inspect $R/other; docker manifest push --insecure $R/other`,
  'docker manifest create --insecure 127.0.0.9:1/list $R/library/ubuntu:15.10; docker manifest push 127.0.0.9:1/list; docker manifest inspect 127.0.0.9:1/list',
  'docker manifest inspect 127.0.0.9:1/a; docker manifest create 127.0.0.9:1/b 127.0.0.9:1/a',
  `docker manifest create --insecure $R/wrong $R/library/ubuntu:15.10@sha256:${'01'.repeat(32)}; docker manifest create --insecure $R/wrong $R/library/ubuntu@sha256:${'01'.repeat(32)}`,
  'cd ~/.docker/manifests/*_other-latest; sed -i "s/{/[/" *; docker manifest inspect $R/other $R/library/nosuch; docker manifest push $R/other; docker manifest rm $R/other',
  'sed -i "s/^\\[/{/; s/linux//" ~/.docker/manifests/*_other-latest/*; docker manifest push $R/other',
  'cd ~/.docker/manifests/*_other-latest; sed -i "s/\\"Raw\\":\\"[^\\"]*\\",//; s/\\"os\\":\\"\\"/\\"os\\":\\"linux\\"/" *; docker manifest push --insecure $R/other',
];

describe.skipIf(why !== '').each(why === '' ? dockers : [{ path: '', version: '28.x' }])(
  `docker manifest of the real client $version${why} and ours`,
  ({ path }) => {
    let served: ServedWorld;
    let real: (cmd: string) => Promise<StepResult>;
    const runner = new ScriptRunner(openWorld('learner'));
    const hub = `${INTERNET.hub}:${INTERNET.openRegistryPort}`;
    const own = async (cmd: string): Promise<StepResult> =>
      named(await runner.run({ cmd: `R=${hub}; ${cmd}` }), hub);

    beforeAll(async () => {
      served = await serveWorld([], { scenario: 'learner' });
      const { directory, registry, dockerHost } = served;
      const bin = join(directory, 'bin');
      mkdirSync(bin);
      const docker = `ln -s "$(command -v ${path})" ${bin}/docker`;
      await runReal({ cmd: docker }, { cwd: directory, env: process.env });
      const env = {
        PATH: `${bin}:${process.env['PATH']}`,
        HOME: directory,
        LANG: 'C.UTF-8',
        R: registry,
        DOCKER_HOST: dockerHost,
      };
      real = async (cmd) => named(await runReal({ cmd }, { cwd: directory, env }), registry);
      await runner.prepare([]);
    });
    afterAll(() => served?.stop());

    test.for(STEPS)('%s', async (cmd) => {
      const [expected, found] = [await real(cmd), await own(cmd)];
      expect(difference({ ...expected, cmd }, { ...found, cmd })).toBeUndefined();
    });
  },
);

/** What a step printed, with the registry under one name. */
function named({ cmd, exit, stdout, stderr }: StepResult, registry: string): StepResult {
  const plain = (text: string) =>
    text.replaceAll(registry, 'REGISTRY').replaceAll(registry.replace(':', '-'), 'REGISTRY');
  return { cmd, exit, stdout: plain(stdout), stderr: plain(stderr) };
}
