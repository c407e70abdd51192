/**
 * A processor. The processors of a machine run beside each other although the engine runs one program after the other: each has a time of its
 * own, up to which it has been used, and the world's clock stands where the furthest of them is.
 */
export class Cpu {
  readonly id: number;
  /** Until when it has been used, µs since boot. */
  time = 0;
  /** µs spent in programs, in programs of a nice value above 0, and in the kernel (proc_stat(5)). */
  user = 0;
  nice = 0;
  system = 0;
  /** Given to a task by the run queue: what it has not used up to the clock is that task's, and no idle time. */
  claimed = false;

  constructor(id: number) {
    this.id = id;
  }

  get busy(): number {
    return this.user + this.nice + this.system;
  }
}

/** `0-3`, as /sys/devices/system/cpu/online has it; '' for none. A set of processors is a mask, bit n for processor n. */
export function cpuList(mask: number): string {
  const ranges: string[] = [];
  for (let first = 0; first < CPUS_MAX; first++) {
    if (!(mask & (1 << first))) continue;
    let last = first;
    while (last + 1 < CPUS_MAX && mask & (1 << (last + 1))) last++;
    ranges.push(first === last ? `${first}` : `${first}-${last}`);
    first = last;
  }
  return ranges.join(',');
}

/** All of the first `count` processors. */
export const cpuMask = (count: number): number => 2 ** count - 1;

/** What fits into a mask of JavaScript's bit operations. */
export const CPUS_MAX = 31;
