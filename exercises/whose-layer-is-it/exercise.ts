import type { Check } from '../../src/lab/check.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import { imageNamed } from '../../src/lab/image-checks.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const HOME = '/home/learner';
const LEGAL = '/etc/legal';

const read = (world: Inspection, name: string): string | undefined => world.file(`${HOME}/${name}`)?.trim();

const words = (text: string | undefined) =>
  text
    ?.split(/[\s,"[\]]+/)
    .filter(Boolean)
    .map((word) => word.replace(/^sha256:/, '')) ?? [];

const diffIds = (world: Inspection, name: string) =>
  imageNamed(world, name)?.layers.map(({ diffId }) => diffId.replace('sha256:', '')) ?? [];

const sharedNamed: Check = (world) => {
  const redis = diffIds(world, 'redis:8-alpine');
  const shared = diffIds(world, 'nginx:alpine').filter((id) => redis.includes(id));
  const written = words(read(world, 'shared'));
  return {
    passed: written.length > 0 && shared.toSorted().join() === [...new Set(written)].toSorted().join(),
    expected: {
      en: 'the file shared names every layer that nginx:alpine and redis:8-alpine have in common, by its digest',
      'zh-cn': '文件shared用摘要写出nginx:alpine和redis:8-alpine共有的每一层',
    },
    found:
      written.length === 0
        ? { en: 'no file shared, or an empty one', 'zh-cn': '没有文件shared，或者它是空的' }
        : {
            en: `${written.length} written, ${written.filter((id) => shared.includes(id)).length} of them shared`,
            'zh-cn': `写了${written.length}个，其中${written.filter((id) => shared.includes(id)).length}个是共有的`,
          },
    look: "docker image inspect -f '{{json .RootFS.Layers}}' nginx:alpine redis:8-alpine",
  };
};

const markFound: Check = (world) => {
  const written = read(world, 'mark');
  const upper = world.container('tidy')?.upperDirectory;
  return {
    passed: upper !== undefined && written === `${upper}${LEGAL}`,
    expected: {
      en: 'the file mark holds the path, on the machine, of what hides /etc/legal in the container tidy',
      'zh-cn': '文件mark里写着机器上的一个路径：在容器tidy里遮住/etc/legal的那个东西',
    },
    found: written
      ? { en: `mark says ${written}`, 'zh-cn': `mark里写着${written}` }
      : { en: 'no file mark, or an empty one', 'zh-cn': '没有文件mark，或者它是空的' },
    look: "docker inspect -f '{{json .GraphDriver.Data}}' tidy",
  };
};

export default defineExercise({
  id: 'whose-layer-is-it',
  title: { en: 'Whose layer is it?', 'zh-cn': '这一层是谁的？' },
  intro: {
    en: 'On this machine are the images nginx:alpine and redis:8-alpine. In the container tidy, made from ubuntu:24.04, somebody has deleted /etc/legal.',
    'zh-cn':
      '这台机器上有镜像nginx:alpine和redis:8-alpine。在用ubuntu:24.04创建的容器tidy里，有人删掉了/etc/legal。',
  },
  setup: [
    'docker pull -q nginx:alpine && docker pull -q redis:8-alpine',
    'docker run --name tidy ubuntu:24.04 rm /etc/legal',
  ],
  tasks: [
    {
      id: 'shared',
      goal: {
        en: 'Write the digest of every layer that nginx:alpine and redis:8-alpine have in common into the file shared in your home directory.',
        'zh-cn': '把nginx:alpine和redis:8-alpine共有的每一层的摘要写进主目录下的文件shared。',
      },
      hints: [
        {
          en: 'The images have different IDs, and that says nothing about their parts. What lists the parts of an image?',
          'zh-cn': '两个镜像的ID不同，但这与它们的组成部分无关。哪里列着一个镜像的组成部分？',
        },
        {
          en: 'docker image inspect shows the layers under RootFS, the lowest first. Two images that share a layer share all below it as well.',
          'zh-cn':
            'docker image inspect在RootFS下面列出各层，最底下的在最前。两个镜像如果共有某一层，那么它下面的也都共有。',
        },
      ],
      checks: [sharedNamed],
    },
    {
      id: 'mark',
      goal: {
        en: 'Find, on the machine, what hides /etc/legal in the container tidy, and write its path into the file mark.',
        'zh-cn': '在机器上找到在容器tidy里遮住/etc/legal的那个东西，把它的路径写进文件mark。',
      },
      hints: [
        {
          en: 'The file itself is still where it was, in a layer of the image. The mark is in the layer of the container.',
          'zh-cn': '那个文件还在原处，在镜像的某一层里。遮住它的标记在容器自己的那一层里。',
        },
        {
          en: 'docker inspect says under GraphDriver which directory is the upper one. Look into it with sudo: the mark has the name of the file.',
          'zh-cn':
            'docker inspect在GraphDriver下面写着哪个目录是上层（upper）。用sudo去看：那个标记和文件同名。',
        },
      ],
      checks: [markFound],
    },
  ],
  solution: [
    {
      task: 'shared',
      commands: [
        "docker image inspect -f '{{range .RootFS.Layers}}{{println .}}{{end}}' nginx:alpine redis:8-alpine | sort | uniq -d | grep . > shared",
      ],
    },
    {
      task: 'mark',
      commands: ["echo $(docker inspect -f '{{.GraphDriver.Data.UpperDir}}' tidy)/etc/legal > mark"],
    },
  ],
  mistakes: [
    {
      id: 'images-instead-of-layers',
      task: 'shared',
      commands: ["docker image inspect -f '{{.Id}}' nginx:alpine redis:8-alpine > shared"],
      explanation: {
        en: 'These are the IDs of the images, the digests of their configurations. They differ although the images share a layer. The layers stand under RootFS.',
        'zh-cn': '这些是镜像的ID，也就是配置的摘要。镜像共有一层，ID照样不同。各层写在RootFS下面。',
      },
      shown: (world) =>
        words(read(world, 'shared')).some((word) =>
          world.images().some(({ id }) => id.replace('sha256:', '').startsWith(word) && word.length >= 12),
        ),
    },
    {
      id: 'the-file-below',
      task: 'mark',
      commands: [
        "for d in $(docker inspect -f '{{.GraphDriver.Data.LowerDir}}' tidy | tr : ' '); do sudo test -f $d/etc/legal && echo $d/etc/legal; done > mark",
      ],
      explanation: {
        en: 'That is the deleted file itself, whole and well, in the layer of the image. What hides it lies above, in the upper directory of the container.',
        'zh-cn': '这是被“删掉”的文件本身，完好地待在镜像的层里。遮住它的东西在上面，在容器的上层目录里。',
      },
      shown: (world) => {
        const written = read(world, 'mark');
        const lower = world.container('tidy')?.lowerDirectories ?? [];
        return lower.some((directory) => written === `${directory}${LEGAL}`);
      },
    },
  ],
});
