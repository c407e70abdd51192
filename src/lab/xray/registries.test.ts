import { beforeAll, describe, expect, test } from 'vitest';
import { openWorld } from '../../node/node-host.ts';
import { inspect } from '../inspect.ts';
import type { Inspection } from '../inspection.ts';
import { ScriptRunner } from '../script.ts';
import type { RegistryNode } from './registries.ts';

describe('the look into registries', () => {
  let world: Inspection;
  let run: (...commands: string[]) => Promise<void>;
  const registry = (address: string) =>
    world.registries().find((one) => one.address === address) as RegistryNode;
  const arrivals = ({ pushes: [last] }: RegistryNode) => last?.blobs.map(({ arrival }) => arrival);

  beforeAll(async () => {
    const simulation = openWorld('learner');
    const machine = new ScriptRunner(simulation);
    await machine.prepare([]);
    world = inspect(simulation);
    run = async (...commands) => {
      for (const cmd of commands) expect(await machine.run({ cmd })).toMatchObject({ exit: 0 });
    };
    await run(
      'docker run -d -p 5000:5000 --name reg registry:3; docker pull -q alpine:3.22; sleep 1',
      'docker run --name grown alpine:3.22 touch /one',
      'docker commit grown localhost:5000/team/app:1',
      'docker tag alpine:3.22 localhost:5000/team/base:1',
    );
  });

  test('one that nothing was pushed to is there, and is empty; the Hub is not shown for what was pulled', () => {
    expect(world.registries()).toEqual([
      { address: 'localhost:5000', container: 'reg', repositories: [], blobs: [], size: 0, pushes: [] },
    ]);
  });

  test('a first push sends all, a second image only what is missing, another repository mounts', async () => {
    await run('docker push localhost:5000/team/base:1');
    expect(arrivals(registry('localhost:5000'))).toEqual(['uploaded', 'uploaded']);
    await run('docker push localhost:5000/team/app:1');
    const { repositories, blobs, pushes } = registry('localhost:5000');
    expect(arrivals(registry('localhost:5000'))).toEqual(['uploaded', 'mounted', 'uploaded']);
    expect(repositories.map(({ name, manifests }) => [name, manifests.map(({ tags }) => tags)])).toEqual([
      ['team/app', [['1']]],
      ['team/base', [['1']]],
    ]);
    expect(repositories[0]?.manifests[0]?.entries.map(({ role }) => role)).toEqual([
      'config',
      'layer',
      'layer',
    ]);
    const [lent] = blobs.filter(({ repositories: owners }) => owners.length > 1);
    expect(lent).toMatchObject({ role: 'layer', repositories: ['team/app', 'team/base'] });
    expect(pushes[0]?.spared).toBe(lent?.size);
  });

  test('what is on its disk is there after a restart; what it saw is not', async () => {
    await run('docker restart reg');
    const { repositories, pushes } = registry('localhost:5000');
    expect(repositories.map(({ name }) => name)).toEqual(['team/app', 'team/base']);
    expect(pushes).toEqual([]);
  });

  test('one that is not published has no address, and of several ports that counts on which it listens', async () => {
    await run(
      'docker run -d --name shy --pid host registry:3',
      'docker run -d --name many -p 7001:80 -p 7000:5000 registry:3; sleep 1',
    );
    expect(world.registries().map(({ address, container }) => [address, container])).toEqual([
      ['localhost:5000', 'reg'],
      ['', 'shy'],
      ['localhost:7000', 'many'],
    ]);
    await run('docker rm -f shy many');
  });

  test('a damaged manifest shows nothing, and breaks nothing', async () => {
    await run(
      `docker exec reg sh -c 'cd /var/lib/registry/docker/registry/v2; l=$(cat repositories/team/app/_manifests/tags/1/current/link); h=\${l#sha256:}; echo "{" > blobs/sha256/\${h%\${h#??}}/$h/data'`,
    );
    const { repositories } = registry('localhost:5000');
    expect(repositories[0]?.manifests).toMatchObject([{ tags: ['1'], mediaType: '', entries: [] }]);
  });

  test('the Hub is shown once something was pushed to it, and its search finds that', async () => {
    await run(
      'echo drydock | docker login -u learner --password-stdin',
      'docker tag alpine:3.22 learner/mine:1; docker push learner/mine:1',
      'docker search --format "{{.Name}}" learner/mine | grep -x learner/mine',
    );
    expect(arrivals(registry('docker.io'))).toEqual(['uploaded', 'mounted']);
  });
});
