import type { Check } from '../../src/lab/check.ts';
import { listening, published, running } from '../../src/lab/docker-checks.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import { imageNamed } from '../../src/lab/image-checks.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const IMAGE = 'koa-demo:latest';
const FOLDER = '/home/learner/koa-demo';
/** The oldest Node.js that still gets its holes mended. */
const SUPPORTED = 22;
const MOST = 400_000_000;

const noImage = { en: 'no image named koa-demo', 'zh-cn': '没有名为koa-demo的镜像' };

const nodeOf = (world: Inspection): string | undefined =>
  imageNamed(world, IMAGE)
    ?.config.config?.Env?.find((entry) => entry.startsWith('NODE_VERSION='))
    ?.slice('NODE_VERSION='.length);

const supported: Check = (world) => {
  const version = nodeOf(world);
  return {
    passed: Number(version?.split('.')[0]) >= SUPPORTED,
    expected: {
      en: `koa-demo stands on Node.js ${SUPPORTED} or newer`,
      'zh-cn': `koa-demo建立在Node.js ${SUPPORTED}或更新的版本上`,
    },
    found: !imageNamed(world, IMAGE)
      ? noImage
      : version === undefined
        ? { en: 'an image without Node.js', 'zh-cn': '一个没有Node.js的镜像' }
        : { en: `Node.js ${version}`, 'zh-cn': `Node.js ${version}` },
    look: "docker inspect -f '{{json .Config.Env}}' koa-demo",
  };
};

const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;

const small: Check = (world) => {
  const size = imageNamed(world, IMAGE)?.size;
  return {
    passed: size !== undefined && size < MOST,
    expected: { en: `less than ${megabytes(MOST)}`, 'zh-cn': `小于${megabytes(MOST)}` },
    found: size === undefined ? noImage : { en: megabytes(size), 'zh-cn': megabytes(size) },
    look: 'docker images koa-demo',
  };
};

/** How the packages came into the image. */
const installs = (world: Inspection) =>
  imageNamed(world, IMAGE)
    ?.layers.map(({ createdBy }) => createdBy ?? '')
    .filter((line) => line.includes('npm')) ?? [];

const trusting = (text: string) => /taobao|strict-ssl|NODE_TLS_REJECT/.test(text);

const honest: Check = (world) => {
  const found = installs(world);
  const bad = found.find(trusting);
  return {
    passed: found.length > 0 && bad === undefined,
    expected: {
      en: 'the packages were installed from a registry whose certificate is in order',
      'zh-cn': '包是从证书有效的软件源安装的',
    },
    found:
      found.length === 0
        ? { en: 'no step that installs packages', 'zh-cn': '没有安装包的步骤' }
        : { en: bad ?? 'so it was', 'zh-cn': bad ?? '是这样' },
    look: 'docker history --no-trunc koa-demo',
  };
};

const PRINTED = [
  'FROM node:8.4',
  'COPY . /app',
  'WORKDIR /app',
  'RUN npm install --registry=https://registry.npm.taobao.org',
  'EXPOSE 3000',
  'CMD ["node", "app.js"]',
];

const MENDED = [
  'FROM node:24-slim',
  'WORKDIR /app',
  'COPY package.json .',
  'RUN npm install',
  'COPY . .',
  'EXPOSE 3000',
  'CMD ["node", "app.js"]',
];

const APP = [
  "const Koa = require('koa');",
  'const app = new Koa();',
  "app.use((ctx) => { ctx.body = 'Hello from another time.\\n'; });",
  'app.listen(3000);',
];

const file = (name: string, lines: readonly string[]) =>
  [`cat > ${FOLDER}/${name} <<'END'`, ...lines, 'END'].join('\n');

const built = (lines: readonly string[]) => [file('Dockerfile', lines), `docker build -t koa-demo ${FOLDER}`];

export default defineExercise({
  id: 'from-another-time',
  title: { en: 'From another time', 'zh-cn': '来自另一个年代' },
  intro: {
    en: 'In ~/koa-demo lie an application in Koa and a Dockerfile of 2017. It does not build any more.',
    'zh-cn': '~/koa-demo里有一个Koa应用和一份2017年的Dockerfile。如今它已经构建不出来了。',
  },
  setup: [
    `mkdir -p ${FOLDER}; echo '{ "name": "koa-demo", "dependencies": { "koa": "^3.0.0" } }' > ${FOLDER}/package.json`,
    file('app.js', APP),
    file('Dockerfile', PRINTED),
  ],
  tasks: [
    {
      id: 'image',
      goal: {
        en: 'Bring the Dockerfile into the present and build the image `koa-demo`: on a Node.js that is still looked after, with packages from a registry that is alive, and smaller than 400 MB.',
        'zh-cn':
          '把这份Dockerfile带回现在，构建镜像`koa-demo`：用仍有人维护的Node.js，从还在运行的软件源安装包，大小不到400 MB。',
      },
      hints: [
        {
          en: 'Two names in the file have died, one behind FROM and one behind --registry. npm has a registry of its own, if it is told nothing.',
          'zh-cn':
            '文件里有两个名字已经停用：一个在FROM后面，一个在--registry后面。什么也不指定时，npm用自己的软件源。',
        },
        {
          en: 'Of one version of Node.js there are several images: the full one, slim and alpine. Compare their sizes.',
          'zh-cn': '同一个Node.js版本有几种镜像：完整的、slim和alpine。比一比大小。',
        },
      ],
      checks: [supported, small, honest],
    },
    {
      id: 'answers',
      goal: {
        en: 'Run a container `koa` from it that answers on port 3000 of the machine.',
        'zh-cn': '从它运行一个容器`koa`，在本机的3000端口上有回应。',
      },
      hints: [
        { en: 'The application listens on port 3000.', 'zh-cn': '应用监听3000端口。' },
        {
          en: 'If the container has ended, docker logs koa says why.',
          'zh-cn': '要是容器已经结束，docker logs koa会说明原因。',
        },
      ],
      checks: [running('koa', 'koa-demo'), published('koa', '3000', '3000'), listening('koa', 3000)],
    },
  ],
  solution: [
    { task: 'image', commands: built(MENDED) },
    { task: 'answers', commands: ['docker run -d --name koa -p 3000:3000 koa-demo', 'sleep 2'] },
  ],
  mistakes: [
    {
      id: 'trust-anybody',
      task: 'image',
      commands: built(
        PRINTED.map((line) =>
          line.startsWith('RUN') ? `RUN npm config set strict-ssl false && ${line.slice(4)}` : line,
        ),
      ),
      explanation: {
        en: 'Without strict-ssl npm takes what anybody sends under that name, and runs it. The certificate has run out because nobody looks after the place: take another registry.',
        'zh-cn':
          '关掉strict-ssl，不管谁顶着这个名字发来的东西，npm都会接受并运行。证书过期，正是因为那里没人管了：换一个软件源。',
      },
      shown: (world) =>
        /strict-ssl|NODE_TLS_REJECT/.test(world.file(`${FOLDER}/Dockerfile`) ?? '') ||
        installs(world).some((line) => /strict-ssl|NODE_TLS_REJECT/.test(line)),
    },
    {
      id: 'all-the-tools',
      task: 'image',
      commands: built(MENDED.map((line) => (line === 'FROM node:24-slim' ? 'FROM node:24' : line))),
      explanation: {
        en: 'The image stands on the full Node.js, with compilers and headers that this application never uses. slim has what it needs to run.',
        'zh-cn':
          '这个镜像建立在完整的Node.js上，带着应用从来用不到的编译器和头文件。slim就有运行所需的一切。',
      },
      shown: (world) =>
        Number(nodeOf(world)?.split('.')[0]) >= SUPPORTED && (imageNamed(world, IMAGE)?.size ?? 0) >= MOST,
    },
  ],
});
