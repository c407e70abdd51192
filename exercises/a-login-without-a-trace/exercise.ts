import { LEARNER_TOKEN } from '../../src/engine/world/scenarios.ts';
import { answer, HOME, says } from '../../src/lab/answers.ts';
import type { Check } from '../../src/lab/check.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const INDEX = 'https://index.docker.io/v1/';

/** The user that is logged in to Docker Hub; undefined where none is. */
function loggedIn(world: Inspection): string | undefined {
  try {
    const { auths } = JSON.parse(world.file(`${HOME}/.docker/config.json`) ?? '{}') as {
      auths?: Record<string, { auth?: string }>;
    };
    const auth = auths?.[INDEX]?.auth;
    return auth === undefined ? undefined : atob(auth).split(':')[0];
  } catch {
    return undefined;
  }
}

const history = (world: Inspection) => (world.file(`${HOME}/.bash_history`) ?? '').split('\n');

const token = (world: Inspection) => world.file(`${HOME}/token`)?.trim() || undefined;

/** Lines of the history that hand a password to docker login as an argument, where `ps` and the history show it. */
const asArgument = (world: Inspection) =>
  history(world).filter((line) => /docker\s+login\b.*\s(-p|--password)([ =]|$|(?!-stdin)[^\s-])/.test(line));

const withToken = (world: Inspection) => {
  const secret = token(world);
  return secret === undefined ? [] : history(world).filter((line) => line.includes(secret));
};

const isIn: Check = (world) => {
  const user = loggedIn(world);
  return {
    passed: user === 'learner',
    expected: {
      en: 'credentials of learner for Docker Hub in ~/.docker/config.json',
      'zh-cn': '~/.docker/config.json里有learner在Docker Hub的凭据',
    },
    found:
      user === undefined
        ? { en: 'nobody is logged in to Docker Hub', 'zh-cn': '没有人登录Docker Hub' }
        : { en: `${user} is logged in`, 'zh-cn': `${user}已登录` },
    look: 'cat ~/.docker/config.json',
  };
};

const noTrace: Check = (world) => {
  const lines = new Set([...asArgument(world), ...withToken(world)]);
  return {
    passed: lines.size === 0,
    expected: {
      en: 'no line of the history with the token, or with a password as an argument',
      'zh-cn': '命令历史里没有令牌，也没有哪一行把密码当参数',
    },
    found:
      lines.size === 0
        ? { en: 'none', 'zh-cn': '没有' }
        : { en: `${lines.size} such lines`, 'zh-cn': `有${lines.size}行` },
    look: 'cat ~/.bash_history',
  };
};

export default defineExercise({
  id: 'a-login-without-a-trace',
  title: { en: 'A login without a trace', 'zh-cn': '登录不留痕迹' },
  intro: {
    en: 'You are learner on Docker Hub. An access token of yours is in the file token, which only you can read. On this machine the shell writes down each command at once, in ~/.bash_history.',
    'zh-cn':
      '你在Docker Hub上的用户名是learner。你的访问令牌在文件token里，只有你能读。在这台机器上，shell会把每条命令立刻记进~/.bash_history。',
  },
  setup: [
    `printf '${LEARNER_TOKEN}\\n' > ${HOME}/token; chmod 600 ${HOME}/token`,
    `echo "PROMPT_COMMAND='history -a'" | sudo tee /etc/profile.d/history.sh`,
  ],
  tasks: [
    {
      id: 'login',
      goal: {
        en: 'Log in to Docker Hub with the token, so that it is neither in the history nor in the arguments of a process.',
        'zh-cn': '用这个令牌登录Docker Hub，不让它出现在命令历史里，也不出现在进程的参数里。',
      },
      hints: [
        {
          en: 'What a program is told as an argument, everyone on the machine can read with ps.',
          'zh-cn': '写成参数的东西，机器上谁都能用ps看到。',
        },
        {
          en: 'docker login reads the password from its standard input with --password-stdin; < sends a file there.',
          'zh-cn': '带上--password-stdin，docker login会从标准输入读密码；用<可以把文件送进去。',
        },
      ],
      checks: [isIn, noTrace],
    },
    {
      id: 'who',
      goal: {
        en: 'What docker has written down is not encrypted. Take out of ~/.docker/config.json what it says of you, without the token, and write it to the file who.',
        'zh-cn':
          'docker记下的东西并没有加密。从~/.docker/config.json里取出你的用户名（不要带上令牌），写进文件who。',
      },
      hints: [
        {
          en: 'base64 is a way of writing, no encryption.',
          'zh-cn': 'base64只是一种写法，不是加密。',
        },
        {
          en: 'jq takes a value out of JSON, base64 -d reads it, and cut -d: -f1 keeps what stands before the colon.',
          'zh-cn': 'jq从JSON里取值，base64 -d把它读出来，cut -d: -f1留下冒号前面的部分。',
        },
      ],
      checks: [
        says(
          'who',
          loggedIn,
          {
            en: 'the file who says the user name that stands in ~/.docker/config.json',
            'zh-cn': '文件who写着~/.docker/config.json里的用户名',
          },
          "jq -r '.auths[].auth' ~/.docker/config.json",
        ),
      ],
    },
  ],
  solution: [
    { task: 'login', commands: ['docker login -u learner --password-stdin < token'] },
    {
      task: 'who',
      commands: ["jq -r '.auths[].auth' .docker/config.json | base64 -d | cut -d: -f1 > who"],
    },
  ],
  mistakes: [
    {
      id: 'as-an-argument',
      task: 'login',
      commands: ['docker login -u learner -p "$(cat token)"'],
      explanation: {
        en: 'The shell puts the token into the arguments of docker: while it runs, ps shows it to everyone. Docker warns of that. Take the line out of ~/.bash_history, or start afresh, and use --password-stdin.',
        'zh-cn':
          'shell会把令牌放进docker的参数：它运行时，ps会把令牌显示给所有人。Docker也警告过。从~/.bash_history里删掉这一行，或者重新开始，然后用--password-stdin。',
      },
      shown: (world) => asArgument(world).length > 0,
    },
    {
      id: 'echoed',
      task: 'login',
      commands: [`echo ${LEARNER_TOKEN} | docker login -u learner --password-stdin`],
      explanation: {
        en: 'The token itself is in the history now. Let a file or a program hand it over: < token.',
        'zh-cn': '这样令牌本身就进了命令历史。让文件或程序来传：< token。',
      },
      shown: (world) => withToken(world).length > 0,
    },
    {
      id: 'the-token-too',
      task: 'who',
      commands: [
        'docker login -u learner --password-stdin < token',
        "jq -r '.auths[].auth' .docker/config.json | base64 -d > who",
      ],
      explanation: {
        en: 'That is the name and the token: now it is in one file more. Keep what stands before the colon.',
        'zh-cn': '这是用户名加上令牌：现在又多一个文件里有令牌了。只留冒号前面的部分。',
      },
      shown: (world) => {
        const secret = token(world);
        return secret !== undefined && (answer(world, 'who') ?? '').includes(secret);
      },
    },
  ],
});
