import { letterOption, optionNames } from './builtins/options.ts';
import { isShopt } from './builtins/shopt.ts';
import type { Shell } from './shell.ts';

/** The command line of a shell: `sh -c COMMAND`, `sh FILE`, `sh -s` and the options before them. */
export interface Invocation {
  readonly options: Set<string>;
  readonly shopt: Set<string>;
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
export class Refused extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** Reads the arguments. Throws `Refused` with what is to be printed. */
export function readInvocation(shell: Shell, args: readonly string[]): Invocation {
  const { dialect } = shell;
  const invocation: Invocation = {
    options: new Set(),
    shopt: new Set(),
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
      i += longOption(shell, invocation, arg, args[i + 1]);
      continue;
    }
    if (!/^[-+]./.test(arg)) break;
    const on = arg.startsWith('-');
    for (const letter of arg.slice(1)) {
      if (letter === 'c') wantsCommand = true;
      else if (letter === 's') invocation.readStdin = true;
      else if (letter === 'i') invocation.interactive = true;
      else if (letter === 'l') invocation.login = true;
      else if (letter === 'o') namedOption(shell, invocation, args[++i], on);
      else if (letter === 'O' && dialect.name === 'bash') shoptOption(shell, invocation, args[++i] ?? '', on);
      else {
        const name = letterOption(shell, letter);
        if (name === undefined) throw new Refused(usageError(shell, letter), 2);
        toggle(invocation.options, name, on);
      }
    }
  }
  invocation.operands = args.slice(i);
  if (!wantsCommand) return invocation;
  invocation.command = invocation.operands.shift();
  if (invocation.command !== undefined) return invocation;
  const needs = dialect.name === 'bash' ? '-c: option requires an argument' : '-c requires an argument';
  throw new Refused(`${shell.arg0}: ${dialect.name === 'dash' ? '0: ' : ''}${needs}\n`, 2);
}

const toggle = (options: Set<string>, name: string, on: boolean): void => {
  if (on) options.add(name);
  else options.delete(name);
};

function namedOption(shell: Shell, invocation: Invocation, name: string | undefined, on: boolean): void {
  if (name === undefined) throw new Refused(usageError(shell, 'o'), 2);
  if (optionNames(shell).includes(name)) toggle(invocation.options, name, on);
  else if (shell.dialect.name === 'bash')
    throw new Refused(`${shell.arg0}: line 0: ${shell.arg0}: ${name}: invalid option name\n`, 2);
  else throw new Refused(usageError(shell, `o ${name}`), 2);
}

function shoptOption(shell: Shell, invocation: Invocation, name: string, on: boolean): void {
  if (!isShopt(name))
    throw new Refused(`${shell.arg0}: line 0: ${shell.arg0}: ${name}: invalid shell option name\n`, 2);
  toggle(invocation.shopt, name, on);
}

const LONG_OPTIONS =
  'debug debugger dump-po-strings dump-strings help init-file login noediting noprofile norc posix pretty-print rcfile restricted verbose version'.split(
    ' ',
  );

function bashUsage(shell: Shell): string {
  const { arg0 } = shell;
  return `Usage:\t${arg0} [GNU long option] [option] ...\n\t${arg0} [GNU long option] [option] script-file ...\nGNU long options:\n${LONG_OPTIONS.map((name) => `\t--${name}\n`).join('')}Shell options:\n\t-ilrsD or -c command or -O shopt_option\t\t(invocation only)\n\t-abefhkmnptuvxBCEHPT or -o option\n`;
}

function usageError(shell: Shell, option: string): string {
  if (shell.dialect.name === 'dash') return `${shell.arg0}: 0: Illegal option -${option}\n`;
  if (shell.dialect.name === 'ash') return `${shell.arg0}: illegal option -${option}\n`;
  return `${shell.arg0}: -${option}: invalid option\n${bashUsage(shell)}`;
}

const VERSION = 'GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)';

/** Gives how many further arguments the option has taken. */
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
    case '--verbose':
      invocation.options.add('verbose');
      return 0;
    case '--noediting':
      return 0;
    case '--rcfile':
    case '--init-file':
      invocation.rcfile = next ?? '';
      return 1;
    case '--version':
      throw new Refused(`${VERSION}\n`, 0);
    case '--help':
      throw new Refused(`${VERSION}\n${bashUsage(shell)}`, 0);
    default:
      throw new Refused(`${shell.arg0}: ${arg}: invalid option\n${bashUsage(shell)}`, 2);
  }
}
