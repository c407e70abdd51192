import { beforeAll, expect, test } from 'vitest';
import { ScriptRunner } from '../src/lab/script.ts';
import { openWorld } from '../src/node/node-host.ts';

/** What builds give to registries and take from them; recordings have none. Words and order are those of a real engine. */

const runner = new ScriptRunner(openWorld('oracle'));
const run = (cmd: string) => runner.run({ cmd });
const forget =
  'docker builder prune -af > /dev/null; docker rmi -f z 127.0.0.1:5002/a $(docker images -q 127.0.0.1:5000/a) > /dev/null 2>&1';

beforeAll(async () => {
  await runner.prepare(['busybox:1.36']);
  await run(
    `echo f > f; printf 'FROM busybox:1.36\\nWORKDIR /w\\nRUN echo hi > 1\\nCOPY f /w/f\\nRUN cat f > 2\\n' > Dockerfile`,
  );
});

test('an image is pushed as a step of its build', { timeout: 60_000 }, async () => {
  const { exit, stderr } = await run('docker build -t 127.0.0.1:5000/a:1 --cache-to type=inline --push .');
  expect(exit).toBe(0);
  const [, pushed = ''] = stderr.split('naming to 127.0.0.1:5000/a:1 done\n');
  expect(pushed.replace(/layer [0-9a-f]{12}/g, 'layer ID').replace(/ \d\.\ds/g, ' 0.0s')).toMatch(
    /^#10 DONE 0\.0s\n\n#11 pushing 127\.0\.0\.1:5000\/a:1 with docker\n(?:#11 pushing layer ID[^\n]*\n)+#11 DONE 0\.0s\n$/,
  );
  expect(await run('docker pull -q 127.0.0.1:5000/a:1')).toMatchObject({ exit: 0 });
});

test('what may not be pushed fails the build', { timeout: 60_000 }, async () => {
  const { exit, stderr } = await run('docker build -q -o type=registry,name=127.0.0.1:5002/a .');
  expect(exit).toBe(1);
  expect(stderr).toBe('ERROR: failed to build: no basic auth credentials\n');
});

test("a registry's image has steps cached where nothing of them is", { timeout: 60_000 }, async () => {
  await run(forget);
  const { stderr } = await run('docker build --cache-from 127.0.0.1:5000/a:1 -t z .');
  expect(stderr).toContain(
    'importing cache manifest from 127.0.0.1:5000/a:1\n#4 inferred cache manifest type: application/vnd.docker.distribution.manifest.v2+json done\n#4 DONE',
  );
  expect(stderr.match(/^#\d+ CACHED$/gm)).toHaveLength(4);
  expect(stderr).toMatch(
    /\[5\/5\] RUN cat f > 2\n(?:#\d+ pulling sha256:[0-9a-f]{64}[^\n]*\n)+#\d+ CACHED\n/,
  );
  expect(await run('docker run --rm z cat /w/1 /w/2')).toMatchObject({ stdout: 'hi\nf\n' });
});

test('only as many layers are fetched as are good for something', { timeout: 60_000 }, async () => {
  await run(`${forget}; echo g > f`);
  const { stderr } = await run('docker build --cache-from 127.0.0.1:5000/a:1 -t z .');
  expect(stderr).toMatch(/RUN echo hi > 1\n(?:#\d+ pulling [^\n]*\n)+#\d+ CACHED\n/);
  expect(stderr).toMatch(/COPY f \/w\/f\n#\d+ DONE/);
  expect(await run('docker run --rm z cat /w/1 /w/2')).toMatchObject({ stdout: 'hi\ng\n' });
});

test('what cannot be had is told of, and the build goes on', { timeout: 60_000 }, async () => {
  const { exit, stderr } = await run('docker build --cache-from 127.0.0.1:5000/a:nope -t z .');
  expect(exit).toBe(0);
  expect(stderr).toContain(
    'ERROR: failed to configure registry cache importer: 127.0.0.1:5000/a:nope: not found',
  );
});
