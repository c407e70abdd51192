import type { Case } from 'unbash';
import { compilePattern } from '../lib/glob.ts';
import { expandToPattern, expandToText } from './expand.ts';
import type { Shell } from './shell.ts';
import { prepare } from './word.ts';

/** `case` (POSIX XCU 2.9.4.3), with bash's `;&` and `;;&`. */
export async function caseSelection(shell: Shell, node: Case, last: boolean): Promise<number> {
  shell.at = node.pos;
  const subject = await expandToText(shell, prepare(node.word));
  let status = 0;
  let fallThrough = false;
  for (const [i, item] of node.items.entries()) {
    if (!fallThrough && !(await matchesAny(shell, item.pattern, subject))) continue;
    fallThrough = false;
    const final = item.terminator === undefined || item.terminator === ';;' || i === node.items.length - 1;
    status = await shell.evaluator.runScript(shell, item.body, last && final);
    if (final || shell.skip) return status;
    fallThrough = item.terminator === ';&';
  }
  return status;
}

async function matchesAny(
  shell: Shell,
  patterns: Case['items'][number]['pattern'],
  subject: string,
): Promise<boolean> {
  for (const word of patterns) {
    const pattern = await expandToPattern(shell, prepare(word));
    const options = { extended: shell.dialect.bashSyntax, ignoreCase: shell.shopt.has('nocasematch') };
    if (compilePattern(pattern, options).matches(subject)) return true;
  }
  return false;
}
