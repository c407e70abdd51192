import { describe, expect, test } from 'vitest';
import { encode } from '../../engine/base/bytes.ts';
import type { ContainerModel } from '../../engine/daemon/model.ts';
import { O_WRONLY } from '../../engine/kernel/fcntl.ts';
import type { Kernel } from '../../engine/kernel/kernel.ts';
import type { Program } from '../../engine/kernel/program.ts';
import { bootTestMachine } from '../../engine/kernel/testing.ts';
import { openWorld } from '../../node/node-host.ts';
import { ScriptRunner } from '../script.ts';
import { type CgroupView, cgroupsView, cpuUse, flat } from './cgroups.ts';

const ROOT = '/sys/fs/cgroup';

/** `enter BOX [FILE VALUE]…`: makes a cgroup, writes its files, goes into it, uses memory, and then keeps a CPU busy. */
const enter: Program = async ({ sys, argv: [, box = '', ...settings], work }) => {
  const write = async (file: string, text: string) => {
    const fd = await sys.open(file, O_WRONLY);
    await sys.write(fd, encode(text));
    await sys.close(fd);
  };
  await write(`${ROOT}/cgroup.subtree_control`, '+cpu +memory +pids');
  await sys.mkdir(`${ROOT}/${box}`);
  for (let at = 0; at < settings.length; at += 2)
    await write(`${ROOT}/${box}/${settings[at]}`, settings[at + 1] ?? '');
  await write(`${ROOT}/${box}/cgroup.procs`, '0');
  await sys.brk(8 << 20);
  for (;;) await work(1000);
};

async function machineWith(...settings: string[]) {
  const machine = bootTestMachine({ programs: { enter }, memory: 1 << 30 });
  const { task } = machine.kernel.spawn({ path: '/bin/enter', argv: ['enter', 'box', ...settings] });
  const until = machine.clock.now() + 20;
  await machine.runUntil(() => machine.clock.now() >= until);
  return { ...machine, kernel: machine.kernel, machine, task };
}

const box = (root: CgroupView) => [...flat(root)].find(({ path }) => path === '/box')!;

const pidOf = (kernel: Kernel, comm: string) => [...kernel.tasks].find((task) => task.comm === comm)!.pid;

describe('cgroups and their meters', () => {
  test('a limit is shown where there is one', async () => {
    const { kernel } = await machineWith('memory.max', '64M', 'cpu.max', '50000 100000');
    const view = box(cgroupsView(kernel, []).root);
    expect(view.memory.max).toBe(64 << 20);
    expect(view.cpu.max).toBe(0.5);
    expect(view.pids).toEqual({ current: 1 });
  });

  test('members, memory and time are those of the kernel', async () => {
    const { kernel, task } = await machineWith();
    const { root, memory, cpus } = cgroupsView(kernel, []);
    expect(box(root).processes).toEqual([{ pid: task.pid, comm: 'enter' }]);
    // What it used before it came is charged where it was then.
    expect(box(root).memory.current).toBe(8 << 20);
    expect(root.memory.current).toBeGreaterThanOrEqual(box(root).memory.current);
    expect([memory, cpus]).toEqual([1 << 30, 2]);
  });

  test('the cgroup of a container has its name', async () => {
    const { kernel, task } = await machineWith();
    const container = { name: 'web', pid: task.pid } as ContainerModel;
    expect(box(cgroupsView(kernel, [container]).root).container).toBe('web');
  });

  test('a busy loop keeps one CPU busy between two looks', async () => {
    const { machine, kernel } = await machineWith();
    const before = cgroupsView(kernel, []);
    const until = machine.clock.now() + 200;
    await machine.runUntil(() => machine.clock.now() >= until);
    const use = cpuUse(before, cgroupsView(kernel, []));
    expect(use.get('/box')).toBeCloseTo(1, 1);
    expect(use.get('/')).toBeCloseTo(1, 1);
  });

  test('a group that may use half a CPU uses half, and is throttled for the rest', async () => {
    const { machine, kernel } = await machineWith('cpu.max', '50000 100000');
    const before = cgroupsView(kernel, []);
    const until = machine.clock.now() + 1000;
    await machine.runUntil(() => machine.clock.now() >= until);
    const after = cgroupsView(kernel, []);
    expect(cpuUse(before, after).get('/box')).toBeCloseTo(0.5, 1);
    expect(box(after.root).cpu.throttled).toBeGreaterThan(5);
  });

  test('without time between them two looks tell nothing', async () => {
    const { kernel } = await machineWith();
    const view = cgroupsView(kernel, []);
    expect(cpuUse(view, view).size).toBe(0);
  });

  test('hierarchies of version 1 are shown as one tree', async () => {
    const simulation = openWorld('cgroup-v1');
    const machine = new ScriptRunner(simulation);
    await machine.run({
      cmd: 'docker run -d --name web -m 64m --cpus 0.5 --pids-limit 20 busybox sleep 100',
    });
    await machine.run({ cmd: 'docker pause web' });
    const { kernel } = simulation.host;
    const { root } = cgroupsView(kernel, [{ name: 'web', pid: pidOf(kernel, 'sleep') } as ContainerModel]);
    const [container, ...others] = [...flat(root)].filter((group) => group.container === 'web');
    expect(others).toEqual([]);
    expect(container).toMatchObject({
      processes: [{ comm: 'sleep' }],
      memory: { max: 64 << 20 },
      cpu: { max: 0.5 },
      pids: { current: 1, max: 20 },
      frozen: true,
    });
  });
});
