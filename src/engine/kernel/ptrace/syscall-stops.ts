import { takeOut } from '../../base/short-list.ts';
import type { Handler } from '../door.ts';
import type { Image } from '../image.ts';
import type { CallResult } from '../syscalls.ts';
import type { Task } from '../task.ts';
import { beginCall, type CallUnderWay } from './calls.ts';

/** A traced process halts on its way into a system call and on its way out (ptrace(2), "Syscall-stops"). */

/** The whole of a call of a tracee. */
export async function callTraced(
  image: Image,
  name: string,
  handler: Handler,
  args: readonly unknown[],
): Promise<unknown> {
  const { task } = image;
  await takeSignals(image);
  const call = beginCall(task, name, args);
  await sayEntry(task, call);
  if (image.gone) return new Promise(() => {});
  task.enterCall();
  const outcome = run(task, handler, args);
  // Not awaited where it is there: after execve(2) the new program must find its task halted.
  return leaveTraced(image, call, outcome instanceof Promise ? await outcome : outcome);
}

function run(task: Task, handler: Handler, args: readonly unknown[]): CallResult | Promise<CallResult> {
  try {
    const value = handler(task, ...args);
    return value instanceof Promise ? settle(value) : { value };
  } catch (error) {
    return { error };
  }
}

/** How a call ends that sleeps. */
const settle = (pending: Promise<unknown>): Promise<CallResult> =>
  pending.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );

/** The way out of a call, and of the signals that came meanwhile. */
export async function leaveTraced(image: Image, call: CallUnderWay, result: CallResult): Promise<unknown> {
  const { task } = image;
  takeOut(task.calls, call);
  if (!call.left && !task.zombie && (!image.gone || call.name === 'execve'))
    await sayExit(task, call, result);
  await takeSignals(image);
  if (image.gone) return new Promise(() => {});
  if ('error' in result) throw result.error;
  return result.value;
}

/** Before the program goes on: what is pending is delivered, and the task waits while it is stopped. */
async function takeSignals({ task }: Image): Promise<void> {
  for (;;) {
    if (task.pending.size > 0) await task.tracing?.deliverSignals();
    if (!task.held) return;
    await task.whenReleased();
  }
}

/** Halts at the door of a call, if the tracer wants that. */
export async function sayEntry(task: Task, call: CallUnderWay): Promise<void> {
  call.left = false;
  const { tracing } = task;
  if (!tracing?.atCalls) return;
  const { name, args, slot } = call;
  await tracing.stop({ signal: 'SIGTRAP', trace: 'syscall', call: { op: 'entry', slot, name, args } });
}

/** Halts on the way out of a call, if the tracer wants that. */
export async function sayExit(task: Task, call: CallUnderWay, result: CallResult): Promise<void> {
  const { tracing } = task;
  if (!tracing?.atCalls) return;
  const { name, args, slot } = call;
  await tracing.stop({ signal: 'SIGTRAP', trace: 'syscall', call: { op: 'exit', slot, name, args, result } });
}
