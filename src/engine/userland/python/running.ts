import type { MaybePromise } from '../../base/maybe-promise.ts';
import type { Process } from '../../kernel/program.ts';
import type { Output } from '../lib/stdio.ts';
import type { Command } from './command.ts';
import type { Interpreter } from './interpreter/interpreter.ts';
import type { Value } from './interpreter/values.ts';

/** A running Python: what the functions that it is given work with. */
export interface Running {
  readonly process: Process;
  /** `3.14.0` */
  readonly version: string;
  readonly command: Command;
  /** What `os.environ` is; programs that it starts get it. */
  readonly environment: Map<string, string>;
  readonly stdout: Output;
  readonly interpreter: () => Interpreter;
  /** How it is to end, as soon as Python says so. */
  ending: { status: number; interrupted: boolean };
}

/** Functions by the name by which Python calls them. */
export type Functions = Readonly<Record<string, (...args: Value[]) => MaybePromise<Value>>>;

/** An address of the interpreter's memory with a length: bytes that Python has. */
export const bytesOf = (running: Running, address: Value, length: Value): Uint8Array =>
  running.interpreter().bytesAt(Number(address) >>> 0, Number(length));
