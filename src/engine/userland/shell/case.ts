import { compilePattern } from '../lib/glob.ts';
import { countable } from './characters.ts';
import { expandToPattern, expandToText } from './expand.ts';
import type { Shell } from './shell.ts';
import type { CaseItem, CompoundCommand } from './syntax/tree.ts';
import { runDebugTrap } from './traps.ts';
import { traceText } from './xtrace.ts';

/** `case` (POSIX XCU 2.9.4.3), with bash's `;&` and `;;&`. */
export async function caseSelection(
  shell: Shell,
  node: CompoundCommand & { type: 'case' },
  last: boolean,
): Promise<number> {
  shell.line = node.line;
  await runDebugTrap(shell, node);
  if (shell.dialect.bashSyntax && shell.option('xtrace'))
    await traceText(shell, `case ${node.subject.text} in`);
  const subject = await expandToText(shell, node.subject);
  let status = 0;
  let fallThrough = false;
  for (const [i, item] of node.items.entries()) {
    if (!fallThrough && !(await matchesAny(shell, item, subject))) continue;
    fallThrough = false;
    const final = item.terminator === ';;' || i === node.items.length - 1;
    status = await shell.evaluator.runScript(shell, item.body, last && final);
    if (final || shell.skip) return status;
    fallThrough = item.terminator === ';&';
  }
  return status;
}

async function matchesAny(shell: Shell, { patterns }: CaseItem, subject: string): Promise<boolean> {
  for (const word of patterns) {
    const pattern = await expandToPattern(shell, word);
    const options = { extended: shell.dialect.bashSyntax, ignoreCase: shell.shopt.has('nocasematch') };
    if (compilePattern(countable(shell, pattern), options).matches(countable(shell, subject))) return true;
  }
  return false;
}
