import { takeOut } from '../base/short-list.ts';
import type { Image } from './image.ts';
import { beginCall } from './ptrace/calls.ts';
import { callTraced, leaveTraced } from './ptrace/syscall-stops.ts';
import { passesSeccomp } from './seccomp.ts';
import type { CallResult } from './syscalls.ts';
import type { Task } from './task.ts';

/** Virtual CPU time of a system call, in µs. */
export const CALL_COST = 1;

/** The kernel's side of a call: the calling task, then the arguments. A promise only if it had to wait. */
export type Handler = (task: Task, ...args: unknown[]) => unknown;

/**
 * Where programs enter the kernel: an object with one method for each row of the system-call table. Here, and only here, calls are charged,
 * traced, held back while the task is stopped, and left without an answer when it is dead.
 */
export class Door {
  readonly image: Image;

  constructor(image: Image) {
    this.image = image;
  }
}

/** Adds a system call to every door. The first four arguments after the task, and a fifth, are all that any call has. */
export function defineCall(name: string, unfiltered: Handler): void {
  const handler: Handler = (task, a, b, c, d, e) => {
    if (task.seccomp !== undefined && !passesSeccomp(task, name, [a, b, c, d, e])) return undefined;
    return unfiltered(task, a, b, c, d, e);
  };
  // Fixed parameters instead of rest arguments: this is the hottest path of the whole engine.
  function call(this: Door, a?: unknown, b?: unknown, c?: unknown, d?: unknown, e?: unknown) {
    const { image } = this;
    if (image.gone) return never();
    const { task } = image;
    if (task.spendSystem(CALL_COST) || task.held) return enterLater(image, name, handler, a, b, c, d, e);
    return enter(image, name, handler, a, b, c, d, e);
  }
  Object.defineProperty(Door.prototype, name, { value: call });
}

/** Adds one of the calls that only look something up: they answer at once and cost nothing. */
export function defineLookup(name: string, handler: Handler): void {
  Object.defineProperty(Door.prototype, name, {
    value(this: Door, a?: unknown) {
      return handler(this.image.task, a);
    },
  });
}

function enter(
  image: Image,
  name: string,
  handler: Handler,
  a: unknown,
  b: unknown,
  c: unknown,
  d: unknown,
  e: unknown,
): Promise<unknown> {
  const { task } = image;
  if (task.tracing !== undefined) return callTraced(image, name, handler, [a, b, c, d, e]);
  task.enterCall();
  let result: unknown;
  try {
    result = handler(task, a, b, c, d, e);
  } catch (error) {
    task.kernel.trace?.(task, name, [a, b, c, d, e], { error });
    return image.gone ? never() : fail(error);
  }
  if (result instanceof Promise) return leave(image, name, [a, b, c, d, e], result);
  task.kernel.trace?.(task, name, [a, b, c, d, e], { value: result });
  return image.gone ? never() : Promise.resolve(result);
}

async function enterLater(
  image: Image,
  name: string,
  handler: Handler,
  ...args: unknown[]
): Promise<unknown> {
  await image.pause();
  return enter(image, name, handler, args[0], args[1], args[2], args[3], args[4]);
}

/** The way out of a call that slept. */
async function leave(
  image: Image,
  name: string,
  args: unknown[],
  pending: Promise<unknown>,
): Promise<unknown> {
  const { task } = image;
  const call = beginCall(task, name, args);
  let result: CallResult;
  try {
    result = { value: await pending };
  } catch (error) {
    result = { error };
  }
  task.kernel.trace?.(task, name, args, result);
  // A tracer may have come meanwhile.
  if (task.tracing !== undefined) return leaveTraced(image, call, result);
  takeOut(task.calls, call);
  while (task.held && !image.gone) await task.whenReleased();
  if (image.gone) await never();
  if ('error' in result) throw result.error;
  return result.value;
}

/** Rejects when the caller awaits it already: the platform keeps account of each promise that was rejected while nobody did. */
async function fail(error: unknown): Promise<never> {
  await SETTLED;
  throw error;
}

const SETTLED = Promise.resolve();

/** A new promise each time: one shared by all would keep every dead coroutine alive. */
function never(): Promise<never> {
  return new Promise(() => {});
}
