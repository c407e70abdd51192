import { expect, test } from 'vitest';
import { ScriptRunner } from '../src/lab/script.ts';
import { openWorld } from '../src/node/node-host.ts';

test('the daemon waits for no client that has left: docker run -d leaves no connection behind', async () => {
  const runner = new ScriptRunner(openWorld('learner'));
  await runner.prepare(['busybox']);
  const connections = async () =>
    Number((await runner.run({ cmd: 'sudo ls -l /proc/$(pgrep -x dockerd)/fd | grep -c socket' })).stdout);
  await runner.run({ cmd: 'docker pull -q busybox' });
  const before = await connections();
  await runner.run({
    cmd: 'for name in one two; do docker run -d --name $name busybox sleep 1000; done; sleep 1',
  });
  expect(await connections()).toBe(before);
  const { stdout } = await runner.run({ cmd: 'docker wait one & sleep 1; docker kill one; wait' });
  expect(stdout.split('\n').filter(Boolean).sort()).toEqual(['137', 'one']);
  expect(await connections()).toBe(before);
});
