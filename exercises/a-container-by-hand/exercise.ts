import type { Check, Localised } from '../../src/lab/check.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import type { Inspection } from '../../src/lab/inspection.ts';
import { noWayOut } from '../../src/lab/network-checks.ts';
import { namespacesOfItsOwn } from '../../src/lab/process-checks.ts';
import type { ProcessView } from '../../src/lab/xray/processes.ts';

/** Who is number 1 of a PID namespace that is no container of Docker's: oldest first. */
function firsts(world: Inspection): ProcessView[] {
  const ofDocker = new Set(world.containers().map(({ pid }) => pid));
  return world
    .processes()
    .filter(
      ({ pid, pids, state }) => pids.length > 1 && pids.at(-1) === 1 && !ofDocker.has(pid) && state !== 'Z',
    );
}

/** The one that is furthest: most of the parts of a container are its own. */
function best(world: Inspection): ProcessView | undefined {
  const worth = ({ pid }: ProcessView) =>
    namespacesOfItsOwn(world, pid).length + (rootOf(world, pid)?.type === 'overlay' ? 1 : 0);
  return firsts(world).toSorted((one, other) => worth(other) - worth(one))[0];
}

const rootOf = (world: Inspection, pid: number) => world.mounts(pid).find(({ point }) => point === '/');

const none: Localised = {
  en: 'no process that is number 1 of a PID namespace of its own',
  'zh-cn': '没有哪个进程是自己的PID命名空间里的1号',
};

/** A check on that process; `found` tells what is there. */
const onFirst =
  (
    expected: Localised,
    passes: (world: Inspection, first: ProcessView) => boolean,
    found: (world: Inspection, first: ProcessView) => Localised,
    look: string,
  ): Check =>
  (world) => {
    const first = best(world);
    return {
      passed: first !== undefined && passes(world, first),
      expected,
      found: first ? found(world, first) : none,
      look,
    };
  };

const same = (text: string): Localised => ({ en: text, 'zh-cn': text });

const overlaid: Check = (world) => {
  const mount = world.mounts(1).find(({ point }) => point === '/home/learner/box/root');
  const upper = mount?.superOptions.find((option) => option.startsWith('upperdir='));
  const lower = mount?.superOptions.find((option) => option.startsWith('lowerdir='));
  return {
    passed:
      mount?.type === 'overlay' && lower?.endsWith('image') === true && upper?.endsWith('changes') === true,
    expected: {
      en: 'an overlay at box/root, with box/image below and box/changes on top',
      'zh-cn': 'box/root处有一个overlay，下面是box/image，上面是box/changes',
    },
    found: mount
      ? same([mount.type, lower, upper].filter(Boolean).join(' '))
      : { en: 'nothing mounted at box/root', 'zh-cn': 'box/root处没有挂载' },
    look: 'findmnt box/root',
  };
};

const KINDS = ['ipc', 'mnt', 'net', 'pid', 'uts'] as const;

const fenced = onFirst(
  {
    en: 'a process that is number 1, with its own mnt, uts, ipc, net and pid',
    'zh-cn': '一个当1号的进程，有自己的mnt、uts、ipc、net和pid',
  },
  (world, { pid }) => KINDS.every((kind) => namespacesOfItsOwn(world, pid).includes(kind)),
  (world, { pid, comm }) => {
    const own = namespacesOfItsOwn(world, pid).join(', ');
    return { en: `${comm} (${pid}) with its own ${own}`, 'zh-cn': `${comm}（${pid}），自己的有${own}` };
  },
  'sudo lsns -t pid',
);

const named = onFirst(
  { en: 'the host name box inside', 'zh-cn': '里面的主机名是box' },
  (_, { hostname }) => hostname === 'box',
  (_, { hostname }) => same(hostname),
  'sudo nsenter -t PID -u hostname',
);

const rooted = onFirst(
  {
    en: 'the overlay is its root, /proc is its own, and no other mount of the machine is there',
    'zh-cn': 'overlay是它的根，/proc是它自己的，机器的其他挂载都不在',
  },
  (world, { pid }) =>
    rootOf(world, pid)?.type === 'overlay' &&
    world.mounts(pid).every(({ point, type }) => point === '/' || type === 'proc') &&
    world.mounts(pid).some(({ type, point }) => type === 'proc' && point === '/proc'),
  (world, { pid }) => {
    const all = world.mounts(pid).map(({ point, type }) => `${point} (${type})`);
    return all.length > 6
      ? { en: `${all.length} mounts, ${all[0]} for its root`, 'zh-cn': `${all.length}个挂载，根是${all[0]}` }
      : same(all.join(', '));
  },
  'sudo cat /proc/PID/mounts',
);

const connected = onFirst(
  { en: 'it reaches the world through this machine', 'zh-cn': '它经过这台机器能到达外面' },
  (world, { pid }) => {
    const network = world.network(pid);
    return network !== undefined && noWayOut(world, network) === undefined;
  },
  (world, { pid }) => {
    const network = world.network(pid);
    const devices = network?.interfaces.map(({ name, up }) => `${name} ${up ? 'UP' : 'DOWN'}`).join(', ');
    const why = network && noWayOut(world, network);
    return same([devices, why].filter(Boolean).join('; '));
  },
  'sudo nsenter -t PID -n ip addr; sudo iptables -S FORWARD; sudo iptables -t nat -S POSTROUTING',
);

const limited = onFirst(
  { en: 'a cgroup of its own with memory.max at 50M', 'zh-cn': '自己的cgroup，memory.max为50M' },
  (world, { cgroup }) => world.cgroups().find(({ path }) => path === cgroup)?.memory.max === 50 << 20,
  (world, { cgroup }) => {
    const max = world.cgroups().find(({ path }) => path === cgroup)?.memory.max;
    return same(`${cgroup}, memory.max ${max === undefined ? 'max' : `${max >> 20} MiB`}`);
  },
  'cat /proc/PID/cgroup',
);

export default defineExercise({
  id: 'a-container-by-hand',
  title: { en: 'A container by hand', 'zh-cn': '亲手造一个容器' },
  intro: {
    en: 'In the folder box lie image, with the files of a small system, and the empty folders changes, work and root. Make a container from them. It shall sleep for a day.',
    'zh-cn':
      '文件夹box里有image，装着一个小系统的文件；还有空文件夹changes、work和root。用它们造一个容器，让它睡一天。',
  },
  setup: [
    'mkdir -p box/image box/changes box/work box/root',
    'docker run --rm alpine tar -c bin etc lib sbin usr | tar -x -C box/image',
    'mkdir box/image/proc box/image/old box/image/tmp',
  ],
  tasks: [
    {
      id: 'files',
      goal: {
        en: 'Lay an overlay over the image at box/root, with the changes in box/changes.',
        'zh-cn': '在box/root处铺一个overlay，下面是镜像，改动放在box/changes。',
      },
      hints: [
        {
          en: 'Which folder stays as it is, and which takes the changes? The overlay needs a third one to work in.',
          'zh-cn': '哪个文件夹保持不变，哪个接收改动？overlay还需要第三个文件夹来干活。',
        },
        {
          en: 'mount -t overlay takes the options lowerdir, upperdir and workdir, all in one -o.',
          'zh-cn': 'mount -t overlay有lowerdir、upperdir和workdir三个选项，写在同一个-o里。',
        },
      ],
      checks: [overlaid],
    },
    {
      id: 'fence',
      goal: {
        en: 'Start a process in namespaces of its own, with the host name box, the overlay for its root and a /proc of its own.',
        'zh-cn': '在自己的命名空间里启动一个进程：主机名是box，以overlay为根，有自己的/proc。',
      },
      hints: [
        {
          en: 'One unshare with all kinds, and a shell in it that does the rest, step by step, before it becomes sleep.',
          'zh-cn': '一个unshare带上所有种类，里面用一个shell把其余的事一步步做完，最后自己变成sleep。',
        },
        {
          en: 'The order: host name; cd into the root; pivot_root; a shell of the new root; mount proc; take the old root off; exec sleep. After pivot_root, programs come from the new root.',
          'zh-cn':
            '顺序是：主机名；进入根目录；pivot_root；换成新根里的shell；挂载proc；取下旧的根；exec sleep。pivot_root之后，程序都来自新的根。',
        },
      ],
      checks: [fenced, named, rooted],
    },
    {
      id: 'network',
      goal: {
        en: 'Plug it in, so that it reaches the router at 10.0.2.2.',
        'zh-cn': '给它接上网线，让它能到达路由器10.0.2.2。',
      },
      hints: [
        {
          en: 'A veth pair whose second end is born in the network namespace of the process; addresses on both; a default route inside.',
          'zh-cn': '一对veth，第二端直接生在那个进程的网络命名空间里；两端都要地址；里面要有默认路由。',
        },
        {
          en: 'On this machine: let both directions through the chain FORWARD, and translate the address in POSTROUTING.',
          'zh-cn': '在这台机器上：FORWARD链要放行两个方向，POSTROUTING里要转换地址。',
        },
      ],
      checks: [connected],
    },
    {
      id: 'limit',
      goal: {
        en: 'Put it into a cgroup that may use 50M of memory.',
        'zh-cn': '把它放进一个只能用50M内存的cgroup。',
      },
      hints: [
        {
          en: 'A directory in /sys/fs/cgroup, a number in a file, and the number of the process in another.',
          'zh-cn': '/sys/fs/cgroup里的一个目录，一个文件里的数字，另一个文件里的进程编号。',
        },
        {
          en: 'If memory.max is missing, the top of the tree does not hand the controller down yet.',
          'zh-cn': '如果没有memory.max，说明树顶还没有把这个控制器交下来。',
        },
      ],
      checks: [limited],
    },
  ],
  solution: [
    {
      task: 'files',
      commands: [
        'cd box',
        'sudo mount -t overlay overlay -o lowerdir=image,upperdir=changes,workdir=work root',
      ],
    },
    {
      task: 'fence',
      commands: [
        `sudo unshare --mount --uts --ipc --net --pid --fork sh -c 'hostname box; cd root; pivot_root . old; exec bin/sh -c "mount -t proc proc /proc; umount -l /old; exec sleep 1d"' >/dev/null &`,
      ],
    },
    {
      task: 'network',
      commands: [
        'PID=$(pgrep -x sleep)',
        'sudo ip link add v0 type veth peer name eth0 netns $PID',
        'sudo ip addr add 10.9.0.1/24 dev v0; sudo ip link set v0 up',
        "sudo nsenter -t $PID -n sh -c 'ip addr add 10.9.0.2/24 dev eth0; ip link set eth0 up; ip link set lo up; ip route add default via 10.9.0.1'",
        'sudo iptables -A FORWARD -s 10.9.0.0/24 -j ACCEPT; sudo iptables -A FORWARD -d 10.9.0.0/24 -j ACCEPT',
        'sudo iptables -t nat -A POSTROUTING -s 10.9.0.0/24 -j MASQUERADE',
        'sudo nsenter -t $PID -a ping -c 1 10.0.2.2',
      ],
    },
    {
      task: 'limit',
      commands: [
        'sudo mkdir -p /sys/fs/cgroup/box; echo +memory | sudo tee /sys/fs/cgroup/cgroup.subtree_control',
        'echo 50M | sudo tee /sys/fs/cgroup/box/memory.max',
        'echo $PID | sudo tee /sys/fs/cgroup/box/cgroup.procs',
      ],
    },
  ],
  mistakes: [
    {
      id: 'lower-and-upper-swapped',
      task: 'files',
      commands: [
        'sudo mount -t overlay overlay -o lowerdir=box/changes,upperdir=box/image,workdir=box/work box/root',
      ],
      explanation: {
        en: 'It looks right, and the image is on top: whatever the container writes or deletes happens to the image itself. The image belongs below, in lowerdir.',
        'zh-cn':
          '看上去没错，但镜像放在了上面：容器写什么、删什么，都会落到镜像本身。镜像应该在下面，也就是lowerdir。',
      },
      shown: (world) =>
        world
          .mounts(1)
          .some(
            ({ type, superOptions }) =>
              type === 'overlay' && superOptions.some((one) => /^upperdir=.*image$/.test(one)),
          ),
    },
    {
      id: 'proc-forgotten',
      task: 'fence',
      commands: [
        'cd box; sudo mount -t overlay overlay -o lowerdir=image,upperdir=changes,workdir=work root',
        `sudo unshare --mount --uts --ipc --net --pid --fork sh -c 'hostname box; cd root; pivot_root . old; exec bin/sh -c "umount -l /old; exec sleep 1d"' >/dev/null &`,
      ],
      explanation: {
        en: 'Everything is there but /proc: ps inside shows nothing. Each PID namespace needs a /proc that is mounted from within it.',
        'zh-cn': '只差/proc：在里面ps什么也显示不出来。每个PID命名空间都需要一个从它内部挂载的/proc。',
      },
      shown: (world) => {
        const first = best(world);
        return (
          first !== undefined &&
          rootOf(world, first.pid)?.type === 'overlay' &&
          !world.mounts(first.pid).some(({ type }) => type === 'proc')
        );
      },
    },
  ],
});
