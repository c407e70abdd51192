import { arithmeticCommand } from './arithmetic-command.ts';
import { runInBackground } from './background.ts';
import { caseSelection } from './case.ts';
import { conditional } from './conditional.ts';
import { coprocess } from './coprocess.ts';
import { defineFunction } from './define-function.ts';
import { checkErrexit } from './errexit.ts';
import { useUpStack } from './function-call.ts';
import { arithmeticFor, forLoop, whileLoop } from './loops.ts';
import { pipeline } from './pipeline.ts';
import { closeSubstitutions, expandRedirections, redirect, restore, type Saved } from './redirect.ts';
import { select } from './select.ts';
import type { Shell } from './shell.ts';
import { simpleCommand } from './simple-command.ts';
import { subshell } from './subshell.ts';
import type {
  AndOr,
  CommandNode,
  CompoundCommand,
  Pipeline,
  Script,
  Stage,
  Statement,
} from './syntax/tree.ts';
import { testCommand } from './test-command.ts';
import { clocks, reportTime } from './timing.ts';
import { runPendingTraps } from './traps.ts';

/** Execution of the syntax tree (POSIX XCU 2.9). `last` says that the shell process has nothing to do afterwards: it may exec. */

export async function runScript(shell: Shell, script: Script, last = false): Promise<number> {
  const { commands } = script;
  let status = 0;
  for (let i = 0; i < commands.length; i++) {
    status = await runStatement(shell, commands[i]!, last && i === commands.length - 1);
    if (shell.skip) break;
  }
  return status;
}

export async function runStatement(shell: Shell, statement: Statement, last: boolean): Promise<number> {
  if (shell.pendingSignals.length > 0) await runPendingTraps(shell);
  if (shell.skip || (shell.option('noexec') && !shell.interactive)) return shell.status;
  const { command } = statement;
  const status = statement.background
    ? await runInBackground(shell, command, (child) => conditions(child, command, true))
    : await conditions(shell, command, last);
  shell.status = status;
  if (shell.pendingSignals.length > 0) await runPendingTraps(shell);
  return status;
}

const conditions = (shell: Shell, node: AndOr | Stage, last: boolean): Promise<number> =>
  node.type === 'and-or' ? andOr(shell, node, last) : stage(shell, node, last);

async function andOr(shell: Shell, node: AndOr, last: boolean): Promise<number> {
  let status = 0;
  for (let i = 0; i < node.commands.length; i++) {
    const final = i === node.commands.length - 1;
    if (i > 0 && (node.operators[i - 1] === '&&') !== (status === 0)) continue;
    if (!final) shell.errexitIgnored++;
    try {
      status = await stage(shell, node.commands[i]!, final && last);
    } finally {
      if (!final) shell.errexitIgnored--;
    }
    shell.status = status;
    if (shell.skip) break;
  }
  return status;
}

const stage = (shell: Shell, node: Stage, last: boolean): Promise<number> =>
  node.type === 'pipeline' ? pipelineNode(shell, node, last) : runCommandNode(shell, node, last);

async function pipelineNode(shell: Shell, node: Pipeline, last: boolean): Promise<number> {
  const { negated, timed, commands } = node;
  const started = timed ? await clocks(shell) : undefined;
  if (negated) shell.errexitIgnored++;
  let status = 0;
  try {
    if (commands.length === 1) status = await runCommandNode(shell, commands[0]!, last && !timed && !negated);
    else if (commands.length > 1)
      status = await pipeline(shell, node, (child, one, final) => runCommandNode(child, one, final));
  } finally {
    if (negated) shell.errexitIgnored--;
  }
  if (started) await reportTime(shell, started, timed === 'posix');
  if (negated) return status === 0 ? 1 : 0;
  if (commands.length > 1) await checkErrexit(shell, status);
  return status;
}

/** How deep commands may stand within one another, by calls, texts and files, before the stack of a real shell is used up. */
const DEEPEST = 10_000;

export async function runCommandNode(shell: Shell, node: CommandNode, last = false): Promise<number> {
  if (shell.depth >= DEEPEST) await useUpStack(shell);
  shell.depth++;
  try {
    switch (node.type) {
      case 'simple': {
        const status = await simpleCommand(shell, node, last);
        if (status !== 0) await checkErrexit(shell, status);
        return status;
      }
      case 'function':
        return defineFunction(shell, node);
      case 'coprocess':
        return await coprocess(shell, node);
      default:
        return await (node.redirections.length === 0
          ? compound(shell, node, last)
          : redirected(shell, node, last));
    }
  } finally {
    shell.depth--;
  }
}

async function redirected(shell: Shell, node: CompoundCommand, last: boolean): Promise<number> {
  shell.line = node.line;
  const saved: Saved = new Map();
  let status: number;
  try {
    const targets = await expandRedirections(shell, node.redirections);
    if (targets && (await redirect(shell, targets, saved))) status = await compound(shell, node, last);
    else {
      status = shell.dialect.name === 'dash' ? 2 : 1;
      await checkErrexit(shell, status);
    }
  } finally {
    await restore(shell.sys, saved);
    await closeSubstitutions(shell);
  }
  return status;
}

async function compound(shell: Shell, node: CompoundCommand, last: boolean): Promise<number> {
  switch (node.type) {
    case 'group':
      return runScript(shell, node.body, last);
    case 'subshell':
      return subshell(shell, node, last);
    case 'if':
      return conditional(shell, node, last);
    case 'for':
      return forLoop(shell, node);
    case 'arithmetic-for':
      return arithmeticFor(shell, node);
    case 'while':
    case 'until':
      return whileLoop(shell, node);
    case 'case':
      return caseSelection(shell, node, last);
    case 'select':
      return select(shell, node);
    case 'test':
    case 'arithmetic': {
      const status =
        node.type === 'test' ? await testCommand(shell, node) : await arithmeticCommand(shell, node);
      await checkErrexit(shell, status);
      return status;
    }
  }
}
