import type { Check } from '../../src/lab/check.ts';
import { listening, published, running } from '../../src/lab/docker-checks.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import { imageNamed } from '../../src/lab/image-checks.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const FOLDER = '/home/learner/koa-demo';
const APP = 'app.js';

const PROGRAM = [
  "const Koa = require('koa');",
  'const app = new Koa();',
  "app.use((ctx) => { ctx.body = 'Hello from Koa.\\n'; });",
  "app.listen(3000, '127.0.0.1', () => console.log('Koa is listening on port 3000.'));",
];

const DOCKERFILE = [
  'FROM node:24-alpine',
  'WORKDIR /app',
  'COPY package.json .',
  'RUN npm install',
  'COPY . .',
  'EXPOSE 3000',
];

/** The words that the image itself starts with. */
function started(world: Inspection): string[] | undefined {
  const config = imageNamed(world, 'koa-demo:latest')?.config.config;
  return config && [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])];
}

const imageSaysWhat: Check = (world) => {
  const words = started(world);
  return {
    passed: words?.join(' ').includes(APP) ?? false,
    expected: {
      en: 'the image koa-demo says itself that app.js is started',
      'zh-cn': '镜像koa-demo自己说明了要启动app.js',
    },
    found: words
      ? { en: `it starts ${words.join(' ')}`, 'zh-cn': `它启动${words.join(' ')}` }
      : { en: 'no image named koa-demo', 'zh-cn': '没有名为koa-demo的镜像' },
    look: "docker inspect -f '{{json .Config.Entrypoint}} {{json .Config.Cmd}}' koa-demo",
  };
};

/** Nobody has helped with words on the line. */
const startsByItself: Check = (world) => {
  const container = world.container('koa');
  const [own, runs] = [started(world)?.join(' '), container?.command.join(' ')];
  return {
    passed: runs !== undefined && runs === own,
    expected: {
      en: 'the container koa runs what its image says, without words on the line',
      'zh-cn': '容器koa运行的就是镜像所说的，命令行上没有另加词',
    },
    found:
      runs === undefined
        ? { en: 'no container named koa', 'zh-cn': '没有名为koa的容器' }
        : { en: runs, 'zh-cn': runs },
    look: "docker ps -a --no-trunc --format '{{.Names}}: {{.Command}}'",
  };
};

const file = (name: string, lines: readonly string[]) =>
  [`cat > ${FOLDER}/${name} <<'END'`, ...lines, 'END'].join('\n');

const rebuilt = (edit: string, run: string) => [
  'cd ~/koa-demo',
  edit,
  'docker build -t koa-demo .',
  'docker rm -f koa',
  `docker run -d --name koa ${run}`,
  'sleep 2',
];
const everywhere = `sed -i "s/ '127.0.0.1',//" app.js`;
const withCommand = `echo 'CMD ["node", "app.js"]' >> Dockerfile`;

export default defineExercise({
  id: 'up-and-reachable',
  title: { en: 'Up, and reachable', 'zh-cn': '启动了，也连得上' },
  intro: {
    en: 'In ~/koa-demo lie an application in Koa, app.js, and a Dockerfile. The image koa-demo is built, and a container koa was started from it with -p 8000:3000. It is not running.',
    'zh-cn':
      '~/koa-demo里有一个Koa应用app.js和一份Dockerfile。镜像koa-demo已经构建好，容器koa也用-p 8000:3000启动过，但它并没有在运行。',
  },
  setup: [
    `mkdir -p ${FOLDER}; echo '{ "name": "koa-demo", "dependencies": { "koa": "^3.0.0" } }' > ${FOLDER}/package.json`,
    file(APP, PROGRAM),
    file('Dockerfile', DOCKERFILE),
    `docker build -q -t koa-demo ${FOLDER} && docker run -d --name koa -p 8000:3000 koa-demo`,
  ],
  tasks: [
    {
      id: 'up',
      goal: {
        en: 'Change the Dockerfile so that the image `koa-demo` starts `app.js` of its own accord, build it, and run a container `koa` from it, with port 8000 of the machine published to its port 3000.',
        'zh-cn':
          '修改Dockerfile，让镜像`koa-demo`自己就会启动`app.js`；重新构建，再从它运行容器`koa`，把本机的8000端口发布到容器的3000端口。',
      },
      hints: [
        {
          en: 'docker ps -a shows what has run, and how it ended. Who said that it should be this program?',
          'zh-cn': 'docker ps -a会显示运行过什么、怎样结束的。是谁说要运行这个程序的？',
        },
        {
          en: 'One instruction is missing at the end of the Dockerfile. A container keeps the image that it was made from: after building, make a new one.',
          'zh-cn': 'Dockerfile末尾少了一条指令。容器始终用它创建时的镜像：构建之后，要换一个新容器。',
        },
      ],
      checks: [imageSaysWhat, running('koa', 'koa-demo'), startsByItself, published('koa', '8000', '3000')],
    },
    {
      id: 'reachable',
      goal: {
        en: 'Make `curl localhost:8000` show the greeting.',
        'zh-cn': '让`curl localhost:8000`显示那句问候。',
      },
      hints: [
        {
          en: 'The connection is reset, not refused: Docker has passed it on, and found nobody. On which address does the program listen?',
          'zh-cn': '连接是被重置，而不是被拒绝：Docker转了过去，却找不到人。程序监听的是哪个地址？',
        },
        {
          en: '127.0.0.1 in the container is the container alone. Look at the last line of app.js; told no address, Koa listens on all of them.',
          'zh-cn': '容器里的127.0.0.1只是容器自己。看看app.js的最后一行；不写地址，Koa就在所有地址上监听。',
        },
      ],
      checks: [running('koa', 'koa-demo'), published('koa', '8000', '3000'), listening('koa', 3000)],
    },
  ],
  solution: [
    { task: 'up', commands: rebuilt(withCommand, '-p 8000:3000 koa-demo') },
    { task: 'reachable', commands: [...rebuilt(everywhere, '-p 8000:3000 koa-demo'), 'curl localhost:8000'] },
  ],
  mistakes: [
    {
      id: 'command-on-the-line',
      task: 'up',
      commands: ['docker rm -f koa', 'docker run -d --name koa -p 8000:3000 koa-demo node app.js', 'sleep 2'],
      explanation: {
        en: 'It runs because you said what to run. The next one who starts the image does not know that; write it into the Dockerfile.',
        'zh-cn': '它能运行，是因为你在命令行上说了运行什么。下一个启动它的人并不知道；把它写进Dockerfile。',
      },
      shown: (world) =>
        (world.container('koa')?.command.join(' ').includes(APP) ?? false) &&
        !(started(world)?.join(' ').includes(APP) ?? false),
    },
    {
      id: 'exposed-only',
      task: 'up',
      commands: rebuilt(withCommand, 'koa-demo'),
      explanation: {
        en: 'EXPOSE is in the image, but the container was started without -p: no port of the machine leads to it.',
        'zh-cn': '镜像里有EXPOSE，容器启动时却没有-p：本机没有端口通向它。',
      },
      shown: (world) => {
        const container = world.container('koa');
        return container?.status === 'running' && Object.values(container.ports).every((all) => !all?.length);
      },
    },
    {
      id: 'restarted-only',
      task: 'up',
      commands: ['cd ~/koa-demo', withCommand, 'docker build -t koa-demo .', 'docker start koa'],
      explanation: {
        en: 'The image is new, the container is not: it was made from the old image, and runs what that one says. Remove it, and run a new one.',
        'zh-cn': '镜像是新的，容器却是旧的：它由旧镜像创建，运行的也是旧镜像所说的。删掉它，运行一个新的。',
      },
      shown: (world) => {
        const container = world.container('koa');
        return container !== undefined && container.imageId !== imageNamed(world, 'koa-demo:latest')?.id;
      },
    },
    {
      id: 'for-itself-alone',
      task: 'reachable',
      commands: rebuilt(withCommand, '-p 8000:3000 koa-demo'),
      explanation: {
        en: 'The server listens on 127.0.0.1, the loopback of the container. Nothing that comes from outside arrives there.',
        'zh-cn': '服务器监听的是127.0.0.1，也就是容器的回环接口。从外面来的连接都到不了那里。',
      },
      shown: (world) => {
        const container = world.container('koa');
        return (
          container?.status === 'running' &&
          (world.network(container.pid)?.sockets.some(({ local }) => local === '127.0.0.1:3000') ?? false)
        );
      },
    },
  ],
});
