import { expect, test } from 'vitest';
import type { Definition } from '../definition.ts';
import { type Known, partsOf } from './key-parts.ts';
import { type Earlier, MISS_LIMITS, whyMissed } from './miss.ts';
import type { StepRecord } from './model.ts';

const known: Known = {
  isContent: () => false,
  files: () => undefined,
  parent: () => ({}),
  origin: () => ({ is: 'context', name: '' }),
};
const vertex = { op: { kind: 'context' } } as const;
const definition = {
  kind: 'exec',
  args: ['/bin/sh', '-c', 'make'],
  env: ['PATH=/bin', 'EMPTY='],
  cwd: '/app',
  user: '',
  network: 'default',
  mounts: [{ kind: 'bind', target: '/src', source: '/', readOnly: true, from: 'sha256:stage' }],
  root: 'sha256:below',
};
const step = (changed: Partial<typeof definition>, more: Partial<StepRecord> = {}): StepRecord => ({
  id: 0,
  code: 'RUN make',
  keyword: 'run',
  place: 0,
  stage: 0,
  state: 'run',
  sources: [],
  args: [],
  why: [],
  key: JSON.stringify(changed),
  parts: partsOf({ ...definition, ...changed } as Definition, vertex, known),
  ...more,
});
const earlier = (one: StepRecord, isSameProject = true): Earlier => ({
  step: one,
  stage: 'a',
  isSameProject,
});
const why = (now: StepRecord, ...before: Earlier[]) => whyMissed(now, 'a', false, before);

test('every part of a key is one of the parts that are compared', () => {
  const changes: Partial<typeof definition>[] = [
    { args: ['/bin/sh', '-c', 'make all'] },
    { env: ['PATH=/bin', 'EMPTY=x'] },
    { env: ['PATH=/bin'] },
    { cwd: '/' },
    { user: 'www' },
    { network: 'none' },
    { mounts: [] },
    { mounts: [{ ...definition.mounts[0]!, from: 'sha256:other' }] },
    { mounts: [{ ...definition.mounts[0]!, target: '/elsewhere' }] },
    { root: 'sha256:other' },
  ];
  for (const change of changes) expect(why(step(change), earlier(step({})))).not.toEqual([]);
});

test('shells, mounts and what they take from are told apart', () => {
  expect(why(step({ args: ['/bin/ash', '-c', 'make'] }), earlier(step({})))).toEqual([
    { is: 'instruction', before: '["/bin/sh","-c","make"]', now: '["/bin/ash","-c","make"]' },
  ]);
  expect(why(step({ network: 'none' }), earlier(step({})))).toEqual([
    { is: 'setting', name: 'network', before: 'default', now: 'none' },
  ]);
  const mounts = [{ ...definition.mounts[0]!, from: 'sha256:other' }];
  expect(why(step({ mounts }), earlier(step({})))).toEqual([{ is: 'parent', now: '' }]);
});

test('of several earlier steps that is taken which differs least, the newest of those', () => {
  const far = earlier(step({ cwd: '/x', user: 'x' }));
  const near = earlier(step({ user: 'y' }));
  const older = earlier(step({ user: 'z' }));
  expect(why(step({}), far, near, older)).toEqual([{ is: 'setting', name: 'user', before: 'y', now: '' }]);
});

test('another project, another kind of instruction at the same place: nothing to compare with', () => {
  expect(why(step({}), earlier(step({ user: 'x' }), false))).toEqual([{ is: 'first' }]);
  const other = step({ user: 'x' }, { keyword: 'copy', code: 'COPY . .' });
  expect(why(step({}), earlier(other))).toEqual([{ is: 'first' }]);
});

test('the same key in whatever project: its result was removed, or there was none', () => {
  expect(why(step({}), earlier(step({}), false))).toEqual([{ is: 'pruned' }]);
  expect(why(step({}), earlier(step({}, { state: 'failed' })))).toEqual([{ is: 'failed' }]);
  expect(whyMissed(step({}), 'a', true, [earlier(step({}))])).toEqual([{ is: 'no-cache' }]);
});

test('of many files some are named, of long values the beginning', () => {
  const files = (content: string) =>
    new Map(Array.from({ length: 70 }, (_, i) => [`/f${i}`, ['100644', '0:0', content].join('\0')]));
  const copy = (digest: string, kept?: ReadonlyMap<string, string>) =>
    step(
      {},
      {
        key: digest,
        parts: partsOf(
          { kind: 'file', actions: [{ kind: 'copy', content: digest }], root: '' },
          { op: { kind: 'file', root: undefined, actions: [] } },
          { ...known, files: () => kept },
        ),
      },
    );
  const [reason] = why(copy('b', files('2')), earlier(copy('a', files('1'))));
  expect(reason).toMatchObject({ is: 'files', more: 70 - MISS_LIMITS.files, unnamed: false });
  expect(why(copy('b'), earlier(copy('a', files('1'))))).toMatchObject([
    { is: 'files', unnamed: true, changes: [] },
  ]);
  const [long] = why(step({ user: 'x'.repeat(1000) }), earlier(step({})));
  expect(long).toMatchObject({ now: `${'x'.repeat(MISS_LIMITS.value - 1)}…` });
});
