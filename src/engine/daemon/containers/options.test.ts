import { expect, test } from 'vitest';
import { FrameDecoder } from '../../api/stdcopy.ts';
import { decode } from '../../base/bytes.ts';
import { reverseName } from '../../net/dns/message.ts';
import { readAll } from '../../net/http/body.ts';
import { makedev } from '../../vfs/device-number.ts';
import { S_IFCHR } from '../../vfs/inode.ts';
import { mknod } from '../../vfs/names.ts';
import { bootDocker, type Docker } from '../testing.ts';

const TOOLS = 'localhost:5000/tools';

async function boot(): Promise<Docker> {
  const docker = await bootDocker();
  await docker.pull('tools');
  return docker;
}

async function start(docker: Docker, name: string, request: object): Promise<void> {
  const made = await docker.api('POST', `/containers/create?name=${name}`, { Image: TOOLS, ...request });
  expect([made.status, made.json.message]).toEqual([201, undefined]);
  expect((await docker.api('POST', `/containers/${name}/start`)).status).toBe(204);
}

async function said(docker: Docker, name: string, request: object): Promise<string> {
  await start(docker, name, request);
  await docker.api('POST', `/containers/${name}/wait`);
  const bytes = await docker.raw('GET', `/containers/${name}/logs?stdout=1&stderr=1`, {}, ({ body }) =>
    readAll(body),
  );
  return new FrameDecoder()
    .push(bytes)
    .map(({ payload }) => decode(payload))
    .join('');
}

test('--init: a small init is PID 1 and passes signals on', async () => {
  const docker = await boot();
  expect(await said(docker, 'ca', { Cmd: ['pids'], HostConfig: { Init: true } })).toBe('7 1,7\n');
  await start(docker, 'cb', { Cmd: ['server'], HostConfig: { Init: true } });
  await docker.api('POST', '/containers/cb/stop');
  expect((await docker.api('GET', '/containers/cb/json')).json.State.ExitCode).toBe(7);
});

test('--sysctl: in namespaces of its own only', async () => {
  const docker = await boot();
  const of = (name: string) => ({
    Cmd: ['cat', '/proc/sys/net/ipv4/ip_forward'],
    HostConfig: { Sysctls: { [name]: '0' } },
  });
  expect(await said(docker, 'ca', of('net.ipv4.ip_forward'))).toBe('0\n');
  await docker.api('POST', '/containers/create?name=cb', { Image: TOOLS, ...of('vm.swappiness') });
  expect((await docker.api('POST', '/containers/cb/start')).json.message).toContain(
    'sysctl "vm.swappiness" is not in a separate kernel namespace',
  );
});

test('--link: an alias in /etc/hosts, and variables', async () => {
  const docker = await boot();
  await start(docker, 'db', { Cmd: ['sleep', '100'], Env: ['A=1'], ExposedPorts: { '5432/tcp': {} } });
  const linked = (cmd: string[]) => ({ Cmd: cmd, HostConfig: { Links: ['db:store'] } });
  const address = (await docker.api('GET', '/containers/db/json')).json.NetworkSettings.IPAddress;
  expect(await said(docker, 'ca', linked(['cat', '/etc/hosts']))).toMatch(
    new RegExp(`^${address}\\tstore [0-9a-f]{12} db$`, 'm'),
  );
  expect((await said(docker, 'cb', linked(['env']))).split('\n')).toEqual(
    expect.arrayContaining([
      'STORE_NAME=/cb/store',
      `STORE_PORT=tcp://${address}:5432`,
      `STORE_PORT_5432_TCP_ADDR=${address}`,
      'STORE_ENV_A=1',
    ]),
  );
  const missing = { Image: TOOLS, HostConfig: { Links: ['nosuch'] } };
  expect((await docker.api('POST', '/containers/create', missing)).json.message).toBe(
    'could not get container for nosuch: No such container: nosuch',
  );
});

test('--volumes-from: what another has, read-only where asked', async () => {
  const docker = await boot();
  await start(docker, 'ca', { Cmd: ['touch', '/data/x'], HostConfig: { Binds: ['vol:/data'] } });
  await docker.api('POST', '/containers/ca/wait');
  expect(
    await said(docker, 'cb', { Cmd: ['ls', '/data'], HostConfig: { VolumesFrom: ['ca:ro'] } }),
  ).toContain('x\n');
  expect((await docker.api('GET', '/containers/cb/json')).json.Mounts).toMatchObject([
    { Name: 'vol', Destination: '/data', RW: false },
  ]);
});

test('--device: the node of the host, or all nodes of a directory', async () => {
  const docker = await boot();
  const device = (path: string) => ({
    Cmd: ['ls', '/dev'],
    HostConfig: { Devices: [{ PathOnHost: path, PathInContainer: '/dev/own', CgroupPermissions: 'rwm' }] },
  });
  expect(await said(docker, 'ca', device('/dev/null'))).toContain('own\n');
  docker.machine.mkdir('/dev/net');
  mknod(docker.machine.kernel.context, '/dev/net/tun', S_IFCHR | 0o600, makedev(10, 200));
  const { HostConfig } = device('/dev/net');
  expect(await said(docker, 'cd', { Cmd: ['ls', '/dev/own'], HostConfig })).toContain('tun\n');
  await docker.api('POST', '/containers/create?name=cb', { Image: TOOLS, ...device('/dev/nosuch') });
  expect((await docker.api('POST', '/containers/cb/start')).json.message).toBe(
    'error gathering device information while adding custom device "/dev/nosuch": no such file or directory',
  );
});

test('a health check: starting at first, then as its probes end', async () => {
  const docker = await boot();
  const check = (...command: string[]) => ({
    Cmd: ['sleep', '1000'],
    Healthcheck: { Test: ['CMD', ...command], Interval: 1e9, Retries: 2 },
  });
  await start(docker, 'good', check('echo', 'fine'));
  await start(docker, 'bad', check('fail', '3'));
  const health = async (name: string) =>
    (await docker.api('GET', `/containers/${name}/json`)).json.State.Health;
  expect(await health('bad')).toEqual({ Status: 'starting', FailingStreak: 0, Log: [] });
  await said(docker, 'first', { Cmd: ['sleep', '1.5'] });
  expect(await health('good')).toMatchObject({ Status: 'healthy', Log: [{ ExitCode: 0, Output: 'fine\n' }] });
  expect(await health('bad')).toMatchObject({ Status: 'starting', FailingStreak: 1 });
  await said(docker, 'second', { Cmd: ['sleep', '1'] });
  expect(await health('bad')).toMatchObject({ Status: 'unhealthy', FailingStreak: 2 });
  await docker.api('POST', '/containers/good/kill');
  expect((await health('good')).Status).toBe('unhealthy');
});

test('a probe that takes too long has failed', async () => {
  const docker = await boot();
  await start(docker, 'slow', {
    Cmd: ['sleep', '1000'],
    Healthcheck: { Test: ['CMD', 'sleep', '100'], Interval: 1e9, Timeout: 1e9, Retries: 1 },
  });
  await said(docker, 'wait', { Cmd: ['sleep', '2.5'] });
  expect((await docker.api('GET', '/containers/slow/json')).json.State.Health).toMatchObject({
    Status: 'unhealthy',
    Log: [{ ExitCode: -1, Output: 'Health check exceeded timeout (1s)' }],
  });
});

test('the daemon listens where daemon.json says, and asks mirrors of Docker Hub first', async () => {
  const docker = await bootDocker({
    '/etc/docker/daemon.json': JSON.stringify({
      hosts: ['unix:///var/run/docker.sock', 'tcp://127.0.0.1:2375'],
      'registry-mirrors': ['http://127.0.0.1:5001', 'http://127.0.0.1:5000/'],
    }),
  });
  // The first mirror is not there; the Hub itself cannot be reached at all.
  await docker.api('POST', '/images/create?fromImage=tools&tag=latest');
  const { json } = await docker.api('GET', '/images/json');
  expect(json).toMatchObject([{ RepoTags: ['tools:latest'] }]);
});

test('names on a user network', async () => {
  const docker = await boot();
  await docker.api('POST', '/networks/create', { Name: 'net1' });
  const joined = { HostConfig: { NetworkMode: 'net1' } };
  await start(docker, 'web', {
    Cmd: ['sleep', '1000'],
    ...joined,
    NetworkingConfig: { EndpointsConfig: { net1: { Aliases: ['www'] } } },
  });
  const { Networks } = (await docker.api('GET', '/containers/web/json')).json.NetworkSettings;
  const address = Networks.net1.IPAddress;
  for (const [name, type, answer] of [
    ['web', 'A', [address]],
    ['WWW', 'A', [address]],
    ['web.net1', 'A', [address]],
    ['web', 'AAAA', []],
    [reverseName(address), 'PTR', ['web.net1']],
    ['nosuch', 'A', 'SERVFAIL'],
  ] as const)
    expect([
      name,
      await said(docker, `ask-${type}-${name}`, { Cmd: ['ask', name, type], ...joined }),
    ]).toEqual([name, `${answer}\n`]);
});
