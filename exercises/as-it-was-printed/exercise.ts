import type { Check } from '../../src/lab/check.ts';
import { listening, published, running } from '../../src/lab/docker-checks.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import { imageNamed, named } from '../../src/lab/image-checks.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const IMAGE = 'guestbook:latest';
const FOLDER = '/home/learner/guestbook';

const config = (world: Inspection) => imageNamed(world, IMAGE)?.config.config;

const noImage = { en: 'no image named guestbook', 'zh-cn': '没有名为guestbook的镜像' };

/** A setting of the image is exactly that. */
const setting =
  (name: 'WorkingDir' | 'Cmd' | 'Entrypoint', wanted: unknown): Check =>
  (world) => {
    const found = JSON.stringify(config(world)?.[name] ?? null);
    return {
      passed: found === JSON.stringify(wanted),
      expected: {
        en: `${name} of the image is ${JSON.stringify(wanted)}`,
        'zh-cn': `镜像的${name}是${JSON.stringify(wanted)}`,
      },
      found: imageNamed(world, IMAGE) ? { en: found, 'zh-cn': found } : noImage,
      look: `docker inspect -f '{{json .Config.${name}}}' guestbook`,
    };
  };

const APP = [
  'from flask import Flask',
  '',
  'app = Flask(__name__)',
  '',
  '',
  '@app.route("/")',
  'def page():',
  '    return "Nobody has written anything yet.\\n"',
  '',
  '',
  'app.run(host="0.0.0.0", port=5000)',
];

const PRINTED = [
  'FROM python:2.7    # the official image of Python 2.7',
  'MAINTAINER Ada    # the author of this file',
  'COPY . /app    # everything here goes to /app',
  'WORKDIR /app    # the steps below work there',
  'RUN pip install -r requirements.txt    # install what the app needs',
  'EXPOSE 5000    # the port of the app',
  'ENTRYPOINT ["python"]',
  'CMD ["app.py"]    # the argument of python',
];

const MENDED = [
  '# the official image of Python',
  'FROM python:3.13-slim',
  'LABEL org.opencontainers.image.authors="Ada"',
  '# everything here goes to /app',
  'COPY . /app',
  '# the steps below work there',
  'WORKDIR /app',
  '# install what the app needs',
  'RUN pip install -r requirements.txt',
  '# the port of the app',
  'EXPOSE 5000',
  'ENTRYPOINT ["python"]',
  '# the argument of python',
  'CMD ["app.py"]',
];

const file = (name: string, lines: readonly string[]) =>
  [`cat > ${FOLDER}/${name} <<'END'`, ...lines, 'END'].join('\n');

const built = (lines: readonly string[]) => [
  file('Dockerfile', lines),
  `docker build -t guestbook ${FOLDER}`,
  'docker run -d --name guestbook -p 5000:5000 guestbook',
];

const otherwise = (line: string, instead: string | undefined) =>
  built(MENDED.flatMap((one) => (one === line ? (instead === undefined ? [] : [instead]) : [one])));

export default defineExercise({
  id: 'as-it-was-printed',
  title: { en: 'As it was printed', 'zh-cn': '原样照抄' },
  intro: {
    en: 'In ~/guestbook lie an application in Flask, what it needs, and a Dockerfile with a comment behind almost every line.',
    'zh-cn': '~/guestbook里有一个Flask应用、它的依赖清单，以及一份几乎每行后面都带着注释的Dockerfile。',
  },
  setup: [
    `mkdir -p ${FOLDER}; echo flask > ${FOLDER}/requirements.txt`,
    file('app.py', APP),
    file('Dockerfile', PRINTED),
    'docker pull -q python:3.13-slim',
  ],
  tasks: [
    {
      id: 'image',
      goal: {
        en: 'Mend the Dockerfile and build the image `guestbook`: it works in `/app`, and starts `python` with the word `app.py`. Keep what the comments say.',
        'zh-cn':
          '修好Dockerfile，构建镜像`guestbook`：工作目录是`/app`，启动的是`python`，参数是`app.py`。注释里的说明要保留。',
      },
      hints: [
        {
          en: 'Build, read the last line, mend that one thing, build again. A comment may stand on a line of its own.',
          'zh-cn': '构建，读最后一行，改掉那一处，再构建。注释可以单独占一行。',
        },
        {
          en: 'One comment raises no error of its own. When pip does not find a file that you see, ask in which directory it looks.',
          'zh-cn':
            '有一条注释自己不会引起报错。要是pip找不到一个明明在那里的文件，就问问它是在哪个目录里找的。',
        },
      ],
      checks: [
        named(IMAGE),
        setting('WorkingDir', '/app'),
        setting('Entrypoint', ['python']),
        setting('Cmd', ['app.py']),
      ],
    },
    {
      id: 'answers',
      goal: {
        en: 'Run a container `guestbook` from it that answers on port 5000 of the machine.',
        'zh-cn': '从它运行一个容器`guestbook`，在本机的5000端口上有回应。',
      },
      hints: [
        {
          en: 'EXPOSE in the image opens nothing. Who opens the port?',
          'zh-cn': '镜像里的EXPOSE什么也不打开。端口由谁来打开？',
        },
        {
          en: 'If the container has ended, docker logs guestbook says what Python was told to run.',
          'zh-cn': '要是容器已经结束，docker logs guestbook会说明Python被叫去运行什么。',
        },
      ],
      checks: [
        running('guestbook', 'guestbook'),
        published('guestbook', '5000', '5000'),
        listening('guestbook', 5000),
      ],
    },
  ],
  solution: [
    { task: 'image', commands: built(MENDED).slice(0, 2) },
    { task: 'answers', commands: [...built(MENDED).slice(2), 'sleep 2'] },
  ],
  mistakes: [
    {
      id: 'a-directory-with-a-comment',
      task: 'image',
      commands: built(
        MENDED.filter((line) => !line.startsWith('RUN')).map((line) =>
          line === 'WORKDIR /app' ? (PRINTED[3] as string) : line,
        ),
      ),
      explanation: {
        en: 'The comment behind WORKDIR has become part of the directory’s name. Nothing complains about it; pip and Python only find nothing there.',
        'zh-cn': 'WORKDIR后面的注释成了目录名的一部分。没有谁会抱怨，只是pip和Python在那里什么也找不到。',
      },
      shown: (world) => config(world)?.WorkingDir?.includes('#') ?? false,
    },
    {
      id: 'a-list-with-a-comment',
      task: 'image',
      commands: otherwise('CMD ["app.py"]', PRINTED[7]),
      explanation: {
        en: 'With a comment behind it, the list of CMD is no list any more: Docker gives the whole line to a shell, and Python gets /bin/sh as its program.',
        'zh-cn':
          'CMD的列表后面有了注释，就不再是列表：Docker把整行交给shell，Python得到的程序就成了/bin/sh。',
      },
      shown: (world) => config(world)?.Cmd?.[0] === '/bin/sh',
    },
    {
      id: 'the-line-is-gone',
      task: 'image',
      commands: otherwise('WORKDIR /app', undefined).map((command) =>
        command.replace('install -r requirements', 'install -r /app/requirements'),
      ),
      explanation: {
        en: 'WORKDIR has gone together with its comment, and the container starts in /. It is the comment that has to move.',
        'zh-cn': 'WORKDIR连同它的注释一起没了，容器于是从/开始。该挪走的只是注释。',
      },
      shown: (world) => config(world) !== undefined && !config(world)?.WorkingDir?.startsWith('/app'),
    },
  ],
});
