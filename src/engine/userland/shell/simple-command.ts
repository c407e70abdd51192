import type { Assignment, Command, Redirection } from 'unbash';
import { arrayElements, assignAll, temporaryValue } from './assignment.ts';
import { BuiltinMisuse } from './builtins/misuse.ts';
import { BUILTINS, type Builtin } from './builtins/table.ts';
import { runExec } from './exec.ts';
import { executeInPlace, runExternal } from './execute.ts';
import { expandToFields, expandToText } from './expand.ts';
import { callFunction, hide } from './function-call.ts';
import { assignChecked } from './parameters.ts';
import { quoteForReuse } from './quote.ts';
import {
  closeSubstitutions,
  expandRedirections,
  redirect,
  restore,
  type Saved,
  type Target,
} from './redirect.ts';
import { Abandon, Leave, type Shell } from './shell.ts';
import { runTrap } from './traps.ts';
import { ReadonlyVariable } from './variables.ts';
import { type Prepared, prepare } from './word.ts';
import { trace, traceQuote } from './xtrace.ts';

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
