import type { Check } from '../../src/lab/check.ts';
import { running } from '../../src/lab/docker-checks.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const SCRATCH = ['/run', '/tmp'];

/** What the first process of a container sees mounted at a place. */
const mountAt = (world: Inspection, point: string) => {
  const pid = world.container('till')?.pid;
  return pid ? world.mounts(pid).findLast((mount) => mount.point === point) : undefined;
};

const notRunning = { en: 'till is not running', 'zh-cn': 'till没有在运行' };
const isRunning = (world: Inspection) => world.container('till')?.status === 'running';

const locked: Check = (world) => {
  const root = mountAt(world, '/');
  return {
    passed: root?.options.includes('ro') ?? false,
    expected: { en: 'till cannot write to its own layer', 'zh-cn': 'till写不了自己的那一层' },
    found: !root
      ? notRunning
      : root.options.includes('ro')
        ? { en: 'it can only read', 'zh-cn': '只能读' }
        : { en: 'it can write', 'zh-cn': '可以写' },
    look: "docker inspect -f '{{.HostConfig.ReadonlyRootfs}}' till",
  };
};

const scratchInMemory: Check = (world) => {
  const found = SCRATCH.filter((point) => mountAt(world, point)?.type === 'tmpfs');
  return {
    passed: found.length === SCRATCH.length,
    expected: { en: '/run and /tmp of till are in memory', 'zh-cn': 'till的/run和/tmp在内存里' },
    found: !isRunning(world)
      ? notRunning
      : found.length === 0
        ? { en: 'neither of them', 'zh-cn': '都不在' }
        : { en: found.join(', '), 'zh-cn': found.join('、') },
    look: 'docker exec till df',
  };
};

const receiptsVolume = (world: Inspection) =>
  world.container('till')?.mounts.find(({ Destination }) => Destination === '/receipts');

const receiptsKept: Check = (world) => {
  const mount = receiptsVolume(world);
  return {
    passed: mount?.Type === 'volume' && mount.Name === 'receipts',
    expected: { en: 'till has the volume receipts at /receipts', 'zh-cn': 'till的/receipts上是卷receipts' },
    found: !world.container('till')
      ? { en: 'no container named till', 'zh-cn': '没有名为till的容器' }
      : mount
        ? {
            en: `${mount.Name ?? mount.Source} at /receipts`,
            'zh-cn': `/receipts上是${mount.Name ?? mount.Source}`,
          }
        : { en: 'no volume at /receipts', 'zh-cn': '/receipts上没有卷' },
    look: "docker inspect -f '{{json .Mounts}}' till",
  };
};

const firstBrought: Check = (world) => {
  const volume = receiptsVolume(world)?.Source;
  const found = volume ? world.file(`${volume}/first`)?.trim() : undefined;
  return {
    passed: found === 'receipt 1 of the old till',
    expected: {
      en: 'in the volume lies the receipt first, as old had it',
      'zh-cn': '卷里有收据first，和old里的一样',
    },
    found: found
      ? { en: found, 'zh-cn': found }
      : { en: 'no file first in it', 'zh-cn': '里面没有文件first' },
    look: 'docker exec till cat /receipts/first',
  };
};

const oldIsGone: Check = (world) => ({
  passed: world.container('old') === undefined,
  expected: { en: 'the container old is removed', 'zh-cn': '容器old已删除' },
  found: world.container('old')
    ? { en: 'old is still there', 'zh-cn': 'old还在' }
    : { en: 'it is', 'zh-cn': '已删除' },
  look: 'docker ps -a',
});

const run = (options: string) => [`docker run -d --name till ${options} till:1`, 'sleep 2'];
const RIGHT = '--read-only --tmpfs /run --tmpfs /tmp -v receipts:/receipts';

export default defineExercise({
  id: 'nothing-to-lose',
  title: { en: 'Nothing to lose', 'zh-cn': '没有什么可丢' },
  intro: {
    en: 'The program in the image till:1 keeps its notes of the moment in /run and /tmp, and the receipts in /receipts. In the container old, all of that lies in the container’s own layer.',
    'zh-cn':
      '镜像till:1里的程序把临时的东西写在/run和/tmp，把收据写在/receipts。在容器old里，这些全都在容器自己的那一层。',
  },
  setup: [
    [
      "mkdir till; cat > till/till.sh <<'END'",
      '#!/bin/sh',
      'set -e',
      'echo $$ > /run/till.pid',
      'mkdir -p /tmp/till /receipts',
      'while true; do',
      '  date > /tmp/till/draft',
      '  cp /tmp/till/draft /receipts/last',
      '  sleep 1',
      'done',
      'END',
    ].join('\n'),
    `printf 'FROM alpine\\nCOPY --chmod=755 till.sh /till.sh\\nCMD ["/till.sh"]\\n' > till/Dockerfile; docker build -q -t till:1 till`,
    "docker run -d --name old till:1; sleep 1; docker exec old sh -c 'echo receipt 1 of the old till > /receipts/first'",
  ],
  tasks: [
    {
      id: 'locked',
      goal: {
        en: 'Run a container till from till:1 that cannot write to its own layer: what is of the moment goes into memory, what is to last into the volume receipts.',
        'zh-cn': '从till:1运行容器till，让它写不了自己的那一层：临时的东西放进内存，要留下的放进卷receipts。',
      },
      hints: [
        {
          en: 'Lock the layer first, and let docker logs till say where the program cannot write. docker diff old lists all its places at once.',
          'zh-cn':
            '先把那一层锁上，看docker logs till说程序在哪里写不了。docker diff old会一次列出它写过的所有地方。',
        },
        {
          en: 'Three options: --read-only for the layer, --tmpfs for each folder in memory, -v for the volume.',
          'zh-cn': '三种选项：--read-only管这一层，--tmpfs给每个放在内存里的目录，-v给卷。',
        },
      ],
      checks: [running('till', 'till'), locked, scratchInMemory, receiptsKept],
    },
    {
      id: 'brought',
      goal: {
        en: 'Bring the receipt /receipts/first of old into the volume. Then old may go: remove it.',
        'zh-cn': '把old里的收据/receipts/first放进卷里。之后old就可以走了：删掉它。',
      },
      hints: [
        {
          en: 'docker cp copies between the machine and a container, from the first place to the second. From one container to another there are two steps.',
          'zh-cn':
            'docker cp在本机和容器之间复制，从前一个位置到后一个位置。从一个容器到另一个容器，要走两步。',
        },
        {
          en: 'The layer of till is locked, its volume is not: what is copied to /receipts gets there.',
          'zh-cn': 'till的那一层锁上了，卷没有锁：复制到/receipts的东西进得去。',
        },
      ],
      checks: [firstBrought, oldIsGone],
    },
  ],
  solution: [
    { task: 'locked', commands: ['docker diff old', ...run(RIGHT)] },
    {
      task: 'brought',
      commands: ['docker cp old:/receipts/first .', 'docker cp first till:/receipts', 'docker rm -f old'],
    },
  ],
  mistakes: [
    {
      id: 'still-open',
      task: 'locked',
      commands: run('--tmpfs /run --tmpfs /tmp -v receipts:/receipts'),
      explanation: {
        en: 'Every place is mounted, and the layer is still open: if the next version writes elsewhere, nobody notices until it is lost. --read-only makes it fail at once.',
        'zh-cn':
          '每个地方都挂好了，那一层却还开着：哪天新版本写到别处，丢了才会有人发现。--read-only让它当场失败。',
      },
      shown: (world) => isRunning(world) && mountAt(world, '/')?.options.includes('ro') === false,
    },
    {
      id: 'no-room-for-scratch',
      task: 'locked',
      commands: run('--read-only -v receipts:/receipts'),
      explanation: {
        en: 'The program wanted to write a note and could not, so it ended. docker logs till says where. Give it those folders in memory.',
        'zh-cn':
          '程序想记点东西，却写不进去，就结束了。docker logs till会说是在哪里。把那些目录给它放到内存里。',
      },
      shown: (world) => world.container('till')?.status === 'exited',
    },
    {
      id: 'receipts-in-memory',
      task: 'locked',
      commands: run('--read-only --tmpfs /run --tmpfs /tmp --tmpfs /receipts'),
      explanation: {
        en: 'The receipts are in memory now, and gone as soon as till stops. What is to last belongs into a volume.',
        'zh-cn': '收据现在也在内存里，till一停就没了。要留下的东西应该放进卷里。',
      },
      shown: (world) => mountAt(world, '/receipts')?.type === 'tmpfs',
    },
    {
      id: 'a-volume-without-a-name',
      task: 'locked',
      commands: run('--read-only --tmpfs /run --tmpfs /tmp -v /receipts'),
      explanation: {
        en: 'This volume has no name, and the next container gets another. Put a name in front of the path.',
        'zh-cn': '这个卷没有名字，下一个容器会得到另一个卷。在路径前面写上名字。',
      },
      shown: (world) => {
        const mount = receiptsVolume(world);
        return mount?.Type === 'volume' && mount.Name !== 'receipts';
      },
    },
    {
      id: 'old-removed-too-soon',
      task: 'brought',
      commands: [...run(RIGHT), 'docker rm -f old'],
      explanation: {
        en: 'old is gone, and the receipt with it: it was in no volume. That is why nothing should lie in a container’s own layer. Begin the exercise again.',
        'zh-cn':
          'old没了，收据也跟着没了：它不在任何卷里。这正是不该把东西留在容器自己那一层的原因。重新开始这个练习吧。',
      },
      shown: (world) => {
        const volume = receiptsVolume(world)?.Source;
        return !world.container('old') && !(volume && world.file(`${volume}/first`));
      },
    },
  ],
});
