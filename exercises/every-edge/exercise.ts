import type { Check } from '../../src/lab/check.ts';
import { running, stateOf } from '../../src/lab/docker-checks.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

/** The ways of the picture, as the daemon tells of them. */
const WAYS = [
  'create',
  'start',
  'pause',
  'unpause',
  'stop',
  'die',
  'start',
  'kill',
  'die',
  'destroy',
] as const;

/** What happened to containers of a name; of one that was made anew only the last one counts. */
function pathOf(world: Inspection, name: string): string[] {
  const events = world.containerEvents().filter((event) => event.name === name);
  const last = events.at(-1)?.container;
  return events.filter((event) => event.container === last).map(({ action }) => action);
}

/** How many of the ways were taken, one after another; whatever else happened between them. */
function taken(path: readonly string[]): number {
  let done = 0;
  for (const action of path) if (action === WAYS[done]) done++;
  return done;
}

const walked: Check = (world) => {
  const path = pathOf(world, 'walker');
  const done = taken(path);
  const so = WAYS.slice(0, done).join(', ');
  const next = WAYS[done] ?? '';
  return {
    passed: done === WAYS.length,
    expected: {
      en: `events of walker, in this order: ${WAYS.join(', ')}`,
      'zh-cn': `walker的事件，依次为：${WAYS.join('、')}`,
    },
    found:
      done === WAYS.length
        ? { en: 'all of them', 'zh-cn': '全都有' }
        : path.length === 0
          ? { en: 'no event of a container named walker', 'zh-cn': '没有名为walker的容器的事件' }
          : {
              en: `${so || 'none of them'}; then ${next} is missing`,
              'zh-cn': `${so.replaceAll(', ', '、') || '一个也没有'}；接着缺少${next}`,
            },
    look: "docker events --since 10m --until 0s --filter container=walker --format '{{.Action}}'",
  };
};

const gaveUp: Check = (world) => {
  const container = world.container('shaky');
  const state = container && stateOf(container);
  return {
    passed:
      container?.status === 'exited' &&
      container.restartPolicy === 'on-failure:3' &&
      container.restartCount === 3 &&
      container.exitCode !== 0,
    expected: {
      en: 'a container named shaky that failed, was started again three times by its policy, and has ended',
      'zh-cn': '名为shaky的容器：它失败了，被策略重新启动三次，最后停住',
    },
    found:
      container && state
        ? {
            en: `policy ${container.restartPolicy}, started again ${container.restartCount} times, ${state.en}`,
            'zh-cn': `策略${container.restartPolicy}，重新启动过${container.restartCount}次，${state['zh-cn']}`,
          }
        : { en: 'no container named shaky', 'zh-cn': '没有名为shaky的容器' },
    look: "docker inspect -f '{{.HostConfig.RestartPolicy}} {{.RestartCount}} {{.State.Status}}' shaky",
  };
};

const loyal: Check = (world) => {
  const container = world.container('keeper');
  return {
    passed: container?.restartPolicy === 'unless-stopped',
    expected: {
      en: 'keeper has the policy that heeds docker stop for good',
      'zh-cn': 'keeper的策略会一直尊重docker stop',
    },
    found: container
      ? { en: `policy ${container.restartPolicy}`, 'zh-cn': `策略${container.restartPolicy}` }
      : { en: 'no container named keeper', 'zh-cn': '没有名为keeper的容器' },
    look: "docker inspect -f '{{.HostConfig.RestartPolicy.Name}}' keeper",
  };
};

const sameKeeper: Check = (world) => {
  const container = world.container('keeper');
  return {
    passed: container?.env.includes('MADE=before') ?? false,
    expected: { en: 'it is the very container that was there', 'zh-cn': '它就是原来的那个容器' },
    found:
      container === undefined
        ? { en: 'no container named keeper', 'zh-cn': '没有名为keeper的容器' }
        : container.env.includes('MADE=before')
          ? { en: 'it is', 'zh-cn': '是的' }
          : { en: 'another container of that name', 'zh-cn': '另一个同名的容器' },
    look: 'docker ps -a',
  };
};

export default defineExercise({
  id: 'every-edge',
  title: { en: 'Every way once', 'zh-cn': '每条路走一遍' },
  intro: {
    en: 'On this machine nginx and alpine are present, and a container named keeper runs. It comes back even after somebody has stopped it.',
    'zh-cn': '这台机器上有nginx和alpine两个镜像，还有一个名为keeper的容器正在运行：有人停掉它，它也会回来。',
  },
  setup: ['docker pull -q alpine', 'docker run -d --name keeper -e MADE=before --restart always nginx'],
  tasks: [
    {
      id: 'walk',
      goal: {
        en: 'Lead a container named walker along the whole picture: create it, start it, pause it and let it go on, stop it, start it once more, kill it, and remove it.',
        'zh-cn':
          '带名为walker的容器走完整张图：创建、启动、暂停再继续、停止、再启动一次、强行结束，最后删除。',
      },
      hints: [
        {
          en: 'Each step is a command of its own, and each needs the container in the right state. docker ps -a shows where it is.',
          'zh-cn': '每一步都是一条单独的命令，而且都要求容器处在合适的状态。docker ps -a会告诉你它在哪里。',
        },
        {
          en: 'It needs a first process that goes on, as sleep 1000 in alpine. run would be create and start in one; both are in the events all the same. At the end, kill comes before rm.',
          'zh-cn':
            '它需要一个会一直运行的第一进程，比如alpine里的sleep 1000。run等于create加start，事件里两者都在。最后先kill，再rm。',
        },
      ],
      checks: [walked],
    },
    {
      id: 'give-up',
      goal: {
        en: 'Run a container named shaky that ends with an error after a moment. Docker shall start it again three times at most, and it shall have given up.',
        'zh-cn': '运行一个名为shaky的容器，它很快就会出错结束。让Docker最多重新启动它三次，并且已经放弃。',
      },
      hints: [
        {
          en: 'A command that ends with an error: sh -c "exit 1" in alpine. Which policy looks at the status, and can be bounded?',
          'zh-cn': '出错结束的命令：在alpine里运行sh -c "exit 1"。哪种策略会看退出状态，还能限定次数？',
        },
        {
          en: 'The number stands behind a colon in the value of --restart. Give it a few seconds before you check.',
          'zh-cn': '次数写在--restart的值里，跟在冒号后面。检查之前等几秒钟。',
        },
      ],
      checks: [gaveUp],
    },
    {
      id: 'loyal',
      goal: {
        en: 'Change keeper, without making it anew, so that after a docker stop it stays stopped even when the daemon starts again. It shall be running now.',
        'zh-cn':
          '修改keeper（不要重新创建），使它在docker stop之后，即使守护进程重启也不再回来。现在它应该正在运行。',
      },
      hints: [
        {
          en: 'One command changes settings of a container that is there. Which policies differ only in what they do after a stop?',
          'zh-cn': '有一条命令可以修改已有容器的设置。哪两种策略的区别只在于停止之后？',
        },
        {
          en: 'docker update takes --restart as docker run does.',
          'zh-cn': 'docker update和docker run一样，也有--restart选项。',
        },
      ],
      checks: [loyal, sameKeeper, running('keeper', 'nginx')],
    },
  ],
  solution: [
    {
      task: 'walk',
      commands: [
        'docker create --name walker alpine sleep 1000',
        'docker start walker',
        'docker pause walker',
        'docker unpause walker',
        'docker stop -t 1 walker',
        'docker start walker',
        'docker kill walker',
        'docker rm walker',
      ],
    },
    {
      task: 'give-up',
      commands: [
        "docker run -d --name shaky --restart on-failure:3 alpine sh -c 'sleep 0.2; exit 1'",
        'sleep 5',
      ],
    },
    { task: 'loyal', commands: ['docker update --restart unless-stopped keeper'] },
  ],
  mistakes: [
    {
      id: 'removed-by-force',
      task: 'walk',
      commands: ['docker run -d --name walker alpine sleep 1000', 'docker rm -f walker'],
      explanation: {
        en: 'walker was removed while it was running. rm -f is a kill and a removal in one, so most ways of the picture were never taken. Make it anew and go step by step.',
        'zh-cn':
          'walker在运行时就被删除了。rm -f等于强行结束再删除，图上大多数路都没有走到。请重新创建，一步一步来。',
      },
      shown: (world) => {
        const path = pathOf(world, 'walker');
        return path.at(-1) === 'destroy' && !path.includes('pause');
      },
    },
    {
      id: 'always-again',
      task: 'give-up',
      commands: ["docker run -d --name shaky --restart always alpine sh -c 'sleep 0.2; exit 1'", 'sleep 5'],
      explanation: {
        en: 'shaky has the policy always. It is started again without end, and a bound cannot be given. The policy that counts is the one that looks at failures.',
        'zh-cn':
          'shaky的策略是always：它会被无休止地重新启动，也无法限定次数。会计数的，是看失败与否的那种策略。',
      },
      shown: (world) => world.container('shaky')?.restartPolicy === 'always',
    },
    {
      id: 'made-anew',
      task: 'loyal',
      commands: ['docker rm -f keeper', 'docker run -d --name keeper --restart unless-stopped nginx'],
      explanation: {
        en: 'There is a new container named keeper. What the old one held is gone with it. docker update changes the policy of the one that is there.',
        'zh-cn':
          '现在的keeper是一个新容器，旧容器里的东西随它一起没了。docker update可以直接修改已有容器的策略。',
      },
      shown: (world) => {
        const keeper = world.container('keeper');
        return keeper !== undefined && !keeper.env.includes('MADE=before');
      },
    },
  ],
});
