import type { Check } from '../../src/lab/check.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import { imageNamed, named, shortImageId } from '../../src/lab/image-checks.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const STICK = '/media/stick';

/** The names that the archive `docker save` made has in its table of contents; undefined where the file is none. */
const namesIn = (world: Inspection, path: string): string[] | undefined => {
  const found = /"RepoTags":(\[[^\]]*\]|null)/.exec(world.file(path) ?? '')?.[1];
  return found === undefined ? undefined : ((JSON.parse(found) as string[] | null) ?? []);
};

const onTheStick: Check = (world) => {
  const names = namesIn(world, `${STICK}/alpine.tar`);
  const there = world.file(`${STICK}/alpine.tar`) !== undefined;
  const image = imageNamed(world, 'alpine:3.22');
  const whole = image !== undefined && (world.file(`${STICK}/alpine.tar`) ?? '').includes(image.id.slice(7));
  return {
    passed: names?.includes('alpine:3.22') === true && whole,
    expected: {
      en: `the image alpine:3.22, under that name, in the file ${STICK}/alpine.tar`,
      'zh-cn': `文件${STICK}/alpine.tar里有镜像alpine:3.22，并且就叫这个名字`,
    },
    found: names
      ? {
          en: `an archive of images with ${names.length === 0 ? 'no name' : names.join(', ')}`,
          'zh-cn': `镜像的归档，名字是${names.length === 0 ? '（没有）' : names.join('、')}`,
        }
      : there
        ? { en: 'a file that is no archive of images', 'zh-cn': '有这个文件，但不是镜像的归档' }
        : { en: 'no such file', 'zh-cn': '没有这个文件' },
    look: `tar xOf ${STICK}/alpine.tar manifest.json`,
  };
};

const kept: Check = (world) => {
  const image = imageNamed(world, 'shop:fixed');
  const author = image?.config.author ?? '';
  const before = imageNamed(world, 'alpine:3.22');
  const onTop = image !== undefined && image.layers.length === (before?.layers.length ?? 0) + 1;
  return {
    passed: onTop && author !== '',
    expected: {
      en: 'an image shop:fixed: alpine and one layer more, with an author',
      'zh-cn': '镜像shop:fixed：在alpine之上多一层，并且写着作者',
    },
    found: image
      ? {
          en: `${shortImageId(image.id)} with ${image.layers.length} layers, author ${author || 'none'}`,
          'zh-cn': `${shortImageId(image.id)}，${image.layers.length}层，作者${author || '没有'}`,
        }
      : { en: 'no image shop:fixed', 'zh-cn': '没有镜像shop:fixed' },
    look: "docker history shop:fixed; docker inspect -f '{{.Author}}' shop:fixed",
  };
};

export default defineExercise({
  id: 'across-the-gap',
  title: { en: 'Across the gap', 'zh-cn': '隔着一道沟' },
  intro: {
    en: `This machine has no network. A stick is mounted at ${STICK}, with an image on it. In the container shop somebody has repaired something by hand, last night.`,
    'zh-cn': `这台机器没有网络。U盘挂在${STICK}，上面有一个镜像。昨天夜里，有人在容器shop里手工修好了点东西。`,
  },
  setup: [
    `sudo mkdir ${STICK} && sudo chown learner ${STICK}`,
    `docker pull -q busybox:1.37 && docker save -o ${STICK}/busybox busybox:1.37 && docker rmi busybox:1.37`,
    "docker pull -q alpine:3.22 && docker run -d --name shop alpine:3.22 sh -c 'echo fixed > /etc/shop.conf; sleep 1d'",
    'sleep 1; sudo ip link set eth0 down',
  ],
  tasks: [
    {
      id: 'in',
      goal: {
        en: 'Get the image busybox:1.37 from the stick.',
        'zh-cn': '从U盘里取出镜像busybox:1.37。',
      },
      hints: [
        {
          en: 'Look at what the file is really called.',
          'zh-cn': '看看那个文件到底叫什么。',
        },
        {
          en: 'docker load takes the file after -i, or on its standard input.',
          'zh-cn': 'docker load可以在-i后面给出文件，也可以从标准输入读。',
        },
      ],
      checks: [named('busybox:1.37')],
    },
    {
      id: 'out',
      goal: {
        en: `Put the image alpine:3.22 on the stick, as ${STICK}/alpine.tar, so that it has its name on the other side.`,
        'zh-cn': `把镜像alpine:3.22放到U盘上，存为${STICK}/alpine.tar，让它到了那边还叫这个名字。`,
      },
      hints: [
        {
          en: 'An image, not a container; and only names that you write go along.',
          'zh-cn': '是镜像，不是容器；而且只有你写出来的名字才会跟着走。',
        },
        { en: 'docker save -o FILE NAME:TAG', 'zh-cn': 'docker save -o 文件 名字:标签' },
      ],
      checks: [onTheStick],
    },
    {
      id: 'keep',
      goal: {
        en: 'Keep what was repaired in shop as the image shop:fixed, and put your name to it.',
        'zh-cn': '把shop里修好的东西留成镜像shop:fixed，并署上你的名字。',
      },
      hints: [
        {
          en: 'docker diff shows what would come along.',
          'zh-cn': 'docker diff会显示哪些东西将被带上。',
        },
        { en: 'docker commit, with -a for the author.', 'zh-cn': 'docker commit，用-a写作者。' },
      ],
      checks: [kept],
    },
  ],
  solution: [
    { task: 'in', commands: [`docker load -i ${STICK}/busybox`] },
    { task: 'out', commands: [`docker save -o ${STICK}/alpine.tar alpine:3.22`] },
    { task: 'keep', commands: ["docker commit -a Ada -m 'repaired at night' shop shop:fixed"] },
  ],
  mistakes: [
    {
      id: 'exported',
      task: 'out',
      commands: [`docker export shop > ${STICK}/alpine.tar`],
      explanation: {
        en: 'That is the file system of a container: no name, no layers, no configuration. An image is saved.',
        'zh-cn': '那是容器的文件系统：没有名字，没有层，没有配置。镜像要用save。',
      },
      shown: (world) =>
        world.file(`${STICK}/alpine.tar`) !== undefined &&
        namesIn(world, `${STICK}/alpine.tar`) === undefined,
    },
    {
      id: 'saved-by-id',
      task: 'out',
      commands: [`docker save -o ${STICK}/alpine.tar $(docker images -q alpine:3.22)`],
      explanation: {
        en: 'The image is in the file, and has no name there: you called it by its ID. Save it by the name that it shall have.',
        'zh-cn': '镜像在文件里，但没有名字，因为你用的是ID。想让它叫什么，就用那个名字来save。',
      },
      shown: (world) => namesIn(world, `${STICK}/alpine.tar`)?.length === 0,
    },
    {
      id: 'no-author',
      task: 'keep',
      commands: ['docker commit shop shop:fixed'],
      explanation: {
        en: 'The image is there, and nobody answers for it. Commit once more with -a.',
        'zh-cn': '镜像有了，但没有人署名。用-a再提交一次。',
      },
      shown: (world) => {
        const image = imageNamed(world, 'shop:fixed');
        return image !== undefined && !image.config.author;
      },
    },
  ],
});
