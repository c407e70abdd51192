import { expect, test } from 'vitest';
import { encode } from '../../base/bytes.ts';
import { O_WRONLY } from '../fcntl.ts';
import type { Process, Program } from '../program.ts';
import type { CloneOptions, Syscalls } from '../syscalls.ts';
import { bootTestMachine } from '../testing.ts';

const CGROUPS = '/sys/fs/cgroup';

const spin = async (process: Process): Promise<number> => {
  for (;;) {
    const pause = process.work(50);
    if (pause) await pause;
  }
};

async function put(sys: Syscalls, path: string, value: string): Promise<void> {
  const fd = await sys.open(`${CGROUPS}/${path}`, O_WRONLY);
  await sys.write(fd, encode(value));
  await sys.close(fd);
}

interface Spinner {
  cgroup?: string;
  nice?: number;
}

/** The percentage of a processor that each of some busy loops gets in a second, to the nearest five. */
async function shares(
  cpus: number,
  spinners: readonly Spinner[],
  settings: Readonly<Record<string, string>> = {},
) {
  const used: number[] = [];
  const main: Program = async ({ sys }) => {
    await put(sys, 'cgroup.subtree_control', '+cpu');
    for (const [path, value] of Object.entries(settings)) {
      const directory = path.slice(0, path.lastIndexOf('/'));
      await sys.mkdir(`${CGROUPS}/${directory}`).catch(() => undefined);
      if (directory.includes('/')) await put(sys, `${directory}/../cgroup.subtree_control`, '+cpu');
      await put(sys, path, value);
    }
    for (const { cgroup, nice = 0 } of spinners) {
      const options: CloneOptions = cgroup === undefined ? {} : { cgroup: `${CGROUPS}/${cgroup}` };
      const pid = await sys.fork(spin, options);
      await sys.setpriority(pid, nice);
    }
    await sys.nanosleep(1000);
    return 0;
  };
  const machine = bootTestMachine({ programs: { main }, cpus });
  const before = machine.clock.now();
  await machine.run(['main']);
  const lasted = machine.clock.now() - before;
  for (const task of machine.kernel.tasks)
    if (task.comm === 'main') used.push(Math.round(task.userTime / 10 / lasted / 5) * 5);
  return { used, machine };
}

const loops = (count: number, spinner: Spinner = {}): Spinner[] =>
  Array.from({ length: count }, () => spinner);

test('busy loops run beside each other on as many processors as there are, and share them when there are fewer', async () => {
  expect((await shares(1, loops(1))).used).toEqual([100]);
  expect((await shares(2, loops(2))).used).toEqual([100, 100]);
  expect((await shares(1, loops(2))).used).toEqual([50, 50]);
  expect((await shares(2, loops(4))).used).toEqual([50, 50, 50, 50]);
  expect((await shares(4, loops(5))).used).toEqual([80, 80, 80, 80, 80]);
});

test('nice values divide a processor by the kernel’s table', async () => {
  // 1024 to 335.
  expect((await shares(1, [{}, { nice: 5 }])).used).toEqual([75, 25]);
  expect((await shares(2, [{}, { nice: 5 }])).used).toEqual([100, 100]);
});

test('cpu.weight divides what groups compete for, however many tasks each has', async () => {
  const weights = { 'a/cpu.weight': '100', 'b/cpu.weight': '300' };
  expect((await shares(1, [{ cgroup: 'a' }, { cgroup: 'b' }], weights)).used).toEqual([25, 75]);
  expect((await shares(2, [{ cgroup: 'a' }, { cgroup: 'b' }], weights)).used).toEqual([100, 100]);
  expect((await shares(1, [...loops(3, { cgroup: 'a' }), { cgroup: 'b' }], weights)).used).toEqual([
    10, 10, 10, 75,
  ]);
  const two = [...loops(2, { cgroup: 'a' }), ...loops(2, { cgroup: 'b' })];
  expect((await shares(2, two, weights)).used).toEqual([25, 25, 75, 75]);
});

test('a group that could not use its share has no claim to it later', async () => {
  // One task of b has a processor to itself; half a second later it has a second one.
  const main: Program = async ({ sys }) => {
    await put(sys, 'cgroup.subtree_control', '+cpu');
    for (const name of ['a', 'b']) await sys.mkdir(`${CGROUPS}/${name}`);
    await put(sys, 'b/cpu.weight', '300');
    for (const name of ['a', 'a', 'b']) await sys.fork(spin, { cgroup: `${CGROUPS}/${name}` });
    await sys.nanosleep(500);
    const before = (await sys.times()).user;
    expect(before).toBeLessThan(10);
    const late = await sys.fork(spin, { cgroup: `${CGROUPS}/b` });
    await sys.nanosleep(200);
    return late % 256;
  };
  const machine = bootTestMachine({ programs: { main }, cpus: 2 });
  await machine.run(['main']);
  const spinners = [...machine.kernel.tasks].filter(({ comm }) => comm === 'main');
  // Three quarters of two processors for b in the last 200 ms: not all of both.
  const late = spinners.at(-1)!.userTime / 1000;
  expect(late).toBeGreaterThan(130);
  expect(late).toBeLessThan(175);
});

test('cpu.max stops a group for the rest of each period, and counts', async () => {
  const { used, machine } = await shares(2, [{ cgroup: 'a' }], { 'a/cpu.max': '20000 100000' });
  expect(used).toEqual([20]);
  const stat = machine.read(`${CGROUPS}/a/cpu.stat`);
  const field = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(stat)?.[1]);
  expect(field('nr_periods')).toBeGreaterThanOrEqual(9);
  expect(field('nr_throttled')).toBe(field('nr_periods'));
  expect(Math.round(field('throttled_usec') / field('nr_throttled') / 1000)).toBe(80);
  expect(Math.round(field('usage_usec') / 1000 / field('nr_periods'))).toBeLessThanOrEqual(22);
});

test('the quota is for all processors together, and binds the groups below', async () => {
  expect((await shares(2, loops(2, { cgroup: 'a' }), { 'a/cpu.max': '100000 100000' })).used).toEqual([
    50, 50,
  ]);
  expect(
    (await shares(2, loops(1, { cgroup: 'a/b' }), { 'a/cpu.max': '30000', 'a/b/cpu.max': 'max' })).used,
  ).toEqual([30]);
});

test('work that waits for other work takes as long on many processors as on one', async () => {
  const chain: Program = async ({ sys }) => {
    for (let i = 0; i < 50; i++) await sys.wait(await sys.fork(async () => 0));
    return 0;
  };
  const took = async (cpus: number) => {
    const machine = bootTestMachine({ programs: { chain }, cpus });
    const before = machine.clock.now();
    await machine.run(['chain']);
    return machine.clock.now() - before;
  };
  expect(await took(4)).toBeCloseTo(await took(1), 1);
});
