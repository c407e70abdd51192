import { expect, test } from 'vitest';
import { ScriptRunner } from '../src/lab/script.ts';
import { openWorld } from '../src/node/node-host.ts';

/** Stages that begin with one image: what one of them need not load another may. As Docker Engine 28.5 says it. */
test('a stage has the files of an image that an earlier stage found in the cache', async () => {
  const lab = new ScriptRunner(openWorld('learner'));
  await lab.prepare(['busybox:1.36']);
  const run = async (cmd: string) => {
    const { stdout, stderr } = await lab.run({ cmd });
    return stdout + stderr;
  };
  await run(
    "printf 'FROM busybox:1.36\\nRUN echo tool > /tool\\n' > one; printf 'RUN echo result > /result\\nFROM busybox:1.36\\nCOPY --from=0 /result /\\n' | cat one - > two",
  );
  await run('docker build -q -f one .');
  const built = await run('docker build --progress=plain -t small -f two .');
  expect(built).toMatch(/\[stage-0 1\/3\] FROM [\s\S]*?\n#\d+ CACHED\n/);
  expect(built).toMatch(/\[stage-0 2\/3\] RUN echo tool > \/tool\n#\d+ CACHED\n/);
  expect(await run('docker run --rm small cat /result')).toBe('result\n');
  expect(await run("docker image inspect -f '{{len .RootFS.Layers}}' small")).toBe('2\n');
});

test('the build cache is listed, and freed', async () => {
  const lab = new ScriptRunner(openWorld('learner'));
  await lab.prepare(['busybox:1.36']);
  const run = async (cmd: string) => (await lab.run({ cmd })).stdout;
  await run(
    "printf 'FROM busybox:1.36\\nRUN head -c 3000000 /dev/zero > /x\\n' | docker build -q -t big -; docker rmi big",
  );
  expect(await run('docker system df -v')).toMatch(
    /\nBuild cache usage: 3MB\n\nCACHE ID +CACHE TYPE +SIZE .*\n[\s\S]*^\w{12} +regular +3MB +.* ago +.* ago +1 +false$/m,
  );
  expect(await run('docker builder prune -af')).toMatch(/^Total:\t3MB$/m);
  expect(await run('docker system df --format "{{.Type}} {{.Size}}"')).toContain('Build Cache 0B');
});

test('what a directory has sent once is sent again by its name alone', async () => {
  const lab = new ScriptRunner(openWorld('learner'));
  await lab.prepare(['busybox:1.36']);
  const run = async (cmd: string) => {
    const { stdout, stderr } = await lab.run({ cmd });
    return stdout + stderr;
  };
  const sent = async (where: string) =>
    /load build context\n#\d+ transferring context: (\S+) done/.exec(
      await run(`docker build --progress=plain ${where}`),
    )?.[1];
  await run(
    "mkdir one two; printf 'FROM busybox:1.36\\nCOPY . /x\\n' | tee one/Dockerfile > two/Dockerfile; head -c 5000000 /dev/zero > one/big; cp one/big two/big",
  );
  expect(await sent('one')).toBe('5.00MB');
  expect(await sent('one')).toMatch(/^\d\dB$/);
  expect(await sent('two')).toBe('5.00MB');
  await run('echo more >> one/big');
  expect(await sent('one')).toBe('5.00MB');
});
