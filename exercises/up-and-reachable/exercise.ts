import type { Check } from '../../src/lab/check.ts';
import { listening, published, running } from '../../src/lab/docker-checks.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import { imageNamed } from '../../src/lab/image-checks.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const FOLDER = '/home/learner/page';
const SERVER = 'httpd -f -p 127.0.0.1:3000 -h /www';

/** The words that the image itself starts with. */
function started(world: Inspection): string[] | undefined {
  const config = imageNamed(world, 'page:latest')?.config.config;
  return config && [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])];
}

const imageSaysWhat: Check = (world) => {
  const words = started(world);
  return {
    passed: words?.join(' ').includes('serve.sh') ?? false,
    expected: {
      en: 'the image page says itself that serve.sh is started',
      'zh-cn': '镜像page自己说明了要启动serve.sh',
    },
    found: words
      ? { en: `it starts ${words.join(' ')}`, 'zh-cn': `它启动${words.join(' ')}` }
      : { en: 'no image named page', 'zh-cn': '没有名为page的镜像' },
    look: "docker inspect -f '{{json .Config.Entrypoint}} {{json .Config.Cmd}}' page",
  };
};

/** Nobody has helped with words on the line. */
const startsByItself: Check = (world) => {
  const container = world.container('page');
  const [own, runs] = [started(world)?.join(' '), container?.command.join(' ')];
  return {
    passed: runs !== undefined && runs === own,
    expected: {
      en: 'the container page runs what its image says, without words on the line',
      'zh-cn': '容器page运行的就是镜像所说的，命令行上没有另加词',
    },
    found:
      runs === undefined
        ? { en: 'no container named page', 'zh-cn': '没有名为page的容器' }
        : { en: runs, 'zh-cn': runs },
    look: "docker ps -a --no-trunc --format '{{.Names}}: {{.Command}}'",
  };
};

const rebuilt = (edit: string, run: string) => [
  'cd ~/page',
  edit,
  'docker build -t page .',
  'docker rm -f page',
  `docker run -d --name page ${run}`,
];
const everywhere = "sed -i 's/127.0.0.1://' serve.sh";
const withCommand = `echo 'CMD ["/serve.sh"]' >> Dockerfile`;

export default defineExercise({
  id: 'up-and-reachable',
  title: { en: 'Up, and reachable', 'zh-cn': '启动了，也连得上' },
  intro: {
    en: 'In ~/page lie a page, the script serve.sh that serves it, and a Dockerfile. The image page is built, and a container page was started from it with -p 8000:3000. It is not running.',
    'zh-cn':
      '~/page里有一个网页、提供它的脚本serve.sh和一份Dockerfile。镜像page已经构建好，容器page也用-p 8000:3000启动过，但它并没有在运行。',
  },
  setup: [
    `mkdir -p ${FOLDER}; echo 'Hello from the page.' > ${FOLDER}/index.html; printf '#!/bin/sh\\necho "The page is served."\\nexec ${SERVER}\\n' > ${FOLDER}/serve.sh`,
    `printf 'FROM busybox:1.36\\nCOPY index.html /www/\\nCOPY --chmod=755 serve.sh /\\nEXPOSE 3000\\n' > ${FOLDER}/Dockerfile`,
    `docker build -q -t page ${FOLDER}`,
    'docker run -d --name page -p 8000:3000 page; sleep 1',
  ],
  tasks: [
    {
      id: 'up',
      goal: {
        en: 'Change the Dockerfile so that the image `page` starts `serve.sh` of its own accord, build it, and run a container `page` from it, with port 8000 of the machine published to its port 3000.',
        'zh-cn':
          '修改Dockerfile，让镜像`page`自己就会启动`serve.sh`；重新构建，再从它运行容器`page`，把本机的8000端口发布到容器的3000端口。',
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
      checks: [imageSaysWhat, running('page', 'page'), startsByItself, published('page', '8000', '3000')],
    },
    {
      id: 'reachable',
      goal: {
        en: 'Make `curl localhost:8000` show the page.',
        'zh-cn': '让`curl localhost:8000`显示这个网页。',
      },
      hints: [
        {
          en: 'The connection is reset, not refused: Docker has passed it on, and found nobody. On which address does the program listen?',
          'zh-cn': '连接是被重置，而不是被拒绝：Docker转了过去，却找不到人。程序监听的是哪个地址？',
        },
        {
          en: '127.0.0.1 in the container is the container alone. Look into serve.sh; without an address, httpd listens on all of them.',
          'zh-cn': '容器里的127.0.0.1只是容器自己。看看serve.sh；不写地址，httpd就在所有地址上监听。',
        },
      ],
      checks: [running('page', 'page'), published('page', '8000', '3000'), listening('page', 3000)],
    },
  ],
  solution: [
    { task: 'up', commands: rebuilt(withCommand, '-p 8000:3000 page') },
    { task: 'reachable', commands: rebuilt(everywhere, '-p 8000:3000 page') },
  ],
  mistakes: [
    {
      id: 'command-on-the-line',
      task: 'up',
      commands: ['docker rm -f page', 'docker run -d --name page -p 8000:3000 page /serve.sh'],
      explanation: {
        en: 'It runs because you said what to run. The next one who starts the image does not know that; write it into the Dockerfile.',
        'zh-cn': '它能运行，是因为你在命令行上说了运行什么。下一个启动它的人并不知道；把它写进Dockerfile。',
      },
      shown: (world) =>
        (world.container('page')?.command.join(' ').includes('serve.sh') ?? false) &&
        !(started(world)?.join(' ').includes('serve.sh') ?? false),
    },
    {
      id: 'exposed-only',
      task: 'up',
      commands: rebuilt(withCommand, 'page'),
      explanation: {
        en: 'EXPOSE is in the image, but the container was started without -p: no port of the machine leads to it.',
        'zh-cn': '镜像里有EXPOSE，容器启动时却没有-p：本机没有端口通向它。',
      },
      shown: (world) => {
        const container = world.container('page');
        return container?.status === 'running' && Object.values(container.ports).every((all) => !all?.length);
      },
    },
    {
      id: 'restarted-only',
      task: 'up',
      commands: ['cd ~/page', withCommand, 'docker build -t page .', 'docker start page'],
      explanation: {
        en: 'The image is new, the container is not: it was made from the old image, and runs what that one says. Remove it, and run a new one.',
        'zh-cn': '镜像是新的，容器却是旧的：它由旧镜像创建，运行的也是旧镜像所说的。删掉它，运行一个新的。',
      },
      shown: (world) => {
        const container = world.container('page');
        return container !== undefined && container.imageId !== imageNamed(world, 'page:latest')?.id;
      },
    },
    {
      id: 'for-itself-alone',
      task: 'reachable',
      commands: rebuilt(withCommand, '-p 8000:3000 page'),
      explanation: {
        en: 'The server listens on 127.0.0.1, the loopback of the container. Nothing that comes from outside arrives there.',
        'zh-cn': '服务器监听的是127.0.0.1，也就是容器的回环接口。从外面来的连接都到不了那里。',
      },
      shown: (world) => {
        const container = world.container('page');
        return (
          container?.status === 'running' &&
          (world.network(container.pid)?.sockets.some(({ local }) => local === '127.0.0.1:3000') ?? false)
        );
      },
    },
  ],
});
