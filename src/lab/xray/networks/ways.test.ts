import { beforeAll, describe, expect, test } from 'vitest';
import { ruleWords } from '../../../engine/userland/net/iptables/rule-words.ts';
import { openWorld } from '../../../node/node-host.ts';
import { inspect } from '../../inspect.ts';
import { ScriptRunner } from '../../script.ts';
import type { NamespaceNode } from './map.ts';
import type { Journey } from './packet-way.ts';
import { type Leg, type NetworkLook, networkLook, type Target } from './ways.ts';

describe('networks and the ways of packets', () => {
  let run: (...commands: string[]) => Promise<string>;
  /** How many packets each rule of the machine has matched. */
  let counted: () => Map<string, number>;
  let look: (ends?: { from?: string; to?: string }) => NetworkLook;
  const namespace = (name: string) =>
    look().map.namespaces.find(({ names }) => names.includes(name)) as NamespaceNode;
  const target = (wanted: Partial<Target>) =>
    look().targets.find((one) =>
      Object.entries(wanted).every(([key, value]) => one[key as keyof Target] === value),
    )?.id ?? 'no such target';
  const way = (from: string, to: Partial<Target>): Leg[] => {
    const id = from === 'outside' ? from : String(namespace(from).inode);
    const found = look({ from: id, to: target(to) }).way;
    expect(found).toMatchObject({ from: id, to: target(to) });
    return found?.legs ?? [];
  };
  /** The stations in short: hooks by their names, devices by theirs. */
  const short = ({ stations }: Journey) =>
    stations.map(({ is, hook, device, why }) => hook ?? (is === 'device' ? device?.name : (why ?? is)));
  const met = ({ stations }: Journey) =>
    stations.flatMap(({ meetings = [] }) => meetings.map(({ table, text }) => `${table} ${text}`));

  beforeAll(async () => {
    const simulation = openWorld('learner');
    const machine = new ScriptRunner(simulation);
    await machine.prepare(['busybox', 'nginx']);
    const world = inspect(simulation);
    look = (ends) =>
      networkLook(
        simulation.host.kernel,
        { containers: world.containers(), networks: world.networks() },
        ends,
      );
    const { netfilter } = simulation.host.kernel.namespaces.net.net;
    counted = () =>
      new Map(
        (['raw', 'mangle', 'nat', 'filter'] as const).flatMap((table) =>
          (netfilter?.list(table) ?? []).flatMap(({ name, rules }) =>
            rules.map((rule) => [`${table} -A ${name}${ruleWords(rule)}`, rule.packets] as const),
          ),
        ),
      );
    run = async (...commands) => {
      let out = '';
      for (const cmd of commands) {
        const result = await machine.run({ cmd });
        expect(result).toMatchObject({ exit: 0 });
        out += result.stdout;
      }
      return out;
    };
    await run(
      'docker run -d --name web -p 8080:80 nginx',
      'docker run -d --name quiet busybox sleep 10000',
      'docker network create back',
      'docker run -d --name db --network back busybox sleep 10000; sleep 1',
    );
  });

  test('namespaces, bridges with their ports, and both ends of a pair', async () => {
    const { namespaces, networks } = look().map;
    expect(namespaces.map(({ is, names }) => [is, ...names])).toEqual([
      ['machine', 'drydock'],
      ['container', 'web'],
      ['container', 'quiet'],
      ['container', 'db'],
    ]);
    expect(networks.map(({ name }) => name)).toEqual(['bridge', 'back']);
    const [machine, web] = namespaces as [NamespaceNode, NamespaceNode];
    const bridge = machine.devices.find(({ name }) => name === 'docker0')!;
    expect(bridge.ports).toHaveLength(2);
    const eth0 = web.devices.find(({ name }) => name === 'eth0')!;
    expect(eth0.peer).toEqual({ namespace: machine.inode, device: bridge.ports?.[0] });
    expect(eth0.addresses).toEqual(['172.17.0.2/16']);
    expect(namespace('db').resolver).toMatchObject({ address: '127.0.0.11' });
    expect(namespace('web').resolver).toBeUndefined();
  });

  test('a published port has its rule, its proxy and a counter that moves', async () => {
    const port = () => look().map.published.find(({ hostIp }) => hostIp === '0.0.0.0')!;
    expect(port().rule?.text).toBe(
      '-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80',
    );
    expect(port().proxy?.pid).toBeGreaterThan(1);
    expect(port().rule?.packets).toBe(0);
    await run(`curl -s http://$(hostname -I | cut -d' ' -f1):8080 > /dev/null`);
    expect(port().rule?.packets).toBe(1);
    expect(port().connections).toBe(1);
    const [last] = namespace('drydock').connections.last.slice(-1);
    expect(last).toMatchObject({ protocol: 'tcp', answered: true });
    expect(last?.translated?.destination).toBe('172.17.0.2:80');
  });

  test('from another machine to a published port: rewritten, forwarded, over the bridge, and back', () => {
    const [leg] = way('outside', { is: 'published' }) as [Leg];
    const veth = namespace('drydock').devices.find(({ name }) => name === 'docker0')?.ports?.[0];
    expect(short(leg)).toEqual([
      'eth0',
      'PREROUTING',
      'route',
      'FORWARD',
      'docker0',
      veth,
      'eth0',
      'route',
      'arrive',
    ]);
    const dnat = leg.stations.find(({ hook }) => hook === 'PREROUTING');
    expect(dnat).toMatchObject({
      changed: ['destination'],
      packet: { destination: '172.17.0.2', destinationPort: 80 },
    });
    expect(leg.stations.at(-1)).toMatchObject({ process: { comm: 'nginx' } });
    expect(leg.back?.end).toBe('left');
    // Outside they know nothing of the container.
    expect(leg.back?.stations.at(-1)?.packet).toMatchObject({ sourcePort: 8080, destinationPort: 50_000 });
    expect(leg.back?.stations.at(-1)?.packet.source).not.toBe('172.17.0.2');
  });

  test('on the loopback the proxy answers, and sends packets of its own', () => {
    const legs = way('drydock', { is: 'published', address: '127.0.0.1' });
    expect(legs).toHaveLength(2);
    expect(legs[0]?.stations.at(-1)?.process?.comm).toBe('docker-proxy');
    expect(legs[0]?.back?.end).toBe('arrived');
    expect(legs[1]?.stations.at(-1)).toMatchObject({
      process: { comm: 'nginx' },
      packet: { source: '172.17.0.1', destination: '172.17.0.2' },
    });
  });

  test('neighbours on a bridge meet no rule; where nobody listens, they are refused', () => {
    const [ping] = way('quiet', { is: 'ping', name: 'web' }) as [Leg];
    expect(met(ping)).toEqual([]);
    expect([ping.end, ping.back?.end]).toEqual(['arrived', 'arrived']);
    expect(way('web', { is: 'ping', name: 'quiet' })[0]?.end).toBe('arrived');
  });

  test('Docker keeps networks apart: the rule that drops is named', () => {
    const [leg] = way('db', { is: 'ping', name: 'web' }) as [Leg];
    expect(leg.end).toBe('lost');
    expect(leg.stations.at(-1)).toMatchObject({ why: 'rule', hook: 'PREROUTING' });
    expect(met(leg).at(-1)).toBe('raw -A PREROUTING -d 172.17.0.2/32 ! -i docker0 -j DROP');
  });

  test('the name server of a user network is behind a rule of the container itself', () => {
    const [leg] = way('db', { is: 'resolver' }) as [Leg];
    expect(leg.stations.at(-1)).toMatchObject({ is: 'arrive', process: { comm: 'dockerd' } });
    expect(leg.stations.find(({ hook }) => hook === 'OUTPUT')?.changed).toEqual(['destination']);
    expect(leg.back?.end).toBe('arrived');
    // On the default bridge there is none.
    expect(way('quiet', { is: 'resolver' })[0]?.stations.at(-1)?.why).toBe('refused');
  });

  test('what leaves for the world bears the address of the machine', () => {
    const [leg] = way('quiet', { is: 'world' }) as [Leg];
    expect(leg.end).toBe('left');
    const masquerade = leg.stations.find(({ hook }) => hook === 'POSTROUTING');
    expect(masquerade?.changed).toEqual(['source']);
    expect(masquerade?.meetings?.at(-1)?.target).toBe('MASQUERADE');
  });

  test('it meets the rules that real packets are counted by', async () => {
    const own = look().targets.find(({ is }) => is === 'published')?.address ?? '';
    const ways: [from: string, to: Partial<Target>, command: string][] = [
      ['drydock', { is: 'published' }, `curl -s ${own}:8080 > /dev/null`],
      ['drydock', { is: 'published', address: '127.0.0.1' }, 'curl -s 127.0.0.1:8080 > /dev/null'],
      ['quiet', { is: 'published' }, `docker exec quiet wget -q -O /dev/null ${own}:8080`],
      ['quiet', { is: 'ping', name: 'web' }, 'docker exec quiet ping -c 1 172.17.0.2'],
      ['db', { is: 'published' }, `docker exec db wget -q -O /dev/null ${own}:8080`],
      ['db', { is: 'ping', name: 'web' }, '! docker exec db ping -c 1 -W 1 172.17.0.2'],
      ['db', { is: 'world' }, '! docker exec db nc -w 1 198.51.100.1 443'],
    ];
    for (const [from, to, command] of ways) {
      const thought = way(from, to).flatMap((leg) => [leg, ...(leg.back ? [leg.back] : [])]);
      const before = counted();
      await run(command);
      const after = counted();
      const moved = [...after].filter(([rule, packets]) => packets > (before.get(rule) ?? 0));
      const rules = new Set(thought.flatMap(met).filter((text) => / -A /.test(text)));
      expect([command, [...rules].sort()]).toEqual([command, moved.map(([rule]) => rule).sort()]);
    }
  });

  test('thinking of packets counts nothing; it follows what is changed', async () => {
    const before = [...counted()];
    for (const { id: from } of look().senders) for (const { id: to } of look().targets) look({ from, to });
    expect([...counted()]).toEqual(before);
    await run('sudo iptables -I FORWARD -s 172.17.0.3 -p tcp --dport 443 -j REJECT');
    expect(way('quiet', { is: 'world' })[0]?.stations.at(-1)).toMatchObject({ why: 'rule', hook: 'FORWARD' });
    await run('sudo iptables -D FORWARD 1', 'sudo sysctl -w net.ipv4.ip_forward=0');
    expect(way('quiet', { is: 'world' })[0]?.stations.at(-1)?.why).toBe('no-forwarding');
    await run('sudo sysctl -w net.ipv4.ip_forward=1', 'sudo ip link set docker0 down');
    expect(way('drydock', { is: 'ping', name: 'quiet' })[0]?.end).not.toBe('arrived');
    await run('sudo ip link set docker0 up');
    expect(way('drydock', { is: 'ping', name: 'quiet' })[0]?.end).toBe('arrived');
  });

  test('an answer that is not let back is lost on its way', async () => {
    await run('sudo iptables -I DOCKER-USER -s 172.17.0.2 -j DROP');
    const [leg] = way('outside', { is: 'published' }) as [Leg];
    expect([leg.end, leg.back?.end]).toEqual(['arrived', 'lost']);
    await run('sudo iptables -F DOCKER-USER');
  });

  test('a namespace made by hand is there with its name', async () => {
    await run(
      'sudo ip netns add red; sudo ip link add to-red type veth peer name eth0 netns red',
      'sudo ip addr add 10.9.0.1/24 dev to-red; sudo ip link set to-red up',
      'sudo ip -n red addr add 10.9.0.2/24 dev eth0',
    );
    expect(namespace('red')).toMatchObject({ is: 'other' });
    expect(way('drydock', { is: 'ping', name: 'red' })[0]?.stations.at(-1)?.why).toBe('device-down');
    await run('sudo ip -n red link set eth0 up');
    const [leg] = way('drydock', { is: 'ping', name: 'red' }) as [Leg];
    expect([leg.end, leg.back?.end]).toEqual(['arrived', 'arrived']);
    const [visit] = way('red', { is: 'published', address: '10.9.0.1' }) as [Leg];
    expect([visit.stations.at(-1)?.process?.comm, visit.back?.end]).toEqual(['nginx', 'arrived']);
  });
});
