import type { MaybePromise } from '../../base/maybe-promise.ts';
import type { Syscalls } from '../syscalls.ts';
import type { Task } from '../task.ts';

type Result<T> = T extends Promise<infer V> ? MaybePromise<V> : T;

/** The kernel's side of some of the system calls: each takes the calling task first, and gives a promise only where it sleeps. */
export type Handlers<K extends keyof Syscalls> = {
  [Name in K]: (task: Task, ...args: Parameters<Syscalls[Name]>) => Result<ReturnType<Syscalls[Name]>>;
};
