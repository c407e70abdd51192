import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtualClock } from './clock.ts';

test('timers fire in order of time, ties in order of arming, cancelled ones never', () => {
  const timer = fc.record({ time: fc.integer({ min: 0, max: 20 }), cancelled: fc.boolean() });
  fc.assert(
    fc.property(fc.array(timer, { maxLength: 60 }), (timers) => {
      const clock = new VirtualClock(0);
      const fired: number[] = [];
      const armed = timers.map(({ time }, i) => clock.at(time, () => fired.push(i)));
      timers.forEach(({ cancelled }, i) => {
        if (cancelled) armed[i]!.cancel();
      });
      for (let next = clock.next(); next !== undefined; next = clock.next()) {
        clock.advance(next);
        expect(clock.fireNext()).toBe(true);
      }
      const expected = timers
        .map(({ time, cancelled }, i) => ({ time, cancelled, i }))
        .filter(({ cancelled }) => !cancelled)
        .sort((a, b) => a.time - b.time || a.i - b.i);
      expect(fired).toEqual(expected.map(({ i }) => i));
    }),
  );
});

test('time moves by work and by waiting, never back, in microseconds', () => {
  const clock = new VirtualClock(1_000);
  for (let i = 0; i < 10_000; i++) clock.spend(0.001);
  expect(clock.now()).toBe(1_010);
  clock.advance(900);
  expect(clock.now()).toBe(1_010);
  expect(clock.bootTime).toBe(1_000);
});

test('a timer in the past is due at once, one in the future is not', () => {
  const clock = new VirtualClock(100);
  let fired = 0;
  clock.at(50, () => fired++);
  clock.at(101, () => fired++);
  expect(clock.fireNext()).toBe(true);
  expect(clock.fireNext()).toBe(false);
  expect(fired).toBe(1);
});
