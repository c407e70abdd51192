import type { Check } from '../../src/lab/check.ts';
import { stateOf } from '../../src/lab/docker-checks.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import { imageNamed, shortImageId } from '../../src/lab/image-checks.ts';
import type { Inspection } from '../../src/lab/inspection.ts';
import { referenceParts } from '../../src/lab/reference-parts.ts';

const HOME = '/home/learner';

const NAMES = [
  'nginx',
  'redis:8-alpine',
  'docker.io/nginx:1.29',
  'jwilder/nginx-proxy',
  'localhost:5000/app',
  'localhost/app:2',
  'ghcr.io/org/team/app:1.2',
  'registry.example.com:443/app',
];

const lines = (world: Inspection, name: string): string[] =>
  (world.file(`${HOME}/${name}`) ?? '').trim().split('\n').filter(Boolean);

/** Registry, repository and tag of each name, as they shall stand in the file. */
const expected = NAMES.map((name) => {
  const read = referenceParts(name);
  return 'parts' in read ? Object.values(read.parts).map(({ text }) => text) : [];
});

const partsRight: Check = (world) => {
  const written = lines(world, 'parts').map((line) => line.trim().split(/\s+/));
  const wrong = expected.flatMap((parts, at) => (parts.join() === written[at]?.join() ? [] : [at + 1]));
  return {
    passed: wrong.length === 0,
    expected: {
      en: 'a file parts with the registry, the repository and the tag of each name in names, in three words a line',
      'zh-cn': '文件parts里，names中的每个名字占一行，三个词：仓库服务器、仓库、标签',
    },
    found:
      written.length === 0
        ? { en: 'no file parts, or an empty one', 'zh-cn': '没有文件parts，或者它是空的' }
        : wrong.length === 0
          ? { en: 'eight lines, all right', 'zh-cn': '八行，全对' }
          : {
              en: `not right yet: line ${wrong.join(', ')}`,
              'zh-cn': `还不对的有：第${wrong.join('、')}行`,
            },
    look: 'paste names parts',
  };
};

const testedRuns: Check = (world) => {
  const prod = world.container('prod');
  const state = prod && stateOf(prod);
  const [tested = ''] = lines(world, 'tested');
  const names = world.images().find(({ id }) => id === prod?.imageId)?.references ?? [];
  return {
    passed: prod?.status === 'running' && names.includes(tested),
    expected: {
      en: 'a running container prod, from the image whose digest stands in the file tested',
      'zh-cn': '一个正在运行的容器prod，用的镜像就是摘要写在文件tested里的那个',
    },
    found:
      prod && state
        ? {
            en: `prod from ${names.join(', ') || shortImageId(prod.imageId)}, ${state.en}`,
            'zh-cn': `prod，镜像${names.join('、') || shortImageId(prod.imageId)}，${state['zh-cn']}`,
          }
        : { en: 'no container prod', 'zh-cn': '没有容器prod' },
    look: 'docker images --digests',
  };
};

export default defineExercise({
  id: 'exactly-that-one',
  title: { en: 'Exactly that one', 'zh-cn': '正是那一个' },
  intro: {
    en: 'On this machine runs a registry, at port 5000. Last week the image localhost:5000/app:1 was tested, and its name was noted with its digest in the file tested. Since then the tag has been moved. In the file names are eight names of images.',
    'zh-cn':
      '这台机器上运行着一台仓库服务器，端口是5000。上个星期测试了镜像localhost:5000/app:1，并把它带摘要的名字记在文件tested里。在那之后，标签被挪走了。文件names里有八个镜像名。',
  },
  scenario: 'own-registry',
  setup: [
    "docker pull -q alpine:3.20 && docker tag alpine:3.20 localhost:5000/app:1 && docker push -q localhost:5000/app:1 && docker image inspect -f '{{range .RepoDigests}}{{println .}}{{end}}' localhost:5000/app:1 | grep localhost > tested",
    'docker pull -q alpine:3.22 && docker tag alpine:3.22 localhost:5000/app:1 && docker push -q localhost:5000/app:1',
    'docker rmi alpine:3.20 alpine:3.22 localhost:5000/app:1',
    `printf '%s\\n' ${NAMES.join(' ')} > names`,
  ],
  tasks: [
    {
      id: 'parts',
      goal: {
        en: 'Take the eight names apart as Docker would: write a file parts with a line for each, in the same order, that holds the registry, the repository and the tag, with spaces between them.',
        'zh-cn':
          '像Docker那样拆开这八个名字：写一个文件parts，次序相同，一个名字一行，写出仓库服务器、仓库和标签，中间用空格隔开。',
      },
      hints: [
        {
          en: 'Look at the first word, up to the first slash. Is it a server? If not, whose server is meant?',
          'zh-cn': '先看第一个斜杠之前的词。它是服务器吗？如果不是，指的又是谁的服务器？',
        },
        {
          en: 'A dot, a colon or the word localhost make a server of it; a colon behind the last slash begins a tag. On Docker Hub, a name with one part belongs to library.',
          'zh-cn':
            '有点、有冒号，或者就是localhost，那就是服务器；最后一个斜杠后面的冒号才引出标签。在Docker Hub上，只有一段的名字归library所有。',
        },
      ],
      checks: [partsRight],
    },
    {
      id: 'tested',
      goal: {
        en: 'Run the tested image, exactly that one, in a container named prod that keeps running, for instance with sleep 1d.',
        'zh-cn': '用当初测试过的那个镜像，正是那一个，运行名为prod的容器，并让它一直运行，比如用sleep 1d。',
      },
      hints: [
        {
          en: 'The tag leads to another image by now. What leads to the old one, as long as it is in the registry?',
          'zh-cn': '标签现在通向另一个镜像了。只要旧的还在仓库服务器上，什么能通向它？',
        },
        {
          en: 'A name may have a digest in the place of a tag, behind an @. docker run takes it as it stands in the file.',
          'zh-cn': '名字里标签的位置上可以写摘要，前面是@。docker run认得文件里的那种写法。',
        },
      ],
      checks: [testedRuns],
    },
  ],
  solution: [
    {
      task: 'parts',
      commands: [`printf '%s\\n' ${expected.map((parts) => `'${parts.join(' ')}'`).join(' ')} > parts`],
    },
    { task: 'tested', commands: ['docker run -d --name prod $(cat tested) sleep 1d'] },
  ],
  mistakes: [
    {
      id: 'port-for-a-tag',
      task: 'parts',
      commands: [
        `printf '%s\\n' ${expected
          .map((parts) => (parts[0] === 'localhost:5000' ? "'localhost app 5000'" : `'${parts.join(' ')}'`))
          .join(' ')} > parts`,
      ],
      explanation: {
        en: 'A colon before the last slash belongs to the server: 5000 is its port. Only behind the last slash a colon begins a tag.',
        'zh-cn': '最后一个斜杠之前的冒号属于服务器：5000是它的端口。只有最后一个斜杠后面的冒号才引出标签。',
      },
      shown: (world) => /\b5000\b/.test(lines(world, 'parts')[4]?.replace('localhost:5000', '') ?? ''),
    },
    {
      id: 'by-the-tag',
      task: 'tested',
      commands: ['docker run -d --name prod localhost:5000/app:1 sleep 1d'],
      explanation: {
        en: 'app:1 is what it was moved to, not what was tested. Remove the container, and start it from the name with the digest.',
        'zh-cn': 'app:1现在是挪动之后的那个，不是测试过的那个。删掉容器，用带摘要的名字重新启动。',
      },
      shown: (world) => {
        const prod = world.container('prod');
        return prod !== undefined && prod.imageId === imageNamed(world, 'localhost:5000/app:1')?.id;
      },
    },
  ],
});
