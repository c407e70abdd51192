import type { Check } from '../../src/lab/check.ts';
import { published, running } from '../../src/lab/docker-checks.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import { imageNamed } from '../../src/lab/image-checks.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const BASE = 'nginx:alpine';
const IMAGE = 'shop:1';
const FOLDER = '/home/learner/shop';
const PAGE = '/usr/share/nginx/html/index.html';
const SETTINGS = '/etc/nginx/conf.d/sale.conf';
const DELETED = '/usr/share/nginx/html/50x.html';
const PRICES = '/prices/today';
const TYPED = '/root/.ash_history';

const noImage = { en: `no image named ${IMAGE}`, 'zh-cn': `没有名为${IMAGE}的镜像` };

/** The layers that shop:1 has on top of those of its base; undefined where it does not stand on it. */
function onTop(world: Inspection) {
  const [base, image] = [imageNamed(world, BASE), imageNamed(world, IMAGE)];
  const stands = base?.layers.every(({ chainId }, at) => chainId === image?.layers[at]?.chainId);
  return stands ? image?.layers.slice(base?.layers.length) : undefined;
}

/** The lines that shop:1 has in its history after those of its base, the lowest first. */
const lines = (world: Inspection) =>
  imageNamed(world, IMAGE)?.config.history?.slice(imageNamed(world, BASE)?.config.history?.length) ?? [];

/** Lines that no Dockerfile has made: those of a commit, or of an import. */
const unwritten = (world: Inspection) =>
  lines(world).filter(({ comment }) => comment !== 'buildkit.dockerfile.v0');

const readable: Check = (world) => {
  const found = lines(world);
  const foreign = unwritten(world);
  return {
    passed: onTop(world) !== undefined && found.length > 0 && foreign.length === 0,
    expected: {
      en: `${IMAGE} stands on ${BASE}, and all above that was made by lines of a Dockerfile`,
      'zh-cn': `${IMAGE}建立在${BASE}上，上面的一切都来自Dockerfile的各行`,
    },
    found: !imageNamed(world, IMAGE)
      ? noImage
      : onTop(world) === undefined
        ? { en: 'it stands on something else', 'zh-cn': '它建立在别的东西上' }
        : foreign.length > 0
          ? {
              en: `${foreign.length} of ${found.length} lines were committed`,
              'zh-cn': `${found.length}行里有${foreign.length}行是提交来的`,
            }
          : { en: `${found.length} lines of a Dockerfile`, 'zh-cn': `Dockerfile的${found.length}行` },
    look: `docker history ${IMAGE}`,
  };
};

/** Which of the paths are files in a layer above the base. */
const brought = (world: Inspection, paths: readonly string[]) =>
  paths.filter((path) =>
    imageNamed(world, IMAGE)?.layers.some(({ directory }) => world.file(`${directory}${path}`) !== undefined),
  );

const nothingByChance: Check = (world) => {
  const found = brought(world, [TYPED, PRICES]);
  return {
    passed: imageNamed(world, IMAGE) !== undefined && found.length === 0,
    expected: {
      en: 'neither what somebody typed nor the prices of the day are in a layer of it',
      'zh-cn': '它的各层里既没有别人敲过的命令，也没有当天的价目',
    },
    found: !imageNamed(world, IMAGE)
      ? noImage
      : found.length === 0
        ? { en: 'so it is', 'zh-cn': '是这样' }
        : { en: `${found.join(' and ')} in it`, 'zh-cn': `里面有${found.join('和')}` },
    look: `docker run --rm ${IMAGE} ls -A /root /prices`,
  };
};

/** A file as a container sees it. */
const seenIn = (world: Inspection, container: string, path: string): string | undefined => {
  const pid = world.container(container)?.pid;
  return pid ? world.file(`/proc/${pid}/root${path}`) : undefined;
};

const WANTED: Readonly<Record<string, string | undefined>> = {
  [PAGE]: '<h1>Open until six.</h1>\n',
  [SETTINGS]: 'server_tokens off;\n',
  [DELETED]: undefined,
};

const sameFiles: Check = (world) => {
  const shop = world.container('shop');
  const there = shop?.status === 'running';
  const different = Object.keys(WANTED).filter((path) => seenIn(world, 'shop', path) !== WANTED[path]);
  return {
    passed: there && different.length === 0,
    expected: {
      en: 'shop sees the new page and the new setting, and not the deleted page',
      'zh-cn': 'shop里看得到新页面和新设置，看不到删掉的页面',
    },
    found: !there
      ? { en: 'no running container named shop', 'zh-cn': '没有正在运行的容器shop' }
      : different.length === 0
        ? { en: 'the same files', 'zh-cn': '文件相同' }
        : { en: `different: ${different.join(', ')}`, 'zh-cn': `不同：${different.join('、')}` },
    look: 'docker diff night',
  };
};

const withItsVolume: Check = (world) => {
  const mounts = (world.container('shop')?.mounts ?? []).map(
    ({ Name, Source, Destination }) => `${Name ?? Source} → ${Destination}`,
  );
  return {
    passed: mounts.includes('prices → /prices'),
    expected: { en: 'shop has the volume prices at /prices', 'zh-cn': 'shop在/prices挂着卷prices' },
    found:
      mounts.length === 0
        ? { en: 'no volume', 'zh-cn': '没有卷' }
        : { en: mounts.join(', '), 'zh-cn': mounts.join('、') },
    look: "docker inspect -f '{{json .Mounts}}' shop",
  };
};

const WRITTEN = [
  `FROM ${BASE}`,
  `COPY index.html ${PAGE}`,
  `COPY sale.conf ${SETTINGS}`,
  `RUN rm ${DELETED}`,
];

const build = (all: readonly string[]) => [
  `cd ${FOLDER}`,
  `docker cp night:${PAGE} .`,
  `docker cp night:${SETTINGS} .`,
  ["cat > Dockerfile <<'END'", ...all, 'END'].join('\n'),
  `docker build -t ${IMAGE} .`,
];

const replace = (options: string) => [
  'docker rm -f night',
  `docker run -d --name shop ${options} ${IMAGE}`,
  'sleep 1',
];

export default defineExercise({
  id: 'written-down',
  title: { en: 'Written down', 'zh-cn': '写下来' },
  intro: {
    en: 'The container night was started from nginx:alpine, with the volume prices at /prices. Last night somebody repaired the shop in it by hand and committed it as shop:night. Nobody knows what they did. The folder ~/shop is empty.',
    'zh-cn':
      '容器night是从nginx:alpine启动的，在/prices挂着卷prices。昨天夜里，有人在里面手工修好了店铺，并提交成了shop:night。谁也不知道他做了什么。文件夹~/shop是空的。',
  },
  setup: [
    `mkdir ${FOLDER}; docker pull -q ${BASE}; docker volume create prices`,
    `docker run -d --name night -v prices:/prices -p 8080:80 ${BASE}; sleep 1`,
    `docker exec night sh -c 'echo "<h1>Open until six.</h1>" > ${PAGE}; echo "server_tokens off;" > ${SETTINGS}; rm ${DELETED}; echo tea 3 > ${PRICES}; echo "wget --header=token:4711 tea.example" > ${TYPED}'`,
    "docker exec night nginx -s reload; docker commit -m 'works now' night shop:night",
  ],
  tasks: [
    {
      id: 'image',
      goal: {
        en: `Find out what was changed, write it as a Dockerfile in ~/shop, and build the image \`${IMAGE}\` of it. What lay about, and what is in the volume, stays outside.`,
        'zh-cn': `弄清楚改了什么，在~/shop里写成一份Dockerfile，构建出镜像\`${IMAGE}\`。顺手留下的东西和卷里的内容不要放进去。`,
      },
      hints: [
        {
          en: 'docker diff lists what was added (A), changed (C) and deleted (D). Not every line of it was meant.',
          'zh-cn': 'docker diff会列出新增（A）、改动（C）和删除（D）的内容。并不是每一行都是有意为之。',
        },
        {
          en: 'Fetch the files that were meant with docker cp, and begin the Dockerfile with the image that night began with: a COPY for each file, a RUN for the one that was deleted.',
          'zh-cn':
            '用docker cp把有意改动的文件取出来。Dockerfile从night当初用的那个镜像开始：每个文件一条COPY，删掉的那个用一条RUN。',
        },
      ],
      checks: [readable, nothingByChance],
    },
    {
      id: 'replace',
      goal: {
        en: `Let a container shop from \`${IMAGE}\` take the place of night: the same files, the same prices, the same port 8080.`,
        'zh-cn': `让一个用\`${IMAGE}\`启动的容器shop接替night：同样的文件，同样的价目，同样的8080端口。`,
      },
      hints: [
        {
          en: 'A port of the machine leads to one container only. Look at how night was started before you remove it.',
          'zh-cn': '本机的一个端口只能通向一个容器。删掉night之前，先看看它是怎样启动的。',
        },
        {
          en: 'The prices were in no image: they are in the volume, which outlives its container and can be mounted again.',
          'zh-cn': '价目从来不在镜像里，而在卷里；卷比容器活得久，可以再次挂上。',
        },
      ],
      checks: [running('shop', 'shop'), sameFiles, withItsVolume, published('shop', '8080', '80')],
    },
  ],
  solution: [
    { task: 'image', commands: ['docker diff night', ...build(WRITTEN)] },
    { task: 'replace', commands: replace('-v prices:/prices -p 8080:80') },
  ],
  mistakes: [
    {
      id: 'the-commit-renamed',
      task: 'image',
      commands: ['docker tag shop:night shop:1'],
      explanation: {
        en: 'That is the commit under another name. Its history says that nginx ran, and not what was changed; next year nobody can make it again on a newer nginx.',
        'zh-cn':
          '这是换了名字的提交。它的历史只说运行过nginx，没说改了什么；明年想换上新版nginx重做一遍，谁也办不到。',
      },
      shown: (world) => lines(world).length > 0 && lines(world).length === unwritten(world).length,
    },
    {
      id: 'on-top-of-the-commit',
      task: 'image',
      commands: build(['FROM shop:night', ...WRITTEN.slice(1, 3)]),
      explanation: {
        en: 'The Dockerfile begins with the commit, so all of it is still there, with what somebody typed at night. Begin with the image that the container began with.',
        'zh-cn':
          '这份Dockerfile从提交开始，所以提交里的一切都还在，连夜里敲过的命令也在。要从容器当初用的那个镜像开始。',
      },
      shown: (world) => {
        const foreign = unwritten(world).length;
        return foreign > 0 && foreign < lines(world).length;
      },
    },
    {
      id: 'prices-baked-in',
      task: 'image',
      commands: [
        ...build([...WRITTEN, `COPY today ${PRICES}`]),
        `docker cp night:${PRICES} . && docker build -t ${IMAGE} .`,
      ],
      explanation: {
        en: 'The prices of today are in a layer now, and every container begins with them, for good. They are data, and have their volume.',
        'zh-cn': '今天的价目进了层里，从此每个容器都从它开始。价目是数据，有自己的卷。',
      },
      shown: (world) => brought(world, [PRICES]).length > 0,
    },
    {
      id: 'the-deletion-forgotten',
      task: 'replace',
      commands: [...build(WRITTEN.slice(0, 3)), ...replace('-v prices:/prices -p 8080:80')],
      explanation: {
        en: 'A page is back that had been deleted. What was taken away must be written down as well: with a RUN that removes it.',
        'zh-cn': '一个已经删掉的页面又回来了。删掉过什么，也要写下来：用一条RUN把它删掉。',
      },
      shown: (world) => seenIn(world, 'shop', DELETED) !== undefined,
    },
    {
      id: 'without-the-volume',
      task: 'replace',
      commands: [...build(WRITTEN), ...replace('-p 8080:80')],
      explanation: {
        en: 'shop runs without the volume, and so without prices. No image remembers which volumes its containers had: name it again with -v.',
        'zh-cn': 'shop没有挂上卷，也就没有价目。镜像不记得容器挂过哪些卷：用-v再写一次。',
      },
      shown: (world) => world.container('shop')?.mounts.length === 0,
    },
  ],
});
