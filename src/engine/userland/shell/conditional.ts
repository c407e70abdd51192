import type { CompoundList, If } from 'unbash';
import type { Shell } from './shell.ts';

/** Runs commands whose status is a condition: `set -e` does not look. */
export async function condition(shell: Shell, list: CompoundList): Promise<number> {
  shell.errexitIgnored++;
  try {
    return await shell.evaluator.runScript(shell, list);
  } finally {
    shell.errexitIgnored--;
  }
}

/** `if`. */
export async function conditional(shell: Shell, node: If, last: boolean): Promise<number> {
  for (const branch of [node, ...node.elif]) {
    const status = await condition(shell, branch.clause);
    if (shell.skip) return status;
    if (status === 0) return shell.evaluator.runScript(shell, branch.then, last);
  }
  return node.else ? shell.evaluator.runScript(shell, node.else, last) : 0;
}
