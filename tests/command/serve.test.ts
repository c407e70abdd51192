import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { directory, drydock, start } from './drydock.ts';

const { path, file } = directory();

/** Asks the Engine API whether it is there, over a unix socket or a port. */
function ping(at: string | number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = typeof at === 'number' ? connect(at, '127.0.0.1') : connect(at);
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    socket.on('error', reject).on('close', () => resolve(answer));
    socket.write('GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n');
  });
}

function listening(at: string | number): Promise<Server> {
  return new Promise((resolve) => {
    const server: Server = createServer();
    const done = () => resolve(server);
    if (typeof at === 'number') server.listen(at, '127.0.0.1', done);
    else server.listen(at, done);
  });
}

describe('drydock serve refuses', () => {
  test.each([
    [['--docker', 'nosuch'], '--docker: expected unix:///path or tcp://127.0.0.1:PORT, not nosuch'],
    [
      ['--docker', 'unix://relative'],
      '--docker: expected unix:///path or tcp://127.0.0.1:PORT, not unix://relative',
    ],
    [
      ['--docker', 'http://127.0.0.1:1'],
      '--docker: expected unix:///path or tcp://127.0.0.1:PORT, not http://127.0.0.1:1',
    ],
    [['--docker', 'tcp://127.0.0.1'], '--docker: expected HOST:PORT, not 127.0.0.1'],
    [['--docker', 'tcp://127.0.0.1:99999'], '--docker: expected HOST:PORT, not 127.0.0.1:99999'],
    [
      ['--docker', `unix:///${'x'.repeat(107)}`],
      `--docker: a socket's path has at most 107 bytes: /${'x'.repeat(107)}`,
    ],
    [['--registry', 'here'], '--registry: expected HOST:PORT, not here'],
    [['--registry', '127.0.0.1:'], '--registry: expected HOST:PORT, not 127.0.0.1:'],
  ])('a malformed address: %j', async (args, words) => {
    expect(await drydock('serve', ...args)).toMatchObject({ status: 2, stderr: `drydock: ${words}\n` });
  });

  test.each(['0.0.0.0', '[::]', '192.0.2.1', 'example.com'])(
    'an address that others reach: %s',
    async (host) => {
      const words = `${host.replace(/[[\]]/g, '')} can be reached from outside, and whoever reaches it may do anything to the machine; add --allow-remote if that is meant`;
      for (const [option, address] of [
        ['--docker', `tcp://${host}:0`],
        ['--registry', `${host}:0`],
      ] as const)
        expect(await drydock('serve', option, address)).toMatchObject({
          status: 2,
          stderr: `drydock: ${option}: ${words}\n`,
        });
    },
  );

  test('a port and a socket that others listen on, and leaves them alone', async () => {
    const socket = join(path, 'used.sock');
    const servers = [await listening(0), await listening(socket)];
    const { port } = servers[0]!.address() as AddressInfo;
    try {
      expect(await drydock('serve', '--docker', `tcp://127.0.0.1:${port}`)).toMatchObject({
        status: 2,
        stderr: `drydock: cannot listen: listen EADDRINUSE: address already in use 127.0.0.1:${port}\n`,
      });
      expect(await drydock('serve', '--docker', `unix://${socket}`)).toMatchObject({
        status: 2,
        stderr: `drydock: cannot listen: another server listens at ${socket}\n`,
      });
      // One of two is open already: that does not keep the command alive.
      const both = await drydock(
        'serve',
        '--docker',
        `unix://${path}/one.sock`,
        '--registry',
        `127.0.0.1:${port}`,
      );
      expect(both).toMatchObject({ status: 2 });
      expect(both.stderr).toMatch(
        /^drydock: Engine API at .*\ndrydock: cannot listen: listen EADDRINUSE: .*\n$/,
      );
      expect(existsSync(`${path}/one.sock`)).toBe(false);
    } finally {
      for (const server of servers) server.close();
    }
  });

  test('a path with a file, which stays, and a place that is none', async () => {
    const kept = file('kept', 'mine');
    expect(await drydock('serve', '--docker', `unix://${kept}`)).toMatchObject({
      status: 2,
      stderr: `drydock: cannot listen: ${kept} is there and is no socket\n`,
    });
    expect(readFileSync(kept, 'utf8')).toBe('mine');
    const { status, stderr } = await drydock('serve', '--docker', `unix://${kept}/docker.sock`);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^drydock: cannot listen: E(NOTDIR|EXIST): .*\n$/);
  });
});

describe('drydock serve', () => {
  const socket = join(path, 'docker.sock');

  test('listens in the place of a server that was killed, and takes its socket along when it ends', async () => {
    const script = `require('net').createServer().listen('${socket}', () => console.log())`;
    const dead = spawn(process.execPath, ['-e', script]);
    await once(dead.stdout, 'data');
    dead.kill('SIGKILL');
    await once(dead, 'exit');
    expect(existsSync(socket)).toBe(true);
    const server = start('serve', '--docker', `unix://${socket}`);
    await server.says('Engine API at');
    expect(await ping(socket)).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nOK$/);
    server.child.kill('SIGTERM');
    expect(await server.ended).toMatchObject({ status: 0 });
    expect(existsSync(socket)).toBe(false);
  });

  test('answers what is no HTTP, and lives on', async () => {
    const server = start('serve', '--docker', `unix://${socket}`);
    await server.says('Engine API at');
    const answer = await new Promise<string>((resolve) => {
      const client = connect(socket);
      let text = '';
      client.setEncoding('utf8').on('data', (more: string) => {
        text += more;
      });
      client.on('close', () => resolve(text));
      client.write('\x16\x03\x01\x00 not HTTP\r\n\r\n');
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request/);
    const broken = connect(socket);
    await once(broken, 'connect');
    broken.write('GET /_ping HTT');
    broken.destroy();
    expect(await ping(socket)).toContain('200 OK');
    expect(server.said()).toBe(`drydock: Engine API at unix://${socket} (set DOCKER_HOST to it)\n`);
  });
});
