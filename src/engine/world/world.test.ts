import { expect, test } from 'vitest';
import { type Host, World } from './world.ts';

const macrotask = () => new Promise<void>((resolve) => setImmediate(resolve));

function world(fetch: Host['fetch'] = async () => new Uint8Array()) {
  return new World({
    seed: 'test',
    start: 0,
    host: { macrotask, fetch, load: () => Promise.reject(new Error('nothing to load')) },
  });
}

test('answers from outside come in the order of the questions, however long each takes, and time stands still', async () => {
  const delays: Record<string, number> = { slow: 30, quick: 0 };
  const outside = world(async (key) => {
    await new Promise((resolve) => setTimeout(resolve, delays[key]));
    return Uint8Array.of(key.length);
  });
  const order: string[] = [];
  for (const key of ['slow', 'quick']) void outside.external(key).then(() => order.push(key));
  outside.clock.at(5, () => order.push('timer'));
  await outside.run(() => order.length === 3);
  expect(order).toEqual(['slow', 'quick', 'timer']);
});

test('a question that failed when recorded fails at the same step of a replay, whatever the host says now', async () => {
  const outcomes = async (world: World) => {
    const told: string[] = [];
    for (const key of ['first', 'second'])
      world.external(key).then(
        () => told.push(key),
        (error: Error) => told.push(error.message),
      );
    await world.settle();
    return told;
  };
  const live = world(async (key) => {
    if (key === 'second') throw new Error('offline');
    return new Uint8Array();
  });
  const failures: string[] = [];
  live.onFailure = (what, { message }) => failures.push(`${what} at ${live.steps}: ${message}`);
  expect(await outcomes(live)).toEqual(['first', 'offline']);
  expect(failures).toEqual(['second at 1: offline']);

  const again = world();
  again.failAt(1, 'offline');
  expect(await outcomes(again)).toEqual(['first', 'offline']);
});

test('steps count what happened, and an idle world counts nothing', async () => {
  const quiet = world();
  expect(await quiet.step()).toBe('idle');
  expect(quiet.steps).toBe(0);
  quiet.clock.at(10, () => {});
  expect(await quiet.step()).toBe('idle');
  quiet.advance(10);
  expect(await quiet.step()).toBe('progress');
  expect(quiet.steps).toBe(1);
});

test('run jumps to timers, stops at its condition, and lets time pass up to its deadline', async () => {
  const timed = world();
  const seen: number[] = [];
  for (const time of [100, 200, 300]) timed.clock.at(time, () => seen.push(time));
  expect(await timed.run(() => seen.length === 2)).toBe(true);
  expect(timed.clock.now()).toBe(200);
  expect(await timed.run(() => false, 250)).toBe(false);
  expect(timed.clock.now()).toBe(250);
  expect(seen).toEqual([100, 200]);
});
