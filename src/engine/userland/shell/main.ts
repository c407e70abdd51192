import { isErrno } from '../../base/errno.ts';
import type { Process, Program } from '../../kernel/program.ts';
import { readFile } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { workingDirectory } from './builtins/directories.ts';
import { DEFAULT_SHOPTS } from './builtins/shopt.ts';
import type { Dialect } from './dialect.ts';
import { runToStatus } from './fork.ts';
import { runInteractive } from './interactive.ts';
import { type Invocation, Refused, readInvocation } from './invocation.ts';
import { refreshOptionVariables } from './option-variables.ts';
import { EVALUATOR, runText } from './run-text.ts';
import { Shell } from './shell.ts';
import { runStandardInput } from './standard-input.ts';
import { hearInterrupts } from './traps.ts';

/** A shell from its command line on: `sh -c COMMAND`, `sh FILE`, `sh -s`, or at a terminal. */
export const shellProgram =
  (dialect: Dialect): Program =>
  async (process) => {
    const shell = new Shell(process, dialect, EVALUATOR);
    try {
      const invocation = readInvocation(shell, process.argv.slice(1));
      return await runToStatus(shell, () => run(shell, invocation, process));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      await (error.status === 0 ? shell.print(error.message, '') : shell.error(error.message));
      return error.status;
    }
  };

async function run(shell: Shell, invocation: Invocation, process: Process): Promise<number> {
  for (const option of invocation.options) shell.options.add(option);
  if (shell.dialect.bashSyntax) for (const name of DEFAULT_SHOPTS) shell.shopt.add(name);
  for (const option of invocation.shopt) shell.shopt.add(option);
  if (invocation.login) shell.shopt.add('login_shell');
  await initialise(shell);
  const [first, ...rest] = invocation.operands;
  if (invocation.command !== undefined) {
    if (first !== undefined) shell.arg0 = first;
    shell.namesLine = first !== undefined;
    shell.positional = rest;
    shell.options.add('command');
    await startupFiles(shell, invocation);
    await hearInterrupts(shell);
    const label = shell.dialect.name === 'bash' ? '-c' : undefined;
    const line = shell.dialect.name === 'ash' ? 0 : 1;
    // dash never becomes its last command at this level.
    const last = shell.dialect.name !== 'dash';
    return runText(shell, invocation.command, { label, topLevel: true, last, line });
  }
  if (first !== undefined && !invocation.readStdin) {
    shell.positional = rest;
    await startupFiles(shell, invocation);
    await hearInterrupts(shell);
    return runFile(shell, first);
  }
  shell.positional = invocation.operands;
  shell.options.add('stdin');
  const terminal =
    (await process.sys.isatty(0).catch(() => false)) && (await process.sys.isatty(2).catch(() => false));
  if (invocation.interactive || terminal) {
    shell.interactive = true;
    shell.options.add('interactive');
    if (shell.dialect.bashSyntax) {
      shell.options.add('histexpand').add('history').add('emacs');
      shell.shopt.add('expand_aliases');
      refreshOptionVariables(shell);
    }
    return runInteractive(shell, () => startupFiles(shell, invocation));
  }
  await startupFiles(shell, invocation);
  await hearInterrupts(shell);
  return runStandardInput(shell);
}

async function initialise(shell: Shell): Promise<void> {
  const { variables, dialect } = shell;
  for (const [name, value] of Object.entries({ IFS: ' \t\n', OPTIND: '1', PS2: '> ', PS4: '+ ' })) {
    variables.declare(name).exported = false;
    variables.set(name, value);
  }
  variables.set('PPID', String(shell.sys.getppid()));
  if (variables.get('PATH') === undefined) {
    variables.set(
      'PATH',
      dialect.name === 'ash'
        ? '/sbin:/usr/sbin:/bin:/usr/bin'
        : '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    );
  }
  try {
    const cwd = await workingDirectory(shell);
    variables.set('PWD', cwd);
    variables.declare('PWD').exported = true;
  } catch (error) {
    if (!isErrno(error)) throw error;
    shell.cwd = '';
  }
  // How deep shells lie in one another: bash and ash count, dash does not.
  const level = variables.get('SHLVL');
  if (dialect.name !== 'dash' && (level === undefined || /^\d+$/.test(level))) {
    variables.set('SHLVL', String(Number(level ?? 0) + 1));
    variables.declare('SHLVL').exported = true;
  }
  if (dialect.bashSyntax) await initialiseBash(shell);
}

async function initialiseBash(shell: Shell): Promise<void> {
  const { variables, sys } = shell;
  shell.options.add('braceexpand').add('hashall');
  if (shell.arg0.replace(/^.*\//, '').replace(/^-/, '') === 'sh') shell.options.add('posix');
  for (const name of ['PWD', 'OLDPWD']) variables.declare(name).exported = true;
  const { nodename } = await sys.uname();
  const values = {
    BASH: '/bin/bash',
    BASH_VERSION: '5.2.15(1)-release',
    HOSTNAME: nodename,
    HOSTTYPE: 'x86_64',
    MACHTYPE: 'x86_64-pc-linux-gnu',
    OSTYPE: 'linux-gnu',
    OPTERR: '1',
  };
  for (const [name, value] of Object.entries(values)) variables.set(name, value);
  const version = variables.declare('BASH_VERSINFO');
  version.array = new Map(['5', '2', '15', '1', 'release', 'x86_64-pc-linux-gnu'].entries());
  version.readonly = true;
  for (const [name, value] of [
    ['UID', sys.getuid()],
    ['EUID', sys.geteuid()],
    ['PPID', sys.getppid()],
  ] as const) {
    const variable = variables.declareOwn(name);
    variable.value = String(value);
    variable.integer = variable.readonly = true;
    variable.exported = false;
  }
  shell.lastArgument = variables.get('_') ?? shell.arg0;
  refreshOptionVariables(shell);
}

async function startupFiles(shell: Shell, invocation: Invocation): Promise<void> {
  const home = shell.variables.get('HOME') ?? '';
  if (invocation.login && !invocation.noprofile) {
    await sourceIfThere(shell, '/etc/profile');
    const personal = shell.dialect.bashSyntax ? ['.bash_profile', '.bash_login', '.profile'] : ['.profile'];
    for (const name of personal) if (await sourceIfThere(shell, `${home}/${name}`)) break;
  } else if (shell.interactive && shell.dialect.name === 'bash' && !invocation.norc) {
    if (invocation.rcfile === undefined) await sourceIfThere(shell, '/etc/bash.bashrc');
    await sourceIfThere(shell, invocation.rcfile ?? `${home}/.bashrc`);
  }
  if (!shell.dialect.bashSyntax && shell.interactive) {
    const env = shell.variables.get('ENV');
    if (env) await sourceIfThere(shell, env);
  } else if (shell.dialect.bashSyntax && !shell.interactive) {
    const env = shell.variables.get('BASH_ENV');
    if (env) await sourceIfThere(shell, env);
  }
}

async function sourceIfThere(shell: Shell, path: string): Promise<boolean> {
  let text: string;
  try {
    text = bytesToText(await readFile(shell.sys, path));
  } catch (error) {
    if (isErrno(error)) return false;
    throw error;
  }
  shell.calls.push({ kind: 'source', name: 'source', source: path, line: 0 });
  try {
    await runText(shell, text, { sourced: true });
  } finally {
    shell.calls.pop();
    shell.skip = undefined;
  }
  return true;
}

async function runFile(shell: Shell, path: string): Promise<number> {
  let text: string;
  try {
    text = bytesToText(await readFile(shell.sys, path));
  } catch (error) {
    if (!isErrno(error)) throw error;
    const { name } = shell.dialect;
    if (name === 'bash')
      await shell.error(
        `${shell.arg0}: ${path}: ${error.code === 'EISDIR' ? 'Is a directory' : error.message}\n`,
      );
    else if (name === 'dash')
      await shell.error(`${shell.arg0}: 0: ${shell.dialect.cannotOpen(path, error.code)}\n`);
    else await shell.error(`${shell.arg0}: can't open '${path}': ${error.message}\n`);
    if (name === 'dash') return 2;
    return error.code === 'ENOENT' ? (name === 'ash' ? 2 : 127) : 126;
  }
  shell.arg0 = path;
  shell.namesLine = true;
  if (shell.dialect.bashSyntax) shell.calls.push({ kind: 'script', name: 'main', source: path, line: 0 });
  return runText(shell, text, { topLevel: true, last: false });
}
