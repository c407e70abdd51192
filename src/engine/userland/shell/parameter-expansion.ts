import { characters } from './characters.ts';
import { expandToText } from './expand.ts';
import { emitValue, type FieldBuilder } from './fields.ts';
import { applyOperation, applyToList } from './parameter-operations.ts';
import {
  assignChecked,
  explained,
  joiner,
  listKeys,
  listValue,
  namesWithPrefix,
  parameterValue,
} from './parameters.ts';
import type { Shell } from './shell.ts';
import { subscript } from './source-text.ts';
import type { Operation, Parameter, Prepared } from './syntax/tree.ts';
import { fatalStatus, requireSet } from './unset.ts';
import { isName } from './variables.ts';

/** Parameter expansion (POSIX XCU 2.6.2 and bash's additions): `$x`, `${x:-w}`, `${#x}`, `${!x}`, `"${a[@]}"`. */
export async function emitParameter(
  shell: Shell,
  parameter: Parameter,
  quoted: boolean,
  builder: FieldBuilder,
  whole: boolean,
): Promise<void> {
  const { name, operation, prefix } = parameter;
  const index =
    parameter.index === undefined || parameter.index === '@' || parameter.index === '*'
      ? parameter.index
      : await expandToText(shell, subscript(shell, parameter.index));
  if (operation?.type === 'unknown') {
    await shell.abandon(shell.dialect.badSubstitution(parameter.text), { status: shell.dialect.errorStatus });
  }
  if (prefix === '!' && shell.dialect.bashSyntax) {
    await emitIndirect(shell, parameter, index, quoted, builder, whole);
    return;
  }
  const list = listValue(shell, name, index);
  if (prefix === '#') {
    const value = list ? '' : await checkedValue(shell, name, index);
    if (value === undefined) await requireSet(shell, name, index);
    const joined = list && !shell.dialect.bashSyntax ? list.join(' ') : value;
    const length = list && shell.dialect.bashSyntax ? list.length : characters(shell, joined ?? '').length;
    emitValue(String(length), quoted, builder);
    return;
  }
  if (operation?.type === 'default') {
    if (quoted && list === undefined) builder.quoted('');
    const value = list
      ? list.length === 0 && shell.dialect.bashSyntax
        ? undefined
        : list.join(joiner(shell))
      : await checkedValue(shell, name, index);
    if (await defaulted(shell, parameter, operation, value, builder, whole, quoted, index)) return;
    if (list === undefined) {
      emitValue(value ?? '', quoted, builder);
      return;
    }
  }
  if (list !== undefined) {
    const starred = name === '*' || index === '*';
    const changed =
      operation && operation.type !== 'default'
        ? await applyToList(shell, list, operation, name, index)
        : list;
    emitList(shell, changed, starred, quoted, builder, whole);
    return;
  }
  let value = await checkedValue(shell, name, index);
  if (value === undefined) {
    await requireSet(shell, name, index);
    if (operation?.type === 'transform' && !/[aA]/.test(operation.operator))
      return emitValue('', quoted, builder);
  }
  if (operation && operation.type !== 'default')
    value = await applyOperation(shell, value ?? '', operation, name, index);
  emitValue(value ?? '', quoted, builder);
}

/** `${x:-w}` and its like; says whether the value was replaced (and emitted). */
async function defaulted(
  shell: Shell,
  parameter: Parameter,
  operation: Operation & { type: 'default' },
  value: string | undefined,
  builder: FieldBuilder,
  whole: boolean,
  quoted: boolean,
  index: string | undefined,
): Promise<boolean> {
  const { operator, operand } = operation;
  const missing = value === undefined || (operator.startsWith(':') && value === '');
  switch (operator.at(-1)) {
    case '+':
      if (!missing) await emitOperand(shell, operand, builder, whole, quoted);
      return true;
    case '-':
      if (missing) await emitOperand(shell, operand, builder, whole, quoted);
      return missing;
    case '=':
      if (missing) {
        if (!isName(parameter.name)) await shell.abandon(shell.dialect.badSubstitution(parameter.text));
        const text = await expandToText(shell, operand);
        await assignChecked(shell, parameter.name, text, index);
        emitValue(text, quoted, builder);
      }
      return missing;
    default:
      if (missing) {
        const words = operand.segments.length === 0 ? '' : await expandToText(shell, operand);
        const reason =
          words === ''
            ? operator.startsWith(':') && shell.dialect.bashSyntax
              ? 'parameter null or not set'
              : operator.startsWith(':')
                ? 'parameter not set or null'
                : 'parameter not set'
            : words;
        await shell.abandon(`${parameter.name}: ${reason}`, {
          status: fatalStatus(shell),
          fatal: true,
        });
      }
      return false;
  }
}

async function emitOperand(
  shell: Shell,
  operand: Prepared,
  builder: FieldBuilder,
  whole: boolean,
  quoted: boolean,
): Promise<void> {
  if (quoted && operand.segments.length === 0) builder.quoted('');
  await shell.evaluator.expandInto(shell, operand.segments, builder, whole);
}

function emitList(
  shell: Shell,
  list: readonly string[],
  starred: boolean,
  quoted: boolean,
  builder: FieldBuilder,
  whole: boolean,
): void {
  if (starred && quoted) {
    builder.quoted(list.join(joiner(shell)));
    return;
  }
  if (whole) {
    const text = list.join(starred || !shell.dialect.bashSyntax ? joiner(shell) : ' ');
    if (quoted) builder.quoted(text);
    else builder.split(text);
    return;
  }
  for (const [i, value] of list.entries()) {
    if (i > 0) builder.boundary();
    emitValue(value, quoted, builder);
  }
}

/** The value of a parameter, with what is wrong with a subscript told. */
async function checkedValue(
  shell: Shell,
  name: string,
  index: string | undefined,
): Promise<string | undefined> {
  try {
    return parameterValue(shell, name, index);
  } catch (error) {
    throw await explained(shell, error);
  }
}

/** `${!name}`, `${!prefix*}`, `${!array[@]}`. */
async function emitIndirect(
  shell: Shell,
  parameter: Parameter,
  index: string | undefined,
  quoted: boolean,
  builder: FieldBuilder,
  whole: boolean,
): Promise<void> {
  const { name, operation } = parameter;
  if (operation?.type === 'names') {
    emitList(shell, namesWithPrefix(shell, name), operation.operator === '*', quoted, builder, whole);
  } else if (index === '@' || index === '*') {
    emitList(shell, listKeys(shell, name), index === '*', quoted, builder, whole);
  } else {
    const own = index === undefined ? shell.variables.own(name) : undefined;
    const target = own?.reference ? shell.variables.target(name) : await checkedValue(shell, name, index);
    if (own?.reference && !operation) {
      emitValue(target ?? '', quoted, builder);
      return;
    }
    if (target === undefined || target === '') {
      await shell.abandon(`${name}: invalid indirect expansion`, { fatal: false });
      return;
    }
    const element = /^(\w+)\[(.*)\]$/.exec(target);
    await emitParameter(
      shell,
      { ...parameter, prefix: undefined, name: element?.[1] ?? target, index: element?.[2] },
      quoted,
      builder,
      whole,
    );
  }
}
