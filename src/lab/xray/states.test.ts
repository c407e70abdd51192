import { beforeAll, describe, expect, test } from 'vitest';
import { openWorld } from '../../node/node-host.ts';
import { inspect } from '../inspect.ts';
import { ScriptRunner } from '../script.ts';
import { type LifeView, livesView, pathOf } from './states.ts';

describe('the lives of containers', () => {
  let run: (...commands: string[]) => Promise<void>;
  let life: (name: string) => LifeView;
  const edges = (name: string) => life(name).events.flatMap((event) => event.edges);

  beforeAll(async () => {
    const simulation = openWorld('oracle');
    const machine = new ScriptRunner(simulation);
    await machine.prepare(['busybox']);
    const world = inspect(simulation);
    life = (name) =>
      livesView(world.containers(), world.removed(), world.containerEvents()).findLast(
        (one) => one.name === name,
      )!;
    run = async (...commands) => {
      for (const cmd of commands) expect(await machine.run({ cmd })).toMatchObject({ exit: 0 });
    };
  });

  test('one that is only created has taken one edge', async () => {
    await run('docker create --name plan busybox');
    expect(edges('plan')).toEqual(['create']);
    expect(life('plan').state).toBe('created');
  });

  test('an end by itself, a new start, a stop and a kill are told apart', async () => {
    await run('docker run --name job busybox true', 'docker run -d --name web busybox sleep 1000');
    await run('docker restart -t 1 web', 'docker kill web');
    expect(life('job').events.at(-1)).toMatchObject({ action: 'die', cause: 'itself', exitCode: 0 });
    expect(edges('web')).toEqual(['create', 'start', 'die', 'startAgain', 'die']);
    const { events } = life('web');
    expect(events.filter(({ action }) => action === 'die').map(({ cause }) => cause)).toEqual([
      'stop',
      'kill',
    ]);
    expect(events.find(({ action }) => action === 'restart')).toMatchObject({ edges: [], state: 'running' });
    expect(events.findLast(({ action }) => action === 'kill')).toMatchObject({ signal: 9, edges: [] });
    expect([...pathOf(life('web'))]).toEqual([
      ['create', [1]],
      ['start', [2]],
      ['die', [3, 5]],
      ['startAgain', [4]],
    ]);
  });

  test('pause and unpause, and the end of one that is frozen', async () => {
    await run('docker run -d --name cold busybox sleep 1000', 'docker pause cold');
    expect(life('cold').state).toBe('paused');
    await run('docker unpause cold', 'docker pause cold', 'docker kill cold');
    expect(edges('cold').slice(2)).toEqual(['pause', 'unpause', 'pause', 'dieFrozen']);
  });

  test('a stop thaws what is paused first, and any signal keeps it from a restart', async () => {
    await run(
      `docker run -d --name ice busybox sh -c 'trap "exit 3" TERM; while :; do sleep 0.1; done'; sleep 1`,
      'docker pause ice; docker stop ice',
    );
    expect(
      life('ice')
        .events.slice(2)
        .map(({ action }) => action),
    ).toEqual(['pause', 'kill', 'unpause', 'stop', 'die']);
    await run(
      `docker run -d --name told --restart always busybox sh -c 'trap : USR1; sleep 1; sleep 1; exit 4'; sleep 0.5`,
      'docker kill -s USR1 told; sleep 3',
    );
    expect(edges('told')).toEqual(['create', 'start', 'die']);
  });

  test('a restart policy leads through restarting, as often as it may, and a stop there ends it', async () => {
    await run(
      `docker run -d --name twice --restart on-failure:2 busybox sh -c 'exit 3'; sleep 3`,
      `docker run -d --name ever --restart always busybox sh -c 'sleep 0.1; exit 4'; sleep 5`,
    );
    expect(edges('twice')).toEqual([
      'create',
      'start',
      'dieToRestart',
      'restart',
      'dieToRestart',
      'restart',
      'die',
    ]);
    expect(life('ever').state).toBe('restarting');
    expect(edges('ever').at(-1)).toBe('dieToRestart');
    await run('docker stop ever');
    expect(life('ever').events.at(-1)).toMatchObject({ action: 'stop', edges: ['stopRestarting'] });
    expect(life('ever').state).toBe('exited');
  });

  test('one that was killed for its memory says so', async () => {
    await run(
      `docker run -d --name fat -m 16m busybox sh -c 'x=0123456789abcdef; while :; do x=$x$x; done'; sleep 5`,
    );
    expect(life('fat').events.find(({ action }) => action === 'die')).toMatchObject({
      cause: 'oom',
      exitCode: 137,
    });
  });

  test('a removed one is still known, with its way to the end', async () => {
    await run('docker rm plan', 'docker run -d --name gone busybox sleep 1000', 'docker rm -f gone');
    expect(edges('plan')).toEqual(['create', 'removeCreated', 'destroy']);
    expect(life('plan').state).toBe('removed');
    expect(edges('gone')).toEqual(['create', 'start', 'die', 'remove', 'destroy']);
  });

  test('a new daemon has not kept what was before', async () => {
    await run('kill -9 $(cat /var/run/docker.pid); sleep 5; docker version > /dev/null');
    expect(life('job')).toMatchObject({
      state: 'exited',
      events: [{ action: '', edges: [], state: 'exited' }],
    });
    await run('docker start job; sleep 1');
    expect(edges('job')).toEqual(['die']);
  });
});
