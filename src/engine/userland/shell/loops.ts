import type { ArithmeticExpression, ArithmeticFor, For, While } from 'unbash';
import { arithmeticValue } from './arithmetic-command.ts';
import { condition } from './conditional.ts';
import { expandToFields } from './expand.ts';
import { assignChecked } from './parameters.ts';
import type { Shell } from './shell.ts';
import { runPendingTraps } from './traps.ts';
import { isName } from './variables.ts';
import { prepare } from './word.ts';
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

export async function whileLoop(shell: Shell, node: While): Promise<number> {
  return loop(shell, async () => {
    let status = 0;
    for (;;) {
      const pause = shell.process.work(1);
      if (pause) await pause;
      if (shell.pendingSignals.length > 0) await runPendingTraps(shell);
      const test = await condition(shell, node.clause);
      if (shell.skip) {
        if (leavesLoop(shell)) return status;
        continue;
      }
      if ((test === 0) !== (node.kind === 'while')) return status;
      status = await shell.evaluator.runScript(shell, node.body);
      if (leavesLoop(shell)) return status;
    }
  });
}

export async function forLoop(shell: Shell, node: For): Promise<number> {
  const name = node.name.text;
  shell.at = node.pos;
  if (!isName(name)) {
    if (shell.dialect.bashSyntax) {
      await shell.warn(`\`${name}': not a valid identifier`);
      return 1;
    }
    await shell.abandon('Syntax error: Bad for loop variable', { status: 2, fatal: true });
  }
  const values =
    node.wordlist === undefined
      ? [...shell.positional]
      : await expandToFields(
          shell,
          node.wordlist.map((word) => prepare(word)),
        );
  return loop(shell, async () => {
    let status = 0;
    for (const value of values) {
      const pause = shell.process.work(1);
      if (pause) await pause;
      if (shell.pendingSignals.length > 0) await runPendingTraps(shell);
      if (shell.dialect.bashSyntax && shell.option('xtrace'))
        await traceText(
          shell,
          `for ${name} in ${node.wordlist?.map((word) => word.text).join(' ') ?? '"$@"'}`,
        );
      await assignChecked(shell, name, value);
      status = await shell.evaluator.runScript(shell, node.body);
      if (leavesLoop(shell)) return status;
    }
    return status;
  });
}

export async function arithmeticFor(shell: Shell, node: ArithmeticFor): Promise<number> {
  if (shell.dialect.posixErrors)
    await shell.abandon('Syntax error: Bad for loop variable', { status: 2, fatal: true });
  const part = (expression: ArithmeticExpression | undefined): Promise<bigint> | undefined =>
    expression && arithmeticValue(shell, shell.unit.text.slice(expression.pos, expression.end));
  shell.at = node.pos;
  await part(node.initialize);
  return loop(shell, async () => {
    let status = 0;
    for (;;) {
      const pause = shell.process.work(1);
      if (pause) await pause;
      if (shell.pendingSignals.length > 0) await runPendingTraps(shell);
      if (node.test && (await part(node.test)) === 0n) return status;
      status = await shell.evaluator.runScript(shell, node.body);
      if (leavesLoop(shell)) return status;
      await part(node.update);
    }
  });
}
