import { Errno } from '../../base/errno.ts';
import type { Caller } from '../../vfs/caller.ts';
import { capableIn } from '../../vfs/permission.ts';
import type { Task } from '../task.ts';
import type { ClockOffset, ShiftedClock } from '../time-namespace.ts';

/** /proc/PID/timens_offsets: the shifts of the clocks that its children will have (time_namespaces(7)). */
export function timeOffsetsText({ namespaces: { timeForChildren } }: Task): string {
  return (['monotonic', 'boottime'] as const)
    .map((clock) => {
      const { seconds, nanoseconds } = timeForChildren.offsets[clock];
      return `${clock.padEnd(10)} ${String(seconds).padStart(10)} ${String(nanoseconds).padStart(9)}\n`;
    })
    .join('');
}

/** Clocks by name, and by number as unshare(1) writes it. */
const CLOCKS: Readonly<Record<string, ShiftedClock>> = {
  monotonic: 'monotonic',
  1: 'monotonic',
  boottime: 'boottime',
  7: 'boottime',
};

/** `CLOCK SECONDS NANOSECONDS`, a line for each clock, at most two. EINVAL, EPERM without CAP_SYS_TIME. */
export function writeTimeOffsets({ kernel, namespaces }: Task, text: string, { credentials }: Caller): void {
  const offsets: Partial<Record<ShiftedClock, ClockOffset>> = {};
  for (const line of text.replace(/\n$/, '').split('\n').slice(0, 2)) {
    const [, name = '', seconds, nanoseconds] = /^\s*(\S+)\s+([-+]?\d+)\s+(\d+)/.exec(line) ?? [];
    const clock = CLOCKS[name];
    if (clock === undefined || Number(nanoseconds) >= 1e9) throw new Errno('EINVAL');
    offsets[clock] = { seconds: Number(seconds), nanoseconds: Number(nanoseconds) };
  }
  const { timeForChildren } = namespaces;
  if (!capableIn(timeForChildren.governor, credentials, 'SYS_TIME')) throw new Errno('EPERM');
  timeForChildren.set(offsets, kernel.uptime);
}
