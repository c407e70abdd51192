import { signalNumber } from '../kernel/signals.ts';
import type { WaitStatus } from '../kernel/syscalls.ts';

/** A shell's exit status for how a process ended. */
export function exitStatus(status: WaitStatus): number {
  if (status.kind === 'exited') return status.code;
  return status.kind === 'signaled' ? 128 + signalNumber(status.signal) : 0;
}
