import { isErrno } from '../../base/errno.ts';
import type { Process } from '../../kernel/program.ts';
import type { Signal } from '../../kernel/signals.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { writeAll } from '../lib/stdio.ts';
import { textToBytes } from '../lib/text.ts';
import type { ExpandedElement } from './assignment.ts';
import { type Call, errorSource } from './calls.ts';
import type { Dialect } from './dialect.ts';
import { RandomSequence } from './dynamic-variables.ts';
import type { FieldBuilder } from './fields.ts';
import type { HistoryMemory } from './history-expansion.ts';
import { JobTable } from './job-table.ts';
import type { CommandNode, FunctionDefinition, Script, Segment } from './syntax/tree.ts';
import { Variables } from './variables.ts';

export interface ShellFunction {
  readonly definition: FunctionDefinition;
  /** Where it was defined, as bash names it. */
  readonly source: string;
  readonly?: boolean;
  exported?: boolean;
  /** `declare -ft`: DEBUG and RETURN traps hold within too. */
  traced?: boolean;
}

/** What `break`, `continue` and `return` leave behind for the commands around them. */
export type Skip = { kind: 'break' | 'continue'; count: number } | { kind: 'return' };

/** The shell is to end with a status (`exit`, or a fatal error). */
export class Leave extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`exit ${status}`);
    this.status = status;
  }
}

/** The command under way was given up; the message has been printed. */
export class Abandon extends Error {
  readonly status: number;
  /** A shell that is not interactive ends. Otherwise only the rest of the line is dropped (bash). */
  readonly fatal: boolean;

  constructor(status: number, fatal: boolean) {
    super(`status ${status}`);
    this.status = status;
    this.fatal = fatal;
  }
}

export interface TextOptions {
  /** What bash names besides itself in syntax errors: `-c`, `eval`. */
  label?: string | undefined;
  /** The number of the first line. */
  line?: number;
  /** The process ends with this text. */
  last?: boolean;
  /** The text is a file that `.` reads. */
  sourced?: boolean;
  /** Errors are those of the shell's own input: a script goes on after what is not fatal. */
  topLevel?: boolean;
}

/** The parts of the evaluator that expansions and builtins call back. */
export interface Evaluator {
  /** Expands segments of a word: of one within `${…}` too. */
  expandInto(
    shell: Shell,
    segments: readonly Segment[],
    builder: FieldBuilder,
    whole?: boolean,
  ): Promise<void>;
  /** Runs commands one after another; `last` says that the process has nothing to do afterwards. */
  runScript(shell: Shell, script: Script, last?: boolean): Promise<number>;
  /** Parses and runs a text in this shell (`eval`, `.`, traps). */
  runText(shell: Shell, text: string, options: TextOptions): Promise<number>;
  /** A function's body, or a coprocess's. */
  runCommand(shell: Shell, body: CommandNode, last?: boolean): Promise<number>;
  /** `command NAME …`: a builtin or a program, no function; with the default PATH if asked. */
  runWithoutFunctions(
    shell: Shell,
    words: readonly string[],
    env?: ReadonlyMap<string, string>,
  ): Promise<number>;
  /** Whether a name is a builtin of the shell's dialect, and of which kind. */
  builtin(shell: Shell, name: string): { special: boolean } | undefined;
  builtinNames(shell: Shell): string[];
}

/** The whole state of a shell process. A subshell works on a `twin`. */
export class Shell {
  process: Process;
  readonly dialect: Dialect;
  readonly evaluator: Evaluator;
  variables: Variables;
  functions = new Map<string, ShellFunction>();
  aliases = new Map<string, string>();
  options = new Set<string>();
  /** bash's shopt. */
  shopt = new Set<string>();
  arg0: string;
  positional: string[] = [];
  /** `$?` */
  status = 0;
  /** `$$`: of the shell, in its subshells too. */
  readonly pid: number;
  lastBackground: number | undefined;
  traps = new Map<string, string>();
  /** What a subshell's `trap` lists until it sets one of its own: those of the shell it came from. */
  inheritedTraps: ReadonlyMap<string, string> | undefined;
  pendingSignals: Signal[] = [];
  /** Signals for which this process has handlers, which a forked child must reset. */
  caught = new Set<Signal>();
  jobs = new JobTable();
  loopDepth = 0;
  skip: Skip | undefined;
  /** The line of the command under way. */
  line = 0;
  /** Above zero where `set -e` does not apply. */
  errexitIgnored = 0;
  interactive = false;
  subshell = 0;
  /** How many commands are under way within one another. */
  depth = 0;
  /** How deep texts are run within one another: `set -x` shows it. */
  textDepth = 0;
  /** The functions, and the files read by `.`, that are under way; the last is the innermost. */
  calls: Call[] = [];
  /** Where commands were found, and how often each was used since (`hash`). */
  hashed = new Map<string, { path: string; hits: number }>();
  /** Where `getopts` is: the word, and the place in it. dash and BusyBox begin anew with each set of parameters. */
  getoptsIndex = 1;
  getoptsOffset = 0;
  random = new RandomSequence();
  /** Names that were unset and so have lost their special meaning. */
  unsetDynamic = new Set<string>();
  startedAt: number;
  /** The terminal, when this shell controls jobs. */
  terminal: number | undefined;
  directories: string[] = [];
  history: string[] = [];
  readonly historyMemory: HistoryMemory = {};
  /** How many lines of it are in the history file. */
  historySaved = 0;
  /** busybox names the line only when it runs a script or a builtin. */
  namesLine = false;
  trapDepth = 0;
  /** The user was told of stopped jobs by the command before: the next attempt to leave succeeds. */
  toldOfJobs = 0;
  /** `$?` when the trap under way began: what `exit` without an argument ends with. */
  trapStatus: number | undefined;
  pipeStatus: number[] = [0];
  cwd = '';
  /** Builtins that `enable -n` has put out of sight. */
  disabled = new Set<string>();
  /** `$_`: the last argument of the command before. */
  lastArgument = '';
  /** The command under way as `$BASH_COMMAND` shows it. */
  command = (): string => '';
  /** Status of the last command substitution of the command under way. */
  substitutionStatus: number | undefined;
  /** Compound values among the arguments of the builtin under way. */
  compounds: ReadonlyMap<string, readonly ExpandedElement[]> | undefined;
  /** Descriptors of process substitutions, closed when the command ends. */
  substitutions: number[] = [];

  constructor(process: Process, dialect: Dialect, evaluator: Evaluator) {
    this.process = process;
    this.dialect = dialect;
    this.evaluator = evaluator;
    this.variables = Variables.fromEnvironment(process.env);
    this.arg0 = process.argv[0] ?? dialect.name;
    this.pid = process.sys.getpid();
    this.startedAt = process.sys.clock_gettime('monotonic');
  }

  get sys(): Syscalls {
    return this.process.sys;
  }

  /** A copy for a child process. Taken before the fork, because this shell goes on at once. */
  twin(): Shell {
    const twin: Shell = Object.create(Shell.prototype);
    Object.assign(twin, this);
    twin.variables = this.variables.copy();
    twin.functions = new Map(this.functions);
    twin.aliases = new Map(this.aliases);
    twin.options = new Set(this.options);
    twin.shopt = new Set(this.shopt);
    twin.disabled = new Set(this.disabled);
    twin.traps = new Map(this.traps);
    twin.caught = new Set(this.caught);
    twin.pendingSignals = [];
    twin.hashed = new Map(this.hashed);
    twin.calls = [...this.calls];
    twin.directories = [...this.directories];
    twin.skip = undefined;
    twin.substitutions = [];
    twin.subshell = this.subshell + 1;
    return twin;
  }

  /** First thing in a forked child: it is no interactive shell, and traps are back at their defaults. */
  async enter(process: Process): Promise<void> {
    this.process = process;
    this.interactive = false;
    this.jobs = this.jobs.inherited(this.dialect.name !== 'dash');
    this.trapStatus = undefined;
    for (const signal of this.caught) await process.sys.sigaction(signal, 'default');
    this.caught.clear();
    if (this.dialect.bashSyntax) this.inheritedTraps = new Map(this.traps);
    for (const [name, action] of this.traps) if (action !== '') this.traps.delete(name);
  }

  /** `NAME: LINE: BUILTIN: MESSAGE` in the dialect's form. */
  complaint(message: string, builtin?: string): string {
    const command = builtin === undefined ? '' : `${builtin}: `;
    if (this.dialect.name === 'dash') return `${this.arg0}: ${this.line}: ${command}${message}\n`;
    if (this.dialect.name === 'bash')
      return `${errorSource(this)}: ${this.options.has('interactive') ? '' : `line ${this.line}: `}${command}${message}\n`;
    const line = (builtin !== undefined || this.namesLine) && !this.interactive ? `line ${this.line}: ` : '';
    return `${this.arg0}: ${command}${line}${message}\n`;
  }

  /** Prints a message on standard error. */
  async warn(message: string, builtin?: string): Promise<void> {
    await this.error(this.complaint(message, builtin));
  }

  async error(text: string): Promise<void> {
    try {
      await writeAll(this.sys, 2, textToBytes(text));
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
  }

  /** Prints a message and gives up the command under way. */
  async abandon(
    message: string,
    options: { status?: number; fatal?: boolean; builtin?: string } = {},
  ): Promise<never> {
    await this.warn(message, options.builtin);
    throw new Abandon(options.status ?? this.dialect.errorStatus, options.fatal ?? this.dialect.posixErrors);
  }

  /** Writes to standard output for a builtin; the status says whether it worked. */
  async print(text: string, builtin: string): Promise<number> {
    if (text === '') return 0;
    try {
      await writeAll(this.sys, 1, textToBytes(text));
      return 0;
    } catch (error) {
      if (!isErrno(error)) throw error;
      if (this.dialect.name === 'dash') await this.warn(`${builtin}: I/O error`, builtin);
      else await this.warn(`write error: ${error.message}`, builtin);
      return 1;
    }
  }

  option(name: string): boolean {
    return this.options.has(name);
  }

  get ifs(): string {
    return this.variables.get('IFS') ?? ' \t\n';
  }
}
