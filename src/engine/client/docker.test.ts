import { describe, expect, test } from 'vitest';
import { encodeFrame, STDERR, STDOUT } from '../api/stdcopy.ts';
import type { ByteReader } from '../base/byte-stream.ts';
import { decode, encode } from '../base/bytes.ts';
import type { HttpHandler } from '../net/http/message.ts';
import { runDocker } from './docker.ts';
import { fakeCli } from './testing/fake-cli.ts';

const json = (value: unknown, status = 200) => ({
  status,
  headers: [['Content-Type', 'application/json']] as const,
  body: JSON.stringify(value),
});

/** An engine that answers `METHOD /path` from a table; everything else is 404. */
const engine =
  (routes: Record<string, HttpHandler>): HttpHandler =>
  async (request) => {
    const path = request.target.split('?')[0]!.replace(/^\/v[\d.]+/, '');
    if (path === '/_ping') return { status: 200, headers: [['Api-Version', '1.51']] as const };
    const route = routes[`${request.method} ${path}`];
    return route === undefined ? json({ message: 'page not found' }, 404) : route(request);
  };

async function text(body: ByteReader): Promise<string> {
  let out = '';
  for (;;) {
    const chunk = await body.read();
    if (chunk === null) return out;
    out += decode(chunk);
  }
}

describe('docker run', () => {
  const routes = (log: string[], status: number): Record<string, HttpHandler> => {
    let started = () => {};
    const start = new Promise<void>((resolve) => {
      started = resolve;
    });
    return {
      'POST /containers/create': async (request) => {
        log.push(await text(request.body));
        return json({ Id: 'c1', Warnings: ['careful'] }, 201);
      },
      'POST /containers/c1/attach': async () => ({
        status: 101,
        headers: [['Connection', 'Upgrade'] as const, ['Upgrade', 'tcp'] as const],
        hijack: async (connection) => {
          await start;
          await connection.write(encodeFrame(STDOUT, encode('out\n')));
          await connection.write(encodeFrame(STDERR, encode('err\n')));
          await connection.close();
        },
      }),
      'POST /containers/c1/wait': async () => ({
        status: 200,
        body: (async function* () {
          yield encode(' ');
          await start;
          yield encode(`{"StatusCode":${status}}`);
        })(),
      }),
      'POST /containers/c1/start': async () => {
        started();
        return { status: 204 };
      },
    };
  };

  test('attaches, waits, starts; streams and exit status come through', async () => {
    const log: string[] = [];
    const cli = fakeCli(engine(routes(log, 3)));
    expect(await runDocker(cli, ['run', '--rm', '-e', 'A=b', 'busybox', 'sh', '-c', 'x'])).toBe(3);
    expect(cli.printed).toEqual({ out: 'out\n', err: 'WARNING: careful\nerr\n' });
    expect(cli.requests).toEqual([
      'HEAD /_ping',
      'POST /v1.51/containers/create',
      'POST /v1.51/containers/c1/attach?stderr=1&stdout=1&stream=1',
      'POST /v1.51/containers/c1/wait?condition=removed',
      'POST /v1.51/containers/c1/start',
    ]);
    expect(JSON.parse(log[0]!)).toMatchObject({
      Cmd: ['sh', '-c', 'x'],
      Env: ['A=b'],
      Image: 'busybox',
      HostConfig: { AutoRemove: true },
    });
  });

  test('-d prints the id', async () => {
    const cli = fakeCli(engine(routes([], 0)));
    expect(await runDocker(cli, ['run', '-d', '--cidfile', 'id', 'busybox'])).toBe(0);
    expect([cli.printed.out, cli.files.get('/srv/lab/id')]).toEqual(['c1\n', 'c1']);
  });

  test('pulls an image that is not there', async () => {
    let pulled = false;
    const table = routes([], 0);
    const create = table['POST /containers/create']!;
    const cli = fakeCli(
      engine({
        ...table,
        'POST /containers/create': async (request) =>
          pulled ? create(request) : json({ message: 'No such image: busybox:latest' }, 404),
        'POST /images/create': async () => {
          pulled = true;
          return {
            status: 200,
            body: '{"status":"Pulling from library/busybox","id":"latest"}\r\n{"status":"Pulling fs layer","progressDetail":{},"id":"aa"}\r\n{"status":"Downloading","progressDetail":{"current":1,"total":2},"id":"aa"}\r\n{"status":"Pull complete","progressDetail":{},"id":"aa"}\r\n',
          };
        },
      }),
    );
    expect(await runDocker(cli, ['run', '-d', 'busybox'])).toBe(0);
    expect(cli.printed.err).toBe(
      "Unable to find image 'busybox:latest' locally\nlatest: Pulling from library/busybox\naa: Pulling fs layer\naa: Pull complete\nWARNING: careful\n",
    );
    expect(cli.requests).toContain(
      'POST /v1.51/images/create?fromImage=docker.io%2Flibrary%2Fbusybox&tag=latest',
    );
  });

  test.each([
    ['exec: "foo": executable file not found in $PATH', 127],
    ['exec: "/etc": permission denied', 126],
    ['driver failed', 125],
  ])('a start that fails with %s exits %i', async (message, status) => {
    const cli = fakeCli(
      engine({ ...routes([], 0), 'POST /containers/c1/start': async () => json({ message }, 400) }),
    );
    expect(await runDocker(cli, ['run', 'busybox', 'foo'])).toBe(status);
    expect(cli.printed.err).toBe(
      `WARNING: careful\ndocker: Error response from daemon: ${message}\n\nRun 'docker run --help' for more information\n`,
    );
  });

  test('-t without a terminal is refused', async () => {
    const cli = fakeCli(engine({}));
    expect(await runDocker(cli, ['run', '-it', 'busybox'])).toBe(1);
    expect(cli.printed.err).toBe('the input device is not a TTY\n');
  });
});

test('docker ps', async () => {
  const container = {
    Id: '97456ab3860c0000000000000000000000000000000000000000000000000000',
    Names: ['/web'],
    Image: 'nginx',
    ImageID: 'sha256:aa',
    Command: 'httpd -f -v -p 80 -h /usr/share',
    Created: 1_699_999_000,
    Ports: [{ PrivatePort: 80, Type: 'tcp' }],
    Labels: { a: 'b' },
    State: 'running',
    Status: 'Up 16 minutes',
    HostConfig: {},
    NetworkSettings: { Networks: { bridge: {} } },
    Mounts: [],
  };
  const cli = fakeCli(engine({ 'GET /containers/json': async () => json([container]) }));
  expect(await runDocker(cli, ['ps', '-a', '--filter', 'name=web'])).toBe(0);
  expect(cli.printed.out).toBe(
    'CONTAINER ID   IMAGE     COMMAND                  CREATED          STATUS          PORTS     NAMES\n97456ab3860c   nginx     "httpd -f -v -p 80 -…"   16 minutes ago   Up 16 minutes   80/tcp    web\n',
  );
  expect(cli.requests[1]).toBe(
    'GET /v1.51/containers/json?all=1&filters=%7B%22name%22%3A%7B%22web%22%3Atrue%7D%7D',
  );
  await runDocker(cli, ['ps', '--format', '{{.Names}} {{.Label "a"}}']);
  expect(cli.printed.out.split('\n').at(-2)).toBe('web b');
  expect(await runDocker(cli, ['ps', '--format', '{{.Foo}}'])).toBe(1);
  expect(cli.printed.err).toContain(
    'failed to execute template: template: :1:2: executing "" at <.Foo>: can\'t evaluate field Foo in type *formatter.ContainerContext',
  );
});

test('docker inspect: the first kind that knows the name; typed fields, then raw ones', async () => {
  const routes = {
    'GET /images/x/json': async () =>
      json({ Id: 'sha256:1', RepoTags: ['x:latest'], Size: 5, Config: { Cmd: ['sh'] } }),
  };
  const cli = fakeCli(engine(routes));
  expect(
    await runDocker(cli, ['inspect', 'x', 'y', '-f', '{{.ID}} {{.Config.Env}} {{printf "%d" .Size}}']),
  ).toBe(1);
  expect(cli.printed).toEqual({ out: 'sha256:1 [] 5\n', err: 'Error: No such object: y\n' });
  const missing = fakeCli(engine(routes));
  expect(await runDocker(missing, ['inspect', 'x', '-f', '{{.Foo}}'])).toBe(1);
  expect(missing.printed).toEqual({
    out: '\n',
    err: 'template parsing error: template: :1:2: executing "" at <.Foo>: map has no entry for key "Foo"\n',
  });
});

test('bars move at a terminal', async () => {
  const cli = fakeCli(
    engine({
      'POST /images/create': async () => ({
        status: 200,
        body: '{"status":"Pulling fs layer","progressDetail":{},"id":"aa"}\r\n{"status":"Pulling fs layer","progressDetail":{},"id":"bb"}\r\n{"status":"Downloading","progressDetail":{"current":500,"total":1000},"id":"aa"}\r\n',
      }),
    }),
    { columns: 120 },
  );
  await runDocker(cli, ['pull', 'x:1']);
  expect(cli.printed.out).toBe(
    `\n\x1b[1A\x1b[2K\raa: Pulling fs layer \r\x1b[1B\n\x1b[1A\x1b[2K\rbb: Pulling fs layer \r\x1b[1B\x1b[2A\x1b[2K\raa: Downloading [${'='.repeat(25)}>${' '.repeat(25)}]     500B/1kB\r\x1b[2Bdocker.io/library/x:1\n`,
  );
});

describe('without an engine', () => {
  test('a command says so', async () => {
    const cli = fakeCli();
    expect(await runDocker(cli, ['ps'])).toBe(1);
    expect(cli.printed.err).toBe(
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n',
    );
  });

  test.each([
    [['foo'], 1, "docker: unknown command: docker foo\n\nRun 'docker --help' for more information\n"],
    [
      ['volume', 'foo'],
      1,
      "docker: unknown command: docker volume foo\n\nUsage:  docker volume COMMAND\n\nRun 'docker volume --help' for more information\n",
    ],
    [
      ['images', 'a', 'b'],
      1,
      "docker: 'docker images' requires at most 1 argument\n\nUsage:  docker images [OPTIONS] [REPOSITORY[:TAG]]\n\nSRun 'docker images --help' for more information\n",
    ],
    [
      ['ps', '--foo'],
      125,
      "unknown flag: --foo\n\nUsage:  docker ps [OPTIONS]\n\nRun 'docker ps --help' for more information\n",
    ],
    [['trust', 'key', 'load', 'x'], 1, "docker: 'docker trust key load' is not modelled in Drydock yet\n"],
    [
      ['stack', 'deploy'],
      1,
      "docker: 'docker stack deploy' requires 1 argument\n\nUsage:  docker stack deploy [OPTIONS] STACK\n\nRun 'docker stack deploy --help' for more information\n",
    ],
  ])('%j', async (args, status, message) => {
    const cli = fakeCli();
    expect(await runDocker(cli, args)).toBe(status);
    expect(cli.printed).toEqual({ out: '', err: message });
    expect(cli.requests).toEqual([]);
  });
});

test('completion offers commands, flags and names', async () => {
  const cli = fakeCli(
    engine({ 'GET /containers/json': async () => json([{ Names: ['/web'], State: 'running' }]) }),
  );
  await runDocker(cli, ['__complete', 'st']);
  await runDocker(cli, ['__complete', 'stop', '']);
  await runDocker(cli, ['__complete', 'ps', '--no']);
  expect(cli.printed.out.split('\n').filter((line) => !line.startsWith(':'))).toEqual([
    'start\tStart one or more stopped containers',
    'stats\tDisplay a live stream of container(s) resource usage statistics',
    'stop\tStop one or more running containers',
    'web',
    "--no-trunc\tDon't truncate output",
    '',
  ]);
});
