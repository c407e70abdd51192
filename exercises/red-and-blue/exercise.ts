import type { Check, Localised } from '../../src/lab/check.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import type { Inspection } from '../../src/lab/inspection.ts';
import { type NoWayOut, noWayOut } from '../../src/lab/network-checks.ts';
import type { InterfaceView } from '../../src/lab/xray/network.ts';

const ROOMS = ['red', 'blue'] as const;

/** The devices of a namespace besides loopback. */
const devices = (world: Inspection, room: string): InterfaceView[] =>
  world.network(room)?.interfaces.filter(({ kind }) => kind !== 'loopback') ?? [];

const inet = ({ addresses }: InterfaceView) => addresses.filter((address) => !address.includes(':'));

/** `10.1.0.1/24` as the network that it is in, `10.1.0`, for prefixes of 24 bits and fewer. */
const networkOf = (address: string) => {
  const [ip = '', prefix = '24'] = address.split('/');
  return ip
    .split('.')
    .slice(0, Math.floor(Number(prefix) / 8))
    .join('.');
};

const told = (world: Inspection, room: string): string => {
  const all = devices(world, room);
  if (all.length === 0) return `${room}: –`;
  return `${room}: ${all.map((one) => [one.name, one.up ? 'UP' : 'DOWN', ...inet(one)].join(' ')).join(', ')}`;
};

const both = (world: Inspection) => {
  const text = ROOMS.map((room) => told(world, room)).join('; ');
  return { en: text, 'zh-cn': text };
};

const joined: Check = (world) => {
  const [red, blue] = ROOMS.map((room) => devices(world, room));
  const passed = red!.some((one) =>
    blue!.some(
      (other) =>
        one.kind === 'veth' &&
        one.peerIndex === other.index &&
        other.peerIndex === one.index &&
        one.running &&
        other.running &&
        inet(one).some((a) => inet(other).some((b) => networkOf(a) === networkOf(b) && a !== b)),
    ),
  );
  return {
    passed,
    expected: {
      en: 'red and blue each have an end of one veth pair, both up, with addresses of the same network',
      'zh-cn': 'red和blue各有同一对veth的一端，两端都已启用，地址在同一个网络里',
    },
    found: both(world),
    look: 'sudo ip -n red -br addr; sudo ip -n blue -br addr',
  };
};

const WHY: Record<NoWayOut | 'out', Localised> = {
  'no-route': {
    en: 'has no default route by way of this machine',
    'zh-cn': '没有经过这台机器的默认路由',
  },
  'no-forwarding': {
    en: 'is not helped: this machine forwards nothing',
    'zh-cn': '出不去：这台机器没有打开转发',
  },
  'not-forwarded': {
    en: 'is stopped by the chain FORWARD of this machine',
    'zh-cn': '被这台机器的FORWARD链拦住了',
  },
  'not-masqueraded': {
    en: 'gets no answers: its address is not translated',
    'zh-cn': '收不到回应：它的地址没有被转换',
  },
  out: { en: 'gets out', 'zh-cn': '可以出去' },
};

/** Why each room cannot reach the world, or that it can. */
const ways = (world: Inspection) =>
  ROOMS.map((room) => {
    const network = world.network(room);
    return { room, way: (network ? noWayOut(world, network) : 'no-route') ?? ('out' as const) };
  });

const outside: Check = (world) => {
  const all = ways(world);
  return {
    passed: all.every(({ way }) => way === 'out'),
    expected: {
      en: 'both have this machine for their gateway; it lets their packets through, under its own address',
      'zh-cn': '两者都以这台机器为网关；机器放行它们的包，并换上自己的地址',
    },
    found: {
      en: all.map(({ room, way }) => `${room} ${WHY[way].en}`).join('; '),
      'zh-cn': all.map(({ room, way }) => `${room}${WHY[way]['zh-cn']}`).join('；'),
    },
    look: 'sudo ip -n red route; sudo ip -n blue route; sudo iptables -S FORWARD; sudo iptables -t nat -S POSTROUTING',
  };
};

const cable = (room: string, machine: string, inside: string, network: string) => [
  `sudo ip link add ${machine} type veth peer name ${inside} netns ${room}`,
  `sudo ip addr add ${network}.1/24 dev ${machine}`,
  `sudo ip link set ${machine} up`,
  `sudo ip -n ${room} addr add ${network}.2/24 dev ${inside}`,
  `sudo ip -n ${room} link set ${inside} up`,
  `sudo ip -n ${room} route add default via ${network}.1`,
];

export default defineExercise({
  id: 'red-and-blue',
  title: { en: 'Red and blue', 'zh-cn': '红与蓝' },
  intro: {
    en: 'There are two network namespaces, red and blue, with nothing in them but a loopback device that is down.',
    'zh-cn': '这里有两个网络命名空间red和blue，里面除了没有启用的回环设备，什么都没有。',
  },
  setup: ['sudo ip netns add red', 'sudo ip netns add blue'],
  tasks: [
    {
      id: 'join',
      goal: {
        en: 'Join red and blue with a veth pair, so that red can ping blue. Choose the addresses yourself.',
        'zh-cn': '用一对veth把red和blue连起来，让red能ping通blue。地址由你来定。',
      },
      hints: [
        {
          en: 'Three things per side: an end of the cable in the right namespace, an address, and a device that is up.',
          'zh-cn': '每一边要三样：线的一端在正确的命名空间里、一个地址、设备已启用。',
        },
        {
          en: 'ip link add … type veth peer name … makes both ends on the machine; ip link set … netns moves one. After that, ip -n red works inside red. Both addresses must be of one network.',
          'zh-cn':
            'ip link add … type veth peer name …会在机器上建好两端；ip link set … netns移动其中一端。之后用ip -n red在red里面操作。两个地址要属于同一个网络。',
        },
      ],
      checks: [joined],
    },
    {
      id: 'outside',
      goal: {
        en: 'Give both of them a way out: red and blue shall reach the router at 10.0.2.2.',
        'zh-cn': '给两者都开一条出路：让red和blue都能到达路由器10.0.2.2。',
      },
      hints: [
        {
          en: 'Each needs a cable to the machine, with an address on both ends, and a default route to the address on the machine’s end.',
          'zh-cn': '每一个都需要一根通向机器的线，两端都有地址，再加一条默认路由，指向机器那一端的地址。',
        },
        {
          en: 'The firewall of this machine must let both directions through, in the chain FORWARD. And the answers must find their way back: a rule in the chain POSTROUTING of the table nat.',
          'zh-cn':
            '这台机器的防火墙要在FORWARD链里放行两个方向。回程也要找得到路：在nat表的POSTROUTING链里加一条规则。',
        },
      ],
      checks: [outside],
    },
  ],
  solution: [
    {
      task: 'join',
      commands: [
        'sudo ip link add r0 type veth peer name b0',
        'sudo ip link set r0 netns red; sudo ip link set b0 netns blue',
        'sudo ip -n red addr add 10.1.0.1/24 dev r0; sudo ip -n red link set r0 up',
        'sudo ip -n blue addr add 10.1.0.2/24 dev b0; sudo ip -n blue link set b0 up',
        'sudo ip netns exec red ping -c 1 10.1.0.2',
      ],
    },
    {
      task: 'outside',
      commands: [
        ...cable('red', 'v-red', 'out', '10.9.1'),
        ...cable('blue', 'v-blue', 'out', '10.9.2'),
        'sudo iptables -A FORWARD -s 10.9.0.0/16 -j ACCEPT; sudo iptables -A FORWARD -d 10.9.0.0/16 -j ACCEPT',
        'sudo iptables -t nat -A POSTROUTING -s 10.9.0.0/16 -j MASQUERADE',
        'sudo ip netns exec red ping -c 1 -W 1 10.0.2.2 && sudo ip netns exec blue ping -c 1 -W 1 10.0.2.2',
      ],
    },
  ],
  mistakes: [
    {
      id: 'both-ends-in-one',
      task: 'join',
      commands: [
        'sudo ip link add r0 type veth peer name b0',
        'sudo ip link set r0 netns red; sudo ip link set b0 netns red',
      ],
      explanation: {
        en: 'Both ends of the cable are in the same namespace, so it leads from red to red. Move one of them over; it is inside red that you must handle it.',
        'zh-cn': '线的两端在同一个命名空间里，等于从red连到red。把其中一端移过去，要在red里面操作它。',
      },
      shown: (world) =>
        ROOMS.some((room) => {
          const all = devices(world, room);
          return all.some((one) =>
            all.some((other) => one.peerIndex === other.index && other.peerIndex === one.index),
          );
        }),
    },
    {
      id: 'never-switched-on',
      task: 'join',
      commands: [
        'sudo ip link add r0 netns red type veth peer name b0 netns blue',
        'sudo ip -n red addr add 10.1.0.1/24 dev r0; sudo ip -n blue addr add 10.1.0.2/24 dev b0',
        'sudo ip -n red link set r0 up',
      ],
      explanation: {
        en: 'The cable lies right and has its addresses, but a new device is down until somebody switches it on. A veth pair carries packets once both ends are up.',
        'zh-cn': '线接对了，地址也有了，可新设备在有人启用之前是关着的。一对veth要两端都启用，才能传包。',
      },
      shown: (world) => {
        const all = ROOMS.flatMap((room) => devices(world, room));
        return all.length >= 2 && all.every((one) => inet(one).length > 0) && all.some(({ up }) => !up);
      },
    },
    {
      id: 'no-default-route',
      task: 'outside',
      commands: [
        ...cable('red', 'v-red', 'out', '10.9.1').slice(0, -1),
        ...cable('blue', 'v-blue', 'out', '10.9.2').slice(0, -1),
        'sudo iptables -P FORWARD ACCEPT',
        'sudo iptables -t nat -A POSTROUTING -s 10.9.0.0/16 -j MASQUERADE',
      ],
      explanation: {
        en: 'Each room knows its own network and nothing beyond it: “Network is unreachable”, says ping. Give it a default route, by way of the address that this machine has on the cable.',
        'zh-cn':
          '每个房间只认识自己的网络，再远就不知道了：ping说的是“Network is unreachable”。给它一条默认路由，经过这台机器在那根线上的地址。',
      },
      shown: (world) =>
        ROOMS.every(
          (room) =>
            devices(world, room).some((one) => one.up && inet(one).length > 0) &&
            !world.network(room)?.routes.some(({ destination }) => destination === 'default'),
        ),
    },
    {
      id: 'no-way-back',
      task: 'outside',
      commands: [
        ...cable('red', 'v-red', 'out', '10.9.1'),
        ...cable('blue', 'v-blue', 'out', '10.9.2'),
        'sudo iptables -P FORWARD ACCEPT',
      ],
      explanation: {
        en: 'The packets get out, and no answer comes: the router does not know the networks that you made up. Let them leave under the address of this machine, with a MASQUERADE rule.',
        'zh-cn':
          '包能出去，但没有回应：路由器不认识你自己定的网络。加一条MASQUERADE规则，让它们以这台机器的地址离开。',
      },
      shown: (world) => ways(world).every(({ way }) => way === 'not-masqueraded'),
    },
  ],
});
