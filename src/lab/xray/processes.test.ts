import { describe, expect, test } from 'vitest';
import type { ContainerModel } from '../../engine/daemon/model.ts';
import { O_RDONLY } from '../../engine/kernel/fcntl.ts';
import type { Program } from '../../engine/kernel/program.ts';
import type { NamespaceKind } from '../../engine/kernel/syscalls.ts';
import { bootTestMachine, type TestMachine } from '../../engine/kernel/testing.ts';
import { type FenceView, processesView } from './processes.ts';

const sleep: Program = ({ sys }) => sys.pause();

/** Starts a child in new namespaces, and waits for ever. */
const fenced =
  (...namespaces: NamespaceKind[]): Program =>
  async ({ sys }) => {
    await sys.fork(async (child) => child.sys.execve('/bin/sleep', ['sleep', 'inf'], new Map()), {
      namespaces,
    });
    return sys.pause();
  };

async function machineWith(...names: string[]): Promise<TestMachine> {
  const machine = bootTestMachine({
    programs: {
      sleep,
      box: fenced('mnt', 'pid', 'uts'),
      joiner: async ({ sys }) => {
        const { pid } = boxed(machine);
        for (const kind of ['mnt', 'pid', 'uts'])
          await sys.setns(await sys.open(`/proc/${pid}/ns/${kind}`, O_RDONLY));
        await sys.fork((child) => child.sys.execve('/bin/sleep', ['sleep', '9'], new Map()));
        return sys.pause();
      },
    },
  });
  for (const name of names) {
    machine.kernel.spawn({ path: `/bin/${name}`, argv: [name] });
    await machine.settle();
  }
  return machine;
}

const boxed = (machine: TestMachine) => [...machine.kernel.tasks].find(({ comm }) => comm === 'sleep')!;

/** `machine(init sleep box[mnt pid uts](sleep))` */
function drawn(fence: FenceView): string {
  const process = (view: FenceView['processes'][number]): string =>
    [view.comm, ...view.children.map(process)].join(' ');
  const own = fence.own.length > 0 ? `[${fence.own.map(({ kind }) => kind).join(' ')}]` : '';
  return `${fence.name}${own}(${[...fence.processes.map(process), ...fence.fences.map(drawn)].join(' ')})`;
}

describe('processes and what separates them', () => {
  test('without namespaces of their own all are on the machine', async () => {
    const { kernel } = await machineWith('sleep', 'sleep');
    expect(drawn(processesView(kernel, []))).toBe('test(test-init sleep sleep)');
  });

  test('a child in new namespaces stands behind a fence, with its numbers inside and outside', async () => {
    const { kernel } = await machineWith('box');
    const view = processesView(kernel, []);
    expect(drawn(view)).toBe('test(test-init box sleep[mnt pid uts](sleep))');
    const inner = view.fences[0]!.processes[0]!;
    expect(inner.pids).toEqual([inner.pid, 1]);
    expect(inner.command).toBe('sleep inf');
    expect(inner.namespaces).toHaveLength(8);
    expect(inner.namespaces.filter(({ inode }) => inode === 4026531837)).toEqual([
      { kind: 'user', inode: 4026531837 },
    ]);
  });

  test('who enters the namespaces of another is behind the same fence', async () => {
    const { kernel } = await machineWith('box', 'joiner');
    const [fence] = processesView(kernel, []).fences;
    expect(fence?.processes.map(({ command }) => command)).toEqual(['sleep inf', 'sleep 9']);
  });

  test('the fence of a container has its name', async () => {
    const machine = await machineWith('box');
    const container = { name: 'web', pid: boxed(machine).pid } as ContainerModel;
    expect(processesView(machine.kernel, [container]).fences[0]).toMatchObject({
      name: 'web',
      is: 'container',
    });
  });

  test('a fence keeps its identity from look to look', async () => {
    const machine = await machineWith('box');
    const before = processesView(machine.kernel, []).fences[0]?.id;
    machine.kernel.spawn({ path: '/bin/box', argv: ['box'] });
    await machine.settle();
    const after = processesView(machine.kernel, []).fences.map(({ id }) => id);
    expect(after).toHaveLength(2);
    expect(after[0]).toBe(before);
  });
});
