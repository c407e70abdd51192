import { NAMESPACE_FACTS } from '../../src/engine/kernel/namespace-kinds.ts';
import { HOME } from '../../src/lab/answers.ts';
import { type Arrangement, writing } from '../../src/lab/arrangement.ts';
import type { Check } from '../../src/lab/check.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

/** Kind, flag, and what is one's own; in the order in which they became complete. */
const LINES = [
  'mnt CLONE_NEWNS mounts',
  'uts CLONE_NEWUTS hostname',
  'ipc CLONE_NEWIPC semaphores',
  'pid CLONE_NEWPID process-numbers',
  'net CLONE_NEWNET devices',
  'user CLONE_NEWUSER user-numbers',
  'cgroup CLONE_NEWCGROUP path-in-the-tree',
  'time CLONE_NEWTIME uptime',
];
const [mnt = '', uts = '', ipc = '', ...younger] = LINES;

/** Flags and properties that sound right. */
const NAMED_ALIKE = 'mnt CLONE_NEWMNT mounts';
const SYDNEY = 'uts CLONE_NEWUTS time-zone';
const LIMITS = 'cgroup CLONE_NEWCGROUP memory-limit';

const kinds: Arrangement = {
  file: `${HOME}/kinds`,
  lines: LINES,
  spare: [NAMED_ALIKE, SYDNEY, LIMITS],
  alsoRight: [[mnt, ipc, uts, ...younger]],
  tryIt: 'cat -n kinds',
};

const written = (world: Inspection): string[] =>
  (world.file(kinds.file) ?? '')
    .split('\n')
    .map((line) => line.trim().replace(/\s+/g, ' '))
    .filter(Boolean);

type Kind = keyof typeof NAMESPACE_FACTS;

/** The day on which a release of Linux had all of the kind that a line names. */
const completeOn = (line: string): string => {
  const facts = NAMESPACE_FACTS[line.split(' ')[0] as Kind] as (typeof NAMESPACE_FACTS)[Kind] | undefined;
  return (facts?.complete ?? facts?.since)?.date ?? '';
};

const eightRight: Check = (world) => {
  const found = written(world);
  const right = found.filter((line) => LINES.includes(line));
  return {
    passed:
      right.length === LINES.length && found.length === LINES.length && new Set(right).size === LINES.length,
    expected: {
      en: 'the eight kinds, each with its flag and with what is one’s own in it',
      'zh-cn': '八种命名空间，每种都配上它的标志，以及各自独有的东西',
    },
    found:
      found.length === 0
        ? { en: 'no file kinds, or an empty one', 'zh-cn': '没有文件kinds，或者它是空的' }
        : {
            en: `${found.length} lines, ${right.length} of them right`,
            'zh-cn': `${found.length}行，其中${right.length}行是对的`,
          },
    look: 'cat -n kinds',
  };
};

const oldestFirst: Check = (world) => {
  const found = written(world);
  const wrong = found.findIndex((line, at) => at > 0 && completeOn(line) < completeOn(found[at - 1]!));
  const [before, after] = [found[wrong - 1], found[wrong]].map((line) => line?.split(' ')[0]);
  return {
    passed: found.length >= LINES.length && wrong < 0,
    expected: {
      en: 'the one that Linux had complete first stands at the top',
      'zh-cn': '最早完整出现在Linux里的排在最上面',
    },
    found:
      found.length === 0
        ? { en: 'no file kinds, or an empty one', 'zh-cn': '没有文件kinds，或者它是空的' }
        : wrong < 0
          ? { en: 'each is younger than the one above it', 'zh-cn': '每一种都不比上面的早' }
          : {
              en: `${after} stands below ${before}, and is older`,
              'zh-cn': `${after}排在${before}下面，却出现得更早`,
            },
    look: 'cat -n kinds',
  };
};

const withCard = (wrong: string, kind: string) =>
  writing({ file: kinds.file, lines: LINES.map((line) => (line.startsWith(`${kind} `) ? wrong : line)) });

export default defineExercise({
  id: 'eight-in-order',
  title: { en: 'Eight in order', 'zh-cn': '八种，按次序' },
  intro: {
    en: 'Linux did not get its namespaces in one piece: from the first to the last it took eighteen years. Cards for the eight kinds lie here, and three that are wrong.',
    'zh-cn':
      'Linux的命名空间不是一次到位的：从第一种到最后一种，用了十八年。这里有八种命名空间的卡片，还有三张是错的。',
  },
  tasks: [
    {
      id: 'order',
      goal: {
        en: 'Choose the eight lines that are right, and put them in the order in which Linux had each kind complete, the oldest first.',
        'zh-cn': '选出正确的八行，按每一种完整出现在Linux里的先后排列，最早的在最上面。',
      },
      hints: [
        {
          en: 'The first kind was thought to be the only one, and its flag says no more than “new namespace”. It is the one that no container can do without.',
          'zh-cn': '当初以为只会有这一种，所以它的标志只写着“新的命名空间”。没有它就做不出容器。',
        },
        {
          en: 'Two kinds came in one release, and may stand either way. Two had their flag long before they were complete: net from 2.6.24 to 2.6.29, user from 2.6.23 to 3.8. The two youngest are of 2016 and 2020.',
          'zh-cn':
            '有两种出现在同一个版本里，谁先谁后都行。有两种的标志来得早，过了很久才完整：net从2.6.24到2.6.29，user从2.6.23到3.8。最年轻的两种分别来自2016年和2020年。',
        },
      ],
      arrange: kinds,
      checks: [eightRight, oldestFirst],
    },
  ],
  solution: [{ task: 'order', commands: [writing(kinds)] }],
  mistakes: [
    {
      id: 'a-flag-that-sounds-right',
      task: 'order',
      commands: [withCard(NAMED_ALIKE, 'mnt')],
      explanation: {
        en: 'There is no CLONE_NEWMNT. Mount points came first, in 2002, when nobody thought of a second kind; so their flag is CLONE_NEWNS.',
        'zh-cn':
          '没有CLONE_NEWMNT这个标志。挂载点是2002年最先有的，当时没人想到还会有第二种，所以它的标志叫CLONE_NEWNS。',
      },
      shown: (world) => written(world).includes(NAMED_ALIKE),
    },
    {
      id: 'not-a-time-zone',
      task: 'order',
      commands: [withCard(SYDNEY, 'uts')],
      explanation: {
        en: 'UTS has to do with no time zone. It is UNIX Time-sharing System, after the structure that uname fills: what is one’s own are the host name and the domain name.',
        'zh-cn':
          'UTS和时区无关。它是UNIX Time-sharing System，得名于uname填写的那个结构：独有的是主机名和域名。',
      },
      shown: (world) => written(world).includes(SYDNEY),
    },
    {
      id: 'the-limits-are-elsewhere',
      task: 'order',
      commands: [withCard(LIMITS, 'cgroup')],
      explanation: {
        en: 'The cgroup namespace limits nothing. It only decides where the tree of cgroups begins for whoever looks; the limits are in the cgroups themselves.',
        'zh-cn': 'cgroup命名空间什么也不限制。它只决定看的人眼里cgroup树从哪里开始；限制在cgroup本身。',
      },
      shown: (world) => written(world).includes(LIMITS),
    },
    {
      id: 'by-the-first-flag',
      task: 'order',
      commands: [
        writing({
          file: kinds.file,
          lines: [mnt, uts, ipc, LINES[5]!, LINES[3]!, LINES[4]!, ...LINES.slice(6)],
        }),
      ],
      explanation: {
        en: 'The flag of user namespaces is of 2007. Until 2013 it did little: only Linux 3.8 let ordinary users make them, with root inside. What counts here is when it was complete.',
        'zh-cn':
          'user命名空间的标志2007年就有了，但直到2013年几乎没什么用：Linux 3.8才允许普通用户创建它，并在里面当root。这里按完整的时间算。',
      },
      shown: (world) => {
        const order = written(world).map((line) => line.split(' ')[0]);
        const [user, net] = [order.indexOf('user'), order.indexOf('net')];
        return user >= 0 && user < net;
      },
    },
  ],
});
