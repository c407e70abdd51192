import { evaluateArithmetic } from './arithmetic.ts';
import { arithmeticErrorWords } from './arithmetic-error.ts';
import { ArithmeticError } from './arithmetic-parser.ts';
import { dynamicList, dynamicValue } from './dynamic-variables.ts';
import type { Shell } from './shell.ts';
import { entries, isName, ReadonlyVariable, type Variable } from './variables.ts';

/** Parameters by name: positional, special, dynamic and ordinary ones; arrays. */

/** The letters of `$-`, in each shell's order. */
const BASH_FLAGS =
  'allexport a,notify b,errexit e,noglob f,hashall h,interactive i,monitor m,noexec n,nounset u,onecmd t,verbose v,xtrace x,braceexpand B,noclobber C,errtrace E,histexpand H,physical P,functrace T,command c,stdin s';
const DASH_FLAGS =
  'nounset u,notify b,allexport a,noclobber C,emacs E,vi V,verbose v,xtrace x,stdin s,noexec n,monitor m,interactive i,ignoreeof I,noglob f,errexit e';
const ASH_FLAGS =
  'errtrace E,nounset u,notify b,allexport a,noclobber C,verbose v,xtrace x,command c,stdin s,noexec n,monitor m,interactive i,ignoreeof I,noglob f,errexit e';

function flags(shell: Shell): string {
  let out = '';
  for (const pair of { bash: BASH_FLAGS, dash: DASH_FLAGS, ash: ASH_FLAGS }[shell.dialect.name].split(',')) {
    const [option, letter] = pair.split(' ') as [string, string];
    if (shell.options.has(option)) out += letter;
  }
  return out;
}

/** A special parameter; undefined if it is unset, null if the name is none. */
function special(shell: Shell, name: string): string | undefined | null {
  switch (name) {
    case '?':
      return String(shell.status);
    case '$':
      return String(shell.pid);
    case '!':
      return shell.lastBackground === undefined ? undefined : String(shell.lastBackground);
    case '#':
      return String(shell.positional.length);
    case '0':
      return shell.arg0;
    case '-':
      return flags(shell);
    case '*':
    case '@':
      return shell.positional.length === 0 ? undefined : shell.positional.join(joiner(shell));
    case 'LINENO':
      return shell.dialect.name === 'dash' || shell.unsetDynamic.has(name) ? null : String(shell.line);
    case '_':
      return shell.dialect.bashSyntax ? shell.lastArgument : null;
  }
  return /^\d+$/.test(name) ? shell.positional[Number(name) - 1] : null;
}

/** A reference, and a name with a subscript, taken apart: the variable that is meant and the subscript. */
function meant(shell: Shell, name: string, index: string | undefined): [string, string | undefined] {
  const target = shell.variables.target(name);
  const element = target.endsWith(']') ? /^([A-Za-z_]\w*)\[(.*)\]$/s.exec(target) : null;
  return element ? [element[1]!, element[2]] : [target, index];
}

/** The value of a parameter, `$*` joined; undefined if unset. */
export function parameterValue(shell: Shell, given: string, subscript?: string): string | undefined {
  const found = special(shell, given);
  if (found !== null) return found;
  const [name, index] = meant(shell, given, subscript);
  const list = dynamicList(shell, name);
  if (list !== undefined) return list[arrayIndex(shell, index ?? '0')];
  const dynamic = dynamicValue(shell, name);
  if (dynamic !== undefined) return dynamic;
  return index === undefined ? shell.variables.get(name) : element(shell, name, index);
}

/** What joins `$*`: the first character of IFS; a blank if IFS is unset. */
export const joiner = (shell: Shell): string => {
  const { ifs } = shell;
  return ifs === '' ? '' : String.fromCodePoint(ifs.codePointAt(0)!);
};

/** All elements for `$@`, `$*`, `${a[@]}`; undefined when the parameter is no list. */
export function listValue(shell: Shell, given: string, subscript: string | undefined): string[] | undefined {
  if (given === '@' || given === '*') return shell.positional;
  const [name, index] = meant(shell, given, subscript);
  if (index !== '@' && index !== '*') return undefined;
  const list = dynamicList(shell, name);
  if (list !== undefined) return [...list];
  const variable = shell.variables.find(name);
  if (variable?.array || variable?.table) return entries(variable).map(([, value]) => value);
  const value = parameterValue(shell, name);
  return value === undefined ? [] : [value];
}

/** `${!a[@]}` */
export function listKeys(shell: Shell, name: string): string[] {
  const list = dynamicList(shell, name);
  if (list !== undefined) return list.map((_, index) => String(index));
  const variable = shell.variables.find(name);
  if (variable?.array || variable?.table) return entries(variable).map(([key]) => key);
  return variable?.value === undefined ? [] : ['0'];
}

function element(shell: Shell, name: string, index: string): string | undefined {
  const variable = shell.variables.find(name);
  if (variable?.table) {
    if (index === '') throw new BadSubscript(name, '');
    return variable.table.get(index);
  }
  const at = arrayIndex(shell, index);
  if (variable?.array) return variable.array.get(at < 0 ? fromEnd(variable, name, index, at) : at);
  if (at < 0 && variable !== undefined && at !== -1) throw new BadSubscript(name, index);
  return at === 0 || at === -1 ? variable?.value : undefined;
}

/** A subscript that is none: too far before the beginning, or nothing. */
export class BadSubscript extends Error {
  readonly variable: string;
  readonly subscript: string;

  constructor(variable: string, subscript: string) {
    super(subscript);
    this.variable = variable;
    this.subscript = subscript;
  }
}

/** A negative subscript counts from the end. */
function fromEnd({ array }: Variable, name: string, index: string, at: number): number {
  const end = array === undefined || array.size === 0 ? 0 : Math.max(...array.keys()) + 1;
  if (end + at < 0) throw new BadSubscript(name, index);
  return end + at;
}

const arrayIndex = (shell: Shell, index: string): number =>
  /^\d{1,9}$/.test(index) && !/^0\d/.test(index) ? Number(index) : Number(arithmetic(shell, index));

/** Evaluates an arithmetic text whose expansions are done. Throws `ArithmeticError`. */
export function arithmetic(shell: Shell, text: string): bigint {
  return evaluateArithmetic(text, {
    dialect: shell.dialect.name,
    get: (name, index) => {
      const value = parameterValue(shell, name, index);
      // dash and BusyBox take what is unset for 0 even under `set -u`.
      if (value === undefined && shell.option('nounset') && shell.dialect.bashSyntax)
        throw new UnsetParameter(index === undefined ? name : `${name}[${index}]`);
      return value;
    },
    set: (name, index, value) => assign(shell, name, value, index),
  });
}

/** Thrown where `set -u` forbids an unset parameter. */
export class UnsetParameter extends Error {
  readonly parameter: string;

  constructor(name: string) {
    super(name);
    this.parameter = name;
  }
}

/** Assigns to a variable or an array element. Throws `ReadonlyVariable`, `ArithmeticError`, `BadSubscript`. */
export function assign(shell: Shell, given: string, value: string, subscript?: string): void {
  const { variables } = shell;
  const [name, index] = meant(shell, given, subscript);
  const integer = variables.find(name)?.integer;
  const text = integer ? String(arithmetic(shell, value)) : value;
  if (index === undefined) {
    variables.set(name, text);
    noteAssignment(shell, name, text);
    if (shell.option('allexport')) variables.declare(name).exported = true;
    return;
  }
  const variable = variables.declare(name);
  if (variable.readonly) throw new ReadonlyVariable(name);
  variable.assigned = true;
  if (variable.table) {
    if (index === '') throw new BadSubscript(name, '');
    variable.table.set(index, text);
    return;
  }
  const at = arrayIndex(shell, index);
  variable.array ??= new Map(variable.value === undefined ? [] : [[0, variable.value]]);
  variable.value = undefined;
  variable.array.set(at < 0 ? fromEnd(variable, name, index, at) : at, text);
}

/** Variables whose assignment means something to the shell. */
function noteAssignment(shell: Shell, name: string, value: string): void {
  if (name === 'PATH') shell.hashed.clear();
  else if (name === 'SECONDS') shell.startedAt = shell.sys.clock_gettime('monotonic');
  else if (name === 'OPTIND') {
    shell.getoptsOffset = 0;
    shell.getoptsIndex = Math.max(1, Number(value) || 1);
  } else if (name === 'RANDOM') shell.random.seed(Number(value) || 0);
}

/** Names of variables that begin with a prefix. */
export const namesWithPrefix = (shell: Shell, prefix: string): string[] =>
  shell.variables.names().filter((name) => name.startsWith(prefix) && isName(name));

/** Assigns, with faults in the dialect's words. */
export async function assignChecked(
  shell: Shell,
  name: string,
  value: string,
  index?: string,
): Promise<void> {
  try {
    assign(shell, name, value, index);
  } catch (error) {
    if (error instanceof ReadonlyVariable) await shell.abandon(shell.dialect.readonly(error.variable));
    throw await explained(shell, error);
  }
}

/** The place in an array for which a subscript stands, with faults told. */
export async function checkedIndex(shell: Shell, name: string, subscript: string): Promise<number> {
  try {
    const at = arrayIndex(shell, subscript);
    return at < 0 ? fromEnd(shell.variables.declare(name), name, subscript, at) : at;
  } catch (error) {
    throw await explained(shell, error);
  }
}

/** Tells what is wrong with a subscript or an expression, and gives up the command; other errors come back. */
export async function explained(shell: Shell, error: unknown): Promise<unknown> {
  if (error instanceof BadSubscript)
    return shell.abandon(`${error.variable}[${error.subscript}]: bad array subscript`);
  if (error instanceof ArithmeticError) return shell.abandon(arithmeticErrorWords(shell, error));
  return error;
}
