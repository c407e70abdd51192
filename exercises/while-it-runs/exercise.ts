import type { Check } from '../../src/lab/check.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const MB = 1 << 20;

const groupOf = (world: Inspection, name: string) =>
  world.cgroups().find(({ container }) => container === name);

const none = { en: 'none', 'zh-cn': '没有' };
const notThere = (name: string) => ({
  en: `no running container named ${name}`,
  'zh-cn': `没有正在运行的容器${name}`,
});

const capped: Check = (world) => {
  const group = groupOf(world, 'hungry');
  return {
    passed: group?.cpu.max === 0.25,
    expected: {
      en: 'hungry gets a quarter of a processor at most',
      'zh-cn': 'hungry最多得到四分之一个处理器',
    },
    found: !group
      ? notThere('hungry')
      : group.cpu.max === undefined
        ? { en: `no cap, weight ${group.cpu.weight}`, 'zh-cn': `没有上限，权重${group.cpu.weight}` }
        : { en: `at most ${group.cpu.max}`, 'zh-cn': `最多${group.cpu.max}` },
    look: 'docker exec hungry cat /sys/fs/cgroup/cpu.max',
  };
};

/** The limit stands in the cgroup, and Docker knows of it. */
const memoryOf =
  (name: string, megabytes: number): Check =>
  (world) => {
    const max = groupOf(world, name)?.memory.max;
    const known = world.container(name)?.memory ?? 0;
    const inWords = (bytes: number | undefined) => (bytes ? `${bytes / MB} MB` : undefined);
    return {
      passed: max === megabytes * MB && known === max,
      expected: {
        en: `${name} has a limit of ${megabytes} MB, in its cgroup and in Docker’s settings`,
        'zh-cn': `${name}的上限是${megabytes} MB，cgroup里和Docker的设置里都是`,
      },
      found: !groupOf(world, name)
        ? notThere(name)
        : {
            en: `cgroup: ${inWords(max) ?? none.en}; Docker: ${inWords(known) ?? none.en}`,
            'zh-cn': `cgroup：${inWords(max) ?? none['zh-cn']}；Docker：${inWords(known) ?? none['zh-cn']}`,
          },
      look: `docker inspect -f '{{.HostConfig.Memory}}' ${name}`,
    };
  };

const tasksOfHungry: Check = (world) => {
  const group = groupOf(world, 'hungry');
  return {
    passed: group?.pids.max === 20,
    expected: { en: 'hungry may have 20 tasks', 'zh-cn': 'hungry最多可以有20个任务' },
    found: !group
      ? notThere('hungry')
      : group.pids.max === undefined
        ? { en: 'as many as it likes', 'zh-cn': '没有限制' }
        : { en: `${group.pids.max}`, 'zh-cn': `${group.pids.max}` },
    look: 'docker exec hungry cat /sys/fs/cgroup/pids.max',
  };
};

const starts = (world: Inspection, name: string) =>
  world.containerEvents().filter((event) => event.name === name && event.action === 'start').length;

const neverStopped =
  (name: string): Check =>
  (world) => {
    const container = world.container(name);
    return {
      passed: container?.status === 'running' && starts(world, name) === 1,
      expected: {
        en: `${name} has run without a break since the beginning`,
        'zh-cn': `${name}从一开始就没有中断过`,
      },
      found:
        container?.status !== 'running'
          ? notThere(name)
          : { en: `started ${starts(world, name)} times`, 'zh-cn': `启动过${starts(world, name)}次` },
      look: `docker inspect -f '{{.State.StartedAt}}' ${name}`,
    };
  };

export default defineExercise({
  id: 'while-it-runs',
  title: { en: 'While it runs', 'zh-cn': '不停机' },
  intro: {
    en: 'hungry was started without any limit and has been calculating for hours; the result is due tonight. shop was started with 16 MB, which was too little. Neither may be interrupted.',
    'zh-cn':
      'hungry启动时没有任何限制，已经算了几个小时，今晚就要结果。shop启动时只给了16 MB，太少了。两个都不能中断。',
  },
  setup: [
    "docker run -d --name hungry alpine sh -c 'while true; do sleep 1; done'",
    'docker run -d --name shop -m 16m nginx:alpine',
  ],
  tasks: [
    {
      id: 'limit',
      goal: {
        en: 'From now on, hungry may use a quarter of a processor, 64 MB of memory and 20 tasks. It goes on as it is.',
        'zh-cn': '从现在起，hungry最多用四分之一个处理器、64 MB内存、20个任务。它照常运行下去。',
      },
      hints: [
        {
          en: 'A limit is a number in a file of the cgroup, and can be changed at any time. Docker has a command for it, which also remembers.',
          'zh-cn': '上限只是cgroup里某个文件中的一个数，随时可以改。Docker有一条命令专做这件事，而且会记住。',
        },
        {
          en: 'docker update takes the options of docker run: --cpus, -m, --pids-limit. If it complains about memory, it says what else it wants to know.',
          'zh-cn':
            'docker update的选项和docker run一样：--cpus、-m、--pids-limit。要是它对内存有意见，会说还想知道什么。',
        },
      ],
      checks: [capped, memoryOf('hungry', 64), tasksOfHungry, neverStopped('hungry')],
    },
    {
      id: 'lift',
      goal: {
        en: 'Give shop 128 MB, with no swap beyond. It goes on as it is.',
        'zh-cn': '给shop 128 MB，此外不给交换空间。它照常运行下去。',
      },
      hints: [
        {
          en: 'With -m alone, Docker had set a second number for shop: memory and swap together, 32 MB. The first one must not be larger than the second.',
          'zh-cn':
            '当初只写了-m，Docker就给shop另设了一个数：内存加交换空间一共32 MB。前一个数不能比后一个大。',
        },
        {
          en: '--memory-swap is the sum of both. The same value as -m leaves nothing for swap.',
          'zh-cn': '--memory-swap是两者之和。和-m写成一样，就没有交换空间了。',
        },
      ],
      checks: [memoryOf('shop', 128), neverStopped('shop')],
    },
  ],
  solution: [
    {
      task: 'limit',
      commands: ['docker update --cpus 0.25 -m 64m --memory-swap 64m --pids-limit 20 hungry'],
    },
    { task: 'lift', commands: ['docker update -m 128m --memory-swap 128m shop'] },
  ],
  mistakes: [
    {
      id: 'a-share-for-a-cap',
      task: 'limit',
      commands: ['docker update --cpu-shares 256 -m 64m --memory-swap 64m --pids-limit 20 hungry'],
      explanation: {
        en: 'A share counts only while others want the processor, too. At night hungry would have it all. A cap is --cpus.',
        'zh-cn': '份额只在别人也要处理器的时候才起作用。到了夜里，hungry还是会全部占走。上限要用--cpus。',
      },
      shown: (world) => {
        const group = groupOf(world, 'hungry');
        return group !== undefined && group.cpu.max === undefined && group.cpu.weight !== 100;
      },
    },
    {
      id: 'made-anew',
      task: 'limit',
      commands: [
        'docker rm -f hungry',
        "docker run -d --name hungry --cpus 0.25 -m 64m --memory-swap 64m --pids-limit 20 alpine sh -c 'while true; do sleep 1; done'",
      ],
      explanation: {
        en: 'The limits are right, and the work of hours is gone: this is a new process. docker update changes them in the old one.',
        'zh-cn': '限制都对，几个小时的成果却没了：这是一个新进程。docker update可以在原来那个上直接改。',
      },
      shown: (world) => starts(world, 'hungry') > 1,
    },
    {
      id: 'behind-dockers-back',
      task: 'lift',
      commands: ['echo 128M | sudo tee /sys/fs/cgroup/docker/$(docker inspect -f "{{.Id}}" shop)/memory.max'],
      explanation: {
        en: 'The kernel keeps to it, and Docker does not know: after the next start shop has 16 MB again. Tell Docker, with docker update.',
        'zh-cn': '内核会照办，Docker却不知道：下次启动，shop又只有16 MB。要用docker update告诉Docker。',
      },
      shown: (world) => {
        const [max, known] = [groupOf(world, 'shop')?.memory.max, world.container('shop')?.memory];
        return max !== undefined && max !== known;
      },
    },
  ],
});
