import { expect, test } from 'vitest';
import { ScriptRunner } from '../src/lab/script.ts';
import { openWorld } from '../src/node/node-host.ts';

/** How busy a container is: top, docker stats and the files of its cgroup look at one thing, and say the same. */
test.each([
  ['a cap of half a processor', '--cpus 0.5', 'yes > /dev/null', 50],
  ['a whole processor', '', 'while :; do :; done', 100],
  ['two programs on one processor', '--cpuset-cpus 1', 'yes > /dev/null & yes > /dev/null', 100],
  ['two processors and a half of one', '--cpus 1.5', 'yes > /dev/null & yes > /dev/null', 150],
])('%s', async (_title, options, work, percent) => {
  const machine = new ScriptRunner(openWorld('learner'));
  await machine.prepare(['alpine']);
  const run = async (cmd: string) => (await machine.run({ cmd })).stdout.trim();
  const id = await run(`docker run -d --name busy ${options} alpine sh -c '${work}'`);
  await run('sleep 1');
  const file = `/sys/fs/cgroup/docker/${id}/cpu.stat`;
  const used = await run(`read _ a < ${file}; sleep 10; read _ b < ${file}; echo $(((b - a) / 100000))`);
  const stats = await run("docker stats --no-stream --format '{{.CPUPerc}}' busy");
  const top = await run(
    `top -b -n 2 -d 10 | awk '/^top/ { sum = 0 } $NF ~ /^(yes|sh)$/ { sum += $9 } END { print sum }'`,
  );
  const said = { files: Number(used), stats: Number.parseFloat(stats), top: Number(top) };
  for (const value of Object.values(said))
    expect(Math.abs(value - percent), JSON.stringify(said)).toBeLessThan(2);
});

test('memory that a program takes is in its file, in docker stats and in top', async () => {
  const machine = new ScriptRunner(openWorld('learner'));
  await machine.prepare(['debian']);
  const run = async (cmd: string) => (await machine.run({ cmd })).stdout.trim();
  const id = await run('docker run -d --name big debian bash -c "tail -c 100M /dev/zero | sleep 1000"');
  expect(id).toMatch(/^[0-9a-f]{64}$/);
  await run('sleep 2');
  const mebibytes = {
    file: Number(await run(`cat /sys/fs/cgroup/docker/${id}/memory.current`)) / 2 ** 20,
    stats: Number.parseFloat(await run("docker stats --no-stream --format '{{.MemUsage}}' big")),
    top: Number(await run('top -b -n 1 | awk \'$NF == "tail" { print $6 / 1024 }\'')),
  };
  for (const value of Object.values(mebibytes))
    expect(Math.abs(value - 101), JSON.stringify(mebibytes)).toBeLessThan(3);
});
