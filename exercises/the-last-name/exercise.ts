import type { Check } from '../../src/lab/check.ts';
import { stateOf } from '../../src/lab/docker-checks.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import { imageNamed, named, noneDangling, noTagsIn, tagsIn } from '../../src/lab/image-checks.ts';

const oldNameGone: Check = (world) => {
  const there = imageNamed(world, 'ubuntu:24.04') !== undefined;
  return {
    passed: !there,
    expected: { en: 'no image named ubuntu:24.04', 'zh-cn': '没有名为ubuntu:24.04的镜像' },
    found: there
      ? { en: 'ubuntu:24.04 is still there', 'zh-cn': 'ubuntu:24.04还在' }
      : { en: 'none', 'zh-cn': '没有' },
    look: 'docker images ubuntu',
  };
};

const tillGone: Check = (world) => {
  const till = world.container('till');
  const state = till && stateOf(till);
  return {
    passed: till === undefined,
    expected: { en: 'no container till', 'zh-cn': '没有容器till' },
    found: state
      ? { en: `till, ${state.en}`, 'zh-cn': `till，${state['zh-cn']}` }
      : { en: 'none', 'zh-cn': '没有' },
    look: 'docker ps -a',
  };
};

export default defineExercise({
  id: 'the-last-name',
  title: { en: 'The last name', 'zh-cn': '最后一个名字' },
  intro: {
    en: 'One image is named ubuntu:24.04 and myubuntu. The repository shop has three tags: shop:1 and shop:2 are one image, which is also called keep:1, and shop:3 is another. The container till was started from shop:1.',
    'zh-cn':
      '有一个镜像既叫ubuntu:24.04，又叫myubuntu。仓库shop有三个标签：shop:1和shop:2是同一个镜像，它还有一个名字keep:1；shop:3是另一个镜像。容器till是用shop:1启动的。',
  },
  setup: [
    'docker pull -q ubuntu:24.04 && docker tag ubuntu:24.04 myubuntu',
    'docker pull -q alpine:3.20 && docker tag alpine:3.20 shop:1 && docker tag shop:1 shop:2 && docker tag shop:1 keep:1 && docker rmi alpine:3.20',
    'docker pull -q busybox:1.36 && docker tag busybox:1.36 shop:3 && docker rmi busybox:1.36',
    'docker run -d --name till shop:1 sleep 1d',
  ],
  tasks: [
    {
      id: 'name',
      goal: {
        en: 'Take the name ubuntu:24.04 away, so that the image stays under the name myubuntu.',
        'zh-cn': '拿走ubuntu:24.04这个名字，镜像仍以myubuntu为名留下。',
      },
      hints: [
        {
          en: 'An image goes with its last name. How many does this one have?',
          'zh-cn': '最后一个名字没了，镜像才会消失。这个镜像有几个名字？',
        },
        {
          en: 'docker rmi with a name removes that name. With an ID it is about the image itself.',
          'zh-cn': 'docker rmi后面写名字，拿走的就是那个名字；写ID，针对的就是镜像本身。',
        },
      ],
      checks: [oldNameGone, named('myubuntu:latest')],
    },
    {
      id: 'repository',
      goal: {
        en: 'Remove the container till and every tag of the repository shop. The image keep:1 stays, and nothing is left without a name.',
        'zh-cn': '删除容器till和仓库shop的全部标签。镜像keep:1要留下，也不要留下没有名字的东西。',
      },
      hints: [
        {
          en: 'Work in the right order, and nothing has to be forced. Who needs an image, and who only names it?',
          'zh-cn': '次序对了，就什么都不用强制。谁在用镜像，谁只是给它起了名字？',
        },
        {
          en: 'docker images shop lists the names; its --format can print them so that docker rmi understands them.',
          'zh-cn': 'docker images shop会列出这些名字；用它的--format，可以打印成docker rmi认得的样子。',
        },
      ],
      checks: [tillGone, noTagsIn('shop'), named('keep:1'), noneDangling],
    },
  ],
  solution: [
    { task: 'name', commands: ['docker rmi ubuntu:24.04'] },
    {
      task: 'repository',
      commands: [
        'docker rm -f till',
        "docker images shop --format '{{.Repository}}:{{.Tag}}' | xargs docker rmi",
      ],
    },
  ],
  mistakes: [
    {
      id: 'the-image-itself',
      task: 'name',
      commands: ['docker rmi -f $(docker images -q ubuntu)'],
      explanation: {
        en: 'An ID means the image itself, so force took all of its names away, and then the image. To go on, pull it again and give it its second name; then remove only the name.',
        'zh-cn':
          'ID指的是镜像本身，所以强制拿走了它的全部名字，接着删掉了镜像。要继续，就重新拉取，再给它第二个名字；然后只删名字。',
      },
      shown: (world) => imageNamed(world, 'myubuntu:latest') === undefined,
    },
    {
      id: 'ids-instead-of-names',
      task: 'repository',
      commands: ['docker rm -f till', 'docker rmi $(docker images -q shop)'],
      explanation: {
        en: 'shop:3 is gone, but shop:1 and shop:2 are two names of one image. docker images -q prints its ID twice, and an image with several names is not removed by its ID. Remove the names.',
        'zh-cn':
          'shop:3没了，但shop:1和shop:2是同一个镜像的两个名字。docker images -q把它的ID打印了两遍，而有好几个名字的镜像不能用ID删除。请删名字。',
      },
      shown: (world) => tagsIn(world, 'shop').join() === 'shop:1,shop:2',
    },
    {
      id: 'forced-by-id',
      task: 'repository',
      commands: ['docker rm -f till', 'docker rmi -f $(docker images -q shop)'],
      explanation: {
        en: 'Force removed the image with all of its names, and keep:1 was one of them. Pull alpine:3.20 again and tag it keep:1. Without -f, Docker would have told you.',
        'zh-cn':
          '强制把镜像连同它的全部名字一起删了，keep:1也在其中。请重新拉取alpine:3.20，打上标签keep:1。不加-f的话，Docker会提醒你。',
      },
      shown: (world) => imageNamed(world, 'keep:1') === undefined,
    },
  ],
});
