import { answerLines, noAnswer } from '../../src/lab/answers.ts';
import type { Check } from '../../src/lab/check.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import { imageNamed } from '../../src/lab/image-checks.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

/** In this order, to a registry that is empty at first. */
const PUSHES = ['localhost:5000/shop:1', 'localhost:5000/shop:2', 'localhost:5000/team/base:3.22'];

const layersOf = (world: Inspection, name: string) =>
  imageNamed(world, name)?.layers.map(({ diffId }) => diffId) ?? [];

/** How many layers of each are new to the registry when its turn comes. */
function needed(world: Inspection): number[] {
  const there = new Set<string>();
  return PUSHES.map((name) => {
    const fresh = layersOf(world, name).filter((layer) => !there.has(layer));
    for (const layer of fresh) there.add(layer);
    return fresh.length;
  });
}

const predicted = (world: Inspection): number[] => answerLines(world, 'prediction').map(Number);

const says = (world: Inspection, numbers: readonly number[]) =>
  predicted(world).length === numbers.length && predicted(world).join() === numbers.join();

const predictionRight: Check = (world) => {
  const written = answerLines(world, 'prediction');
  const right = needed(world);
  const good = predicted(world).filter((number, at) => number === right[at]).length;
  return {
    passed: says(world, right),
    expected: {
      en: 'three numbers in the file prediction, a line for each push, and each of them right',
      'zh-cn': '文件prediction里有三个数，每次推送一行，而且都对',
    },
    found:
      written.length === 0
        ? noAnswer('prediction')
        : {
            en: `${written.length} lines, ${good} of them right`,
            'zh-cn': `${written.length}行，其中${good}行是对的`,
          },
    look: `docker image inspect -f '{{json .RootFS.Layers}}' ${PUSHES.join(' ')}`,
  };
};

/** The layers that each push sent, oldest first. */
const sentBy = (world: Inspection) =>
  (world.registries()[0]?.pushes ?? []).toReversed().map(({ repository, reference, blobs }) => ({
    name: `localhost:5000/${repository}:${reference}`,
    sent: blobs.filter(({ role, arrival }) => role === 'layer' && arrival === 'uploaded').length,
  }));

const pushed: Check = (world) => {
  const pushes = sentBy(world);
  const inOrder = PUSHES.every((name, at) => pushes[at]?.name === name);
  return {
    passed: inOrder,
    expected: {
      en: `the first pushes to the registry: ${PUSHES.join(', ')}, in this order`,
      'zh-cn': `仓库服务器收到的头几次推送依次是：${PUSHES.join('、')}`,
    },
    found:
      pushes.length === 0
        ? { en: 'nothing was pushed yet', 'zh-cn': '还没有推送过' }
        : {
            en: pushes.map(({ name, sent }) => `${name} sent ${sent}`).join(', '),
            'zh-cn': pushes.map(({ name, sent }) => `${name}发送${sent}层`).join('、'),
          },
    look: 'docker logs reg 2>/dev/null | grep -v GET',
  };
};

export default defineExercise({
  id: 'what-a-push-sends',
  title: { en: 'What a push really sends', 'zh-cn': '推送到底发送了什么' },
  intro: {
    en: 'An empty registry listens at localhost:5000. shop:1 was made from alpine, and shop:2 from shop:1. Predict first, then push.',
    'zh-cn':
      '一台空的仓库服务器监听在localhost:5000。shop:1由alpine做成，shop:2由shop:1做成。先预测，再推送。',
  },
  setup: [
    'docker run -d -p 5000:5000 --name reg registry:3; docker pull -q alpine:3.22',
    "docker run --name one alpine:3.22 sh -c 'echo open > /till'; docker commit one localhost:5000/shop:1",
    "docker run --name two localhost:5000/shop:1 sh -c 'echo 42 > /price'; docker commit two localhost:5000/shop:2",
    'docker tag alpine:3.22 localhost:5000/team/base:3.22; docker rm one two',
  ],
  tasks: [
    {
      id: 'predict',
      goal: {
        en: `Three pushes, in this order: ${PUSHES.join(', then ')}. How many layers travel in each? Write three numbers to the file prediction in your home directory, one a line.`,
        'zh-cn': `依次推送三次：${PUSHES.join('，然后')}。每次有几层要传？把三个数写进主目录的文件prediction，一行一个。`,
      },
      hints: [
        {
          en: 'Look which layers each image has, and which of them an earlier push has brought already.',
          'zh-cn': '看看每个镜像有哪些层，其中哪些在前面的推送里已经送到了。',
        },
        {
          en: 'To the registry it is all the same who made a layer, and in which repository it already is.',
          'zh-cn': '层是谁做的，已经在哪个仓库里，对仓库服务器来说都一样。',
        },
      ],
      checks: [predictionRight],
    },
    {
      id: 'push',
      goal: {
        en: 'Push the three, in that order, and compare.',
        'zh-cn': '按这个顺序推送三次，对照一下。',
      },
      hints: [
        {
          en: 'docker push says of each layer what became of it.',
          'zh-cn': 'docker push会说明每一层的结果。',
        },
        {
          en: 'Keep the view Registries of the X-ray open meanwhile.',
          'zh-cn': '推送时打开透视里的“仓库服务器”视图。',
        },
      ],
      checks: [pushed],
    },
  ],
  solution: [
    { task: 'predict', commands: ["printf '2\\n1\\n0\\n' > prediction"] },
    { task: 'push', commands: PUSHES.map((name) => `docker push ${name}`) },
  ],
  mistakes: [
    {
      id: 'only-my-part',
      task: 'predict',
      commands: ["printf '1\\n1\\n0\\n' > prediction"],
      explanation: {
        en: 'That would be so if the registry had alpine already. This one is empty: the first push brings the base as well.',
        'zh-cn': '要是仓库服务器里已有alpine，那就对了。但它是空的：第一次推送连基础镜像的层也要送去。',
      },
      shown: (world) => predicted(world)[0] === 1,
    },
    {
      id: 'whole-images',
      task: 'predict',
      commands: ["printf '2\\n3\\n1\\n' > prediction"],
      explanation: {
        en: 'Those are all the layers of each image. What the registry has is not sent again.',
        'zh-cn': '那是每个镜像的全部层数。仓库服务器已有的层不会再传。',
      },
      shown: (world) =>
        says(
          world,
          PUSHES.map((name) => layersOf(world, name).length),
        ),
    },
    {
      id: 'another-repository',
      task: 'predict',
      commands: ["printf '2\\n1\\n1\\n' > prediction"],
      explanation: {
        en: 'team/base is another repository, but on the same registry: it takes the layer over from shop. That is called mounting.',
        'zh-cn':
          'team/base是另一个仓库，但在同一台仓库服务器上：它把那一层从shop那里拿过来用，这叫挂载（mount）。',
      },
      shown: (world) => predicted(world)[2] === 1,
    },
    {
      id: 'another-order',
      task: 'push',
      commands: PUSHES.toReversed().map((name) => `docker push ${name}`),
      explanation: {
        en: 'In another order other pushes carry the layers. Start afresh to have an empty registry again.',
        'zh-cn': '换了顺序，就由别的推送来送那些层。点“重新开始”，仓库服务器就又是空的了。',
      },
      shown: (world) => {
        const [first] = sentBy(world);
        return first !== undefined && first.name !== PUSHES[0];
      },
    },
  ],
});
