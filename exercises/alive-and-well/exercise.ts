import type { Check } from '../../src/lab/check.ts';
import { published, running } from '../../src/lab/docker-checks.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const PAGE = '/usr/share/nginx/html/index.html';

const web = (world: Inspection) => world.container('web');

/** What the health check of web runs, as it was given. */
const asked = (world: Inspection): string => web(world)?.health?.test.slice(1).join(' ') ?? '';

/** What became of the health of the web that there is now, in order; without what only repeats. */
const told = (world: Inspection): string[] =>
  world
    .containerEvents()
    .filter(({ container, action }) => container === web(world)?.id && action.startsWith('health_status'))
    .map(({ action }) => action.replace('health_status: ', ''));

const healthy: Check = (world) => {
  const container = web(world);
  return {
    passed: container?.status === 'running' && container.health?.status === 'healthy',
    expected: { en: 'web runs, and is healthy', 'zh-cn': 'web正在运行，而且是healthy' },
    found: !container
      ? { en: 'no container named web', 'zh-cn': '没有名为web的容器' }
      : !container.health
        ? { en: 'it has no health check', 'zh-cn': '它没有健康检查' }
        : { en: container.health.status, 'zh-cn': container.health.status },
    look: 'docker ps',
  };
};

const asksForThePage: Check = (world) => {
  const test = asked(world);
  return {
    passed: /\b(wget|curl)\b/.test(test),
    expected: { en: 'the check asks the server for a page', 'zh-cn': '检查会向服务器要一个页面' },
    found: test
      ? { en: `it runs ${test}`, 'zh-cn': `它运行的是${test}` }
      : { en: 'no health check', 'zh-cn': '没有健康检查' },
    look: "docker inspect -f '{{json .Config.Healthcheck}}' web",
  };
};

const starts = (world: Inspection) =>
  world
    .containerEvents()
    .filter(({ container, action }) => container === web(world)?.id && action === 'start').length;

const illAndWell: Check = (world) => {
  const found = told(world);
  const ill = found.indexOf('unhealthy');
  return {
    passed: ill > 0 && found.indexOf('healthy') < ill && found.indexOf('healthy', ill) > ill,
    expected: {
      en: 'web was healthy, then unhealthy, and then healthy again',
      'zh-cn': 'web先是healthy，后来是unhealthy，然后又healthy了',
    },
    found:
      found.length === 0
        ? { en: 'Docker has told nothing of its health', 'zh-cn': 'Docker还没有报告过它的健康状况' }
        : { en: found.join(', '), 'zh-cn': found.join('、') },
    look: "docker events --since 10m --until 0s --filter event=health_status --format '{{.Action}}'",
  };
};

const neverStopped: Check = (world) => {
  const container = web(world);
  return {
    passed: container?.status === 'running' && starts(world) === 1,
    expected: {
      en: 'all that in one life: web was started once',
      'zh-cn': '这一切发生在同一次运行中：web只启动过一次',
    },
    found:
      container?.status === 'running'
        ? { en: `started ${starts(world)} times`, 'zh-cn': `启动过${starts(world)}次` }
        : { en: 'web is not running', 'zh-cn': 'web没有在运行' },
    look: "docker inspect -f '{{.State.StartedAt}}' web",
  };
};

const run = (command: string) => [
  'docker rm -f web',
  `docker run -d --name web -p 8080:80 --health-cmd '${command}' --health-interval 1s --health-retries 2 nginx:alpine`,
  'sleep 5',
];
const RIGHT = 'wget -q -O /dev/null http://localhost';
const away = [`docker exec web mv ${PAGE} /tmp`, 'sleep 8'];
const back = [`docker exec web mv /tmp/index.html ${PAGE}`, 'sleep 5'];

export default defineExercise({
  id: 'alive-and-well',
  title: { en: 'Alive is not well', 'zh-cn': '活着不等于健康' },
  intro: {
    en: 'web is an nginx that shows its page at port 8080. Docker says Up, and would say so if the page were gone: nobody has told it what to ask for. A command in the image that can ask is wget.',
    'zh-cn':
      'web是一个nginx，在8080端口上显示页面。Docker说它是Up；就算页面没了，Docker也会这么说，因为没有谁告诉过它该问什么。镜像里有一条能去问的命令：wget。',
  },
  setup: ['docker run -d --name web -p 8080:80 nginx:alpine'],
  tasks: [
    {
      id: 'asked',
      goal: {
        en: 'Make web anew, with a health check that asks for the page every second or two. docker ps shall call it healthy.',
        'zh-cn': '重新创建web，带上一项健康检查，每隔一两秒去要一次页面。docker ps应该说它是healthy。',
      },
      hints: [
        {
          en: 'A check is a command that runs inside the container. Its exit status decides: 0 is healthy.',
          'zh-cn': '检查就是在容器里面运行的一条命令，由它的退出状态决定：0就是healthy。',
        },
        {
          en: 'docker run takes --health-cmd, --health-interval and --health-retries. Without an interval it asks every 30 seconds only. Inside, nginx listens on port 80.',
          'zh-cn':
            'docker run有--health-cmd、--health-interval和--health-retries。不写间隔，它每30秒才问一次。在容器里面，nginx监听的是80端口。',
        },
      ],
      checks: [running('web', 'nginx'), published('web', '8080', '80'), asksForThePage, healthy],
    },
    {
      id: 'noticed',
      goal: {
        en: 'Put it to the test: move the page away, so that Docker calls the running web unhealthy, and then put it back and see it recover. Do not restart it.',
        'zh-cn': '试一试：把页面挪走，让Docker说正在运行的web是unhealthy；再放回去，看它恢复。不要重启它。',
      },
      hints: [
        {
          en: 'The page is /usr/share/nginx/html/index.html. docker exec gets you in without disturbing the server.',
          'zh-cn': '页面是/usr/share/nginx/html/index.html。用docker exec进去，不会打扰服务器。',
        },
        {
          en: 'One failure is not enough: as many as --health-retries says must follow each other. Wait, and look at docker ps.',
          'zh-cn': '失败一次还不够：要接连失败--health-retries所说的次数。等一等，再看docker ps。',
        },
      ],
      checks: [illAndWell, neverStopped],
    },
  ],
  solution: [
    { task: 'asked', commands: run(RIGHT) },
    { task: 'noticed', commands: [...away, 'docker ps', ...back] },
  ],
  mistakes: [
    {
      id: 'the-port-of-the-machine',
      task: 'asked',
      commands: run('wget -q -O /dev/null http://localhost:8080'),
      explanation: {
        en: 'The check runs in the container, and there nobody listens on 8080: that is the port of the machine. Inside, it is 80.',
        'zh-cn': '检查是在容器里面运行的，那里没有程序监听8080：那是本机的端口。在里面是80。',
      },
      shown: (world) => asked(world).includes('8080'),
    },
    {
      id: 'a-command-that-is-missing',
      task: 'asked',
      commands: run('lynx -dump http://localhost'),
      explanation: {
        en: 'The check runs a command that is not in the image, so it always fails: Docker calls the server unhealthy, which is well. docker inspect shows, under Health, what the check printed.',
        'zh-cn':
          '检查运行的命令镜像里没有，所以每次都失败：服务器好好的，Docker却说它unhealthy。docker inspect的Health里可以看到检查打印了什么。',
      },
      shown: (world) => web(world)?.health?.status === 'unhealthy' && !/wget|curl/.test(asked(world)),
    },
    {
      id: 'asks-nothing',
      task: 'noticed',
      commands: [...run('true'), ...away],
      explanation: {
        en: 'The page is gone and web is still healthy: its check does not ask for the page. A check is worth what it asks.',
        'zh-cn': '页面没了，web却仍是healthy：它的检查没有去要页面。检查有多大用，就看它问的是什么。',
      },
      shown: (world) => {
        const container = web(world);
        const gone = container && world.file(`/proc/${container.pid}/root${PAGE}`) === undefined;
        return container?.health?.status === 'healthy' && gone === true;
      },
    },
    {
      id: 'restarted',
      task: 'noticed',
      commands: [...run(RIGHT), ...away, 'docker restart web', 'sleep 3'],
      explanation: {
        en: 'A restart does not bring the page back, it only starts the count of failures again. Look for what is missing, and put it back.',
        'zh-cn': '重启不会把页面变回来，只会让失败次数从头数起。找出少了什么，把它放回去。',
      },
      shown: (world) => starts(world) > 1,
    },
  ],
});
