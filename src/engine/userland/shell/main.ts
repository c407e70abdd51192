import { concat } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import type { Process, Program } from '../../kernel/program.ts';
import { readFile } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { workingDirectory } from './builtins/directories.ts';
import { letterOption, optionNames } from './builtins/options.ts';
import { CommandReader } from './command-reader.ts';
import type { Dialect } from './dialect.ts';
import { runToStatus } from './fork.ts';
import { runInteractive } from './interactive.ts';
import { EVALUATOR, runText } from './run-text.ts';
import { Leave, Shell } from './shell.ts';
import { syntaxErrorWords } from './syntax-error.ts';
import { hearInterrupts, runPendingTraps } from './traps.ts';

/** A shell from its command line on: `sh -c COMMAND`, `sh FILE`, `sh -s`, or at a terminal. */

interface Invocation {
  options: Set<string>;
  shopt: string[];
  command: string | undefined;
  login: boolean;
  readStdin: boolean;
  interactive: boolean;
  norc: boolean;
  noprofile: boolean;
  rcfile: string | undefined;
  operands: string[];
}

/** Ends the shell at once, before it has begun. */
class Refused extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

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
  for (const option of invocation.shopt) shell.shopt.add(option);
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
    return runText(shell, invocation.command, {
      label,
      topLevel: true,
      // dash never becomes its last command at this level.
      last: shell.dialect.name !== 'dash',
      lineBase: shell.dialect.name === 'ash' ? -1 : 0,
    });
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
      shell.options.add('histexpand');
      shell.shopt.add('expand_aliases');
    }
    return runInteractive(shell, () => startupFiles(shell, invocation));
  }
  await startupFiles(shell, invocation);
  await hearInterrupts(shell);
  return runStdin(shell);
}

async function initialise(shell: Shell): Promise<void> {
  const { variables, dialect } = shell;
  for (const name of ['IFS', 'OPTIND', 'PS2', 'PS4'] as const) {
    const value = { IFS: ' \t\n', OPTIND: '1', PS2: '> ', PS4: '+ ' }[name];
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
  if (dialect.bashSyntax) {
    shell.options.add('braceexpand').add('hashall');
    if (shell.arg0.replace(/^.*\//, '').replace(/^-/, '') === 'sh') shell.options.add('posix');
    variables.declare('PWD').exported = true;
    variables.declare('OLDPWD').exported = true;
    const { nodename } = await shell.sys.uname();
    variables.set('BASH', '/bin/bash');
    variables.set('BASH_VERSION', '5.2.15(1)-release');
    variables.set('HOSTNAME', nodename);
    variables.set('HOSTTYPE', 'x86_64');
    variables.set('MACHTYPE', 'x86_64-pc-linux-gnu');
    variables.set('OSTYPE', 'linux-gnu');
    if (variables.get('SHLVL') === undefined || /^\d+$/.test(variables.get('SHLVL')!)) {
      variables.set('SHLVL', String(Number(variables.get('SHLVL') ?? 0) + 1));
      variables.declare('SHLVL').exported = true;
    }
    variables.set('OPTERR', '1');
  }
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
  shell.sourceDepth++;
  try {
    await runText(shell, text, { label: path });
  } finally {
    shell.sourceDepth--;
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
  return runText(shell, text, { topLevel: true, last: false });
}

/** Commands from a standard input that is no terminal: line by line, so that commands may read what follows them. */
async function runStdin(shell: Shell): Promise<number> {
  const lines = new StdinLines(shell);
  let status = 0;
  let line = 0;
  for (;;) {
    const reader = new CommandReader();
    let next = await lines.next();
    while (next !== '' && reader.add(next) === 'unfinished') next = await lines.next();
    const { text } = reader;
    if (text === '') return status;
    const result = reader.whole();
    if (result.state === 'wrong' || (result.state === 'unfinished' && result.script.errors)) {
      await shell.error(syntaxErrorWords(shell, text, result.fault, line, undefined));
      throw new Leave(2);
    }
    status = await runText(shell, text, { topLevel: true, lineBase: line });
    line += text.split('\n').length - 1;
    if (next === '') return status;
  }
}

/** Takes lines from standard input: bash byte by byte, so that commands may read what follows; the others by blocks, as they do. */
class StdinLines {
  readonly #shell: Shell;
  readonly #block: number;
  #pending = new Uint8Array(0);

  constructor(shell: Shell) {
    this.#shell = shell;
    this.#block = shell.dialect.name === 'bash' ? 1 : 8192;
  }

  /** The next line with its end; empty at the end of the input. */
  async next(): Promise<string> {
    const chunks: Uint8Array[] = [];
    for (;;) {
      const newline = this.#pending.indexOf(10);
      if (newline !== -1) {
        chunks.push(this.#pending.subarray(0, newline + 1));
        this.#pending = this.#pending.subarray(newline + 1);
        break;
      }
      chunks.push(this.#pending);
      this.#pending = await this.#read();
      if (this.#pending.length === 0) break;
    }
    return bytesToText(concat(chunks));
  }

  async #read(): Promise<Uint8Array<ArrayBuffer>> {
    for (;;) {
      try {
        return new Uint8Array(await this.#shell.sys.read(0, this.#block));
      } catch (error) {
        if (!isErrno(error, 'EINTR')) throw error;
        await runPendingTraps(this.#shell);
      }
    }
  }
}

function readInvocation(shell: Shell, args: readonly string[]): Invocation {
  const { dialect } = shell;
  const invocation: Invocation = {
    options: new Set(),
    shopt: [],
    command: undefined,
    login: shell.arg0.startsWith('-'),
    readStdin: false,
    interactive: false,
    norc: false,
    noprofile: false,
    rcfile: undefined,
    operands: [],
  };
  let wantsCommand = false;
  let i = 0;
  for (; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '--' || arg === '-') {
      i++;
      break;
    }
    if (arg.startsWith('--') && dialect.name === 'bash') {
      const taken = longOption(shell, invocation, arg, args[i + 1]);
      i += taken;
      continue;
    }
    if (!/^[-+]./.test(arg)) break;
    const on = arg.startsWith('-');
    for (const letter of arg.slice(1)) {
      if (letter === 'c' && on) wantsCommand = true;
      else if (letter === 's') invocation.readStdin = true;
      else if (letter === 'i') invocation.interactive = true;
      else if (letter === 'l') invocation.login = true;
      else if (letter === 'o') {
        const name = args[++i];
        if (name === undefined) throw new Refused(usageError(shell, 'o'), 2);
        if (!optionNames(shell).includes(name))
          throw new Refused(
            dialect.name === 'bash'
              ? `${shell.arg0}: line 0: ${shell.arg0}: ${name}: invalid option name\n`
              : usageError(shell, `o ${name}`),
            2,
          );
        toggle(invocation, name, on);
      } else if (letter === 'O' && dialect.name === 'bash') invocation.shopt.push(args[++i] ?? '');
      else {
        const name = letterOption(shell, letter);
        if (name === undefined) throw new Refused(usageError(shell, letter), 2);
        toggle(invocation, name, on);
      }
    }
  }
  invocation.operands = args.slice(i);
  if (wantsCommand) {
    const command = invocation.operands.shift();
    if (command === undefined)
      throw new Refused(
        dialect.name === 'bash'
          ? `${shell.arg0}: -c: option requires an argument\n`
          : dialect.name === 'dash'
            ? `${shell.arg0}: 0: -c requires an argument\n`
            : `${shell.arg0}: -c requires an argument\n`,
        2,
      );
    invocation.command = command;
  }
  return invocation;
}

const toggle = (invocation: Invocation, name: string, on: boolean): void => {
  if (on) invocation.options.add(name);
  else invocation.options.delete(name);
};

function usageError(shell: Shell, option: string): string {
  if (shell.dialect.name === 'dash') return `${shell.arg0}: 0: Illegal option -${option}\n`;
  if (shell.dialect.name === 'ash') return `${shell.arg0}: illegal option -${option}\n`;
  return `${shell.arg0}: -${option}: invalid option\nUsage:\t${shell.arg0} [GNU long option] [option] ...\n\t${shell.arg0} [GNU long option] [option] script-file ...\n`;
}

function longOption(shell: Shell, invocation: Invocation, arg: string, next: string | undefined): number {
  switch (arg) {
    case '--login':
      invocation.login = true;
      return 0;
    case '--norc':
      invocation.norc = true;
      return 0;
    case '--noprofile':
      invocation.noprofile = true;
      return 0;
    case '--posix':
      invocation.options.add('posix');
      return 0;
    case '--noediting':
      return 0;
    case '--rcfile':
    case '--init-file':
      invocation.rcfile = next ?? '';
      return 1;
    case '--version':
      throw new Refused('GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\n', 0);
    default:
      throw new Refused(
        `${shell.arg0}: ${arg}: invalid option\nUsage:\t${shell.arg0} [GNU long option] [option] ...\n\t${shell.arg0} [GNU long option] [option] script-file ...\n`,
        2,
      );
  }
}
