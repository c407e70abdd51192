import { describe, expect, test } from 'vitest';
import type { Simulation } from '../../../engine/world/simulation.ts';
import { openWorld } from '../../../node/node-host.ts';
import { ScriptRunner } from '../../script.ts';
import type { TraceKind, TraceRun } from './model.ts';
import { TRACE_LIMITS } from './recorder.ts';
import { stopTrace, traceView } from './trace.ts';

async function machine(): Promise<{
  simulation: Simulation;
  run: (...commands: string[]) => Promise<void>;
  /** The newest that a command of these words has begun. */
  traced: (words: string) => TraceRun;
}> {
  const simulation = openWorld('learner');
  const runner = new ScriptRunner(simulation);
  await runner.prepare(['busybox']);
  return {
    simulation,
    async run(...commands) {
      for (const cmd of commands) expect(await runner.run({ cmd })).toMatchObject({ exit: 0 });
    },
    traced: (words) =>
      traceView(simulation).runs.find(({ command }) => command.join(' ').startsWith(words)) as TraceRun,
  };
}

/** `comm: text` of the lines of some kinds. */
const lines = ({ steps }: TraceRun, ...kinds: TraceKind[]) =>
  steps.flatMap(({ comm, lines }) =>
    lines.filter(({ kind }) => kinds.includes(kind)).map(({ text }) => `${comm}: ${text}`),
  );

describe('the way of a command', () => {
  test('from the client through the daemons to the kernel, in order', async () => {
    const { simulation, run, traced } = await machine();
    traceView(simulation);
    await run('docker run --name one -m 64m busybox echo hi');
    const trace = traced('docker run');
    const order = [
      'docker: POST /v1.51/containers/create?name=one',
      'dockerd: HTTP/1.1 201 Created',
      'docker: POST /v1.51/containers/ID/start',
      'dockerd: create {"id":"ID"',
      'containerd-shim: execve("/usr/bin/containerd-shim-runc-v2"',
      'containerd: create {"bundle"',
      'runc: execve("/usr/bin/runc"',
      'runc: write(3</sys/fs/cgroup/docker/ID/memory.max>, "67108864", 8) = 8',
      'runc: clone(child_stack=NULL, flags=CLONE_NEWNS|CLONE_NEWUTS|CLONE_NEWIPC|CLONE_NEWPID|CLONE_NEWNET|SIGCHLD) = ',
      'runc: unshare(CLONE_NEWCGROUP) = 0',
      'runc: mount("proc", ',
      'runc: sethostname(',
      'runc: pivot_root(".", ".") = 0',
      'runc: prctl(PR_CAPBSET_DROP, CAP_NET_ADMIN) = 0',
      'runc: capset(',
      'containerd-shim: result {"pid":',
      'dockerd: setns(',
      'dockerd: start {"id":"ID"',
      'dockerd: HTTP/1.1 204 No Content',
      'echo: execve("/bin/echo", ["echo", "hi"], ... /* 3 vars */) = 0',
      'echo: +++ exited with 0 +++',
      'containerd-shim: exit {"id":"ID"',
      'docker: +++ exited with 0 +++',
    ];
    const found = trace.steps.flatMap(({ comm, lines }) =>
      lines.map(({ text }) => `${comm}: ${text.replace(/[0-9a-f]{12}…/g, 'ID')}`),
    );
    let from = 0;
    for (const expected of order) {
      const at = found.findIndex((line, index) => index >= from && line.startsWith(expected));
      expect({ expected, at }).toEqual({ expected, at: expect.any(Number) });
      expect(at, expected).toBeGreaterThanOrEqual(from);
      from = at + 1;
    }
    // The container's first process, as the machine counts and as it counts itself.
    const init = trace.steps.find(({ lines }) => lines.some(({ call }) => call === 'pivot_root'));
    expect(init).toMatchObject({ comm: 'runc', innerPid: 1 });
    expect(init?.others.find(([call]) => call === 'openat')?.[1]).toBeGreaterThan(0);
  });

  test('a signal comes before the death that it brings, and what ends by itself has no command', async () => {
    const { simulation, run, traced } = await machine();
    await run('docker run -d --name web busybox sleep 4');
    traceView(simulation);
    await run('docker ps', 'sleep 6');
    const [alone] = traceView(simulation).runs;
    expect(alone?.command).toEqual([]);
    // What the container did is its own affair: nothing of it was known when the recording began.
    expect(lines(alone!, 'task')[0]).toMatch(/^containerd-shim: exit /);
    await run('docker start web', 'docker stop -t 1 web');
    expect(lines(traced('docker stop'), 'signal', 'end').map((line) => line.replace(/\d+/, 'N'))).toEqual([
      'containerd-shim: kill(N, SIGTERM) = 0',
      'containerd-shim: kill(N, SIGKILL) = 0',
      'sleep: +++ killed by SIGKILL +++',
      'containerd-shim: +++ exited with N +++',
      'docker: +++ exited with N +++',
    ]);
    expect(traced('docker stop').took).toBeGreaterThan(1000);
  });

  test('exec joins namespaces; curl is a client too; commands at one time are told apart', async () => {
    const { simulation, run, traced } = await machine();
    traceView(simulation);
    await run(
      'docker run -d --name web busybox sleep 50',
      'docker exec web true',
      '(docker logs -f web &)',
      'curl -s --unix-socket /var/run/docker.sock http://localhost/_ping',
    );
    const joined = lines(traced('docker exec'), 'namespace').map((line) => /CLONE_\w+/.exec(line)?.[0]);
    expect(joined).toEqual([
      'CLONE_NEWPID',
      'CLONE_NEWCGROUP',
      'CLONE_NEWIPC',
      'CLONE_NEWUTS',
      'CLONE_NEWNET',
      'CLONE_NEWNS',
    ]);
    const curl = traced('curl');
    expect(curl.beside).toEqual([['docker', 'logs', '-f', 'web']]);
    expect(lines(curl, 'api')).toEqual(['curl: GET /_ping', 'dockerd: HTTP/1.1 200 OK']);
    expect(traced('docker logs').took).toBeUndefined();
    await run(
      'mkdir -p box/rootfs; cd box; docker export web | tar -x -C rootfs; runc spec',
      'cd box; sed -i s/true/false/ config.json; sudo runc run box < /dev/null || true',
    );
    expect(lines(traced('runc run'), 'namespace')[0]).toContain(
      'runc: clone(child_stack=NULL, flags=CLONE_NEWNS|',
    );
    await run('for i in $(seq 10); do docker ps > /dev/null; done');
    expect(traced('docker logs')).toBeDefined();
  });

  test('is not recorded before the view is opened nor after it is closed, and not without end', async () => {
    const { simulation, run } = await machine();
    await run('docker ps');
    expect(simulation.host.kernel.trace).toBeUndefined();
    expect(traceView(simulation).runs).toEqual([]);
    await run('for i in $(seq 12); do docker run --rm busybox true; done');
    const { runs } = traceView(simulation);
    expect(runs.length).toBe(TRACE_LIMITS.runs);
    stopTrace(simulation);
    expect(simulation.host.kernel.trace).toBeUndefined();
    await run('docker ps');
    expect(traceView(simulation).runs.map(({ id }) => id)).toEqual(runs.map(({ id }) => id));
  });

  test('changes nothing: the same commands come to the same instant, step and chance', async () => {
    const end = async (look: boolean) => {
      const { simulation, run } = await machine();
      if (look) traceView(simulation);
      await run(
        'docker run --rm -p 80:80 busybox echo hi',
        'docker run -d --name box busybox sleep 3',
        'sleep 5',
      );
      const { world } = simulation;
      return [world.clock.now(), world.steps, world.random.uint32()];
    };
    expect(await end(true)).toEqual(await end(false));
  });
});
