import { expect, test } from 'vitest';
import { ScriptRunner } from '../src/lab/script.ts';
import { openWorld } from '../src/node/node-host.ts';

/** The engine is killed while a command listens to it. Words and statuses are those of a real client, whose engine was killed so. */
test.each([
  ['docker events', 'unexpected EOF\n', 1],
  ['docker logs -f box', 'unexpected EOF\n', 1],
  ['docker wait box', 'unexpected EOF\n', 1],
  ['docker attach box', 'unexpected EOF\n', 1],
  // A list of all containers ends in quiet, so that it does when the daemon is restarted.
  ['docker stats --format "{{.Name}}"', '', 0],
])('%s says that its engine has gone', async (cmd, stderr, exit) => {
  const machine = new ScriptRunner(openWorld('oracle'));
  await machine.prepare(['busybox']);
  await machine.run({ cmd: 'docker run -d --name box busybox sleep 1000' });
  const gone = await machine.run({ cmd: `(sleep 2; pkill -9 dockerd) & ${cmd}` });
  expect(gone).toMatchObject({ stderr, exit });
});

test('docker run says when it was', async () => {
  const machine = new ScriptRunner(openWorld('oracle'));
  await machine.prepare(['busybox']);
  const { stderr, exit } = await machine.run({
    cmd: '(sleep 2; pkill -9 dockerd) & docker run busybox sleep 1000',
  });
  expect(stderr).toMatch(/^time="\S+Z" level=error msg="error waiting for container: unexpected EOF"\n$/);
  expect(exit).toBe(125);
});

test('a list of single containers stays, with what is not known of them', async () => {
  const machine = new ScriptRunner(openWorld('oracle'));
  await machine.prepare(['busybox']);
  await machine.run({ cmd: 'docker run -d --name box busybox sleep 1000' });
  const { stdout, exit } = await machine.run({
    cmd: '(sleep 2; pkill -9 dockerd) & timeout -s KILL 8 docker stats --format "{{.Name}} {{.PIDs}}" box',
  });
  expect(exit).toBe(137);
  expect(stdout).toContain('box 1');
  expect(stdout).toContain('--');
});
