import type { ContainerModel } from '../../src/engine/daemon/model.ts';
import type { Check } from '../../src/lab/check.ts';
import { environment, published, running } from '../../src/lab/docker-checks.ts';
import { defineExercise } from '../../src/lab/exercise.ts';

const HOME = '/home/learner/nginx';
const DESKTOP = 'dorowu/ubuntu-desktop-lxde-vnc';
const CONF = '/etc/nginx/nginx.conf';

const mountAt = (container: ContainerModel | undefined, path: string) =>
  container?.mounts.find(({ Destination }) => Destination === path);

const MOUNTS: Readonly<Record<string, string>> = {
  '/usr/share/nginx/html': `${HOME}/www`,
  [CONF]: `${HOME}/conf/nginx.conf`,
  '/var/log/nginx': `${HOME}/logs`,
};

const threeMounts: Check = (world) => {
  const container = world.container('nginx');
  const right = Object.entries(MOUNTS).filter(
    ([inside, outside]) => mountAt(container, inside)?.Source === outside,
  );
  return {
    passed: right.length === 3,
    expected: {
      en: 'nginx has your www, conf/nginx.conf and logs at the three places of the image',
      'zh-cn': 'nginx的三个位置上是你的www、conf/nginx.conf和logs',
    },
    found:
      container === undefined
        ? { en: 'no container named nginx', 'zh-cn': '没有名为nginx的容器' }
        : {
            en: `${right.length} of 3 (${container.mounts.map(({ Source }) => Source).join(', ') || 'no mounts'})`,
            'zh-cn': `三处中有${right.length}处（${container.mounts.map(({ Source }) => Source).join('、') || '没有挂载'}）`,
          },
    look: 'docker inspect -f "{{json .Mounts}}" nginx',
  };
};

const confIsFile: Check = (world) => {
  const text = world.file(`${HOME}/conf/nginx.conf`);
  return {
    passed: text?.includes('http {') ?? false,
    expected: {
      en: '~/nginx/conf/nginx.conf is a file with a configuration',
      'zh-cn': '~/nginx/conf/nginx.conf是一个写着配置的文件',
    },
    found:
      text === undefined
        ? { en: 'no file of that name', 'zh-cn': '没有这个文件' }
        : { en: `a file of ${text.length} characters`, 'zh-cn': `一个文件，${text.length}个字符` },
    look: 'ls -l ~/nginx/conf',
  };
};

/** How large a container's /dev/shm is, in MB, and whether it is the machine's. */
const sharedMemory: Check = (world) => {
  const desk = world.container('desk');
  const machines = mountAt(desk, '/dev/shm') !== undefined;
  const mount = desk && world.mounts(desk.pid).find(({ point }) => point === '/dev/shm');
  const size = /^size=(\d+)k$/.exec(mount?.superOptions.find((option) => option.startsWith('size=')) ?? '');
  const megabytes = Number(size?.[1] ?? 0) / 1024;
  return {
    passed: !machines && megabytes > 64,
    expected: {
      en: 'desk has a /dev/shm of its own, of more than 64 MB',
      'zh-cn': 'desk有自己的/dev/shm，大于64 MB',
    },
    found: machines
      ? { en: 'something of the machine is mounted there', 'zh-cn': '那里挂载的是本机的东西' }
      : mount === undefined
        ? { en: 'no /dev/shm to look at', 'zh-cn': '看不到/dev/shm' }
        : { en: `${megabytes} MB`, 'zh-cn': `${megabytes} MB` },
    look: 'docker exec desk df -h /dev/shm',
  };
};

const DESK_LINE = `docker run -d --name desk -p 6080:80 -p 5900:5900 -e VNC_PASSWORD=tea4two RESOLUTION=1280x800 -v /dev/shm:/dev/shm ${DESKTOP}`;
const NGINX_MOUNTS = Object.entries(MOUNTS)
  .map(([inside, outside]) => `-v ${outside.replace('/home/learner', '~')}:${inside}`)
  .join(' ');

export default defineExercise({
  id: 'two-lines-from-a-tutorial',
  title: { en: 'Two lines from a tutorial', 'zh-cn': '教程里的两行' },
  intro: {
    en: 'nginx.sh and desk.sh hold the two lines as they were printed. In ~/nginx there are the folders www, with a page, conf and logs, both empty.',
    'zh-cn':
      'nginx.sh和desk.sh里是照原样抄来的两行。~/nginx里有三个目录：www里有一个网页，conf和logs是空的。',
  },
  setup: [
    'docker pull -q nginx',
    `docker pull -q ${DESKTOP}`,
    "mkdir -p ~/nginx/www ~/nginx/conf ~/nginx/logs; echo 'Hello.' > ~/nginx/www/index.html",
    `echo 'docker run -d -p 80:80 ${NGINX_MOUNTS.replace(':/usr/share', ':usr/share')} nginx --name nginx' > nginx.sh`,
    `echo '${DESK_LINE}' > desk.sh`,
  ],
  tasks: [
    {
      id: 'nginx',
      goal: {
        en: 'Mend the line in nginx.sh and run it: a container named nginx answers on port 80 with your page, uses a configuration file of yours, the same as the image’s, and writes its logs into your folder.',
        'zh-cn':
          '修好nginx.sh里的那一行并运行：名为nginx的容器在80端口上提供你的网页，使用你的配置文件（内容和镜像里的一样），把日志写进你的目录。',
      },
      hints: [
        {
          en: 'Three things are wrong: a slash is missing, a word stands behind the image, and a file must be there before it is mounted.',
          'zh-cn': '错了三处：少一个斜杠；有一个词写到了镜像后面；还有一个文件，挂载之前就得在那里。',
        },
        {
          en: 'A container that was only created can be copied from. Where -v has made a folder already, remove it with rmdir first, and the container that could not start.',
          'zh-cn':
            '只创建、不启动的容器也可以从中复制。要是-v已经建了目录，先用rmdir删掉它，再删掉那个起不来的容器。',
        },
      ],
      checks: [running('nginx', 'nginx'), published('nginx', '80', '80'), threeMounts, confIsFile],
    },
    {
      id: 'desk',
      goal: {
        en: 'Mend the line in desk.sh and run it: a container named desk shows its screen on port 6080, has both variables, and more than 64 MB of shared memory that is not the machine’s.',
        'zh-cn':
          '修好desk.sh里的那一行并运行：名为desk的容器在6080端口上显示屏幕，两个变量都有，共享内存大于64 MB，而且不是本机的那一份。',
      },
      hints: [
        {
          en: 'The message names the word that was taken for the image. What is missing in front of it?',
          'zh-cn': '报错点出了被当成镜像的那个词。它前面少了什么？',
        },
        {
          en: 'Each variable has an option of its own. For the memory there is an option that says how large it shall be; it takes the place of the mount.',
          'zh-cn': '每个变量都有自己的选项。共享内存另有一个选项规定大小，用它代替那个挂载。',
        },
      ],
      checks: [
        running('desk', DESKTOP),
        published('desk', '6080', '80'),
        environment('desk', ['VNC_PASSWORD=tea4two', 'RESOLUTION=1280x800']),
        sharedMemory,
      ],
    },
  ],
  solution: [
    {
      task: 'nginx',
      commands: [
        'docker create --name donor nginx',
        `docker cp donor:${CONF} ~/nginx/conf`,
        'docker rm donor',
        `docker run -d --name nginx -p 80:80 ${NGINX_MOUNTS} nginx`,
      ],
    },
    {
      task: 'desk',
      commands: [
        `docker run -d --name desk -p 6080:80 -p 5900:5900 -e VNC_PASSWORD=tea4two -e RESOLUTION=1280x800 --shm-size 512m ${DESKTOP}`,
      ],
    },
  ],
  mistakes: [
    {
      id: 'run-before-cp',
      task: 'nginx',
      commands: [`docker run -d --name nginx -p 80:80 ${NGINX_MOUNTS} nginx`],
      explanation: {
        en: 'nginx.conf was not there when the container was made, so -v has made a folder of that name, and a folder cannot lie on a file. Remove the container and the folder, copy the file, and run the line again.',
        'zh-cn':
          '创建容器时nginx.conf还不在，-v就建了一个同名的目录，而目录盖不到文件上。删掉容器和目录，复制好文件，再运行。',
      },
      shown: (world) =>
        world.container('nginx')?.status === 'created' &&
        mountAt(world.container('nginx'), CONF) !== undefined &&
        world.file(`${HOME}/conf/nginx.conf`) === undefined,
    },
    {
      id: 'one-option-for-two',
      task: 'desk',
      commands: [
        `docker run -d --name desk -p 6080:80 -e 'VNC_PASSWORD=tea4two RESOLUTION=1280x800' --shm-size 512m ${DESKTOP}`,
      ],
      explanation: {
        en: 'There is one variable now, and the second one has become part of its value. Each needs an -e of its own.',
        'zh-cn': '现在只有一个变量，第二个成了它的值的一部分。每个变量都要有自己的-e。',
      },
      shown: (world) => world.container('desk')?.env.some((entry) => / RESOLUTION=/.test(entry)) ?? false,
    },
    {
      id: 'the-machines-memory',
      task: 'desk',
      commands: [DESK_LINE.replace(' RESOLUTION', ' -e RESOLUTION')],
      explanation: {
        en: 'desk shares the machine’s /dev/shm: each can read and fill what the other has there. --shm-size gives it one of its own.',
        'zh-cn':
          'desk和本机共用/dev/shm：彼此都能读到对方的内容，也都能把它占满。--shm-size会给它一份自己的。',
      },
      shown: (world) => mountAt(world.container('desk'), '/dev/shm')?.Type === 'bind',
    },
  ],
});
