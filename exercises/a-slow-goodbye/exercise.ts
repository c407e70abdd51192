import type { Check } from '../../src/lab/check.ts';
import { running, stateOf } from '../../src/lab/docker-checks.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const LIST = '/home/learner/ended.txt';

/** The names that stand in the list, in order; undefined where there is no list. */
const listed = (world: Inspection): string[] | undefined =>
  world
    .file(LIST)
    ?.split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .sort();

/** Those that had ended before anybody came; later tasks change what runs. */
const ENDED = ['backup', 'import', 'report'];

const exactList: Check = (world) => {
  const names = listed(world);
  return {
    passed: names !== undefined && names.join() === ENDED.join(),
    expected: {
      en: 'ended.txt names the containers that have ended, each on a line, and no others',
      'zh-cn': 'ended.txt里每行一个名字，恰好是那些已经结束的容器',
    },
    found:
      names === undefined
        ? { en: 'no file ended.txt', 'zh-cn': '没有文件ended.txt' }
        : names.length === 0
          ? { en: 'an empty file', 'zh-cn': '一个空文件' }
          : { en: names.join(', '), 'zh-cn': names.join('、') },
    look: 'cat ended.txt; docker ps -a',
  };
};

/** How the last stop of a container went: how long its first process took, in ms, and whether it was forced. */
function lastStop(world: Inspection, name: string): { took: number; forced: boolean } | undefined {
  const id = world.container(name)?.id;
  const events = world.containerEvents().filter((event) => event.container === id);
  const died = events.findLastIndex(({ action }) => action === 'die');
  const begun = events.slice(0, died).findLastIndex(({ action }) => action === 'start');
  const asked = events.slice(begun + 1, died).find(({ action }) => action === 'kill');
  if (died === -1 || asked === undefined) return undefined;
  const signals = events.slice(begun + 1, died).map(({ attributes }) => attributes['signal']);
  return { took: events[died]!.time - asked.time, forced: signals.includes('9') };
}

const quickStop: Check = (world) => {
  const container = world.container('clock');
  const state = container && stateOf(container);
  const stop = lastStop(world, 'clock');
  const works = container?.command.join(' ').includes('date') ?? false;
  return {
    passed:
      container?.status === 'exited' &&
      container.exitCode !== 137 &&
      works &&
      stop !== undefined &&
      !stop.forced &&
      stop.took < 1000,
    expected: {
      en: 'a container named clock that writes the date, and that was stopped within a second, without SIGKILL',
      'zh-cn': '名为clock、会写日期的容器，它在一秒之内停下，没有用到SIGKILL',
    },
    found:
      container === undefined || state === undefined
        ? { en: 'no container named clock', 'zh-cn': '没有名为clock的容器' }
        : stop === undefined || container.status === 'running'
          ? { en: `clock, ${state.en}, not stopped yet`, 'zh-cn': `clock，${state['zh-cn']}，还没有被停止` }
          : {
              en: `clock, ${state.en}, after ${(stop.took / 1000).toFixed(1)} s${stop.forced ? ', by SIGKILL' : ''}`,
              'zh-cn': `clock，${state['zh-cn']}，用了${(stop.took / 1000).toFixed(1)}秒${stop.forced ? '，靠的是SIGKILL' : ''}`,
            },
    look: 'docker ps -a --filter name=clock; docker events --since 10m --until 0s --filter container=clock',
  };
};

/** Where a container's own file lies, from outside. */
const diaryKept: Check = (world) => {
  const container = world.container('diary');
  const text = container && world.file(`${container.upperDirectory}/pages/today`);
  return {
    passed: text?.includes('It rained.') ?? false,
    expected: { en: 'what diary had written is still in it', 'zh-cn': 'diary里写过的内容还在' },
    found:
      container === undefined
        ? { en: 'no container named diary', 'zh-cn': '没有名为diary的容器' }
        : text === undefined
          ? { en: 'diary without its page', 'zh-cn': 'diary里没有那一页' }
          : { en: 'the page is there', 'zh-cn': '那一页还在' },
    look: 'docker exec diary cat /pages/today',
  };
};

const CLOCK = "sh -c 'while :; do date > /now; sleep 0.5; done'";

export default defineExercise({
  id: 'a-slow-goodbye',
  title: { en: 'A slow goodbye', 'zh-cn': '漫长的告别' },
  intro: {
    en: 'Six containers are on this machine, in all sorts of states. clock writes the time into a file, and takes ten seconds to stop. diary was stopped yesterday.',
    'zh-cn': '这台机器上有六个容器，状态各异。clock把时间写进文件，停下来要十秒钟。diary昨天就被停止了。',
  },
  setup: [
    'docker run --name import alpine true',
    'docker run --name backup alpine false || true',
    "docker run --name report alpine sh -c 'exit 3' || true",
    'docker create --name later alpine true',
    `docker run -d --name clock alpine ${CLOCK}`,
    "docker run -d --name diary alpine sh -c 'mkdir -p /pages; [ -e /pages/today ] || echo It rained. > /pages/today; sleep 100000'",
    'sleep 1; docker pause diary',
  ],
  tasks: [
    {
      id: 'list',
      goal: {
        en: 'Write the names of exactly those containers that have ended into the file ended.txt in your home directory, one on a line. Neither running nor paused nor never started ones belong there.',
        'zh-cn':
          '把已经结束的容器的名字写进主目录下的ended.txt，每行一个，不多也不少。正在运行的、暂停的、从未启动过的都不算。',
      },
      hints: [
        {
          en: 'docker ps -a shows them all. A filter asks for one state.',
          'zh-cn': 'docker ps -a列出所有容器。过滤器可以只要一种状态。',
        },
        {
          en: 'A format prints the names alone, and > puts what is printed into a file.',
          'zh-cn': '格式可以只打印名字，>把打印的内容放进文件。',
        },
      ],
      checks: [exactList],
    },
    {
      id: 'quick',
      goal: {
        en: 'See to it that a container named clock, which writes the date as the old one does, stops within a second and not by force. Stop it.',
        'zh-cn':
          '让名为clock的容器（像原来那个一样写日期）能在一秒之内自己停下，而不是被强行结束。然后停止它。',
      },
      hints: [
        {
          en: 'The waiting time is not at fault: the first process does not hear SIGTERM. A new container is needed, with a first process that does.',
          'zh-cn':
            '问题不在等待的时间，而在第一个进程听不到SIGTERM。需要一个新容器，让它的第一个进程听得到。',
        },
        {
          en: 'One option of docker run puts a small init in front of your program. docker inspect shows the command that the old one runs.',
          'zh-cn':
            'docker run有一个选项，会在你的程序前面放一个小小的init。docker inspect能看到旧容器运行的命令。',
        },
      ],
      checks: [quickStop],
    },
    {
      id: 'diary',
      goal: {
        en: 'diary is paused. Restart it, so that it runs, with what it had written.',
        'zh-cn': 'diary处于暂停状态。把它重启，让它运行起来，写过的内容也还在。',
      },
      hints: [
        {
          en: 'Read what the daemon says when you try, and do that first.',
          'zh-cn': '先试一试，读读守护进程说了什么，然后照做。',
        },
        {
          en: 'unpause lets it go on; restart stops and starts the same container, with its files.',
          'zh-cn': 'unpause让它继续；restart停止再启动的是同一个容器，文件都在。',
        },
      ],
      checks: [running('diary', 'alpine'), diaryKept],
    },
  ],
  solution: [
    { task: 'list', commands: ["docker ps -a --filter status=exited --format '{{.Names}}' > ~/ended.txt"] },
    {
      task: 'quick',
      commands: [
        'docker rm -f clock',
        `docker run -d --name clock --init alpine ${CLOCK}`,
        'sleep 1',
        'docker stop clock',
      ],
    },
    { task: 'diary', commands: ['docker unpause diary', 'docker restart -t 1 diary'] },
  ],
  mistakes: [
    {
      id: 'all-of-them',
      task: 'list',
      commands: ["docker ps -a --format '{{.Names}}' > ~/ended.txt"],
      explanation: {
        en: 'The file names containers that run. -a adds the ended ones to the list and takes none away; a filter for the state does that.',
        'zh-cn': '文件里有正在运行的容器。-a只是把已结束的加进来，并不去掉别的；要去掉，得用状态过滤器。',
      },
      shown: (world) => (listed(world) ?? []).some((name) => name === 'clock' || name === 'later'),
    },
    {
      id: 'killed-sooner',
      task: 'quick',
      commands: ['docker stop -t 0 clock'],
      explanation: {
        en: 'clock was stopped quickly, but by SIGKILL: its status is 137. It still does not hear SIGTERM, and had no chance to finish.',
        'zh-cn': 'clock停得很快，却是被SIGKILL结束的：状态是137。它仍然听不到SIGTERM，也没有机会收尾。',
      },
      shown: (world) => world.container('clock')?.exitCode === 137,
    },
    {
      id: 'diary-made-anew',
      task: 'diary',
      commands: ['docker rm -f diary', 'docker run -d --name diary alpine sleep 100000'],
      explanation: {
        en: 'This diary is a new container. The old one went with rm, and its page with it. A restart would have kept both.',
        'zh-cn': '这个diary是新容器。旧的被rm删掉了，那一页也随之没了。重启本可以把两者都留下。',
      },
      shown: (world) => {
        const container = world.container('diary');
        return container !== undefined && world.file(`${container.upperDirectory}/pages/today`) === undefined;
      },
    },
  ],
});
