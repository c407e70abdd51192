import type { Kernel } from '../kernel.ts';

/**
 * The three numbers of /proc/loadavg: how many tasks run or wait to. The kernel counts them every five seconds; a machine that is asleep most of
 * the time need not be woken for that, so the averages are taken from the time that tasks ran and waited since the last look.
 */
export function loadAverage(kernel: Kernel): [number, number, number] {
  const { load } = kernel;
  const now = kernel.clock.now();
  const elapsed = now - load.time;
  if (elapsed >= 1000) {
    const { active } = kernel.runQueue;
    const running = (active - load.active) / 1000 / elapsed;
    load.averages = load.averages.map((average, i) => {
      const kept = Math.exp(-elapsed / PERIODS[i]!);
      return average * kept + running * (1 - kept);
    }) as [number, number, number];
    load.time = now;
    load.active = active;
  }
  return load.averages;
}

const PERIODS = [60_000, 300_000, 900_000] as const;
