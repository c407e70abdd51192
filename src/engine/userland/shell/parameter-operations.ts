import { compilePattern } from '../lib/glob.ts';
import { evaluateExpression } from './arithmetic-expansion.ts';
import { countable, whole } from './characters.ts';
import { declaration, keysAndValues } from './declaration.ts';
import { expandToPattern, expandToText } from './expand.ts';
import { removePart, replacePart } from './pattern-operators.ts';
import type { Shell } from './shell.ts';
import type { Operation, Prepared } from './syntax/tree.ts';
import { transform } from './transformation.ts';
import { entries } from './variables.ts';

/** What `${x…}` does to the value: parts removed, replaced or cut out, letters changed. To each of a list. */
export async function applyToList(
  shell: Shell,
  list: readonly string[],
  operation: Operation,
  name: string,
  index: string | undefined,
): Promise<string[]> {
  if (!shell.dialect.bashSyntax) return applyToJoined(shell, list, operation, name);
  if (operation.type === 'slice') {
    // `${@:0}` begins with $0.
    const from = Number(await numberOf(shell, operation.offset));
    const all = index === undefined ? [shell.arg0, ...list] : [...list];
    const start = from < 0 ? all.length + from : from;
    if (start < 0) return [];
    const length = operation.length && Number(await numberOf(shell, operation.length));
    return all.slice(start, length === undefined ? undefined : start + length);
  }
  const variable = shell.variables.find(name);
  if (operation.type === 'transform' && variable && (variable.array || variable.table)) {
    if (operation.operator === 'A') return [declaration(name, variable)];
    if (operation.operator === 'K') return [keysAndValues(variable).join(' ')];
    if (operation.operator === 'k') return entries(variable).flat();
  }
  const out: string[] = [];
  for (const value of list) out.push(await applyOperation(shell, value, operation, name));
  return out;
}

/** dash and BusyBox take `$@` for one text: its beginning is that of the first, its end that of the last. */
async function applyToJoined(
  shell: Shell,
  list: readonly string[],
  operation: Operation,
  name: string,
): Promise<string[]> {
  if (operation.type !== 'remove' || list.length === 0)
    return (await applyOperation(shell, list.join(' '), operation, name)).split(' ');
  const out = [...list];
  const at = operation.operator.startsWith('#') ? 0 : list.length - 1;
  out[at] = await applyOperation(shell, out[at]!, operation, name);
  return out;
}

/** To one value. */
export async function applyOperation(
  shell: Shell,
  value: string,
  operation: Operation,
  name: string,
  index?: string,
): Promise<string> {
  switch (operation.type) {
    case 'remove':
      return whole(
        shell,
        removePart(
          countable(shell, value),
          countable(shell, await expandToPattern(shell, operation.operand)),
          operation.operator,
          shell.dialect.bashSyntax,
        ),
      );
    case 'replace':
      return replacePart(
        value,
        await expandToPattern(shell, operation.pattern),
        await replacementOf(shell, operation.replacement),
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
      return transform(shell, value, operation.operator, name, index);
    default:
      return value;
  }
}

/** What takes the place of a match: in bash an unquoted `&` in it is the match. */
async function replacementOf(shell: Shell, operand: Prepared): Promise<(match: string) => string> {
  if (!shell.dialect.bashSyntax || !shell.shopt.has('patsub_replacement')) {
    const text = await expandToText(shell, operand);
    return () => text;
  }
  const pattern = await expandToPattern(shell, operand);
  return (match) => pattern.replace(/\\([\s\S])|&/g, (_, quoted?: string) => quoted ?? match);
}

async function numberOf(shell: Shell, text: Prepared): Promise<bigint> {
  return evaluateExpression(shell, await expandToText(shell, text));
}
