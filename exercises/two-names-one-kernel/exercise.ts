import type { Check } from '../../src/lab/check.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import type { Inspection } from '../../src/lab/inspection.ts';
import { namespaceOf } from '../../src/lab/process-checks.ts';

/** Processes of the machine's own, apart from containers, in a UTS namespace that is not the machine's. */
const renamed = (world: Inspection) =>
  world
    .processes()
    .filter(
      ({ pid, pids, comm }) =>
        comm === 'sleep' && pids.length === 1 && namespaceOf(world, pid, 'uts') !== machineUts(world),
    );

const machineUts = (world: Inspection) => world.namespaces().find(({ kind }) => kind === 'uts')?.inode;

const machineName = (world: Inspection) => world.processes().find(({ pid }) => pid === 1)?.hostname;

const islandNamed: Check = (world) => {
  const all = renamed(world);
  const name = machineName(world);
  return {
    passed: all.some(({ hostname }) => hostname === 'island') && name === 'drydock',
    expected: {
      en: 'a process sleep for which this machine is called island, while its name is still drydock',
      'zh-cn': '有一个sleep进程认为这台机器叫island，而机器的名字仍是drydock',
    },
    found:
      name !== 'drydock'
        ? { en: `the machine itself is called ${name}`, 'zh-cn': `机器自己叫${name}了` }
        : all.length === 0
          ? { en: 'no sleep in a UTS namespace of its own', 'zh-cn': '没有哪个sleep有自己的UTS命名空间' }
          : {
              en: `a sleep for which it is called ${all.map(({ hostname }) => hostname).join(', ')}`,
              'zh-cn': `有一个sleep认为它叫${all.map(({ hostname }) => hostname).join('、')}`,
            },
    look: 'sudo nsenter -t $(pgrep -n sleep) -u hostname',
  };
};

const shared: Check = (world) => {
  const [one, two] = ['left', 'right'].map((name) => world.container(name)?.pid || undefined);
  const ipc = [one, two].map((pid) => pid && namespaceOf(world, pid, 'ipc'));
  const machine = world.namespaces().find(({ kind }) => kind === 'ipc')?.inode;
  const both = one !== undefined && two !== undefined;
  return {
    passed: both && ipc[0] === ipc[1] && ipc[0] !== machine,
    expected: {
      en: 'the running containers left and right are in one IPC namespace, which is not the machine’s',
      'zh-cn': '正在运行的容器left和right在同一个IPC命名空间里，而且不是机器的那一个',
    },
    found: !both
      ? { en: 'left and right are not both running', 'zh-cn': 'left和right没有都在运行' }
      : ipc[0] === machine && ipc[1] === machine
        ? { en: 'both are in the machine’s', 'zh-cn': '两者都在机器的那一个里面' }
        : { en: `ipc:[${ipc[0]}] and ipc:[${ipc[1]}]`, 'zh-cn': `ipc:[${ipc[0]}]和ipc:[${ipc[1]}]` },
    look: 'docker exec left ipcs -m; docker exec right ipcs -m',
  };
};

export default defineExercise({
  id: 'two-names-one-kernel',
  title: { en: 'Two names, one kernel', 'zh-cn': '两个名字，一个内核' },
  intro: {
    en: 'The machine is fresh, and called drydock. The image ubuntu:24.04 is there.',
    'zh-cn': '这是一台全新的机器，名叫drydock。镜像ubuntu:24.04已经在了。',
  },
  setup: ['docker pull -q ubuntu:24.04'],
  tasks: [
    {
      id: 'name',
      goal: {
        en: 'Start a process that sleeps for a day and for which this machine is called island. For everyone else it stays drydock.',
        'zh-cn': '启动一个睡一天的进程，在它看来这台机器叫island；在别人看来，它仍叫drydock。',
      },
      hints: [
        {
          en: 'The name is changed from inside, after the namespace is there and before the sleep.',
          'zh-cn': '名字要从里面改：在命名空间建好之后、睡觉之前。',
        },
        {
          en: 'unshare --uts runs a shell, the shell sets the host name and then becomes sleep with exec. No container is needed.',
          'zh-cn': 'unshare --uts运行一个shell，shell设好主机名，再用exec变成sleep。不需要容器。',
        },
      ],
      checks: [islandNamed],
    },
    {
      id: 'memory',
      goal: {
        en: 'Run two containers from ubuntu:24.04, left and right, that can share memory with each other and with nobody else.',
        'zh-cn': '用ubuntu:24.04运行两个容器left和right，它们之间可以共享内存，别人都不行。',
      },
      hints: [
        {
          en: 'The second container joins the namespace of the first. The first must allow it.',
          'zh-cn': '第二个容器加入第一个的命名空间，而第一个必须允许。',
        },
        {
          en: 'docker run has the option --ipc, with the values private, shareable, host and container:NAME.',
          'zh-cn': 'docker run有--ipc选项，取值有private、shareable、host和container:名字。',
        },
      ],
      checks: [shared],
    },
  ],
  solution: [
    { task: 'name', commands: ["sudo unshare --uts sh -c 'hostname island; exec sleep 1d' &"] },
    {
      task: 'memory',
      commands: [
        'docker run -d --name left --ipc shareable ubuntu:24.04 sleep 1d',
        'docker run -d --name right --ipc container:left ubuntu:24.04 sleep 1d',
      ],
    },
  ],
  mistakes: [
    {
      id: 'machine-renamed',
      task: 'name',
      commands: ['sudo hostname island', 'sleep 1d &'],
      explanation: {
        en: 'The whole machine is renamed now, for everybody in its namespace. Give it back its name with sudo hostname drydock, and change the name within a new namespace.',
        'zh-cn':
          '现在整台机器都改了名，命名空间里的每个进程都看得到。先用sudo hostname drydock改回来，再到新的命名空间里改名。',
      },
      shown: (world) => machineName(world) !== 'drydock',
    },
    {
      id: 'with-the-machine',
      task: 'memory',
      commands: [
        'docker run -d --name left --ipc host ubuntu:24.04 sleep 1d',
        'docker run -d --name right --ipc host ubuntu:24.04 sleep 1d',
      ],
      explanation: {
        en: 'They share memory, with each other and with every program of the machine. Only the two of them should: let one join the other.',
        'zh-cn': '它们是共享内存了，但也和机器上的所有程序共享。只该有它们两个：让其中一个加入另一个。',
      },
      shown: (world) => {
        const machine = world.namespaces().find(({ kind }) => kind === 'ipc')?.inode;
        return ['left', 'right'].some((name) => {
          const pid = world.container(name)?.pid;
          return pid !== undefined && pid > 0 && namespaceOf(world, pid, 'ipc') === machine;
        });
      },
    },
  ],
});
