import { type Arrangement, writing } from '../../src/lab/arrangement.ts';
import type { Check } from '../../src/lab/check.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import { imageNamed, named } from '../../src/lab/image-checks.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const IMAGE = 'greeting:latest';
const AUTHORS = 'org.opencontainers.image.authors';
const FOLDER = '/home/learner/greeting';

const LABEL = `LABEL ${AUTHORS}="Ada"`;

const dockerfile: Arrangement = {
  file: `${FOLDER}/Dockerfile`,
  lines: [
    'FROM alpine:3.22',
    LABEL,
    'ENV PLACE=Turku',
    'WORKDIR /app',
    'COPY hello.sh .',
    'RUN chmod +x hello.sh',
    'USER nobody',
    'CMD ["./hello.sh"]',
  ],
  spare: ['EVN PLACE=Turku', 'MAINTAINER Ada', 'RUN cd /app'],
  alsoRight: [
    [
      'FROM alpine:3.22',
      'CMD ["./hello.sh"]',
      'WORKDIR /app',
      'COPY hello.sh .',
      'RUN chmod +x hello.sh',
      'USER nobody',
      LABEL,
      'ENV PLACE=Turku',
    ],
  ],
  tryIt: 'docker build -t greeting ~/greeting && docker run greeting',
};

const config = (world: Inspection) => imageNamed(world, IMAGE)?.config.config;

const noImage = { en: 'no image named greeting', 'zh-cn': '没有名为greeting的镜像' };

const author: Check = (world) => {
  const label = config(world)?.Labels?.[AUTHORS];
  return {
    passed: label === 'Ada',
    expected: {
      en: 'greeting has the label of the OCI for its authors: Ada',
      'zh-cn': 'greeting有OCI规定的作者标签：Ada',
    },
    found: !imageNamed(world, IMAGE)
      ? noImage
      : label === undefined
        ? { en: 'no such label', 'zh-cn': '没有这个标签' }
        : { en: label, 'zh-cn': label },
    look: "docker inspect -f '{{json .Config.Labels}}' greeting",
  };
};

const oneRun: Check = (world) => {
  const image = imageNamed(world, IMAGE);
  const runs = image?.layers.filter(({ createdBy }) => createdBy?.startsWith('RUN')).length ?? 0;
  return {
    passed: runs === 1,
    expected: { en: 'one layer of greeting was made by RUN', 'zh-cn': 'greeting里有一层是RUN产生的' },
    found: image ? { en: `${runs}`, 'zh-cn': `${runs}层` } : noImage,
    look: 'docker history greeting',
  };
};

/** What the latest container of the image has written. */
function greeted(world: Inspection): string | undefined {
  const id = imageNamed(world, IMAGE)?.id;
  const container = world.containers().findLast(({ imageId }) => imageId === id);
  return container && world.logs(container);
}

const greets: Check = (world) => {
  const log = greeted(world);
  return {
    passed: log?.includes('Hello from Turku, says nobody.') ?? false,
    expected: {
      en: 'a container of greeting has written: Hello from Turku, says nobody.',
      'zh-cn': 'greeting的一个容器写出了：Hello from Turku, says nobody.',
    },
    found:
      log === undefined
        ? { en: 'no container of this image', 'zh-cn': '这个镜像还没有容器' }
        : { en: log.trim() || 'nothing', 'zh-cn': log.trim() || '什么也没有' },
    look: 'docker logs $(docker ps -lq)',
  };
};

const build = ['docker build -t greeting ~/greeting', 'docker run greeting'];
const otherwise = (lines: string[]) => [writing({ file: dockerfile.file, lines }), ...build];

export default defineExercise({
  id: 'a-first-image-of-your-own',
  title: { en: 'A first image of your own', 'zh-cn': '第一个自己的镜像' },
  intro: {
    en: 'In ~/greeting lies hello.sh, a script that greets from a place. It shall become an image.',
    'zh-cn': '~/greeting里有一个脚本hello.sh，它会从某个地方向人问好。把它做成镜像。',
  },
  setup: [
    `mkdir -p ${FOLDER}; printf '#!/bin/sh\\necho "Hello from $PLACE, says $(whoami)."\\n' > ${FOLDER}/hello.sh`,
    'docker pull -q alpine:3.22',
  ],
  tasks: [
    {
      id: 'greeting',
      goal: {
        en: 'Choose lines, put them in order, write the file and build the image `greeting`: it has a label that names Ada as its author, and its container says `Hello from Turku, says nobody.` There is more than one right order.',
        'zh-cn':
          '选出需要的行，排好次序，写入文件，构建镜像`greeting`：它有一个标签写明作者是Ada，它的容器会说`Hello from Turku, says nobody.`正确的次序不止一种。',
      },
      hints: [
        {
          en: 'Three lines are traps: one has a word that is no instruction, one has been deprecated for years, and one does nothing that lasts.',
          'zh-cn': '有三行是陷阱：一行用了并不存在的指令，一行多年前就不推荐了，还有一行做的事留不下来。',
        },
        {
          en: 'What a line needs has to be there above it: a directory before something is copied into it, the script before its mode is changed. And who may change the mode of a file that belongs to root?',
          'zh-cn':
            '每一行需要的东西，在它上面就得有：先有目录，才能往里复制；先有脚本，才能改它的权限。还有，root的文件，谁能改它的权限？',
        },
      ],
      arrange: dockerfile,
      checks: [named(IMAGE), author, oneRun, greets],
    },
  ],
  solution: [{ task: 'greeting', commands: [writing(dockerfile), ...build] }],
  mistakes: [
    {
      id: 'maintainer',
      task: 'greeting',
      commands: otherwise(dockerfile.lines.map((line) => (line === LABEL ? 'MAINTAINER Ada' : line))),
      explanation: {
        en: 'MAINTAINER fills a field that has been deprecated since 2017. The label says the same, where tools look for it.',
        'zh-cn': 'MAINTAINER填的是2017年起就不推荐的字段。标签说的是同一件事，工具会到那里去找。',
      },
      shown: (world) => {
        const image = imageNamed(world, IMAGE);
        return image?.config.author === 'Ada' && config(world)?.Labels?.[AUTHORS] === undefined;
      },
    },
    {
      id: 'cd-instead-of-workdir',
      task: 'greeting',
      commands: otherwise(
        dockerfile.lines.map((line) => (line === 'WORKDIR /app' ? 'RUN mkdir /app && cd /app' : line)),
      ),
      explanation: {
        en: 'cd lasted as long as its RUN. The file came to /, and the image has a layer too many. WORKDIR makes the directory, and stays there.',
        'zh-cn': 'cd只在它那个RUN里有效。文件落到了/，镜像还多了一层。WORKDIR会建目录，并一直留在那里。',
      },
      shown: (world) =>
        imageNamed(world, IMAGE)?.layers.some(({ createdBy }) => /^RUN .*\bcd \/app/.test(createdBy ?? '')) ??
        false,
    },
    {
      id: 'nobody-too-early',
      task: 'greeting',
      commands: otherwise([
        ...dockerfile.lines.filter((line) => !line.startsWith('RUN')).slice(0, 5),
        'USER nobody',
        'RUN chmod +x hello.sh',
        'CMD ["./hello.sh"]',
      ]),
      explanation: {
        en: 'USER holds for the lines below it as well. The script belongs to root, so chmod has to come first.',
        'zh-cn': 'USER对它下面的各行也有效。脚本属于root，所以chmod要写在前面。',
      },
      shown: (world) => {
        const lines = world.file(dockerfile.file)?.split('\n') ?? [];
        const user = lines.indexOf('USER nobody');
        return user !== -1 && user < lines.indexOf('RUN chmod +x hello.sh');
      },
    },
  ],
});
