import type { Check } from '../../src/lab/check.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import type { Inspection } from '../../src/lab/inspection.ts';
import { namespaceOf, namespacesOfItsOwn } from '../../src/lab/process-checks.ts';

const HOME = '/home/learner';

/** `0 1000 1` for each line of a process's map of user IDs. */
const uidMap = (world: Inspection, pid: number) =>
  (world.file(`/proc/${pid}/uid_map`) ?? '')
    .split('\n')
    .filter(Boolean)
    .map((line) => line.trim().split(/\s+/).map(Number));

const guest = (world: Inspection) => world.processes().find(({ command }) => command === 'sleep 33333');

/** Sleepers that the learner has put into a user namespace without the rights of root. */
const own = (world: Inspection) =>
  world.processes().filter(({ pid, comm, uid }) => {
    const theirs = guest(world);
    return (
      comm === 'sleep' &&
      uid === 1000 &&
      namespacesOfItsOwn(world, pid).includes('user') &&
      (theirs === undefined || namespaceOf(world, pid, 'user') !== namespaceOf(world, theirs.pid, 'user'))
    );
  });

const rootOfANetwork: Check = (world) => {
  const all = own(world).map(({ pid }) => ({
    root: uidMap(world, pid).some(([inside, outside]) => inside === 0 && outside === 1000),
    net: namespacesOfItsOwn(world, pid).includes('net'),
    up: world.network(pid)?.interfaces.some(({ kind, up }) => kind === 'loopback' && up) ?? false,
  }));
  const told = all.map(({ root, net, up }) => ({
    en: `a sleep ${root ? 'as root' : 'not as root'}, ${net ? `lo ${up ? 'up' : 'down'} in its own network` : 'in the machine’s network'}`,
    'zh-cn': `一个sleep，${root ? '是root' : '不是root'}，${net ? `自己的网络里lo${up ? '已启用' : '未启用'}` : '在机器的网络里'}`,
  }));
  return {
    passed: all.some(({ root, net, up }) => root && net && up),
    expected: {
      en: 'a sleep that you started, root in a user namespace, with lo up in a network of its own',
      'zh-cn': '一个由你启动的sleep，在用户命名空间里是root，在自己的网络里lo已启用',
    },
    found:
      told.length === 0
        ? {
            en: 'no sleep of yours in a user namespace of its own',
            'zh-cn': '没有哪个你启动的sleep有自己的用户命名空间',
          }
        : { en: told.map(({ en }) => en).join('; '), 'zh-cn': told.map((one) => one['zh-cn']).join('；') },
    look: 'lsns -t user; cat /proc/$(pgrep -n sleep)/uid_map',
  };
};

const answer = (world: Inspection) => world.file(`${HOME}/who`)?.trim();

const unmasked: Check = (world) => {
  const pid = guest(world)?.pid;
  const outside = pid === undefined ? undefined : uidMap(world, pid).find(([inside]) => inside === 0)?.[1];
  const written = answer(world);
  return {
    passed: outside !== undefined && written === String(outside),
    expected: {
      en: 'the file who holds the number that the root of sleep 33333 has on this machine',
      'zh-cn': '文件who里写着sleep 33333的那个root在这台机器上的编号',
    },
    found:
      written === undefined
        ? { en: 'no file who', 'zh-cn': '没有文件who' }
        : { en: `who holds ${written}`, 'zh-cn': `who里写着${written}` },
    look: 'sudo cat /proc/$(pgrep -f "sleep 33333")/uid_map',
  };
};

export default defineExercise({
  id: 'root-that-is-not',
  title: { en: 'Root that is not root', 'zh-cn': '不是root的root' },
  intro: {
    en: 'You are learner, user 1000. Somebody else’s process, sleep 33333, believes that it is root.',
    'zh-cn': '你是learner，用户1000。有一个别人的进程sleep 33333，以为自己是root。',
  },
  setup: ['sudo -u www-data unshare --user --map-root-user sleep 33333 >/dev/null 2>&1 &', 'sleep 1'],
  tasks: [
    {
      id: 'network',
      goal: {
        en: 'Without sudo, start a process that sleeps for a day, as root in a user namespace, with the loopback device up in a network of its own.',
        'zh-cn': '不用sudo，启动一个睡一天的进程：它在用户命名空间里是root，在自己的网络里回环设备已启用。',
      },
      hints: [
        {
          en: 'Two new namespaces, made in one call: the user namespace owns the network.',
          'zh-cn': '一次调用建立两个新的命名空间：网络归那个用户命名空间所有。',
        },
        {
          en: 'unshare with --user, --map-root-user and --net runs a shell; the shell switches lo on and becomes sleep with exec. Mind the & at the end.',
          'zh-cn':
            'unshare带上--user、--map-root-user和--net运行一个shell；shell启用lo，再用exec变成sleep。别忘了行尾的&。',
        },
      ],
      checks: [rootOfANetwork],
    },
    {
      id: 'who',
      goal: {
        en: 'Find out which user the root of sleep 33333 is on this machine, and write the number into the file who in your home directory.',
        'zh-cn': '查出sleep 33333的那个root在这台机器上是哪个用户，把编号写进你主目录下的文件who。',
      },
      hints: [
        {
          en: 'The machine does not care what a process believes. Its own list of processes shows the real user.',
          'zh-cn': '机器不在乎进程怎么想。它自己的进程列表显示真正的用户。',
        },
        {
          en: 'ps -o uid shows it; and so does the second number in the uid_map of the process.',
          'zh-cn': '用ps -o uid能看到；那个进程的uid_map里的第二个数字也是它。',
        },
      ],
      checks: [unmasked],
    },
  ],
  solution: [
    {
      task: 'network',
      commands: ["unshare --user --map-root-user --net sh -c 'ip link set lo up; exec sleep 1d' &"],
    },
    { task: 'who', commands: ['ps -o uid= -p $(pgrep -f "^sleep 33333") > who'] },
  ],
  mistakes: [
    {
      id: 'no-user-namespace',
      task: 'network',
      commands: ["sudo unshare --net sh -c 'ip link set lo up; exec sleep 1d' &"],
      explanation: {
        en: 'That works because sudo made you root of the machine. The task is to do without: a user namespace gives you the right to a network of its own.',
        'zh-cn':
          '这样能成，是因为sudo让你成了机器的root。这里要做的是不靠它：用户命名空间会给你支配自己网络的权利。',
      },
      shown: (world) =>
        world
          .processes()
          .some(
            ({ pid, comm, uid }) =>
              comm === 'sleep' && uid === 0 && namespacesOfItsOwn(world, pid).includes('net'),
          ),
    },
    {
      id: 'believed-it',
      task: 'who',
      commands: ['echo 0 > who'],
      explanation: {
        en: 'That is what the process believes: 0 is its number inside its namespace. On this machine it is someone else.',
        'zh-cn': '那是进程自己以为的：0是它在命名空间里的编号。在这台机器上，它是另一个用户。',
      },
      shown: (world) => answer(world) === '0',
    },
  ],
});
