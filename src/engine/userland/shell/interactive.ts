import { isErrno } from '../../base/errno.ts';
import type { Signal } from '../../kernel/signals.ts';
import { CommandReader } from './command-reader.ts';
import { expandHistory } from './history-expansion.ts';
import { historyPath, loadHistory, rememberCommand, saveHistory } from './history-file.ts';
import { reportJobs } from './jobs.ts';
import { type LineSource, lineSource } from './line-source.ts';
import { promptText } from './prompt.ts';
import { runText } from './run-text.ts';
import { Abandon, type Shell } from './shell.ts';
import { ShellSyntax } from './source-text.ts';
import { heldBack } from './stopped-jobs.ts';
import { catchSignal, runPendingTraps, runTrap } from './traps.ts';

/** A shell at a terminal: prompts, line editing, job control, history. */
export async function runInteractive(shell: Shell, startup: () => Promise<void>): Promise<number> {
  await takeSignals(shell);
  await startJobControl(shell);
  if (shell.variables.get('PS1') === undefined) shell.variables.set('PS1', defaultPrompt(shell));
  await startup();
  const session = new Session(shell);
  await session.begin();
  try {
    return await session.run();
  } finally {
    await session.end();
  }
}

function defaultPrompt(shell: Shell): string {
  if (shell.dialect.name === 'bash') return '\\s-\\v\\$ ';
  if (shell.dialect.name === 'ash') return '\\w \\$ ';
  return shell.sys.geteuid() === 0 ? '# ' : '$ ';
}

async function takeSignals(shell: Shell): Promise<void> {
  const ignored: Signal[] = ['SIGQUIT', 'SIGTERM', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU'];
  for (const signal of ignored) {
    await shell.sys.sigaction(signal, 'ignore');
    // Children must have them back.
    shell.caught.add(signal);
  }
  await catchSignal(shell, 'SIGINT');
}

/** Puts the shell into a process group of its own and that into the terminal's foreground. */
async function startJobControl(shell: Shell): Promise<void> {
  const { sys } = shell;
  try {
    const terminal = await sys.dupfd(0, shell.dialect.name === 'bash' ? 255 : 10, true);
    const pid = sys.getpid();
    if ((await sys.getpgid()) !== pid) await sys.setpgid(0, 0);
    await sys.ioctl(terminal, { request: 'TIOCSPGRP', processGroup: await sys.getpgid() });
    shell.terminal = terminal;
    shell.options.add('monitor');
  } catch (error) {
    if (!isErrno(error)) throw error;
    if (shell.dialect.name === 'bash') {
      await shell.error(
        `${shell.arg0}: cannot set terminal process group (${await sys.getpgid()}): ${error.message}\n`,
      );
      await shell.error(`${shell.arg0}: no job control in this shell\n`);
    } else if (shell.dialect.name === 'dash')
      await shell.error(`${shell.arg0}: 0: can't access tty; job control turned off\n`);
    else await shell.error(`${shell.arg0}: can't access tty; job control turned off\n`);
  }
}

class Session {
  readonly #shell: Shell;
  #lines!: LineSource;
  /** The number of the next line. */
  #line = 1;

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  async begin(): Promise<void> {
    const shell = this.#shell;
    if (shell.dialect.name !== 'dash') {
      await loadHistory(shell, historyPath(shell));
      shell.historySaved = shell.history.length;
    }
    this.#lines = await lineSource(shell);
  }

  async end(): Promise<void> {
    const shell = this.#shell;
    if (shell.dialect.name === 'dash') return;
    const fresh = shell.history.slice(Math.min(shell.historySaved, shell.history.length));
    if (fresh.length > 0 && shell.variables.get('HISTFILE') !== '')
      await saveHistory(shell, historyPath(shell), fresh, true);
  }

  async run(): Promise<number> {
    const shell = this.#shell;
    for (;;) {
      await reportJobs(shell);
      const command = await this.#command();
      if (shell.toldOfJobs > 0) shell.toldOfJobs--;
      if (command === undefined) {
        if (!(await this.#ignoresEnd()) && !(await heldBack(shell))) break;
        continue;
      }
      if (command === '') continue;
      await this.#execute(command);
      this.#line += command.split('\n').length - 1;
    }
    if (shell.dialect.name === 'bash') await shell.error(shell.arg0.startsWith('-') ? 'logout\n' : 'exit\n');
    await this.#hangUp();
    return shell.status;
  }

  async #execute(command: string): Promise<void> {
    const shell = this.#shell;
    try {
      await runText(shell, command, { topLevel: true, line: this.#line });
    } catch (error) {
      if (!(error instanceof Abandon)) throw error;
      shell.status = error.status;
    }
    // What was given up leaves nothing behind.
    shell.errexitIgnored = 0;
    shell.loopDepth = 0;
    shell.textDepth = 0;
    shell.skip = undefined;
    shell.calls = [];
  }

  /** `set -o ignoreeof`, and bash's IGNOREEOF: an end of input does not end the shell at once. */
  async #ignoresEnd(): Promise<boolean> {
    const shell = this.#shell;
    const variable = shell.dialect.bashSyntax ? shell.variables.get('IGNOREEOF') : undefined;
    if (!shell.option('ignoreeof') && variable === undefined) return false;
    const most = variable !== undefined && /^\d+$/.test(variable) ? Number(variable) : 10;
    if (++this.#ends > most) return false;
    const word = shell.arg0.startsWith('-') ? 'logout' : 'exit';
    await shell.error(
      shell.dialect.bashSyntax ? `Use "${word}" to leave the shell.\n` : '\nUse "exit" to leave shell.\n',
    );
    return true;
  }

  #ends = 0;

  /** A login shell with `huponexit` sends its jobs SIGHUP when it ends. */
  async #hangUp(): Promise<void> {
    const shell = this.#shell;
    if (!shell.shopt.has('huponexit') || !shell.shopt.has('login_shell')) return;
    for (const job of shell.jobs.list)
      if (!job.keptAtHangup) await shell.sys.kill(-job.group, 'SIGHUP').catch(() => undefined);
  }

  /** A whole command, over several lines if need be; empty when there is nothing to do; undefined at the end of input. */
  async #command(): Promise<string | undefined> {
    const shell = this.#shell;
    await this.#promptCommands();
    const reader = new CommandReader(new ShellSyntax(shell), this.#line);
    for (;;) {
      const first = reader.isEmpty;
      const prompt = first ? (shell.variables.get('PS1') ?? '') : (shell.variables.get('PS2') ?? '> ');
      const got = await this.#lines.read(await promptText(shell, prompt, shell.history.length + 1));
      if (got.kind === 'interrupt') return this.#interrupted();
      if (got.kind === 'end') return first ? undefined : this.#remembered(reader.text);
      this.#ends = 0;
      const line = await this.#withHistory(got.text, first);
      if (line === undefined || (first && line.trim() === '')) return '';
      if (reader.add(`${line}\n`) !== 'unfinished') return this.#remembered(reader.text);
    }
  }

  async #promptCommands(): Promise<void> {
    const shell = this.#shell;
    if (!shell.dialect.bashSyntax) return;
    const variable = shell.variables.find('PROMPT_COMMAND');
    const commands = variable?.array ? [...variable.array.values()] : [variable?.value];
    for (const command of commands) if (command) await runTrap(shell, command);
  }

  async #interrupted(): Promise<string> {
    const shell = this.#shell;
    shell.status = 130;
    try {
      await runPendingTraps(shell);
    } catch (error) {
      if (!(error instanceof Abandon)) throw error;
    }
    return '';
  }

  async #withHistory(line: string, first: boolean): Promise<string | undefined> {
    const shell = this.#shell;
    if (!first || !shell.option('histexpand')) return line;
    const expanded = expandHistory(line, shell.history, shell.historyMemory);
    if ('missing' in expanded) {
      await shell.error(`${shell.arg0}: ${expanded.missing}: ${expanded.reason}\n`);
      return undefined;
    }
    if (expanded.changed) await shell.error(`${expanded.text}\n`);
    if (!expanded.printed) return expanded.text;
    // `:p` shows the command and keeps it, but does not run it.
    rememberCommand(shell, expanded.text);
    return undefined;
  }

  /** A command as it was read, which the history now holds. */
  #remembered(text: string): string {
    const line = text.replace(/\n$/, '');
    rememberCommand(this.#shell, this.#shell.shopt.has('lithist') ? line : oneLine(line));
    return text;
  }
}

/** A command of several lines as the history keeps it (bash's cmdhist). Here-documents keep their lines. */
function oneLine(text: string): string {
  if (!text.includes('\n') || text.includes('<<') || /["'][^"']*\n/.test(text)) return text;
  const [first = '', ...rest] = text.split('\n');
  let joined = first;
  let end = first;
  for (const line of rest) {
    const more = `${GOES_ON.test(end) ? ' ' : '; '}${line.trim()}`;
    joined += more;
    end = (end + more).trimEnd().slice(-'; then'.length);
  }
  return joined;
}

/** The end of a line after which no semicolon may come. */
const GOES_ON = /(^|\s)(do|then|else|\{|\()\s*$|([;&|(]|\|\||&&)\s*$/;
