import type { Check, Localised } from '../../src/lab/check.ts';
import { listening, published, running } from '../../src/lab/docker-checks.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import { imageNamed, tagsIn } from '../../src/lab/image-checks.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const FOLDER = '/home/learner/shop';
const REPOSITORY = 'learner/shop';
const TAG = '1.2.0';
const NAME = `${REPOSITORY}:${TAG}`;

/** The names under which learner's repositories are on the Hub. */
const onHub = (world: Inspection): string[] =>
  world
    .registries()
    .filter(({ address }) => address === 'docker.io')
    .flatMap(({ repositories }) => repositories)
    .filter(({ name }) => name.startsWith('learner/'))
    .flatMap(({ name, manifests }) => manifests.flatMap(({ tags }) => tags.map((tag) => `${name}:${tag}`)));

const list = (names: readonly string[], none: Localised): Localised =>
  names.length === 0 ? none : { en: names.join(', '), 'zh-cn': names.join('、') };

const isPublished: Check = (world) => ({
  passed: onHub(world).includes(NAME),
  expected: { en: `Docker Hub has ${NAME}`, 'zh-cn': `Docker Hub上有${NAME}` },
  found: list(onHub(world), { en: 'nothing of learner’s yet', 'zh-cn': '还没有learner的任何东西' }),
  look: `docker manifest inspect ${NAME}`,
});

const nothingOfHome: Check = (world) => {
  const left = tagsIn(world, 'shop');
  return {
    passed: left.length === 0,
    expected: {
      en: 'the image has no name here that was not pulled',
      'zh-cn': '本机上没有不是拉取来的名字',
    },
    found: list(left, { en: 'none', 'zh-cn': '没有' }),
    look: 'docker images',
  };
};

const pulled: Check = (world) => {
  const digests = imageNamed(world, NAME)?.references.filter((one) => one.includes('@')) ?? [];
  return {
    passed: digests.length > 0,
    expected: {
      en: `the image ${NAME} has a digest of the registry`,
      'zh-cn': `镜像${NAME}带有仓库服务器给的摘要`,
    },
    found: list(digests, { en: 'no digest', 'zh-cn': '没有摘要' }),
    look: 'docker images --digests',
  };
};

const login = 'echo drydock | docker login -u learner --password-stdin';

export default defineExercise({
  id: 'on-the-other-machine',
  title: { en: 'On the other machine', 'zh-cn': '在另一台机器上' },
  intro: {
    en: 'The image `shop:1.2.0` was built from ~/shop. It serves a page on port 3000. Your account on Docker Hub is `learner`, the password `drydock`.',
    'zh-cn':
      '镜像`shop:1.2.0`是从~/shop构建的，在3000端口上提供一个网页。你在Docker Hub上的账户是`learner`，密码是`drydock`。',
  },
  setup: [
    `mkdir -p ${FOLDER}; echo 'Open from nine.' > ${FOLDER}/index.html`,
    `printf 'FROM busybox:1.36\\nWORKDIR /www\\nCOPY index.html .\\nEXPOSE 3000\\nCMD ["httpd", "-f", "-p", "3000"]\\n' > ${FOLDER}/Dockerfile`,
    `docker build -q -t shop:${TAG} ${FOLDER}`,
  ],
  tasks: [
    {
      id: 'publish',
      goal: {
        en: `Publish it as \`${NAME}\` on Docker Hub.`,
        'zh-cn': `以\`${NAME}\`为名，把它发布到Docker Hub上。`,
      },
      hints: [
        {
          en: 'Three steps: a name that begins with your account, a login, and the push of that name.',
          'zh-cn': '分三步：起一个以你的账户开头的名字，登录，推送这个名字。',
        },
        {
          en: 'A push without a tag means latest. Say which tag you mean.',
          'zh-cn': '推送时不写标签，指的是latest。要写明是哪个标签。',
        },
      ],
      checks: [isPublished],
    },
    {
      id: 'prove',
      goal: {
        en: 'Be the other machine: remove the image here under all its names, then run a container `proof` from the published one, with port 8000 of the machine leading to it.',
        'zh-cn':
          '扮演另一台机器：在本机用所有的名字删掉这个镜像，再用发布的那个运行容器`proof`，让本机的8000端口通向它。',
      },
      hints: [
        {
          en: 'docker images shows under how many names it is here. docker run pulls what is missing.',
          'zh-cn': 'docker images显示它在这里有几个名字。缺的东西，docker run会去拉取。',
        },
        {
          en: 'The program in the image listens on port 3000.',
          'zh-cn': '镜像里的程序监听3000端口。',
        },
      ],
      checks: [
        nothingOfHome,
        running('proof', REPOSITORY),
        pulled,
        published('proof', '8000', '3000'),
        listening('proof', 3000),
      ],
    },
  ],
  solution: [
    {
      task: 'publish',
      commands: [`docker tag shop:${TAG} ${NAME}`, login, `docker push ${NAME}`],
    },
    {
      task: 'prove',
      commands: [
        `docker rmi shop:${TAG} ${NAME}`,
        `docker run -d --name proof -p 8000:3000 ${NAME}`,
        'sleep 1',
      ],
    },
  ],
  mistakes: [
    {
      id: 'without-the-account',
      task: 'publish',
      commands: [login, `docker push shop:${TAG}`],
      explanation: {
        en: 'shop:1.2.0 means docker.io/library/shop, and in library only Docker may write. Give the image a second name, with your account in front.',
        'zh-cn':
          'shop:1.2.0指的是docker.io/library/shop，而library里只有Docker能写。给镜像起第二个名字，前面加上你的账户。',
      },
      shown: (world) => onHub(world).length === 0 && tagsIn(world, REPOSITORY).length === 0,
    },
    {
      id: 'as-latest',
      task: 'publish',
      commands: [`docker tag shop:${TAG} ${REPOSITORY}`, login, `docker push ${REPOSITORY}`],
      explanation: {
        en: 'Without a tag it became latest, here and on the Hub. Whoever asks for 1.2.0 does not find it.',
        'zh-cn': '没有写标签，它就成了latest，本机和Hub上都是。要1.2.0的人找不到它。',
      },
      shown: (world) => onHub(world).includes(`${REPOSITORY}:latest`),
    },
    {
      id: 'another-name',
      task: 'publish',
      commands: [`docker tag shop:${TAG} learner/shops:${TAG}`, login, `docker push learner/shops:${TAG}`],
      explanation: {
        en: 'It is published, but under another name. A repository that is spelled differently is another repository.',
        'zh-cn': '发布是发布了，名字却不对。拼写不同，就是另一个仓库。',
      },
      shown: (world) => onHub(world).some((name) => !name.startsWith(`${REPOSITORY}:`)),
    },
    {
      id: 'from-what-was-here',
      task: 'prove',
      commands: [`docker run -d --name proof -p 8000:3000 shop:${TAG}`],
      explanation: {
        en: 'This container runs from the image that was built here. It proves nothing about what others get: remove it, and let Docker fetch the image.',
        'zh-cn': '这个容器用的是本机构建的镜像，证明不了别人会得到什么。删掉它，让Docker自己去取。',
      },
      shown: (world) => world.container('proof')?.image.startsWith('shop:') ?? false,
    },
  ],
});
