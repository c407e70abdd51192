import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { DockerClient, NotFoundError } from '@docker/node-sdk';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServedWorld, serveWorld } from './served-world.ts';

let served: ServedWorld;
beforeAll(async () => {
  served = await serveWorld(['busybox:1.36']);
});
afterAll(() => served?.stop());

/** Keeps what is written to it. */
class Kept extends Writable {
  text = '';

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.text += new TextDecoder().decode(chunk);
    done();
  }
}

const SPEAKS = ['sh', '-c', 'echo out; echo err >&2; read line; echo "got $line"; exit 3'];

describe('dockerode', () => {
  const docker = () => new Docker({ socketPath: served.dockerHost.replace('unix://', '') });

  test('pulls, and says what the engine says of what it cannot', async () => {
    const stream = await docker().pull('alpine:3.19');
    const messages = await new Promise<{ status?: string }[]>((resolve, reject) =>
      docker().modem.followProgress(stream, (error, all) => (error ? reject(error) : resolve(all))),
    );
    expect(messages.at(-1)?.status).toBe('Status: Downloaded newer image for alpine:3.19');
    await expect(docker().pull('nosuch:1')).rejects.toMatchObject({ statusCode: 404 });
    await expect(docker().getContainer('nosuch').inspect()).rejects.toMatchObject({
      statusCode: 404,
      json: { message: 'No such container: nosuch' },
    });
  });

  test('runs a command and has its output on the streams where it was written', async () => {
    const [out, err] = [new Kept(), new Kept()];
    const [result, container] = await docker().run(
      'busybox:1.36',
      ['sh', '-c', 'echo out; echo err >&2; exit 3'],
      [out, err],
      { Tty: false },
    );
    expect([result, out.text, err.text]).toEqual([{ StatusCode: 3 }, 'out\n', 'err\n']);
    await container.remove();
  });

  test('attaches, writes to the input, reads the logs again', async () => {
    const container = await docker().createContainer({
      name: 'attached',
      Image: 'busybox:1.36',
      Cmd: SPEAKS,
      OpenStdin: true,
      StdinOnce: true,
    });
    const stream = await container.attach({
      stream: true,
      hijack: true,
      stdin: true,
      stdout: true,
      stderr: true,
    });
    const [out, err] = [new Kept(), new Kept()];
    docker().modem.demuxStream(stream, out, err);
    await container.start();
    stream.write('a line\n');
    expect(await container.wait()).toEqual({ StatusCode: 3 });
    expect([out.text, err.text]).toEqual(['out\ngot a line\n', 'err\n']);
    const log = new PassThrough();
    const followed = await container.logs({ follow: true, stdout: true, stderr: true });
    docker().modem.demuxStream(followed, log, log);
    followed.on('end', () => log.end());
    expect((await text(log)).split('\n').sort()).toEqual(['', 'err', 'got a line', 'out']);
    await container.remove();
  });

  test('executes, with an exit status to be asked for', async () => {
    const container = await docker().createContainer({ Image: 'busybox:1.36', Cmd: ['sleep', '1000'] });
    await container.start();
    const exec = await container.exec({
      Cmd: ['sh', '-c', 'echo in $A; exit 4'],
      Env: ['A=1'],
      AttachStdout: true,
    });
    const stream = await exec.start({});
    const out = new Kept();
    docker().modem.demuxStream(stream, out, out);
    await new Promise((resolve) => stream.on('end', resolve));
    expect(out.text).toBe('in 1\n');
    expect(await exec.inspect()).toMatchObject({ ExitCode: 4, Running: false });
    const stats = await container.stats({ stream: false });
    expect(stats.memory_stats.usage).toBeGreaterThan(0);
    await container.remove({ force: true });
  });

  test('builds an image', async () => {
    const context = mkdtempSync(join(tmpdir(), 'drydock-'));
    writeFileSync(join(context, 'Dockerfile'), 'FROM busybox:1.36\nCOPY f /f\nRUN cat /f\n');
    writeFileSync(join(context, 'f'), 'in the context\n');
    const stream = await docker().buildImage({ context, src: ['Dockerfile', 'f'] }, { t: 'built' });
    const messages = await new Promise<{ stream?: string }[]>((resolve, reject) =>
      docker().modem.followProgress(stream, (error, all) => (error ? reject(error) : resolve(all))),
    );
    rmSync(context, { recursive: true });
    const told = messages.map((message) => message.stream ?? '').join('');
    expect(told).toContain('Step 3/3 : RUN cat /f\n');
    expect(told).toContain('\nin the context\n');
    expect(told).toMatch(/Successfully built [0-9a-f]{12}\nSuccessfully tagged built:latest\n$/);
    expect((await docker().getImage('built').inspect()).Config.Cmd).toEqual(['sh']);
  });
});

describe('@docker/node-sdk', () => {
  const connect = () => DockerClient.fromDockerHost(served.dockerHost.replace('unix://', 'unix:'));

  test('pulls, runs, attaches, executes and streams logs', async () => {
    const docker = await connect();
    try {
      await docker.imageCreate({ fromImage: 'redis:7' }).wait();
      expect((await docker.imageInspect('redis:7')).RepoTags).toContain('redis:7');
      const { Id: id } = await docker.containerCreate(
        { Image: 'busybox:1.36', Cmd: ['sh', '-c', 'echo out; echo err >&2; sleep 1000'] },
        { name: 'sdk' },
      );
      await docker.containerStart(id);
      const [out, err] = [new Kept(), new Kept()];
      const { Id: exec } = await docker.containerExec(id, {
        Cmd: ['sh', '-c', 'echo hello; echo oops >&2; exit 5'],
        AttachStdout: true,
        AttachStderr: true,
      });
      await docker.execStart(exec, out, err);
      expect([out.text, err.text]).toEqual(['hello\n', 'oops\n']);
      expect((await docker.execInspect(exec)).ExitCode).toBe(5);

      const [logs, errors] = [new Kept(), new Kept()];
      await docker.containerLogs(id, logs, errors, { stdout: true, stderr: true });
      expect([logs.text, errors.text]).toEqual(['out\n', 'err\n']);

      const [attached, other] = [new Kept(), new Kept()];
      const attaching = docker.containerAttach(id, attached, other, {
        logs: true,
        stream: true,
        stdout: true,
        stderr: true,
      });
      await docker.containerStop(id, { timeout: 0 });
      await attaching;
      expect([attached.text, other.text]).toEqual(['out\n', 'err\n']);
      expect(await docker.containerWait(id)).toMatchObject({ StatusCode: 137 });
      await docker.containerDelete(id);
      expect(await docker.containerList({ all: true })).toEqual([]);
      // The library rejects with the class itself, and keeps the engine's words.
      await expect(docker.containerInspect(id)).rejects.toBe(NotFoundError);
    } finally {
      await docker.close();
    }
  });
});
