import type { RealTime } from '../../src/lab/live-driver.ts';

/** Real time as it is on a bad day: it leaps between two looks, timers come late, and now and then the laptop sleeps. */
export function erraticTime(random: () => number): RealTime {
  let now = 0;
  const pass = (ms: number) => {
    now += ms;
    if (random() < 0.003) now += 7000;
  };
  return {
    now() {
      pass(random() * 3);
      return now;
    },
    after(ms, call) {
      let cancelled = false;
      const tick = setImmediate(() => {
        if (cancelled) return;
        pass(Math.max(0, ms) + random() * 40);
        call();
      });
      return () => {
        cancelled = true;
        clearImmediate(tick);
      };
    },
  };
}

/** Real time that stands still. */
export const frozenTime: RealTime = { now: () => 0, after: () => () => undefined };

/** Numbers in [0, 1) from a seed (mulberry32). */
export function numbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
