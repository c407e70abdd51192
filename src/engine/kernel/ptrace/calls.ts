import type { Task } from '../task.ts';

/** A system call that a process is in: asleep, or halted by its tracer at the call's door. */
export interface CallUnderWay {
  readonly name: string;
  readonly args: readonly unknown[];
  /** Tells calls under way at once apart: 0 for the only one. */
  readonly slot: number;
  /** A signal has taken the tracee out of it, and it has not been entered anew. */
  left: boolean;
}

/** Notes that a process enters a call. */
export function beginCall(task: Task, name: string, args: readonly unknown[]): CallUnderWay {
  let slot = 0;
  while (task.calls.some((call) => call.slot === slot)) slot++;
  const call = { name, args, slot, left: false };
  task.calls.push(call);
  return call;
}
