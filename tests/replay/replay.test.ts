import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JournalMismatch } from '../../src/lab/session.ts';
import { frozenTime, numbers } from './fake-time.ts';
import { type Act, live, openLab, replayed } from './lab.ts';

const commands = [
  'echo $RANDOM $$ $(date +%s%N) > made',
  'ls -la --full-time; cat /proc/uptime',
  'ps aux',
  'sleep 2 &',
  'sleep 100',
  'jobs; fg',
  'bg; wait',
  'cat',
  'while :; do :; done',
  'while :; do :; done & sleep 1; kill %1',
  'for i in $(seq 200); do echo $i; done',
  'yes | head -n 3000 | wc -l',
  'seq 500 > numbers; sort -r numbers | head -n 3; wc numbers',
  'docker run -d --name one busybox sh -c "while :; do date; sleep 1; done"',
  'docker run -d -p 8080:80 --name web nginx',
  'docker run --rm busybox echo hi',
  'docker run -it --rm busybox sh',
  'docker logs -f one',
  'docker stop -t 1 one',
  'docker rm -f one web',
  'docker ps -a',
  'docker pull alpine',
  'curl -s localhost:8080',
  'ping -c 2 10.0.2.2',
  'exit',
];

const typed: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...commands).map((command) => `${command}\r`) },
  { weight: 3, arbitrary: fc.constantFrom('\x03', '\x03', '\x04', '\x1a', '\x1c') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('\t', '\x1b[A', '\r', '\x12', 'do', '\x7f', '\x15', 'echo é漢', '"'),
  },
);

const action = fc.oneof(
  { weight: 12, arbitrary: fc.record({ type: typed }) },
  {
    weight: 1,
    arbitrary: fc.record({
      resize: fc.tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 60 })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({
        save: fc.constantFrom('made', '/srv/lab/saved', '/etc/motd', '/nosuch/file'),
        content: fc.string(),
      })
      .map(({ save, content }) => ({ save, content })),
  },
  {
    weight: 1,
    arbitrary: fc.record({ fetch: fc.constantFrom('http://localhost:8080/', 'http://localhost:9/') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      look: fc.constantFrom(
        '/srv/lab/',
        '/srv/lab/made',
        '/etc/passwd',
        '/proc/1/status',
        '/var/lib/docker/',
        '/var/lib/docker/overlay2/',
      ),
    }),
  },
);

const act: fc.Arbitrary<Act> = fc
  .tuple(
    action,
    fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 30 }), fc.integer({ min: 50, max: 2000 })),
  )
  .map(([what, wait]) => ({ ...what, wait }));

const RUNS = Number(process.env['DRYDOCK_REPLAYS'] ?? 20);
const SEED = Number(process.env['DRYDOCK_SEED'] ?? 20261121);

describe('the journal', () => {
  test('replayed, gives the same world byte for byte', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.array(act, { minLength: 1, maxLength: 25 }), async (seed, acts) => {
        const { journal, until, world } = await live(seed, acts);
        expect(differing(world, await replayed(seed, journal, until))).toEqual([]);
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: process.env['DRYDOCK_SHRINK'] === undefined },
    );
  });

  test('of a machine on which programs in Python run replays too', async () => {
    const at = (type: string): Act => ({ wait: 4000, type: `${type}\r` });
    const acts: Act[] = [
      at('docker run -it --rm python:3.14-slim python'),
      at('import random, time, os; random.random(), time.time(), os.urandom(4), id(os)'),
      at('x = [str(i) * 100 for i in range(50000)]; len(x)'),
      at('while True: x.append(1)\r'),
      { wait: 300, type: '\x03' },
      at('\x04'),
      at('docker run -d --name web -p 8080:8000 python:3.14-slim python -m http.server'),
      at('curl -s localhost:8080/ | head -n 3; docker stop -t 1 web'),
      { wait: 200, fetch: 'http://localhost:8080/' },
    ];
    const { journal, until, world } = await live(3, acts, 0, 'learner');
    expect(differing(world, await replayed(3, journal, until))).toEqual([]);
    expect(world.some((line) => line.startsWith('image') && line.includes('python:3.14-slim'))).toBe(true);
  });

  test('replayed, changes files as the workspace did', { timeout: 300_000 }, async () => {
    const paths = fc.constantFrom(
      '/srv/lab/a',
      '/srv/lab/new',
      '/srv/lab/new/b',
      '/nosuch/c',
      '/srv/lab',
      '/etc',
    );
    const change: fc.Arbitrary<Act> = fc
      .tuple(
        fc.oneof(
          fc.record({ mkdir: paths }),
          fc.record({ rename: paths, to: paths }),
          fc.record({ remove: paths }),
          fc.record({ save: paths, content: fc.string() }),
          fc.constant({ type: 'ls -laR --full-time; mkdir -p new; date > a\r' }),
        ),
        fc.integer({ min: 50, max: 500 }),
      )
      .map(([what, wait]) => ({ ...what, wait }));
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.array(change, { minLength: 4, maxLength: 16 }),
        async (seed, acts) => {
          const { journal, until, world } = await live(seed, acts);
          expect(differing(world, await replayed(seed, journal, until))).toEqual([]);
        },
      ),
      { numRuns: Math.ceil(RUNS / 2), seed: SEED, endOnFailure: true },
    );
  });

  test('holds what could not be fetched, and does not ask for it again', async () => {
    const acts: Act[] = Array.from({ length: 6 }, (_, i) => ({
      wait: 1500,
      type: `docker pull -q alpine:3.${18 + (i % 2)} || docker pull -q redis:7; docker images -q\r`,
    }));
    const { journal, until, world } = await live(4, acts, 0.5);
    expect(journal.entries.filter(({ input }) => input.kind === 'external.failed').length).toBeGreaterThan(0);
    expect(differing(world, await replayed(4, journal, until))).toEqual([]);
  });

  test('is not taken up when what it needs cannot be fetched, so that it can be tried again', async () => {
    const { journal } = await live(2, [{ wait: 10, type: 'ls\r' }]);
    const opened = openLab(journal, frozenTime, numbers(2), () => true).then(() => 'opened');
    await expect(opened).rejects.toThrow('catalogue:oracle/index could not be fetched: offline');
  });

  test('of another build is refused in plain words', async () => {
    const { journal } = await live(1, []);
    const other = openLab({ ...journal, engine: '0.0.1' }, frozenTime, numbers(1));
    await expect(other).rejects.toThrow(JournalMismatch);
    await expect(other).rejects.toThrow(/saved by Drydock 0\.0\.1, this is .*starts afresh/);
  });

  test('cut short, replays as far as it goes', async () => {
    const acts: Act[] = [
      { wait: 300, type: 'echo first > a\r' },
      { wait: 300, type: 'echo second > b\r' },
      { wait: 300, type: 'echo third > c\r' },
    ];
    const { journal, until } = await live(7, acts);
    const cut = await replayed(7, { ...journal, entries: journal.entries.slice(0, -1) }, until);
    const names = cut.flatMap((line) => /^file \/srv\/lab\/(\w+)/.exec(line)?.[1] ?? []);
    expect(names).toEqual(['a', 'b']);
  });

  test('that does not fit the machine is refused, not run on for ever', async () => {
    const { journal } = await live(3, [{ wait: 10, type: 'ls\r' }]);
    const entries = journal.entries.map((entry) => ({ ...entry, time: entry.time - 60_000 }));
    const opened = openLab({ ...journal, entries }, frozenTime, numbers(3)).then(() => 'opened');
    await expect(opened).rejects.toThrow(JournalMismatch);
  });
});

/** Lines in which two worlds differ, the first few. */
function differing(expected: readonly string[], found: readonly string[]): string[] {
  const [a, b] = [new Set(expected), new Set(found)];
  return [
    ...expected
      .filter((line) => !b.has(line))
      .slice(0, 8)
      .map((line) => `live:     ${line}`),
    ...found
      .filter((line) => !a.has(line))
      .slice(0, 8)
      .map((line) => `replayed: ${line}`),
  ];
}
