import type { Shell, ShellFunction } from './shell.ts';
import { ReadonlyVariable } from './variables.ts';

/** How deep calls may nest before the stack of a real shell is used up. */
const DEEPEST = 4000;

/** Calls a function: its own positional parameters and local variables. */
export async function callFunction(
  shell: Shell,
  called: ShellFunction,
  words: readonly string[],
  temporary: ReadonlyMap<string, string>,
): Promise<number> {
  if (shell.functionNames.length >= DEEPEST) {
    // Real shells run out of stack.
    await shell.sys.sigaction('SIGSEGV', 'default');
    await shell.sys.kill(shell.sys.getpid(), 'SIGSEGV');
  }
  const { positional, unit, at, loopDepth, getoptsOffset } = shell;
  const undo = temporary.size > 0 ? await hide(shell, temporary) : undefined;
  shell.variables.pushScope();
  shell.functionNames.push(words[0]!);
  shell.positional = words.slice(1);
  shell.unit = called.unit;
  shell.loopDepth = 0;
  try {
    let status = await shell.evaluator.runBody(shell, called.body);
    if (shell.skip?.kind === 'return') {
      shell.skip = undefined;
      status = shell.status;
    }
    return status;
  } finally {
    shell.positional = positional;
    shell.unit = unit;
    shell.at = at;
    shell.loopDepth = loopDepth;
    shell.getoptsOffset = getoptsOffset;
    shell.functionNames.pop();
    shell.variables.popScope();
    undo?.();
  }
}

/** Gives variables other values for the time being; the result undoes it. */
export async function hide(shell: Shell, temporary: ReadonlyMap<string, string>): Promise<() => void> {
  try {
    return shell.variables.temporarily(temporary);
  } catch (error) {
    if (error instanceof ReadonlyVariable) return shell.abandon(shell.dialect.readonly(error.variable));
    throw error;
  }
}
