import { beforeAll, describe, expect, test } from 'vitest';
import { inspect } from '../src/lab/inspect.ts';
import type { Inspection } from '../src/lab/inspection.ts';
import { ScriptRunner } from '../src/lab/script.ts';
import { openWorld } from '../src/node/node-host.ts';

/** What checks and the X-ray see of a machine that has been worked on by hand. */
describe('the look into a machine', () => {
  let world: Inspection;
  beforeAll(async () => {
    const simulation = openWorld('oracle');
    const machine = new ScriptRunner(simulation);
    await machine.prepare([]);
    world = inspect(simulation);
    for (const cmd of [
      'unshare -m sh -c "mount -t tmpfs -o size=1m,mode=755 scratch /mnt; exec sleep 1000" >/dev/null &',
      'unshare -n sleep 2000 >/dev/null & echo $! >/tmp/red; sleep 1; mkdir -p /run/netns; touch /run/netns/red',
      'mount --bind /proc/$(cat /tmp/red)/ns/net /run/netns/red',
      'ip link add v0 type veth peer name v1 && ip link set v1 netns $(cat /tmp/red)',
      'ip addr add 10.9.0.1/24 dev v0 && ip link set v0 up',
      'nsenter --net=/run/netns/red sh -c "ip addr add 10.9.0.2/24 dev v1; ip link set v1 up; ip route add default via 10.9.0.1"',
      'iptables -t nat -A POSTROUTING -s 10.9.0.0/24 -j MASQUERADE',
      'mkdir /sys/fs/cgroup/memory/box && echo 64M > /sys/fs/cgroup/memory/box/memory.limit_in_bytes',
    ]) {
      const { exit, stderr } = await machine.run({ cmd });
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    }
  });
  const sleeper = () => world.processes().find(({ command }) => command === 'sleep 1000')!;

  test('tells a process in namespaces of its own from the machine’s', () => {
    const own = sleeper().namespaces.filter(({ inode }, at) => inode !== world.namespaces()[at]?.inode);
    expect(own.map(({ kind }) => kind)).toEqual(['mnt']);
  });

  test('sees what is mounted inside, and not outside', () => {
    const here = (pid: number) => world.mounts(pid).find(({ point }) => point === '/mnt');
    expect(here(sleeper().pid)).toMatchObject({
      type: 'tmpfs',
      source: 'scratch',
      root: '/',
      superOptions: expect.arrayContaining(['size=1024k', 'mode=755']),
    });
    expect(here(1)).toBeUndefined();
    expect(world.mounts(99999)).toEqual([]);
  });

  test('sees a network by the name that it is bound to', () => {
    const red = world.network('red');
    expect(red?.interfaces.map(({ name, up, addresses }) => ({ name, up, addresses }))).toEqual([
      { name: 'lo', up: false, addresses: [] },
      { name: 'v1', up: true, addresses: expect.arrayContaining(['10.9.0.2/24']) },
    ]);
    expect(red?.routes).toContainEqual(
      expect.objectContaining({ destination: 'default', gateway: '10.9.0.1' }),
    );
    expect(world.network('blue')).toBeUndefined();
  });

  test('sees the rules of the machine’s own network', () => {
    expect(world.network(1)?.rules).toContainEqual({
      table: 'nat',
      chain: 'POSTROUTING',
      rule: expect.objectContaining({ source: '10.9.0.0/24', target: 'MASQUERADE' }),
    });
    // As dockerd leaves it where it was the one to switch forwarding on.
    expect(world.network(1)?.policies).toContainEqual({ table: 'filter', chain: 'FORWARD', policy: 'DROP' });
  });

  test('sees a cgroup and its limit', () => {
    expect(world.cgroups().find(({ path }) => path === '/box')?.memory.max).toBe(64 << 20);
  });
});
