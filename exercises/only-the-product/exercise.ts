import type { Check } from '../../src/lab/check.ts';
import { published, running } from '../../src/lab/docker-checks.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import { imageNamed } from '../../src/lab/image-checks.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const FOLDER = '/home/learner/teas';
const PAGES = '/usr/share/nginx/html';
const FRESH = '<h1>Teas</h1><ul><li>Assam: 3</li><li>Sencha: 4</li></ul>';
const STALE = '<h1>Teas</h1><ul><li>Assam: 2</li></ul>';

const noImage = (name: string) => ({ en: `no image named ${name}`, 'zh-cn': `没有名为${name}的镜像` });

/** What a file says in the topmost layer of an image that has it. */
const inImage = (world: Inspection, name: string, path: string): string | undefined =>
  imageNamed(world, name)
    ?.layers.map(({ directory }) => world.file(`${directory}${path}`))
    .findLast((text) => text !== undefined)
    ?.trim();

const hasNode = (world: Inspection, name: string) =>
  imageNamed(world, name)?.config.config?.Env?.some((entry) => entry.startsWith('NODE_VERSION=')) ?? false;

const onNginx: Check = (world) => {
  const image = imageNamed(world, 'teas:2');
  const nginx = image?.config.config?.Env?.some((entry) => entry.startsWith('NGINX_VERSION=')) ?? false;
  return {
    passed: nginx && !hasNode(world, 'teas:2'),
    expected: { en: 'teas:2 has nginx in it, and no Node.js', 'zh-cn': 'teas:2里有nginx，没有Node.js' },
    found: !image
      ? noImage('teas:2')
      : {
          en: `${nginx ? 'nginx' : 'no nginx'}, ${hasNode(world, 'teas:2') ? 'Node.js' : 'no Node.js'}, ${Math.round(image.size / 1e6)} MB`,
          'zh-cn': `${nginx ? '有' : '没有'}nginx，${hasNode(world, 'teas:2') ? '有' : '没有'}Node.js，${Math.round(image.size / 1e6)} MB`,
        },
    look: 'docker images teas',
  };
};

const freshPage: Check = (world) => {
  const page = inImage(world, 'teas:2', `${PAGES}/index.html`);
  return {
    passed: page === FRESH,
    expected: {
      en: 'the page in it is the one that build.js writes today, with two teas',
      'zh-cn': '里面的页面是build.js今天写出来的，有两种茶',
    },
    found: !imageNamed(world, 'teas:2')
      ? noImage('teas:2')
      : page === FRESH
        ? { en: 'it is', 'zh-cn': '是的' }
        : page === STALE
          ? { en: 'an old page, with one tea', 'zh-cn': '一个旧页面，只有一种茶' }
          : { en: 'another page', 'zh-cn': '别的页面' },
    look: 'docker run --rm teas:2 cat /usr/share/nginx/html/index.html',
  };
};

const LEFT = ['build.js', 'teas.json', 'Dockerfile'];
const leftOver = (world: Inspection) =>
  LEFT.filter((name) =>
    [PAGES, '/app', '/'].some((folder) => inImage(world, 'teas:2', `${folder}/${name}`) !== undefined),
  );

const nothingOfTheWorkshop: Check = (world) => {
  const found = leftOver(world);
  return {
    passed: imageNamed(world, 'teas:2') !== undefined && found.length === 0,
    expected: { en: 'nothing of the workshop lies in it', 'zh-cn': '里面没有作坊里的东西' },
    found: !imageNamed(world, 'teas:2')
      ? noImage('teas:2')
      : found.length === 0
        ? { en: 'nothing', 'zh-cn': '没有' }
        : { en: found.join(', '), 'zh-cn': found.join('、') },
    look: `docker run --rm teas:2 ls ${PAGES}`,
  };
};

const workshopAlone: Check = (world) => {
  const image = imageNamed(world, 'teas:tools');
  const page = inImage(world, 'teas:tools', '/app/dist/index.html');
  return {
    passed: hasNode(world, 'teas:tools') && page === FRESH,
    expected: {
      en: 'teas:tools is the workshop, with Node.js and with what build.js has written',
      'zh-cn': 'teas:tools就是作坊，里面有Node.js和build.js写出来的东西',
    },
    found: !image
      ? noImage('teas:tools')
      : hasNode(world, 'teas:tools')
        ? { en: 'Node.js, without the pages', 'zh-cn': '有Node.js，没有页面' }
        : { en: 'an image without Node.js', 'zh-cn': '一个没有Node.js的镜像' },
    look: 'docker images teas',
  };
};

const file = (name: string, lines: readonly string[]) =>
  [`cat > ${FOLDER}/${name} <<'END'`, ...lines, 'END'].join('\n');

const WORKSHOP = ['FROM node:24 AS workshop', 'WORKDIR /app', 'COPY . .', 'RUN node build.js'];
const STAGES = [...WORKSHOP, '', 'FROM nginx:alpine', `COPY --from=workshop /app/dist ${PAGES}`];

const built = (lines: readonly string[]) => [
  `cd ${FOLDER}`,
  file('Dockerfile', lines),
  'docker build -t teas:2 .',
  'docker run -d --name teas -p 8080:80 teas:2',
  'sleep 1',
];

export default defineExercise({
  id: 'only-the-product',
  title: { en: 'Only the product', 'zh-cn': '只带走成品' },
  intro: {
    en: 'In ~/teas, build.js makes a page out of teas.json and writes it to dist. The image teas:1 has the page, and all of Node.js around it: more than a gigabyte. To serve the page, nginx is enough.',
    'zh-cn':
      '在~/teas里，build.js用teas.json做出一个页面，写进dist。镜像teas:1里有这个页面，还有围着它的整个Node.js：一个多吉字节。而要提供这个页面，nginx就够了。',
  },
  setup: [
    `mkdir -p ${FOLDER}/dist; echo '${STALE}' > ${FOLDER}/dist/index.html; echo '[["Assam", 3], ["Sencha", 4]]' > ${FOLDER}/teas.json`,
    file('build.js', [
      "const { mkdirSync, readFileSync, writeFileSync } = require('node:fs');",
      '',
      "const teas = JSON.parse(readFileSync('teas.json', 'utf8'));",
      'const rows = teas.map(([name, price]) => `<li>${name}: ${price}</li>`);',
      "mkdirSync('dist', { recursive: true });",
      "writeFileSync('dist/index.html', `<h1>Teas</h1><ul>${rows.join('')}</ul>\\n`);",
    ]),
    file('Dockerfile', [
      'FROM node:24',
      'WORKDIR /app',
      'COPY . .',
      'RUN node build.js',
      'CMD ["npx", "serve", "dist"]',
    ]),
    `docker build -q -t teas:1 ${FOLDER}`,
  ],
  tasks: [
    {
      id: 'product',
      goal: {
        en: 'Divide the Dockerfile into two stages and build `teas:2`: nginx, and the page that build.js has written in the same build. Run a container `teas` of it, with port 8080 of the machine leading to its port 80.',
        'zh-cn':
          '把Dockerfile分成两个阶段，构建`teas:2`：里面是nginx，加上同一次构建里build.js写出来的页面。再从它运行容器`teas`，让本机的8080端口通向它的80端口。',
      },
      hints: [
        {
          en: 'Give the first stage a name (FROM … AS …), and begin a second one below it. The last stage becomes the image.',
          'zh-cn': '给第一个阶段起个名字（FROM … AS …），在它下面再开始第二个。最后一个阶段会成为镜像。',
        },
        {
          en: 'COPY takes from the context, COPY --from from a stage. nginx shows what lies in /usr/share/nginx/html. The dist in your folder is an old one.',
          'zh-cn':
            'COPY从上下文里拿，COPY --from从某个阶段里拿。nginx显示的是/usr/share/nginx/html里的内容。你文件夹里的dist是旧的。',
        },
      ],
      checks: [
        onNginx,
        freshPage,
        nothingOfTheWorkshop,
        running('teas', 'teas'),
        published('teas', '8080', '80'),
      ],
    },
    {
      id: 'workshop',
      goal: {
        en: 'Somebody wants to look into the workshop: build only the first stage, as `teas:tools`, from the same Dockerfile.',
        'zh-cn': '有人想看看作坊里面：用同一份Dockerfile，只构建第一个阶段，命名为`teas:tools`。',
      },
      hints: [
        {
          en: 'The Dockerfile stays as it is. docker build can be told at which stage to end.',
          'zh-cn': 'Dockerfile不用改。可以告诉docker build到哪个阶段为止。',
        },
        {
          en: 'The option is --target, with the name that you have given the stage.',
          'zh-cn': '这个选项是--target，后面写你给那个阶段起的名字。',
        },
      ],
      checks: [workshopAlone, onNginx],
    },
  ],
  solution: [
    { task: 'product', commands: [...built(STAGES), 'curl localhost:8080'] },
    { task: 'workshop', commands: ['docker build --target workshop -t teas:tools .'] },
  ],
  mistakes: [
    {
      id: 'all-the-tools',
      task: 'product',
      commands: ['docker tag teas:1 teas:2'],
      explanation: {
        en: 'The whole of Node.js is still in it. A layer can only be left out by beginning with another base: that is what a second FROM does.',
        'zh-cn': '整个Node.js还在里面。要甩掉一层，只能换一个基础重新开始：第二个FROM做的就是这件事。',
      },
      shown: (world) => hasNode(world, 'teas:2'),
    },
    {
      id: 'from-the-folder',
      task: 'product',
      commands: built([...WORKSHOP, '', 'FROM nginx:alpine', `COPY dist ${PAGES}`]),
      explanation: {
        en: 'Without --from, COPY takes the dist of your folder, and that one is old. The workshop was not even needed, so it was not built.',
        'zh-cn': '不写--from，COPY拿的是你文件夹里的dist，那是旧的。作坊根本没人用到，所以也就没有构建。',
      },
      shown: (world) => inImage(world, 'teas:2', `${PAGES}/index.html`) === STALE,
    },
    {
      id: 'the-whole-workshop',
      task: 'product',
      commands: built([...STAGES.slice(0, -1), `COPY --from=workshop /app ${PAGES}`]),
      explanation: {
        en: 'Everything in /app came along, the program and the data too, and nginx shows it to whoever asks. Only dist is the product.',
        'zh-cn': '/app里的东西全都带来了，连程序和数据也在内，谁来要nginx就给谁看。成品只有dist。',
      },
      shown: (world) => leftOver(world).length > 0 && !hasNode(world, 'teas:2'),
    },
    {
      id: 'the-end-again',
      task: 'workshop',
      commands: [...built(STAGES), 'docker build -t teas:tools .'],
      explanation: {
        en: 'Without --target, the build goes on to the last stage: this is teas:2 under a second name.',
        'zh-cn': '不写--target，构建会一直走到最后一个阶段：这就是teas:2的另一个名字。',
      },
      shown: (world) => {
        const [tools, two] = [imageNamed(world, 'teas:tools'), imageNamed(world, 'teas:2')];
        return tools !== undefined && tools.id === two?.id;
      },
    },
  ],
});
