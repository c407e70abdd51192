import type { ContainerModel } from '../../src/engine/daemon/model.ts';
import type { Check, Localised } from '../../src/lab/check.ts';
import { published, running } from '../../src/lab/docker-checks.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const PAGES = '/usr/share/nginx/html';
const CONF = '/etc/nginx/nginx.conf';

const mountAt = (container: ContainerModel | undefined, path: string) =>
  container?.mounts.find(({ Destination }) => Destination === path);

/** What a container has at a path, in words. */
function mountInWords(container: ContainerModel | undefined, path: string): Localised {
  const mount = mountAt(container, path);
  if (container === undefined) return { en: 'no such container', 'zh-cn': '没有这个容器' };
  if (mount === undefined) return { en: `nothing mounted at ${path}`, 'zh-cn': `${path}上没有挂载` };
  return mount.Type === 'volume'
    ? { en: `the volume ${mount.Name} at ${path}`, 'zh-cn': `卷${mount.Name}挂载在${path}` }
    : { en: `${mount.Source} at ${path}`, 'zh-cn': `${mount.Source}挂载在${path}` };
}

const onTally: Check = (world) => {
  const counter = world.container('counter');
  const mount = mountAt(counter, '/data');
  return {
    passed: mount?.Type === 'volume' && mount.Name === 'tally',
    expected: { en: 'counter has the volume tally at /data', 'zh-cn': 'counter的/data上是卷tally' },
    found: mountInWords(counter, '/data'),
    look: 'docker inspect -f "{{json .Mounts}}" counter',
  };
};

const countedOn: Check = (world) => {
  const before = world.removed().filter((container) => mountAt(container, '/data')?.Name === 'tally').length;
  const volume = mountAt(world.container('counter'), '/data')?.Source;
  const count = volume === undefined ? undefined : world.file(`${volume}/count`)?.trim();
  return {
    passed: before > 0 && Number(count) > 1,
    expected: {
      en: 'a counter on this volume was removed, and the next one has counted on',
      'zh-cn': '用这个卷的计数器被删除过，接替它的继续数了下去',
    },
    found: {
      en: `${before} removed, the count is ${count ?? 'in no volume'}`,
      'zh-cn': `删除过${before}个，计数${count === undefined ? '不在卷里' : `为${count}`}`,
    },
    look: 'docker exec counter cat /data/count',
  };
};

const bound: Check = (world) => {
  const site = world.container('site');
  const mount = mountAt(site, PAGES);
  return {
    passed: mount?.Type === 'bind' && mount.Source === '/home/learner/html',
    expected: {
      en: `site has your folder /home/learner/html at ${PAGES}`,
      'zh-cn': `site的${PAGES}上是你的目录/home/learner/html`,
    },
    found: mountInWords(site, PAGES),
    look: 'docker inspect -f "{{json .Mounts}}" site',
  };
};

const edited: Check = (world) => {
  const page = world.file('/home/learner/html/index.html')?.trim();
  return {
    passed: /\bopen\b/i.test(page ?? ''),
    expected: { en: 'html/index.html says open', 'zh-cn': 'html/index.html里写着open' },
    found: page === undefined ? { en: 'no such file', 'zh-cn': '没有这个文件' } : { en: page, 'zh-cn': page },
    look: 'curl localhost:8080',
  };
};

/** The image's own file: that of the uppermost layer that has one. */
const original = (world: Inspection): string | undefined =>
  world
    .container('still')
    ?.lowerDirectories.map((directory) => world.file(`${directory}${CONF}`))
    .find((text) => text !== undefined);

const fetched: Check = (world) => {
  const text = world.file('/home/learner/nginx.conf');
  return {
    passed: text !== undefined && text === original(world),
    expected: {
      en: 'nginx.conf in your home directory is the file that still has',
      'zh-cn': '主目录下的nginx.conf和still里的一样',
    },
    found:
      text === undefined
        ? { en: 'no file nginx.conf', 'zh-cn': '没有文件nginx.conf' }
        : text === original(world)
          ? { en: 'the same', 'zh-cn': '一样' }
          : { en: 'a file with other contents', 'zh-cn': '文件在，内容不同' },
    look: 'ls -l ~; docker ps -a --filter name=still',
  };
};

const COUNT =
  'mkdir -p /data; n=$(cat /data/count 2>/dev/null || echo 0); echo $((n+1)) > /data/count; exec sleep 1d';

export default defineExercise({
  id: 'the-count-goes-on',
  title: { en: 'The count goes on', 'zh-cn': '继续数下去' },
  intro: {
    en: 'The image counter counts its starts in /data/count, and a container named counter runs from it. html holds a page. still is a container from nginx that was never started.',
    'zh-cn':
      '镜像counter在/data/count里记录自己启动了多少次，有一个名为counter的容器正用它运行。html里有一个网页。still是用nginx创建、从未启动过的容器。',
  },
  setup: [
    'docker run --name draft alpine true',
    `docker commit -c 'CMD ["sh", "-c", "${COUNT}"]' draft counter`,
    'docker rm draft',
    'docker run -d --name counter counter',
    'docker create --name still nginx',
    "mkdir ~/html; echo 'We are closed.' > ~/html/index.html",
  ],
  tasks: [
    {
      id: 'count',
      goal: {
        en: 'Replace counter by one that keeps /data in a volume named tally. Prove it: remove that one, run it again, and see the count at 2 or more.',
        'zh-cn':
          '换一个counter，让它的/data放在名为tally的卷里。再证明一下：删除它，重新运行，计数应该是2或更多。',
      },
      hints: [
        {
          en: 'A mount is given when a container is made. So the old one has to go first, and the option stands in front of the image.',
          'zh-cn': '挂载是在创建容器时给出的。所以旧的要先删掉，选项要写在镜像前面。',
        },
        {
          en: 'The name of the volume stands in front of the colon, the path in the container behind it. Without a name every container gets a volume of its own.',
          'zh-cn': '冒号前是卷的名字，冒号后是容器里的路径。不写名字，每个容器都会得到自己的一个卷。',
        },
      ],
      checks: [running('counter', 'counter'), onTally, countedOn],
    },
    {
      id: 'pages',
      goal: {
        en: 'Run nginx as a container named site, so that port 8080 of the machine shows your folder ~/html. Then change the page so that it says: We are open.',
        'zh-cn': '用nginx运行名为site的容器，让本机8080端口显示你的目录~/html。然后把网页改成：We are open.',
      },
      hints: [
        {
          en: 'nginx takes its pages from /usr/share/nginx/html. A path in front of the colon makes it a bind mount.',
          'zh-cn': 'nginx的网页来自/usr/share/nginx/html。冒号前写路径，就是绑定挂载。',
        },
        {
          en: 'Both paths are written from the root; $PWD or ~ helps with the first. The page is changed on your machine, with echo or in the tab Files; the container need not know.',
          'zh-cn':
            '两个路径都从根写起，前一个可以用$PWD或~。网页在你的机器上改，用echo或者“文件”标签页都行，不必惊动容器。',
        },
      ],
      checks: [running('site', 'nginx'), published('site', '8080', '80'), bound, edited],
    },
    {
      id: 'fetch',
      goal: {
        en: 'Copy the file /etc/nginx/nginx.conf from the container still into your home directory, under the same name.',
        'zh-cn': '把容器still里的/etc/nginx/nginx.conf复制到你的主目录下，名字不变。',
      },
      hints: [
        {
          en: 'exec needs a running container. Copying does not.',
          'zh-cn': 'exec需要容器在运行，复制则不需要。',
        },
        {
          en: 'First from where, then to where. The side that is in a container begins with its name and a colon.',
          'zh-cn': '先写从哪里，再写到哪里。在容器里的那一边，以容器名加冒号开头。',
        },
      ],
      checks: [fetched],
    },
  ],
  solution: [
    {
      task: 'count',
      commands: [
        'docker rm -f counter',
        'docker run -d --name counter -v tally:/data counter',
        'docker rm -f counter',
        'docker run -d --name counter -v tally:/data counter',
      ],
    },
    {
      task: 'pages',
      commands: [
        `docker run -d --name site -p 8080:80 -v ~/html:${PAGES} nginx`,
        "echo 'We are open.' > ~/html/index.html",
      ],
    },
    { task: 'fetch', commands: [`docker cp still:${CONF} ~/`] },
  ],
  mistakes: [
    {
      id: 'a-volume-without-a-name',
      task: 'count',
      commands: [
        'docker rm -f counter',
        'docker run -d --name counter -v /data counter',
        'docker rm -f counter',
        'docker run -d --name counter -v /data counter',
      ],
      explanation: {
        en: 'The volume at /data has no name of yours. Each new container gets another one, and begins at 1. Write tally: in front of the path.',
        'zh-cn': '/data上的卷没有你起的名字。每个新容器都会得到另一个，又从1数起。在路径前写上tally:。',
      },
      shown: (world) => /^[0-9a-f]{64}$/.test(mountAt(world.container('counter'), '/data')?.Name ?? ''),
    },
    {
      id: 'a-folder-made-by-mistake',
      task: 'pages',
      commands: [`docker run -d --name site -p 8080:80 -v ~/htlm:${PAGES} nginx`],
      explanation: {
        en: 'Another folder than html is mounted. If it was not there before, -v has made it, empty, and the page of the image is covered. Remove the container and write the path again.',
        'zh-cn':
          '挂载的不是html。要是原来没有这个目录，就是-v建的，里面是空的，镜像自带的页面也被遮住了。删掉容器，重新写路径。',
      },
      shown: (world) => {
        const mount = mountAt(world.container('site'), PAGES);
        return mount?.Type === 'bind' && mount.Source !== '/home/learner/html';
      },
    },
    {
      id: 'the-whole-folder',
      task: 'fetch',
      commands: ['docker cp still:/etc/nginx ~/nginx.conf'],
      explanation: {
        en: 'nginx.conf is a folder now: what was copied is the whole of /etc/nginx. Remove it, and name the file itself.',
        'zh-cn': 'nginx.conf成了一个目录：复制来的是整个/etc/nginx。删掉它，然后写明要的那个文件。',
      },
      shown: (world) => world.file('/home/learner/nginx.conf/nginx.conf') !== undefined,
    },
  ],
});
