import type { Check } from '../../src/lab/check.ts';
import { stateOf } from '../../src/lab/docker-checks.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const groupOf = (world: Inspection, name: string) =>
  world.cgroups().find(({ container }) => container === name);

const starved: Check = (world) => {
  const container = world.container('starved');
  const state = container && stateOf(container);
  const killed = container?.oomKilled
    ? { en: 'out of memory', 'zh-cn': '内存不足' }
    : { en: 'not for memory', 'zh-cn': '不是因为内存' };
  return {
    passed: container?.oomKilled === true && container.memory === 64 << 20 && container.exitCode === 137,
    expected: {
      en: 'a container starved with a limit of 64 MB that was killed for lack of memory',
      'zh-cn': '一个名为starved的容器，限制为64 MB，因内存不足而被杀掉',
    },
    found: container
      ? {
          en: `${state!.en}; limit ${container.memory === 0 ? 'none' : `${container.memory >> 20} MB`}; ${killed.en}`,
          'zh-cn': `${state!['zh-cn']}；限制${container.memory === 0 ? '没有' : `${container.memory >> 20} MB`}；${killed['zh-cn']}`,
        }
      : { en: 'no container starved', 'zh-cn': '没有名为starved的容器' },
    look: "docker inspect -f '{{.State.OOMKilled}} {{.HostConfig.Memory}}' starved",
  };
};

const twoToOne: Check = (world) => {
  const [big, small] = ['big', 'small'].map((name) => groupOf(world, name));
  const told = [big, small].map((group) =>
    group
      ? `${group.container}: weight ${group.cpu.weight}${group.cpu.max === undefined ? '' : `, at most ${group.cpu.max} CPU`}`
      : '–',
  );
  const ratio = big && small ? big.cpu.weight / small.cpu.weight : 0;
  return {
    passed: Math.abs(ratio - 2) < 0.1 && big?.cpu.max === undefined && small?.cpu.max === undefined,
    expected: {
      en: 'big and small run, big with twice the weight of small, and neither has a cap',
      'zh-cn': 'big和small都在运行，big的权重是small的两倍，两者都没有上限',
    },
    found: { en: told.join('; '), 'zh-cn': told.join('；') },
    look: 'docker exec big cat /sys/fs/cgroup/cpu.weight /sys/fs/cgroup/cpu.max',
  };
};

const onOneProcessor: Check = (world) => {
  const sets = ['big', 'small'].map((name) => world.container(name)?.cpusetCpus ?? '–');
  return {
    passed: sets[0] === sets[1] && /^\d$/.test(sets[0] ?? ''),
    expected: {
      en: 'both are bound to the same single processor',
      'zh-cn': '两者都绑定在同一个处理器上',
    },
    found: {
      en: `big on ${sets[0] || 'any'}, small on ${sets[1] || 'any'}`,
      'zh-cn': `big在${sets[0] || '任意处理器'}，small在${sets[1] || '任意处理器'}`,
    },
    look: "docker inspect -f '{{.HostConfig.CpusetCpus}}' big small",
  };
};

export default defineExercise({
  id: 'fair-shares',
  title: { en: 'Fair shares', 'zh-cn': '公平的份额' },
  intro: {
    en: 'The machine has two processors and 2 GB of memory. The image alpine is there. For work that never ends, use the command in the file busy.',
    'zh-cn': '这台机器有两个处理器和2 GB内存。镜像alpine已经在了。需要一直忙碌的工作时，用文件busy里的命令。',
  },
  setup: ['docker pull -q alpine', "echo 'while :; do :; done' > busy"],
  tasks: [
    {
      id: 'starve',
      goal: {
        en: 'Let a container named starved, limited to 64 MB, be killed for lack of memory. Do not remove it.',
        'zh-cn': '让一个名为starved、限制为64 MB的容器因内存不足而被杀掉。不要删除它。',
      },
      hints: [
        {
          en: 'It needs a program that keeps all that it reads. One that waits for the end of a line that never comes will do.',
          'zh-cn': '需要一个把读到的都留着的程序。一直等一行结束、而这一行永远不结束的程序就行。',
        },
        {
          en: 'tail of /dev/zero. The limit is an option of docker run; without --rm the container stays to be looked at.',
          'zh-cn': '对/dev/zero用tail。限制是docker run的选项；不加--rm，容器就会留下来供查看。',
        },
      ],
      checks: [starved],
    },
    {
      id: 'share',
      goal: {
        en: 'Run two busy containers, big and small, on the same processor. Of what there is, big shall get two parts and small one; and whoever is alone shall have it all.',
        'zh-cn':
          '在同一个处理器上运行两个忙碌的容器big和small。有多少就按二比一分给它们；只剩一个时，全部归它。',
      },
      hints: [
        {
          en: 'A cap would hold even when nobody else wants the processor. What was asked for is a weight.',
          'zh-cn': '上限在没人争用时也照样管着。这里要的是权重。',
        },
        {
          en: '--cpu-shares takes any number; only the ratio matters. --cpuset-cpus names the processor.',
          'zh-cn': '--cpu-shares可以是任意数字，只有比例有意义。--cpuset-cpus指定处理器。',
        },
      ],
      checks: [twoToOne, onOneProcessor],
    },
  ],
  solution: [
    { task: 'starve', commands: ['docker run --name starved -m 64m alpine tail /dev/zero'] },
    {
      task: 'share',
      commands: [
        'docker run -d --name big --cpuset-cpus 0 --cpu-shares 2048 alpine sh -c "$(cat busy)"',
        'docker run -d --name small --cpuset-cpus 0 --cpu-shares 1024 alpine sh -c "$(cat busy)"',
      ],
    },
  ],
  mistakes: [
    {
      id: 'killed-by-hand',
      task: 'starve',
      commands: ['docker run -d --name starved -m 64m alpine sleep 1d', 'docker kill starved'],
      explanation: {
        en: 'The exit status is the same, 137, but it was you who sent the signal. OOMKilled tells the two apart. Let the program use up its memory.',
        'zh-cn': '退出状态同样是137，但信号是你发的。区分两者要看OOMKilled。让程序自己把内存用光。',
      },
      shown: (world) => {
        const container = world.container('starved');
        return container?.exitCode === 137 && !container.oomKilled;
      },
    },
    {
      id: 'capped',
      task: 'share',
      commands: [
        'docker run -d --name big --cpuset-cpus 0 --cpus 0.66 alpine sh -c "$(cat busy)"',
        'docker run -d --name small --cpuset-cpus 0 --cpus 0.33 alpine sh -c "$(cat busy)"',
      ],
      explanation: {
        en: 'Those are caps: when big ends, small still stands still two thirds of the time. Weights divide only what is wanted.',
        'zh-cn': '这是上限：big结束之后，small仍有三分之二的时间停着不动。权重只在争用时才起作用。',
      },
      shown: (world) => ['big', 'small'].some((name) => groupOf(world, name)?.cpu.max !== undefined),
    },
  ],
});
