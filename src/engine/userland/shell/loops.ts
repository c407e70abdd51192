import { arithmeticValue } from './arithmetic-command.ts';
import { condition } from './conditional.ts';
import { STEP_COST } from './cost.ts';
import { expandToFields } from './expand.ts';
import { assignChecked } from './parameters.ts';
import type { Shell } from './shell.ts';
import type { CompoundCommand } from './syntax/tree.ts';
import { runDebugTrap, runPendingTraps } from './traps.ts';
import { isName } from './variables.ts';
import { traceText } from './xtrace.ts';

/** `while`, `until`, `for` (POSIX XCU 2.9.4) and bash's `for ((;;))`. */

/** After a round of a loop: whether it ends because of `break`, `continue N` or `return`. */
export function leavesLoop(shell: Shell): boolean {
  const { skip } = shell;
  if (skip === undefined) return false;
  if (skip.kind === 'return') return true;
  if (skip.count > 1) {
    skip.count--;
    return true;
  }
  shell.skip = undefined;
  return skip.kind === 'break';
}

export async function loop(shell: Shell, rounds: () => Promise<number>): Promise<number> {
  shell.loopDepth++;
  try {
    return await rounds();
  } finally {
    shell.loopDepth--;
  }
}

/** Before each round: gives way to others, and runs the traps of signals that have come. */
async function round(shell: Shell): Promise<void> {
  const pause = shell.process.work(STEP_COST);
  if (pause) await pause;
  if (shell.pendingSignals.length > 0) await runPendingTraps(shell);
}

export async function whileLoop(
  shell: Shell,
  node: CompoundCommand & { type: 'while' | 'until' },
): Promise<number> {
  return loop(shell, async () => {
    let status = 0;
    for (;;) {
      await round(shell);
      const test = await condition(shell, node.test);
      if (shell.skip) {
        if (leavesLoop(shell)) return status;
        continue;
      }
      if ((test === 0) !== (node.type === 'while')) return status;
      status = await shell.evaluator.runScript(shell, node.body);
      if (leavesLoop(shell)) return status;
    }
  });
}

export async function forLoop(
  shell: Shell,
  node: CompoundCommand & { type: 'for' | 'select' },
): Promise<number> {
  const { name, words } = node;
  shell.line = node.line;
  if (!isName(name)) {
    await shell.warn(`\`${name}': not a valid identifier`);
    return 1;
  }
  const values = words === undefined ? [...shell.positional] : await expandToFields(shell, words);
  return loop(shell, async () => {
    let status = 0;
    for (const value of values) {
      await round(shell);
      if (shell.skip && leavesLoop(shell)) return status;
      await runDebugTrap(shell, node);
      if (shell.dialect.bashSyntax && shell.option('xtrace')) await traceText(shell, head(node));
      await assignChecked(shell, name, value);
      status = await shell.evaluator.runScript(shell, node.body);
      if (leavesLoop(shell)) return status;
    }
    return status;
  });
}

/** `for x in a b`, as `set -x` shows it. */
export const head = ({ type, name, words }: CompoundCommand & { type: 'for' | 'select' }): string =>
  `${type} ${name} in ${words?.map((word) => word.text).join(' ') ?? '"$@"'}`;

export async function arithmeticFor(
  shell: Shell,
  node: CompoundCommand & { type: 'arithmetic-for' },
): Promise<number> {
  shell.line = node.line;
  const value = async (expression: string): Promise<bigint | undefined> => {
    await runDebugTrap(shell, node);
    return arithmeticValue(shell, expression);
  };
  const given = (expression: string) => expression.trim() !== '';
  if (given(node.initialise) && (await value(node.initialise)) === undefined) return 1;
  return loop(shell, async () => {
    let status = 0;
    for (;;) {
      await round(shell);
      if (given(node.test)) {
        const test = await value(node.test);
        if (test === undefined) return 1;
        if (test === 0n) return status;
      }
      status = await shell.evaluator.runScript(shell, node.body);
      if (leavesLoop(shell)) return status;
      if (given(node.update) && (await value(node.update)) === undefined) return 1;
    }
  });
}
