import type { Check } from '../../src/lab/check.ts';
import { stateOf } from '../../src/lab/docker-checks.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const HOME = '/home/learner';

/** A file of the cgroup of a container, trimmed. */
const groupFile = (world: Inspection, name: string, file: string): string | undefined => {
  const container = world.container(name);
  return container && world.file(`/sys/fs/cgroup/docker/${container.id}/${file}`)?.trim();
};

const refusals = (world: Inspection): number =>
  Number(/^max (\d+)/m.exec(groupFile(world, 'bomb', 'pids.events') ?? '')?.[1] ?? 0);

const contained: Check = (world) => {
  const container = world.container('bomb');
  const limit = groupFile(world, 'bomb', 'pids.max');
  const refused = refusals(world);
  return {
    passed: container?.status === 'running' && Number(limit) <= 50 && refused > 0,
    expected: {
      en: 'a running container bomb that may have 50 tasks at most, and to which more were refused',
      'zh-cn': '一个正在运行的容器bomb，最多50个任务，并且有更多的任务被拒绝过',
    },
    found: container
      ? {
          en: `${stateOf(container).en}; at most ${limit ?? '–'} tasks; ${refused} refused`,
          'zh-cn': `${stateOf(container)['zh-cn']}；最多${limit ?? '–'}个任务；拒绝了${refused}次`,
        }
      : { en: 'no container bomb', 'zh-cn': '没有名为bomb的容器' },
    look: 'docker exec bomb cat /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids.events',
  };
};

const frozen: Check = (world) => {
  const container = world.container('counter');
  const state = container && stateOf(container);
  return {
    passed: container?.status === 'paused' && groupFile(world, 'counter', 'cgroup.freeze') === '1',
    expected: {
      en: 'the container counter is frozen, its processes still there',
      'zh-cn': '容器counter被冻结，它的进程还在',
    },
    found: state ?? { en: 'no container counter', 'zh-cn': '没有名为counter的容器' },
    look: 'docker ps -a; docker top counter',
  };
};

/** What does the work of each controller in version 2. */
const TODAY: Readonly<Record<string, RegExp>> = {
  cpu: /^cpu\.(weight(\.nice)?|max(\.burst)?)$/,
  cpuacct: /^cpu\.stat$/,
  cpuset: /^cpuset\.(cpus|mems)(\.\w+)*$/,
  memory: /^memory\.\w+(\.\w+)*$/,
  blkio: /^io\.(max|weight|latency|stat|bfq\.weight)$/,
  devices: /^none$/,
  freezer: /^cgroup\.freeze$/,
  net_cls: /^none$/,
  perf_event: /^none$/,
};

/** The names whose line does not say what does their work today. */
const untranslated = (world: Inspection): string[] => {
  const lines = new Map(
    (world.file(`${HOME}/nine`) ?? '').split('\n').map((line) => {
      const [name = '', ...today] = line.trim().split(/\s+/);
      return [name, today.join(' ')];
    }),
  );
  return Object.entries(TODAY).flatMap(([name, right]) => (right.test(lines.get(name) ?? '') ? [] : [name]));
};

const translated: Check = (world) => {
  const wrong = untranslated(world);
  return {
    passed: wrong.length === 0,
    expected: {
      en: 'behind each of the nine names in the file nine, a file of version 2 that does its work, or none',
      'zh-cn': '文件nine里的九个名字后面，各写上第2版中起同样作用的文件，没有就写none',
    },
    found:
      wrong.length === 0
        ? { en: 'nine of nine', 'zh-cn': '九个都对' }
        : {
            en: `${9 - wrong.length} of 9; not yet: ${wrong.join(', ')}`,
            'zh-cn': `${9 - wrong.length}个对；还不对：${wrong.join('、')}`,
          },
    look: 'cat nine; ls /sys/fs/cgroup/docker/*/',
  };
};

export default defineExercise({
  id: 'a-bomb-in-a-box',
  title: { en: 'A bomb in a box', 'zh-cn': '盒子里的炸弹' },
  intro: {
    en: 'A container named counter runs. The file bomb holds a fork bomb for the shell of alpine, and the file nine the names of the nine controllers of version 1.',
    'zh-cn':
      '名为counter的容器正在运行。文件bomb里是给alpine的shell用的fork炸弹，文件nine里是第1版九个控制器的名字。',
  },
  setup: [
    "docker run -d --name counter alpine sh -c 'i=0; while :; do i=$((i+1)); echo $i > /n; sleep 1; done'",
    "echo 'b() { b | b & }; b; sleep 1d' > bomb",
    'printf "%s\\n" cpu cpuacct cpuset memory blkio devices freezer net_cls perf_event > nine',
  ],
  tasks: [
    {
      id: 'contain',
      goal: {
        en: 'Set off the bomb in a container named bomb, from the image alpine, that may have no more than 50 tasks. The machine shall not notice.',
        'zh-cn': '在名为bomb、镜像为alpine、最多50个任务的容器里引爆炸弹。不要让机器察觉。',
      },
      hints: [
        {
          en: 'What must be limited is not what the processes use, but how many there are.',
          'zh-cn': '要限制的不是进程用了多少，而是有多少个进程。',
        },
        {
          en: '--pids-limit. The text of the bomb goes to sh -c: "$(cat bomb)".',
          'zh-cn': '--pids-limit。炸弹的内容交给sh -c："$(cat bomb)"。',
        },
      ],
      checks: [contained],
    },
    {
      id: 'freeze',
      goal: {
        en: 'Let counter stand still where it is, so that it could go on counting later.',
        'zh-cn': '让counter停在原处，以后还能接着数。',
      },
      hints: [
        {
          en: 'A container that was stopped begins anew when it is started. Its processes must stay.',
          'zh-cn': '停止过的容器，再启动时会从头开始。它的进程得留着。',
        },
        {
          en: 'docker pause, or a 1 in a file of its group.',
          'zh-cn': 'docker pause，或者往它的组的一个文件里写1。',
        },
      ],
      checks: [frozen],
    },
    {
      id: 'translate',
      goal: {
        en: 'In the file nine, write behind each name a file of version 2 that does its work, for example “freezer cgroup.freeze”. Where no file does, write none.',
        'zh-cn':
          '在文件nine里，给每个名字后面写上第2版中起同样作用的一个文件，例如“freezer cgroup.freeze”。没有这样的文件，就写none。',
      },
      hints: [
        {
          en: 'The group of a container has all the files: ls /sys/fs/cgroup/docker/*/.',
          'zh-cn': '容器的组里有所有的文件：ls /sys/fs/cgroup/docker/*/。',
        },
        {
          en: 'Three of the nine have no file: two are done by programs in the kernel or by matching a path, one is always on.',
          'zh-cn': '九个里有三个没有文件：两个靠内核里的程序或按路径匹配，一个一直都开着。',
        },
      ],
      checks: [translated],
    },
  ],
  solution: [
    {
      task: 'contain',
      commands: ['docker run -d --name bomb --pids-limit 20 alpine sh -c "$(cat bomb)"', 'sleep 1'],
    },
    { task: 'freeze', commands: ['docker pause counter'] },
    {
      task: 'translate',
      commands: [
        "printf '%s\\n' 'cpu cpu.max' 'cpuacct cpu.stat' 'cpuset cpuset.cpus' 'memory memory.max' 'blkio io.max' 'devices none' 'freezer cgroup.freeze' 'net_cls none' 'perf_event none' > nine",
      ],
    },
  ],
  mistakes: [
    {
      id: 'memory-only',
      task: 'contain',
      commands: ['docker run -d --name bomb -m 16m alpine sh -c "b() { b | b & }; sleep 1d"'],
      explanation: {
        en: 'A limit of memory stops a process that takes much. The bomb takes little, and often. Limit how many there may be.',
        'zh-cn': '内存限制拦得住用得多的进程。炸弹每次只用一点，但次数很多。要限制的是进程的个数。',
      },
      shown: (world) =>
        (world.container('bomb')?.memory ?? 0) > 0 && groupFile(world, 'bomb', 'pids.max') === 'max',
    },
    {
      id: 'stopped',
      task: 'freeze',
      commands: ['docker stop -t 0 counter'],
      explanation: {
        en: 'That ended the process. Started again, it begins at 1. docker start brings it back; then let it stand still instead.',
        'zh-cn': '进程已经结束了，再启动就从1数起。先用docker start让它回来，再让它停住。',
      },
      shown: (world) => world.container('counter')?.status === 'exited',
    },
    {
      id: 'net-cls-today',
      task: 'translate',
      commands: [
        "printf '%s\\n' 'cpu cpu.max' 'cpuacct cpu.stat' 'cpuset cpuset.cpus' 'memory memory.max' 'blkio io.max' 'devices none' 'freezer cgroup.freeze' 'net_cls net_cls.classid' 'perf_event none' > nine",
      ],
      explanation: {
        en: 'net_cls.classid is a file of version 1. In version 2 packets are matched by the path of the group, and there is no file.',
        'zh-cn': 'net_cls.classid是第1版的文件。在第2版里，数据包按组的路径匹配，没有文件。',
      },
      shown: (world) => /net_cls\./.test(world.file(`${HOME}/nine`) ?? ''),
    },
  ],
});
