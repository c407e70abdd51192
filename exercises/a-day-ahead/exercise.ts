import type { Check } from '../../src/lab/check.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import type { Inspection } from '../../src/lab/inspection.ts';
import { namespaceOf, namespacesOfItsOwn } from '../../src/lab/process-checks.ts';

const DAY = 86400;

/** Seconds by which the clock that counts from boot is set ahead for a process. */
const bootOffset = (world: Inspection, pid: number): number =>
  Number(/^boottime\s+(-?\d+)/m.exec(world.file(`/proc/${pid}/timens_offsets`) ?? '')?.[1] ?? 0);

const sleepers = (world: Inspection) =>
  world
    .processes()
    .filter(({ pid, comm }) => comm === 'sleep' && namespacesOfItsOwn(world, pid).includes('time'));

const ahead: Check = (world) => {
  const all = sleepers(world).map(({ pid }) => bootOffset(world, pid));
  return {
    passed: all.includes(DAY),
    expected: {
      en: 'a process sleep for which the clock that counts from boot is a day ahead',
      'zh-cn': '一个sleep进程，对它来说，从启动算起的时钟快一天',
    },
    found:
      all.length === 0
        ? { en: 'no sleep in a time namespace of its own', 'zh-cn': '没有哪个sleep有自己的时间命名空间' }
        : { en: `ahead by ${all.join(', ')} seconds`, 'zh-cn': `快${all.join('、')}秒` },
    look: 'sudo cat /proc/$(pgrep -n sleep)/timens_offsets',
  };
};

const truePath: Check = (world) => {
  const container = world.container('open');
  const machine = world.namespaces().find(({ kind }) => kind === 'cgroup')?.inode;
  const shared = container && container.pid > 0 && namespaceOf(world, container.pid, 'cgroup') === machine;
  const group = world.cgroups().find((one) => one.container === 'open');
  return {
    passed: shared === true && group?.memory.max === 64 << 20,
    expected: {
      en: 'a running container open, limited to 64 MB, in the cgroup namespace of the machine',
      'zh-cn': '一个正在运行的容器open，限制为64 MB，在机器的cgroup命名空间里',
    },
    found: !container?.pid
      ? { en: 'no running container open', 'zh-cn': '没有正在运行的容器open' }
      : {
          en: `open ${shared ? 'shares the machine’s namespace' : 'has a cgroup namespace of its own'}, memory.max ${group?.memory.max ?? 'max'}`,
          'zh-cn': `open${shared ? '与机器共用命名空间' : '有自己的cgroup命名空间'}，memory.max为${group?.memory.max ?? 'max'}`,
        },
    look: 'docker exec open cat /proc/self/cgroup',
  };
};

export default defineExercise({
  id: 'a-day-ahead',
  title: { en: 'A day ahead, and a true path', 'zh-cn': '快一天，以及真实的路径' },
  intro: {
    en: 'The machine has been up for a few seconds. The image alpine is there.',
    'zh-cn': '这台机器才启动几秒。镜像alpine已经在了。',
  },
  setup: ['docker pull -q alpine'],
  tasks: [
    {
      id: 'ahead',
      goal: {
        en: 'Start a process that sleeps for a day, and for which the machine has been up a day longer than it has.',
        'zh-cn': '启动一个睡一天的进程，在它看来，机器已经多运行了一天。',
      },
      hints: [
        {
          en: 'Which of the clocks tells how long the machine has been up, and in what unit does unshare want to know?',
          'zh-cn': '哪一个时钟表示机器运行了多久？unshare要的是什么单位？',
        },
        {
          en: 'unshare has the options --time and --boottime SECONDS. A day has 86400 of them.',
          'zh-cn': 'unshare有--time和--boottime两个选项，后者以秒为单位。一天有86400秒。',
        },
      ],
      checks: [ahead],
    },
    {
      id: 'path',
      goal: {
        en: 'Run a container named open from alpine, asleep and limited to 64 MB, that sees its full path in the tree of cgroups.',
        'zh-cn':
          '用alpine运行一个名为open的容器，让它睡着，限制为64 MB，并且看得到自己在cgroup树里的完整路径。',
      },
      hints: [
        {
          en: 'The path is short because the container has a namespace for it. Docker can leave that out.',
          'zh-cn': '路径之所以短，是因为容器有一个管它的命名空间。可以让Docker不建它。',
        },
        {
          en: 'docker run has the option --cgroupns, with the values private and host.',
          'zh-cn': 'docker run有--cgroupns选项，取值有private和host。',
        },
      ],
      checks: [truePath],
    },
  ],
  solution: [
    { task: 'ahead', commands: ['sudo unshare --time --boottime 86400 --fork sleep 1d &'] },
    { task: 'path', commands: ['docker run -d --name open -m 64m --cgroupns host alpine sleep 1d'] },
  ],
  mistakes: [
    {
      id: 'wrong-clock',
      task: 'ahead',
      commands: ['sudo unshare --time --monotonic 86400 --fork sleep 1d &'],
      explanation: {
        en: 'There are two clocks that count from boot. This one stands still while the machine sleeps, and uptime does not read it. Set the other one ahead.',
        'zh-cn': '从启动算起的时钟有两个。这一个在机器休眠时会停下，uptime读的不是它。请拨另一个。',
      },
      shown: (world) => sleepers(world).some(({ pid }) => bootOffset(world, pid) === 0),
    },
    {
      id: 'path-without-limit',
      task: 'path',
      commands: ['docker run -d --name open --cgroupns host alpine sleep 1d'],
      explanation: {
        en: 'It sees its path, and has no limit. The namespace and the limit are two different things, and here both were asked for.',
        'zh-cn': '它看得到路径，却没有限制。命名空间和限制是两回事，这里两样都要。',
      },
      shown: (world) => {
        const group = world.cgroups().find((one) => one.container === 'open');
        return group !== undefined && group.memory.max === undefined;
      },
    },
  ],
});
