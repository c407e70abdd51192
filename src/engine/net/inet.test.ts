import { beforeEach, expect, test } from 'vitest';
import { decode, encode } from '../base/bytes.ts';
import { VirtualClock } from '../base/clock.ts';
import { type ErrnoCode, isErrno } from '../base/errno.ts';
import { seededRandom } from '../base/random.ts';
import type { Caller } from '../vfs/caller.ts';
import { CapabilitySet } from '../vfs/capabilities.ts';
import { INITIAL_USER_NAMESPACE } from '../vfs/user-namespace.ts';
import type { SocketAddress } from './address.ts';
import { EthernetSegment } from './ethernet-segment.ts';
import { decodeIcmp, encodeIcmp, IcmpSocket } from './icmp.ts';
import { NetNamespace } from './net-namespace.ts';
import { Netfilter } from './netfilter.ts';
import type { NetlinkReply, NetlinkRequest } from './netlink.ts';
import { OUTSIDER } from './socket-stream.ts';
import { SockFs } from './sockfs.ts';
import { TcpSocket } from './tcp/socket.ts';
import { UdpSocket } from './udp.ts';

const root: Caller = {
  ...OUTSIDER,
  credentials: {
    uid: 0,
    gid: 0,
    groups: [],
    userns: INITIAL_USER_NAMESPACE,
    capabilities: CapabilitySet.of(['NET_ADMIN', 'NET_RAW', 'NET_BIND_SERVICE']),
  },
};

/** Lets the world run: all promises first, then the next timer, until `done`. */
async function run<T>(promise: Promise<T> | T): Promise<T> {
  let settled = false;
  const watched = Promise.resolve(promise).finally(() => {
    settled = true;
  });
  watched.catch(() => {});
  for (let i = 0; i < 20_000; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (settled) return watched;
    const next = clock.next();
    if (next === undefined) throw new Error('nothing will ever happen');
    clock.advance(next);
    while (clock.fireNext());
  }
  throw new Error('still running');
}

async function failure(promise: Promise<unknown>): Promise<{ code: ErrnoCode; after: number }> {
  const start = clock.now();
  try {
    await run(promise);
  } catch (error) {
    if (isErrno(error)) return { code: error.code, after: Math.round((clock.now() - start) / 100) / 10 };
    throw error;
  }
  throw new Error('did not fail');
}

let clock: VirtualClock;
let wire: EthernetSegment;
let host: NetNamespace;
let web: NetNamespace;
let other: NetNamespace;
let hub: NetNamespace;

const nl = <R extends NetlinkRequest>(ns: NetNamespace, request: R): NetlinkReply<R> =>
  ns.netlink(request, root, (where) => [host, web, other]['pid' in where ? where.pid : where.fd]!);
const at = (address: string, port: number): SocketAddress => ({ family: 'inet', address, port });

/** A host with a bridge and two containers on it, and a second machine on the same wire, as Docker lays them out. */
beforeEach(() => {
  clock = new VirtualClock(1_700_000_000_000);
  const random = seededRandom('net');
  const machine = () =>
    new NetNamespace({
      clock,
      random,
      sockfs: new SockFs(8, clock),
      netfilter: (around) => new Netfilter(around),
    });
  wire = new EthernetSegment(clock, { latency: 0.5 });
  host = machine();
  web = new NetNamespace(host.stack);
  other = new NetNamespace(host.stack);
  hub = machine();
  for (const ns of [host, web, other, hub]) nl(ns, { type: 'RTM_SETLINK', name: 'lo', change: { up: true } });
  for (const [ns, address] of [
    [host, '10.0.2.15'],
    [hub, '10.0.2.80'],
  ] as const) {
    ns.addEthernet('eth0', wire);
    nl(ns, { type: 'RTM_NEWADDR', name: 'eth0', address, prefix: 24 });
    nl(ns, { type: 'RTM_SETLINK', name: 'eth0', change: { up: true } });
  }
  nl(host, { type: 'RTM_NEWLINK', name: 'docker0', kind: 'bridge', up: true });
  nl(host, { type: 'RTM_NEWADDR', name: 'docker0', address: '172.17.0.1', prefix: 16 });
  host.setSysctl('net.ipv4.ip_forward', '1');
  for (const [ns, pid, address] of [
    [web, 1, '172.17.0.2'],
    [other, 2, '172.17.0.3'],
  ] as const) {
    nl(host, {
      type: 'RTM_NEWLINK',
      name: `veth${pid}`,
      kind: 'veth',
      peer: { name: 'eth0', netns: { pid } },
    });
    nl(host, { type: 'RTM_SETLINK', name: `veth${pid}`, change: { master: 'docker0', up: true } });
    nl(ns, { type: 'RTM_NEWADDR', name: 'eth0', address, prefix: 16, broadcast: true });
    nl(ns, { type: 'RTM_SETLINK', name: 'eth0', change: { up: true } });
    nl(ns, {
      type: 'RTM_NEWROUTE',
      route: { destination: 'default', gateway: '172.17.0.1', device: 'eth0' },
    });
  }
  nl(host, {
    type: 'IPT_APPEND',
    table: 'nat',
    chain: 'POSTROUTING',
    rule: { source: '172.17.0.0/16', outInterface: '! docker0', target: 'MASQUERADE' },
  });
});

function listen(ns: NetNamespace, address: string, port: number): TcpSocket {
  const socket = new TcpSocket(ns.tcp);
  socket.bind(at(address, port), root);
  socket.listen(5);
  return socket;
}

async function connect(ns: NetNamespace, address: string, port: number): Promise<TcpSocket> {
  const socket = new TcpSocket(ns.tcp);
  await socket.connect(at(address, port), root);
  return socket;
}

test('a connection within one machine takes no wire time and carries bytes both ways', async () => {
  const server = listen(host, '127.0.0.1', 8080);
  const client = await run(connect(host, '127.0.0.1', 8080));
  const { socket } = await server.accept(root);
  await client.write(encode('ping'), root);
  expect(decode(await socket.read(100, root))).toBe('ping');
  client.shutdown('write');
  expect(await socket.read(100, root)).toHaveLength(0);
  await socket.write(encode('pong'), root);
  expect(decode(await client.read(100, root))).toBe('pong');
  socket.release();
  expect(await client.read(100, root)).toHaveLength(0);
  expect(clock.now() - clock.bootTime).toBeLessThan(1);
  client.release();
  expect(host.tcp.sockets().map((s) => s.info()?.state)).toEqual(['TIME-WAIT', 'LISTEN']);
  await run(new Promise<void>((resolve) => clock.at(clock.now() + 61_000, resolve)));
  expect(host.tcp.sockets()).toEqual([server]);
});

test('two containers speak over the bridge, which learns where they are; counters move', async () => {
  const server = listen(web, '0.0.0.0', 80);
  const client = await run(connect(other, '172.17.0.2', 80));
  const { socket, address } = await server.accept(root);
  expect(address).toMatchObject({ address: '172.17.0.3' });
  await client.write(new Uint8Array(100_000), root);
  let got = 0;
  while (got < 100_000) got += (await socket.read(65_536, root)).length;
  const sent = nl(other, { type: 'RTM_GETLINK' }).find((link) => link.name === 'eth0')!.statistics;
  expect(sent.txBytes).toBeGreaterThan(100_000 + 69 * 66);
  expect(sent.txPackets).toBeGreaterThan(69);
  expect(nl(web, { type: 'RTM_GETLINK' })[1]!.statistics.rxBytes).toBe(sent.txBytes);
  expect(nl(other, { type: 'RTM_GETNEIGH' })).toMatchObject([{ address: '172.17.0.2', state: 'REACHABLE' }]);
  expect(nl(host, { type: 'RTM_GETNEIGH' })).toEqual([]);
});

test('a published port is a DNAT rule: the container sees the client, the client sees the host', async () => {
  nl(host, { type: 'IPT_NEWCHAIN', table: 'nat', chain: 'DOCKER' });
  nl(host, {
    type: 'IPT_APPEND',
    table: 'nat',
    chain: 'PREROUTING',
    rule: { destinationType: 'LOCAL', target: 'DOCKER' },
  });
  nl(host, {
    type: 'IPT_APPEND',
    table: 'nat',
    chain: 'DOCKER',
    rule: {
      protocol: 'tcp',
      inInterface: '! docker0',
      destinationPort: '8080',
      target: 'DNAT',
      targetOptions: { 'to-destination': '172.17.0.2:80' },
    },
  });
  const server = listen(web, '0.0.0.0', 80);
  const client = await run(connect(hub, '10.0.2.15', 8080));
  const { socket, address } = await run(server.accept(root));
  expect(address).toMatchObject({ address: '10.0.2.80' });
  expect(client.getpeername()).toMatchObject({ address: '10.0.2.15', port: 8080 });
  await socket.write(encode('hello'), root);
  expect(decode(await run(client.read(10, root)))).toBe('hello');
  const docker = nl(host, { type: 'IPT_GET', table: 'nat' }).find((chain) => chain.name === 'DOCKER')!;
  expect(docker.rules[0]!.packets).toBe(1);
  expect(host.netfilter?.conntrack.list()[0]).toMatchObject({
    original: { destination: '10.0.2.15', destinationPort: 8080 },
    reply: { source: '172.17.0.2', sourcePort: 80 },
  });
});

test('what leaves a container for the world bears the host’s address, and answers find back', async () => {
  const server = listen(hub, '0.0.0.0', 443);
  const [a, b] = await run(Promise.all([connect(web, '10.0.2.80', 443), connect(other, '10.0.2.80', 443)]));
  const first = await run(server.accept(root));
  expect(first.address).toMatchObject({ address: '10.0.2.15' });
  await first.socket.write(encode('x'), root);
  expect(decode(await run(a.read(10, root)))).toBe('x');
  b.release();
});

test('failures are those of Linux, in Linux’ time', async () => {
  expect(await failure(connect(host, '127.0.0.1', 1))).toEqual({ code: 'ECONNREFUSED', after: 0 });
  expect(await failure(connect(web, '172.17.0.3', 80))).toEqual({ code: 'ECONNREFUSED', after: 0 });
  expect(await failure(connect(host, '192.168.7.7', 80))).toEqual({ code: 'ENETUNREACH', after: 0 });
  expect(await failure(connect(host, '10.0.2.99', 80))).toEqual({ code: 'EHOSTUNREACH', after: 3 });
  // The host answers for the unreachable network behind it.
  expect(await failure(connect(web, '192.168.7.7', 80))).toEqual({ code: 'ENETUNREACH', after: 0 });
  nl(host, {
    type: 'IPT_INSERT',
    table: 'filter',
    chain: 'FORWARD',
    rule: { destination: '10.0.2.80', target: 'REJECT' },
  });
  expect(await failure(connect(web, '10.0.2.80', 80))).toEqual({ code: 'ECONNREFUSED', after: 0 });
  nl(host, { type: 'IPT_FLUSH', table: 'filter' });
  nl(host, { type: 'IPT_POLICY', table: 'filter', chain: 'FORWARD', policy: 'DROP' });
  expect(await failure(connect(web, '10.0.2.80', 80))).toEqual({ code: 'ETIMEDOUT', after: 127 });
  const empty = new NetNamespace(host.stack);
  expect(await failure(connect(empty, '127.0.0.1', 80))).toEqual({ code: 'ENETUNREACH', after: 0 });
});

test('binding: taken ports, foreign addresses, privileged ports', () => {
  const server = listen(host, '0.0.0.0', 80);
  const bind = (address: string, port: number, caller = root) => {
    const socket = new TcpSocket(host.tcp);
    socket.bind(at(address, port), caller);
    return socket;
  };
  expect(() => bind('127.0.0.1', 80)).toThrow('Address already in use');
  expect(() => bind('8.8.8.8', 81)).toThrow('Cannot assign requested address');
  expect(() => bind('0.0.0.0', 81, OUTSIDER)).toThrow('Permission denied');
  host.setSysctl('net.ipv4.ip_unprivileged_port_start', '0');
  bind('0.0.0.0', 81, OUTSIDER).release();
  server.release();
  bind('127.0.0.1', 80);
  bind('10.0.2.15', 80);
});

test('an IPv6 wildcard takes IPv4 connections and names their peers as mapped', async () => {
  const server = new TcpSocket(host.tcp, 'inet6');
  server.bind({ family: 'inet6', address: '::', port: 80 }, root);
  server.listen();
  await run(connect(host, '127.0.0.1', 80));
  const six = new TcpSocket(host.tcp, 'inet6');
  await run(six.connect({ family: 'inet6', address: '::1', port: 80 }, root));
  expect((await server.accept(root)).address).toMatchObject({ address: '::ffff:127.0.0.1' });
  expect((await server.accept(root)).address).toMatchObject({ address: '::1' });
});

test('lost segments are sent again; a wire that stays cut ends the connection', async () => {
  const server = listen(hub, '0.0.0.0', 80);
  const client = await run(connect(host, '10.0.2.80', 80));
  const { socket } = await run(server.accept(root));
  wire.cut = true;
  await client.write(encode('lost?'), root);
  clock.at(clock.now() + 1000, () => {
    wire.cut = false;
  });
  expect(decode(await run(socket.read(10, root)))).toBe('lost?');
  wire.cut = true;
  await client.write(encode('x'), root);
  const end = await failure(Promise.resolve(client.read(1, root)));
  expect(end.code).toBe('ETIMEDOUT');
  expect(end.after).toBeGreaterThan(900);
});

test('a reader that stops makes the writer wait; nothing is lost on the way', async () => {
  const server = listen(hub, '0.0.0.0', 80);
  const client = await run(connect(web, '10.0.2.80', 80));
  const { socket } = await run(server.accept(root));
  const data = Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * 31) >> 3);
  let done = false;
  const writing = Promise.resolve(client.write(data, root)).then(() => {
    done = true;
    client.shutdown('write');
  });
  await run(new Promise<void>((resolve) => clock.at(clock.now() + 5000, resolve)));
  expect(done).toBe(false);
  const reading = (async () => {
    const got: Uint8Array[] = [];
    for (;;) {
      const chunk = await socket.read(40_000, root);
      if (chunk.length === 0) return got;
      got.push(chunk);
    }
  })();
  const got = await run(reading);
  await writing;
  let at = 0;
  for (const chunk of got) {
    if (chunk[0] !== data[at]) throw new Error(`differs at ${at}`);
    at += chunk.length;
  }
  expect(at).toBe(data.length);
});

test('closing with unread bytes, and writing to who has closed, reset the connection', async () => {
  const server = listen(host, '127.0.0.1', 80);
  const client = await run(connect(host, '127.0.0.1', 80));
  const { socket } = await server.accept(root);
  await client.write(encode('unread'), root);
  socket.release();
  expect(() => client.read(1, root)).toThrow('Connection reset by peer');
  const again = await run(connect(host, '127.0.0.1', 80));
  (await server.accept(root)).socket.release();
  await again.write(encode('first is accepted'), root);
  expect(() => again.write(encode('second'), root)).toThrow();
  server.release();
});

test('datagrams: delivery, port unreachable to a connected socket, masquerade', async () => {
  const server = new UdpSocket(hub.udp);
  server.bind(at('0.0.0.0', 53), root);
  const client = new UdpSocket(web.udp);
  client.connect(at('10.0.2.80', 53));
  client.write(encode('question'));
  const question = await run(server.recvfrom(512, root));
  expect(question).toMatchObject({ address: { address: '10.0.2.15' }, ttl: 63 });
  server.sendto(encode('answer'), question.address);
  expect(decode((await run(client.recvfrom(512, root))).data)).toBe('answer');
  server.release();
  client.write(encode('nobody there?'));
  expect((await failure(client.recvfrom(512, root))).code).toBe('ECONNREFUSED');
});

test('echo requests are answered, also through nat; an absent neighbour is reported', async () => {
  const socket = new IcmpSocket(web.icmp);
  const ping = (address: string, sequence: number) =>
    socket.sendto(
      encodeIcmp({ type: 8, code: 0, identifier: 77, sequence, data: encode('data') }),
      at(address, 0),
    );
  ping('10.0.2.80', 1);
  const reply = await run(socket.recvfrom(1500, root));
  expect(reply).toMatchObject({ address: { address: '10.0.2.80' }, ttl: 63 });
  expect(decodeIcmp(reply.data)).toMatchObject({
    type: 0,
    identifier: 77,
    sequence: 1,
    data: encode('data'),
  });
  ping('172.17.0.2', 2);
  expect(decodeIcmp((await run(socket.recvfrom(1500, root))).data)).toMatchObject({ type: 8 });
  expect(decodeIcmp((await run(socket.recvfrom(1500, root))).data)).toMatchObject({ type: 0, sequence: 2 });
  ping('172.17.0.9', 3);
  const failed = await run(socket.recvfrom(1500, root));
  expect(decodeIcmp(failed.data)).toMatchObject({ type: 3, code: 1 });
});

test('configuration needs CAP_NET_ADMIN, and errors are rtnetlink’s', () => {
  const refuse = (request: NetlinkRequest, message: string, caller = root) =>
    expect(() => host.netlink(request, caller, () => web)).toThrow(message);
  refuse({ type: 'RTM_SETLINK', name: 'lo', change: { up: false } }, 'Operation not permitted', OUTSIDER);
  refuse({ type: 'RTM_DELLINK', name: 'nope' }, 'No such device');
  refuse({ type: 'RTM_NEWLINK', name: 'docker0', kind: 'bridge' }, 'File exists');
  refuse({ type: 'RTM_NEWLINK', name: 'a-name-of-16-char', kind: 'bridge' }, 'Invalid argument');
  refuse({ type: 'RTM_NEWADDR', name: 'docker0', address: '172.17.0.1', prefix: 16 }, 'File exists');
  refuse(
    { type: 'RTM_DELADDR', name: 'docker0', address: '1.1.1.1', prefix: 32 },
    'Cannot assign requested address',
  );
  const route = { destination: 'default', gateway: '9.9.9.9', device: 'eth0' };
  refuse({ type: 'RTM_NEWROUTE', route }, 'Network is unreachable');
  refuse({ type: 'RTM_DELROUTE', route: { destination: '4.0.0.0/8' } }, 'No such process');
  expect(nl(host, { type: 'RTM_GETROUTE', destination: '172.17.0.2' })).toEqual([
    { destination: '172.17.0.2', device: 'docker0', source: '172.17.0.1' },
  ]);
});

test('a namespace that ends takes its veth along; a link that goes down takes its routes', () => {
  web.release();
  expect(host.devices().map((device) => device.name)).toEqual(['lo', 'eth0', 'docker0', 'veth2']);
  nl(host, { type: 'RTM_SETLINK', name: 'docker0', change: { up: false } });
  expect(nl(host, { type: 'RTM_GETROUTE' }).map((route) => route.device)).toEqual(['eth0']);
  nl(host, { type: 'RTM_SETLINK', name: 'docker0', change: { up: true } });
  expect(nl(host, { type: 'RTM_GETROUTE' })).toHaveLength(2);
});
