import type { ArrayValue, Assignment, Command, Redirection } from 'unbash';
import { BuiltinMisuse } from './builtins/misuse.ts';
import { BUILTINS, type Builtin } from './builtins/table.ts';
import { executeInPlace, runExternal } from './execute.ts';
import { assignChecked, expandToFields, expandToText } from './expand.ts';
import { nextIndex } from './parameters.ts';
import { parseScript } from './parse.ts';
import { quoteForReuse } from './quote.ts';
import {
  closeSubstitutions,
  expandRedirections,
  redirect,
  restore,
  type Saved,
  type Target,
} from './redirect.ts';
import { Abandon, Leave, type Shell, type ShellFunction } from './shell.ts';
import { runTrap } from './traps.ts';
import { ReadonlyVariable } from './variables.ts';
import { type Prepared, prepare, prepareTemplate } from './word.ts';

/** Simple commands (POSIX XCU 2.9.1): expansions, redirections, assignments, then a function, a builtin or a program. */

interface PreparedCommand {
  words: readonly (Prepared | Assignment)[];
  assignments: readonly Assignment[];
  redirections: readonly Redirection[];
}

const memory = new WeakMap<Command, PreparedCommand>();

/** Builtins whose arguments of the form NAME=VALUE are assignments: expanded without splitting. */
const DECLARATIONS = new Set(['export', 'readonly', 'local', 'declare', 'typeset', 'alias']);

function prepareCommand(shell: Shell, node: Command): PreparedCommand {
  let prepared = memory.get(node);
  if (prepared === undefined) {
    const words: (Prepared | Assignment)[] = [];
    if (node.name) words.push(prepare(node.name));
    const declares = DECLARATIONS.has(node.name?.text ?? '');
    for (const argument of node.args) {
      if (argument.type === 'Assignment') {
        words.push(argument);
      } else if (!declares && /^[A-Za-z_]\w*=.*~/s.test(argument.text) && shell.dialect.bashSyntax)
        words.push(prepare(argument, 'assignment'));
      else words.push(prepare(argument));
    }
    prepared = {
      words,
      assignments: node.prefix.filter((item): item is Assignment => item.type === 'Assignment'),
      redirections: node.redirects,
    };
    memory.set(node, prepared);
  }
  return prepared;
}

export async function simpleCommand(shell: Shell, node: Command, last: boolean): Promise<number> {
  const pause = shell.process.work(1);
  if (pause) await pause;
  shell.at = node.pos;
  shell.substitutionStatus = undefined;
  const prepared = prepareCommand(shell, node);
  const words = await expandWords(shell, prepared.words);
  if (words.length === 0) return assignmentsOnly(shell, prepared);
  if (shell.traps.has('DEBUG') && shell.trapDepth === 0) await runTrap(shell, shell.traps.get('DEBUG')!);
  const targets =
    prepared.redirections.length === 0 ? [] : await expandRedirections(shell, prepared.redirections);
  const temporary = new Map<string, string>();
  for (const assignment of prepared.assignments)
    temporary.set(assignment.name, await temporaryValue(shell, assignment, temporary));
  if (shell.option('xtrace'))
    await trace(
      shell,
      [...temporary].map(([name, value]) => `${name}=${traceQuote(shell, value)}`),
      words,
    );
  return runCommand(shell, words, temporary, targets, {
    last,
    functions: true,
    text: () => shell.sourceText(node),
    closes: shell.substitutions.length > 0,
  });
}

interface RunOptions {
  last: boolean;
  functions: boolean;
  text: () => string;
  closes?: boolean;
}

/** Runs a command whose words are expanded: for `command`, `builtin` and the like too. */
export async function runCommand(
  shell: Shell,
  words: readonly string[],
  temporary: ReadonlyMap<string, string>,
  targets: readonly Target[],
  options: RunOptions,
): Promise<number> {
  const name = words[0]!;
  const builtin = findBuiltin(shell, name);
  const shellFunction = options.functions ? shell.functions.get(name) : undefined;
  if (shellFunction && !(builtin?.special && shell.dialect.posixErrors))
    return withRedirections(shell, targets, false, () =>
      callFunction(shell, shellFunction, words, temporary),
    );
  if (builtin) {
    if (name === 'exec') return runExec(shell, words, temporary, targets);
    const special = builtin.special && options.functions;
    return withRedirections(shell, targets, special === true, () =>
      runBuiltin(shell, builtin, words, temporary, special === true),
    );
  }
  const env = shell.variables.environment();
  for (const [variable, value] of temporary) env.set(variable, value);
  if (shell.dialect.name === 'bash') env.set('_', name);
  if (options.last && canExec(shell)) {
    if (!(await redirect(shell, targets))) throw new Leave(shell.dialect.name === 'dash' ? 2 : 1);
    return executeInPlace(shell, words, env);
  }
  const hidden = temporary.has('PATH')
    ? shell.variables.temporarily(new Map([['PATH', temporary.get('PATH')!]]))
    : undefined;
  if (hidden) shell.hashed.clear();
  try {
    return await runExternal(shell, words, env, targets, options.text());
  } finally {
    hidden?.();
    if (hidden) shell.hashed.clear();
    if (options.closes) await closeSubstitutions(shell);
  }
}

/** A process may become the command only when nothing is left that it must do afterwards. */
const canExec = (shell: Shell): boolean =>
  !shell.interactive &&
  shell.traps.size === 0 &&
  !shell.option('monitor') &&
  shell.substitutions.length === 0;

export function findBuiltin(shell: Shell, name: string): Builtin | undefined {
  const builtin = BUILTINS.get(name);
  return builtin?.dialects === undefined || builtin.dialects.includes(shell.dialect.name)
    ? builtin
    : undefined;
}

async function expandWords(shell: Shell, prepared: PreparedCommand['words']): Promise<string[]> {
  const words: string[] = [];
  for (const word of prepared) {
    if (!('type' in word)) {
      if (word.plain !== undefined) words.push(word.plain);
      else words.push(...(await expandToFields(shell, [word])));
    } else if (word.value.type === 'ArrayValue') {
      // declare -a x=(…): the builtin gets it in a form that it can read back.
      words.push(
        `${word.name}${word.append ? '+' : ''}=(${(await arrayElements(shell, word.value)).map(quoteForReuse).join(' ')})`,
      );
    } else {
      const index = word.index ? `[${word.index.text}]` : '';
      words.push(
        `${word.name}${index}${word.append ? '+' : ''}=${await expandToText(shell, prepare(word.value, 'assignment'))}`,
      );
    }
  }
  return words;
}

async function arrayElements(shell: Shell, value: ArrayValue): Promise<string[]> {
  return expandToFields(
    shell,
    value.elements.map((element) => prepare(element)),
  );
}

async function assignmentsOnly(shell: Shell, prepared: PreparedCommand): Promise<number> {
  if (prepared.redirections.length === 0) return assignAll(shell, prepared.assignments);
  const saved: Saved = new Map();
  const targets = await expandRedirections(shell, prepared.redirections);
  try {
    if (!(await redirect(shell, targets, saved))) return shell.dialect.name === 'dash' ? 2 : 1;
    return await assignAll(shell, prepared.assignments);
  } finally {
    await restore(shell.sys, saved);
    await closeSubstitutions(shell);
  }
}

async function assignAll(shell: Shell, assignments: readonly Assignment[]): Promise<number> {
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
export async function assignOne(shell: Shell, assignment: Assignment): Promise<void> {
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

async function temporaryValue(
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

/** Runs with redirections in place for the time being. */
async function withRedirections(
  shell: Shell,
  targets: readonly Target[],
  special: boolean,
  body: () => Promise<number>,
): Promise<number> {
  if (targets.length === 0 && shell.substitutions.length === 0) return body();
  const saved: Saved = new Map();
  const substitutions = shell.substitutions;
  shell.substitutions = [];
  try {
    if (!(await redirect(shell, targets, saved))) {
      const status = shell.dialect.name === 'dash' ? 2 : 1;
      if (special && shell.dialect.posixErrors) throw new Abandon(status, true);
      return status;
    }
    return await body();
  } finally {
    await restore(shell.sys, saved);
    shell.substitutions = substitutions;
    await closeSubstitutions(shell);
  }
}

async function runBuiltin(
  shell: Shell,
  builtin: Builtin,
  words: readonly string[],
  temporary: ReadonlyMap<string, string>,
  special: boolean,
): Promise<number> {
  const { dialect } = shell;
  let undo: (() => void) | undefined;
  if (temporary.size > 0) {
    if (special && dialect.posixErrors)
      for (const [name, value] of temporary) await assignChecked(shell, name, value);
    else undo = await hide(shell, temporary);
  }
  try {
    return await builtin.run(shell, words.slice(1), words[0]!);
  } catch (error) {
    if (error instanceof ReadonlyVariable) {
      await shell.warn(dialect.readonly(error.variable), dialect.name === 'bash' ? words[0] : undefined);
      if (special && dialect.posixErrors) throw new Abandon(dialect.errorStatus, true);
      return dialect.errorStatus;
    }
    // What a special builtin is given up for, a regular one merely fails for.
    if (error instanceof BuiltinMisuse) {
      if (special && dialect.posixErrors) throw new Abandon(error.status, true);
      return error.status;
    }
    throw error;
  } finally {
    undo?.();
  }
}

async function hide(shell: Shell, temporary: ReadonlyMap<string, string>): Promise<() => void> {
  try {
    return shell.variables.temporarily(temporary);
  } catch (error) {
    if (error instanceof ReadonlyVariable) return shell.abandon(shell.dialect.readonly(error.variable));
    throw error;
  }
}

async function runExec(
  shell: Shell,
  words: readonly string[],
  temporary: ReadonlyMap<string, string>,
  targets: readonly Target[],
): Promise<number> {
  if (!(await redirect(shell, targets))) {
    if (shell.dialect.posixErrors || words.length > 1)
      throw new Abandon(shell.dialect.name === 'dash' ? 2 : 1, true);
    return 1;
  }
  let rest = words.slice(1);
  let zero: string | undefined;
  let clean = false;
  while (shell.dialect.name !== 'dash' && /^-[acl-]/.test(rest[0] ?? '')) {
    if (rest[0] === '--') {
      rest = rest.slice(1);
      break;
    }
    if (rest[0] === '-a') {
      zero = rest[1];
      rest = rest.slice(2);
    } else {
      clean ||= rest[0]!.includes('c');
      if (rest[0]!.includes('l')) zero = `-${rest[1] ?? ''}`;
      rest = rest.slice(1);
    }
  }
  if (rest[0] === '--') rest = rest.slice(1);
  if (rest.length === 0) {
    for (const [name, value] of temporary) await assignChecked(shell, name, value);
    return 0;
  }
  const env = clean ? new Map<string, string>() : shell.variables.environment();
  for (const [name, value] of temporary) env.set(name, value);
  return executeInPlace(shell, rest, env, { builtin: 'exec', zero });
}

const DEEPEST = 4000;

/** Calls a function: its own positional parameters and local variables. */
export async function callFunction(
  shell: Shell,
  called: ShellFunction,
  words: readonly string[],
  temporary: ReadonlyMap<string, string>,
): Promise<number> {
  if (shell.functionNames.length >= DEEPEST) {
    // Real shells run out of stack.
    await shell.sys.sigaction('SIGSEGV', 'default');
    await shell.sys.kill(shell.sys.getpid(), 'SIGSEGV');
  }
  const { positional, unit, at, loopDepth, getoptsOffset } = shell;
  const undo = temporary.size > 0 ? await hide(shell, temporary) : undefined;
  shell.variables.pushScope();
  shell.functionNames.push(words[0]!);
  shell.positional = words.slice(1);
  shell.unit = called.unit;
  shell.loopDepth = 0;
  try {
    let status = await shell.evaluator.runBody(shell, called.body);
    if (shell.skip?.kind === 'return') {
      shell.skip = undefined;
      status = shell.status;
    }
    return status;
  } finally {
    shell.positional = positional;
    shell.unit = unit;
    shell.at = at;
    shell.loopDepth = loopDepth;
    shell.getoptsOffset = getoptsOffset;
    shell.functionNames.pop();
    shell.variables.popScope();
    undo?.();
  }
}

function traceQuote(shell: Shell, text: string): string {
  return shell.dialect.name === 'dash' ? text : quoteForReuse(text);
}

async function trace(shell: Shell, assignments: readonly string[], words: readonly string[]): Promise<void> {
  const command = words.map((word) => traceQuote(shell, word)).join(' ');
  if (shell.dialect.bashSyntax && words.length > 0) {
    for (const assignment of assignments) await traceText(shell, assignment);
    await traceText(shell, command);
  } else await traceText(shell, [...assignments, ...(words.length > 0 ? [command] : [])].join(' '));
}

/** Prints a line of `set -x`: PS4, its first character once more for each level of substitution (bash). */
export async function traceText(shell: Shell, text: string): Promise<void> {
  shell.options.delete('xtrace');
  const prefix = await expandToText(shell, prepareTemplate(shell.variables.get('PS4') ?? '+ '));
  shell.options.add('xtrace');
  const depth = shell.dialect.bashSyntax ? shell.substitutionDepth + shell.sourceDepth : 0;
  await shell.error(`${prefix.slice(0, 1).repeat(depth)}${prefix}${text}\n`);
}
