import type { Check } from '../../src/lab/check.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const HOME = '/home/learner';
const answer = (world: Inspection, name: string) => world.file(`${HOME}/${name}`)?.trim();

const pidFound: Check = (world) => {
  const pid = world.container('hermit')?.pid;
  const written = answer(world, 'pid');
  return {
    passed: pid !== undefined && written === String(pid),
    expected: {
      en: 'the file pid holds the number that the machine gave to the first process of hermit',
      'zh-cn': '文件pid里写着机器给hermit第一个进程的编号',
    },
    found:
      written === undefined
        ? { en: 'no file pid in your home directory', 'zh-cn': '你的主目录里没有文件pid' }
        : { en: `pid holds “${written}”`, 'zh-cn': `pid里写着“${written}”` },
    look: 'ps -e -o pid,ppid,args',
  };
};

const letterRead: Check = (world) => {
  const written = answer(world, 'letter');
  const hermit = world.container('hermit');
  const letter = hermit && world.file(`${hermit.upperDirectory}/root/letter`)?.trim();
  return {
    passed: letter !== undefined && written === letter,
    expected: {
      en: 'the file letter in your home directory has the words of /root/letter of hermit',
      'zh-cn': '你的主目录里有文件letter，内容与hermit的/root/letter一样',
    },
    found:
      written === undefined
        ? { en: 'no file letter', 'zh-cn': '没有文件letter' }
        : { en: `letter holds “${written}”`, 'zh-cn': `letter里写着“${written}”` },
    look: 'ls -l ~',
  };
};

/** Who has asked the web server for a page: the addresses in its log. */
function visitors(world: Inspection): string[] {
  const web = world.container('web');
  if (!web) return [];
  const lines = world.logs(web).split('\n');
  return [...new Set(lines.flatMap((line) => /^([\d.]+) \S+ \S+ \[.*"GET /.exec(line)?.[1] ?? []))];
}

/** The machine itself is known to containers by the address of the bridge. */
const MACHINE = '172.17.0.1';

const neighbourCalled: Check = (world) => {
  const all = visitors(world);
  return {
    passed: all.some((address) => address !== MACHINE),
    expected: {
      en: 'web has been asked for a page by another container',
      'zh-cn': '另一个容器向web请求过页面',
    },
    found:
      all.length === 0
        ? { en: 'nobody has asked web for anything', 'zh-cn': '还没有谁向web请求过' }
        : {
            en: `web has been asked by ${all.join(', ')}; ${MACHINE} is the machine itself`,
            'zh-cn': `向web请求过的有${all.join('、')}；其中${MACHINE}是机器自己`,
          },
    look: 'docker logs web',
  };
};

export default defineExercise({
  id: 'find-the-process',
  title: { en: 'Find the process', 'zh-cn': '找到那个进程' },
  intro: {
    en: 'Two containers run on this machine: hermit, which sleeps, and web, a web server. You are outside.',
    'zh-cn': '这台机器上运行着两个容器：hermit在睡觉，web是一个网页服务器。你在它们外面。',
  },
  setup: [
    `docker run -d --name hermit alpine sh -c 'echo "Nobody reads this, $(hostname)." > /root/letter; exec sleep 1d'`,
    'docker run -d --name web nginx',
  ],
  tasks: [
    {
      id: 'pid',
      goal: {
        en: 'Write the process ID that hermit’s first process has on this machine into the file pid in your home directory.',
        'zh-cn': '把hermit的第一个进程在这台机器上的进程ID，写进你主目录下的文件pid。',
      },
      hints: [
        {
          en: 'The process is in the machine’s own list, and it has two numbers. Which of them would the machine use?',
          'zh-cn': '这个进程就在机器自己的列表里，它有两个编号。机器用的是哪一个？',
        },
        {
          en: 'ps on the machine shows it; docker inspect knows it as well, in the field State.Pid. A redirection with > writes what a command prints into a file.',
          'zh-cn':
            '在机器上用ps能看到它；docker inspect也知道，在State.Pid字段里。用>重定向，可以把命令的输出写进文件。',
        },
      ],
      checks: [pidFound],
    },
    {
      id: 'letter',
      goal: {
        en: 'In hermit lies a file /root/letter. Bring its words into the file letter in your home directory. Try to do it without entering the container.',
        'zh-cn': 'hermit里有一个文件/root/letter。把它的内容放进你主目录下的文件letter。试着不进入容器来做。',
      },
      hints: [
        {
          en: 'What hermit sees as / is somewhere on this machine too. Which directory under /proc leads there?',
          'zh-cn': 'hermit看到的/，在这台机器上也有它的位置。/proc下的哪个目录通向那里？',
        },
        {
          en: '/proc/PID/root is the root directory of the process with that number. It belongs to root, so sudo is needed to look.',
          'zh-cn': '/proc/PID/root就是那个编号的进程的根目录。它属于root，所以查看时需要sudo。',
        },
      ],
      checks: [letterRead],
    },
    {
      id: 'neighbour',
      goal: {
        en: 'Show that containers are no sealed boxes: let a new container fetch the page of web, with no port published.',
        'zh-cn': '证明容器不是密封的盒子：不发布任何端口，让一个新容器取到web的页面。',
      },
      hints: [
        {
          en: 'Both are on the same bridge. What a neighbour needs to know is an address, and names are not known there.',
          'zh-cn': '两个容器在同一个网桥上。邻居需要知道的是地址；在那里，名字是没有人认识的。',
        },
        {
          en: 'docker inspect shows the address of web, under NetworkSettings. Run wget with it, in a container from alpine.',
          'zh-cn': 'docker inspect会显示web的地址，在NetworkSettings下面。在一个alpine容器里，用wget访问它。',
        },
      ],
      checks: [neighbourCalled],
    },
  ],
  solution: [
    { task: 'pid', commands: ["docker inspect -f '{{.State.Pid}}' hermit > pid"] },
    { task: 'letter', commands: ['sudo cat /proc/$(cat pid)/root/root/letter > letter'] },
    {
      task: 'neighbour',
      commands: [
        "IP=$(docker inspect -f '{{.NetworkSettings.Networks.bridge.IPAddress}}' web)",
        'docker run --rm alpine wget -qO- http://$IP',
      ],
    },
  ],
  mistakes: [
    {
      id: 'number-inside',
      task: 'pid',
      commands: ['docker exec hermit pgrep sleep > pid'],
      explanation: {
        en: 'That is the number by which the process knows itself, in the container’s own PID namespace. On the machine, 1 is another process: the one that started all the others. Look from outside.',
        'zh-cn':
          '这是进程在容器自己的PID命名空间里的编号。在机器上，1号是另一个进程：所有其他进程都由它而来。请从外面看。',
      },
      shown: (world) => answer(world, 'pid') === '1',
    },
    {
      id: 'asked-from-the-machine',
      task: 'neighbour',
      commands: [
        "curl -s http://$(docker inspect -f '{{.NetworkSettings.Networks.bridge.IPAddress}}' web) > page",
      ],
      explanation: {
        en: 'The page came, but it was this machine that asked: it stands on the bridge as well. The claim was about containers. Ask from one.',
        'zh-cn':
          '页面取到了，但请求来自这台机器：它自己也在网桥上。要验证的说法是关于容器的，请从一个容器里请求。',
      },
      shown: (world) => {
        const all = visitors(world);
        return all.length > 0 && all.every((address) => address === MACHINE);
      },
    },
  ],
});
