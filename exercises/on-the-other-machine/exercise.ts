import type { Check, Localised } from '../../src/lab/check.ts';
import { listening, published, running } from '../../src/lab/docker-checks.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import { imageNamed, shortImageId, tagsIn } from '../../src/lab/image-checks.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const FOLDER = '/home/learner/koa-demo';
const HOME_NAME = 'koa-demo:0.0.1';
const REPOSITORY = 'learner/koa-demo';
const NAME = `${REPOSITORY}:0.0.1`;
const NEXT = `${REPOSITORY}:0.0.2`;

const file = (name: string, lines: readonly string[]) =>
  [`cat > ${FOLDER}/${name} <<'END'`, ...lines, 'END'].join('\n');

/** The names that learner's images have on the Hub, each with the ID of the image. */
const idsOnHub = (world: Inspection): Map<string, string | undefined> =>
  new Map(
    world
      .registries()
      .filter(({ address }) => address === 'docker.io')
      .flatMap(({ repositories }) => repositories)
      .filter(({ name }) => name.startsWith('learner/'))
      .flatMap(({ name, manifests }) =>
        manifests.flatMap(({ tags, entries }) => {
          const id = entries.find(({ role }) => role === 'config')?.digest;
          return tags.map((tag): [string, string | undefined] => [`${name}:${tag}`, id]);
        }),
      ),
  );

const onHub = (world: Inspection): string[] => [...idsOnHub(world).keys()];

const list = (names: readonly string[], none: Localised): Localised =>
  names.length === 0 ? none : { en: names.join(', '), 'zh-cn': names.join('、') };

const isPublished: Check = (world) => ({
  passed: onHub(world).includes(NAME),
  expected: { en: `Docker Hub has ${NAME}`, 'zh-cn': `Docker Hub上有${NAME}` },
  found: list(onHub(world), { en: 'nothing of learner’s yet', 'zh-cn': '还没有learner的任何东西' }),
  look: `docker manifest inspect ${NAME}`,
});

const nothingOfHome: Check = (world) => {
  const left = tagsIn(world, 'koa-demo').filter((name) => name === HOME_NAME);
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

/** What the next version says, as far as an image with its name is here. */
const greeting = (world: Inspection): string | undefined =>
  imageNamed(world, NEXT)
    ?.layers.map(({ directory }) => world.file(`${directory}/app/app.js`))
    .findLast((text) => text !== undefined)
    ?.match(/body = (['"`])(.*?)(\\n)?\1/)?.[2];

const saysMore: Check = (world) => {
  const said = greeting(world);
  return {
    passed: said === 'Hello again.',
    expected: { en: `${NEXT} says: Hello again.`, 'zh-cn': `${NEXT}说的是Hello again.` },
    found: said
      ? { en: `it says: ${said}`, 'zh-cn': `它说的是${said}` }
      : { en: `no image ${NEXT} here`, 'zh-cn': `本机没有镜像${NEXT}` },
    look: `docker run --rm ${NEXT} cat /app/app.js`,
  };
};

const latestLeadsTo: Check = (world) => {
  const ids = idsOnHub(world);
  const [first, next, latest] = [NAME, NEXT, `${REPOSITORY}:latest`].map((name) => ids.get(name));
  const here = imageNamed(world, NEXT)?.id;
  return {
    passed: next !== undefined && next === here && latest === next && first !== undefined && first !== next,
    expected: {
      en: 'on the Hub, 0.0.2 and latest lead to the new image, and 0.0.1 to the old one',
      'zh-cn': 'Hub上的0.0.2和latest都指向新镜像，0.0.1仍指向旧的',
    },
    found: list(
      [...ids].map(([name, id]) => `${name} → ${shortImageId(id ?? '')}`),
      { en: 'nothing of learner’s yet', 'zh-cn': '还没有learner的任何东西' },
    ),
    look: `docker manifest inspect ${NEXT}; docker manifest inspect ${REPOSITORY}`,
  };
};

const login = 'echo drydock | docker login -u learner --password-stdin';
const prove = (name: string) => `docker run -d --name proof -p 8000:3000 ${name}`;
const reword = "sed -i 's/from Koa/again/' app.js";

export default defineExercise({
  id: 'on-the-other-machine',
  title: { en: 'On the other machine', 'zh-cn': '在另一台机器上' },
  intro: {
    en: `The image \`${HOME_NAME}\` was built from ~/koa-demo: an application in Koa that answers on port 3000. Your account on Docker Hub is \`learner\`, the password \`drydock\`.`,
    'zh-cn': `镜像\`${HOME_NAME}\`是从~/koa-demo构建的：一个在3000端口上回应的Koa应用。你在Docker Hub上的账户是\`learner\`，密码是\`drydock\`。`,
  },
  setup: [
    `mkdir -p ${FOLDER}; echo '{ "name": "koa-demo", "dependencies": { "koa": "^3.0.0" } }' > ${FOLDER}/package.json`,
    file('app.js', [
      "const Koa = require('koa');",
      'const app = new Koa();',
      "app.use((ctx) => { ctx.body = 'Hello from Koa.\\n'; });",
      'app.listen(3000);',
    ]),
    file('Dockerfile', [
      'FROM node:24-alpine',
      'WORKDIR /app',
      'COPY package.json .',
      'RUN npm install',
      'COPY . .',
      'EXPOSE 3000',
      'CMD ["node", "app.js"]',
    ]),
    `docker build -q -t ${HOME_NAME} ${FOLDER}`,
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
    {
      id: 'next',
      goal: {
        en: `Let app.js say \`Hello again.\` and publish that as \`${NEXT}\`. Whoever gives no tag shall get it, too; whoever asks for 0.0.1 gets what they got before.`,
        'zh-cn': `让app.js改说\`Hello again.\`，并以\`${NEXT}\`为名发布。不写标签的人也要得到它；要0.0.1的人得到的仍和以前一样。`,
      },
      hints: [
        {
          en: 'Nobody moves latest for you. It is a tag like any other: it is given, and it is pushed.',
          'zh-cn': '没有谁会替你移动latest。它和别的标签一样：要有人打上，也要有人推送。',
        },
        {
          en: 'docker build takes -t more than once, and docker push takes one name at a time.',
          'zh-cn': 'docker build可以写好几个-t，docker push一次推送一个名字。',
        },
      ],
      checks: [saysMore, latestLeadsTo],
    },
  ],
  solution: [
    {
      task: 'publish',
      commands: [`docker tag ${HOME_NAME} ${NAME}`, login, `docker push ${NAME}`],
    },
    {
      task: 'prove',
      commands: [`docker rmi ${HOME_NAME} ${NAME}`, prove(NAME), 'sleep 2', 'curl localhost:8000'],
    },
    {
      task: 'next',
      commands: [
        `cd ${FOLDER}; ${reword}`,
        `docker build -t ${NEXT} -t ${REPOSITORY} .`,
        `docker push ${NEXT}; docker push ${REPOSITORY}`,
      ],
    },
  ],
  mistakes: [
    {
      id: 'without-the-account',
      task: 'publish',
      commands: [login, `docker push ${HOME_NAME}`],
      explanation: {
        en: 'koa-demo:0.0.1 means docker.io/library/koa-demo, and in library only Docker may write. Give the image a second name, with your account in front.',
        'zh-cn':
          'koa-demo:0.0.1指的是docker.io/library/koa-demo，而library里只有Docker能写。给镜像起第二个名字，前面加上你的账户。',
      },
      shown: (world) => onHub(world).length === 0 && tagsIn(world, REPOSITORY).length === 0,
    },
    {
      id: 'as-latest',
      task: 'publish',
      commands: [`docker tag ${HOME_NAME} ${REPOSITORY}`, login, `docker push ${REPOSITORY}`],
      explanation: {
        en: 'Without a tag it became latest, here and on the Hub. Whoever asks for 0.0.1 does not find it.',
        'zh-cn': '没有写标签，它就成了latest，本机和Hub上都是。要0.0.1的人找不到它。',
      },
      shown: (world) => onHub(world).includes(`${REPOSITORY}:latest`) && !onHub(world).includes(NAME),
    },
    {
      id: 'another-name',
      task: 'publish',
      commands: [
        `docker tag ${HOME_NAME} learner/koa-demos:0.0.1`,
        login,
        'docker push learner/koa-demos:0.0.1',
      ],
      explanation: {
        en: 'It is published, but as koa-demos, with an s. A repository that is spelled differently is another repository.',
        'zh-cn': '发布是发布了，名字却成了koa-demos，多了一个s。拼写不同，就是另一个仓库。',
      },
      shown: (world) => onHub(world).some((name) => !name.startsWith(`${REPOSITORY}:`)),
    },
    {
      id: 'from-what-was-here',
      task: 'prove',
      commands: [prove(HOME_NAME)],
      explanation: {
        en: 'This container runs from the image that was built here. It proves nothing about what others get: remove it, and let Docker fetch the image.',
        'zh-cn': '这个容器用的是本机构建的镜像，证明不了别人会得到什么。删掉它，让Docker自己去取。',
      },
      shown: (world) => world.container('proof')?.image === HOME_NAME,
    },
    {
      id: 'latest-left-behind',
      task: 'next',
      commands: [
        `docker tag ${HOME_NAME} ${NAME}; ${login}; docker push ${NAME}`,
        `cd ${FOLDER}; ${reword}; docker build -t ${NEXT} . ; docker push ${NEXT}`,
      ],
      explanation: {
        en: '0.0.2 is published, and latest does not lead to it. Nobody has moved it: tag the image once more and push that name as well.',
        'zh-cn': '0.0.2发布了，latest却没有指向它，因为没有谁移动过它：再打一个标签，把那个名字也推送上去。',
      },
      shown: (world) => {
        const ids = idsOnHub(world);
        return ids.has(NEXT) && ids.get(`${REPOSITORY}:latest`) !== ids.get(NEXT);
      },
    },
    {
      id: 'a-version-overwritten',
      task: 'next',
      commands: [
        `docker tag ${HOME_NAME} ${NAME}; ${login}; docker push ${NAME}; docker rmi ${HOME_NAME} ${NAME}; ${prove(NAME)}`,
        `cd ${FOLDER}; ${reword}; docker build -t ${NAME} . ; docker push ${NAME}`,
      ],
      explanation: {
        en: '0.0.1 leads to something else now than it did yesterday. The registry allows it, and those who have that version cannot tell. A new version gets a new tag.',
        'zh-cn':
          '0.0.1现在指向的和昨天不一样了。仓库服务器允许这么做，用着这个版本的人却无从知道。新的版本要用新的标签。',
      },
      shown: (world) => {
        const [proof, id] = [world.container('proof'), idsOnHub(world).get(NAME)];
        return proof?.image === NAME && id !== undefined && id !== proof.imageId;
      },
    },
  ],
});
