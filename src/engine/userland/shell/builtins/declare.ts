import { declaration } from '../declaration.ts';
import { quoteForReuse } from '../quote.ts';
import type { Shell } from '../shell.ts';
import { printFunction } from '../syntax/print.ts';
import { isName, ReadonlyVariable, type Variable } from '../variables.ts';
import { illegalOption } from './misuse.ts';
import { assignDeclared, badName, keepOptions, type Operand, operandOf } from './operands.ts';
import type { BuiltinRun } from './table.ts';

/** bash's `declare`, and `local`, which is it within a function: attributes of variables, and what there is of them and of functions. */
export const declare: BuiltinRun = async (shell, args, name) => {
  const on = new Set<string>();
  const off = new Set<string>();
  let i = 0;
  for (; i < args.length && /^[-+][a-zA-Z]/.test(args[i]!); i++) {
    for (const letter of args[i]!.slice(1)) {
      if (!'aAcfFgiIlnprtux'.includes(letter)) return illegalOption(shell, name, letter, usage(name));
      (args[i]!.startsWith('-') ? on : off).add(letter);
    }
  }
  if (args[i] === '--') i++;
  const operands = args.slice(i);
  if (on.has('f') || on.has('F')) {
    if (on.has('r') || on.has('x') || on.has('t')) return markFunctions(shell, operands, on, name);
    return listFunctions(shell, operands, on.has('F'), name);
  }
  if (on.has('p') || operands.length === 0) return listVariables(shell, operands, on, name);
  let status = 0;
  for (const text of operands) {
    if (text === '-' && name === 'local') keepOptions(shell);
    else if ((await declareOne(shell, text, on, off, name)) !== 0) status = 1;
  }
  return status;
};

const usage = (name: string): string =>
  name === 'local'
    ? 'local [option] name[=value] ...'
    : `${name} [-aAfFgiIlnrtux] [name[=value] ...] or ${name} -p [-aAfFilnrtux] [name ...]`;

async function declareOne(
  shell: Shell,
  text: string,
  on: ReadonlySet<string>,
  off: ReadonlySet<string>,
  builtin: string,
): Promise<number> {
  const operand = operandOf(text);
  if (operand === undefined) return badName(shell, builtin, text);
  const { name } = operand;
  if (on.has('n') || off.has('n')) return declareReference(shell, operand, on.has('n'), on.has('g'), builtin);
  const locally = shell.variables.inFunction && !on.has('g');
  const variable = locally
    ? shell.variables.makeLocal(name, on.has('I') || shell.shopt.has('localvar_inherit'))
    : shell.variables.declare(name);
  if (variable.readonly && (operand.value !== undefined || off.has('r'))) throw new ReadonlyVariable(name);
  if (on.has('A') && variable.array) {
    await shell.warn(`${name}: cannot convert indexed to associative array`, builtin);
    return 1;
  }
  if (on.has('a') && variable.table) {
    await shell.warn(`${name}: cannot convert associative to indexed array`, builtin);
    return 1;
  }
  if (off.has('a') || off.has('A')) {
    if (variable.array || variable.table) {
      await shell.warn(`${name}: cannot destroy array variables in this way`, builtin);
      return 1;
    }
  }
  makeArray(variable, on);
  setAttributes(variable, on, off);
  if (operand.value !== undefined) await assignDeclared(shell, operand);
  if (on.has('r')) variable.readonly = true;
  return 0;
}

function makeArray(variable: Variable, on: ReadonlySet<string>): void {
  if (on.has('A') && !variable.table)
    variable.table = new Map(variable.value === undefined ? [] : [['0', variable.value]]);
  else if (on.has('a') && !variable.array && !variable.table)
    variable.array = new Map(variable.value === undefined ? [] : [[0, variable.value]]);
  if (variable.array || variable.table) variable.value = undefined;
}

function setAttributes(variable: Variable, on: ReadonlySet<string>, off: ReadonlySet<string>): void {
  if (on.has('i')) variable.integer = true;
  if (off.has('i')) variable.integer = false;
  for (const [letter, letterCase] of [
    ['l', 'lower'],
    ['u', 'upper'],
    ['c', 'capital'],
  ] as const) {
    if (on.has(letter)) variable.letterCase = letterCase;
    if (off.has(letter) && variable.letterCase === letterCase) variable.letterCase = undefined;
  }
  if (on.has('x')) variable.exported = true;
  if (off.has('x')) variable.exported = false;
}

/** `declare -n NAME=TARGET`: NAME stands for TARGET from now on. */
async function declareReference(
  shell: Shell,
  { name, value }: Operand,
  on: boolean,
  globally: boolean,
  builtin: string,
): Promise<number> {
  if (on && value === name && !shell.variables.inFunction) {
    await shell.warn(`${name}: nameref variable self references not allowed`, builtin);
    return 1;
  }
  if (on && value !== undefined && !/^[A-Za-z_]\w*(\[.*\])?$/s.test(value)) {
    await shell.warn(`\`${value}': invalid variable name for name reference`, builtin);
    return 1;
  }
  const locally = shell.variables.inFunction && !globally;
  const variable = locally ? shell.variables.makeLocal(name, false) : shell.variables.declareOwn(name);
  if (on && (variable.array || variable.table)) {
    await shell.warn(`${name}: reference variable cannot be an array`, builtin);
    return 1;
  }
  if (value === name) await shell.warn(`warning: ${name}: circular name reference`, builtin);
  variable.reference = on;
  if (value !== undefined) variable.value = value;
  return 0;
}

async function markFunctions(
  shell: Shell,
  names: readonly string[],
  on: ReadonlySet<string>,
  builtin: string,
): Promise<number> {
  let status = 0;
  for (const name of names) {
    const found = shell.functions.get(name);
    if (found === undefined) {
      await shell.warn(`${name}: not found`, builtin);
      status = 1;
      continue;
    }
    shell.functions.set(name, {
      ...found,
      readonly: found.readonly || on.has('r'),
      exported: found.exported || on.has('x'),
      traced: found.traced || on.has('t'),
    });
  }
  return status;
}

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
    else out += `${printFunction(name, found.definition.body)}\n`;
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
  const all = builtin === 'local' ? shell.variables.locals() : shell.variables.names();
  for (const name of names.length > 0 ? names : all) {
    const variable = shell.variables.own(name);
    if (variable === undefined || !isName(name)) {
      await shell.warn(`${name}: not found`, builtin);
      status = 1;
      continue;
    }
    if (names.length === 0 && !wanted(variable, on)) continue;
    if (on.size > 0) out += `${declaration(name, variable)}\n`;
    else if (variable.value !== undefined) out += `${name}=${quoteForReuse(variable.value)}\n`;
  }
  if (names.length === 0 && on.size === 0 && builtin !== 'local')
    for (const name of [...shell.functions.keys()].sort())
      out += `${printFunction(name, shell.functions.get(name)!.definition.body)}\n`;
  await shell.print(out, builtin);
  return status;
}

/** Whether a variable has the attributes that were asked for. */
const wanted = (variable: Variable, on: ReadonlySet<string>): boolean =>
  (!on.has('x') || variable.exported) &&
  (!on.has('r') || variable.readonly) &&
  (!on.has('a') || variable.array !== undefined) &&
  (!on.has('A') || variable.table !== undefined) &&
  (!on.has('n') || variable.reference) &&
  (!on.has('i') || variable.integer);
