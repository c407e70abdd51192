import { beforeAll, describe, expect, test } from 'vitest';
import { BUILD_LIMITS } from '../../../engine/daemon/build/record/builds.ts';
import type { MissReason } from '../../../engine/daemon/build/record/miss.ts';
import type { Simulation } from '../../../engine/world/simulation.ts';
import { openWorld } from '../../../node/node-host.ts';
import { ScriptRunner } from '../../script.ts';
import { type BuildView, buildsView, type StepView } from './builds.ts';

describe('what the daemon’s builder has done, and why', () => {
  let simulation: Simulation;
  let machine: ScriptRunner;
  /** Builds in a directory of the name; gives the build. */
  const build = async (directory: string, options = ''): Promise<BuildView> => {
    await machine.run({ cmd: `docker build -q ${options} ${directory}` });
    return buildsView(simulation)[0]!;
  };
  const write = (path: string, ...lines: string[]) =>
    machine.run({ write: path, content: lines.map((line) => `${line}\n`).join('') });
  const sh = (cmd: string) => machine.run({ cmd });
  const all = ({ stages }: BuildView) => stages.flatMap(({ steps }) => steps);
  const states = (build: BuildView) => all(build).map(({ keyword, state }) => `${keyword} ${state}`);
  const step = (build: BuildView, code: string) =>
    all(build).find((one) => one.code.startsWith(code)) as StepView;
  const why = (build: BuildView, code: string): MissReason[] => step(build, code).why;

  beforeAll(async () => {
    simulation = openWorld('learner');
    machine = new ScriptRunner(simulation);
    await machine.prepare(['busybox:1.36', 'alpine:3.22']);
  });

  test('a first build, the same again, and a changed file: the files by name, the steps after it by what they stand on', async () => {
    await sh('mkdir -p app/src');
    await write(
      'app/Dockerfile',
      'FROM busybox:1.36',
      'WORKDIR /app',
      'COPY . .',
      'RUN cat src/a > b',
      'CMD ["cat", "b"]',
    );
    await write('app/src/a', 'one');
    await write('app/src/gone', 'one');
    const first = await build('app', '-t app');
    expect(first).toMatchObject({ is: 'done', names: ['app:latest'] });
    expect(states(first)).toEqual(['from cached', 'workdir run', 'copy run', 'run run', 'cmd configuration']);
    expect(why(first, 'COPY')).toEqual([{ is: 'first' }]);
    expect(step(first, 'COPY').layer).toMatchObject({ size: 8 + 75, of: { name: 'app:latest' } });
    expect(step(first, 'COPY').made).toMatchObject({ parent: 1, content: 1, files: 5 });
    expect(step(first, 'RUN').key).toMatch(/^sha256:/);
    expect(first.context).toMatchObject({ sent: 3, known: 0, more: 0, leftOut: { paths: [], more: 0 } });
    expect(first.context?.files.map(({ path }) => path)).toEqual(['Dockerfile', 'src/a', 'src/gone']);

    const again = await build('app', '-t app');
    expect(states(again)).toEqual([
      'from cached',
      'workdir cached',
      'copy cached',
      'run cached',
      'cmd configuration',
    ]);
    expect(step(again, 'COPY').layer).toEqual(step(first, 'COPY').layer);
    expect(step(again, 'COPY').key).toBe(step(first, 'COPY').key);
    expect(all(again).flatMap((one) => one.why)).toEqual([]);

    await sh('echo two > app/src/a; echo > app/src/new; rm app/src/gone; chmod 600 app/Dockerfile');
    const third = await build('app', '-t app');
    expect(states(third)).toEqual([
      'from cached',
      'workdir cached',
      'copy run',
      'run run',
      'cmd configuration',
    ]);
    expect(why(third, 'COPY')).toEqual([
      {
        is: 'files',
        from: { is: 'context', name: '' },
        changes: [
          { path: '/Dockerfile', is: 'mode' },
          { path: '/src/a', is: 'content' },
          { path: '/src/new', is: 'added' },
          { path: '/src/gone', is: 'removed' },
        ],
        more: 0,
        unnamed: false,
      },
    ]);
    expect(why(third, 'RUN')).toEqual([{ is: 'parent', now: 'COPY . .', step: step(third, 'COPY').id }]);
  });

  test('an argument and a variable of the environment, each by its values', async () => {
    await sh('mkdir -p args');
    await write(
      'args/Dockerfile',
      'FROM busybox:1.36',
      'ARG WHO=you',
      'ENV LEVEL=1',
      'WORKDIR /w',
      'RUN echo $WHO > x',
    );
    await build('args');
    const other = await build('args', '--build-arg WHO=me');
    expect(states(other).at(-2)).toBe('workdir cached');
    expect(why(other, 'RUN')).toEqual([
      { is: 'variable', name: 'WHO', isArg: true, before: 'you', now: 'me' },
    ]);
    await sh("sed -i 's/LEVEL=1/LEVEL=2/' args/Dockerfile");
    const third = await build('args', '--build-arg WHO=me');
    expect(why(third, 'RUN')).toEqual([
      { is: 'variable', name: 'LEVEL', isArg: false, before: '1', now: '2' },
    ]);
    await sh("sed -i '/LEVEL/d' args/Dockerfile");
    expect(why(await build('args', '--build-arg WHO=me'), 'RUN')).toEqual([
      { is: 'variable', name: 'LEVEL', isArg: false, before: '2' },
    ]);
  });

  test('another line at the same place, another setting around the same line, a step put in before it', async () => {
    await sh('mkdir -p line');
    await write('line/Dockerfile', 'FROM busybox:1.36', 'RUN echo one > a', 'RUN ls');
    await build('line');
    await sh("sed -i 's/echo one/echo two/' line/Dockerfile");
    const changed = await build('line');
    expect(why(changed, 'RUN echo two')).toEqual([
      { is: 'instruction', before: 'RUN echo one > a', now: 'RUN echo two > a' },
    ]);
    expect(why(changed, 'RUN ls')).toEqual([
      { is: 'parent', step: 1, now: 'RUN echo two > a', before: 'RUN echo one > a' },
    ]);
    await sh("sed -i 's/^RUN ls/USER 1000\\nRUN ls/' line/Dockerfile");
    expect(why(await build('line'), 'RUN ls')).toEqual([
      { is: 'setting', name: 'user', before: '', now: '1000' },
    ]);
    await sh("sed -i 's/^USER 1000/USER 1000\\nRUN true/' line/Dockerfile");
    expect(why(await build('line'), 'RUN ls')).toEqual([
      { is: 'parent', step: 3, now: 'RUN true', before: 'RUN echo two > a' },
    ]);
  });

  test('another base, --no-cache, a pruned cache, a step that failed before', async () => {
    await sh('mkdir -p base');
    await write('base/Dockerfile', 'FROM busybox:1.36', 'RUN echo base > b');
    await build('base');
    await sh("sed -i 's/busybox:1.36/alpine:3.22/' base/Dockerfile");
    expect(why(await build('base'), 'RUN')).toEqual([
      { is: 'base', before: 'docker.io/library/busybox:1.36', now: 'docker.io/library/alpine:3.22' },
    ]);
    expect(why(await build('base', '--no-cache'), 'RUN')).toEqual([{ is: 'no-cache' }]);
    await sh('docker builder prune -af');
    expect(why(await build('base'), 'RUN')).toEqual([{ is: 'pruned' }]);

    await sh("echo 'RUN exit 3' >> base/Dockerfile; echo 'RUN echo after' >> base/Dockerfile");
    const failed = await build('base');
    expect(failed).toMatchObject({ is: 'failed', error: expect.stringContaining('exit code: 3') });
    expect(states(failed)).toEqual(['from cached', 'run cached', 'run failed', 'run unreached']);
    expect(step(failed, 'RUN exit').error).toContain('exit code: 3');
    expect(why(await build('base'), 'RUN exit')).toEqual([{ is: 'failed' }]);
  });

  test('stages: what one takes from another, what the target does not need, what two do alike is done once', async () => {
    await sh('mkdir -p stages; echo 1 > stages/in');
    await write(
      'stages/Dockerfile',
      'FROM busybox:1.36 AS tools',
      'RUN echo tool > /tool',
      'FROM busybox:1.36 AS make',
      'RUN echo tool > /tool',
      'COPY in /in',
      'RUN cat /tool /in > /out',
      'FROM make AS test',
      'RUN grep tool /out',
      'FROM alpine:3.22 AS final',
      'COPY --from=make /out /',
      'COPY --from=tools /tool /',
      'COPY --from=busybox:1.36 /bin/true /t',
    );
    const built = await build('stages');
    expect(
      built.stages.map(({ label, base, isNeeded, isTarget }) => [label, base, isNeeded, isTarget]),
    ).toEqual([
      ['tools', undefined, true, false],
      ['make', undefined, true, false],
      ['test', 1, false, false],
      ['busybox:1.36', undefined, true, false],
      ['final', undefined, true, true],
    ]);
    expect(step(built, 'RUN grep').state).toBe('skipped');
    expect(all(built).filter(({ code }) => code === 'RUN echo tool > /tool')).toMatchObject([
      { id: 1, state: 'run' },
      { id: 3, state: 'run', same: 1 },
    ]);
    expect(step(built, 'COPY --from=make').sources).toEqual([1]);
    await sh('echo 2 > stages/in');
    const again = await build('stages');
    expect(why(again, 'COPY --from=make')).toMatchObject([
      { is: 'files', from: { is: 'stage', name: 'make' }, changes: [{ path: '/out', is: 'content' }] },
    ]);
    expect(why(again, 'COPY --from=tools')).toMatchObject([{ is: 'parent', now: 'COPY --from=make /out /' }]);
    const tested = await build('stages', '--target test');
    expect(step(tested, 'RUN grep').state).toBe('run');
    expect(step(tested, 'COPY --from=make').state).toBe('skipped');
    expect(tested.stages.find(({ isTarget }) => isTarget)?.label).toBe('test');
  });

  test('COPY --link is as any other COPY: what changes below it is why it is done anew', async () => {
    await sh('mkdir -p link; echo 1 > link/in');
    await write('link/Dockerfile', 'FROM busybox:1.36', 'RUN echo 1', 'COPY --link in /in');
    expect(step(await build('link'), 'COPY').state).toBe('run');
    await sh("sed -i 's/echo 1/echo 2/' link/Dockerfile");
    expect(why(await build('link'), 'COPY')).toMatchObject([{ is: 'parent', now: 'RUN echo 2' }]);
    await sh('echo 2 > link/in');
    expect(why(await build('link'), 'COPY')).toMatchObject([{ is: 'files', changes: [{ path: '/in' }] }]);
  });

  test.each(['nope', '{}', '{"paths":[{"path":1}],"more":0}'])(
    'a list of what was left out that is none: %s',
    async (list) => {
      await sh('rm -rf sent; mkdir -p sent/dockerfile sent/context');
      await write('sent/dockerfile/Dockerfile', 'FROM busybox:1.36');
      await write('sent/left-out', list);
      const url = 'http://docker/v1.51/build?version=2&remote=client-session';
      const { stdout } = await sh(
        `tar cf sent.tar -C sent dockerfile context left-out; curl -s --unix-socket /var/run/docker.sock -H 'Content-Type: application/x-tar' --data-binary @sent.tar '${url}'`,
      );
      expect(stdout).toContain('left-out of the context is no list of paths with their patterns');
    },
  );

  test('files that are not there, a Dockerfile that is none, and how much is remembered', async () => {
    await sh('mkdir -p bad');
    await write('bad/Dockerfile', 'FROM busybox:1.36', 'COPY none /');
    const missing = await build('bad');
    expect(step(missing, 'COPY')).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('"/none": not found'),
    });
    await write('bad/Dockerfile', 'FRUM x');
    expect(await build('bad')).toMatchObject({
      is: 'failed',
      stages: [],
      error: expect.stringContaining('FRUM'),
    });
    expect(buildsView(simulation).length).toBe(BUILD_LIMITS.builds);
  });

  test('of a context: what was sent, what was known, what was left out and by which pattern', async () => {
    await sh(
      'mkdir -p ctx/logs ctx/src/deep; cd ctx; echo 1 > logs/a.log; echo 2 > src/b.log; echo 3 > src/deep/keep.log',
    );
    await write('ctx/Dockerfile', 'FROM busybox:1.36', 'COPY src /src');
    await write('ctx/.dockerignore', '**/*.log', '!src/deep/keep.log', 'logs');
    await write('ctx/src/a', 'one');
    await write('ctx/elsewhere', 'no step takes it');
    const paths = ({ context }: BuildView, isKnown: boolean) =>
      context?.files.filter((file) => file.isKnown === isKnown).map(({ path }) => path);
    const first = await build('ctx');
    expect(paths(first, false)).toEqual(['src/a', 'src/deep/keep.log']);
    expect(first.context).toMatchObject({ sent: 2, bytes: 4 + 2, known: 0 });
    expect(first.context?.leftOut).toEqual({
      paths: [
        { path: 'logs/', pattern: 'logs' },
        { path: 'src/b.log', pattern: '**/*.log' },
      ],
      more: 0,
    });
    await write('ctx/src/a', 'other');
    const second = await build('ctx');
    expect(paths(second, true)).toEqual(['src/deep/keep.log']);
    expect(second.context).toMatchObject({ sent: 1, bytes: 6, known: 1 });
  });
});
