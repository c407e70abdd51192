/** One line of a bench: what was found, what is wanted, and whether that is met; undefined where there is no telling. */
export interface Figure {
  name: string;
  found: string;
  wanted: string;
  met: boolean | undefined;
}

/**
 * The CPU time of this thread, ms: what the engine costs, however busy the machine is with other things. Some kernels count it in ticks of
 * 4 ms: only sums of many runs mean something.
 */
export function cpu(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

export const middle = (all: number[]) => all.sort((a, b) => a - b)[all.length >> 1]!;

export const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
