import { says } from '../../src/lab/answers.ts';
import type { Check } from '../../src/lab/check.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import { imageNamed } from '../../src/lab/image-checks.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const FOLDER = '/home/learner/prices';
const IMAGE = 'prices:2';
const OLD = 'tea-4711';
const NEW = 'tea-0815';

const noImage = { en: `no image named ${IMAGE}`, 'zh-cn': `没有名为${IMAGE}的镜像` };

/** What a file of the image says in the topmost layer that has it. */
const inImage = (world: Inspection, path: string): string | undefined =>
  imageNamed(world, IMAGE)
    ?.layers.map(({ directory }) => world.file(`${directory}${path}`))
    .findLast((text) => text !== undefined);

const hasPrices: Check = (world) => {
  const prices = inImage(world, '/app/prices')?.trim();
  return {
    passed: prices === 'tea 3',
    expected: {
      en: `${IMAGE} has the prices in /app/prices`,
      'zh-cn': `${IMAGE}的/app/prices里有价目`,
    },
    found: !imageNamed(world, IMAGE)
      ? noImage
      : prices === undefined
        ? { en: 'no such file', 'zh-cn': '没有这个文件' }
        : { en: prices, 'zh-cn': prices },
    look: `docker run --rm ${IMAGE}`,
  };
};

type Leak = 'layer' | 'setting' | 'history';

/** Where the token can be read by everyone who has the image. */
function leaks(world: Inspection): Leak[] {
  const image = imageNamed(world, IMAGE);
  const { history = [], config = {} } = image?.config ?? {};
  const tells = (part: unknown) => JSON.stringify(part).includes(NEW);
  const kept = ['/app/token', '/token', '/tmp/token'].some((path) => inImage(world, path) !== undefined);
  return [
    ...(kept ? (['layer'] as const) : []),
    ...(tells(config) ? (['setting'] as const) : []),
    ...(tells(history) ? (['history'] as const) : []),
  ];
}

const PLACES = {
  layer: { en: 'in a layer', 'zh-cn': '在层里' },
  setting: { en: 'in the settings', 'zh-cn': '在配置里' },
  history: { en: 'in the history', 'zh-cn': '在历史里' },
} as const;

const noTrace: Check = (world) => {
  const found = leaks(world);
  return {
    passed: imageNamed(world, IMAGE) !== undefined && found.length === 0,
    expected: {
      en: `the token is in no layer, no setting and no history of ${IMAGE}`,
      'zh-cn': `${IMAGE}的层、配置和历史里都没有令牌`,
    },
    found: !imageNamed(world, IMAGE)
      ? noImage
      : found.length === 0
        ? { en: 'no trace', 'zh-cn': '没有痕迹' }
        : {
            en: `it is ${found.map((place) => PLACES[place].en).join(' and ')}`,
            'zh-cn': `它${found.map((place) => PLACES[place]['zh-cn']).join('，也')}`,
          },
    look: `docker history --no-trunc ${IMAGE}`,
  };
};

const file = (name: string, lines: readonly string[]) =>
  [`cat > ${FOLDER}/${name} <<'END'`, ...lines, 'END'].join('\n');

const PRINTED = [
  'FROM alpine:3.22',
  'WORKDIR /app',
  'COPY fetch.sh token ./',
  'RUN sh fetch.sh token',
  'RUN rm token',
  'CMD ["cat", "prices"]',
];

/** The file with other lines for the third to the fifth. */
const instead = (...lines: string[]) => [...PRINTED.slice(0, 2), ...lines, PRINTED.at(-1)!];

const built = (lines: readonly string[], options: string) => [
  `cd ${FOLDER}`,
  file('Dockerfile', lines),
  `docker build ${options} -t ${IMAGE} .`,
];

export default defineExercise({
  id: 'a-token-for-one-step',
  title: { en: 'A token for one step', 'zh-cn': '只给一步用的令牌' },
  intro: {
    en: 'In ~/prices lie a Dockerfile and fetch.sh, which needs a token to fetch the prices. prices:1 was built so last week, and given to everybody: “rm takes the token out again.” Since then there is a new token, in the file token.',
    'zh-cn':
      '~/prices里有一份Dockerfile和fetch.sh，后者要凭令牌才能取到价目。prices:1就是上个星期这样构建的，已经发给了所有人：“令牌反正会被rm删掉。”后来换了新令牌，在文件token里。',
  },
  setup: [
    `mkdir ${FOLDER}`,
    file('fetch.sh', [
      '# Called with the path of a file that holds the token.',
      `grep -q '^tea-[0-9]*$' "$1" || { echo "fetch.sh: no token in $1" >&2; exit 1; }`,
      "echo 'tea 3' > prices",
    ]),
    file('Dockerfile', PRINTED),
    `echo ${OLD} > ${FOLDER}/token; docker build -q -t prices:1 ${FOLDER}; echo ${NEW} > ${FOLDER}/token`,
  ],
  tasks: [
    {
      id: 'find',
      goal: {
        en: 'Was it taken out? Get the old token out of prices:1 and write it to the file loot in your home directory.',
        'zh-cn': '真的删掉了吗？从prices:1里把旧令牌取出来，写进主目录的文件loot。',
      },
      hints: [
        {
          en: 'A container of prices:1 does not see it. The layer in which it was copied still has it.',
          'zh-cn': 'prices:1的容器看不见它，可当初复制它的那一层里还在。',
        },
        {
          en: 'The view Layers of the X-ray shows what is hidden. At the terminal: unpack docker save, and then the layers in it; or look, with sudo, for a file named token below /var/lib/docker/overlay2.',
          'zh-cn':
            '透视里的“层”视图会显示被遮住的文件。在终端里：解开docker save的归档，再解开里面的各层；或者用sudo在/var/lib/docker/overlay2下面找名叫token的文件。',
        },
      ],
      checks: [
        says(
          'loot',
          () => OLD,
          {
            en: 'the file loot says the token that prices:1 was built with',
            'zh-cn': '文件loot里写着构建prices:1时用的令牌',
          },
          'docker history prices:1',
        ),
      ],
    },
    {
      id: 'tight',
      goal: {
        en: `Change the Dockerfile and build \`${IMAGE}\` with the new token: the prices are in it, and the token is nowhere.`,
        'zh-cn': `修改Dockerfile，用新令牌构建\`${IMAGE}\`：价目在里面，令牌哪儿都没有。`,
      },
      hints: [
        {
          en: 'What COPY brings stays in a layer, what ARG and ENV say stays in the history or the settings. One step has to see the file, without getting it.',
          'zh-cn':
            'COPY带进来的留在层里，ARG和ENV写的留在历史或配置里。要让某一步看得见这个文件，却得不到它。',
        },
        {
          en: 'RUN takes --mount=type=secret,id=… and shows the file under /run/secrets. Whoever builds says with --secret which file is meant.',
          'zh-cn':
            'RUN可以带--mount=type=secret,id=…，文件会出现在/run/secrets下面。构建的人用--secret说明是哪个文件。',
        },
      ],
      checks: [hasPrices, noTrace],
    },
  ],
  solution: [
    {
      task: 'find',
      commands: ['sudo find /var/lib/docker/overlay2 -name token -type f -exec cat {} + > loot'],
    },
    {
      task: 'tight',
      commands: built(
        instead('COPY fetch.sh .', 'RUN --mount=type=secret,id=token sh fetch.sh /run/secrets/token'),
        '--secret id=token,src=token',
      ),
    },
  ],
  mistakes: [
    {
      id: 'the-new-one',
      task: 'find',
      commands: [`cp ${FOLDER}/token loot`],
      explanation: {
        en: 'That is the new token, from the folder. The old one is asked for, from the image, where nobody should be able to read it.',
        'zh-cn': '这是文件夹里的新令牌。要找的是旧的那个，在镜像里，本不该有人读得到。',
      },
      shown: (world) => world.file('/home/learner/loot')?.trim() === NEW,
    },
    {
      id: 'deleted-in-a-later-step',
      task: 'tight',
      commands: built(PRINTED, ''),
      explanation: {
        en: 'RUN rm hides the token from containers. The layer of COPY holds it as before, and everybody who pulls the image pulls that layer.',
        'zh-cn': 'RUN rm只让容器看不见令牌。COPY的那一层照样装着它，谁拉取镜像，谁就拉取那一层。',
      },
      shown: (world) => leaks(world).includes('layer'),
    },
    {
      id: 'as-an-argument',
      task: 'tight',
      commands: built(
        instead('ARG TOKEN', 'COPY fetch.sh .', 'RUN echo $TOKEN > /t && sh fetch.sh /t && rm /t'),
        '--build-arg TOKEN=$(cat token)',
      ),
      explanation: {
        en: 'No file holds it, but the history does: the arguments that a step was run with stand in front of its command. See docker history --no-trunc.',
        'zh-cn':
          '没有文件装着它，历史里却有：每一步运行时用的参数就写在命令前面。看看docker history --no-trunc。',
      },
      shown: (world) => leaks(world).includes('history') && !leaks(world).includes('setting'),
    },
    {
      id: 'as-a-variable',
      task: 'tight',
      commands: built(
        instead(`ENV TOKEN=${NEW}`, 'COPY fetch.sh .', 'RUN echo $TOKEN > /t && sh fetch.sh /t && rm /t'),
        '',
      ),
      explanation: {
        en: 'ENV is a setting of the image: every container gets the token in its environment, and docker inspect shows it.',
        'zh-cn': 'ENV是镜像的配置：每个容器的环境里都会有这个令牌，docker inspect也会显示它。',
      },
      shown: (world) => leaks(world).includes('setting'),
    },
  ],
});
