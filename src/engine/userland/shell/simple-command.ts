import { assignAll, type ExpandedElement, expandElements, temporaryValue } from './assignment.ts';
import { BuiltinMisuse } from './builtins/misuse.ts';
import { BUILTINS, type Builtin } from './builtins/table.ts';
import { STEP_COST } from './cost.ts';
import { runExec } from './exec.ts';
import { executeInPlace, runExternal } from './execute.ts';
import { expandToFields, expandToText } from './expand.ts';
import { callFunction, hide } from './function-call.ts';
import { jobText } from './job-text.ts';
import { assignChecked } from './parameters.ts';
import {
  closeSubstitutions,
  expandRedirections,
  redirect,
  restore,
  type Saved,
  type Target,
} from './redirect.ts';
import { Abandon, Leave, type Shell } from './shell.ts';
import type { Assignment, Element, SimpleCommand, Word } from './syntax/tree.ts';
import { runDebugTrap } from './traps.ts';
import { ReadonlyVariable } from './variables.ts';
import { trace, traceQuote } from './xtrace.ts';

/** Simple commands (POSIX XCU 2.9.1): expansions, redirections, assignments, then a function, a builtin or a program. */
export async function simpleCommand(shell: Shell, node: SimpleCommand, last: boolean): Promise<number> {
  const pause = shell.process.work(STEP_COST);
  if (pause) await pause;
  shell.line = node.line;
  await runDebugTrap(shell, node);
  shell.substitutionStatus = undefined;
  const { words, compounds } = await expandWords(shell, node.words);
  if (words.length === 0) return assignmentsOnly(shell, node);
  const targets = node.redirections.length === 0 ? [] : await expandRedirections(shell, node.redirections);
  if (targets === undefined) return 1;
  const temporary = new Map<string, string>();
  for (const assignment of node.assignments)
    temporary.set(assignment.name, await temporaryValue(shell, assignment, temporary));
  const options: RunOptions = {
    last,
    functions: true,
    text: () => jobText(shell, node),
    closes: shell.substitutions.length > 0,
    compounds,
  };
  const run = async (redirections: readonly Target[]) => {
    if (shell.option('xtrace')) await traceCommand(shell, temporary, words, compounds);
    return runCommand(shell, words, temporary, redirections, options);
  };
  // dash and BusyBox redirect before they show the command.
  const early = shell.option('xtrace') && !shell.dialect.bashSyntax && words[0] !== 'exec';
  const builtin = early ? findBuiltin(shell, words[0]!) : undefined;
  const status = early
    ? await withRedirections(shell, targets, builtin !== undefined && isSpecial(shell, builtin), () =>
        run([]),
      )
    : await run(targets);
  shell.lastArgument = words.at(-1)!;
  return status;
}

async function traceCommand(
  shell: Shell,
  temporary: ReadonlyMap<string, string>,
  words: readonly string[],
  compounds: Compounds | undefined,
): Promise<void> {
  const assignments = [...temporary].map(
    ([name, value]) => `${name}=${value === '' ? '' : traceQuote(shell, value)}`,
  );
  // An array that is declared is shown as an assignment before the command.
  for (const [text, elements] of compounds ?? []) {
    const values = elements.map(({ key, value }) => `${key === undefined ? '' : `['${key}']=`}'${value}'`);
    assignments.push(`${text.slice(0, text.indexOf('='))}=(${values.join(' ')})`);
  }
  const shown = words.map((word) => (compounds?.has(word) ? word.slice(0, word.indexOf('=')) : word));
  const hidden = shell.dialect.name === 'ash' && shown[0] === 'command' ? 1 : 0;
  await trace(shell, assignments, shown.slice(hidden));
}

/** Compound values among the arguments of a declaration, by the text of the argument. */
export type Compounds = ReadonlyMap<string, readonly ExpandedElement[]>;

interface RunOptions {
  last: boolean;
  functions: boolean;
  text: () => string;
  closes?: boolean;
  compounds?: Compounds | undefined;
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
  if (shellFunction && !(builtin?.special === true && shell.dialect.posixErrors))
    return withRedirections(shell, targets, false, () =>
      callFunction(shell, shellFunction, words, temporary),
    );
  if (builtin) {
    if (name === 'exec') return runExec(shell, words, temporary, targets);
    const special = isSpecial(shell, builtin) && options.functions;
    return withRedirections(shell, targets, special, () =>
      runBuiltin(shell, builtin, words, temporary, special, options.compounds),
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
    return await runExternal(shell, words, env, targets, options.text);
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

export const isSpecial = (shell: Shell, { special }: Builtin): boolean =>
  special === true || (special === 'posix' && shell.dialect.posixErrors);

export function findBuiltin(shell: Shell, name: string): Builtin | undefined {
  const builtin = BUILTINS.get(name);
  if (builtin === undefined || shell.disabled.has(name)) return undefined;
  return builtin.dialects === undefined || builtin.dialects.includes(shell.dialect.name)
    ? builtin
    : undefined;
}

async function expandWords(
  shell: Shell,
  nodes: readonly (Word | Assignment)[],
): Promise<{ words: string[]; compounds: Compounds | undefined }> {
  const words: string[] = [];
  let compounds: Map<string, readonly ExpandedElement[]> | undefined;
  for (const word of nodes) {
    if (word.type === 'word') {
      if (word.plain !== undefined) words.push(word.plain);
      else words.push(...(await expandToFields(shell, [word])));
    } else if (Array.isArray(word.value)) {
      compounds ??= new Map();
      compounds.set(word.text, await expandElements(shell, word.value as readonly Element[]));
      words.push(word.text);
    } else {
      const index = word.index ? `[${await expandToText(shell, word.index)}]` : '';
      const value = await expandToText(shell, word.value as Word);
      words.push(`${word.name}${index}${word.append ? '+' : ''}=${value}`);
    }
  }
  return { words, compounds };
}

async function assignmentsOnly(shell: Shell, node: SimpleCommand): Promise<number> {
  if (node.redirections.length === 0) return assignAll(shell, node.assignments);
  const saved: Saved = new Map();
  const targets = await expandRedirections(shell, node.redirections);
  try {
    if (!targets || !(await redirect(shell, targets, saved))) return shell.dialect.name === 'dash' ? 2 : 1;
    return await assignAll(shell, node.assignments);
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
  compounds: Compounds | undefined,
): Promise<number> {
  const { dialect } = shell;
  shell.compounds = compounds;
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
