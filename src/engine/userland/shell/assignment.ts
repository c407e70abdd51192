import { expandToFields, expandToText } from './expand.ts';
import { keepMemory } from './memory.ts';
import { assignChecked, checkedIndex, parameterValue } from './parameters.ts';
import type { Shell } from './shell.ts';
import type { Assignment, Element } from './syntax/tree.ts';
import { trace, traceQuote } from './xtrace.ts';

/** Variable assignments as commands carry them, and compound ones of arrays. */

/** An element of `(…)`, expanded: a value alone, or one with its subscript. */
export interface ExpandedElement {
  readonly key: string | undefined;
  readonly append: boolean;
  readonly value: string;
}

export async function assignAll(shell: Shell, assignments: readonly Assignment[]): Promise<number> {
  const traced: string[] = [];
  for (const assignment of assignments) {
    const shown = await assignOne(shell, assignment);
    if (!shell.option('xtrace')) continue;
    if (shell.dialect.bashSyntax) await trace(shell, [shown], []);
    else traced.push(shown);
  }
  if (traced.length > 0) await trace(shell, traced, []);
  return shell.substitutionStatus ?? 0;
}

/** NAME=VALUE, NAME+=VALUE, NAME[INDEX]=VALUE, NAME=(…). Gives the text that `set -x` shows. */
async function assignOne(shell: Shell, assignment: Assignment): Promise<string> {
  const { name, value, append } = assignment;
  if (isCompound(value)) {
    if (assignment.index)
      await shell.abandon(`${name}[${assignment.index.text}]: cannot assign list to array member`, {
        fatal: false,
      });
    await assignArray(shell, name, await expandElements(shell, value), append);
    return assignment.text;
  }
  const index = assignment.index ? await expandToText(shell, assignment.index) : undefined;
  const text = await expandToText(shell, value);
  await assignText(shell, name, index, text, append);
  if (shell.variables.grown !== 0) await tellMemory(shell);
  const left = `${name}${assignment.index ? `[${assignment.index.text}]` : ''}${append ? '+' : ''}`;
  return `${left}=${text === '' ? '' : traceQuote(shell, text)}`;
}

/** Values count as memory of the shell. */
async function tellMemory(shell: Shell): Promise<void> {
  const { grown } = shell.variables;
  shell.variables.grown = 0;
  await keepMemory(shell, grown);
}

const isCompound = (value: Assignment['value']): value is readonly Element[] => Array.isArray(value);

/** Assigns a value whose expansions are done; `+=` adds numbers to integers and text to others. */
export async function assignText(
  shell: Shell,
  name: string,
  index: string | undefined,
  text: string,
  append: boolean,
): Promise<void> {
  if (!append) return assignChecked(shell, name, text, index);
  const before = index === undefined ? shell.variables.get(name) : parameterValue(shell, name, index);
  const integer = shell.variables.find(name)?.integer;
  await assignChecked(shell, name, integer ? `${before ?? 0}+(${text})` : (before ?? '') + text, index);
}

/** Expands the elements of a compound assignment: words without a subscript may become several. */
export async function expandElements(shell: Shell, elements: readonly Element[]): Promise<ExpandedElement[]> {
  const expanded: ExpandedElement[] = [];
  for (const { key, append, value } of elements) {
    if (key !== undefined)
      expanded.push({ key: await expandToText(shell, key), append, value: await expandToText(shell, value) });
    else
      for (const field of await expandToFields(shell, [value]))
        expanded.push({ key: undefined, append: false, value: field });
  }
  return expanded;
}

/** NAME=(…) and NAME+=(…). */
export async function assignArray(
  shell: Shell,
  name: string,
  elements: readonly ExpandedElement[],
  append: boolean,
): Promise<void> {
  const variable = shell.variables.declare(name);
  if (variable.readonly) await shell.abandon(shell.dialect.readonly(name));
  variable.assigned = true;
  if (variable.table) {
    if (!append) variable.table.clear();
    // Without subscripts, keys and values take turns.
    const flat = elements.filter(({ key }) => key === undefined).map(({ value }) => value);
    for (let i = 0; i < flat.length; i += 2) await assignChecked(shell, name, flat[i + 1] ?? '', flat[i]!);
    for (const one of elements)
      if (one.key !== undefined) await assignText(shell, name, one.key, one.value, one.append);
    return;
  }
  const before = append ? (variable.array ?? asArray(variable.value)) : new Map<number, string>();
  variable.array = before;
  variable.value = undefined;
  let at = before.size === 0 ? 0 : Math.max(...before.keys()) + 1;
  for (const { key, append: adds, value } of elements) {
    if (key !== undefined) at = await checkedIndex(shell, name, key);
    await assignText(shell, name, String(at++), value, adds);
  }
}

const asArray = (value: string | undefined): Map<number, string> =>
  new Map(value === undefined ? [] : [[0, value]]);

/** The value that an assignment before a command gives a variable for that command. */
export async function temporaryValue(
  shell: Shell,
  assignment: Assignment,
  before: ReadonlyMap<string, string>,
): Promise<string> {
  if (isCompound(assignment.value)) return '';
  // Earlier assignments of the same command are visible to later ones.
  const undo = before.size > 0 ? shell.variables.temporarily(before) : undefined;
  try {
    const text = await expandToText(shell, assignment.value);
    return assignment.append ? (shell.variables.get(assignment.name) ?? '') + text : text;
  } finally {
    undo?.();
  }
}
