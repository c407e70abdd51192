import { expandToText } from './expand.ts';
import { emitValue, type FieldBuilder } from './fields.ts';
import { applyOperation, applyToList } from './parameter-operations.ts';
import { assignChecked, joiner, listKeys, listValue, namesWithPrefix, parameterValue } from './parameters.ts';
import type { Shell } from './shell.ts';
import { requireSet } from './unset.ts';
import { isName } from './variables.ts';
import { type Operation, type Parameter, type Prepared, prepareTemplate } from './word.ts';

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
      : await expandToText(shell, prepareTemplate(parameter.index));
  if (operation?.type === 'unknown' || !allowed(shell, parameter)) {
    await shell.abandon(shell.dialect.badSubstitution(parameter.text), { status: shell.dialect.errorStatus });
  }
  if (prefix === '!' && shell.dialect.bashSyntax) {
    await emitIndirect(shell, parameter, index, quoted, builder, whole);
    return;
  }
  const list = listValue(shell, name, index);
  if (prefix === '#') {
    const value = list ? '' : parameterValue(shell, name, index);
    if (value === undefined) await requireSet(shell, name);
    emitValue(String(list ? list.length : [...(value ?? '')].length), quoted, builder);
    return;
  }
  if (operation?.type === 'default') {
    if (quoted && list === undefined) builder.quoted('');
    const value = list
      ? list.length === 0
        ? undefined
        : list.join(joiner(shell))
      : parameterValue(shell, name, index);
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
  let value = parameterValue(shell, name, index);
  if (value === undefined) {
    await requireSet(shell, name);
    if (operation?.type === 'transform') return emitValue('', quoted, builder);
  }
  if (operation && operation.type !== 'default')
    value = await applyOperation(shell, value ?? '', operation, name);
  emitValue(value ?? '', quoted, builder);
}

/** Which forms the dialect has: others are "bad substitutions". */
function allowed(shell: Shell, { operation, prefix, index, name }: Parameter): boolean {
  if (!/^([A-Za-z_]\w*|\d+|[@*#?$!-])$/.test(name)) return false;
  if (shell.dialect.bashSyntax) return true;
  if (prefix === '!' || index !== undefined) return false;
  if (operation?.type === 'slice' || operation?.type === 'replace') return shell.dialect.substringExpansion;
  return operation === undefined || operation.type === 'default' || operation.type === 'remove';
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
          status: shell.dialect.bashSyntax ? 127 : 2,
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
    const text = list.join(starred ? joiner(shell) : ' ');
    if (quoted) builder.quoted(text);
    else builder.split(text);
    return;
  }
  for (const [i, value] of list.entries()) {
    if (i > 0) builder.boundary();
    emitValue(value, quoted, builder);
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
    const target = parameterValue(shell, name, index);
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
