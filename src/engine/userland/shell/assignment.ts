import type { ArrayValue, Assignment } from 'unbash';
import { expandToFields, expandToText } from './expand.ts';
import { assignChecked, nextIndex } from './parameters.ts';
import { parseScript } from './parse.ts';
import type { Shell } from './shell.ts';
import { type Prepared, prepare, prepareTemplate } from './word.ts';
import { trace, traceQuote } from './xtrace.ts';

/** Variable assignments as commands carry them, and compound ones of arrays. */

export async function assignAll(shell: Shell, assignments: readonly Assignment[]): Promise<number> {
  const traced: string[] = [];
  for (const assignment of assignments) {
    await assignOne(shell, assignment);
    if (shell.option('xtrace') && assignment.value.type === 'Word')
      traced.push(`${assignment.name}=${traceQuote(shell, shell.variables.get(assignment.name) ?? '')}`);
  }
  if (traced.length > 0) await trace(shell, traced, []);
  return shell.substitutionStatus ?? 0;
}

/** NAME=VALUE, NAME+=VALUE, NAME[INDEX]=VALUE, NAME=(…). */
async function assignOne(shell: Shell, assignment: Assignment): Promise<void> {
  const { name, value, append } = assignment;
  if (value.type === 'ArrayValue') {
    if (!shell.dialect.bashSyntax)
      await shell.abandon(shell.dialect.unexpected('"("'), { status: 2, fatal: true });
    await assignArray(shell, name, value, append === true);
    return;
  }
  const index = assignment.index
    ? await expandToText(shell, prepareTemplate(assignment.index.text))
    : undefined;
  const text = await expandToText(shell, prepare(value, 'assignment'));
  if (!append) {
    await assignChecked(shell, name, text, index);
    return;
  }
  const variable = shell.variables.find(name);
  const before =
    index === undefined
      ? shell.variables.get(name)
      : (variable?.table?.get(index) ?? variable?.array?.get(Number(index)));
  const joined = variable?.integer ? `${before ?? 0}+(${text})` : (before ?? '') + text;
  await assignChecked(shell, name, joined, index);
}

async function assignArray(shell: Shell, name: string, value: ArrayValue, append: boolean): Promise<void> {
  const elements: { key: string | undefined; values: string[] }[] = [];
  for (const element of value.elements) {
    const keyed = /^\[((?:[^\]"']|"[^"]*"|'[^']*')*)\]=/.exec(element.text);
    if (keyed) {
      const rest = element.text.slice(keyed[0].length);
      elements.push({
        key: (await expandToText(shell, prepareTemplate(keyed[1]!))).replace(/^(['"])(.*)\1$/, '$2'),
        values: [rest === '' ? '' : await expandToText(shell, preparedWord(rest))],
      });
    } else elements.push({ key: undefined, values: await expandToFields(shell, [prepare(element)]) });
  }
  const variable = shell.variables.declare(name);
  if (variable.readonly) await shell.abandon(shell.dialect.readonly(name));
  if (variable.table) {
    if (!append) variable.table.clear();
    const flat = elements.filter(({ key }) => key === undefined).flatMap(({ values }) => values);
    for (let i = 0; i < flat.length; i += 2) variable.table.set(flat[i]!, flat[i + 1] ?? '');
    for (const { key, values } of elements) if (key !== undefined) variable.table.set(key, values[0]!);
    return;
  }
  const array = append
    ? (variable.array ?? new Map(variable.value === undefined ? [] : [[0, variable.value]]))
    : new Map<number, string>();
  let at = nextIndex(array);
  for (const { key, values } of elements) {
    if (key !== undefined) at = Number(key);
    for (const one of values) array.set(at++, one);
  }
  variable.array = array;
  variable.value = undefined;
}

function preparedWord(text: string): Prepared {
  const command = parseScript(`: ${text}`).commands[0]?.command;
  const word = command?.type === 'Command' ? command.args[0] : undefined;
  return word?.type === 'Word' ? prepare(word) : { segments: [], plain: text, braces: false };
}

/** The elements of `(…)`, expanded. */
export async function arrayElements(shell: Shell, value: ArrayValue): Promise<string[]> {
  return expandToFields(
    shell,
    value.elements.map((element) => prepare(element)),
  );
}

/** The value that an assignment before a command gives a variable for that command. */
export async function temporaryValue(
  shell: Shell,
  assignment: Assignment,
  before: ReadonlyMap<string, string>,
): Promise<string> {
  if (assignment.value.type !== 'Word') return '';
  // Earlier assignments of the same command are visible to later ones.
  const undo = before.size > 0 ? shell.variables.temporarily(before) : undefined;
  try {
    const text = await expandToText(shell, prepare(assignment.value, 'assignment'));
    return assignment.append ? (shell.variables.get(assignment.name) ?? '') + text : text;
  } finally {
    undo?.();
  }
}
