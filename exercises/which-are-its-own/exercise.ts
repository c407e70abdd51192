import type { Check } from '../../src/lab/check.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import type { Inspection } from '../../src/lab/inspection.ts';
import { namespacesOfItsOwn } from '../../src/lab/process-checks.ts';

const HOME = '/home/learner';

/** The kinds that an answer file names, however they are separated, in order. */
const answer = (world: Inspection, name: string) =>
  world
    .file(`${HOME}/${name}`)
    ?.split(/[\s,]+/)
    .filter(Boolean)
    .toSorted();

/** An answer file names exactly the kinds of namespace that a process has for itself. */
const named =
  (file: string, pidOf: (world: Inspection) => number | undefined): Check =>
  (world) => {
    const pid = pidOf(world);
    const own = pid === undefined ? [] : namespacesOfItsOwn(world, pid).toSorted();
    const written = answer(world, file);
    return {
      passed: written !== undefined && own.length > 0 && written.join() === own.join(),
      expected: {
        en: `${file} names the kinds of namespace that are its own, and no other`,
        'zh-cn': `${file}里写着它自己拥有的各种命名空间，不多也不少`,
      },
      found:
        written === undefined
          ? { en: `no file ${file} in your home directory`, 'zh-cn': `你的主目录里没有文件${file}` }
          : { en: `${file} names ${written.join(', ')}`, 'zh-cn': `${file}里写着${written.join('、')}` },
      look: 'sudo lsns',
    };
  };

const box = (world: Inspection) => world.container('box')?.pid;
const hermit = (world: Inspection) => world.processes().find(({ command }) => command === 'sleep 22222')?.pid;

/** The kinds that each process named `sleep` has for itself, but for those of the setup. */
const raised = (world: Inspection) =>
  world
    .processes()
    .filter(({ pid, comm }) => comm === 'sleep' && pid !== hermit(world) && pid !== box(world))
    .map(({ pid }) => namespacesOfItsOwn(world, pid));

const WANTED = ['ipc', 'net', 'uts'];

const fenceRaised: Check = (world) => {
  const all = raised(world);
  return {
    passed: all.some((own) => own.toSorted().join() === WANTED.join()),
    expected: {
      en: 'a process sleep with its own uts, ipc and net, and all else the machine’s',
      'zh-cn': '一个sleep进程，有自己的uts、ipc和net，其余都与机器共用',
    },
    found:
      all.length === 0
        ? { en: 'no other process sleep', 'zh-cn': '没有别的sleep进程' }
        : {
            en: all.map((own) => `a sleep with its own ${own.join(', ') || '(nothing)'}`).join('; '),
            'zh-cn': all.map((own) => `一个sleep，自己的有${own.join('、') || '（没有）'}`).join('；'),
          },
    look: 'sudo lsns -o TYPE,NPROCS,PID,COMMAND',
  };
};

export default defineExercise({
  id: 'which-are-its-own',
  title: { en: 'Which are its own?', 'zh-cn': '哪些是它自己的？' },
  intro: {
    en: 'The container box is running, and beside it a process, sleep 22222, that somebody fenced off by hand.',
    'zh-cn': '容器box正在运行；旁边还有一个进程sleep 22222，是有人亲手围起来的。',
  },
  setup: [
    'docker run -d --name box alpine sleep 1d',
    'sudo unshare --uts --mount setsid sleep 22222 >/dev/null 2>&1 &',
  ],
  tasks: [
    {
      id: 'container',
      goal: {
        en: 'Write the kinds of namespace that box has for itself into the file box in your home directory, as ls /proc/PID/ns calls them, separated by blanks.',
        'zh-cn':
          '把box自己拥有的命名空间种类写进你主目录下的文件box，用ls /proc/PID/ns里的叫法，以空格分隔。',
      },
      hints: [
        {
          en: 'Two processes are in the same namespace if they show the same number. Which process would you compare it with?',
          'zh-cn': '两个进程显示的编号相同，就在同一个命名空间里。你会拿它和哪个进程比？',
        },
        {
          en: 'The links under /proc/PID/ns of the container’s process, read with sudo, against those under /proc/self/ns. The lines ending in _for_children are no kinds of their own.',
          'zh-cn':
            '用sudo读容器进程的/proc/PID/ns下的链接，与/proc/self/ns下的比较。以_for_children结尾的不算单独的种类。',
        },
      ],
      checks: [named('box', box)],
    },
    {
      id: 'by-hand',
      goal: {
        en: 'Do the same for the process sleep 22222, in the file hermit.',
        'zh-cn': '对进程sleep 22222做同样的事，写进文件hermit。',
      },
      hints: [
        {
          en: 'It is no container, so Docker does not know it. Who knows the number of a process by its name?',
          'zh-cn': '它不是容器，Docker不认识它。谁能由名字查到进程的编号？',
        },
        {
          en: 'pgrep -f finds a process by its command line. lsns lists the namespaces too; those with few processes are the ones to look at.',
          'zh-cn': 'pgrep -f按命令行查找进程。lsns也会列出命名空间；进程数很少的那些最值得看。',
        },
      ],
      checks: [named('hermit', hermit)],
    },
    {
      id: 'raise',
      goal: {
        en: 'Raise a fence of your own: a process sleep, for a day, that has its own host name, System V IPC and network, and shares all else with the machine.',
        'zh-cn': '亲手围一个：一个睡一天的sleep进程，有自己的主机名、System V IPC和网络，其余都与机器共用。',
      },
      hints: [
        {
          en: 'unshare has an option for each kind. Which three kinds are wanted?',
          'zh-cn': 'unshare对每一种都有一个选项。这里要的是哪三种？',
        },
        {
          en: 'The new namespaces need the rights of root, and the prompt should come back: end the line with &.',
          'zh-cn': '新建命名空间需要root的权限；另外，提示符应该能回来：在行尾加上&。',
        },
      ],
      checks: [fenceRaised],
    },
  ],
  solution: [
    { task: 'container', commands: ['echo cgroup ipc mnt net pid uts > box'] },
    { task: 'by-hand', commands: ['echo mnt uts > hermit'] },
    { task: 'raise', commands: ['sudo unshare --uts --ipc --net sleep 1d &'] },
  ],
  mistakes: [
    {
      id: 'user-as-well',
      task: 'container',
      commands: ['echo cgroup ipc mnt net pid user uts > box'],
      explanation: {
        en: 'The user namespace is the machine’s: compare the two numbers. Docker gives a container one of its own only if the daemon is set up to, with userns-remap.',
        'zh-cn':
          '用户命名空间是与机器共用的：比一比两边的编号。只有守护进程设置了userns-remap，Docker才会给容器单独的用户命名空间。',
      },
      shown: (world) => answer(world, 'box')?.includes('user') ?? false,
    },
    {
      id: 'one-too-many',
      task: 'raise',
      commands: ['sudo unshare --uts --ipc --net --mount sleep 1d &'],
      explanation: {
        en: 'That process has mounts of its own as well. Each option makes one more namespace; leave out those that nobody asked for.',
        'zh-cn': '这个进程连挂载也有了自己的一份。每个选项都会多建一个命名空间，没有要求的就不要加。',
      },
      shown: (world) =>
        raised(world).some(
          (own) => own.length > WANTED.length && WANTED.every((kind) => own.includes(kind as never)),
        ),
    },
  ],
});
