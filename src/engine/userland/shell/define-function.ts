import { currentSource } from './calls.ts';
import type { Shell } from './shell.ts';
import type { FunctionDefinition } from './syntax/tree.ts';

/** A function definition (POSIX XCU 2.9.5). */
export async function defineFunction(shell: Shell, node: FunctionDefinition): Promise<number> {
  const { name } = node;
  shell.line = node.line;
  const special = shell.evaluator.builtin(shell, name)?.special === true;
  if (shell.dialect.posixErrors && special)
    await shell.abandon('Syntax error: Bad function name', { status: 2, fatal: true });
  if (shell.functions.get(name)?.readonly) {
    await shell.warn(`${name}: readonly function`);
    return 1;
  }
  shell.functions.set(name, { definition: node, source: currentSource(shell) });
  return 0;
}
