import type { Check } from '../../src/lab/check.ts';
import { running, stateOf } from '../../src/lab/docker-checks.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import type { EventView, Inspection } from '../../src/lab/inspection.ts';

const WORD = 'lighthouse';
const NOTE = '/home/learner/word.txt';

/** What happened to a container since it was started last. */
function sinceStart(world: Inspection, name: string): EventView[] {
  const id = world.container(name)?.id;
  const events = world.containerEvents().filter((event) => event.container === id);
  return events.slice(events.findLastIndex(({ action }) => action === 'start') + 1);
}

const wordFound: Check = (world) => {
  const text = world.file(NOTE)?.trim();
  return {
    passed: text === WORD,
    expected: {
      en: 'word.txt holds the word that stands in /run/word inside web',
      'zh-cn': 'word.txt里是web的/run/word中的那个词',
    },
    found:
      text === undefined
        ? { en: 'no file word.txt', 'zh-cn': '没有文件word.txt' }
        : { en: text || 'an empty file', 'zh-cn': text || '一个空文件' },
    look: 'cat word.txt',
  };
};

const lookedByExec: Check = (world) => {
  const commands = sinceStart(world, 'web')
    .filter(({ action }) => action.startsWith('exec_start'))
    .map(({ action }) => action.replace('exec_start: ', '').trim());
  return {
    passed: commands.length > 0,
    expected: {
      en: 'a process was started in web by docker exec, and web has run since',
      'zh-cn': '用docker exec在web里启动过进程，此后web一直在运行',
    },
    found:
      commands.length > 0
        ? { en: commands.join('; '), 'zh-cn': commands.join('；') }
        : { en: 'none since web was started', 'zh-cn': 'web启动以来没有' },
    look: 'docker events --since 10m --until 0s --filter container=web',
  };
};

/** What kettle's /pid says, as it lies in the container's own layer. */
const noted = (world: Inspection): string | undefined => {
  const kettle = world.container('kettle');
  return kettle && world.file(`${kettle.upperDirectory}/pid`)?.trim();
};

const firstSpoke: Check = (world) => {
  const number = noted(world);
  return {
    passed: number === '1',
    expected: {
      en: 'the file /pid in kettle holds 1, the number of its first process',
      'zh-cn': 'kettle里的/pid文件写着1，也就是第一个进程的编号',
    },
    found:
      number === undefined
        ? { en: 'no file /pid in kettle', 'zh-cn': 'kettle里没有文件/pid' }
        : { en: `/pid holds ${number || 'nothing'}`, 'zh-cn': `/pid里是${number || '空的'}` },
    look: 'docker exec kettle cat /pid',
  };
};

const detached: Check = (world) => {
  const attached = sinceStart(world, 'kettle').some(({ action }) => action === 'attach');
  const holding = world.processes().some(({ command }) => /^docker attach\b.*\bkettle$/.test(command));
  const container = world.container('kettle');
  const state = container && stateOf(container);
  return {
    passed: container?.status === 'running' && attached && !holding,
    expected: {
      en: 'kettle runs, somebody was attached to it, and nobody is any more',
      'zh-cn': 'kettle在运行；有人连接过它，现在已经没有人连着',
    },
    found:
      state === undefined
        ? { en: 'no container named kettle', 'zh-cn': '没有名为kettle的容器' }
        : holding
          ? { en: 'a terminal that is attached still', 'zh-cn': '还有一个终端连着它' }
          : attached
            ? { en: `kettle, ${state.en}`, 'zh-cn': `kettle，${state['zh-cn']}` }
            : {
                en: `kettle, ${state.en}; nobody was attached since it started`,
                'zh-cn': `kettle，${state['zh-cn']}；启动以来没有人连接过`,
              },
    look: 'docker ps -a --filter name=kettle',
  };
};

export default defineExercise({
  id: 'in-and-out-again',
  title: { en: 'In and out again', 'zh-cn': '来去自如' },
  intro: {
    en: 'Two containers run here: web, an nginx that customers are using, and kettle, whose first process is a shell that waits.',
    'zh-cn': '这里运行着两个容器：web是顾客正在使用的nginx，kettle的第一个进程是一个等待着的shell。',
  },
  setup: [
    'docker run -d --name web nginx',
    `echo ${WORD} > /tmp/word; docker cp -q /tmp/word web:/run/word; rm /tmp/word`,
    'docker run -dit --name kettle alpine sh',
  ],
  tasks: [
    {
      id: 'look',
      goal: {
        en: 'Inside web, the file /run/word holds a word. Look into the container with a process of your own, write the word into word.txt in your home directory, and leave web running.',
        'zh-cn':
          'web里的文件/run/word中有一个词。用你自己的进程进去看看，把这个词写进主目录下的word.txt，并让web继续运行。',
      },
      hints: [
        {
          en: 'One of the two commands starts a process beside nginx, the other connects you to nginx itself.',
          'zh-cn': '两条命令中，一条在nginx旁边另起一个进程，另一条把你接到nginx本身上。',
        },
        {
          en: 'The process need not be a shell: cat with the path will do. What it prints comes out on your machine, and > puts it into a file.',
          'zh-cn': '这个进程不必是shell，cat加上路径就行。它打印的内容会出现在你的机器上，>把它放进文件。',
        },
      ],
      checks: [wordFound, lookedByExec, running('web', 'nginx')],
    },
    {
      id: 'detach',
      goal: {
        en: 'Have the first process of kettle itself, not a new one, write its number into the file /pid there: echo $$ > /pid. Then let go of it, so that kettle runs on.',
        'zh-cn':
          '让kettle的第一个进程自己（而不是新的进程）把它的编号写进那里的/pid文件：echo $$ > /pid。然后松开它，让kettle继续运行。',
      },
      hints: [
        {
          en: 'exec starts a new process. Another command connects you to the first one.',
          'zh-cn': 'exec启动的是新进程。另一条命令把你接到第一个进程上。',
        },
        {
          en: 'exit would end the shell, and it is the first process. Two keys let go of it instead; if your browser wants one of them for itself, --detach-keys ctrl-x chooses another.',
          'zh-cn':
            'exit会结束这个shell，而它正是第一个进程。有两个键可以松开它；要是浏览器占用了其中一个，就用--detach-keys ctrl-x另选一个。',
        },
      ],
      checks: [firstSpoke, detached],
    },
  ],
  solution: [
    { task: 'look', commands: ['docker exec web cat /run/word > ~/word.txt'] },
    { task: 'detach', commands: ['docker attach kettle', 'echo $$ > /pid', '^P^Q'] },
  ],
  mistakes: [
    {
      id: 'closed-the-shop',
      task: 'look',
      commands: ['timeout -s INT 2 docker attach web'],
      explanation: {
        en: 'web has ended. attach connects a terminal to nginx itself, and Ctrl-C went to nginx. Start it again, and look with exec.',
        'zh-cn':
          'web结束了。attach把终端接到nginx本身上，Ctrl-C也就到了nginx那里。重新启动它，再用exec去看。',
      },
      shown: (world) => world.container('web')?.status === 'exited',
    },
    {
      id: 'another-process',
      task: 'detach',
      commands: ["docker exec kettle sh -c 'echo $$ > /pid'"],
      explanation: {
        en: 'The number in /pid is that of a process that exec has started. The first process has number 1; attach connects you to it.',
        'zh-cn': '/pid里的编号属于exec启动的进程。第一个进程的编号是1，要用attach接到它上面。',
      },
      shown: (world) => {
        const number = noted(world);
        return number !== undefined && number !== '1';
      },
    },
    {
      id: 'left-by-exit',
      task: 'detach',
      commands: ['docker attach kettle', 'echo $$ > /pid', 'exit'],
      explanation: {
        en: 'kettle has ended: the shell that read exit was its first process. Start it, attach again, and let go of it with Ctrl-P Ctrl-Q.',
        'zh-cn': 'kettle结束了：读到exit的shell正是它的第一个进程。启动它，重新连接，再用Ctrl-P Ctrl-Q松开。',
      },
      shown: (world) => world.container('kettle')?.status === 'exited',
    },
  ],
});
