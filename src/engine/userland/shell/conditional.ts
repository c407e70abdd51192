import type { Shell } from './shell.ts';
import type { CompoundCommand, Script } from './syntax/tree.ts';

/** Runs commands whose status is a condition: `set -e` does not look. */
export async function condition(shell: Shell, list: Script): Promise<number> {
  shell.errexitIgnored++;
  try {
    return await shell.evaluator.runScript(shell, list);
  } finally {
    shell.errexitIgnored--;
  }
}

/** `if`. */
export async function conditional(
  shell: Shell,
  node: CompoundCommand & { type: 'if' },
  last: boolean,
): Promise<number> {
  for (const { test, body } of node.branches) {
    const status = await condition(shell, test);
    if (shell.skip) return status;
    if (status === 0) return shell.evaluator.runScript(shell, body, last);
  }
  return node.otherwise ? shell.evaluator.runScript(shell, node.otherwise, last) : 0;
}
