import { describe, expect, test } from 'vitest';
import { FrameDecoder } from '../api/stdcopy.ts';
import { decode, encode } from '../base/bytes.ts';
import { bootTestMachine } from '../kernel/testing.ts';
import { readAll } from '../net/http/body.ts';
import { dockerd } from './dockerd.ts';
import { bootDocker, type Docker, drain } from './testing.ts';

const TOOLS = 'localhost:5000/tools';

async function create(docker: Docker, name: string, request: object): Promise<string> {
  const answer = await docker.api('POST', `/v1.51/containers/create?name=${name}`, {
    Image: TOOLS,
    ...request,
  });
  expect([answer.status, answer.text]).toEqual([201, expect.stringContaining('"Id"')]);
  return answer.json.Id;
}

/** What a finished container wrote, by stream. */
async function outputs(docker: Docker, name: string): Promise<[number, string][]> {
  const bytes = await docker.raw('GET', `/containers/${name}/logs?stdout=1&stderr=1`, {}, ({ body }) =>
    readAll(body),
  );
  return new FrameDecoder().push(bytes).map(({ stream, payload }) => [stream, decode(payload)]);
}

async function runToEnd(docker: Docker, name: string, request: object): Promise<number> {
  await create(docker, name, request);
  expect((await docker.api('POST', `/containers/${name}/start`)).status).toBe(204);
  return (await docker.api('POST', `/containers/${name}/wait`)).json.StatusCode;
}

describe('images', () => {
  test('a pull tells what it does in the words and the order of the engine', async () => {
    const docker = await bootDocker();
    const told = (text: string) =>
      text
        .trim()
        .split('\r\n')
        .map((line) => JSON.parse(line).status);
    expect(told((await docker.pull('tools')).text)).toEqual([
      'Pulling from tools',
      'Pulling fs layer',
      'Downloading',
      'Verifying Checksum',
      'Download complete',
      'Extracting',
      'Pull complete',
      expect.stringMatching(/^Digest: sha256:[0-9a-f]{64}$/),
      `Status: Downloaded newer image for ${TOOLS}:latest`,
    ]);
    expect(told((await docker.pull('tools')).text).at(-1)).toBe(
      `Status: Image is up to date for ${TOOLS}:latest`,
    );
    // The second image shares the first's layer.
    expect(told((await docker.pull('tools', 'server')).text).slice(1, 3)).toEqual([
      'Already exists',
      'Pulling fs layer',
    ]);
    expect((await docker.api('GET', '/images/json')).json).toHaveLength(2);
  });

  test('what is not there is refused before anything is told', async () => {
    const docker = await bootDocker();
    const answer = await docker.pull('tools', 'nope');
    expect([answer.status, answer.json]).toEqual([
      404,
      { message: `manifest for ${TOOLS}:nope not found: manifest unknown: manifest unknown` },
    ]);
    expect(
      (await docker.api('POST', '/images/create?fromImage=127.0.0.1:9/foo&tag=latest')).json.message,
    ).toBe('Get "http://127.0.0.1:9/v2/": dial tcp 127.0.0.1:9: connect: connection refused');
  });

  test('a push sends what the registry has not, and what it sent can be pulled', async () => {
    const docker = await bootDocker();
    await docker.pull('tools', 'server');
    const { Id } = (await docker.api('GET', `/images/${TOOLS}:server/json`)).json;
    const push = async (name: string, tag: string) => {
      await docker.api('POST', `/images/${TOOLS}:server/tag?repo=${name}&tag=${tag}`);
      const { text } = await docker.api('POST', `/images/${name}/push?tag=${tag}`);
      return text
        .trim()
        .split('\r\n')
        .map((line) => JSON.parse(line))
        .map(({ status, error, aux }) => error ?? status ?? aux);
    };
    const digest = (told: unknown[]) => (told.at(-1) as { Digest: string }).Digest;
    // The same registry by another name: nothing is known of it.
    const sent = await push('127.0.0.1:5000/mine', 'v1');
    expect(sent.filter((line) => line !== 'Pushing')).toEqual([
      'The push refers to repository [127.0.0.1:5000/mine]',
      'Preparing',
      'Preparing',
      'Pushed',
      'Pushed',
      `v1: digest: ${digest(sent)} size: ${(sent.at(-1) as { Size: number }).Size}`,
      { Tag: 'v1', Digest: digest(sent), Size: expect.any(Number) },
    ]);
    const again = await push('127.0.0.1:5000/mine', 'v2');
    expect(again.slice(3, 5)).toEqual(['Layer already exists', 'Layer already exists']);
    expect(digest(again)).toBe(digest(sent));
    expect((await push('127.0.0.1:5000/other', 'v1')).slice(3, 5)).toEqual([
      'Mounted from mine',
      'Mounted from mine',
    ]);
    expect((await push('127.0.0.1:9/x', 'v1')).slice(1)).toEqual([
      'Get "http://127.0.0.1:9/v2/": dial tcp 127.0.0.1:9: connect: connection refused',
    ]);
    for (const { RepoTags } of (await docker.api('GET', '/images/json')).json)
      for (const name of RepoTags) await docker.api('DELETE', `/images/${name}`);
    expect((await docker.api('GET', '/images/json')).json).toEqual([]);
    await docker.api('POST', '/images/create?fromImage=127.0.0.1:5000/other&tag=v1');
    const back = (await docker.api('GET', '/images/127.0.0.1:5000/other:v1/json')).json;
    expect([back.Id, back.RepoDigests]).toEqual([Id, [`127.0.0.1:5000/other@${digest(sent)}`]]);
  });

  test('removing the last name removes the image and its layers', async () => {
    const docker = await bootDocker();
    await docker.pull('tools');
    await docker.api('POST', `/images/${TOOLS}/tag?repo=other&tag=v1`);
    expect((await docker.api('DELETE', '/images/other:v1')).json).toEqual([{ Untagged: 'other:v1' }]);
    const kinds = (await docker.api('DELETE', `/images/${TOOLS}`)).json.map(
      (item: object) => Object.keys(item)[0],
    );
    expect(kinds).toEqual(['Untagged', 'Untagged', 'Deleted', 'Deleted']);
    expect((await docker.api('DELETE', '/images/nosuch')).json.message).toBe('No such image: nosuch:latest');
  });
});

describe('a container', () => {
  test('runs to its end and leaves its output, its exit code and nothing else behind', async () => {
    const docker = await bootDocker();
    await docker.pull('tools');
    expect(await runToEnd(docker, 'hi', { Cmd: ['echo', 'hi'] })).toBe(0);
    expect(await outputs(docker, 'hi')).toEqual([[1, 'hi\n']]);
    expect(await runToEnd(docker, 'failing', { Cmd: ['fail', '3'] })).toBe(3);
    expect(await outputs(docker, 'failing')).toEqual([[2, 'failing\n']]);
    const { State, NetworkSettings } = (await docker.api('GET', '/containers/failing/json')).json;
    expect(State).toMatchObject({ Status: 'exited', Running: false, ExitCode: 3, Pid: 0 });
    expect(NetworkSettings.Networks.bridge.IPAddress).toBe('');
    expect(docker.machine.ps()).not.toContain('shim');
  });

  test('is a process under a shim, alone in its PID namespace', async () => {
    const docker = await bootDocker();
    await docker.pull('tools');
    expect(await runToEnd(docker, 'alone', { Cmd: ['pids'] })).toBe(0);
    expect(await outputs(docker, 'alone')).toEqual([[1, '1 1\n']]);
    const id = await create(docker, 'server', { Cmd: ['server'] });
    await docker.api('POST', '/containers/server/start');
    expect(docker.machine.ps()).toContain(`containerd-shim-runc-v2 -namespace moby -id ${id}`);
    const { State, NetworkSettings } = (await docker.api('GET', '/containers/server/json')).json;
    expect(State).toMatchObject({ Status: 'running', Running: true });
    expect(NetworkSettings).toMatchObject({
      IPAddress: '172.17.0.2',
      Gateway: '172.17.0.1',
      IPPrefixLen: 16,
    });
    const listed = (await docker.api('GET', '/containers/json')).json;
    expect(listed).toMatchObject([
      { Names: ['/server'], Command: 'server', State: 'running', Status: 'Up Less than a second' },
    ]);
  });

  test('is attached to before it starts, and waited for, as docker run does', async () => {
    const docker = await bootDocker();
    await docker.pull('tools');
    await create(docker, 'cat', { Cmd: ['cat'], OpenStdin: true, StdinOnce: true, AttachStdin: true });
    const order: string[] = [];
    const attached = docker.raw(
      'POST',
      '/containers/cat/attach?stream=1&stdin=1&stdout=1&stderr=1',
      { upgrade: true },
      async ({ status, headers, connection }) => {
        order.push(`attach ${status} ${headers.get('Content-Type')}`);
        await connection!.write(encode('typed\n'));
        await connection!.closeWrite();
        return new FrameDecoder()
          .push(await drain(connection!))
          .map(({ stream, payload }) => [stream, decode(payload)]);
      },
    );
    const waited = docker.raw(
      'POST',
      '/containers/cat/wait?condition=next-exit',
      {},
      async ({ status, body }) => {
        order.push(`wait ${status}`);
        return decode(await readAll(body));
      },
    );
    await docker.machine.runUntil(() => order.length === 2);
    expect(order).toEqual(['attach 101 application/vnd.docker.multiplexed-stream', 'wait 200']);
    await docker.api('POST', '/containers/cat/start');
    expect(await attached).toEqual([[1, 'typed\n']]);
    expect(await waited).toBe('{"StatusCode":0}\n');
  });

  test('has a terminal of its own', async () => {
    const docker = await bootDocker();
    await docker.pull('tools');
    expect(await runToEnd(docker, 'terminal', { Cmd: ['tty'], Tty: true })).toBe(0);
    const bytes = await docker.raw('GET', '/containers/terminal/logs?stdout=1', {}, ({ body }) =>
      readAll(body),
    );
    expect(decode(bytes)).toBe('true /dev/pts/0\r\n');
  });

  test('that heeds no SIGTERM is killed after ten seconds', async () => {
    const docker = await bootDocker();
    await docker.pull('tools');
    await create(docker, 'deaf', { Cmd: ['sleep', '1000'] });
    await docker.api('POST', '/containers/deaf/start');
    const before = docker.machine.clock.now();
    expect((await docker.api('POST', '/containers/deaf/stop')).status).toBe(204);
    expect(Math.round((docker.machine.clock.now() - before) / 1000)).toBe(10);
    expect((await docker.api('GET', '/containers/deaf/json')).json.State.ExitCode).toBe(137);
    await create(docker, 'polite', { Cmd: ['server'] });
    await docker.api('POST', '/containers/polite/start');
    await docker.api('POST', '/containers/polite/stop');
    expect((await docker.api('GET', '/containers/polite/json')).json.State.ExitCode).toBe(7);
    expect((await docker.api('POST', '/containers/polite/stop')).status).toBe(304);
  });

  test('removes itself when it was asked to', async () => {
    const docker = await bootDocker();
    await docker.pull('tools');
    await create(docker, 'brief', { Cmd: ['true'], HostConfig: { AutoRemove: true } });
    const removed = docker.api('POST', '/containers/brief/wait?condition=removed');
    await docker.api('POST', '/containers/brief/start');
    expect((await removed).json.StatusCode).toBe(0);
    expect((await docker.api('GET', '/containers/json?all=1')).json).toEqual([]);
  });

  test("that cannot start says why, in runc's words", async () => {
    const docker = await bootDocker();
    await docker.pull('tools');
    const start = async (name: string, Cmd: string[], more: object = {}) => {
      await create(docker, name, { Cmd, ...more });
      const { status, json } = await docker.api('POST', `/containers/${name}/start`);
      const { State } = (await docker.api('GET', `/containers/${name}/json`)).json;
      return [status, json?.message, State.ExitCode, State.Status];
    };
    const failed = (why: string) =>
      `failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: ${why}`;
    expect(await start('missing', ['nosuch'])).toEqual([
      400,
      failed('"nosuch": executable file not found in $PATH'),
      127,
      'created',
    ]);
    expect(await start('directory', ['/etc'])).toEqual([
      400,
      failed('"/etc": permission denied'),
      126,
      'created',
    ]);
    expect(await start('absent', ['/nosuch'])).toEqual([
      400,
      failed('"/nosuch": stat /nosuch: no such file or directory'),
      127,
      'created',
    ]);
    expect((await start('stranger', ['true'], { User: 'nosuch' })).slice(0, 2)).toEqual([
      400,
      'unable to find user nosuch: no matching entries in passwd file',
    ]);
    expect(docker.machine.ps()).not.toContain('shim');
  });

  test('tells what changed in its files', async () => {
    const docker = await bootDocker();
    await docker.pull('tools');
    await runToEnd(docker, 'writer', { Cmd: ['touch', '/tmp/marker'] });
    expect((await docker.api('GET', '/containers/writer/changes')).json).toEqual([
      { Path: '/tmp', Kind: 0 },
      { Path: '/tmp/marker', Kind: 1 },
    ]);
  });

  test('has the environment that its image, its user and the daemon give', async () => {
    const docker = await bootDocker();
    await docker.pull('tools');
    await runToEnd(docker, 'env', { Cmd: ['env'], Env: ['B=user'], Hostname: 'box', User: 'user' });
    expect((await outputs(docker, 'env')).map(([, line]) => line).join('')).toBe(
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nHOSTNAME=box\nB=user\nA=image\nHOME=/home/user\n',
    );
  });

  test('keeps its name to itself', async () => {
    const docker = await bootDocker();
    await docker.pull('tools');
    const id = await create(docker, 'web', {});
    const again = await docker.api('POST', '/containers/create?name=web', { Image: TOOLS });
    expect([again.status, again.json.message]).toEqual([
      409,
      `Conflict. The container name "/web" is already in use by container "${id}". You have to remove (or rename) that container to be able to reuse that name.`,
    ]);
    const bad = await docker.api('POST', '/containers/create?name=bad%20name', { Image: TOOLS });
    expect(bad.json.message).toBe(
      'Invalid container name (bad name), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed',
    );
  });
});

describe('exec', () => {
  test('runs beside PID 1 and tells its exit code', async () => {
    const docker = await bootDocker();
    await docker.pull('tools');
    await create(docker, 'web', { Cmd: ['server'] });
    await docker.api('POST', '/containers/web/start');
    const exec = async (Cmd: string[]) => {
      const { Id } = (
        await docker.api('POST', '/containers/web/exec', { Cmd, AttachStdout: true, AttachStderr: true })
      ).json;
      const bytes = await docker.raw(
        'POST',
        `/exec/${Id}/start`,
        { body: { Detach: false, Tty: false }, upgrade: true },
        ({ connection }) => drain(connection!),
      );
      const output = new FrameDecoder()
        .push(bytes)
        .map(({ payload }) => decode(payload))
        .join('');
      return [output, (await docker.api('GET', `/exec/${Id}/json`)).json.ExitCode];
    };
    expect(await exec(['echo', 'in'])).toEqual(['in\n', 0]);
    expect(await exec(['fail', '4'])).toEqual(['failing\n', 4]);
    expect(await exec(['nosuch'])).toEqual([
      'OCI runtime exec failed: exec failed: unable to start container process: exec: "nosuch": executable file not found in $PATH\r\n',
      127,
    ]);
    await docker.api('POST', '/containers/web/pause');
    expect((await docker.api('POST', '/containers/web/exec', { Cmd: ['true'] })).json.message).toBe(
      'Container web is paused, unpause the container before exec',
    );
  });
});

test('events come in the order of the engine', async () => {
  const docker = await bootDocker();
  await docker.pull('tools');
  await create(docker, 'brief', { Cmd: ['true'], HostConfig: { AutoRemove: true } });
  const removed = docker.api('POST', '/containers/brief/wait?condition=removed');
  await docker.api('POST', '/containers/brief/start');
  await removed;
  const until = docker.machine.clock.now() / 1000;
  const { text } = await docker.api('GET', `/events?since=1&until=${until}`);
  const actions = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .map(({ Type, Action }) => `${Type} ${Action}`);
  expect(actions).toEqual([
    'image pull',
    'container create',
    'network connect',
    'container start',
    'network disconnect',
    'container die',
    'container destroy',
  ]);
});

test('what is not modelled is refused, and says so', async () => {
  const docker = await bootDocker();
  await docker.pull('tools');
  const answer = await docker.api('POST', '/containers/create', {
    Image: TOOLS,
    HostConfig: { VolumeDriver: 'nfs' },
  });
  expect([answer.status, answer.json.message]).toEqual([501, '--volume-driver is not modelled by Drydock']);
  expect((await docker.api('POST', '/swarm/init', {})).json.message).toBe(
    'swarm mode is not modelled by Drydock',
  );
  expect((await docker.api('GET', '/nosuch')).json.message).toBe('page not found');
  expect((await docker.api('GET', '/v1.99/_ping')).json.message).toBe(
    'client version 1.99 is too new. Maximum supported API version is 1.51',
  );
});

test('a broken daemon.json keeps the daemon from starting', async () => {
  const machine = bootTestMachine({
    programs: { dockerd },
    files: { '/etc/docker/daemon.json': '{ "debug": true, }' },
  });
  expect(await machine.run(['dockerd'])).toEqual({
    exit: 1,
    stdout: '',
    stderr:
      "unable to configure the Docker daemon with file /etc/docker/daemon.json: invalid JSON: invalid character '}' looking for beginning of object key string\n",
  });
  machine.write(
    '/etc/docker/daemon.json',
    '{"hosts": ["tcp://127.0.0.1:2375", "unix:///run/x"], "debug": true}',
  );
  expect((await machine.run(['dockerd', '-D', '-H', 'fd://'])).stderr).toBe(
    'unable to configure the Docker daemon with file /etc/docker/daemon.json: the following directives are specified both as a flag and in the configuration file: debug: (from flag: true, from file: true), hosts: (from flag: [fd://], from file: [tcp://127.0.0.1:2375 unix:///run/x])\n',
  );
  expect((await machine.run(['dockerd', '--config-file', '/nosuch'])).stderr).toBe(
    'unable to configure the Docker daemon with file /nosuch: open /nosuch: no such file or directory\n',
  );
});
