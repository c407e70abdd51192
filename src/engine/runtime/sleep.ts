import { isErrno } from '../base/errno.ts';
import type { Syscalls } from '../kernel/syscalls.ts';

/** Sleeps the whole time: nanosleep(2) is cut short by every handled signal, SA_RESTART or not, and a parent hears many. */
export async function sleep(sys: Syscalls, ms: number): Promise<void> {
  const until = sys.clock_gettime('monotonic') + ms;
  for (let left = ms; left > 0; left = until - sys.clock_gettime('monotonic')) {
    try {
      await sys.nanosleep(left);
      return;
    } catch (error) {
      if (!isErrno(error, 'EINTR')) throw error;
    }
  }
}
