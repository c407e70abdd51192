import { type Call, functionDepth } from './calls.ts';
import { Abandon, Leave, type Shell, type ShellFunction } from './shell.ts';
import { runTrap } from './traps.ts';
import { ReadonlyVariable } from './variables.ts';

/** How deep calls may nest before the stack of a real shell is used up. */
const DEEPEST = 4000;
/** dash counts, and stops before (main.h's MAX_RECURSION). */
const DASH_DEEPEST = 1000;

/** Calls a function: its own positional parameters and local variables. */
export async function callFunction(
  shell: Shell,
  called: ShellFunction,
  words: readonly string[],
  temporary: ReadonlyMap<string, string>,
): Promise<number> {
  const name = words[0]!;
  await limitDepth(shell, name);
  const { positional, line, loopDepth, getoptsOffset, getoptsIndex } = shell;
  const undo = temporary.size > 0 ? await hide(shell, temporary) : undefined;
  const inherited = hideTraps(shell, called);
  shell.variables.pushScope();
  const call: Call = { kind: 'function', name, source: called.source, line };
  shell.calls.push(call);
  shell.positional = words.slice(1);
  shell.loopDepth = 0;
  if (!shell.dialect.bashSyntax) {
    shell.getoptsIndex = 1;
    shell.getoptsOffset = 0;
  }
  let leaves = false;
  try {
    let status = await shell.evaluator.runCommand(shell, called.definition.body);
    if (shell.skip?.kind === 'return') {
      shell.skip = undefined;
      status = shell.status;
    }
    const returned = shell.traps.get('RETURN');
    if (returned !== undefined) {
      shell.status = status;
      await runTrap(shell, returned);
    }
    return status;
  } catch (error) {
    leaves = error instanceof Leave;
    throw error;
  } finally {
    // A shell that leaves runs its EXIT trap within the function.
    if (!leaves) {
      shell.positional = positional;
      shell.line = line;
      shell.loopDepth = loopDepth;
      shell.getoptsOffset = getoptsOffset;
      if (!shell.dialect.bashSyntax) shell.getoptsIndex = getoptsIndex;
      shell.calls.pop();
      shell.variables.popScope();
      if (call.options) shell.options = call.options;
      undo?.();
      for (const [trap, action] of inherited) if (!shell.traps.has(trap)) shell.traps.set(trap, action);
    }
  }
}

async function limitDepth(shell: Shell, name: string): Promise<void> {
  const depth = functionDepth(shell);
  const limit = Number(shell.variables.get('FUNCNEST') ?? 0);
  if (shell.dialect.bashSyntax && limit > 0 && depth >= limit) {
    await shell.warn(`${name}: maximum function nesting level exceeded (${limit})`);
    throw new Abandon(1, false);
  }
  if (shell.dialect.name === 'dash' && depth >= DASH_DEEPEST)
    await shell.abandon(`Maximum function recursion depth (${DASH_DEEPEST}) reached`, { fatal: true });
  if (depth < DEEPEST) return;
  await useUpStack(shell);
}

/** Real shells run out of stack, and a signal ends them. */
export async function useUpStack({ sys }: Shell): Promise<void> {
  await sys.sigaction('SIGSEGV', 'default');
  await sys.kill(sys.getpid(), 'SIGSEGV');
}

/** Traps that do not hold within a function unless asked for (`set -E`, `set -T`). */
function hideTraps(shell: Shell, called: ShellFunction): [string, string][] {
  const hidden: [string, string][] = [];
  const hide = (trap: string) => {
    const action = shell.traps.get(trap);
    if (action !== undefined && shell.traps.delete(trap)) hidden.push([trap, action]);
  };
  if (!shell.option('errtrace')) hide('ERR');
  if (!shell.option('functrace') && !called.traced) for (const trap of ['DEBUG', 'RETURN']) hide(trap);
  return hidden;
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
