import type { Check } from '../../src/lab/check.ts';
import { published, stateOf } from '../../src/lab/docker-checks.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import { imageNamed, shortImageId, tagsOf } from '../../src/lab/image-checks.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

/** What web:1 meant when front was started: the image of the first container of that name. */
const imageBefore = (world: Inspection) =>
  [...world.removed(), ...world.containers()].find(({ name }) => name === 'front')?.imageId;

const nameGiven: Check = (world) => {
  const image = imageNamed(world, 'web:before');
  return {
    passed: image !== undefined && image.id === imageBefore(world),
    expected: {
      en: 'web:before is the image that web:1 was when front was started',
      'zh-cn': 'web:before是front启动时web:1所指的那个镜像',
    },
    found: image
      ? {
          en: `web:before is ${shortImageId(image.id)}, with the names ${tagsOf(image).join(', ')}`,
          'zh-cn': `web:before是${shortImageId(image.id)}，名字有${tagsOf(image).join('、')}`,
        }
      : { en: 'no image named web:before', 'zh-cn': '没有名为web:before的镜像' },
    look: "docker inspect -f '{{.Image}}' front",
  };
};

const upToDate: Check = (world) => {
  const front = world.container('front');
  const state = front && stateOf(front);
  const today = imageNamed(world, 'web:1')?.id;
  return {
    passed: front?.status === 'running' && front.imageId === today,
    expected: {
      en: 'a running container front, from the image that web:1 is today',
      'zh-cn': '一个正在运行的容器front，用的是web:1今天所指的镜像',
    },
    found:
      front && state
        ? {
            en: `front from ${shortImageId(front.imageId)}, ${state.en}`,
            'zh-cn': `front，镜像${shortImageId(front.imageId)}，${state['zh-cn']}`,
          }
        : { en: 'no container front', 'zh-cn': '没有容器front' },
    look: 'docker ps -a --no-trunc',
  };
};

export default defineExercise({
  id: 'a-tag-that-moved',
  title: { en: 'A tag that moved', 'zh-cn': '挪走的标签' },
  intro: {
    en: 'The container front was started from web:1, and its port 80 is published as 8080. After that, somebody moved the tag web:1 to a newer image.',
    'zh-cn':
      '容器front是用web:1启动的，它的80端口发布为8080。在那之后，有人把标签web:1挪到了一个更新的镜像上。',
  },
  setup: [
    'docker pull -q nginx:1.27 && docker tag nginx:1.27 web:1 && docker run -d --name front -p 8080:80 web:1 && docker rmi -f nginx:1.27',
    'docker pull -q nginx:1.29 && docker tag nginx:1.29 web:1 && docker rmi nginx:1.29',
  ],
  tasks: [
    {
      id: 'before',
      goal: {
        en: 'Give the image that front still runs the name web:before, so that there is a way back.',
        'zh-cn': '给front还在运行的那个镜像起名web:before，好留一条退路。',
      },
      hints: [
        {
          en: 'The image has no name any more. By what else can an image be addressed, and who remembers it?',
          'zh-cn': '这个镜像已经没有名字了。除了名字，还能用什么指称一个镜像？谁还记得它？',
        },
        {
          en: 'A container remembers the ID of its image; docker ps and docker inspect show it. docker tag takes an ID as well as a name.',
          'zh-cn':
            '容器记得它的镜像的ID，docker ps和docker inspect都会显示。docker tag后面可以写名字，也可以写ID。',
        },
      ],
      checks: [nameGiven],
    },
    {
      id: 'today',
      goal: {
        en: 'Let front run the image that web:1 is today, with its port published as before.',
        'zh-cn': '让front运行web:1今天所指的镜像，端口照旧发布。',
      },
      hints: [
        {
          en: 'A container keeps its image as long as it exists. Starting it again does not change that.',
          'zh-cn': '容器只要还存在，就一直用它的镜像。再启动一次也不会改变。',
        },
        {
          en: 'Remove the container and create it anew, under the same name and with all the options that the old one had.',
          'zh-cn': '删掉这个容器，用同样的名字、带上原来的全部选项，重新创建。',
        },
      ],
      checks: [upToDate, published('front', '8080', '80')],
    },
  ],
  solution: [
    { task: 'before', commands: ["docker tag $(docker inspect -f '{{.Image}}' front) web:before"] },
    { task: 'today', commands: ['docker rm -f front', 'docker run -d --name front -p 8080:80 web:1'] },
  ],
  mistakes: [
    {
      id: 'tagged-by-name',
      task: 'before',
      commands: ['docker tag web:1 web:before'],
      explanation: {
        en: 'web:1 is the new image already, and now that one has both names. What front runs has to be addressed by its ID.',
        'zh-cn': 'web:1已经是新的镜像了，现在它有了两个名字。front运行的那个，要用ID来指称。',
      },
      shown: (world) => imageNamed(world, 'web:1')?.references.includes('web:before') ?? false,
    },
    {
      id: 'port-forgotten',
      task: 'today',
      commands: ['docker rm -f front', 'docker run -d --name front web:1'],
      explanation: {
        en: 'It runs the new image, but it is a new container: what the old one was given, the published port among it, it does not inherit. Remove it and give the option again.',
        'zh-cn':
          '它运行的是新镜像，但它是一个新容器：旧容器得到过的东西，比如发布的端口，它不会继承。删掉它，重新加上选项。',
      },
      shown: (world) => {
        const front = world.container('front');
        return (
          front?.status === 'running' &&
          front.imageId === imageNamed(world, 'web:1')?.id &&
          Object.values(front.ports).every((bindings) => !bindings?.length)
        );
      },
    },
  ],
});
