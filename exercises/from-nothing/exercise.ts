import type { ContainerModel } from '../../src/engine/daemon/model.ts';
import type { Check } from '../../src/lab/check.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import { imageNamed } from '../../src/lab/image-checks.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const FOLDER = '/home/learner/nothing';
/** What the program hello and nothing else may weigh. */
const MOST = 20_000;

const noImage = (name: string) => ({ en: `no image named ${name}`, 'zh-cn': `没有名为${name}的镜像` });

const startOf = (world: Inspection, name: string): string[] => {
  const config = imageNamed(world, `${name}:latest`)?.config.config;
  return [...(config?.Entrypoint ?? []), ...(config?.Cmd ?? [])];
};

const oneLayer =
  (name: string): Check =>
  (world) => {
    const layers = imageNamed(world, `${name}:latest`)?.layers.length;
    return {
      passed: layers === 1,
      expected: {
        en: `an image named ${name} of one layer, with none below it`,
        'zh-cn': `一个名为${name}的镜像，只有一层，下面再没有别的层`,
      },
      found: layers === undefined ? noImage(name) : { en: `${layers} layers`, 'zh-cn': `${layers}层` },
      look: `docker image inspect -f '{{json .RootFS.Layers}}' ${name}`,
    };
  };

const nothingElse: Check = (world) => {
  const size = imageNamed(world, 'hello:latest')?.size;
  return {
    passed: size !== undefined && size <= MOST,
    expected: {
      en: 'the program, of some ten thousand bytes, and nothing else in it',
      'zh-cn': '里面只有那个程序，一万多字节，别无他物',
    },
    found: size === undefined ? noImage('hello') : { en: `${size} bytes`, 'zh-cn': `${size}字节` },
    look: 'docker history hello',
  };
};

const saysWhat =
  (name: string, word: string): Check =>
  (world) => {
    const words = startOf(world, name);
    return {
      passed: words.some((one) => one.includes(word)),
      expected: {
        en: `the configuration of ${name} says what to start`,
        'zh-cn': `${name}的配置里写着启动什么`,
      },
      found: !imageNamed(world, `${name}:latest`)
        ? noImage(name)
        : words.length === 0
          ? { en: 'it says nothing', 'zh-cn': '什么也没写' }
          : { en: words.join(' '), 'zh-cn': words.join(' ') },
      look: `docker image inspect -f '{{json .Config.Cmd}}' ${name}`,
    };
  };

/** What has been run of an image as it is now, with no words on the line; removed containers, too. */
const runsOf = (world: Inspection, name: string): ContainerModel[] => {
  const image = imageNamed(world, `${name}:latest`);
  return [...world.containers(), ...world.removed()].filter(
    ({ imageId, command }) => imageId === image?.id && command.join(' ') === startOf(world, name).join(' '),
  );
};

const hasRun =
  (name: string): Check =>
  (world) => {
    const runs = runsOf(world, name);
    const ends = world
      .containerEvents()
      .filter(({ action, container }) => action === 'die' && runs.some(({ id }) => id === container))
      .map(({ attributes }) => attributes.exitCode ?? '');
    return {
      passed: ends.includes('0'),
      expected: {
        en: `a container of ${name} has run, with no words behind the image, and ended with 0`,
        'zh-cn': `运行过${name}的容器，镜像后面没有另加词，并以0结束`,
      },
      found:
        ends.length > 0
          ? { en: `ended with ${ends.join(', ')}`, 'zh-cn': `结束状态是${ends.join('、')}` }
          : { en: 'none has run', 'zh-cn': '还没有运行过' },
      look: 'docker ps -a',
    };
  };

const built = (name: string, lines: readonly string[]) => [
  `cd ${FOLDER}`,
  ["cat > Dockerfile <<'END'", ...lines, 'END'].join('\n'),
  `docker build -t ${name} .`,
  `docker run --rm ${name}`,
];

export default defineExercise({
  id: 'from-nothing',
  title: { en: 'From nothing', 'zh-cn': '从无到有' },
  intro: {
    en: 'In ~/nothing lie hello, a program that needs no library, and rootfs.tar, all files of a small system. There is no image on this machine, and you shall need none.',
    'zh-cn':
      '~/nothing里有hello，一个不需要任何库的程序；还有rootfs.tar，一个小系统的全部文件。这台机器上没有镜像，你也用不着拉取。',
  },
  setup: [
    `mkdir ${FOLDER}; docker pull -q hello-world; docker export $(docker create hello-world) | tar x -C ${FOLDER} hello`,
    `docker run --name files busybox sh -c 'echo A whole system, in one layer. > /etc/motd'; docker export -o ${FOLDER}/rootfs.tar files`,
    'docker rm $(docker ps -aq); docker rmi hello-world busybox',
  ],
  tasks: [
    {
      id: 'program',
      goal: {
        en: 'Make an image `hello` of one layer, which holds the program hello and nothing else and starts it of its own accord. Run a container of it.',
        'zh-cn':
          '做一个只有一层的镜像`hello`：里面只有程序hello，别无他物，并且自己就会启动它。再从它运行一个容器。',
      },
      hints: [
        {
          en: 'A Dockerfile of three lines will do: what the image begins with, what is copied into it, and what is started (FROM, COPY, CMD). For “nothing” there is a word.',
          'zh-cn':
            '一份三行的Dockerfile就够了：镜像从什么开始，往里复制什么，启动什么（FROM、COPY、CMD）。“什么都没有”有一个专门的词。',
        },
        {
          en: 'The word is scratch. In such an image there is no shell, so what is started has to stand in brackets, as a list: nobody is there to read a line.',
          'zh-cn':
            '这个词是scratch。这样的镜像里没有shell，所以要启动的东西得写成方括号里的列表：里面没有谁能读一整行命令。',
        },
      ],
      checks: [oneLayer('hello'), nothingElse, saysWhat('hello', 'hello'), hasRun('hello')],
    },
    {
      id: 'system',
      goal: {
        en: 'Make an image `tiny` of one layer out of rootfs.tar. Started without another word, it shows the file /etc/motd. Run a container of it.',
        'zh-cn':
          '用rootfs.tar做一个只有一层的镜像`tiny`。启动它时不用另加词，它就显示文件/etc/motd。再从它运行一个容器。',
      },
      hints: [
        {
          en: 'An archive holds files, and no word about what to start. That belongs to the configuration, and you have to add it.',
          'zh-cn': '归档里有文件，却没有写启动什么。那属于配置，要由你补上。',
        },
        {
          en: 'There are two ways: docker import with --change, which takes an instruction of a Dockerfile; or a Dockerfile in which ADD unpacks the archive, where COPY would leave it packed.',
          'zh-cn':
            '有两条路：docker import加上--change，它接受一条Dockerfile指令；或者写一份Dockerfile，用ADD把归档解开，COPY则会原封不动地放进去。',
        },
      ],
      checks: [oneLayer('tiny'), saysWhat('tiny', 'motd'), hasRun('tiny')],
    },
  ],
  solution: [
    { task: 'program', commands: built('hello', ['FROM scratch', 'COPY hello /', 'CMD ["/hello"]']) },
    {
      task: 'system',
      commands: [`docker import --change 'CMD ["cat", "/etc/motd"]' rootfs.tar tiny`, 'docker run --rm tiny'],
    },
  ],
  mistakes: [
    {
      id: 'a-base-below',
      task: 'program',
      commands: built('hello', ['FROM alpine', 'COPY hello /', 'CMD ["/hello"]']),
      explanation: {
        en: 'It runs, and carries a whole Alpine that the program never touches. A base image is not required: a program that brings all it needs can stand on nothing.',
        'zh-cn':
          '它能运行，却带着一整个程序根本不碰的Alpine。基础镜像并不是必需的：程序自带了所需的一切，就可以建立在空无一物之上。',
      },
      shown: (world) => (imageNamed(world, 'hello:latest')?.layers.length ?? 0) > 1,
    },
    {
      id: 'a-shell-asked-for',
      task: 'program',
      commands: built('hello', ['FROM scratch', 'COPY hello /', 'CMD /hello']),
      explanation: {
        en: 'Without brackets the line is given to /bin/sh, and in this image there is none. Write it as a list.',
        'zh-cn': '不写方括号，这一行就交给/bin/sh去读，而这个镜像里没有/bin/sh。把它写成列表。',
      },
      shown: (world) => startOf(world, 'hello')[0] === '/bin/sh',
    },
    {
      id: 'files-without-a-command',
      task: 'system',
      commands: [`docker import ${FOLDER}/rootfs.tar tiny`, 'docker run --rm tiny'],
      explanation: {
        en: 'All files are there, and the image does not say which of them to start. An archive has no configuration: give it one with --change.',
        'zh-cn': '文件都在，可镜像没有说启动哪一个。归档不带配置：用--change给它补上。',
      },
      shown: (world) => imageNamed(world, 'tiny:latest') !== undefined && startOf(world, 'tiny').length === 0,
    },
    {
      id: 'still-packed',
      task: 'system',
      commands: built('tiny', ['FROM scratch', 'COPY rootfs.tar /', 'CMD ["cat", "/etc/motd"]']),
      explanation: {
        en: 'COPY puts the archive into the image as it is: one file, and no cat. ADD unpacks an archive that lies in the context.',
        'zh-cn': 'COPY把归档原样放进了镜像：只有一个文件，没有cat。ADD会把构建上下文里的归档解开。',
      },
      shown: (world) =>
        imageNamed(world, 'tiny:latest')?.layers.some(
          ({ directory }) => world.file(`${directory}/rootfs.tar`) !== undefined,
        ) ?? false,
    },
  ],
});
