import { answer, says } from '../../src/lab/answers.ts';
import type { Check } from '../../src/lab/check.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import { imageNamed } from '../../src/lab/image-checks.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const CULPRIT = '/srv/dump.sql';

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

const sizeOf = (world: Inspection, name: string) => imageNamed(world, name)?.size;

/** What the image was made for: the shop's own file, and the command that serves it. */
const isLight: Check = (world) => {
  const [heavy, light] = [imageNamed(world, 'shop:1'), imageNamed(world, 'shop:light')];
  const base = sizeOf(world, 'alpine:3.22') ?? 0;
  return {
    passed: light !== undefined && light.size < base * 1.1,
    expected: {
      en: `an image shop:light, hardly larger than alpine:3.22 (${megabytes(base)})`,
      'zh-cn': `镜像shop:light，几乎不比alpine:3.22（${megabytes(base)}）大`,
    },
    found: light
      ? { en: `shop:light has ${megabytes(light.size)}`, 'zh-cn': `shop:light有${megabytes(light.size)}` }
      : {
          en: `no image shop:light; shop:1 has ${megabytes(heavy?.size ?? 0)}`,
          'zh-cn': `没有镜像shop:light；shop:1有${megabytes(heavy?.size ?? 0)}`,
        },
    look: 'docker images shop',
  };
};

const command = (world: Inspection, name: string) =>
  imageNamed(world, name)?.config.config?.Cmd?.join(' ') ?? '';

const stillWorks: Check = (world) => {
  const [wanted, found] = [command(world, 'shop:1'), command(world, 'shop:light')];
  return {
    passed: wanted !== '' && found === wanted,
    expected: { en: `shop:light starts ${wanted}`, 'zh-cn': `shop:light启动的是${wanted}` },
    found:
      found === ''
        ? { en: 'it has no command', 'zh-cn': '它没有命令' }
        : { en: `it starts ${found}`, 'zh-cn': `它启动的是${found}` },
    look: "docker image inspect -f '{{json .Config.Cmd}}' shop:1 shop:light",
  };
};

const hasThePrices: Check = (world) => {
  const container = world.containers().findLast(({ image }) => image === 'shop:light');
  const printed = container ? world.logs(container).trim() : '';
  return {
    passed: printed === 'tea 3',
    expected: {
      en: 'a container of shop:light has printed the prices, as one of shop:1 does',
      'zh-cn': '有一个shop:light的容器打印了价目，跟shop:1的容器一样',
    },
    found: container
      ? { en: `${container.name} printed "${printed}"`, 'zh-cn': `${container.name}打印了“${printed}”` }
      : { en: 'no container of shop:light', 'zh-cn': '没有shop:light的容器' },
    look: 'docker run shop:light',
  };
};

export default defineExercise({
  id: 'the-file-that-still-weighs',
  title: { en: 'The file that still weighs', 'zh-cn': '删了却还占地方的文件' },
  intro: {
    en: 'shop:1 prints a price list of a few bytes, and weighs more than thirty megabytes. Whoever made it says: “I have deleted what was large.”',
    'zh-cn': 'shop:1只打印几个字节的价目，却有三十多兆。做它的人说：“大的东西我已经删了。”',
  },
  setup: [
    'docker pull -q alpine:3.22',
    `docker run --name one alpine:3.22 sh -c 'echo tea 3 > /srv/prices; head -c 24000000 /dev/zero > ${CULPRIT}'`,
    'docker commit one shop:draft; docker rm one',
    `docker run --name two shop:draft rm ${CULPRIT}; docker commit -c 'CMD ["cat", "/srv/prices"]' two shop:1`,
    'docker rm two; docker rmi shop:draft',
  ],
  tasks: [
    {
      id: 'find',
      goal: {
        en: 'Which file weighs, although no container of shop:1 can see it? Write its path in the image to the file culprit in your home directory.',
        'zh-cn': '哪个文件在占地方，而shop:1的容器谁也看不见它？把它在镜像里的路径写进主目录的文件culprit。',
      },
      hints: [
        {
          en: 'docker history shows which layer is heavy, and which one came after it.',
          'zh-cn': 'docker history会显示哪一层重，哪一层在它后面。',
        },
        {
          en: 'The view Layers of the X-ray lists what cannot be seen any more. At the terminal: docker save, and tar t of each layer.',
          'zh-cn': '透视里的“层”视图会列出已经看不见的内容。在终端里：docker save，然后用tar t看每一层。',
        },
      ],
      checks: [
        says(
          'culprit',
          () => CULPRIT,
          {
            en: 'the file culprit says the path of the file that was deleted in a later layer',
            'zh-cn': '文件culprit写着在后面的层里被删掉的那个文件的路径',
          },
          'docker history shop:1',
        ),
      ],
    },
    {
      id: 'lighten',
      goal: {
        en: 'Make shop:light: the same files, the same command, without what is hidden. Start a container of it, to see that it prints the prices.',
        'zh-cn':
          '做出shop:light：文件一样，命令一样，但不带那些看不见的内容。再启动它的一个容器，看它是否打印价目。',
      },
      hints: [
        {
          en: 'A layer never gets lighter by what is put upon it. The files must come into another image without that layer.',
          'zh-cn': '在上面再放什么，都不会让下面的层变轻。要让文件不经过那一层，进到另一个镜像里。',
        },
        {
          en: 'docker export gives the files of a container as it sees them, docker import makes one layer of them; what the image was told besides, import must be told again (-c).',
          'zh-cn':
            'docker export给出容器所见的文件，docker import把它们做成一层；镜像另外记着的东西，要用-c再告诉import一次。',
        },
      ],
      checks: [isLight, stillWorks, hasThePrices],
    },
  ],
  solution: [
    { task: 'find', commands: [`echo ${CULPRIT} > culprit`] },
    {
      task: 'lighten',
      commands: [
        'docker create --name files shop:1',
        `docker export files | docker import -c 'CMD ["cat", "/srv/prices"]' - shop:light`,
        'docker run shop:light',
      ],
    },
  ],
  mistakes: [
    {
      id: 'deleted-once-more',
      task: 'lighten',
      commands: [
        `docker run --name again shop:1 rm -f ${CULPRIT}`,
        `docker commit -c 'CMD ["cat", "/srv/prices"]' again shop:light`,
      ],
      explanation: {
        en: 'A layer more upon the heavy one: it weighs as much as before. What is in a layer stays in it.',
        'zh-cn': '重的那层上面又多了一层：一点也没变轻。层里的东西永远在层里。',
      },
      shown: (world) => {
        const [heavy, light] = [sizeOf(world, 'shop:1'), sizeOf(world, 'shop:light')];
        return heavy !== undefined && light !== undefined && light >= heavy;
      },
    },
    {
      id: 'the-command-forgotten',
      task: 'lighten',
      commands: ['docker create --name files shop:1', 'docker export files | docker import - shop:light'],
      explanation: {
        en: 'The files are there, and what the image was told is not: export carries files alone. Give import the command again with -c.',
        'zh-cn': '文件都在，镜像记着的东西却没了：export只带文件。用-c把命令再告诉import一次。',
      },
      shown: (world) => imageNamed(world, 'shop:light') !== undefined && command(world, 'shop:light') === '',
    },
    {
      id: 'the-file-that-is-seen',
      task: 'find',
      commands: ['echo /srv/prices > culprit'],
      explanation: {
        en: 'That one can be seen, and weighs a few bytes. Look for one that only a layer below has.',
        'zh-cn': '这个文件看得见，只有几个字节。要找的是只有下面某层才有的那个。',
      },
      shown: (world) => answer(world, 'culprit') === '/srv/prices',
    },
  ],
});
