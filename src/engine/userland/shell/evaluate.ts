import type { AndOr, CommandNode, CompoundList, PipelineNode, Redirected, Statement } from 'unbash';
import { arithmeticValue } from './arithmetic-command.ts';
import { runInBackground } from './background.ts';
import { caseSelection } from './case.ts';
import { conditional } from './conditional.ts';
import { checkErrexit } from './errexit.ts';
import { arithmeticFor, forLoop, whileLoop } from './loops.ts';
import { pipeline } from './pipeline.ts';
import { closeSubstitutions, expandRedirections, redirect, restore, type Saved } from './redirect.ts';
import { select } from './select.ts';
import type { Shell, ShellFunction } from './shell.ts';
import { simpleCommand } from './simple-command.ts';
import { nestedSubshell, subshell } from './subshell.ts';
import { testCommand } from './test-command.ts';
import { clocks, reportTime } from './timing.ts';
import { runPendingTraps } from './traps.ts';
import { isName } from './variables.ts';

/** Execution of the syntax tree (POSIX XCU 2.9). `last` says that the shell process has nothing to do afterwards: it may exec. */

export async function runScript(
  shell: Shell,
  script: { readonly commands: readonly Statement[] },
  last = false,
): Promise<number> {
  return statements(shell, script.commands, last);
}

async function statements(shell: Shell, list: readonly Statement[], last: boolean): Promise<number> {
  let status = 0;
  for (let i = 0; i < list.length; i++) {
    status = await runStatement(shell, list[i]!, last && i === list.length - 1);
    if (shell.skip) break;
  }
  return status;
}

const compoundList = (shell: Shell, list: CompoundList, last = false): Promise<number> =>
  statements(shell, list.commands, last);

export async function runStatement(shell: Shell, statement: Statement, last: boolean): Promise<number> {
  if (shell.pendingSignals.length > 0) await runPendingTraps(shell);
  if (shell.option('noexec') && !shell.interactive) return 0;
  const { command } = statement;
  const status = statement.background
    ? await runInBackground(shell, statement, (child) => list(child, command, true))
    : await list(shell, command, last);
  shell.status = status;
  if (shell.pendingSignals.length > 0) await runPendingTraps(shell);
  return status;
}

const list = (shell: Shell, node: Statement['command'], last: boolean): Promise<number> =>
  node.type === 'AndOr' ? andOr(shell, node, last) : pipelineNode(shell, node, last);

async function andOr(shell: Shell, node: AndOr, last: boolean): Promise<number> {
  let status = 0;
  for (let i = 0; i < node.commands.length; i++) {
    const final = i === node.commands.length - 1;
    if (i > 0 && (node.operators[i - 1] === '&&') !== (status === 0)) continue;
    if (!final) shell.errexitIgnored++;
    try {
      status = await pipelineNode(shell, node.commands[i]!, final && last);
    } finally {
      if (!final) shell.errexitIgnored--;
    }
    shell.status = status;
    if (shell.skip) break;
  }
  return status;
}

async function pipelineNode(shell: Shell, node: PipelineNode, last: boolean): Promise<number> {
  if (node.type !== 'Pipeline') return command(shell, node, last);
  const negated = node.prefixes.filter((prefix) => prefix.type === 'Negation').length % 2 === 1;
  const timed = node.prefixes.find((prefix) => prefix.type === 'Time');
  const started = timed ? await clocks(shell) : undefined;
  if (negated) shell.errexitIgnored++;
  let status: number;
  try {
    if (node.commands.length === 0) status = 0;
    else if (node.commands.length === 1)
      status = await command(shell, node.commands[0]!, last && !timed && !negated);
    else status = await pipeline(shell, node, (child, stage) => command(child, stage, true));
  } finally {
    if (negated) shell.errexitIgnored--;
  }
  if (started) await reportTime(shell, started, timed?.type === 'Time' && timed.posix !== undefined);
  if (negated) return status === 0 ? 1 : 0;
  if (node.commands.length > 1) await checkErrexit(shell, status);
  return status;
}

async function command(shell: Shell, node: CommandNode, last: boolean): Promise<number> {
  switch (node.type) {
    case 'Command': {
      const status = await simpleCommand(shell, node, last);
      if (status !== 0) await checkErrexit(shell, status);
      return status;
    }
    case 'Redirected':
      return redirected(shell, node, last);
    case 'Function': {
      const name = node.name.text;
      if (shell.dialect.posixErrors && (!isName(name) || shell.evaluator.builtin(shell, name)?.special)) {
        await shell.abandon('Syntax error: Bad function name', { status: 2, fatal: true });
      }
      shell.functions.set(name.replace(/^['"]|['"]$/g, ''), {
        body: node.body,
        unit: shell.unit,
        text: shell.unit.text.slice(node.pos, node.end),
      });
      return 0;
    }
    case 'Coproc':
      await shell.warn('coproc: not modelled on this machine');
      return 1;
    default:
      return compound(shell, node, last);
  }
}

async function redirected(shell: Shell, node: Redirected, last: boolean): Promise<number> {
  shell.at = node.pos;
  const saved: Saved = new Map();
  let status: number;
  try {
    const targets = await expandRedirections(shell, node.redirects);
    if (await redirect(shell, targets, saved)) status = await compound(shell, node.command, last);
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

async function compound(shell: Shell, node: Redirected['command'], last: boolean): Promise<number> {
  switch (node.type) {
    case 'BraceGroup':
      return compoundList(shell, node.body, last);
    case 'Subshell':
      return subshell(shell, node.body, last, shell.sourceText(node));
    case 'If':
      return conditional(shell, node, last);
    case 'For':
      return forLoop(shell, node);
    case 'ArithmeticFor':
      return arithmeticFor(shell, node);
    case 'While':
      return whileLoop(shell, node);
    case 'Case':
      return caseSelection(shell, node, last);
    case 'Select':
      return select(shell, node);
    case 'TestCommand': {
      shell.at = node.pos;
      if (shell.dialect.name === 'dash') {
        await shell.warn(shell.dialect.commandNotFound('[['));
        await checkErrexit(shell, 127);
        return 127;
      }
      const status = await testCommand(shell, node.expression);
      await checkErrexit(shell, status);
      return status;
    }
    case 'ArithmeticCommand': {
      shell.at = node.pos;
      if (!shell.dialect.bashSyntax) return nestedSubshell(shell, node.body);
      const status = (await arithmeticValue(shell, node.body)) === 0n ? 1 : 0;
      await checkErrexit(shell, status);
      return status;
    }
  }
}

/** Runs a function's body. */
export async function runBody(shell: Shell, body: ShellFunction['body']): Promise<number> {
  if (body.type === 'CompoundList') return compoundList(shell, body);
  return body.type === 'Redirected' ? redirected(shell, body, false) : compound(shell, body, false);
}
