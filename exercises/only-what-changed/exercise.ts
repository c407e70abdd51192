import { type Arrangement, writing } from '../../src/lab/arrangement.ts';
import type { Check, Localised } from '../../src/lab/check.ts';
import { listening } from '../../src/lab/docker-checks.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import { imageNamed } from '../../src/lab/image-checks.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const FOLDER = '/home/learner/shop';
const TRY = 'sh ~/twice.sh';

const INSTALL = 'RUN pip install -r requirements.txt';

const dockerfile: Arrangement = {
  file: `${FOLDER}/Dockerfile`,
  lines: [
    'FROM python:3.13-slim',
    'WORKDIR /app',
    'COPY requirements.txt .',
    INSTALL,
    'COPY . .',
    'EXPOSE 5000',
    'CMD ["python", "app.py"]',
  ],
  spare: ['RUN cd /app', 'COPY app.py /', 'ENTRYPOINT python'],
  alsoRight: [
    [
      'FROM python:3.13-slim',
      'EXPOSE 5000',
      'CMD ["python", "app.py"]',
      'WORKDIR /app',
      'COPY requirements.txt .',
      INSTALL,
      'COPY . .',
    ],
  ],
  tryIt: TRY,
};

const layersOf = (world: Inspection, name: string) => imageNamed(world, name)?.layers ?? [];

/** The layer of an image in which the packages were installed. */
const installed = (world: Inspection, name: string): string | undefined =>
  layersOf(world, name).find(({ createdBy }) => createdBy?.includes('pip install -r'))?.chainId;

const noImages: Localised = { en: 'shop:1 or shop:2 is missing', 'zh-cn': 'shop:1或shop:2不存在' };

const bothBuilt = (world: Inspection) =>
  imageNamed(world, 'shop:1') !== undefined && imageNamed(world, 'shop:2') !== undefined;

const builtTwice: Check = (world) => {
  const [one, two] = ['shop:1', 'shop:2'].map((name) => imageNamed(world, name)?.id);
  const differ = one !== undefined && two !== undefined && one !== two;
  return {
    passed: differ,
    expected: {
      en: 'shop:1, and shop:2 with the changed application',
      'zh-cn': 'shop:1，以及应用改动之后的shop:2',
    },
    found: !bothBuilt(world)
      ? noImages
      : differ
        ? { en: 'two images', 'zh-cn': '两个镜像' }
        : { en: 'one and the same image: the change is not in it', 'zh-cn': '同一个镜像：改动没有进去' },
    look: 'docker images shop',
  };
};

const installedOnce: Check = (world) => {
  const [one, two] = [installed(world, 'shop:1'), installed(world, 'shop:2')];
  const same = one !== undefined && one === two;
  return {
    passed: same,
    expected: {
      en: 'both images have the same layer of installed packages',
      'zh-cn': '两个镜像里，装好包的那一层是同一层',
    },
    found: !bothBuilt(world)
      ? noImages
      : same
        ? { en: 'the same layer', 'zh-cn': '同一层' }
        : one === undefined || two === undefined
          ? { en: 'an image without installed packages', 'zh-cn': '有一个镜像里没有装包' }
          : { en: 'two layers: it was installed twice', 'zh-cn': '两层：装了两遍' },
    look: 'docker history shop:1; docker history shop:2',
  };
};

const TWICE = [
  `cd ${FOLDER}`,
  'docker rm -f shop > /dev/null 2>&1',
  'docker build -q -t shop:1 . > /dev/null || exit',
  'echo "# changed $(date)" >> app.py',
  'docker build --progress=plain -t shop:2 . 2>&1 | grep -A1 "[0-9]/[0-9]\\]"',
  'docker run -d --name shop -p 5000:5000 shop:2 > /dev/null; sleep 2; curl -sS localhost:5000',
];

const APP = [
  'from flask import Flask',
  '',
  'app = Flask(__name__)',
  '',
  '',
  '@app.route("/")',
  'def page():',
  '    return "Open from nine.\\n"',
  '',
  '',
  'if __name__ == "__main__":',
  '    app.run(host="0.0.0.0", port=5000)',
];

const file = (path: string, lines: readonly string[]) =>
  [`cat > ${path} <<'END'`, ...lines, 'END'].join('\n');

const otherwise = (lines: string[]) => [writing({ file: dockerfile.file, lines }), TRY];

export default defineExercise({
  id: 'only-what-changed',
  title: { en: 'Only what changed', 'zh-cn': '只做变了的' },
  intro: {
    en: 'In ~/shop lie an application in Flask and the list of what it needs. twice.sh builds it as shop:1, changes one line of it, builds it again as shop:2, shows what was done, and runs it.',
    'zh-cn':
      '~/shop里有一个Flask应用和它的依赖清单。twice.sh先把它构建成shop:1，改动其中一行，再构建成shop:2，显示做了哪些步骤，然后运行它。',
  },
  setup: [
    `mkdir -p ${FOLDER}; echo flask > ${FOLDER}/requirements.txt`,
    file(`${FOLDER}/app.py`, APP),
    file('~/twice.sh', TWICE),
    'docker pull -q python:3.13-slim',
  ],
  tasks: [
    {
      id: 'order',
      goal: {
        en: 'Choose lines and put them in order, so that the second build takes the installed packages from the cache, and the container answers on port 5000.',
        'zh-cn': '选出需要的行，排好次序，让第二次构建从缓存里取得装好的包，并且容器在5000端口上有回应。',
      },
      hints: [
        {
          en: 'From the first step that the change touches, everything is done again. Which line brings app.py into the image?',
          'zh-cn': '从改动影响到的第一步起，后面全部重做。是哪一行把app.py带进镜像的？',
        },
        {
          en: 'What pip needs is one small file, which seldom changes. It can be copied by itself, before the rest.',
          'zh-cn': 'pip需要的只是一个很少变动的小文件。可以先单独复制它，再复制其余的。',
        },
      ],
      arrange: dockerfile,
      checks: [builtTwice, installedOnce, listening('shop', 5000)],
    },
  ],
  solution: [{ task: 'order', commands: [writing(dockerfile), TRY] }],
  mistakes: [
    {
      id: 'all-at-once',
      task: 'order',
      commands: otherwise([
        'FROM python:3.13-slim',
        'WORKDIR /app',
        'COPY . .',
        INSTALL,
        'CMD ["python", "app.py"]',
      ]),
      explanation: {
        en: 'COPY . . stands above the installation. The changed line changes what it copies, and everything below is done again, with the same result.',
        'zh-cn': 'COPY . .写在安装的上面。改动的那一行让它复制的内容变了，下面的一切便都重做，结果却一样。',
      },
      shown: (world) => {
        const [one, two] = [installed(world, 'shop:1'), installed(world, 'shop:2')];
        return one !== undefined && two !== undefined && one !== two;
      },
    },
    {
      id: 'a-shell-in-front',
      task: 'order',
      commands: otherwise([...dockerfile.lines, 'ENTRYPOINT python']),
      explanation: {
        en: 'ENTRYPOINT in shell form takes no notice of CMD: python was started without a word, and had nothing to do.',
        'zh-cn': 'shell形式的ENTRYPOINT不理会CMD：python不带参数启动，无事可做。',
      },
      shown: (world) =>
        imageNamed(world, 'shop:2')?.config.config?.Entrypoint?.join(' ') === '/bin/sh -c python',
    },
  ],
});
