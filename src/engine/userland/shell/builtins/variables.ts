import { declaration } from '../declaration.ts';
import { isDynamic } from '../dynamic-variables.ts';
import { assignChecked, checkedIndex } from '../parameters.ts';
import { posixQuote } from '../quote.ts';
import type { Shell } from '../shell.ts';
import { isName, type Variable } from '../variables.ts';
import { trace, traceQuote } from '../xtrace.ts';
import { declare } from './declare.ts';
import { misuse } from './misuse.ts';
import { assignDeclared, badName, keepOptions, operandOf } from './operands.ts';
import { parseOptions } from './parse-options.ts';
import type { BuiltinRun } from './table.ts';

/** Builtins about variables: export, readonly, unset, local. */

export const exportBuiltin: BuiltinRun = (shell, args, name) => mark(shell, args, name, 'exported');
export const readonlyBuiltin: BuiltinRun = (shell, args, name) => mark(shell, args, name, 'readonly');

async function mark(
  shell: Shell,
  args: readonly string[],
  builtin: string,
  attribute: 'exported' | 'readonly',
): Promise<number> {
  const exports = attribute === 'exported';
  const letters =
    shell.dialect.name === 'bash'
      ? exports
        ? 'fnp'
        : 'faAp'
      : exports && shell.dialect.name === 'ash'
        ? 'np'
        : 'p';
  const usage = exports
    ? 'export [-fn] [name[=value] ...] or export -p'
    : 'readonly [-aAf] [name[=value] ...] or readonly -p';
  const { on, operands } = await parseOptions(shell, builtin, args, letters, usage);
  if (operands.length === 0) return shell.print(listMarked(shell, attribute), builtin);
  let status = 0;
  for (const text of operands) {
    if (on.has('f')) {
      const found = shell.functions.get(text);
      if (found === undefined) {
        await shell.warn(`${text}: not a function`, builtin);
        status = 1;
      } else shell.functions.set(text, { ...found, [attribute]: !on.has('n') });
      continue;
    }
    const operand = operandOf(text);
    if (operand === undefined) {
      status = await badName(shell, builtin, text);
      continue;
    }
    if (on.has('A')) shell.variables.declare(operand.name).table ??= new Map();
    if (operand.value !== undefined) {
      await assignDeclared(shell, operand);
      if (shell.option('xtrace') && shell.dialect.bashSyntax)
        await trace(shell, [`${operand.name}=${traceQuote(shell, operand.value)}`], []);
    }
    const variable = shell.variables.declare(operand.name);
    if (exports) variable.exported = !on.has('n');
    else variable.readonly = true;
  }
  return status;
}

function listMarked(shell: Shell, attribute: 'exported' | 'readonly'): string {
  let out = '';
  for (const name of shell.variables.names()) {
    const variable = shell.variables.own(name)!;
    if (!variable[attribute]) continue;
    if (shell.dialect.name === 'bash') out += `${declaration(name, variable)}\n`;
    else
      out += `${attribute === 'exported' ? 'export' : 'readonly'} ${name}${variable.value === undefined ? '' : `=${posixQuote(variable.value)}`}\n`;
  }
  return out;
}

export const unset: BuiltinRun = async (shell, args) => {
  const bash = shell.dialect.name === 'bash';
  const { on, operands } = await parseOptions(
    shell,
    'unset',
    args,
    bash ? 'fvn' : 'fv',
    'unset [-f] [-v] [-n] [name ...]',
  );
  if (on.has('f') && on.has('v') && bash) {
    await shell.warn('cannot simultaneously unset a function and a variable', 'unset');
    return 1;
  }
  let status = 0;
  for (const operand of operands) {
    const done = on.has('f')
      ? await unsetFunction(shell, operand)
      : on.has('n')
        ? unsetReference(shell, operand)
        : await unsetOne(shell, operand, on.has('v'));
    if (!done) status = 1;
  }
  return status;
};

async function unsetFunction(shell: Shell, name: string): Promise<boolean> {
  if (shell.functions.get(name)?.readonly) {
    await shell.warn(`${name}: cannot unset: readonly function`, 'unset');
    return false;
  }
  shell.functions.delete(name);
  return true;
}

function unsetReference(shell: Shell, name: string): boolean {
  shell.variables.unsetOwn(name);
  return true;
}

async function unsetOne(shell: Shell, operand: string, variableOnly: boolean): Promise<boolean> {
  const bash = shell.dialect.bashSyntax;
  const target = bash ? shell.variables.target(operand) : operand;
  const element = /^([A-Za-z_]\w*)\[(.*)\]$/s.exec(target);
  if (element && bash) return unsetElement(shell, element[1]!, element[2]!);
  if (!isName(operand)) {
    if (!bash) return misuse(shell, 'unset', shell.dialect.badName(operand));
    if (!variableOnly) return unsetFunction(shell, operand);
    await shell.warn(shell.dialect.badName(operand), 'unset');
    return false;
  }
  const variable = shell.variables.find(operand);
  if (variable?.readonly) {
    if (!bash) return misuse(shell, 'unset', shell.dialect.readonly(operand));
    await shell.warn(`${operand}: cannot unset: readonly variable`, 'unset');
    return false;
  }
  if (variable !== undefined || variableOnly || !bash) shell.variables.unset(operand);
  else if (shell.functions.has(operand)) return unsetFunction(shell, operand);
  if (operand === 'PATH') shell.hashed.clear();
  if (isDynamic(operand) || operand === 'LINENO') shell.unsetDynamic.add(operand);
  return true;
}

async function unsetElement(shell: Shell, name: string, subscript: string): Promise<boolean> {
  const variable: Variable | undefined = shell.variables.find(name);
  if (variable?.readonly) {
    await shell.warn(`${name}: cannot unset: readonly variable`, 'unset');
    return false;
  }
  if (variable?.table) {
    variable.table.delete(subscript.replace(/^(['"])(.*)\1$/s, '$2'));
    return true;
  }
  if (subscript === '@' || subscript === '*') {
    if (variable?.array) variable.array.clear();
    else shell.variables.unset(name);
    return true;
  }
  if (variable === undefined) return true;
  const at = await checkedIndex(shell, name, subscript);
  if (variable.array) {
    variable.array.delete(at);
    return true;
  }
  if (at === 0) shell.variables.unset(name);
  else await shell.warn(`${name}: not an array variable`, 'unset');
  return at === 0;
}

export const local: BuiltinRun = async (shell, args, name) => {
  if (!shell.variables.inFunction) {
    if (shell.dialect.name !== 'bash') return misuse(shell, name, 'not in a function');
    await shell.warn('can only be used in a function', name);
    return 1;
  }
  if (shell.dialect.bashSyntax) return declare(shell, args, name);
  if (/^-./.test(args[0] ?? '') && args[0] !== '--' && shell.dialect.name === 'dash')
    return misuse(shell, name, shell.dialect.badName(args[0]!));
  for (const text of args) {
    if (text === '-') {
      keepOptions(shell);
      continue;
    }
    const operand = operandOf(text);
    if (operand === undefined) return misuse(shell, name, shell.dialect.badName(text));
    // BusyBox' locals are unset at first; dash's keep the value.
    shell.variables.makeLocal(operand.name, shell.dialect.name === 'dash');
    if (operand.value !== undefined) await assignChecked(shell, operand.name, operand.value);
  }
  return 0;
};
