import type { ContainerModel } from '../../src/engine/daemon/model.ts';
import type { Check } from '../../src/lab/check.ts';
import { environment, published, repository, running, stateOf } from '../../src/lab/docker-checks.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const fromUbuntu = (container: ContainerModel) => repository(container) === 'ubuntu';
const interactive = (container: ContainerModel) => container.tty && container.openStdin;

/** Where the trace of a shell from ubuntu leads: what has been removed, and what is still there. */
const shellWasThere: Check = (world) => {
  const past = world.removed().filter(fromUbuntu);
  const [present] = world.containers().filter(fromUbuntu);
  const state = present && stateOf(present);
  return {
    passed: past.some((container) => interactive(container) && container.autoRemove),
    expected: {
      en: 'a container from ubuntu had a terminal and open input, and was removed by Docker when it ended',
      'zh-cn': '有一个来自ubuntu的容器，带终端、输入保持打开，结束时由Docker删除',
    },
    found: past.some(interactive)
      ? {
          en: 'an interactive container that was there and is removed',
          'zh-cn': '有过一个交互式容器，已被删除',
        }
      : past.length > 0
        ? {
            en: 'a removed container that had no terminal or no open input',
            'zh-cn': '一个已删除的容器，它没有终端，或者输入没有打开',
          }
        : state
          ? {
              en: `a container from ubuntu that is still there, ${state.en}`,
              'zh-cn': `一个来自ubuntu的容器还在，${state['zh-cn']}`,
            }
          : { en: 'no container from ubuntu, now or before', 'zh-cn': '现在和以前都没有来自ubuntu的容器' },
    look: 'docker ps -a',
  };
};

const nothingLeft: Check = (world) => {
  const left = world.containers().filter(fromUbuntu);
  const each = left.map((container) => ({ name: container.name, state: stateOf(container) }));
  return {
    passed: left.length === 0 && world.removed().some(fromUbuntu),
    expected: { en: 'no container from ubuntu is left', 'zh-cn': '没有留下来自ubuntu的容器' },
    found:
      left.length > 0
        ? {
            en: each.map(({ name, state }) => `${name}, ${state.en}`).join('; '),
            'zh-cn': each.map(({ name, state }) => `${name}，${state['zh-cn']}`).join('；'),
          }
        : world.removed().some(fromUbuntu)
          ? { en: 'none', 'zh-cn': '没有' }
          : { en: 'none, and none has been there', 'zh-cn': '没有，也从未有过' },
    look: 'docker ps -a',
  };
};

const nameBehindImage = (world: Inspection) =>
  world.containers().some((container) => container.command.includes('--name'));

export default defineExercise({
  id: 'web-in-the-background',
  title: {
    en: 'A web server, a shell, and a word in its place',
    'zh-cn': '一个服务器、一个shell，和一个归位的词',
  },
  intro: {
    en: 'The machine is fresh: no containers, no images.',
    'zh-cn': '这是一台全新的机器：没有容器，也没有镜像。',
  },
  setup: ["echo 'docker run -d -e CITY=Turku LANGUAGE=fi --name place alpine sleep 1000' > line.sh"],
  tasks: [
    {
      id: 'server',
      goal: {
        en: 'Run nginx in the background as a container named web, so that http://localhost:8080 on the machine shows its page.',
        'zh-cn': '在后台运行nginx，容器名为web，并让本机的http://localhost:8080显示它的页面。',
      },
      hints: [
        {
          en: 'Three options are needed, and all three belong to Docker. Where do options for Docker stand?',
          'zh-cn': '需要三个选项，三个都是给Docker的。给Docker的选项应该放在哪里？',
        },
        {
          en: 'One option sends it to the background, one names it, one joins two ports: the machine’s port first, the container’s behind the colon. nginx listens on port 80. The image comes last.',
          'zh-cn':
            '一个选项让它到后台去，一个给它起名，一个把两个端口连起来：冒号前是本机端口，冒号后是容器端口。nginx监听80端口。镜像放在最后。',
        },
      ],
      checks: [running('web', 'nginx'), published('web', '8080', '80')],
    },
    {
      id: 'shell',
      goal: {
        en: 'Open an interactive bash in a container from ubuntu:24.04, look around, and leave it so that no trace of the container remains.',
        'zh-cn': '用ubuntu:24.04打开一个交互式的bash，四处看看，然后离开，不留下容器的任何痕迹。',
      },
      hints: [
        {
          en: 'A shell needs two things from Docker: input that stays open, and a terminal. A third option takes care of what is left afterwards.',
          'zh-cn': 'shell需要Docker给它两样东西：保持打开的输入，和一个终端。还有一个选项负责事后清理。',
        },
        {
          en: 'The option that removes a container when it ends is given when it is created, not when it is left. To leave a shell, end it.',
          'zh-cn': '“结束时删除容器”的选项要在创建时给出，而不是离开时。要离开shell，就结束它。',
        },
      ],
      checks: [shellWasThere, nothingLeft],
    },
    {
      id: 'mend',
      goal: {
        en: 'The line in line.sh has a fault. Mend it, and run it, so that a container named place runs from alpine with CITY=Turku and LANGUAGE=fi in its environment.',
        'zh-cn':
          'line.sh里的那一行有一个错误。改好并运行它，让名为place的容器用alpine运行起来，环境里有CITY=Turku和LANGUAGE=fi。',
      },
      hints: [
        {
          en: 'Run the file as it is with sh, and read which word Docker takes for the image.',
          'zh-cn': '先用sh原样运行这个文件，读一读Docker把哪个词当成了镜像。',
        },
        {
          en: 'Each variable takes an option letter of its own. Once that is there, every word finds its place.',
          'zh-cn': '每个变量都要有自己的选项字母。补上之后，每个词就各归其位了。',
        },
      ],
      checks: [running('place', 'alpine'), environment('place', ['CITY=Turku', 'LANGUAGE=fi'])],
    },
  ],
  solution: [
    { task: 'server', commands: ['docker run -d --name web -p 8080:80 nginx'] },
    { task: 'shell', commands: ['docker run -it --rm ubuntu:24.04 bash', 'cat /etc/os-release', 'exit'] },
    { task: 'mend', commands: ["sed -i 's/LANGUAGE/-e LANGUAGE/' line.sh", 'sh line.sh'] },
  ],
  mistakes: [
    {
      id: 'name-behind-the-image',
      task: 'server',
      commands: ['docker run -d -p 8080:80 nginx --name web'],
      explanation: {
        en: 'A container was told to run a program called --name. Everything behind the image is the command for the container, so Docker never saw the name. Remove that container, and move --name in front of nginx.',
        'zh-cn':
          '有一个容器被要求运行名叫--name的程序。镜像后面的一切都是给容器的命令，Docker并没有看到这个名字。请删除那个容器，再把--name移到nginx前面。',
      },
      shown: nameBehindImage,
    },
    {
      id: 'shell-in-the-background',
      task: 'shell',
      commands: ['docker run -d ubuntu:24.04 bash'],
      explanation: {
        en: 'A shell was started in the background without input. It found nothing to read and ended at once with status 0. A shell for you to type into needs its input kept open and a terminal, and no -d.',
        'zh-cn':
          'shell在后台启动，却没有输入。它没有东西可读，立刻以状态0结束。要让你能在里面打字，shell需要保持打开的输入和一个终端，而且不能加-d。',
      },
      shown: (world) =>
        world
          .containers()
          .some(
            (container) => fromUbuntu(container) && !interactive(container) && container.status === 'exited',
          ),
    },
  ],
});
