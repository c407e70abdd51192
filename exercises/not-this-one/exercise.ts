import type { Check } from '../../src/lab/check.ts';
import { published, running } from '../../src/lab/docker-checks.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const RIVAL = '192.168.7.20';
const GUEST = '192.168.8.30';
const BLOCKS = ['DROP', 'REJECT'];

/** The chains of the table filter in which a rule turns packets from an address away. */
function blockedIn(world: Inspection, address: string): string[] {
  const rules = world.network(1)?.rules ?? [];
  return rules
    .filter(
      ({ table, rule }) => table === 'filter' && BLOCKS.includes(rule.target) && covers(rule.source, address),
    )
    .map(({ chain }) => chain);
}

/** Whether a rule is about an address: one for a single address or for its /24 is; one without a source is about everyone. */
function covers(source: string | undefined, address: string): boolean {
  if (source === undefined) return false;
  const [ip = '', prefix = '32'] = source.split('/');
  const octets = Math.floor(Number(prefix) / 8);
  return ip.split('.').slice(0, octets).join('.') === address.split('.').slice(0, octets).join('.');
}

/** A rule in DOCKER-USER that turns everybody away. */
const closedForAll = (world: Inspection): boolean =>
  (world.network(1)?.rules ?? []).some(
    ({ table, chain, rule }) =>
      table === 'filter' &&
      chain === 'DOCKER-USER' &&
      BLOCKS.includes(rule.target) &&
      rule.source === undefined,
  );

const rivalBlocked: Check = (world) => {
  const chains = blockedIn(world, RIVAL);
  return {
    passed: chains.includes('DOCKER-USER'),
    expected: {
      en: `a rule in DOCKER-USER turns away what comes from ${RIVAL}`,
      'zh-cn': `DOCKER-USER里有一条规则拦下来自${RIVAL}的数据包`,
    },
    found:
      chains.length === 0
        ? { en: 'no rule about that address', 'zh-cn': '没有针对这个地址的规则' }
        : { en: `a rule in ${chains.join(', ')}`, 'zh-cn': `规则在${chains.join('、')}里` },
    look: 'sudo iptables -S DOCKER-USER',
  };
};

const guestAllowed: Check = (world) => {
  const isBlocked = closedForAll(world) || blockedIn(world, GUEST).length > 0;
  return {
    passed: !isBlocked,
    expected: { en: `nothing turns ${GUEST} away`, 'zh-cn': `没有规则拦住${GUEST}` },
    found: isBlocked
      ? { en: 'a rule that it falls under, too', 'zh-cn': '有一条规则也会拦住它' }
      : { en: 'it may pass', 'zh-cn': '它可以通过' },
    look: `sudo ip netns exec guest curl -s -m 3 192.168.8.1:8080`,
  };
};

const cable = (name: string, device: string, subnet: string, host: string): string =>
  [
    `sudo ip netns add ${name}; sudo ip link add ${device} type veth peer name eth0 netns ${name}`,
    `sudo ip addr add ${subnet}.1/24 dev ${device}; sudo ip link set ${device} up`,
    `sudo ip netns exec ${name} sh -c 'ip addr add ${subnet}.${host}/24 dev eth0; ip link set eth0 up; ip route add default via ${subnet}.1'`,
  ].join('; ');

export default defineExercise({
  id: 'not-this-one',
  title: { en: 'Not this one', 'zh-cn': '不让这一个' },
  intro: {
    en: `The page of web is published at port 8080. Two visitors open it from outside: rival, with the address ${RIVAL}, and guest, with ${GUEST}. Each is a network namespace of its name: sudo ip netns exec rival curl -s -m 3 192.168.7.1:8080 is a visit.`,
    'zh-cn': `web的页面发布在8080端口。有两个访客从外面打开它：rival的地址是${RIVAL}，guest的地址是${GUEST}。各是一个同名的网络命名空间：sudo ip netns exec rival curl -s -m 3 192.168.7.1:8080就是一次访问。`,
  },
  setup: [
    'docker run -d --name web -p 8080:80 nginx',
    cable('rival', 'out0', '192.168.7', '20'),
    cable('guest', 'out1', '192.168.8', '30'),
  ],
  tasks: [
    {
      id: 'block',
      goal: {
        en: 'Keep rival away from the page, and nobody else. web stays published as it is.',
        'zh-cn': '不让rival看到这个页面，其他人不受影响。web的发布方式保持不变。',
      },
      hints: [
        {
          en: 'A packet for a published port does not come by INPUT. It is forwarded, and in FORWARD there is one chain that Docker leaves to you.',
          'zh-cn': '去往发布端口的数据包不经过INPUT。它是被转发的，而FORWARD里有一条链是Docker留给你的。',
        },
        {
          en: 'iptables -I CHAIN -s ADDRESS -j DROP puts a rule in front of all others of the chain. The chain is DOCKER-USER.',
          'zh-cn': 'iptables -I 链 -s 地址 -j DROP会把规则放在这条链的最前面。这条链是DOCKER-USER。',
        },
      ],
      checks: [rivalBlocked, guestAllowed, running('web', 'nginx'), published('web', '8080', '80')],
    },
  ],
  solution: [
    {
      task: 'block',
      commands: [
        `sudo iptables -C DOCKER-USER -s ${RIVAL} -j DROP || sudo iptables -I DOCKER-USER -s ${RIVAL} -j DROP`,
        'sudo ip netns exec rival curl -sS -m 3 192.168.7.1:8080',
        'sudo ip netns exec guest curl -s -m 3 192.168.8.1:8080',
      ],
    },
  ],
  mistakes: [
    {
      id: 'never-asked',
      task: 'block',
      commands: [`sudo iptables -I INPUT -s ${RIVAL} -j DROP`],
      explanation: {
        en: 'The rule is in INPUT, and rival still sees the page: its packets are rewritten before, and forwarded. Take the rule out, and put it into DOCKER-USER.',
        'zh-cn':
          '规则在INPUT里，rival照样看得到页面：它的数据包在那之前就被改写，然后转发走了。把规则删掉，放进DOCKER-USER。',
      },
      shown: (world) => blockedIn(world, RIVAL).includes('INPUT'),
    },
    {
      id: 'in-dockers-own-chain',
      task: 'block',
      commands: [`sudo iptables -I DOCKER -s ${RIVAL} -j DROP`],
      explanation: {
        en: 'It works for now. But the chain DOCKER is written anew whenever dockerd starts, and your rule is gone then. DOCKER-USER is left alone.',
        'zh-cn': '眼下管用。但每次dockerd启动都会重写DOCKER这条链，你的规则就没了。DOCKER-USER才不会被动。',
      },
      shown: (world) => blockedIn(world, RIVAL).includes('DOCKER'),
    },
    {
      id: 'closed-for-all',
      task: 'block',
      commands: ['sudo iptables -I DOCKER-USER -j DROP'],
      explanation: {
        en: 'Now nobody sees the page, and no container reaches the outside either. Say whom you mean, with -s.',
        'zh-cn': '现在谁都看不到页面了，容器也访问不了外面。用-s说明拦的是谁。',
      },
      shown: closedForAll,
    },
  ],
});
