import { assign, assignChecked, sortedEntries } from '../parameters.ts';
import { doubleQuote, posixQuote, quoteForReuse } from '../quote.ts';
import type { Shell } from '../shell.ts';
import { isName, type Variable } from '../variables.ts';
import { illegalOption, misuse } from './misuse.ts';
import type { BuiltinRun } from './table.ts';

/** Builtins about variables: export, readonly, unset, local, declare. */

/** `NAME`, `NAME=VALUE`, `NAME+=VALUE`, `NAME[I]=VALUE`, `NAME=(…)` taken apart. */
function parts(text: string): { name: string; index?: string; value?: string; append: boolean } | undefined {
  const match = /^([A-Za-z_]\w*)(?:\[([^\]]*)\])?(?:(\+?)=([\s\S]*))?$/.exec(text);
  if (match === null) return undefined;
  return { name: match[1]!, index: match[2], append: match[3] === '+', value: match[4] };
}

async function badName(shell: Shell, builtin: string, text: string): Promise<number> {
  if (shell.dialect.posixErrors) return misuse(shell, builtin, shell.dialect.badName(text));
  await shell.warn(shell.dialect.badName(text), builtin);
  return 1;
}

export const exportBuiltin: BuiltinRun = (shell, args, name) => mark(shell, args, name, 'exported');
export const readonlyBuiltin: BuiltinRun = (shell, args, name) => mark(shell, args, name, 'readonly');

async function mark(
  shell: Shell,
  args: readonly string[],
  builtin: string,
  attribute: 'exported' | 'readonly',
): Promise<number> {
  let on = true;
  let functions = false;
  let i = 0;
  for (; i < args.length && /^-./.test(args[i]!); i++) {
    if (args[i] === '--') {
      i++;
      break;
    }
    for (const letter of args[i]!.slice(1)) {
      if (letter === 'n' && attribute === 'exported') on = false;
      else if (letter === 'f' && shell.dialect.bashSyntax) functions = true;
      else if (letter === 'a' && shell.dialect.bashSyntax) continue;
      else if (letter !== 'p')
        return illegalOption(
          shell,
          builtin,
          letter,
          attribute === 'exported'
            ? 'export [-fn] [name[=value] ...] or export -p'
            : 'readonly [-aAf] [name[=value] ...] or readonly -p',
        );
    }
  }
  const operands = args.slice(i);
  if (operands.length === 0) return shell.print(listMarked(shell, attribute), builtin);
  if (functions) return 0;
  let status = 0;
  for (const operand of operands) {
    const given = parts(operand);
    if (given === undefined) {
      status = await badName(shell, builtin, operand);
      continue;
    }
    if (given.value !== undefined) await assignDeclared(shell, given);
    if (attribute === 'exported') shell.variables.declare(given.name).exported = on;
    else shell.variables.declare(given.name).readonly = true;
  }
  return status;
}

async function assignDeclared(
  shell: Shell,
  given: { name: string; index?: string; value?: string; append: boolean },
): Promise<void> {
  const value = given.value!;
  const variable = shell.variables.find(given.name);
  if (shell.dialect.bashSyntax && /^\([\s\S]*\)$/.test(value) && given.index === undefined) {
    await shell.evaluator.runText(shell, `${given.name}${given.append ? '+' : ''}=${value}`, {});
    return;
  }
  const before = given.append ? (shell.variables.get(given.name) ?? '') : '';
  const sum = given.append && variable?.integer;
  assign(shell, given.name, sum ? `${before || 0}+(${value})` : before + value, given.index);
}

function listMarked(shell: Shell, attribute: 'exported' | 'readonly'): string {
  let out = '';
  for (const name of shell.variables.names()) {
    const variable = shell.variables.find(name)!;
    if (!variable[attribute]) continue;
    if (shell.dialect.name === 'bash') out += `${declaration(name, variable)}\n`;
    else
      out += `${attribute === 'exported' ? 'export' : 'readonly'} ${name}${variable.value === undefined ? '' : `=${posixQuote(variable.value)}`}\n`;
  }
  return out;
}

/** `declare -x PATH="…"` */
export function declaration(name: string, variable: Variable): string {
  const flags = `${variable.array ? 'a' : ''}${variable.table ? 'A' : ''}${variable.integer ? 'i' : ''}${variable.letterCase === 'lower' ? 'l' : ''}${variable.readonly ? 'r' : ''}${variable.letterCase === 'upper' ? 'u' : ''}${variable.exported ? 'x' : ''}`;
  return `declare -${flags || '-'} ${name}${valueText(variable)}`;
}

function valueText(variable: Variable): string {
  if (variable.array)
    return `=(${sortedEntries(variable.array)
      .map(([key, value]) => `[${key}]=${doubleQuote(value)}`)
      .join(' ')})`;
  if (variable.table)
    return `=(${[...variable.table].map(([key, value]) => `[${quoteForReuse(key)}]=${doubleQuote(value)} `).join('')})`;
  return variable.value === undefined ? '' : `=${doubleQuote(variable.value)}`;
}

export const unset: BuiltinRun = async (shell, args) => {
  let what: 'v' | 'f' | undefined;
  let i = 0;
  for (; i < args.length && /^-[vfn]+$/.test(args[i]!); i++) what = args[i]!.includes('f') ? 'f' : 'v';
  if (args[i] === '--') i++;
  else if (/^-./.test(args[i] ?? ''))
    return illegalOption(shell, 'unset', args[i]![1]!, 'unset [-f] [-v] [-n] [name ...]');
  let status = 0;
  for (const operand of args.slice(i)) {
    if (what === 'f') {
      shell.functions.delete(operand);
      continue;
    }
    const element = /^([A-Za-z_]\w*)\[(.*)\]$/s.exec(operand);
    if (element && shell.dialect.bashSyntax) {
      const variable = shell.variables.find(element[1]!);
      if (element[2] === '@' || element[2] === '*') shell.variables.unset(element[1]!);
      else if (variable?.table) variable.table.delete(element[2]!.replace(/^(['"])(.*)\1$/, '$2'));
      else variable?.array?.delete(Number(element[2]));
    } else if (!isName(operand)) {
      if (shell.dialect.posixErrors) return misuse(shell, 'unset', shell.dialect.badName(operand));
      if (what === 'v') {
        await shell.warn(shell.dialect.badName(operand), 'unset');
        status = 1;
      } else shell.functions.delete(operand);
    } else if (shell.variables.find(operand)?.readonly) {
      if (shell.dialect.posixErrors) return misuse(shell, 'unset', shell.dialect.readonly(operand));
      await shell.warn(`${operand}: cannot unset: readonly variable`, 'unset');
      status = 1;
    } else if (shell.variables.find(operand) || what === 'v' || !shell.dialect.bashSyntax) {
      shell.variables.unset(operand);
      if (operand === 'PATH') shell.hashed.clear();
    } else shell.functions.delete(operand);
  }
  return status;
};

export const local: BuiltinRun = async (shell, args, name) => {
  if (!shell.variables.inFunction) {
    if (shell.dialect.name === 'bash') {
      await shell.warn('can only be used in a function', name);
      return 1;
    }
    return misuse(shell, name, 'not in a function');
  }
  if (shell.dialect.bashSyntax) return declare(shell, args, name);
  for (const operand of args) {
    const given = parts(operand);
    if (given === undefined) return misuse(shell, name, shell.dialect.badName(operand));
    shell.variables.makeLocal(given.name, true);
    if (given.value !== undefined) await assignChecked(shell, given.name, given.value);
  }
  return 0;
};

export const declare: BuiltinRun = async (shell, args, name) => {
  const on = new Set<string>();
  const off = new Set<string>();
  let i = 0;
  for (; i < args.length && /^[-+][a-zA-Z]/.test(args[i]!); i++) {
    for (const letter of args[i]!.slice(1)) {
      if (!'aAfFgiIlnprtux'.includes(letter))
        return illegalOption(
          shell,
          name,
          letter,
          `${name} [-aAfFgiIlnrtux] [name[=value] ...] or ${name} -p [-aAfFilnrtux] [name ...]`,
        );
      (args[i]!.startsWith('-') ? on : off).add(letter);
    }
  }
  if (args[i] === '--') i++;
  if (on.has('n')) {
    await shell.warn('name references (-n) are not modelled on this machine', name);
    return 1;
  }
  const operands = args.slice(i);
  if (on.has('f') || on.has('F')) return listFunctions(shell, operands, on.has('F'), name);
  if (on.has('p') || operands.length === 0) return listVariables(shell, operands, on, name);
  let status = 0;
  for (const operand of operands) {
    const given = parts(operand);
    if (given === undefined) {
      await shell.warn(shell.dialect.badName(operand), name);
      status = 1;
      continue;
    }
    const variable =
      shell.variables.inFunction && !on.has('g')
        ? shell.variables.makeLocal(given.name, on.has('I'))
        : shell.variables.declare(given.name);
    if (on.has('A') && !variable.table) variable.table = new Map();
    if (on.has('a') && !variable.array)
      variable.array = new Map(variable.value === undefined ? [] : [[0, variable.value]]);
    if (on.has('i')) variable.integer = true;
    if (off.has('i')) variable.integer = false;
    if (on.has('l')) variable.letterCase = 'lower';
    if (on.has('u')) variable.letterCase = 'upper';
    if (given.value !== undefined) await assignDeclared(shell, given);
    if (on.has('x')) variable.exported = true;
    if (off.has('x')) variable.exported = false;
    if (on.has('r')) variable.readonly = true;
  }
  return status;
};

async function listFunctions(
  shell: Shell,
  names: readonly string[],
  namesOnly: boolean,
  builtin: string,
): Promise<number> {
  let status = 0;
  let out = '';
  for (const name of names.length > 0 ? names : [...shell.functions.keys()].sort()) {
    const found = shell.functions.get(name);
    if (found === undefined) status = 1;
    else if (namesOnly) out += names.length > 0 ? `${name}\n` : `declare -f ${name}\n`;
    else out += `${found.text}\n`;
  }
  await shell.print(out, builtin);
  return status;
}

async function listVariables(
  shell: Shell,
  names: readonly string[],
  on: ReadonlySet<string>,
  builtin: string,
): Promise<number> {
  let status = 0;
  let out = '';
  for (const name of names.length > 0 ? names : shell.variables.names()) {
    const variable = shell.variables.find(name);
    if (variable === undefined) {
      await shell.warn(`${name}: not found`, builtin);
      status = 1;
      continue;
    }
    const wanted =
      (!on.has('x') || variable.exported) &&
      (!on.has('r') || variable.readonly) &&
      (!on.has('a') || variable.array) &&
      (!on.has('A') || variable.table) &&
      (!on.has('i') || variable.integer);
    if (!wanted) continue;
    out +=
      on.size > 0 ? `${declaration(name, variable)}\n` : `${name}=${quoteForReuse(variable.value ?? '')}\n`;
  }
  await shell.print(out, builtin);
  return status;
}
