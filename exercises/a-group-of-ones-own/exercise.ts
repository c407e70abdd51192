import type { Check } from '../../src/lab/check.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import type { Inspection } from '../../src/lab/inspection.ts';
import type { CgroupView } from '../../src/lab/xray/cgroups.ts';

const HOME = '/home/learner';
const LIMIT = 50 << 20;

const guarded = (world: Inspection) => world.cgroups().find(({ path }) => path === '/guarded');

const megabytes = ({ memory }: CgroupView) =>
  memory.max === undefined ? 'max' : `${(memory.max / 2 ** 20).toFixed(0)} MiB`;

const limited: Check = (world) => {
  const group = guarded(world);
  const members = group?.processes.map(({ comm, pid }) => `${comm} (${pid})`) ?? [];
  return {
    passed: group?.memory.max === LIMIT && members.length > 0,
    expected: {
      en: 'a cgroup guarded at the top of the tree, with memory.max at 50M and a process in it',
      'zh-cn': '树顶有一个名为guarded的cgroup，memory.max为50M，里面有一个进程',
    },
    found: group
      ? {
          en: `guarded with memory.max ${megabytes(group)}; ${members.length > 0 ? members.join(', ') : 'no process in it'}`,
          'zh-cn': `guarded，memory.max为${megabytes(group)}；${members.length > 0 ? members.join('、') : '里面没有进程'}`,
        }
      : { en: 'no cgroup guarded', 'zh-cn': '没有名为guarded的cgroup' },
    look: 'cat /sys/fs/cgroup/guarded/memory.max /sys/fs/cgroup/guarded/cgroup.procs',
  };
};

const answer = (world: Inspection) => world.file(`${HOME}/where`)?.trim();

/** The path of the cgroup that a container's first process is in. */
const pathOf = (world: Inspection) => {
  const pid = world.container('web')?.pid;
  return world.processes().find((process) => process.pid === pid)?.cgroup;
};

const found: Check = (world) => {
  const path = pathOf(world);
  const written = answer(world)
    ?.replace(/^\/sys\/fs\/cgroup/, '')
    .replace(/\/$/, '');
  return {
    passed: path !== undefined && written === path,
    expected: {
      en: 'the file where holds the path of the cgroup of web',
      'zh-cn': '文件where里写着web的cgroup路径',
    },
    found:
      written === undefined
        ? { en: 'no file where', 'zh-cn': '没有文件where' }
        : { en: `where holds ${answer(world)}`, 'zh-cn': `where里写着${answer(world)}` },
    look: "docker inspect -f '{{.State.Pid}}' web",
  };
};

export default defineExercise({
  id: 'a-group-of-ones-own',
  title: { en: 'A group of one’s own', 'zh-cn': '自己的一个组' },
  intro: {
    en: 'The machine has cgroup version 2 at /sys/fs/cgroup. A container web is running.',
    'zh-cn': '这台机器的cgroup第2版在/sys/fs/cgroup。容器web正在运行。',
  },
  setup: ['docker run -d --name web nginx'],
  tasks: [
    {
      id: 'limit',
      goal: {
        en: 'Make a cgroup named guarded at the top of the tree, limit it to 50M of memory, and let a sleep of one day run in it.',
        'zh-cn': '在树顶建一个名为guarded的cgroup，把它的内存限制为50M，并让一个睡一天的sleep在里面运行。',
      },
      hints: [
        {
          en: 'Groups are directories, limits are files, and members are numbers in a file. Who may write there?',
          'zh-cn': '组就是目录，限制就是文件，成员就是文件里的编号。谁可以往那里写？',
        },
        {
          en: 'A shell can put itself into the group with echo $$ and then start the sleep with exec: one line for sudo sh -c, with & at the end.',
          'zh-cn': 'shell可以用echo $$把自己放进组里，再用exec启动sleep：写成给sudo sh -c的一行，行尾加&。',
        },
      ],
      checks: [limited],
    },
    {
      id: 'find',
      goal: {
        en: 'Write the path of the cgroup of the container web, as the machine sees it, into the file where in your home directory.',
        'zh-cn': '把容器web的cgroup路径（从机器上看到的）写进你主目录下的文件where。',
      },
      hints: [
        {
          en: 'Each process knows its group: in one of its files under /proc. Which process is the container’s?',
          'zh-cn': '每个进程都知道自己的组，就在它/proc下的一个文件里。哪个是容器的进程？',
        },
        {
          en: '/proc/PID/cgroup has one line, 0::PATH. Read it on the machine, not in the container.',
          'zh-cn': '/proc/PID/cgroup里有一行0::路径。要在机器上读，不要在容器里读。',
        },
      ],
      checks: [found],
    },
  ],
  solution: [
    {
      task: 'limit',
      commands: [
        'sudo mkdir /sys/fs/cgroup/guarded',
        'echo +memory | sudo tee /sys/fs/cgroup/cgroup.subtree_control',
        'echo 50M | sudo tee /sys/fs/cgroup/guarded/memory.max',
        "sudo sh -c 'echo $$ > /sys/fs/cgroup/guarded/cgroup.procs; exec sleep 1d' &",
      ],
    },
    {
      task: 'find',
      commands: ["cut -d : -f 3 /proc/$(docker inspect -f '{{.State.Pid}}' web)/cgroup > where"],
    },
  ],
  mistakes: [
    {
      id: 'nobody-in-it',
      task: 'limit',
      commands: [
        'sudo mkdir /sys/fs/cgroup/guarded',
        'echo 50M | sudo tee /sys/fs/cgroup/guarded/memory.max',
        'sleep 1d &',
      ],
      explanation: {
        en: 'The limit is set, and nobody is in the group: your sleep was born into the group of your shell. Write its number into cgroup.procs of guarded.',
        'zh-cn':
          '限制设好了，但组里没有进程：你的sleep出生在你的shell所在的组里。把它的编号写进guarded的cgroup.procs。',
      },
      shown: (world) => guarded(world)?.memory.max !== undefined && guarded(world)?.processes.length === 0,
    },
    {
      id: 'seen-from-inside',
      task: 'find',
      commands: ['docker exec web cat /proc/self/cgroup | cut -d : -f 3 > where'],
      explanation: {
        en: 'A container has a cgroup namespace of its own, in which its group is the root: it sees /. Ask on the machine.',
        'zh-cn': '容器有自己的cgroup命名空间，在那里它的组就是根，所以它看到的是/。请在机器上问。',
      },
      shown: (world) => answer(world) === '/',
    },
  ],
});
