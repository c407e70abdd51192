import { compilePattern } from '../lib/glob.ts';
import { evaluateExpression } from './arithmetic-expansion.ts';
import { expandToPattern, expandToText } from './expand.ts';
import { removePart, replacePart } from './pattern-operators.ts';
import type { Shell } from './shell.ts';
import { transform } from './transformation.ts';
import type { Operation, Prepared } from './word.ts';

/** What `${x…}` does to the value: parts removed, replaced or cut out, letters changed. To each of a list. */
export async function applyToList(
  shell: Shell,
  list: readonly string[],
  operation: Operation,
  name: string,
  index: string | undefined,
): Promise<string[]> {
  if (operation.type === 'slice') {
    // `${@:0}` begins with $0.
    const from = Number(await numberOf(shell, operation.offset));
    const all = index === undefined ? [shell.arg0, ...list] : [...list];
    const start = from < 0 ? all.length + from : from;
    if (start < 0) return [];
    const length = operation.length && Number(await numberOf(shell, operation.length));
    return all.slice(start, length === undefined ? undefined : start + length);
  }
  const out: string[] = [];
  for (const value of list) out.push(await applyOperation(shell, value, operation, name));
  return out;
}

/** To one value. */
export async function applyOperation(
  shell: Shell,
  value: string,
  operation: Operation,
  name: string,
): Promise<string> {
  switch (operation.type) {
    case 'remove':
      return removePart(
        value,
        await expandToPattern(shell, operation.operand),
        operation.operator,
        shell.dialect.bashSyntax,
      );
    case 'replace':
      return replacePart(
        value,
        await expandToPattern(shell, operation.pattern),
        await expandToText(shell, operation.replacement),
        operation.operator,
      );
    case 'slice': {
      const chars = [...value];
      const from = Number(await numberOf(shell, operation.offset));
      const start = from < 0 ? chars.length + from : from;
      if (start < 0) return '';
      if (operation.length === undefined) return chars.slice(start).join('');
      const length = Number(await numberOf(shell, operation.length));
      const end = length < 0 ? chars.length + length : start + length;
      if (end < start) await shell.abandon(`${length}: substring expression < 0`, { fatal: false });
      return chars.slice(start, end).join('');
    }
    case 'case': {
      const pattern = operation.pattern ? await expandToPattern(shell, operation.pattern) : '?';
      const { matches } = compilePattern(pattern, { extended: true });
      const change = (char: string) =>
        !matches(char) ? char : operation.operator.startsWith('^') ? char.toUpperCase() : char.toLowerCase();
      const chars = [...value];
      if (operation.operator.length === 2) return chars.map(change).join('');
      return chars.map((char, i) => (i === 0 ? change(char) : char)).join('');
    }
    case 'transform':
      return transform(shell, value, operation.operator, name);
    default:
      return value;
  }
}

async function numberOf(shell: Shell, text: Prepared): Promise<bigint> {
  return evaluateExpression(shell, await expandToText(shell, text));
}
