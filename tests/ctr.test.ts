/** containerd's own client beside dockerd. What is expected is what ctr 2.1.9 showed of a real Docker Engine 28.5.2. */
import { expect, test } from 'vitest';
import { ScriptRunner } from '../src/lab/script.ts';
import { openWorld } from '../src/node/node-host.ts';

test("ctr sees dockerd's containers, in the namespace that is dockerd's", async () => {
  const runner = new ScriptRunner(openWorld('oracle'));
  await runner.prepare(['busybox']);
  const run = async (cmd: string): Promise<string> => {
    const { stdout, stderr, exit } = await runner.run({ cmd });
    return `${stdout}${stderr}${exit === 0 ? '' : `rc=${exit}`}`;
  };
  const start = 'docker run -d busybox sleep 1000';
  const ids = [(await run(start)).trim(), (await run(start)).trim()].sort();
  const pid = async (id: string) => (await run(`docker inspect -f '{{.State.Pid}}' ${id}`)).trim();
  const [one = '', other = ''] = ids;
  const [first, second] = [await pid(one), await pid(other)];
  await run(`docker pause ${other}; docker create --name never busybox true`);
  const gap = ' '.repeat(64);
  expect(await run('ctr ns ls')).toBe('NAME LABELS \nmoby        \n');
  expect(await run('ctr -n moby c ls')).toBe(
    `CONTAINER${gap.slice(5)}IMAGE    RUNTIME                  \n${ids.map((id) => `${id}    -        io.containerd.runc.v2    \n`).join('')}`,
  );
  const pidWidth = Math.max(3, first!.length, second!.length) + 4;
  expect(await run('ctr -n moby t ls')).toBe(
    `TASK${gap}${'PID'.padEnd(pidWidth)}STATUS    \n` +
      `${one}    ${first!.padEnd(pidWidth)}RUNNING\n${other}    ${second!.padEnd(pidWidth)}PAUSED\n`,
  );
  expect(await run('ctr c ls; ctr t ls')).toBe(
    'CONTAINER    IMAGE    RUNTIME    \nTASK    PID    STATUS    \n',
  );
  expect(await run('ctr --namespace moby tasks list -q')).toBe(`${one}\n${other}\n`);
  expect(await run(`ctr -n moby t ps ${one}`)).toBe(
    `${'PID'.padEnd(pidWidth)}INFO\n${first!.padEnd(pidWidth)}-\n`,
  );
  // What is done to a task behind its back, dockerd learns of only if it is told.
  expect(await run(`ctr -n moby t resume ${other}; ctr -n moby t kill -s KILL ${one}; sleep 0.5`)).toBe('');
  expect(await run(`docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' ${one}`)).toBe('exited 137\n');
  expect(await run('ctr -n moby t ls -q')).toBe(`${other}\n`);
  expect(await run('ctr -n moby t ps')).toBe('ctr: container id must be provided\nrc=1');
  expect(await run('ctr -n moby t kill nosuch')).toBe(
    'ctr: container "nosuch" in namespace "moby": not found\nrc=1',
  );
  expect(await run('ctr nosuch')).toBe("No help topic for 'nosuch'\nrc=3");
  expect(await run('ctr images ls')).toBe('ctr: ctr images is not modelled by Drydock\nrc=1');
  expect(await run('ctr -a /nosuch version')).toBe(
    'Client:\n  Version:  2.1.9+unknown\n  Revision: \n  Go version: go1.27.1\n' +
      'ctr: cannot access socket /nosuch: stat /nosuch: no such file or directory\nrc=1',
  );
  expect(await run('ctr -v')).toBe('ctr github.com/containerd/containerd/v2 2.1.9+unknown\n');
});
