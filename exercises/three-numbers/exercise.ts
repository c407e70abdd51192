import type { Check } from '../../src/lab/check.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const HOME = '/home/learner';

const deepest = (world: Inspection) =>
  world.processes().find(({ comm, pids }) => comm === 'sleep' && pids.length === 3);

const answer = (world: Inspection) =>
  world
    .file(`${HOME}/numbers`)
    ?.trim()
    .split(/[\s,]+/);

const numbersRead: Check = (world) => {
  const written = answer(world);
  return {
    passed: written !== undefined && written.join() === deepest(world)?.pids.join(),
    expected: {
      en: 'the file numbers holds the three numbers of the sleeper in matryoshka, from the machine’s inwards',
      'zh-cn': '文件numbers里写着matryoshka中那个睡眠进程的三个编号，从机器上的开始，逐层向内',
    },
    found: written
      ? { en: `numbers holds ${written.join(' ')}`, 'zh-cn': `numbers里写着${written.join(' ')}` }
      : { en: 'no file numbers', 'zh-cn': '没有文件numbers' },
    look: 'grep NSpid /proc/*/status',
  };
};

/** The dead children that nobody has asked for, in the container of a name. */
function zombies(world: Inspection, name: string): number {
  const pid = world.container(name)?.pid;
  const first = world.processes().find((process) => process.pid === pid);
  const namespace = first?.namespaces.find(({ kind }) => kind === 'pid')?.inode;
  return world
    .processes()
    .filter(({ state, namespaces }) => state === 'Z' && namespaces.some(({ inode }) => inode === namespace))
    .length;
}

const noZombies: Check = (world) => {
  const container = world.container('worker');
  const left = zombies(world, 'worker');
  const same = container?.command.join(' ').includes('/srv/work') ?? false;
  return {
    passed: container?.status === 'running' && same && left === 0,
    expected: {
      en: 'a running container worker, with the same program, and no zombies in it',
      'zh-cn': '一个正在运行的容器worker，程序不变，里面没有僵尸进程',
    },
    found:
      container?.status !== 'running'
        ? { en: 'no running container worker', 'zh-cn': '没有正在运行的容器worker' }
        : same
          ? { en: `worker has ${left} zombies`, 'zh-cn': `worker里有${left}个僵尸进程` }
          : { en: 'worker runs something else', 'zh-cn': 'worker运行的是别的程序' },
    look: 'docker top worker',
  };
};

export default defineExercise({
  id: 'three-numbers',
  title: { en: 'Three numbers, no zombies', 'zh-cn': '三个编号，没有僵尸' },
  intro: {
    en: 'In the container matryoshka, a process sleeps in a PID namespace of its own. The container worker runs a program that leaves its dead children behind; it was started by the line in the file worker.sh.',
    'zh-cn':
      '在容器matryoshka里，有一个进程睡在自己的PID命名空间里。容器worker运行的程序丢下死去的子进程不管；它是用文件worker.sh里的那一行启动的。',
  },
  setup: [
    'docker run -d --name matryoshka --privileged alpine unshare -pf sleep 1d',
    "sudo mkdir -p /srv/jobs && printf 'while sleep 1; do (sleep 0.1 &); [ -e /srv/jobs/enough ] || n=$((n+1)); [ $n -lt 5 ] || break; done\\nexec sleep 1d\\n' | sudo tee /srv/jobs/work >/dev/null",
    "echo 'docker run -d --name worker -v /srv/jobs:/srv alpine sh /srv/work' > worker.sh; sh worker.sh; sleep 8",
  ],
  tasks: [
    {
      id: 'numbers',
      goal: {
        en: 'Write the three numbers of the sleeping process in matryoshka into the file numbers in your home directory, from the machine’s inwards.',
        'zh-cn':
          '把matryoshka里那个睡眠进程的三个编号写进你主目录下的文件numbers，从机器上的开始，逐层向内。',
      },
      hints: [
        {
          en: 'Each namespace around the process knows it by another number, and one file on the machine lists them all.',
          'zh-cn': '进程外面的每一层命名空间都用不同的编号称呼它；机器上有一个文件把它们全列出来。',
        },
        {
          en: 'The line NSpid in /proc/PID/status. Mind which sleep you look at: only one has three numbers.',
          'zh-cn': '/proc/PID/status里的NSpid那一行。注意看的是哪个sleep：只有一个有三个编号。',
        },
      ],
      checks: [numbersRead],
    },
    {
      id: 'zombies',
      goal: {
        en: 'Let worker run the same program without leaving zombies. You may replace the container.',
        'zh-cn': '让worker运行同样的程序而不留下僵尸进程。可以换掉这个容器。',
      },
      hints: [
        {
          en: 'The orphans go to number 1, and number 1 does not ask for them. Who could be number 1 instead?',
          'zh-cn': '孤儿都交给了1号，而1号不过问它们。可以换谁来当1号？',
        },
        {
          en: 'docker run has an option that puts a tiny init in front of the program. The line to change is in worker.sh; the old container must go first, since the name is taken.',
          'zh-cn':
            'docker run有一个选项，会在程序前面放一个小小的init。要改的那一行在worker.sh里；名字已被占用，所以要先删掉旧容器。',
        },
      ],
      checks: [noZombies],
    },
  ],
  solution: [
    {
      task: 'numbers',
      commands: ["awk '/NSpid/ && NF == 4 { print $2, $3, $4 }' /proc/[0-9]*/status > numbers"],
    },
    {
      task: 'zombies',
      commands: ['docker rm -f worker', "sed -i 's/-d/-d --init/' worker.sh", 'sh worker.sh', 'sleep 8'],
    },
  ],
  mistakes: [
    {
      id: 'two-numbers',
      task: 'numbers',
      commands: [
        "docker exec matryoshka sh -c 'grep NSpid /proc/$(pgrep -x sleep)/status' | cut -f 2- > numbers",
      ],
      explanation: {
        en: 'Seen from inside the container there are only two numbers: what is further out is not visible from there. Look from the machine.',
        'zh-cn': '从容器里面看，只有两个编号：更外面的一层从那里是看不到的。请从机器上看。',
      },
      shown: (world) => answer(world)?.length === 2,
    },
    {
      id: 'another-program',
      task: 'zombies',
      commands: ['docker rm -f worker', 'docker run -d --name worker alpine sleep 1d'],
      explanation: {
        en: 'There are no zombies now because there is no work: worker runs another program. Keep the program, and give it another number 1.',
        'zh-cn': '现在没有僵尸，是因为没有活干：worker运行的是另一个程序。程序不要换，换掉1号。',
      },
      shown: (world) => {
        const container = world.container('worker');
        return container?.status === 'running' && !container.command.join(' ').includes('/srv/work');
      },
    },
  ],
});
