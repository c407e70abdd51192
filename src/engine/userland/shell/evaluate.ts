import type {
  AndOr,
  ArithmeticExpression,
  ArithmeticFor,
  Case,
  CommandNode,
  CompoundList,
  For,
  If,
  ParsedScript,
  Pipeline,
  PipelineNode,
  Redirected,
  Select,
  Statement,
  While,
} from 'unbash';
import { compilePattern } from '../lib/glob.ts';
import { shellStatus } from '../lib/spawn.ts';
import { columns } from '../lib/width.ts';
import { readLineFrom } from './builtins/read.ts';
import {
  assignChecked,
  evaluateArithmeticText,
  expandToFields,
  expandToPattern,
  expandToText,
} from './expand.ts';
import { forkShell } from './fork.ts';
import { waitForeground } from './jobs.ts';
import { closeSubstitutions, expandRedirections, redirect, restore, type Saved } from './redirect.ts';
import { Abandon, Leave, type Shell, type ShellFunction } from './shell.ts';
import { simpleCommand, traceText } from './simple-command.ts';
import { testCommand } from './test-command.ts';
import { runPendingTraps, runTrap } from './traps.ts';
import { isName } from './variables.ts';
import { prepare, prepareTemplate } from './word.ts';

/** Execution of the syntax tree (POSIX XCU 2.9). `last` says that the shell process has nothing to do afterwards: it may exec. */

export async function runScript(shell: Shell, script: ParsedScript, last = false): Promise<number> {
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
    ? await background(shell, statement)
    : command.type === 'AndOr'
      ? await andOr(shell, command, last)
      : await pipelineNode(shell, command, last);
  shell.status = status;
  if (shell.pendingSignals.length > 0) await runPendingTraps(shell);
  return status;
}

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
    else status = await pipeline(shell, node);
  } finally {
    if (negated) shell.errexitIgnored--;
  }
  if (started) await reportTime(shell, started, timed?.type === 'Time' && timed.posix !== undefined);
  if (negated) return status === 0 ? 1 : 0;
  if (node.commands.length > 1) await checkErrexit(shell, status);
  return status;
}

async function clocks(shell: Shell): Promise<[number, number, number]> {
  const times = await shell.sys.times();
  return [
    shell.sys.clock_gettime('monotonic'),
    times.user + times.childUser,
    times.system + times.childSystem,
  ];
}

async function reportTime(shell: Shell, before: readonly number[], posix: boolean): Promise<void> {
  const after = await clocks(shell);
  const format = shell.variables.get('TIMEFORMAT');
  if (format === '') return;
  const lines = ['real', 'user', 'sys'].map((label, i) => {
    const seconds = (after[i]! - before[i]!) / 1000;
    if (posix) return `${label} ${seconds.toFixed(2)}\n`;
    return `${label}\t${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(3)}s\n`;
  });
  await shell.error(`${posix ? '' : '\n'}${lines.join('')}`);
}

/** Every stage runs in a process of its own, all at once. */
async function pipeline(shell: Shell, node: Pipeline): Promise<number> {
  const { sys } = shell;
  const control = shell.option('monitor');
  const pids: number[] = [];
  let input: number | undefined;
  shell.at = node.pos;
  for (let i = 0; i < node.commands.length; i++) {
    const final = i === node.commands.length - 1;
    const [readEnd, writeEnd] = final ? [undefined, undefined] : await sys.pipe(true);
    const from = input;
    const errorsToo = node.operators[i] === '|&';
    const stage = node.commands[i]!;
    const pid = await forkShell(
      shell,
      async (child) => {
        if (from !== undefined) {
          await child.sys.dup2(from, 0);
          await child.sys.close(from);
        }
        if (writeEnd !== undefined) {
          await child.sys.dup2(writeEnd, 1);
          if (errorsToo) await child.sys.dup2(writeEnd, 2);
          await child.sys.close(writeEnd);
          await child.sys.close(readEnd!);
        }
        return command(child, stage, true);
      },
      control ? { group: pids[0] ?? 0, foreground: true } : {},
    );
    pids.push(pid);
    if (from !== undefined) await sys.close(from);
    if (writeEnd !== undefined) await sys.close(writeEnd);
    input = readEnd;
  }
  const statuses = (await waitForeground(shell, pids, shell.sourceText(node))).map(shellStatus);
  shell.pipeStatus = statuses;
  if (shell.option('pipefail')) return statuses.findLast((status) => status !== 0) ?? 0;
  return statuses.at(-1)!;
}

async function background(shell: Shell, statement: Statement): Promise<number> {
  const control = shell.option('monitor');
  const { command: node } = statement;
  shell.at = node.pos;
  const pid = await forkShell(
    shell,
    async (child) => {
      child.options.delete('monitor');
      if (!control) {
        await child.sys.sigaction('SIGINT', 'ignore');
        await child.sys.sigaction('SIGQUIT', 'ignore');
        const nothing = await child.sys.open('/dev/null', 0);
        if (nothing !== 0) {
          await child.sys.dup2(nothing, 0);
          await child.sys.close(nothing);
        }
      }
      return node.type === 'AndOr' ? andOr(child, node, true) : pipelineNode(child, node, true);
    },
    control ? { group: 0 } : {},
  );
  shell.lastBackground = pid;
  const job = shell.jobs.add({
    group: pid,
    processes: [{ pid, status: undefined }],
    text: shell.sourceText(node),
  });
  if (shell.interactive) await shell.error(`[${job.id}] ${pid}\n`);
  return 0;
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
      const status = (await arithmeticOf(shell, node.body)) === 0n ? 1 : 0;
      await checkErrexit(shell, status);
      return status;
    }
  }
}

/** `set -e`, and the ERR trap: after a command that failed where nobody looks at its status. */
async function checkErrexit(shell: Shell, status: number): Promise<void> {
  if (status === 0 || shell.errexitIgnored > 0) return;
  const trap = shell.traps.get('ERR');
  if (trap !== undefined && shell.trapDepth === 0) {
    shell.status = status;
    await runTrap(shell, trap);
  }
  if (shell.option('errexit')) throw new Leave(status);
}

async function subshell(shell: Shell, body: CompoundList, last: boolean, text: string): Promise<number> {
  // A process with nothing more to do is its own subshell.
  if (last && shell.subshell > 0 && !shell.traps.has('EXIT')) return compoundList(shell, body, true);
  const control = shell.option('monitor');
  const pid = await forkShell(
    shell,
    async (child) => {
      child.options.delete('monitor');
      child.loopDepth = 0;
      return compoundList(child, body, true);
    },
    control ? { group: 0, foreground: true } : {},
  );
  const [status] = await waitForeground(shell, [pid], text);
  const code = shellStatus(status!);
  await checkErrexit(shell, code);
  return code;
}

/** Shells without (( )) take it for a subshell in a subshell. */
async function nestedSubshell(shell: Shell, text: string): Promise<number> {
  const pid = await forkShell(shell, (child) => child.evaluator.runText(child, text, {}));
  const [status] = await waitForeground(shell, [pid], text);
  const code = shellStatus(status!);
  await checkErrexit(shell, code);
  return code;
}

/** Runs commands whose status is a condition: `set -e` does not look. */
async function condition(shell: Shell, list: CompoundList): Promise<number> {
  shell.errexitIgnored++;
  try {
    return await compoundList(shell, list);
  } finally {
    shell.errexitIgnored--;
  }
}

async function conditional(shell: Shell, node: If, last: boolean): Promise<number> {
  for (const branch of [node, ...node.elif]) {
    const status = await condition(shell, branch.clause);
    if (shell.skip) return status;
    if (status === 0) return compoundList(shell, branch.then, last);
  }
  return node.else ? compoundList(shell, node.else, last) : 0;
}

/** After a round of a loop: whether it ends because of `break`, `continue N` or `return`. */
function leavesLoop(shell: Shell): boolean {
  const { skip } = shell;
  if (skip === undefined) return false;
  if (skip.kind === 'return') return true;
  if (skip.count > 1) {
    skip.count--;
    return true;
  }
  shell.skip = undefined;
  return skip.kind === 'break';
}

async function loop(shell: Shell, rounds: () => Promise<number>): Promise<number> {
  shell.loopDepth++;
  try {
    return await rounds();
  } finally {
    shell.loopDepth--;
  }
}

async function whileLoop(shell: Shell, node: While): Promise<number> {
  return loop(shell, async () => {
    let status = 0;
    for (;;) {
      const pause = shell.process.work(1);
      if (pause) await pause;
      if (shell.pendingSignals.length > 0) await runPendingTraps(shell);
      const test = await condition(shell, node.clause);
      if (shell.skip) {
        if (leavesLoop(shell)) return status;
        continue;
      }
      if ((test === 0) !== (node.kind === 'while')) return status;
      status = await compoundList(shell, node.body);
      if (leavesLoop(shell)) return status;
    }
  });
}

async function forLoop(shell: Shell, node: For): Promise<number> {
  const name = node.name.text;
  shell.at = node.pos;
  if (!isName(name)) {
    if (shell.dialect.bashSyntax) {
      await shell.warn(`\`${name}': not a valid identifier`);
      return 1;
    }
    await shell.abandon('Syntax error: Bad for loop variable', { status: 2, fatal: true });
  }
  const values =
    node.wordlist === undefined
      ? [...shell.positional]
      : await expandToFields(
          shell,
          node.wordlist.map((word) => prepare(word)),
        );
  return loop(shell, async () => {
    let status = 0;
    for (const value of values) {
      const pause = shell.process.work(1);
      if (pause) await pause;
      if (shell.pendingSignals.length > 0) await runPendingTraps(shell);
      if (shell.dialect.bashSyntax && shell.option('xtrace'))
        await traceText(
          shell,
          `for ${name} in ${node.wordlist?.map((word) => word.text).join(' ') ?? '"$@"'}`,
        );
      await assignChecked(shell, name, value);
      status = await compoundList(shell, node.body);
      if (leavesLoop(shell)) return status;
    }
    return status;
  });
}

async function arithmeticOf(shell: Shell, text: string): Promise<bigint> {
  const expression = await expandToText(shell, prepareTemplate(text.replace(/"/g, '')));
  try {
    return await evaluateArithmeticText(shell, expression, text);
  } catch (error) {
    // A fault in (( )) is a status, not the end of the line.
    if (error instanceof Abandon && !error.fatal) return 0n;
    throw error;
  }
}

async function arithmeticFor(shell: Shell, node: ArithmeticFor): Promise<number> {
  if (shell.dialect.posixErrors)
    await shell.abandon('Syntax error: Bad for loop variable', { status: 2, fatal: true });
  const part = (expression: ArithmeticExpression | undefined): Promise<bigint> | undefined =>
    expression && arithmeticOf(shell, shell.unit.text.slice(expression.pos, expression.end));
  shell.at = node.pos;
  await part(node.initialize);
  return loop(shell, async () => {
    let status = 0;
    for (;;) {
      const pause = shell.process.work(1);
      if (pause) await pause;
      if (shell.pendingSignals.length > 0) await runPendingTraps(shell);
      if (node.test && (await part(node.test)) === 0n) return status;
      status = await compoundList(shell, node.body);
      if (leavesLoop(shell)) return status;
      await part(node.update);
    }
  });
}

async function caseSelection(shell: Shell, node: Case, last: boolean): Promise<number> {
  shell.at = node.pos;
  const subject = await expandToText(shell, prepare(node.word));
  let status = 0;
  let fallThrough = false;
  for (const [i, item] of node.items.entries()) {
    if (!fallThrough && !(await matchesAny(shell, item.pattern, subject))) continue;
    fallThrough = false;
    const final = item.terminator === undefined || item.terminator === ';;' || i === node.items.length - 1;
    status = await compoundList(shell, item.body, last && final);
    if (final || shell.skip) return status;
    fallThrough = item.terminator === ';&';
  }
  return status;
}

async function matchesAny(
  shell: Shell,
  patterns: Case['items'][number]['pattern'],
  subject: string,
): Promise<boolean> {
  for (const word of patterns) {
    const pattern = await expandToPattern(shell, prepare(word));
    const options = { extended: shell.dialect.bashSyntax, ignoreCase: shell.shopt.has('nocasematch') };
    if (compilePattern(pattern, options).matches(subject)) return true;
  }
  return false;
}

async function select(shell: Shell, node: Select): Promise<number> {
  if (!shell.dialect.bashSyntax) {
    await shell.warn(shell.dialect.commandNotFound('select'));
    return 127;
  }
  const values =
    node.wordlist === undefined
      ? [...shell.positional]
      : await expandToFields(
          shell,
          node.wordlist.map((word) => prepare(word)),
        );
  if (values.length === 0) return 0;
  const digits = String(values.length).length;
  const menu = columns(
    values.map((value, i) => `${String(i + 1).padStart(digits)}) ${value}`),
    values.length < 10 ? 1 : 80,
  );
  return loop(shell, async () => {
    let status = 0;
    let show = true;
    for (;;) {
      if (show) await shell.error(`${menu.join('\n')}\n`);
      await shell.error(await expandToText(shell, prepareTemplate(shell.variables.get('PS3') ?? '#? ')));
      const line = await readLineFrom(shell, 0);
      if (line === undefined) {
        await shell.print('\n', 'select');
        return 1;
      }
      show = line === '';
      if (show) continue;
      shell.variables.set('REPLY', line);
      await assignChecked(shell, node.name.text, values[Number(line) - 1] ?? '');
      status = await compoundList(shell, node.body);
      if (leavesLoop(shell)) return status;
    }
  });
}

/** Runs a function's body. */
export async function runBody(shell: Shell, body: ShellFunction['body']): Promise<number> {
  if (body.type === 'CompoundList') return compoundList(shell, body);
  return body.type === 'Redirected' ? redirected(shell, body, false) : compound(shell, body, false);
}
