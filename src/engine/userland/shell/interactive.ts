import { isErrno } from '../../base/errno.ts';
import type { Signal } from '../../kernel/signals.ts';
import type { TerminalAttributes, WindowSize } from '../../vfs/tty/attributes.ts';
import { bytesToText } from '../lib/text.ts';
import { historyPath, loadHistory, saveHistory } from './builtins/interactive.ts';
import { CommandReader } from './command-reader.ts';
import { complete } from './completion.ts';
import { expandHistory } from './history-expansion.ts';
import { stateOf } from './job-table.ts';
import { pollJobs, reportJobs } from './jobs.ts';
import { LineEditor } from './line-editor/editor.ts';
import { analyse } from './parse.ts';
import { promptText } from './prompt.ts';
import { runText } from './run-text.ts';
import { Abandon, type Shell } from './shell.ts';
import { syntaxErrorWords } from './syntax-error.ts';
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

type Read = { kind: 'line'; text: string } | { kind: 'end' } | { kind: 'interrupt' };

class Session {
  readonly #shell: Shell;
  #editor: LineEditor | undefined;
  #line = 0;
  #pending = '';
  /** History lines that were there before this session. */
  #loaded = 0;
  #warnedOfJobs = false;

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  async begin(): Promise<void> {
    const shell = this.#shell;
    if (shell.dialect.name === 'dash') return;
    await loadHistory(shell, historyPath(shell));
    this.#loaded = shell.history.length;
    if (!(await isTerminal(shell))) return;
    const { columns } = await windowSize(shell);
    this.#editor = new LineEditor({
      columns,
      history: shell.history,
      bracketedPaste: shell.dialect.name === 'bash' && shell.variables.get('TERM') !== 'dumb',
    });
  }

  async end(): Promise<void> {
    const shell = this.#shell;
    if (shell.dialect.name === 'dash') return;
    const fresh = shell.history.slice(Math.min(this.#loaded, shell.history.length));
    if (fresh.length > 0 && shell.variables.get('HISTFILE') !== '')
      await saveHistory(shell, historyPath(shell), fresh, true);
  }

  async run(): Promise<number> {
    const shell = this.#shell;
    for (;;) {
      await reportJobs(shell);
      const command = await this.#command();
      if (command === undefined) {
        if (await this.#mayLeave()) break;
        continue;
      }
      if (command === '') continue;
      const lines = command.split('\n').length - 1;
      try {
        await runText(shell, command, { topLevel: true, lineBase: this.#line });
      } catch (error) {
        if (!(error instanceof Abandon)) throw error;
        shell.status = error.status;
        shell.errexitIgnored = 0;
        shell.loopDepth = 0;
      }
      shell.skip = undefined;
      this.#line += lines;
    }
    if (shell.dialect.name === 'bash') await shell.error(shell.arg0.startsWith('-') ? 'logout\n' : 'exit\n');
    return shell.status;
  }

  /** Stopped jobs hold the shell back once. */
  async #mayLeave(): Promise<boolean> {
    const shell = this.#shell;
    await pollJobs(shell);
    if (this.#warnedOfJobs || !shell.jobs.list.some((job) => stateOf(job) === 'stopped')) return true;
    this.#warnedOfJobs = true;
    await shell.error(
      shell.dialect.name === 'bash' ? 'There are stopped jobs.\n' : 'You have stopped jobs.\n',
    );
    return false;
  }

  /** A whole command, over several lines if need be; empty when there is nothing to do; undefined at the end of input. */
  async #command(): Promise<string | undefined> {
    const shell = this.#shell;
    const before = shell.variables.get('PROMPT_COMMAND');
    if (before && shell.dialect.bashSyntax) await runTrap(shell, before);
    const reader = new CommandReader(shell.aliases);
    for (;;) {
      const first = reader.isEmpty;
      const prompt = first ? (shell.variables.get('PS1') ?? '') : (shell.variables.get('PS2') ?? '> ');
      const got = await this.#read(await promptText(shell, prompt, shell.history.length + 1));
      if (got.kind === 'interrupt') {
        shell.status = 130;
        try {
          await runPendingTraps(shell);
        } catch (error) {
          if (!(error instanceof Abandon)) throw error;
        }
        return '';
      }
      if (got.kind === 'end') {
        if (first) return undefined;
        await this.#complain(reader.text);
        return '';
      }
      const line = await this.#withHistory(got.text, first);
      if (line === undefined || (first && line.trim() === '')) return '';
      const state = reader.add(`${line}\n`);
      if (state === 'unfinished') continue;
      const { text } = reader;
      this.#remember(text);
      if (state === 'complete') return text;
      await this.#complain(text);
      return '';
    }
  }

  async #complain(text: string): Promise<void> {
    const shell = this.#shell;
    const result = analyse(text);
    if (result.state !== 'complete')
      await shell.error(syntaxErrorWords(shell, text, result.fault, this.#line, undefined));
    this.#line += text.split('\n').length - 1;
    shell.status = 2;
  }

  async #withHistory(line: string, first: boolean): Promise<string | undefined> {
    const shell = this.#shell;
    if (!first || !shell.option('histexpand')) return line;
    const expanded = expandHistory(line, shell.history);
    if ('missing' in expanded) {
      await shell.error(`${shell.arg0}: ${expanded.missing}: event not found\n`);
      return undefined;
    }
    if (expanded.changed) await shell.error(`${expanded.text}\n`);
    return expanded.text;
  }

  #remember(text: string): void {
    const shell = this.#shell;
    const line = oneLine(text.replace(/\n$/, ''));
    const control = shell.variables.get('HISTCONTROL') ?? '';
    if (/ignorespace|ignoreboth/.test(control) && line.startsWith(' ')) return;
    if (
      (/ignoredups|ignoreboth/.test(control) || shell.dialect.name === 'ash') &&
      shell.history.at(-1) === line
    )
      return;
    shell.history.push(line);
  }

  async #read(prompt: string): Promise<Read> {
    return this.#editor ? this.#edited(this.#editor, prompt) : this.#plain(prompt);
  }

  /** Without an editor: the terminal's own line editing, or no terminal at all. */
  async #plain(prompt: string): Promise<Read> {
    const shell = this.#shell;
    await shell.error(prompt);
    for (;;) {
      const newline = this.#pending.indexOf('\n');
      if (newline !== -1) {
        const text = this.#pending.slice(0, newline);
        this.#pending = this.#pending.slice(newline + 1);
        return { kind: 'line', text };
      }
      try {
        const chunk = await shell.sys.read(0, 4096);
        if (chunk.length === 0) {
          const text = this.#pending;
          this.#pending = '';
          if (text !== '') return { kind: 'line', text };
          await shell.error('\n');
          return { kind: 'end' };
        }
        this.#pending += bytesToText(chunk);
      } catch (error) {
        if (isErrno(error, 'EIO')) return { kind: 'end' };
        if (!isErrno(error, 'EINTR')) throw error;
        if (shell.pendingSignals.includes('SIGINT')) {
          this.#pending = '';
          return { kind: 'interrupt' };
        }
        await runPendingTraps(shell).catch((failure: unknown) => {
          if (!(failure instanceof Abandon)) throw failure;
        });
      }
    }
  }

  async #edited(editor: LineEditor, prompt: string): Promise<Read> {
    const shell = this.#shell;
    const cooked = (await shell.sys.ioctl(0, { request: 'TCGETS' })) as TerminalAttributes;
    const { columns } = await windowSize(shell);
    editor.columns = columns;
    editor.begin(prompt);
    await shell.sys.ioctl(0, {
      request: 'TCSETS',
      // readline leaves Ctrl-C to the terminal, and takes Enter as it comes; BusyBox' line editing does the opposite.
      attributes: {
        ...cooked,
        icanon: false,
        echo: false,
        ixon: false,
        isig: cooked.isig && shell.dialect.name !== 'ash',
        icrnl: cooked.icrnl && shell.dialect.name === 'ash',
      },
    });
    try {
      return await this.#keys(editor);
    } finally {
      await shell.sys.ioctl(0, { request: 'TCSETS', attributes: cooked });
    }
  }

  async #keys(editor: LineEditor): Promise<Read> {
    const shell = this.#shell;
    for (;;) {
      const event = editor.step();
      if (event?.type === 'complete') {
        editor.provide(await complete(shell, event.before));
        continue;
      }
      const output = editor.takeOutput();
      if (output !== '') await shell.error(output);
      if (event?.type === 'line') return { kind: 'line', text: event.text };
      if (event?.type === 'end-of-file') return { kind: 'end' };
      if (event?.type === 'interrupt') {
        if (shell.traps.has('INT')) await shell.sys.kill(shell.sys.getpid(), 'SIGINT');
        return { kind: 'interrupt' };
      }
      try {
        const chunk = await shell.sys.readUntil(0, 65536, editor.ends);
        if (chunk.length === 0) return { kind: 'end' };
        editor.feed(this.#decode(chunk));
      } catch (error) {
        if (isErrno(error, 'EIO')) return { kind: 'end' };
        if (!isErrno(error, 'EINTR')) throw error;
      }
      if (shell.pendingSignals.includes('SIGINT')) {
        editor.interrupt();
        await shell.error(editor.takeOutput());
        if (!shell.traps.has('INT')) shell.pendingSignals.length = 0;
        return { kind: 'interrupt' };
      }
      await runPendingTraps(shell);
      const { columns } = await windowSize(shell);
      if (columns !== editor.columns) editor.resize(columns);
    }
  }

  #partial: Uint8Array = new Uint8Array(0);

  /** Text of what was read; a character cut in two waits for its rest. */
  #decode(chunk: Uint8Array): string {
    let bytes = chunk;
    if (this.#partial.length > 0) {
      bytes = new Uint8Array(this.#partial.length + chunk.length);
      bytes.set(this.#partial);
      bytes.set(chunk, this.#partial.length);
    }
    let stop = bytes.length;
    for (let back = 1; back <= Math.min(3, bytes.length); back++) {
      const byte = bytes[bytes.length - back]!;
      if ((byte & 0xc0) === 0x80) continue;
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
      if (length > back) stop = bytes.length - back;
      break;
    }
    this.#partial = bytes.slice(stop);
    return bytesToText(bytes.subarray(0, stop));
  }
}

async function isTerminal(shell: Shell): Promise<boolean> {
  return shell.sys.isatty(0).catch(() => false);
}

async function windowSize(shell: Shell): Promise<WindowSize> {
  try {
    const size = (await shell.sys.ioctl(0, { request: 'TIOCGWINSZ' })) as WindowSize;
    return size.columns > 0 ? size : { columns: 80, rows: 24 };
  } catch (error) {
    if (!isErrno(error)) throw error;
    return { columns: 80, rows: 24 };
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
