import { beforeAll, describe, expect, test } from 'vitest';
import { RECORD_LIMITS } from '../../../engine/daemon/call-record.ts';
import type { Simulation } from '../../../engine/world/simulation.ts';
import { openWorld } from '../../../node/node-host.ts';
import { ScriptRunner } from '../../script.ts';
import { type WireCall, type WireCommand, wireCall, wireView } from './wire.ts';

describe('what is said on the daemon’s socket', () => {
  let simulation: Simulation;
  let machine: ScriptRunner;
  const run = async (cmd: string) => {
    const { exit, stdout } = await machine.run({ cmd });
    expect(exit).toBe(0);
    return stdout;
  };
  /** What the last command that begins so has asked. */
  const of = (words: string) =>
    wireView(simulation).find(({ argv }) => argv.join(' ').startsWith(words)) as WireCommand;
  const call = (command: WireCommand, method: string, path: RegExp) =>
    command.calls.find((one) => one.method === method && path.test(one.path)) as WireCall;
  const detail = ({ id }: WireCall) => wireCall(simulation, id)!;

  beforeAll(async () => {
    simulation = openWorld('learner');
    machine = new ScriptRunner(simulation);
    await machine.prepare(['busybox']);
  });

  test('the calls of a command, in order, under the command that made them', async () => {
    await run('docker run --name one busybox echo hi');
    const { argv, calls } = of('docker run');
    expect(argv).toEqual(['docker', 'run', '--name', 'one', 'busybox', 'echo', 'hi']);
    expect(
      calls.map(({ method, path, is, status }) => [
        method,
        path.replace(/[0-9a-f]{64}/, 'ID').replace('/v1.51', ''),
        is,
        status,
      ]),
    ).toEqual([
      ['HEAD', '/_ping', 'answer', 200],
      ['POST', '/containers/create', 'answer', 201],
      ['POST', '/containers/ID/attach', 'hijack', 101],
      ['POST', '/containers/ID/wait', 'stream', 200],
      ['POST', '/containers/ID/start', 'answer', 204],
    ]);
  });

  test('what went both ways, documents so that they can be read', () => {
    const command = of('docker run');
    const create = call(command, 'POST', /create$/);
    expect(create.query).toEqual([['name', 'one']]);
    const { request, response } = detail(create);
    expect(request).toMatchObject({ is: 'json', bytes: create.requestBytes, cut: 0 });
    expect(JSON.parse(request.text)).toMatchObject({ Image: 'busybox', Cmd: ['echo', 'hi'] });
    expect(response.text).toContain('  "Warnings": []');
    const attach = call(command, 'POST', /attach$/);
    expect(detail(attach).response).toMatchObject({ is: 'frames', text: 'stdout: hi' });
    const start = call(command, 'POST', /start$/);
    // The container had ended when the client heard of it.
    expect(start.took).toBeGreaterThan(0);
  });

  test('a stream is shown as far as it has come, and what is typed into a container', async () => {
    await run('docker run -d --name ticks busybox sh -c "while :; do echo tick; sleep 1; done"');
    await run('(docker logs -f ticks > /dev/null &); sleep 3');
    const logs = call(of('docker logs'), 'GET', /logs$/);
    expect(logs).toMatchObject({ is: 'stream', status: 200 });
    expect(logs.took).toBeUndefined();
    expect(detail(logs).response.text).toMatch(/^(stdout: tick\n){2}/);
    await run('echo typed | docker run -i --name cat busybox cat');
    expect(detail(call(of('docker run -i'), 'POST', /attach$/)).input?.text).toBe('typed\n');
    await run('docker rm -f ticks');
    expect(call(of('docker logs'), 'GET', /logs$/).took).toBeGreaterThan(2000);
  });

  test('the line for curl makes the same call: answers, frames, archives', async () => {
    await run('docker run --name said busybox sh -c "echo it\\\'s; echo bad >&2"; docker logs said');
    await run('docker ps -a --filter name=one --format json; docker cp said:/etc/passwd /tmp');
    const list = call(of('docker ps'), 'GET', /json$/);
    expect(list.query).toContainEqual(['filters', '{"name":{"one":true}}']);
    const { curl, response } = detail(list);
    expect(JSON.parse(await run(curl.command))).toMatchObject(
      (JSON.parse(response.text) as { Id: string }[]).map(({ Id }) => ({ Id })),
    );
    const logs = detail(call(of('docker logs'), 'GET', /logs$/));
    expect(logs.curl.command).toMatch(/^curl -N -o - --unix-socket \/var\/run\/docker\.sock 'http:/);
    expect(await run(logs.curl.command)).toContain("\x05it's\n");
    const archive = detail(call(of('docker cp'), 'GET', /archive$/));
    expect(await run(archive.curl.command)).toMatch(/^-rw.* passwd$/m);
  });

  test('the line for curl makes the same call: what it sends, and what it asks to be done', async () => {
    await run(`docker run --name quoted -e "SAID=it's \\$5 & \\"more\\"" busybox true; docker rm quoted`);
    const create = detail(call(of('docker run --name quoted'), 'POST', /create$/));
    expect(create.curl.lacks).toBeUndefined();
    const { Id } = JSON.parse(await run(create.curl.command)) as { Id: string };
    expect(await run('docker inspect -f "{{.Id}} {{.Config.Env}}" quoted')).toContain(
      `${Id} [SAID=it's $5 & "more"`,
    );
    const remove = detail(call(of('docker rm'), 'DELETE', /quoted$/));
    await run(remove.curl.command);
    expect((await machine.run({ cmd: 'docker inspect quoted' })).exit).toBe(1);
    // curl's own calls are calls too.
    expect(of('curl').calls).toMatchObject([{ method: 'DELETE', status: 204 }]);
  });

  test('a body that is an archive, or too long, is not in the line', async () => {
    await run('docker cp /etc/hostname said:/; docker version > /dev/null');
    const { curl, request } = detail(call(of('docker cp /etc'), 'PUT', /archive$/));
    expect(curl).toMatchObject({ lacks: 'body' });
    expect(curl.command).toContain("-X PUT --data-binary @body 'http:");
    expect(request).toMatchObject({ is: 'binary', text: '' });
  });

  test('passwords are not shown', async () => {
    const registry = '-d -p 5000:5000 registry:3';
    await run(`docker run ${registry} > /dev/null; sleep 1`);
    await run(
      'echo hush | docker login -u me --password-stdin localhost:5000; docker tag busybox localhost:5000/b',
    );
    const login = detail(call(of('docker login'), 'POST', /auth$/));
    expect(login.request.text).toContain('"password": "********"');
    expect(login.curl).toMatchObject({ lacks: 'secret' });
    await run('docker push -q localhost:5000/b');
    const push = detail(call(of('docker push'), 'POST', /push$/));
    expect(push.curl.command).toContain("-H 'X-Registry-Auth: ********'");
  });

  test('one that asks again and again does not crowd out the others, and much is not kept for ever', async () => {
    await run('docker run --name large busybox seq 20000 > /dev/null');
    const large = detail(call(of('docker run --name large'), 'POST', /attach$/)).response;
    expect(large.cut).toBe(large.bytes - RECORD_LIMITS.body);
    const pings = `$(for i in $(seq 250); do echo http://localhost/_ping; done)`;
    await run(`curl -s --unix-socket /var/run/docker.sock ${pings}`);
    const commands = wireView(simulation);
    expect(commands.flatMap(({ calls }) => calls).length).toBe(RECORD_LIMITS.calls);
    expect(commands.at(-1)?.argv).toContain('pull');
    await run('for i in $(seq 70); do docker ps > /dev/null; done');
    expect(of('docker run --name large')).toBeUndefined();
  });

  test('a daemon that is started again begins anew', async () => {
    await run('sudo kill $(cat /var/run/docker.pid); sleep 8; docker info > /dev/null');
    expect(wireView(simulation).map(({ argv }) => argv[1])).toEqual(['info']);
  });
});
