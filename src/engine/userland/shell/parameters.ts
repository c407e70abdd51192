import { ArithmeticError, evaluateArithmetic } from './arithmetic.ts';
import { arithmeticErrorWords } from './arithmetic-error.ts';
import type { Shell } from './shell.ts';
import { isName, ReadonlyVariable } from './variables.ts';

/** Parameters by name: positional, special, dynamic and ordinary ones; arrays. */

/** The letters of `$-`, in bash's order. */
const FLAG_LETTERS: readonly (readonly [string, string])[] = [
  ['allexport', 'a'],
  ['notify', 'b'],
  ['errexit', 'e'],
  ['noglob', 'f'],
  ['hashall', 'h'],
  ['interactive', 'i'],
  ['monitor', 'm'],
  ['noexec', 'n'],
  ['nounset', 'u'],
  ['verbose', 'v'],
  ['xtrace', 'x'],
  ['braceexpand', 'B'],
  ['noclobber', 'C'],
  ['histexpand', 'H'],
  ['command', 'c'],
  ['stdin', 's'],
];

/** The value of a parameter, `$*` joined; undefined if unset. */
export function parameterValue(shell: Shell, name: string, index?: string): string | undefined {
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
      return FLAG_LETTERS.filter(([option]) => shell.options.has(option))
        .map(([, letter]) => letter)
        .join('');
    case '*':
    case '@':
      return shell.positional.length === 0 ? undefined : shell.positional.join(joiner(shell));
    case 'LINENO':
      return String(shell.line);
    case 'PPID':
      return shell.variables.get('PPID') ?? String(shell.sys.getppid());
  }
  if (/^\d+$/.test(name)) return shell.positional[Number(name) - 1];
  if (shell.dialect.name !== 'dash') {
    if (name === 'RANDOM') {
      const [low, high] = shell.sys.getrandom(2);
      return String(((high! << 8) | low!) & 0x7fff);
    }
    if (name === 'SECONDS' && shell.dialect.bashSyntax)
      return String(
        Number(shell.variables.get('SECONDS') ?? 0) +
          Math.floor((shell.sys.clock_gettime('monotonic') - shell.startedAt) / 1000),
      );
  }
  if (shell.dialect.bashSyntax) {
    if (name === 'EPOCHSECONDS') return String(Math.floor(shell.sys.clock_gettime() / 1000));
    if (name === 'BASHPID') return String(shell.sys.getpid());
    if (name === 'BASH_SUBSHELL') return String(shell.subshell);
    if (name === 'FUNCNAME') return shell.functionNames.at(-1);
    if (name === 'PIPESTATUS') return String(shell.pipeStatus[arrayIndex(shell, index ?? '0')] ?? '');
    if (name === 'SHELLOPTS') return [...shell.options].sort().join(':');
    if (name === 'UID') return String(shell.sys.getuid());
    if (name === 'EUID') return String(shell.sys.geteuid());
  }
  if (index !== undefined) return element(shell, name, index);
  return shell.variables.get(name);
}

/** What joins `$*`: the first character of IFS; a blank if IFS is unset. */
export const joiner = (shell: Shell): string => shell.ifs.slice(0, 1);

/** All elements for `$@`, `$*`, `${a[@]}`; undefined when the parameter is no list. */
export function listValue(shell: Shell, name: string, index: string | undefined): string[] | undefined {
  if (name === '@' || name === '*') return shell.positional;
  if (index !== '@' && index !== '*') return undefined;
  if (name === 'PIPESTATUS') return shell.pipeStatus.map(String);
  if (name === 'FUNCNAME') return [...shell.functionNames].reverse();
  const variable = shell.variables.find(name);
  if (variable?.array) return sortedEntries(variable.array).map(([, value]) => value);
  if (variable?.table) return [...variable.table.values()];
  const value = parameterValue(shell, name);
  return value === undefined ? [] : [value];
}

/** `${!a[@]}` */
export function listKeys(shell: Shell, name: string): string[] {
  const variable = shell.variables.find(name);
  if (variable?.array) return sortedEntries(variable.array).map(([key]) => String(key));
  if (variable?.table) return [...variable.table.keys()];
  return variable?.value === undefined ? [] : ['0'];
}

export const sortedEntries = (array: ReadonlyMap<number, string>): [number, string][] =>
  [...array].sort(([a], [b]) => a - b);

function element(shell: Shell, name: string, index: string): string | undefined {
  const variable = shell.variables.find(name);
  if (variable?.table) return variable.table.get(index);
  const at = arrayIndex(shell, index);
  if (variable?.array) return variable.array.get(at < 0 ? at + nextIndex(variable.array) : at);
  return at === 0 ? variable?.value : undefined;
}

export const nextIndex = (array: ReadonlyMap<number, string>): number =>
  array.size === 0 ? 0 : Math.max(...array.keys()) + 1;

const arrayIndex = (shell: Shell, index: string): number => Number(arithmetic(shell, index));

/** Evaluates an arithmetic text whose expansions are done. Throws `ArithmeticError`. */
export function arithmetic(shell: Shell, text: string): bigint {
  return evaluateArithmetic(text, {
    recursive: shell.dialect.bashSyntax || shell.dialect.name === 'ash',
    get: (name, index) => {
      const value = parameterValue(shell, name, index);
      if (value === undefined && shell.option('nounset')) throw new UnsetParameter(name);
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

/** Assigns to a variable or an array element. Throws `ReadonlyVariable`. */
export function assign(shell: Shell, name: string, value: string, index?: string): void {
  const { variables } = shell;
  if (index === undefined) {
    const integer = variables.find(name)?.integer;
    variables.set(name, integer ? String(arithmetic(shell, value)) : value);
    if (name === 'PATH') shell.hashed.clear();
    else if (name === 'SECONDS') shell.startedAt = shell.sys.clock_gettime('monotonic');
    else if (name === 'OPTIND') shell.getoptsOffset = 0;
    if (shell.option('allexport')) variables.declare(name).exported = true;
    return;
  }
  const variable = variables.declare(name);
  if (variable.readonly) variables.set(name, value);
  if (variable.table) {
    variable.table.set(index, value);
    return;
  }
  if (!variable.array) {
    variable.array = new Map(variable.value === undefined ? [] : [[0, variable.value]]);
    variable.value = undefined;
  }
  const at = arrayIndex(shell, index);
  variable.array.set(at < 0 ? at + nextIndex(variable.array) : at, value);
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
    if (error instanceof ReadonlyVariable) await shell.abandon(shell.dialect.readonly(name));
    if (error instanceof ArithmeticError) await shell.abandon(arithmeticErrorWords(shell, error));
    throw error;
  }
}
