import type { Check, Localised } from '../../src/lab/check.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import { imageNamed, named } from '../../src/lab/image-checks.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const IMAGE = 'koa-demo:0.0.1';
const PROJECT = '/home/learner/koa-demos';

const WANTED = ['package.json', 'demos/01.js'];
const UNWANTED: Readonly<Record<string, string>> = {
  node_modules: 'node_modules/koa/index.js',
  '.git': '.git/HEAD',
  '.env': '.env',
};

/** Whether a file of the project is anywhere in the layers of the image, below /app. */
const packed = (world: Inspection, path: string): boolean =>
  imageNamed(world, IMAGE)?.layers.some(
    ({ directory }) => world.file(`${directory}/app/${path}`) !== undefined,
  ) ?? false;

const list = (names: readonly string[]): Localised => ({ en: names.join(', '), 'zh-cn': names.join('、') });

const noImage: Localised = { en: `no image named ${IMAGE}`, 'zh-cn': `没有名为${IMAGE}的镜像` };

const projectIsIn: Check = (world) => {
  const found = WANTED.filter((path) => packed(world, path));
  return {
    passed: found.length === WANTED.length,
    expected: {
      en: `the image has ${WANTED.join(' and ')} in /app`,
      'zh-cn': `镜像的/app里有${WANTED.join('和')}`,
    },
    found: !imageNamed(world, IMAGE)
      ? noImage
      : found.length === 0
        ? { en: 'neither of them', 'zh-cn': '一个也没有' }
        : list(found),
    look: `docker run --rm ${IMAGE} ls -A /app`,
  };
};

const restIsOut: Check = (world) => {
  const found = Object.entries(UNWANTED)
    .filter(([, path]) => packed(world, path))
    .map(([name]) => name);
  return {
    passed: imageNamed(world, IMAGE) !== undefined && found.length === 0,
    expected: {
      en: 'no layer of the image holds node_modules, .git or .env',
      'zh-cn': '镜像的任何一层里都没有node_modules、.git和.env',
    },
    found: !imageNamed(world, IMAGE)
      ? noImage
      : found.length === 0
        ? { en: 'none of them', 'zh-cn': '都没有' }
        : list(found),
    look: `docker run --rm ${IMAGE} ls -A /app`,
  };
};

const untouched: Check = (world) => {
  const there = (path: string) => world.file(`${PROJECT}/${path}`) !== undefined;
  const missing = ['docker/Dockerfile', ...Object.values(UNWANTED)].filter((path) => !there(path));
  return {
    passed: missing.length === 0,
    expected: {
      en: 'the project is as it was: the Dockerfile in docker/, nothing deleted',
      'zh-cn': '项目保持原样：Dockerfile还在docker/里，什么也没删',
    },
    found:
      missing.length === 0
        ? { en: 'everything is there', 'zh-cn': '都在' }
        : { en: `missing: ${missing.join(', ')}`, 'zh-cn': `缺少：${missing.join('、')}` },
    look: `ls -A ${PROJECT} ${PROJECT}/docker`,
  };
};

const IGNORE = 'node_modules\\n.git\\n.env\\n';

export default defineExercise({
  id: 'what-stays-at-home',
  title: { en: 'What stays at home', 'zh-cn': '哪些留在家里' },
  intro: {
    en: 'In ~/koa-demos lies a project with its modules, its history and a file of secrets. Its Dockerfile is in the directory docker, and has to stay there.',
    'zh-cn':
      '~/koa-demos里有一个项目，连同它的模块、历史和一个存着秘密的文件。它的Dockerfile在docker目录里，必须留在那里。',
  },
  setup: [
    'docker pull -q node:24-slim',
    `mkdir -p ${PROJECT}/demos ${PROJECT}/docker ${PROJECT}/node_modules/koa ${PROJECT}/.git`,
    `cd ${PROJECT}; echo '{ "name": "koa-demos" }' > package.json; echo "console.log('Hello');" > demos/01.js; echo 'module.exports = {};' > node_modules/koa/index.js; echo 'ref: refs/heads/main' > .git/HEAD; echo 'TOKEN=s3cr3t' > .env`,
    `printf 'FROM node:24-slim\\nWORKDIR /app\\nCOPY . .\\nEXPOSE 3000\\n' > ${PROJECT}/docker/Dockerfile`,
  ],
  tasks: [
    {
      id: 'build',
      goal: {
        en: 'Build the image `koa-demo:0.0.1`: the project is in `/app`, without `node_modules`, `.git` and `.env`. Move nothing, delete nothing, and leave the Dockerfile as it is.',
        'zh-cn':
          '构建镜像`koa-demo:0.0.1`：项目在`/app`里，但没有`node_modules`、`.git`和`.env`。不移动、不删除任何东西，Dockerfile也不改。',
      },
      hints: [
        {
          en: 'Two things are separate: what may be copied, and where the instructions stand. The last word of the line says the first; an option says the second.',
          'zh-cn':
            '有两件事是分开的：能复制什么，指令写在哪里。命令的最后一个词说的是前者，后者由一个选项来说。',
        },
        {
          en: 'A file in the root of the context lists what is not packed, one name on each line. Its name begins with a dot.',
          'zh-cn': '上下文的根目录里有一个文件，列出不打包的东西，一行一个。它的名字以点开头。',
        },
      ],
      checks: [named(IMAGE), projectIsIn, restIsOut, untouched],
    },
  ],
  solution: [
    {
      task: 'build',
      commands: [
        'cd ~/koa-demos',
        `printf '${IGNORE}' > .dockerignore`,
        `docker build -t ${IMAGE} -f docker/Dockerfile .`,
      ],
    },
  ],
  mistakes: [
    {
      id: 'the-place-of-the-dockerfile',
      task: 'build',
      commands: ['cd ~/koa-demos', `docker build -t ${IMAGE} docker/`],
      explanation: {
        en: 'The context was the directory docker, and so the image has the Dockerfile and nothing of the project. Give the project as the context, and the place of the Dockerfile with -f.',
        'zh-cn':
          '上下文成了docker目录，所以镜像里只有Dockerfile，没有项目的文件。把项目作为上下文，用-f指明Dockerfile的位置。',
      },
      shown: (world) => packed(world, 'Dockerfile') && !packed(world, 'package.json'),
    },
    {
      id: 'ignored-beside-the-dockerfile',
      task: 'build',
      commands: [
        'cd ~/koa-demos',
        `printf '${IGNORE}' > docker/.dockerignore`,
        `docker build -t ${IMAGE} -f docker/Dockerfile .`,
      ],
      explanation: {
        en: 'A .dockerignore counts in the root of the context, and that is the project. Beside the Dockerfile nobody reads it. (A file docker/Dockerfile.dockerignore would count.)',
        'zh-cn':
          '.dockerignore要放在上下文的根目录，也就是项目目录，才算数。放在Dockerfile旁边没人去读。（名为docker/Dockerfile.dockerignore的文件倒是算数。）',
      },
      shown: (world) =>
        world.file(`${PROJECT}/docker/.dockerignore`) !== undefined &&
        world.file(`${PROJECT}/.dockerignore`) === undefined,
    },
    {
      id: 'deleted-in-a-later-step',
      task: 'build',
      commands: [
        'cd ~/koa-demos',
        `(cat docker/Dockerfile; echo RUN rm -rf node_modules .git .env) | docker build -t ${IMAGE} -f - .`,
      ],
      explanation: {
        en: 'The files are deleted in the last layer, and still lie in the one below. They must not come into the context at all.',
        'zh-cn': '文件在最后一层里删掉了，在下面那层里却还在。要让它们根本不进上下文。',
      },
      shown: (world) =>
        packed(world, '.env') &&
        (imageNamed(world, IMAGE)?.layers.some(({ createdBy }) => /^RUN .*\brm\b/.test(createdBy ?? '')) ??
          false),
    },
  ],
});
