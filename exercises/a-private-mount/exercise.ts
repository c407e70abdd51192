import type { Check } from '../../src/lab/check.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import type { Inspection } from '../../src/lab/inspection.ts';
import { namespacesOfItsOwn } from '../../src/lab/process-checks.ts';

const mountAt = (world: Inspection, pid: number, point: string) =>
  world.mounts(pid).findLast((mount) => mount.point === point);

/** Processes with a mount namespace of their own. */
const fenced = (world: Inspection) =>
  world.processes().filter(({ pid }) => namespacesOfItsOwn(world, pid).includes('mnt'));

const hidden: Check = (world) => {
  const seeing = world.processes().filter(({ pid }) => mountAt(world, pid, '/mnt')?.type === 'tmpfs');
  const outside = mountAt(world, 1, '/mnt') !== undefined;
  return {
    passed: seeing.length > 0 && !outside,
    expected: {
      en: 'a process sees a tmpfs at /mnt, and the machine does not',
      'zh-cn': '有一个进程在/mnt看到tmpfs，而机器看不到',
    },
    found: outside
      ? { en: 'the machine itself has something mounted at /mnt', 'zh-cn': '机器自己在/mnt也挂载了东西' }
      : seeing.length === 0
        ? fenced(world).length > 0
          ? {
              en: 'a process with mounts of its own, but no tmpfs at /mnt in it',
              'zh-cn': '有一个进程有自己的挂载，但里面/mnt没有tmpfs',
            }
          : { en: 'no process sees a tmpfs at /mnt', 'zh-cn': '没有进程在/mnt看到tmpfs' }
        : {
            en: seeing.map(({ comm, pid }) => `${comm} (${pid}) sees it`).join(', '),
            'zh-cn': seeing.map(({ comm, pid }) => `${comm}（${pid}）看得到`).join('、'),
          },
    look: 'findmnt /mnt',
  };
};

const through: Check = (world) => {
  const outside = mountAt(world, 1, '/srv/share/disk');
  const share = mountAt(world, 1, '/srv/share');
  const type = share?.propagation.some((one) => one.startsWith('shared')) ? 'shared' : 'private';
  return {
    passed: outside?.source === 'inside',
    expected: {
      en: 'the machine has the mount inside at /srv/share/disk',
      'zh-cn': '机器在/srv/share/disk有名为inside的挂载',
    },
    found: outside
      ? { en: `${outside.source} is mounted there`, 'zh-cn': `那里挂载的是${outside.source}` }
      : share
        ? {
            en: `nothing there; the mount /srv/share is ${type}`,
            'zh-cn': `那里没有挂载；/srv/share这个挂载是${type}`,
          }
        : { en: 'nothing there', 'zh-cn': '那里没有挂载' },
    look: 'findmnt -R -o TARGET,SOURCE,PROPAGATION /srv/share',
  };
};

const newRoot: Check = (world) => {
  const inside = fenced(world).filter(({ pid }) => mountAt(world, pid, '/')?.root.endsWith('/root'));
  return {
    passed: inside.some(({ pid }) => !world.mounts(pid).some(({ type }) => type === 'cgroup2')),
    expected: {
      en: 'a process whose root mount is the folder root, and which sees none of the machine’s other mounts',
      'zh-cn': '一个进程，它的根挂载是文件夹root，并且看不到机器的其他挂载',
    },
    found:
      inside.length === 0
        ? { en: 'no process has that folder for its root mount', 'zh-cn': '没有进程以那个文件夹作为根挂载' }
        : {
            en: inside.map(({ pid }) => `a process with ${world.mounts(pid).length} mounts`).join('; '),
            'zh-cn': inside.map(({ pid }) => `一个进程，看得到${world.mounts(pid).length}个挂载`).join('；'),
          },
    look: 'sudo cat /proc/$(pgrep -n sleep)/mounts',
  };
};

export default defineExercise({
  id: 'a-private-mount',
  title: { en: 'Seen by one', 'zh-cn': '只有一个看得见' },
  intro: {
    en: 'In your home directory lies a folder root with the files of a small system. The directory /srv/share is a shared mount.',
    'zh-cn': '你的主目录里有一个文件夹root，里面是一个小系统的文件。目录/srv/share是一个共享的挂载。',
  },
  setup: [
    'mkdir root && docker run --rm alpine tar -c bin etc lib usr | tar -x -C root && mkdir root/old root/proc',
    'sudo mkdir -p /srv/share/disk && sudo mount --bind /srv/share /srv/share && sudo mount --make-shared /srv/share',
  ],
  tasks: [
    {
      id: 'hidden',
      goal: {
        en: 'Start a process that sleeps for a day and sees a tmpfs at /mnt, while the machine sees nothing there.',
        'zh-cn': '启动一个睡一天的进程，它在/mnt看到一个tmpfs，而机器在那里什么也看不到。',
      },
      hints: [
        {
          en: 'First the new table of mounts, then the mount in it, then the sleep. All three belong into one command line for a shell.',
          'zh-cn': '先要新的挂载表，再在其中挂载，然后睡觉。三件事都写进给一个shell的一行里。',
        },
        {
          en: 'unshare --mount runs a program in a new mount namespace; let it be sh -c with a line of two commands. With & at the end, the prompt comes back.',
          'zh-cn':
            'unshare --mount在新的挂载命名空间里运行程序；让它运行sh -c，后面给两条命令。行尾加&，提示符就会回来。',
        },
      ],
      checks: [hidden],
    },
    {
      id: 'through',
      goal: {
        en: 'From inside a new mount namespace, mount a tmpfs with the source name inside at /srv/share/disk, so that the machine sees it too.',
        'zh-cn':
          '在一个新的挂载命名空间里面，把源名为inside的tmpfs挂载到/srv/share/disk，并且让机器也看得到。',
      },
      hints: [
        {
          en: 'The mount below is shared already. What does unshare do to all mounts of the copy, unless it is told not to?',
          'zh-cn': '下面的那个挂载已经是共享的了。如果不特别说明，unshare会对副本里的所有挂载做什么？',
        },
        {
          en: 'unshare has an option --propagation, with the values private, shared, slave and unchanged.',
          'zh-cn': 'unshare有一个选项--propagation，取值有private、shared、slave和unchanged。',
        },
      ],
      checks: [through],
    },
    {
      id: 'root',
      goal: {
        en: 'Start a process that sleeps for a day, with the folder root as its root mount and no other mount of the machine.',
        'zh-cn': '启动一个睡一天的进程，以文件夹root作为根挂载，没有机器的任何其他挂载。',
      },
      hints: [
        {
          en: 'Changing only where paths begin leaves the mounts in place. Which command swaps the root mount itself, and where does the old one go?',
          'zh-cn': '只改变路径从哪里开始，挂载都还留着。哪个命令交换根挂载本身？旧的会到哪里去？',
        },
        {
          en: 'The folder must be a mount itself: bind it upon itself. After pivot_root, the old root hangs at old with everything below it; a lazy umount takes it all.',
          'zh-cn':
            '文件夹自己得是一个挂载：把它绑定挂载到自己身上。pivot_root之后，旧的根连同下面的一切都挂在old；用延迟卸载把它们全部取下。',
        },
      ],
      checks: [newRoot],
    },
  ],
  solution: [
    {
      task: 'hidden',
      commands: ["sudo unshare --mount sh -c 'mount -t tmpfs scratch /mnt; exec sleep 1d' &"],
    },
    {
      task: 'through',
      commands: ['sudo unshare --mount --propagation unchanged mount -t tmpfs inside /srv/share/disk'],
    },
    {
      task: 'root',
      commands: [
        "sudo unshare --mount sh -c 'mount --bind root root; cd root; pivot_root . old; umount -l /old; exec sleep 1d' &",
      ],
    },
  ],
  mistakes: [
    {
      id: 'mounted-outside',
      task: 'hidden',
      commands: ['sudo mount -t tmpfs scratch /mnt'],
      explanation: {
        en: 'That mount is in the machine’s own table, so everybody sees it. Take it off with umount, and mount it after unshare has made a new table.',
        'zh-cn': '这个挂载在机器自己的表里，所以大家都看得到。用umount取下它，等unshare建好新表之后再挂载。',
      },
      shown: (world) => mountAt(world, 1, '/mnt')?.type === 'tmpfs',
    },
    {
      id: 'kept-inside',
      task: 'through',
      commands: ["sudo unshare --mount sh -c 'mount -t tmpfs inside /srv/share/disk; exec sleep 1d' &"],
      explanation: {
        en: 'The process has the mount, and the machine has not: unshare makes all mounts of the new table private, even those that were shared. It has an option to leave them as they are.',
        'zh-cn':
          '那个进程有这个挂载，机器却没有：unshare会把新表里的挂载全都设成private，原来是shared的也一样。它有一个选项可以让它们保持原样。',
      },
      shown: (world) =>
        fenced(world).some(({ pid }) => mountAt(world, pid, '/srv/share/disk')?.source === 'inside') &&
        mountAt(world, 1, '/srv/share/disk')?.source !== 'inside',
    },
    {
      id: 'chroot-only',
      task: 'root',
      commands: ['sudo unshare --mount chroot root sleep 1d &'],
      explanation: {
        en: 'chroot moved the place where paths begin. The mounts of the machine are still in the table of that process: only pivot_root swaps the root mount, so that the old one can be taken off.',
        'zh-cn':
          'chroot移动的只是路径的起点。机器的挂载还在那个进程的表里：只有pivot_root才交换根挂载，旧的才能被取下。',
      },
      // Its root is no mount, and it sees none: the table is all out of reach.
      shown: (world) =>
        fenced(world).some(({ pid, comm }) => comm === 'sleep' && mountAt(world, pid, '/') === undefined),
    },
  ],
});
