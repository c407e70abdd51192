import type { ImageModel } from '../../src/engine/daemon/model.ts';
import type { Check, Localised } from '../../src/lab/check.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import { imageNamed, named, noneDangling, tagsOf } from '../../src/lab/image-checks.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const FACTS = '/home/learner/facts';
const IMAGES = ['nginx:1.29', 'redis:8-alpine', 'app:1'];

interface Facts {
  id?: unknown;
  cmd?: unknown;
  env?: unknown;
  layers?: unknown;
  author?: unknown;
}

/** What the file says, an object a line; undefined for a line that is no JSON. */
const written = (world: Inspection): (Facts | undefined)[] =>
  (world.file(FACTS) ?? '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      try {
        return JSON.parse(line) as Facts;
      } catch {
        return undefined;
      }
    });

const speaksOf = ({ id }: ImageModel, facts: Facts | undefined): boolean =>
  typeof facts?.id === 'string' &&
  facts.id.replace('sha256:', '').length >= 12 &&
  id.replace('sha256:', '').startsWith(facts.id.replace('sha256:', ''));

const same = (one: unknown, other: unknown) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

/** What the line about an image has wrong, by the names of its members. */
function wrong({ config, layers }: ImageModel, facts: Facts): string[] {
  return [
    ...(same(facts.cmd, config.config?.Cmd) ? [] : ['cmd']),
    ...(same(facts.env, config.config?.Env) ? [] : ['env']),
    ...(facts.layers === layers.length ? [] : ['layers']),
    ...(same(facts.author, config.author ?? '') ? [] : ['author']),
  ];
}

const factsRight: Check = (world) => {
  const lines = written(world);
  const judged = IMAGES.map((name) => {
    const image = imageNamed(world, name);
    const facts = image && lines.find((line) => speaksOf(image, line));
    return { name, faults: image && facts ? wrong(image, facts) : ['id'] };
  });
  const faulty = judged.filter(({ faults }) => faults.length > 0);
  return {
    passed: faulty.length === 0,
    expected: {
      en: `a line of JSON in facts for each of ${IMAGES.join(', ')}, with its id, cmd, env, number of layers and author`,
      'zh-cn': `facts里为${IMAGES.join('、')}各有一行JSON，写着它的id、cmd、env、层数layers和作者author`,
    },
    found: findings(lines, faulty),
    look: 'cat facts',
  };
};

function findings(
  lines: readonly unknown[],
  faulty: readonly { name: string; faults: string[] }[],
): Localised {
  if (lines.length === 0) return { en: 'nothing in facts', 'zh-cn': 'facts里什么也没有' };
  const broken = lines.indexOf(undefined);
  if (broken >= 0) return { en: `line ${broken + 1} is no JSON`, 'zh-cn': `第${broken + 1}行不是JSON` };
  if (faulty.length === 0) return { en: 'all three, and right', 'zh-cn': '三行都在，也都对' };
  const each = faulty.map(({ name, faults }) =>
    faults[0] === 'id'
      ? { en: `no line with the id of ${name}`, 'zh-cn': `没有哪一行写着${name}的id` }
      : { en: `${name}: ${faults.join(', ')} differ`, 'zh-cn': `${name}：${faults.join('、')}不对` },
  );
  return {
    en: each.map(({ en }) => en).join('; '),
    'zh-cn': each.map(({ 'zh-cn': zh }) => zh).join('；'),
  };
}

export default defineExercise({
  id: 'three-images-one-table',
  title: { en: 'Three images, one table', 'zh-cn': '三个镜像，一张表' },
  intro: {
    en: 'On this machine are the images nginx:1.29, redis:8-alpine and app:1, and some whose tags have moved on. No container is running.',
    'zh-cn':
      '这台机器上有镜像nginx:1.29、redis:8-alpine和app:1，还有几个标签已经挪走的镜像。没有容器在运行。',
  },
  setup: [
    'docker pull -q nginx:1.29 && docker pull -q redis:8-alpine',
    'for image in busybox:1.36 busybox:1.37 alpine:3.20 alpine:3.22; do docker pull -q $image && docker tag $image app:1 && docker rmi $image; done',
    "printf 'FROM app:1\\nMAINTAINER Ada <ada@example.org>\\n' | docker build -q -t app:1 -",
  ],
  tasks: [
    {
      id: 'facts',
      goal: {
        en: 'Write a file facts in your home directory with one line for each of nginx:1.29, redis:8-alpine and app:1: a JSON object with the members id, cmd, env and author, as the image has them (the author may be empty), and layers, their number.',
        'zh-cn':
          '在主目录里写一个文件facts，为nginx:1.29、redis:8-alpine和app:1各写一行：一个JSON对象，成员id、cmd、env和author照镜像里的写（author可以为空），layers是层数。',
      },
      hints: [
        {
          en: 'One command can do all of it. A format may hold any text around the facts, braces and quotes too.',
          'zh-cn': '一条命令就能全部办到。格式里，取出的值周围可以有任意文字，花括号和引号也行。',
        },
        {
          en: 'In front of a path, json writes the value as JSON, with quotes where they belong; len counts. Look at the whole of docker image inspect once to see where each fact stands.',
          'zh-cn':
            '写在路径前面的json把值写成JSON，该有引号的地方都有；len用来计数。先看一遍docker image inspect的全部输出，看看每一项在哪里。',
        },
      ],
      checks: [factsRight],
    },
    {
      id: 'leftovers',
      goal: {
        en: 'Remove the images that have no tag, and only those.',
        'zh-cn': '删掉没有标签的镜像，只删这些。',
      },
      hints: [
        {
          en: 'Images without a tag have a word of their own in Docker, and a filter by that word.',
          'zh-cn': '没有标签的镜像，在Docker里有一个专门的说法，也有对应的过滤条件。',
        },
        {
          en: 'docker image prune removes what is dangling. Read its warning before you add a letter: it says what would go.',
          'zh-cn': 'docker image prune删除悬空镜像。要再加一个字母之前，先读它的警告：里面写着会删掉什么。',
        },
      ],
      checks: [noneDangling, ...IMAGES.map(named)],
    },
  ],
  solution: [
    {
      task: 'facts',
      commands: [
        `docker image inspect -f '{"id":{{json .Id}},"cmd":{{json .Config.Cmd}},"env":{{json .Config.Env}},"layers":{{len .RootFS.Layers}},"author":{{json .Author}}}' nginx:1.29 redis:8-alpine app:1 > facts`,
      ],
    },
    { task: 'leftovers', commands: ['docker image prune -f'] },
  ],
  mistakes: [
    {
      id: 'brackets-are-no-json',
      task: 'facts',
      commands: [
        `docker image inspect -f '{"id":"{{.Id}}","cmd":{{.Config.Cmd}},"env":{{.Config.Env}},"layers":{{len .RootFS.Layers}},"author":{{json .Author}}}' nginx:1.29 redis:8-alpine app:1 > facts`,
      ],
      explanation: {
        en: 'A list without json in front of its path is printed the way Go does it: words in brackets, without quotes and commas. Write {{json .Config.Cmd}}.',
        'zh-cn':
          '路径前面没有json时，列表按Go的方式打印：方括号里一串词，没有引号，也没有逗号。请写成{{json .Config.Cmd}}。',
      },
      shown: (world) => /:\s*\[[^\]"]*\w/.test(world.file(FACTS) ?? ''),
    },
    {
      id: 'all-unused',
      task: 'leftovers',
      commands: ['docker image prune -af'],
      explanation: {
        en: 'With -a, prune removes every image that no container needs, tagged or not, and here no container was there. What came from the Hub can be pulled again; app:1 was built here and is in no registry.',
        'zh-cn':
          '加上-a，prune会删掉没有容器在用的所有镜像，不管有没有标签；而这里一个容器也没有。从Hub来的可以重新拉取；app:1是在这里构建的，哪个仓库服务器上都没有。',
      },
      shown: (world) => !world.images().some((image) => tagsOf(image).includes('app:1')),
    },
  ],
});
