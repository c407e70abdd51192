import type { RealTime } from '../lab/live-driver.ts';

/** This process's clock and timers. */
export const realTime: RealTime = {
  now: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};
