import type { Syscalls } from '../../kernel/syscalls.ts';
import type { Show } from './show.ts';

/** What an interrupted call reports while a signal is delivered, besides ERESTARTSYS (signal(7)). */
export type Restart = 'ERESTARTNOHAND' | 'ERESTART_RESTARTBLOCK';

/** How one system call of the simulated kernel is written: the call of Linux that it is, with that call's arguments. */
export interface CallFormat<Args extends readonly unknown[] = readonly unknown[], Value = unknown> {
  /** The name in Linux' table of system calls. */
  name: string | ((...args: Args) => string);
  /** The arguments that are known on the way in. */
  entry?: (show: Show, ...args: Args) => string[];
  /** Those that the kernel fills in; `value` is undefined where the call failed. */
  exit?: (show: Show, value: Value | undefined, ...args: Args) => string[];
  /** What stands after ` = ` where it succeeded; by default 0. */
  result?: (show: Show, value: Value, ...args: Args) => string;
  restart?: Restart;
}

type Calls = {
  [Name in keyof Syscalls]: CallFormat<Parameters<Syscalls[Name]>, Awaited<ReturnType<Syscalls[Name]>>>;
};

/** The formats of some of the calls, checked against what these take and give. */
export const formats = <Name extends keyof Syscalls>(table: Pick<Calls, Name>): Pick<Calls, Name> => table;

/** A result that is a plain number. */
export const number = (_show: Show, value: number): string => `${value}`;
