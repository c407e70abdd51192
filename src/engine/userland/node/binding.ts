import { type Errno, isErrno } from '../../base/errno.ts';
import type { MaybePromise } from '../../base/maybe-promise.ts';
import type { Process } from '../../kernel/program.ts';
import type { Value } from './quickjs.ts';

/** A call of the library inside to the program outside: arguments and answer are plain values, structures are JSON. */
export type Binding = (process: Process, ...args: Value[]) => MaybePromise<Value> | Promise<void>;

export type Bindings = Readonly<Record<string, Binding>>;

/** How a failed system call is thrown inside, as text: the library makes an Error of it, with the names that libuv uses. */
export const errnoText = (error: Errno): string => `errno:${error.code}`;

/** The text under which an error passes to the inside. Anything but a failed system call is a fault of the simulation. */
export function passable(error: unknown): string {
  if (isErrno(error)) return errnoText(error);
  throw error;
}
